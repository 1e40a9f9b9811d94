"""An adapter in an interpreter of its own: what comes back, what is told of a death, and that nothing is left."""

from __future__ import annotations

import io
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from participant_conformance import quarantined
from participant_conformance.adapter import AdapterError
from participant_conformance.links import quarantine as module
from participant_conformance.links.child import PRINTED
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.quarantine import ENDS, quarantine
from participant_conformance.links.respx_link import RespxLink
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import ImplementationHungError, NotOfferedError, Subject
from participant_conformance.wire_form import outcome_form, question
from participant_strategies.reply import (
    ConnectionRequest,
    Crashed,
    Decoded,
    Encoded,
    Outcome,
    Rejected,
    Reply,
    ServiceError,
)
from participant_strategies.value import Structure
from tests.harness.fatal_adapters import Everything, Fatal, Narrower
from tests.harness.samples import EMPTY, OK, Caller, Decoder, OwnError, Reader

HOME = "tests.harness.fatal_adapters"
#: Long enough for what ends by itself on a busy machine.
LIMIT = 20.0


def subject(name: str = "Fatal", adapter: object | None = None, *, root: Path | None = None, **options: Any) -> Subject:
    """Return a subject with a quarantine for the adapter of a name."""
    adapter = adapter or Fatal()
    apart = quarantine(f"{HOME}:{name}", adapter, root=root)
    return Subject(adapter, quarantine=apart, **{"time_limit": LIMIT, **options})


def body(text: str) -> Reply:
    """Return a reply that says what to do."""
    return Reply(200, (), text.encode())


@contextmanager
def quarantined_subject(name: str = "Fatal", **options: Any) -> Iterator[Subject]:
    """Give a subject whose adapter is in an interpreter of its own."""
    with subject(name, **options).quarantined() as made:
        yield made


@pytest.fixture(scope="module")
def shared() -> Iterator[Subject]:
    """A subject for tests that leave its interpreter alive, or mind nothing."""
    with quarantined_subject("Everything", adapter=Everything()) as made:
        yield made


def counted(judged: Subject) -> tuple[int, int]:
    """Return how many replies its adapter has read, this one included, and the number of its process."""
    outcome = judged.receive(body("count"))
    assert isinstance(outcome, ServiceError)
    return int(str(outcome.code)), int(str(outcome.message))


def gone(process: int) -> bool:
    """Whether a process comes to its end; who is not our own child is not waited for by anybody else."""
    try:
        watch = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], 30)[0])
    finally:
        os.close(watch)


# What comes back


def test_it_runs_in_another_process(shared: Subject) -> None:
    """Which is not ours."""
    assert counted(shared)[1] != os.getpid()


def test_one_interpreter_serves_many_calls() -> None:
    """What an adapter remembers it goes on to remember."""
    with quarantined_subject() as judged:
        first, second = counted(judged), counted(judged)
    assert (first[0], second[0]) == (1, 2)
    assert first[1] == second[1]


def test_the_methods_are_those_of_the_adapter() -> None:
    """No more and no less, with the implementation itself."""
    adapter = Narrower()
    with quarantine(f"{HOME}:Narrower", adapter)(LIMIT) as made:
        names = {name for name in dir(made) if not name.startswith("_")}
        assert names == {"decode_json", "implementation"}
        assert made.implementation is adapter.implementation  # type: ignore[attr-defined]


def test_every_kind_of_value_comes_back(shared: Subject) -> None:
    """As the implementation made it, with what it would print."""
    here, there = Fatal().read(body("values")), shared.receive(body("values"))
    assert isinstance(there, Decoded)
    assert isinstance(here, Decoded)
    assert (there, there.shown, repr(there)) == (here, here.shown, repr(here))
    assert there.value.plain


def test_every_method_can_be_asked(shared: Subject) -> None:
    """With all its arguments, sync or async."""
    reply = Reply(403, (("a", "\xff"),), b"b")
    assert shared.receive_xml(reply, "bare") == Rejected("b")
    assert shared.error_of("json", "a", b"b") == ServiceError("a", "b", known=True, status=400)
    assert shared.error_of("xml", "a", b"b") == ServiceError(None, "ab", known=False)
    assert shared.encode("xml", Structure()) == Encoded(b"{}")
    assert shared.encode("json", Structure()) == Encoded(b"\xff")
    assert shared.ask("decode-json", b"abc") == Everything().decode_json(b"abc")
    assert shared.ask("read-xml", reply, "restXml") == Everything().read_xml(reply, "restXml")


