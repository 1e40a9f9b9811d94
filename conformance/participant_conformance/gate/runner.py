"""Run one check to a result: vectors first, then draws; shrink, repeat, find out what stands behind.

Owns the meeting with Hypothesis. It must not know levels, expectations or pytest.
"""

from __future__ import annotations

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import FlakyFailure

from participant_conformance.adapter import AdapterError
from participant_conformance.checks.check import Check, Found
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.isolation import isolated_draws
from participant_conformance.gate.verdicts import Counterexample, Finding, Result
from participant_conformance.links import LinkError
from participant_conformance.stored import PlainFormError, plain
from participant_conformance.subject import ImplementationHungError, NotOfferedError, Subject

#: How many different findings in words are kept.
FINDINGS = 20
#: How often a counterexample is judged again, to see whether it can be reproduced.
REPETITIONS = 5
#: The same for a check that waits for the client's own retries.
PATIENT_REPETITIONS = 1
#: Objects that are frozen although nobody asked: CPython 3.12 starts with some hundreds. Who freezes a process in which
#: pytest is loaded freezes many times more.
INTERPRETERS_OWN = 5_000
#: Examples a check where each call takes a process (the trait ``cost``).
PROCESSES = 5
#: The part of a check's examples that must have been observed, else nothing is said.
OBSERVED_PART = 0.5


def check_settings(max_examples: int, *, shrink: bool = True) -> settings:
    """Return the settings of a check. Every field is given: an omitted one would come from the consumer's profile."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    return settings(
        max_examples=max_examples,
        derandomize=False,
        database=None,
        verbosity=Verbosity.quiet,
        phases=phases,
        stateful_step_count=50,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        print_blob=False,
        backend="hypothesis",
    )


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look: how many examples are drawn after the vectors, which may be none.

    ``run_seed`` is 0 unless a run explores; a check that is expected to fail is not shrunk. Without ``patient``, checks
    that wait (for the client's own retries, for a time limit) are left out.
    """

    max_examples: int
    run_seed: int = 0
    shrink: bool = True
    patient: bool = True


