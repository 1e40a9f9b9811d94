"""From a call on an adapter to an outcome: which way is taken, who is to blame, what is kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from participant_conformance.adapter import AdapterError
from participant_conformance.links import Exchange, Received
from participant_conformance.subject import (
    ABANDONED_CALLS,
    USUAL_REQUEST,
    Called,
    ImplementationHungError,
    NotOfferedError,
    Subject,
    described,
)
from participant_strategies.delivery import Answer
from participant_strategies.reply import ConnectionRequest, Crashed, Refused, Rejected, Reply, ServiceError
from tests.harness.samples import (
    EMPTY,
    NOT_OK,
    OK,
    Caller,
    Decoder,
    NarrowerError,
    OwnError,
    Reader,
    implementation,
    raising,
    subject,
)

LIMIT = 0.1
ERROR = ServiceError("a", None, known=False)


class StubLink:
    """A link without a wire: it remembers what was asked of it."""

    name = "stub"

    def __init__(self, *, raw_bytes: bool = True, delivered: int = 1) -> None:
        self.raw_bytes = raw_bytes
        self._delivered = delivered
        self.served: list[Exchange] = []
        self.closed = 0

    def serve(
        self,
        *answers: Reply | Answer,
        path: str = "",
        own: Mapping[str, Reply | Answer] | None = None,
        together: int = 1,
    ) -> Exchange:
        """Make an exchange at which one request has arrived."""
        made = Exchange.of(f"stub:{path}", answers, own, together)
        made.received, made.delivered = [Received("POST")], self._delivered
        self.served.append(made)
        return self.served[-1]

    def close(self) -> None:
        """Count."""
        self.closed += 1


@pytest.fixture
def link() -> StubLink:
    """A link that sees bytes."""
    return StubLink()


class Capabilities:
    """Stands for an adapter whose methods are its attributes."""

    def __init__(self, **methods: object) -> None:
        self.implementation = implementation()
        self.__dict__.update(methods)


# The way that is taken


def test_read_comes_first() -> None:
    """A whole reply is read where that is offered, whatever else is."""
    adapter = Capabilities(read=lambda _reply: EMPTY, call=lambda *_given: ERROR, decode_json=lambda _body: ERROR)
    assert Subject(adapter).receive(OK) == EMPTY


def test_call_comes_second(link: StubLink) -> None:
    """Without ``read`` the reply is served to a real call."""
    adapter = Capabilities(call=lambda *_given: EMPTY, decode_json=lambda _body: ERROR)
    assert Subject(adapter, link=lambda: link).receive(OK) == EMPTY
    assert [exchange.answers[0].reply for exchange in link.served] == [OK]


def test_a_reply_is_called_for_with_the_usual_request(link: StubLink) -> None:
    """Where the check is about the reply, the request is always the same."""
    adapter = Caller()
    Subject(adapter, link=lambda: link).receive(OK)
    assert adapter.taken == [("stub:", USUAL_REQUEST)]


def test_decode_json_comes_last() -> None:
    """With nothing else the body of a success is decoded."""
    adapter = Decoder()
    assert Subject(adapter).receive(OK) == EMPTY
    assert adapter.taken == [OK.body]


@pytest.mark.parametrize("status", [199, 300, 403])
def test_a_body_that_is_no_success_is_not_decoded(status: int) -> None:
    """A decoder of successes has nothing to say about an error."""
    with pytest.raises(NotOfferedError, match=r"^none of read, call and decode-json is offered for this reply$"):
        Subject(Decoder()).receive(replace(OK, status=status))


def test_a_call_needs_the_capability() -> None:
    """An adapter that reads cannot be made to send."""
    with pytest.raises(NotOfferedError, match=r"^call is not offered$"):
        subject().call(USUAL_REQUEST, OK)


def test_a_call_needs_a_link() -> None:
    """Without a link there is nowhere to send to."""
    with pytest.raises(NotOfferedError, match=r"^there is no link to call over$"):
        Subject(Caller()).call(USUAL_REQUEST, OK)


def test_a_call_gives_the_outcome_and_what_arrived(link: StubLink) -> None:
    """Both are evidence, and so is how often the reply went out."""
    called = Subject(Caller(), link=lambda: link).call(USUAL_REQUEST, OK)
    assert replace(called, seconds=0) == Called(EMPTY, (Received("POST"),), 1)


@pytest.mark.parametrize("answer", [EMPTY, ERROR], ids=str)
def test_an_answer_to_a_reply_that_was_never_sent_is_none(answer: object) -> None:
    """A call that sent no request cannot have taken the reply, whatever it says."""
    outcome = Subject(Caller(lambda *_given: answer), link=lambda: StubLink(delivered=0)).receive(OK)
    assert outcome == Refused(f"no request was sent, and yet: {answer!r}")


@pytest.mark.parametrize("answer", [Refused("no token"), Rejected("no socket")], ids=str)
def test_a_call_that_says_it_sent_nothing_is_believed(answer: object) -> None:
    """Only an answer that needs a reply is doubted."""
    outcome = Subject(Caller(lambda *_given: answer), link=lambda: StubLink(delivered=0)).receive(OK)
    assert outcome == answer


def test_the_path_is_part_of_the_endpoint(link: StubLink) -> None:
    """The endpoint that the link gives is handed to the adapter as it is."""
    adapter = Caller()
    Subject(adapter, link=lambda: link).call(USUAL_REQUEST, OK, path="/a/")
    assert adapter.taken == [("stub:/a/", USUAL_REQUEST)]


def test_the_link_is_made_once_and_late(link: StubLink) -> None:
    """A run that calls nothing opens no port; one that calls often opens one."""
    make = Mock(return_value=link)
    judged = Subject(Caller(), link=make)
    before = make.call_count
    judged.receive(OK)
    judged.receive(OK)
    assert (before, make.call_count) == (0, 1)


@pytest.mark.parametrize("raw_bytes", [True, False])
def test_the_link_says_whether_bytes_are_seen(raw_bytes: bool) -> None:
    """Some checks need the bytes of a request."""
    assert Subject(Caller(), link=lambda: StubLink(raw_bytes=raw_bytes)).sees_raw_bytes() is raw_bytes


@pytest.mark.parametrize(("raw_bytes", "closed"), [(True, 0), (False, 1)])
def test_only_a_link_that_changes_the_process_is_released(raw_bytes: bool, closed: int) -> None:
    """A server stays up between checks; patched transports do not stay patched."""
    link = StubLink(raw_bytes=raw_bytes)
    judged = Subject(Caller(), link=lambda: link)
    judged.receive(OK)
    judged.release()
    assert link.closed == closed


def test_releasing_before_the_first_call_opens_no_link(link: StubLink) -> None:
    """There is nothing to give back yet."""
    make = Mock(return_value=link)
    Subject(Caller(), link=make).release()
    assert make.call_count == 0


def test_closing_closes_the_link(link: StubLink) -> None:
    """Whatever the link is, it ends with the run."""
    with closing(Subject(Caller(), link=lambda: link)) as judged:
        judged.receive(OK)
    assert link.closed == 1


def test_an_unsound_adapter_is_found_at_once() -> None:
    """The complaint comes before the first call."""
    with pytest.raises(AdapterError, match=r"offers nothing"):
        Subject(object())


# Blame


def test_an_own_error_is_a_rejection() -> None:
    """What the implementation raises of its own is its way to say that the reply is unusable."""
    outcome = subject(raising(OwnError("no JSON"))).receive(OK)
    assert outcome == Rejected("no JSON", "OwnError")


def test_an_own_error_is_named_by_its_narrowest_class() -> None:
    """A subclass of a listed class is an own error too."""
    outcome = subject(raising(NarrowerError("no JSON"))).receive(OK)
    assert outcome == Rejected("no JSON", "NarrowerError")


@pytest.mark.parametrize("error", [ValueError("a"), RecursionError("a"), SystemExit("a"), GeneratorExit("a")], ids=repr)
def test_a_foreign_error_is_a_crash(error: BaseException) -> None:
    """Whatever else escapes, however it is derived, is the implementation's fault."""
    assert subject(raising(error)).receive(OK) == Crashed("a", type(error).__name__)