def test_megabytes_pass_in_both_directions(shared: Subject) -> None:
    """More than any pipe holds."""
    text = "é" * 3_000_000
    assert shared.error_of("json", "a", text.encode()) == ServiceError("a", text, known=True, status=400)


def test_a_call_reaches_our_link() -> None:
    """The endpoint is that of this process, and so is what was received."""
    outer = subject("Everything", Everything(), link=LoopbackLink)
    with closing(outer), outer.quarantined() as judged:
        called = judged.call(ConnectionRequest("a", ("B",)), OK, path="/c")
    assert isinstance(called.outcome, ServiceError)
    assert str(called.outcome.code).startswith("http://127.0.0.1:")
    assert str(called.outcome.code).endswith("/c")
    assert called.outcome.message == repr(ConnectionRequest("a", ("B",)))


def test_the_reference_calls_from_there() -> None:
    """A real request over a real socket."""
    apart = quarantine("reference", Reference())
    outer = Subject(Reference(), link=LoopbackLink, quarantine=apart, time_limit=LIMIT)
    with closing(outer), outer.quarantined() as judged:
        called = judged.call(ConnectionRequest("a"), OK)
    assert (called.outcome, called.delivered) == (EMPTY, 1)
    assert called.received[0].values("X-Amz-Bearer") == ["a"]


def test_the_respx_link_does_not_reach_it() -> None:
    """It is a patch of this process."""
    outer = Subject(Caller(), link=RespxLink, quarantine=quarantine("reference", Caller()))
    told = r"^the respx link does not reach another interpreter$"
    with outer.quarantined() as judged, pytest.raises(NotOfferedError, match=told):
        judged.call(ConnectionRequest("a"), OK)


def test_without_a_way_to_make_it_again_there_is_no_quarantine() -> None:
    """An adapter of a fixture is known to this process alone."""
    with pytest.raises(NotOfferedError, match=r"needs an adapter that is named by package\.module:attribute$"):
        Subject(Reader()).quarantined().__enter__()


# Blame


def test_an_own_error_is_a_rejection(shared: Subject) -> None:
    """By the classes that the adapter over there names."""
    outcome = shared.receive(body("own no JSON"))
    assert outcome == Rejected("no JSON", "OwnError")
    assert isinstance(outcome, Rejected)
    assert outcome.shown == ("no JSON",)


def test_a_foreign_error_is_a_crash_with_its_place(shared: Subject) -> None:
    """The same as in this process."""
    there = shared.receive(body("foreign gone"))
    here = Subject(Fatal()).receive(body("foreign gone"))
    assert there == here == Crashed("gone", "LookupError")
    assert repr(there) == repr(here)


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("exit 4", Crashed("4", "SystemExit")),
        ("interrupt", Crashed("a", "KeyboardInterrupt")),
        ("deep", Crashed("what came back is nested too deep to be looked at", "RecursionError")),
    ],
)
def test_what_escapes_is_a_crash_and_ends_nothing(shared: Subject, what: str, outcome: Outcome) -> None:
    """Nobody presses keys there; a value of endless depth is none."""
    assert shared.receive(body(what)) == outcome
    assert counted(shared)[0] > 1


def test_endless_recursion_is_an_ordinary_crash(shared: Subject) -> None:
    """The interpreter has a limit of its own for it."""
    outcome = shared.receive(body("recurse"))
    assert isinstance(outcome, Crashed)
    assert outcome.error == "RecursionError"


