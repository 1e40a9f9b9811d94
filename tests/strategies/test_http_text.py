"""Replies as bytes: framing, faults as steps; h11 reads what is right, and says what is not."""

from __future__ import annotations

import gzip

import pytest

from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.http_text import (
    End,
    Flood,
    Hold,
    Message,
    Send,
    Wait,
    kept,
    last_chunk,
    message,
    steps,
    without_fault,
)
from participant_strategies.reply import Reply

REPLY = Reply(200, (("A", "b"),), b"abcdefg")


def made(delivery: Delivery, reply: Reply = REPLY) -> Message:
    """Return the message of a reply."""
    return message(Answer(reply, delivery))


def test_a_plain_message_has_a_length() -> None:
    """And no reason phrase."""
    plain = made(Delivery())
    assert plain.data == b"HTTP/1.1 200 \r\nA: b\r\nContent-Length: 7\r\n\r\nabcdefg"
    assert plain.data[plain.body_at :] == b"abcdefg"


def test_headers_about_the_framing_are_the_deliverys() -> None:
    """Whatever the reply says."""
    reply = Reply(200, (("content-length", "1"), ("Transfer-Encoding", "a"), ("Connection", "b"), ("C", "d")), b"")
    assert made(Delivery(), reply).head == b"HTTP/1.1 200 \r\nC: d\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("delivery", "body"),
    [
        (Delivery(framing=Framing.CHUNKED), b"7\r\nabcdefg\r\n0\r\n\r\n"),
        (Delivery(framing=Framing.CHUNKED, chunk=4), b"4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n"),
        (Delivery(framing=Framing.CHUNKED, extension=";a"), b"7;a\r\nabcdefg\r\n0;a\r\n\r\n"),
        (Delivery(framing=Framing.CHUNKED, trailer="X: y"), b"7\r\nabcdefg\r\n0\r\nX: y\r\n\r\n"),
        (Delivery(framing=Framing.CHUNKED, fault=Fault(FaultKind.CHUNK_SIZE)), b"wrong\r\nabcdefg\r\n0\r\n\r\n"),
        (Delivery(framing=Framing.CHUNKED, fault=Fault(FaultKind.CHUNK_END)), b"7\r\nabcdefg##0\r\n\r\n"),
        (
            Delivery(framing=Framing.CHUNKED, chunk=4, fault=Fault(FaultKind.CHUNK_SIZE, 1)),
            b"4\r\nabcd\r\nwrong\r\nefg\r\n0\r\n\r\n",
        ),
    ],
    ids=repr,
)
def test_a_chunked_body_is_made_of_chunks(delivery: Delivery, body: bytes) -> None:
    """RFC 9112, section 7.1; a broken one is broken in one place."""
    chunked = made(delivery)
    assert chunked.body == body
    assert b"Transfer-Encoding: chunked\r\n" in chunked.head
    assert b"Content-Length" not in chunked.head


def test_an_empty_body_has_the_last_chunk_alone() -> None:
    """No chunk of no bytes stands before it."""
    assert made(Delivery(framing=Framing.CHUNKED), Reply(200, (), b"")).body == b"0\r\n\r\n"


def test_what_ends_the_chunks_is_known_by_itself() -> None:
    """So that a message can be cut before it."""
    delivery = Delivery(framing=Framing.CHUNKED, extension=";a", trailer="X: y")
    assert last_chunk(delivery) == b"0;a\r\nX: y\r\n\r\n"
    assert made(delivery).body.endswith(last_chunk(delivery))


def test_a_body_that_ends_with_the_connection_has_no_length() -> None:
    """The client is told that the connection goes."""
    assert made(Delivery(framing=Framing.CLOSE)).head == b"HTTP/1.1 200 \r\nA: b\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("framing", list(Framing))
def test_a_status_without_a_body_gets_none(status: int, framing: Framing) -> None:
    """Nor a header that speaks of one."""
    bodiless = made(Delivery(framing=framing, coding="gzip"), Reply(status, (), b"a"))
    assert (bodiless.head, bodiless.body) == (b"HTTP/1.1 %d \r\n\r\n" % status, b"")


def test_a_compressed_body_says_so() -> None:
    """And is the same each time."""
    compressed = made(Delivery(coding="gzip"))
    assert gzip.decompress(compressed.body) == REPLY.body
    assert b"Content-Encoding: gzip\r\n" in compressed.head
    assert compressed == made(Delivery(coding="gzip"))


