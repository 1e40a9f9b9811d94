"""One check from its vectors to a finding: what is counted, what is shrunk, what ends it at once."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle

import pytest
from hypothesis import strategies as st

from participant_conformance import checks
from participant_conformance.adapter import AdapterError
from participant_conformance.checks.check import Check, Found
from participant_conformance.failures import ConformanceFailure, Evidence
from participant_conformance.gate.runner import (
    FINDINGS,
    INTERPRETERS_OWN,
    PATIENT_REPETITIONS,
    REPETITIONS,
    Effort,
    replay,
    run_check,
)
from participant_conformance.gate.verdicts import Counterexample, Finding, Result
from participant_conformance.subject import NO_QUARANTINE, ImplementationHungError, NotOfferedError, Subject
from tests.gate.synthetic import (
    Recorded,
    check,
    fails,
    fails_from,
    failure,
    raises,
    requirement,
    sees_nothing,
    sees_up_to,
    unseen,
)
from tests.harness.samples import OK, Decoder, Reader, subject

EFFORT = Effort(50)
HUNG = ImplementationHungError(5.0, "read", "HTTP 200 · {}")


def found(example: Callable[[Subject, object], Found], effort: Effort = EFFORT, **how: object) -> Result:
    """Return what is found by a function that judges one number."""
    return run_check(check(example, **how), subject(), effort)  # type: ignore[arg-type]


@dataclass
class InTurn:
    """Judge by one function after the other, whatever the case; by the last one from then on."""

    judges: list[Callable[[object], None]]
    cases: list[object] = field(default_factory=list)

    def __call__(self, _subject: Subject, case: object) -> None:
        """Judge by the next function."""
        self.cases.append(case)
        judge = self.judges.pop(0) if len(self.judges) > 1 else self.judges[0]
        judge(case)


def conforms(_case: object) -> None:
    """Judge a case to be right."""


# Examples


def test_what_is_right_in_every_example_conforms() -> None:
    """All examples are counted, and all were observed."""
    assert found(Recorded(), vectors=(-1, -2)) == Result(Finding.CONFORMS, "", None, 52, 52)


def test_vectors_come_before_draws() -> None:
    """In their order, each once."""
    recorded = Recorded()
    found(recorded, vectors=(-1, -2))
    assert recorded.cases[:2] == [-1, -2]
    assert all(case >= 0 for case in recorded.cases[2:])


def test_a_vector_that_fails_ends_the_check() -> None:
    """It is the counterexample: nothing is drawn, and there is nothing to shrink."""
    recorded = Recorded(fails_from(7))
    result = found(recorded, vectors=(3, 900, 7))
    assert result.counterexample is not None
    assert result.counterexample.lines == (("case", "900"),)
    assert recorded.cases == [3, 900] + [900] * REPETITIONS


def test_vectors_that_are_all_there_is_are_judged_alone() -> None:
    """Nothing is drawn behind them."""
    recorded = Recorded()
    finite = replace(check(recorded, vectors=(-1, -2)), finite=True)
    assert run_check(finite, subject(), EFFORT) == Result(Finding.CONFORMS, "", None, 2, 2)
    assert recorded.cases == [-1, -2]


def test_what_waits_for_retries_is_not_repeated_as_often() -> None:
    """Each time takes as long as the client waits."""
    recorded = Recorded(fails_from(7))
    patient = replace(requirement(), patient=True)
    result = run_check(check(recorded, of=patient, vectors=(900,)), subject(), EFFORT)
    assert result.counterexample is not None
    assert (result.counterexample.reproduced, result.counterexample.repeated) == (1, 1)
    assert recorded.cases == [900] * (1 + PATIENT_REPETITIONS)


def test_the_same_examples_come_again() -> None:
    """The draws are those of the requirement."""
    first, second = Recorded(), Recorded()
    found(first)
    found(second)
    assert first.cases == second.cases


def test_another_requirement_draws_other_examples() -> None:
    """The seed is made of its name."""
    first, second = Recorded(), Recorded()
    found(first)
    found(second, of=requirement("decode.tags"))
    assert first.cases != second.cases


def test_exploring_draws_other_examples() -> None:
    """The seed of the run is added."""
    first, second = Recorded(), Recorded()
    found(first)
    found(second, Effort(50, run_seed=1))
    assert first.cases != second.cases


# Counterexamples


def test_a_failure_is_shrunk_to_the_smallest_case() -> None:
    """What a person reads is as short as can be, and is the case that is repeated."""
    recorded = Recorded(fails_from(17))
    assert found(recorded).counterexample == Counterexample((("case", "17"),), REPETITIONS, REPETITIONS, case=17)
    assert recorded.cases[-REPETITIONS:] == [17] * REPETITIONS


def test_a_failure_says_what_was_expected_and_got() -> None:
    """In the words of the final case."""
    result = found(Recorded(fails_from(17)))
    assert (result.finding, result.reason) == (Finding.VIOLATES, "expected right, got wrong by 17")


def test_an_expected_deviation_is_not_shrunk() -> None:
    """Nothing is drawn after the first failure, which Hypothesis replays once: it costs nothing."""
    recorded = Recorded(fails_from(17))
    result = found(recorded, Effort(50, shrink=False))
    first = next(number for number, case in enumerate(recorded.cases) if case >= 17)
    assert result.finding is Finding.VIOLATES
    assert recorded.cases[first:] == [recorded.cases[first]] * 2


def test_an_expected_deviation_is_not_repeated() -> None:
    """Whether it can be reproduced is not asked."""
    result = found(Recorded(fails_from(17)), Effort(50, shrink=False))
    assert result.counterexample is not None
    assert (result.counterexample.reproduced, result.counterexample.repeated) == (0, 0)
    assert result.reason.startswith("expected right, got wrong by ")


def test_a_failure_by_a_crash_is_marked() -> None:
    """It proves less than a wrong outcome."""

    def crashes(case: object) -> None:
        raise ConformanceFailure("right", "crash", evidence=Evidence((("case", repr(case)),)), crash=True)

    result = found(Recorded(crashes))
    assert result.counterexample is not None
    assert result.counterexample.crash


def test_what_cannot_be_stored_costs_no_verdict() -> None:
    """Such a case is told in words alone."""
    result = found(Recorded(fails), cases=lambda: st.just([1]))
    assert result.finding is Finding.VIOLATES
    assert result.counterexample is not None
    assert result.counterexample.case is None


# Findings


def tells(*findings: str) -> Callable[[Subject, object], Found]:
    """Judge by telling one thing after the other, round and round."""
    told = cycle(findings)
    return lambda _subject, _case: next(told)


def test_what_examples_tell_is_kept_once_each() -> None:
    """In an order of its own: it does not matter which example came first."""
    assert found(tells("b", "a", "b")).findings == ("a", "b")


def test_an_example_may_tell_several_things_or_none() -> None:
    """All of them are kept."""
    told: list[Found] = [None, ("b", "a"), (), "c"]
    assert found(lambda _subject, _case: told.pop(0) if told else None).findings == ("a", "b", "c")


def test_more_than_a_few_findings_are_not_kept() -> None:
    """A wall of words is none."""
    told = [f"{number:02}" for number in range(50)]
    assert found(tells(*told)).findings == tuple(told[:FINDINGS])


# One case again


def test_a_case_is_judged_again_without_any_draw() -> None:
    """Several times, to see whether it is always the same."""
    recorded = Recorded()
    assert replay(check(recorded), 8, subject()) == Result(Finding.CONFORMS, "", None, 5, 5)
    assert recorded.cases == [8] * REPETITIONS


def test_a_case_that_fails_again_gives_the_same_result() -> None:
    """Lines, reason and case are those of the run that found it."""
    once = found(Recorded(fails_from(17)))
    again = replay(check(Recorded(fails_from(17))), 17, subject())
    assert (again.finding, again.reason, again.counterexample) == (once.finding, once.reason, once.counterexample)


def test_a_case_that_fails_at_times_is_not_reproducible() -> None:
    """Also where it came out right at first."""
    result = replay(check(InTurn([conforms, fails, conforms, fails, conforms])), 8, subject())
    assert result.finding is Finding.VIOLATES
    assert result.reason == "not reproducible, 1 of 5 repetitions failed: expected right, got wrong by 8"


def test_a_case_that_is_not_observed_again_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands behind is not looked for: that is about more than this case."""
    monkeypatch.setattr(checks, "registry", lambda: pytest.fail("another check was looked for"))
    made = check(Recorded(sees_nothing), of=requirement(presupposes=("a.parent",)))
    result = replay(made, 8, subject())
    assert (result.finding, result.because) == (Finding.NOT_OBSERVED, "a.parent")
    assert result.counterexample == Counterexample((("control", "8"),), case=8)