def test_an_implementation_that_takes_all_memory_gets_an_error() -> None:
    """It is an ordinary crash: the machine is not brought down."""
    with quarantined_subject() as judged:
        outcome = judged.receive(body("hoard"))
        after = counted(judged)
    assert isinstance(outcome, Crashed)
    assert (outcome.error, after[0]) == ("MemoryError", 2)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("nothing", r"^read may return Decoded, ServiceError, Rejected, not None$"),
        ("skip no child", r"^no child$"),
    ],
)
def test_a_mistake_of_the_adapter_stays_one(shared: Subject, what: str, told: str) -> None:
    """It is told as in this process."""
    with pytest.raises(AdapterError, match=told):
        shared.receive(body(what))


def test_a_fault_of_ours_is_not_the_implementations() -> None:
    """A method that is only there on this side."""
    with subject("Narrower", Fatal()).quarantined() as judged:
        told = r"^the interpreter of its own: NotOfferedError: read is not offered$"
        with pytest.raises(AdapterError, match=told):
            judged.receive(OK)


# Deaths


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("kill SIGSEGV", Crashed("the interpreter died by SIGSEGV", "SIGSEGV")),
        ("segfault", Crashed("the interpreter died by SIGSEGV", "SIGSEGV")),
        ("kill 40", Crashed("the interpreter died by signal 40", "signal 40")),
        ("leave 0", Crashed("the interpreter ended with code 0", "exit")),
        ("leave 3", Crashed("the interpreter ended with code 3", "exit")),
        ("close", Crashed("the interpreter stopped answering", "exit")),
    ],
)
def test_a_death_is_a_crash_and_the_next_call_is_served(what: str, outcome: Outcome) -> None:
    """By an interpreter that was made anew."""
    with quarantined_subject() as judged:
        before = counted(judged)
        assert judged.receive(body(what)) == outcome
        after = counted(judged)
    assert after[0] == 1
    assert after[1] != before[1]


@pytest.mark.parametrize("what", ["spin", "spin_on", "wait"])
def test_a_hang_is_a_crash_and_the_next_call_is_served(what: str) -> None:
    """In Python, also where it swallows what interrupts it, and in C."""
    with quarantined_subject(time_limit=0.2) as judged:
        assert judged.receive(body(what)) == Crashed("did not return within 0.2 s", "hang")
        assert counted(judged)[0] == 1
        assert judged.abandoned == []


def test_a_death_between_two_calls_is_told_at_the_next() -> None:
    """By whatever it was."""
    with quarantined_subject() as judged:
        process = counted(judged)[1]
        os.kill(process, signal.SIGKILL)
        assert gone(process)
        assert judged.receive(body("count")) == Crashed("the interpreter died by SIGKILL", "SIGKILL")
        assert counted(judged)[0] == 1


def test_a_child_that_takes_no_question_hangs() -> None:
    """More than its pipe holds is not waited for longer than anything else."""
    with quarantined_subject("Everything", adapter=Everything(), time_limit=0.3) as judged:
        os.kill(counted(judged)[1], signal.SIGSTOP)
        outcome = judged.error_of("json", "a", b"b" * 1_000_000)
    assert outcome == Crashed("did not return within 0.3 s", "hang")


def test_what_was_printed_last_is_kept_with_a_death() -> None:
    """For who looks for the reason, and for secrets."""
    with quarantined_subject() as judged:
        outcome = judged.receive(body("say goodbye"))
    assert isinstance(outcome, Crashed)
    assert outcome.shown == ("goodbye\n",)


def test_floods_of_prints_disturb_nothing() -> None:
    """Of megabytes on both streams the last is kept."""
    with quarantined_subject() as judged:
        assert judged.receive(body("flood")) == EMPTY
        outcome = judged.receive(body("leave 1"))
    assert isinstance(outcome, Crashed)
    assert outcome.shown == ("a" * PRINTED,)


def test_a_question_that_is_known_to_be_fatal_is_not_asked_again() -> None:
    """Repetitions of a counterexample cost three deaths, not more."""
    with quarantined_subject() as judged:
        outcomes = {repr(judged.receive(body("leave 3"))) for _ in range(ENDS)}
        counted(judged)
        outcomes.add(repr(judged.receive(body("leave 3"))))
        assert counted(judged)[0] == 2
    assert outcomes == {'crash, exit: "the interpreter ended with code 3"'}