def test_without_own_errors_everything_is_a_crash() -> None:
    """An implementation that names none has none."""
    adapter = Reader(raising(OwnError("a")))
    adapter.implementation = replace(adapter.implementation, errors=())
    assert Subject(adapter).receive(OK) == Crashed("a", "OwnError")


@pytest.mark.parametrize("base", [OwnError, ValueError])
def test_an_error_that_cannot_say_its_text_is_judged_all_the_same(base: type[Exception]) -> None:
    """A fault in the text of an error is no fault of the suite."""

    class MuteError(base):  # type: ignore[misc, valid-type]
        def __str__(self) -> str:
            raise RuntimeError("no text")

    outcome = subject(raising(MuteError())).receive(OK)
    assert isinstance(outcome, (Rejected, Crashed))
    assert (outcome.error, outcome.reason) == ("MuteError", "(its text raised RuntimeError)")


def test_a_crash_names_its_innermost_frame() -> None:
    """Two parts of the path, the line and the function are enough to find it."""
    outcome = subject(lambda _reply: json.loads("{")).receive(OK)
    assert isinstance(outcome, Crashed)
    place, line, function = outcome.place.partition(":")[0], *outcome.place.partition(":")[2].split(" in ")
    assert (place, line.isdigit(), function) == ("json.decoder", True, "raw_decode")