# Isolated


def test_what_may_bring_the_interpreter_down_is_judged_elsewhere() -> None:
    """By the adapter that the quarantine gives, which is closed behind it."""
    there, events = Reader(), []

    @contextmanager
    def quarantine(seconds: float) -> Iterator[object]:
        events.append(f"opened for {seconds:g} s")
        yield there
        events.append("closed")

    def judge(judged: Subject, _case: object) -> None:
        judged.receive(OK)

    made = check(judge, of=requirement(isolated=True))
    result = run_check(made, subject(quarantine=quarantine, time_limit=3), EFFORT)
    assert (result.finding, len(there.taken)) == (Finding.CONFORMS, 50)
    assert events == ["opened for 3 s", "closed"]


def test_without_another_interpreter_it_is_not_offered() -> None:
    """The reason says what it would need."""
    recorded = Recorded()
    result = found(recorded, of=requirement(isolated=True))
    assert (result.finding, recorded.cases) == (Finding.NOT_OFFERED, [])
    assert result.reason == NO_QUARANTINE


# Not reproducible


def test_a_failure_that_does_not_come_again_says_so() -> None:
    """It failed, and five times it did not."""
    result = found(InTurn([fails, conforms]))
    assert result.finding is Finding.VIOLATES
    assert result.reason.startswith("not reproducible, 0 of 5 repetitions failed: expected right, got wrong by ")