def test_one_case_after_the_other_that_hangs_ends_the_check() -> None:
    """Three are waited for; after one more the rest is not worth its time."""
    with quarantined_subject(time_limit=0.05) as judged:
        for number in range(ENDS):
            assert isinstance(judged.receive(body(f"spin {number}")), Crashed)
        with pytest.raises(ImplementationHungError, match=r"^did not return within 0\.05 s$"):
            judged.receive(body("spin once more"))


# What is left


def test_nothing_is_left_of_a_check() -> None:
    """The interpreter ends with it."""
    with quarantined_subject() as judged:
        process = counted(judged)[1]
    assert gone(process)


@pytest.mark.parametrize("what", ["fork", "fork_and_leave"])
def test_nothing_is_left_of_what_it_started(what: str, tmp_path: Path) -> None:
    """Also where a process that was forked holds its pipes."""
    with quarantined_subject() as judged:
        judged.receive(body(f"{what} {tmp_path / 'process'}"))
    assert gone(int((tmp_path / "process").read_text()))


def test_nothing_is_left_where_a_check_ends_by_an_error() -> None:
    """As by Ctrl-C."""
    process = 0
    with pytest.raises(KeyboardInterrupt), quarantined_subject() as judged:  # noqa: PT012 - the error comes behind it
        process = counted(judged)[1]
        raise KeyboardInterrupt
    assert gone(process)


def test_no_pipe_is_left_open() -> None:
    """Deaths and ends by themselves included."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    with quarantined_subject() as judged:
        judged.receive(body("leave 3"))
        counted(judged)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_no_pipe_is_left_open_where_nothing_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is nobody's outcome."""

    def fails(*_arguments: object, **_options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", fails)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with quarantine(f"{HOME}:Fatal", Fatal())(LIMIT) as made, pytest.raises(OSError, match=r"^no more processes$"):
        made.read(OK)  # type: ignore[attr-defined]
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_check_that_asks_nothing_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter costs time."""
    monkeypatch.setattr(subprocess, "Popen", lambda *_arguments, **_options: pytest.fail("something was started"))
    with quarantined_subject() as judged:
        assert judged.capabilities == {"read"}


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """Also where that one is killed: its pipe is closed then."""
    script = f"""
import os, signal
from pathlib import Path
from tests.harness.test_quarantine import counted, quarantined_subject
with quarantined_subject() as judged:
    Path({str(tmp_path / "process")!r}).write_text(str(counted(judged)[1]))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, timeout=60)
    assert gone(int((tmp_path / "process").read_text()))


# Making it


def test_an_adapter_that_cannot_be_made_is_told_so() -> None:
    """With the message that it would have here."""
    with quarantined_subject("Unmade") as judged:
        told = rf"^adapter '{HOME}:Unmade': making it raised LookupError: no library$"
        with pytest.raises(AdapterError, match=told):
            judged.receive(OK)


def test_an_adapter_that_takes_the_interpreter_along_is_told_so() -> None:
    """It is nobody's outcome yet."""
    with (
        quarantined_subject("FatalToMake") as judged,
        pytest.raises(AdapterError, match=r" is made ended with code 9$"),
    ):
        judged.receive(OK)


def test_an_adapter_that_takes_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has half a minute."""
    monkeypatch.setattr(module, "START_LIMIT", 0.5)
    told = r" is made was not ready within 0\.5 s$"
    with quarantined_subject("SlowToMake") as judged, pytest.raises(AdapterError, match=told):
        judged.receive(OK)


def test_modules_are_found_as_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The path of this process is that of the other one, and the root is its last."""
    monkeypatch.syspath_prepend(tmp_path / "first")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "only_there.py").write_text(f"from {HOME} import Environment\n", encoding="utf-8")
    adapter = Reader()
    with quarantine("only_there:Environment", adapter, root=tmp_path)(LIMIT) as made:
        paths = made.read(body("a")).message.split("\n")  # type: ignore[attr-defined]
    assert paths == [*sys.path, str(tmp_path)]


