"""A client that waits for ever is ended by our time limit, whatever goes wrong on the way; nothing of it is left."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import closing

import pytest

from participant_conformance.links.child import Child
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.quarantine import quarantine
from participant_conformance.subject import USUAL_REQUEST, ImplementationHungError, Subject
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.reply import Crashed
from tests.links.endless_clients import Awaiting, Blocking
from tests.links.raw import OK, PLAIN, faulty, settled

LIMIT = 0.3
#: One a kind, in the words of a report.
ANSWERS = {
    FaultKind.CUT: (faulty(FaultKind.CUT, 9), "closed after 9 bytes"),
    FaultKind.RESET: (faulty(FaultKind.RESET, 9), "reset after 9 bytes"),
    FaultKind.STALL: (faulty(FaultKind.STALL, 9), "nothing more after 9 bytes"),
    FaultKind.DRIP: (faulty(FaultKind.DRIP, len(PLAIN) - 2, seconds=10.0), "after 42 bytes one byte each 10 s"),
    FaultKind.FLOOD: (faulty(FaultKind.FLOOD, 9), "without end after 9 bytes"),
    FaultKind.EXTRA: (faulty(FaultKind.EXTRA, by=3), "3 bytes more behind the message"),
    FaultKind.LENGTH: (faulty(FaultKind.LENGTH, by=5), "Content-Length +5"),
    FaultKind.CHUNK_SIZE: (
        Answer(OK, Delivery(framing=Framing.CHUNKED, fault=Fault(FaultKind.CHUNK_SIZE))),
        "the size of chunk 0 is no number",
    ),
    FaultKind.CHUNK_END: (
        Answer(OK, Delivery(framing=Framing.CHUNKED, fault=Fault(FaultKind.CHUNK_END))),
        "no line end behind chunk 0",
    ),
}


def test_every_kind_of_fault_is_looked_at() -> None:
    """None was forgotten."""
    assert set(ANSWERS) == set(FaultKind)


@pytest.fixture
def link() -> Iterator[LoopbackLink]:
    """A link that is closed after the test."""
    with closing(LoopbackLink()) as made:
        yield made


@pytest.mark.parametrize("client", [Blocking, Awaiting])
@pytest.mark.parametrize("kind", FaultKind)
def test_a_client_that_waits_is_ended(link: LoopbackLink, kind: FaultKind, client: type[Blocking | Awaiting]) -> None:
    """The call is counted and named, with the fault; of its connection nothing is left when the next call is served."""
    answer, words = ANSWERS[kind]
    with closing(Subject(client(), link=lambda: link, time_limit=LIMIT)) as judged:
        with pytest.raises(ImplementationHungError, match=r"^did not return within 0\.3 s$") as hung:
            judged.call(USUAL_REQUEST, answer)
        (abandoned,) = judged.abandoned
        assert abandoned.startswith("call with request(")
        assert words in abandoned
        assert (hung.value.capability, f"call with {hung.value.during}") == ("call", abandoned)
        link.serve(OK)
        assert settled(link) == 0


@pytest.mark.parametrize("kind", FaultKind)
def test_a_client_that_waits_in_another_interpreter_is_killed(
    link: LoopbackLink, kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its process and its connection."""
    processes: list[int] = []
    kill = Child.kill

    def killed(child: Child) -> None:
        processes.append(child._process.pid)
        kill(child)

    monkeypatch.setattr(Child, "kill", killed)
    with quarantine("tests.links.endless_clients:Blocking", Blocking())(LIMIT) as adapter:
        outcome = Subject(adapter, link=lambda: link, time_limit=30.0).call(USUAL_REQUEST, ANSWERS[kind][0]).outcome
    assert isinstance(outcome, Crashed)
    assert outcome.reason == "did not return within 0.3 s"
    (process,) = processes
    assert is_gone(process)
    link.serve(OK)
    assert settled(link) == 0


def is_gone(process: int) -> bool:
    """Tell whether a process has ended."""
    try:
        watch = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], 30)[0])
    finally:
        os.close(watch)


def test_calls_at_once_that_wait_are_ended_together(link: LoopbackLink) -> None:
    """They count as one, and the next call is answered."""
    judged = Subject(Awaiting(), link=lambda: link, time_limit=LIMIT)
    with closing(judged), pytest.raises(ImplementationHungError):
        judged.call_at_once({"a": faulty(FaultKind.STALL), "b": faulty(FaultKind.STALL)})
    assert judged.abandoned == ["call with 2 calls at once"]