def test_a_failure_that_comes_again_at_times_is_counted() -> None:
    """Three of the five repetitions of a vector failed."""
    result = found(InTurn([fails, fails, conforms, fails, conforms, fails]), vectors=(8,))
    assert result.reason == "not reproducible, 3 of 5 repetitions failed: expected right, got wrong by 8"
    assert result.counterexample is not None
    assert (result.counterexample.reproduced, result.counterexample.repeated) == (3, 5)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (conforms, "the same case came out right"),
        (raises(AdapterError("no child")), "AdapterError: no child"),
        (lambda case: (_ for _ in ()).throw(unseen(case)), "NotObserved: nothing of 8"),
        (raises(HUNG), "ImplementationHungError: did not return within 5 s"),
    ],
    ids=["right", "adapter-error", "not-observed", "hung"],
)
def test_both_outcomes_are_told(other: Callable[[object], None], told: str) -> None:
    """What was wrong, and what came instead."""
    result = found(InTurn([fails, other]), vectors=(8,))
    assert result.counterexample is not None
    assert result.counterexample.lines == (("case", "8"), ("but also", told))


def test_a_failure_that_is_gone_while_shrinking_is_no_error_of_hypothesis() -> None:
    """The failure is found in what Hypothesis reports as flaky."""
    result = found(InTurn([conforms, conforms, fails, conforms]))
    assert result.finding is Finding.VIOLATES
    assert result.counterexample is not None
    assert result.counterexample.lines[-1] == ("but also", "the same case came out right")


# Not observed


def test_a_check_whose_controls_are_all_wrong_observed_nothing() -> None:
    """The first control is the evidence."""
    result = found(Recorded(sees_nothing), vectors=(8,))
    assert result == Result(
        Finding.NOT_OBSERVED,
        "0 of 51 examples showed what is judged",
        Counterexample((("control", "8"),), case=8),
        examples=51,
        observed=0,
    )


@pytest.mark.parametrize(
    ("vectors", "finding"),
    [((1, 9), Finding.NOT_OBSERVED), ((9,), Finding.CONFORMS), ((1, 9, 1, 9), Finding.NOT_OBSERVED)],
    ids=["one-third", "half", "two-fifths"],
)
def test_half_of_the_examples_must_be_observed(vectors: tuple[int, ...], finding: Finding) -> None:
    """A single draw is right and observed; of the vectors none, or some."""
    result = found(Recorded(sees_up_to(0)), cases=lambda: st.just(0), vectors=tuple(8 for _ in vectors))
    assert result.finding is finding


def test_a_failure_counts_although_little_was_observed() -> None:
    """What was seen to be wrong is wrong."""

    def judge(case: int) -> None:
        if case:
            raise unseen(case)
        raise failure(case)

    assert found(Recorded(judge), cases=lambda: st.just(0), vectors=(1, 2, 3)).finding is Finding.VIOLATES


def test_a_check_without_any_example_observed_nothing() -> None:
    """No vectors, and none drawn."""
    assert found(Recorded(), Effort(0)) == Result(Finding.NOT_OBSERVED, "0 of 0 examples showed what is judged")