def test_a_crash_holds_no_absolute_path() -> None:
    """A report tells nothing of the machine it was made on."""
    outcome = subject(raising(ValueError("a"))).receive(OK)
    assert isinstance(outcome, Crashed)
    assert outcome.place.startswith("tests.harness.samples:")
    assert str(Path(__file__).parent) not in repr(outcome)


def test_a_crash_without_a_frame_of_the_implementation_has_no_place() -> None:
    """A frame of the suite would be no help."""
    outcome = Subject(Capabilities(read=int)).receive(OK)
    assert isinstance(outcome, Crashed)
    assert (outcome.error, outcome.place) == ("TypeError", "")


def test_skipping_is_no_answer() -> None:
    """An adapter that skips the test from within is told so."""
    with pytest.raises(AdapterError, match=r"^read raised Skipped: not today$"):
        subject(raising(pytest.skip.Exception("not today"))).receive(OK)


def test_an_adapter_error_of_the_adapter_passes() -> None:
    """An adapter may say itself that it is at fault."""
    with pytest.raises(AdapterError, match=r"^no child$"):
        subject(raising(AdapterError("no child"))).receive(OK)


def test_control_c_ends_the_run() -> None:
    """The person at the keyboard is no outcome."""
    with pytest.raises(KeyboardInterrupt):
        subject(raising(KeyboardInterrupt())).receive(OK)


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        (subject(lambda _reply: None), r"^read may return Decoded, ServiceError, Rejected, not None$"),
        (subject(lambda _reply: {}), r"^read may return Decoded, ServiceError, Rejected, not dict \{\}$"),
        (Subject(Decoder(lambda _body: ERROR)), r"^decode_json may return Decoded, Rejected, not ServiceError "),
    ],
    ids=["none", "dict", "error"],
)
def test_a_wrong_type_is_the_adapters_mistake(judged: Subject, told: str) -> None:
    """The message says what may be returned instead."""
    with pytest.raises(AdapterError, match=told):
        judged.receive(OK)


# Time


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """What a hanging call waits for; it is set when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def test_a_call_that_hangs_says_what_it_was_given(released: threading.Event) -> None:
    """The capability and the reply stand in the error."""
    judged = subject(lambda _reply: released.wait(), time_limit=LIMIT)
    with pytest.raises(ImplementationHungError, match=r"^did not return within 0\.1 s$") as hung:
        judged.receive(NOT_OK)
    assert (hung.value.capability, hung.value.during) == ("read", "HTTP 403 · {}")


def test_a_hanging_call_names_the_request_too(released: threading.Event, link: StubLink) -> None:
    """For ``call`` both sides of the exchange are told."""
    judged = Subject(Caller(lambda *_given: released.wait()), link=lambda: link, time_limit=LIMIT)
    with pytest.raises(ImplementationHungError) as hung:
        judged.call(ConnectionRequest("a"), OK)
    assert hung.value.during == 'request(token "a") answered by HTTP 200 · {}'


def test_calls_that_hang_are_counted_until_the_run_is_exhausted(released: threading.Event) -> None:
    """A few are borne with; after one more the run is to end."""
    judged = subject(lambda _reply: released.wait(), time_limit=0.02)
    exhausted: list[bool] = []
    for _ in range(ABANDONED_CALLS + 1):
        with pytest.raises(ImplementationHungError):
            judged.receive(OK)
        exhausted.append(judged.exhausted)
    assert exhausted == [False] * ABANDONED_CALLS + [True]
    assert judged.abandoned == ["read with HTTP 200 · {}"] * (ABANDONED_CALLS + 1)


# Who is judged


def test_the_implementation_is_described_in_plain_types() -> None:
    """What goes into a report is text, lists and numbers."""
    adapter = Reader()
    adapter.implementation = replace(implementation(lacks=("WebRTCConnection",), limits=True), runtime="node 22")
    told = described(Subject(adapter))
    assert told == json.loads(json.dumps(told))
    assert told == {
        "name": "sample",
        "version": "1.0",
        "language": "python",
        "runtime": "node 22",
        "capabilities": ["read"],
        "errors": ["OwnError"],
        "traits": {"lacks": ["WebRTCConnection"], "limits": True},
    }
