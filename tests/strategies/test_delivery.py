"""Ways onto the wire as values: what is printed of them, and what they say about themselves."""

from __future__ import annotations

import pytest

from participant_strategies.delivery import PLAIN_DELIVERY, Answer, Delivered, Delivery, Fault, FaultKind, Framing
from participant_strategies.reply import Rejected, Reply
from participant_strategies.successes import sample, success_case

REPLY = Reply(200, (), b"{}")
CASE = success_case(sample("Websocket", "Url"))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(FaultKind.CUT, 3), "closed after 3 bytes"),
        (Fault(FaultKind.RESET, 0), "reset after 0 bytes"),
        (Fault(FaultKind.STALL, 1), "nothing more after 1 bytes"),
        (Fault(FaultKind.DRIP, 4, seconds=0.1), "after 4 bytes one byte each 0.1 s"),
        (Fault(FaultKind.FLOOD, 5), "without end after 5 bytes"),
        (Fault(FaultKind.EXTRA, by=2), "2 bytes more behind the message"),
        (Fault(FaultKind.LENGTH, by=2), "Content-Length +2"),
        (Fault(FaultKind.LENGTH, by=-2), "Content-Length -2"),
        (Fault(FaultKind.CHUNK_SIZE, 1), "the size of chunk 1 is no number"),
        (Fault(FaultKind.CHUNK_END, 0), "no line end behind chunk 0"),
    ],
    ids=lambda value: str(value) if isinstance(value, Fault) else "",
)
def test_a_fault_is_told_in_words(fault: Fault, told: str) -> None:
    """What happens, and where."""
    assert repr(fault) == told


@pytest.mark.parametrize(
    ("delivery", "told"),
    [
        (PLAIN_DELIVERY, "plain"),
        (Delivery(framing=Framing.CHUNKED), "chunked"),
        (Delivery(framing=Framing.CHUNKED, chunk=7), "chunked, 7 a chunk"),
        (Delivery(framing=Framing.CHUNKED, extension=";a=b"), "chunked, each with the extension ';a=b'"),
        (Delivery(framing=Framing.CHUNKED, trailer="X-A: b"), "chunked, the trailer 'X-A: b'"),
        (Delivery(framing=Framing.CLOSE, persistent=False), "close"),
        (Delivery(interim=(100, 103)), "after 100 103"),
        (Delivery(coding="gzip"), "gzip"),
        (Delivery(before="", behind="\t"), "white space '' and '\\t'"),
        (Delivery(persistent=False), "closed behind it"),
        (Delivery(early=True), "before the request's end"),
        (Delivery(pause=0.5), "after 0.5 s"),
        (Delivery(coding="gzip", fault=Fault(FaultKind.CUT, 3)), "gzip, closed after 3 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_delivery_is_told_by_what_is_special(delivery: Delivery, told: str) -> None:
    """Each of its parts but the plain ones."""
    assert repr(delivery) == told


def test_an_answer_that_is_plain_is_told_by_its_reply() -> None:
    """The way is told where it is another one."""
    assert repr(Answer(REPLY)) == repr(REPLY)
    assert repr(Answer(REPLY, Delivery(coding="gzip"))) == f"{REPLY!r} [gzip]"


@pytest.mark.parametrize("kind", list(FaultKind))
def test_what_arrives_whole_is_known(kind: FaultKind) -> None:
    """Late, or with something behind it: it is all there."""
    whole = Answer(REPLY, Delivery(fault=Fault(kind))).whole
    assert whole is (kind in (FaultKind.DRIP, FaultKind.EXTRA))
    assert Answer(REPLY).whole


def test_a_delivered_case_is_told_by_both() -> None:
    """What must come out, and how the reply goes out."""
    assert repr(Delivered(CASE, Delivery(coding="gzip"))) == f"{CASE!r} [gzip]"
    assert repr(Delivered(CASE)) == f"{CASE!r} [plain]"


def test_the_answer_of_a_delivered_case_is_its_reply_on_its_way() -> None:
    """The outcome takes no part in it."""
    delivery = Delivery(coding="gzip")
    assert Delivered(CASE, delivery).answer == Answer(CASE.reply, delivery)
    assert CASE.expected != Rejected("")