# Not offered


def test_a_check_that_needs_a_missing_capability_is_not_run() -> None:
    """Nothing is drawn."""
    recorded = Recorded()
    result = found(recorded, of=requirement(needs=("call",)))
    assert (result, recorded.cases) == (Result(Finding.NOT_OFFERED, "call is not offered"), [])


def test_all_the_ways_in_which_it_could_be_seen_are_told() -> None:
    """One of them would do."""
    result = found(Recorded(), of=requirement(needs=("call", "decode-json")))
    assert result.reason == "the adapter offers none of call, decode-json"


def test_one_capability_of_several_is_enough() -> None:
    """It is needed to see, not all ways to see it."""
    made = check(Recorded(), of=requirement(needs=("read", "decode-json")))
    assert run_check(made, Subject(Decoder()), EFFORT).finding is Finding.CONFORMS


def test_a_check_can_find_out_that_it_is_not_offered() -> None:
    """At the first example that needs what is not there."""
    result = found(Recorded(raises(NotOfferedError("values are plain"))))
    assert result == Result(Finding.NOT_OFFERED, "values are plain", examples=1)


# What stands behind


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Check]:
    """Make checks that presuppose each other, in place of those of the catalogue."""
    known: dict[str, Check] = {}
    monkeypatch.setattr(checks, "registry", lambda: known)

    def make(
        name: str, judge: Callable[[object], None], *presupposes: str, needs: tuple[str, ...] = ("read",)
    ) -> Check:
        known[name] = check(Recorded(judge), of=requirement(name, presupposes=presupposes, needs=needs))
        return known[name]

    return make


def test_what_cannot_be_seen_for_want_of_a_parent_is_not_offered(family: Callable[..., Check]) -> None:
    """The parent fails for itself; one mistake is told once."""
    family("a.parent", fails)
    result = run_check(family("a.child", sees_nothing, "a.parent"), subject(), EFFORT)
    assert (result.finding, result.because) == (Finding.NOT_OFFERED, "a.parent")
    assert result.reason == "a.parent does not hold, and without it this cannot be judged"


def test_what_is_not_offered_for_want_of_a_parent_keeps_its_evidence(family: Callable[..., Check]) -> None:
    """The control that came out wrong, and how many examples there were."""
    family("a.parent", fails)
    result = run_check(family("a.child", sees_nothing, "a.parent"), subject(), EFFORT)
    assert result.counterexample is not None
    assert (result.examples, result.observed) == (50, 0)


def test_the_parents_of_a_parent_are_asked_too(family: Callable[..., Check]) -> None:
    """The requirement at the bottom of it is told, not the one between."""
    family("a.grandparent", fails)
    family("a.parent", sees_nothing, "a.grandparent")
    result = run_check(family("a.child", sees_nothing, "a.parent"), subject(), EFFORT)
    assert (result.finding, result.because) == (Finding.NOT_OFFERED, "a.grandparent")


def test_the_first_parent_that_does_not_hold_is_told(family: Callable[..., Check]) -> None:
    """One that holds is passed over."""
    family("a.father", conforms)
    family("a.mother", fails)
    result = run_check(family("a.child", sees_nothing, "a.father", "a.mother"), subject(), EFFORT)
    assert result.because == "a.mother"


def test_a_parent_that_holds_is_no_excuse(family: Callable[..., Check]) -> None:
    """Then it is not known why nothing was seen; the first presupposed requirement is where to look."""
    family("a.parent", conforms)
    result = run_check(family("a.child", sees_nothing, "a.parent"), subject(), EFFORT)
    assert (result.finding, result.because) == (Finding.NOT_OBSERVED, "a.parent")


def test_a_parent_that_is_not_offered_is_no_excuse(family: Callable[..., Check]) -> None:
    """It was not seen to be broken."""
    family("a.parent", conforms, needs=("call",))
    result = run_check(family("a.child", sees_nothing, "a.parent"), subject(), EFFORT)
    assert result.finding is Finding.NOT_OBSERVED


def test_a_parent_that_was_not_observed_itself_is_no_excuse(family: Callable[..., Check]) -> None:
    """Its own parent holds, so nothing is known to be broken: nobody is told to be."""
    family("a.grandparent", conforms)
    family("a.parent", sees_nothing, "a.grandparent")
    result = run_check(family("a.child", sees_nothing, "a.parent"), subject(), EFFORT)
    assert (result.finding, result.because) == (Finding.NOT_OBSERVED, "a.parent")