def test_interim_replies_stand_before_the_reply() -> None:
    """In their order; early hints have a hint."""
    interim = made(Delivery(interim=(100, 103))).interim
    assert interim == b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 \r\nLink: </a>; rel=preload\r\n\r\n"


def test_white_space_stands_around_the_replys_own_values() -> None:
    """Those of the framing are left alone."""
    assert made(Delivery(before="\t", behind="  ")).head == b"HTTP/1.1 200 \r\nA:\tb  \r\nContent-Length: 7\r\n\r\n"


@pytest.mark.parametrize("by", [3, -3])
def test_a_wrong_length_is_off_by_so_much(by: int) -> None:
    """The body is what it is."""
    wrong = made(Delivery(fault=Fault(FaultKind.LENGTH, by=by)))
    assert b"Content-Length: %d\r\n" % (7 + by) in wrong.head
    assert wrong.body == REPLY.body


# Steps

DATA = made(Delivery()).data
CLOSED = made(Delivery(persistent=False)).data


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (Delivery(), (Send(DATA),)),
        (Delivery(pause=2.0), (Wait(2.0), Send(DATA))),
        (Delivery(persistent=False), (Send(CLOSED), End())),
        (Delivery(fault=Fault(FaultKind.CUT, 9)), (Send(CLOSED[:9]), End())),
        (Delivery(fault=Fault(FaultKind.CUT)), (End(),)),
        (Delivery(fault=Fault(FaultKind.RESET, 9)), (Send(CLOSED[:9]), End(reset=True))),
        (Delivery(fault=Fault(FaultKind.STALL, 9)), (Send(CLOSED[:9]), Hold())),
        (Delivery(fault=Fault(FaultKind.EXTRA, by=2)), (Send(CLOSED + b"xx"), End())),
        (Delivery(pause=1.0, fault=Fault(FaultKind.STALL)), (Wait(1.0), Hold())),
    ],
    ids=repr,
)
def test_what_happens_is_told_step_by_step(delivery: Delivery, expected: tuple[object, ...]) -> None:
    """A connection on which something goes wrong is closed behind it, and the head says so."""
    assert steps(Answer(REPLY, delivery)) == expected


def test_a_flood_has_no_end() -> None:
    """What went before it stands there once."""
    first, flood = steps(Answer(REPLY, Delivery(fault=Fault(FaultKind.FLOOD, 9))))
    assert first == Send(CLOSED[:9])
    assert isinstance(flood, Flood)
    assert flood.data


@pytest.mark.parametrize("persistent", [True, False])
def test_a_drip_sends_all_of_the_rest(*, persistent: bool) -> None:
    """Byte by byte, each after a pause; the connection ends behind it where it is not kept."""
    fault = Fault(FaultKind.DRIP, len(DATA) - 2 + 19 * (not persistent), seconds=0.5)
    expected = [Wait(0.5), Send(b"f"), Wait(0.5), Send(b"g"), *([] if persistent else [End()])]
    assert list(steps(Answer(REPLY, Delivery(persistent=persistent, fault=fault))))[1:] == expected


@pytest.mark.parametrize("kind", [FaultKind.LENGTH, FaultKind.CHUNK_SIZE, FaultKind.CHUNK_END])
def test_a_message_that_is_wrong_in_itself_goes_out_at_once(kind: FaultKind) -> None:
    """Then the connection is closed."""
    answer = Answer(REPLY, Delivery(framing=Framing.CHUNKED, fault=Fault(kind)))
    assert steps(answer) == (Send(message(answer).data), End())


def test_what_ends_with_the_connection_does_not_keep_it() -> None:
    """Nor does what says so."""
    deliveries = (Delivery(), Delivery(framing=Framing.CLOSE), Delivery(persistent=False))
    assert [kept(Answer(REPLY, delivery)) for delivery in deliveries] == [True, False, False]


def test_an_answer_without_its_fault_is_otherwise_the_same() -> None:
    """What a control is made of."""
    delivery = Delivery(coding="gzip", fault=Fault(FaultKind.CUT))
    assert without_fault(Answer(REPLY, delivery)) == Answer(REPLY, Delivery(coding="gzip"))