def test_the_environment_there_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the user has set."""
    monkeypatch.setenv("AWS_PROFILE", "own")
    monkeypatch.setenv("HTTPS_PROXY", "http://own")
    with quarantined_subject("Environment") as judged:
        outcomes = [judged.receive(body(name)) for name in ("AWS_PROFILE", "HTTPS_PROXY", "NO_PROXY")]
    assert [getattr(outcome, "code", "") for outcome in outcomes] == [None, None, "*"]


# The other side


def served(*asked: dict[str, Any], name: str = "Fatal") -> list[dict[str, Any]]:
    """Return what the child answers to the questions behind the start, within this process."""
    start = {"id": 0, "spec": f"{HOME}:{name}", "root": None, "path": list(sys.path), "seconds": LIMIT}
    lines = [json.dumps({"id": number, **question}) for number, question in enumerate([start, *asked])]
    return list(quarantined.served(io.BytesIO("\n".join(lines).encode())))


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this process without limits."""
    monkeypatch.setattr(quarantined, "_limit", lambda *_arguments: None)


@pytest.mark.usefixtures("unlimited")
def test_the_child_answers_each_question_under_its_number() -> None:
    """The first answer says that the adapter is there."""
    hello, *answers = served(question("read", body("own a")), question("read", body("nothing")), {"op": "dream"})
    assert hello == {"id": 0, "hello": {}}
    assert answers == [
        {"id": 1, "outcome": outcome_form(Rejected("a", "OwnError", ("a",)))},
        {"id": 2, "fault": "read may return Decoded, ServiceError, Rejected, not None"},
        {"id": 3, "fault": "the interpreter of its own: WireFormError: there is no operation 'dream'"},
    ]


@pytest.mark.usefixtures("unlimited")
def test_the_child_ends_where_no_adapter_can_be_made() -> None:
    """The fault is all that it says."""
    [told] = served(question("read", OK), name="Unmade")
    assert set(told) == {"id", "fault"}


def test_an_answer_that_cannot_be_written_is_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an implementation hands on may be more than memory holds: that is its doing."""

    def form(outcome: Outcome) -> Any:
        match outcome:
            case Decoded():
                raise MemoryError
            case _:
                return outcome_form(outcome)

    monkeypatch.setattr(quarantined, "outcome_form", form)
    assert quarantined.answer(Subject(Decoder()), {"op": "decode", "format": "json", "body": ""}) == {
        "outcome": outcome_form(Crashed("what came back cannot be looked at", "MemoryError"))
    }


def test_without_limits_the_child_works_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every system has them, nor every user the right."""
    monkeypatch.setitem(sys.modules, "resource", None)
    quarantined.without_core()
    quarantined.limit_memory()
    assert quarantined.answer(Subject(Decoder()), {"op": "decode", "format": "json", "body": ""}) == {
        "outcome": outcome_form(EMPTY)
    }


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"[]", r"the answer is an array, not an object$"),
        (b"{", r"Expecting property name"),
        (b"[" * 100_000, r"maximum recursion depth exceeded"),
        (b'{"id": 2, "outcome": {}}', r"outcome holds none of"),
        (b'{"id": 2}', r"outcome is nothing, not an object$"),
    ],
    ids=["array", "cut", "deep", "no-outcome", "nothing"],
)
def test_an_answer_that_is_none_is_nobodys_outcome(line: bytes, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An implementation could write to any pipe."""
    with quarantined_subject() as judged:
        counted(judged)
        read = os.read
        answers = [line.replace(b'"id": 2', b'"id": 3') + b"\n"]
        monkeypatch.setattr(os, "read", lambda pipe, size: answers.pop() if answers else read(pipe, size))
        with pytest.raises(AdapterError, match=rf"^the interpreter of its own answered badly: .*{told}"):
            judged.receive(body("count"))


def test_an_answer_to_another_question_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one that was given up, or of a process that was forked."""
    with quarantined_subject() as judged:
        read = os.read
        counted(judged)
        answers = [b'{"id": 1, "fault": "old"}\n']
        monkeypatch.setattr(os, "read", lambda pipe, size: answers.pop() if answers else read(pipe, size))
        assert counted(judged)[0] == 2


def test_the_errors_of_the_sample_are_known_over_there() -> None:
    """What these tests are built on."""
    assert Fatal.implementation.errors == (OwnError,)