class _LeaveError(BaseException):
    """Carries an exception out of Hypothesis at once: no ``Exception``, so that nothing is shrunk."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(slots=True)
class _Run:
    """One check at work: counts what was seen, remembers the case that failed last."""

    check: Check
    subject: Subject
    examples: int = 0
    observed: int = 0
    unseen: list[tuple[NotObserved, Any]] = field(default_factory=list)
    failing_case: Any = None
    last_case: Any = None
    findings: dict[str, None] = field(default_factory=dict)

    def example(self, case: Any) -> None:
        self.examples += 1
        self.last_case = case
        try:
            self.found(self.check.example(self.subject, case))
        except NotObserved as unseen:
            self.unseen.append((unseen, case))
        except ConformanceFailure:
            self.observed += 1
            self.failing_case = case
            raise
        except Exception as other:
            # Nothing else is about the case: do not look for a smaller one.
            raise _LeaveError(other) from other
        else:
            self.observed += 1

    def found(self, findings: Found) -> None:
        """Keep what an example found out, each finding once."""
        for finding in (findings,) if isinstance(findings, str) else findings or ():
            if len(self.findings) < FINDINGS:
                self.findings.setdefault(finding)

    def result(
        self, finding: Finding, reason: str = "", example: Counterexample | None = None, because: str | None = None
    ) -> Result:
        """Say what was found, and after how many examples."""
        return Result(finding, reason, example, self.examples, self.observed, because, tuple(sorted(self.findings)))


def run_check(check: Check, subject: Subject, effort: Effort) -> Result:
    """Judge one requirement and say what was found. Never raises but for what would end the run (``Ctrl-C``)."""
    try:
        _look_for_needs(check, subject, effort)
        check, drawn = _affordable(check, subject, effort)
        with (
            subject.quarantined() if check.requirement.isolated else nullcontext(subject) as judged,
            _leaks_collected(),
        ):
            run = _Run(check, judged)
            return _run_examples(run, drawn) or _outcome(run, effort)
    except NotOfferedError as unable:
        return Result(Finding.NOT_OFFERED, str(unable))
    except LinkError as ours:
        return Result(Finding.SUITE_BUG, str(ours))


def _run_examples(run: _Run, effort: Effort) -> Result | None:
    """Judge all examples; return what ended them early, or ``None``."""
    try:
        with isolated_draws():
            _examples(run, effort)
    except _LeaveError as left:
        return _left(run, left.cause)
    except (ConformanceFailure, FlakyFailure) as failed:
        return _violation(run, _told(failed), shrunk=effort.shrink)
    except ImplementationHungError as hung:
        lines = (("did", f"{hung.capability} with {hung.during}"), ("expected", "an answer"), ("got", str(hung)))
        return run.result(Finding.VIOLATES, str(hung), Counterexample(lines, case=_stored(run.last_case)))
    except Exception as ours:  # noqa: BLE001 - drawing failed: an example's own exceptions were carried out above
        return run.result(Finding.SUITE_BUG, f"{type(ours).__name__}: {ours}")
    return None


@contextmanager
def _leaks_collected() -> Iterator[None]:
    """Collect what is left in cycles, so that its warnings are seen here and not in the consumer's next test.

    What was there before is not looked at: in a large test process that costs more than the check itself.
    """
    frozen = gc.get_freeze_count() > INTERPRETERS_OWN
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        if not frozen:
            gc.unfreeze()


#: What is to be done for a capability that no adapter has.
_MISSING = {"proxy": "a proxy is judged with the suite behind it: --upstream PORT"}


def _look_for_needs(check: Check, subject: Subject, effort: Effort) -> None:
    """Raise ``NotOfferedError`` where something is missing that the check cannot do without."""
    requirement = check.requirement
    needs = requirement.needs
    if subject.capabilities.isdisjoint(needs):
        one = _MISSING.get(needs[0], f"{needs[0]} is not offered")
        raise NotOfferedError(f"the adapter offers none of {', '.join(needs)}" if len(needs) > 1 else one)
    if requirement.patient and not effort.patient:
        raise NotOfferedError("the quick profile leaves out what waits: for retries, or for a time limit")
    if requirement.raw_bytes and not subject.sees_raw_bytes():
        raise NotOfferedError("it is seen only on real sockets: over the loopback link")


def _affordable(check: Check, subject: Subject, effort: Effort) -> tuple[Check, Effort]:
    """Judge less where each call takes a process: a few vectors, and draws up to the same number."""
    # Without draws it is a stored case that is repeated.
    if subject.traits.cost != "process" or not effort.max_examples:
        return check, effort
    vectors = check.vectors[:PROCESSES]
    return replace(check, vectors=vectors), replace(effort, max_examples=PROCESSES - len(vectors))


def _examples(run: _Run, effort: Effort) -> None:
    for case in run.check.vectors:
        run.example(case)
    if not effort.max_examples or run.check.finite:
        return

    # Derandomized by the requirement's name, not by source text: an edit of ours must not move the draws.
    @seed(zlib.crc32(run.check.requirement.id.encode()) + effort.run_seed)
    @check_settings(effort.max_examples, shrink=effort.shrink)
    @given(run.check.cases())
    def execute(case: Any) -> None:
        run.example(case)

    execute()


def replay(check: Check, case: Any, subject: Subject) -> Result:
    """Judge one case that was found before, and again to see whether what comes out of it is always the same."""
    alone = replace(check, vectors=(case,) * REPETITIONS)
    return run_check(alone, subject, Effort(max_examples=0))


def _told(failed: ConformanceFailure | FlakyFailure) -> ConformanceFailure:
    if isinstance(failed, ConformanceFailure):
        return failed
    return next(inner for inner in failed.exceptions if isinstance(inner, ConformanceFailure))


def _violation(run: _Run, failed: ConformanceFailure, *, shrunk: bool) -> Result:
    lines, reproduced, repeated = list(failed.evidence.lines), 0, 0
    if shrunk:
        others: list[str] = []
        for _ in range(PATIENT_REPETITIONS if run.check.requirement.patient else REPETITIONS):
            repeated += 1
            outcome = _again(run)
            reproduced += outcome is None
            others += [outcome] if outcome else []
        if others:
            lines.append(("but also", others[0]))
    reason = str(failed)
    if reproduced < repeated:
        reason = f"not reproducible, {reproduced} of {repeated} repetitions failed: {reason}"
    example = Counterexample(tuple(lines), reproduced, repeated, failed.crash, _stored(run.failing_case))
    return run.result(Finding.VIOLATES, reason, example)


def _stored(case: Any) -> Any:
    """Return the plain form of a case; a case that has none costs its file, never the verdict."""
    try:
        return plain(case)
    except PlainFormError:
        return None


def _again(run: _Run) -> str | None:
    """Judge the failing case once more; return what was different, or ``None`` if it failed again."""
    try:
        run.check.example(run.subject, run.failing_case)
    except ConformanceFailure:
        return None
    except (Exception, ImplementationHungError) as other:  # noqa: BLE001 - only whether the same comes out is asked
        return f"{type(other).__name__}: {other}"
    return "the same case came out right"


def _left(run: _Run, cause: Exception) -> Result:
    match cause:
        case NotOfferedError():
            finding, reason = Finding.NOT_OFFERED, str(cause)
        case AdapterError():
            finding, reason = Finding.ADAPTER_ERROR, str(cause)
        case LinkError():
            finding, reason = Finding.SUITE_BUG, str(cause)
        case _:
            finding, reason = Finding.SUITE_BUG, f"{type(cause).__name__}: {cause}"
    return run.result(finding, reason)


def _outcome(run: _Run, effort: Effort) -> Result:
    if run.observed >= OBSERVED_PART * run.examples and run.observed:
        return run.result(Finding.CONFORMS)
    told = f"{run.observed} of {run.examples} examples showed what is judged"
    example = None
    if run.unseen:
        unseen, case = run.unseen[0]
        example = Counterexample(unseen.evidence.lines, case=_stored(case))
    behind = _behind(run, effort)
    if behind:
        reason = f"{behind} does not hold, and without it this cannot be judged"
        return run.result(Finding.NOT_OFFERED, reason, example, behind)
    because = next(iter(run.check.requirement.presupposes), None)
    return run.result(Finding.NOT_OBSERVED, told, example, because)


def _behind(run: _Run, effort: Effort) -> str | None:
    """Return the presupposed requirement that is not kept, if one is not: it is judged here once more.

    Its verdict of this run is not asked for: under pytest-xdist another process may have it, and the same command has
    to give the same verdicts.
    """
    from participant_conformance.checks import every_check

    if not effort.max_examples:
        return None
    for name in run.check.requirement.presupposes:
        parent = run_check(every_check()[name], run.subject, replace(effort, shrink=False))
        if parent.finding is Finding.VIOLATES:
            return name
        # A parent that was not observed is not known to be broken, nor is what it presupposes.
        if parent.finding is Finding.NOT_OFFERED and parent.because is not None:
            return parent.because
    return None