def test_a_parent_is_not_shrunk(family: Callable[..., Check]) -> None:
    """Whether it holds is all that is asked."""
    parent = family("a.parent", fails_from(1))
    run_check(family("a.child", sees_nothing, "a.parent"), subject(), EFFORT)
    assert isinstance(parent.example, Recorded)
    first, *others = [case for case in parent.example.cases if case]
    # Hypothesis replays it once.
    assert others == [first]


# What ends a check at once


@pytest.mark.parametrize(
    ("error", "finding", "reason"),
    [
        (ValueError("a"), Finding.SUITE_BUG, "ValueError: a"),
        (AssertionError("a"), Finding.SUITE_BUG, "AssertionError: a"),
        (AdapterError("read may return …"), Finding.ADAPTER_ERROR, "read may return …"),
        (NotOfferedError("no link"), Finding.NOT_OFFERED, "no link"),
    ],
    ids=["suite-bug", "assertion", "adapter-error", "not-offered"],
)
def test_what_is_not_about_the_case_is_not_shrunk(error: Exception, finding: Finding, reason: str) -> None:
    """It leaves at the first example; each blame stays what it is."""
    recorded = Recorded(raises(error))
    assert found(recorded) == Result(finding, reason, examples=1)
    assert len(recorded.cases) == 1


def test_a_fault_of_a_strategy_is_a_bug_of_the_suite() -> None:
    """Also where Hypothesis meets it before any example does."""

    def broken() -> st.SearchStrategy[int]:
        return st.integers().map(lambda number: number // 0)

    assert found(Recorded(), cases=broken).finding is Finding.SUITE_BUG


def test_a_strategy_that_draws_nothing_is_a_bug_of_the_suite() -> None:
    """A check that filters everything away says nothing about anybody."""
    assert found(Recorded(), cases=lambda: st.integers().filter(lambda _number: False)).finding is Finding.SUITE_BUG


def test_a_call_that_hangs_ends_the_check() -> None:
    """A second one would cost the limit again."""
    recorded = Recorded(raises(HUNG))
    result = found(recorded)
    assert result == Result(
        Finding.VIOLATES,
        "did not return within 5 s",
        Counterexample(
            (
                ("did", "read with HTTP 200 · {}"),
                ("expected", "an answer"),
                ("got", "did not return within 5 s"),
            ),
            case=recorded.cases[0],
        ),
        examples=1,
    )
    assert len(recorded.cases) == 1


def test_control_c_ends_the_run() -> None:
    """The person at the keyboard is no finding."""
    with pytest.raises(KeyboardInterrupt):
        found(Recorded(raises(KeyboardInterrupt())))


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Switch the garbage collector off, but for who asks for it."""
    gc.disable()
    yield
    gc.enable()


class Cycle(list[object]):
    """A list that can hold itself."""


def breaks(_case: object) -> None:
    """Have a bug."""
    raise ValueError("a")


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("then", [conforms, fails, breaks], ids=["right", "wrong", "suite-bug"])
def test_what_a_check_leaks_is_collected_before_it_ends(then: Callable[[object], None]) -> None:
    """A warning of the leak belongs to this check, not to some later test of the consumer's."""
    leaked: list[weakref.ref[Cycle]] = []

    def leaks(case: object) -> None:
        cycle = Cycle()
        cycle.append(cycle)
        leaked.append(weakref.ref(cycle))
        then(case)

    found(Recorded(leaks))
    assert [reference() for reference in leaked if reference() is not None] == []
    assert leaked


@pytest.mark.usefixtures("no_collection")
def test_what_was_there_before_a_check_is_not_looked_at() -> None:
    """In a large test process that would cost more than the check."""
    before = Cycle()
    before.append(before)
    reference = weakref.ref(before)
    del before
    found(Recorded())
    assert reference() is not None


def test_the_garbage_collector_is_as_before_after_a_check() -> None:
    """Nothing stays frozen, but for what the interpreter itself may freeze."""
    found(Recorded(raises(ValueError("a"))))
    assert gc.get_freeze_count() < INTERPRETERS_OWN


def test_what_a_consumer_has_frozen_stays_frozen() -> None:
    """It is theirs to thaw."""
    gc.freeze()
    try:
        found(Recorded())
        assert gc.get_freeze_count() > INTERPRETERS_OWN
    finally:
        gc.unfreeze()
