"""Verdicts: what came of one requirement, and what that means for the gate.

Owns the table from findings to verdicts. It must not know how a finding was made or how a verdict is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from participant_conformance.requirements import Level, Requirement

GateLevel = Literal["must", "should"]


class Finding(StrEnum):
    """What a check found, before levels and expectations are looked at."""

    CONFORMS = "conforms"
    VIOLATES = "violates"
    NOT_OBSERVED = "not observed"
    NOT_OFFERED = "not offered"
    ADAPTER_ERROR = "adapter error"
    SUITE_BUG = "suite bug"


class Kind(StrEnum):
    """The verdict on one requirement."""

    PASSED = "passed"
    WARNED = "warned"
    NOTED = "noted"
    NOT_OFFERED = "not offered"
    FAILED = "failed"
    NOT_OBSERVED = "not observed"
    EXPECTED = "expected"
    STALE = "stale"
    ADAPTER_ERROR = "adapter error"
    SUITE_BUG = "suite bug"
    NOT_RUN = "not run"


#: Verdicts by which an implementation does not conform.
FAILING = frozenset({Kind.FAILED, Kind.NOT_OBSERVED, Kind.STALE})
#: Verdicts that come of nothing having been judged.
UNJUDGED = frozenset({Kind.NOT_OFFERED, Kind.ADAPTER_ERROR, Kind.SUITE_BUG, Kind.NOT_RUN})
#: Verdicts that say the run itself is not to be trusted.
BROKEN = frozenset({Kind.ADAPTER_ERROR, Kind.SUITE_BUG})


#: How the reason of what was not observed begins where the verdict's kind does not say so.
UNSEEN = "not observed: "


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest example found, as labelled lines; ``reproduced`` of ``repeated`` repetitions failed again.

    ``case`` is what was judged, in the plain form of ``stored``; ``None`` where there is nothing to judge again.
    """

    lines: tuple[tuple[str, str], ...]
    reproduced: int = 0
    repeated: int = 0
    crash: bool = False
    case: Any = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found, with its evidence. ``because`` is the requirement that stands behind it, if one does.

    ``findings`` say in words what was seen beside the verdict.
    """

    finding: Finding
    reason: str = ""
    counterexample: Counterexample | None = None
    examples: int = 0
    observed: int = 0
    because: str | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """A deviation that is known: it does not fail the gate until ``until``, and fails it once it is gone."""

    requirement: str
    reason: str
    issue: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one requirement, made of plain types: it crosses process boundaries and goes into reports."""

    requirement: str
    level: str
    kind: Kind
    reason: str = ""
    counterexample: Counterexample | None = None
    examples: int = 0
    observed: int = 0
    because: str | None = None
    findings: tuple[str, ...] = ()
    implementation: dict[str, Any] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        plain = _shallow(self) | {"kind": self.kind.value, "findings": list(self.findings)}
        if (example := self.counterexample) is not None:
            plain["counterexample"] = _shallow(example) | {"lines": [list(line) for line in example.lines]}
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Verdict:
        """Make a verdict of its JSON form."""
        data = dict(plain)
        data["kind"] = Kind(data["kind"])
        data["findings"] = tuple(data.get("findings", ()))
        if (example := data.get("counterexample")) is not None:
            lines = tuple((label, text) for label, text in example["lines"])
            data["counterexample"] = Counterexample(**{**example, "lines": lines})
        return cls(**data)


def _shallow(row: Verdict | Counterexample) -> dict[str, Any]:
    # Not ``asdict``: it would copy all of a case that may be large.
    return {found.name: getattr(row, found.name) for found in fields(row)}


_UNTOUCHED = {
    Finding.NOT_OFFERED: Kind.NOT_OFFERED,
    Finding.ADAPTER_ERROR: Kind.ADAPTER_ERROR,
    Finding.SUITE_BUG: Kind.SUITE_BUG,
}


def decide(
    requirement: Requirement,
    result: Result,
    *,
    level: GateLevel,
    expectation: Expectation | None = None,
    today: date | None = None,
    implementation: dict[str, Any] | None = None,
) -> Verdict:
    """Make the verdict of a result: by the requirement's level, the gate's level and a listed deviation."""
    kind, reason = _kind(requirement.level, result, level, expectation, today or date.min)
    return Verdict(
        requirement=requirement.id,
        level=requirement.level.value,
        kind=kind,
        reason=reason,
        counterexample=result.counterexample,
        examples=result.examples,
        observed=result.observed,
        because=result.because,
        findings=result.findings,
        implementation=implementation or {},
    )


def _kind(
    level: Level, result: Result, gate: GateLevel, expectation: Expectation | None, today: date
) -> tuple[Kind, str]:
    if result.finding in _UNTOUCHED:
        return _UNTOUCHED[result.finding], result.reason
    binding = level is Level.MUST or gate == "should"
    if level is Level.INFO:
        return Kind.NOTED, _noted(result)
    if result.finding is Finding.NOT_OBSERVED:
        # What cannot fail the gate by a wrong outcome cannot fail it by none.
        return (Kind.NOT_OBSERVED, result.reason) if binding else (Kind.WARNED, f"{UNSEEN}{result.reason}")
    if expectation is not None:
        return _expected(result, expectation, today)
    if result.finding is Finding.CONFORMS:
        return Kind.PASSED, result.reason
    return (Kind.FAILED if binding else Kind.WARNED), result.reason


def _noted(result: Result) -> str:
    """Say what was observed where nothing is judged: the findings, or why there are none."""
    if result.finding is Finding.NOT_OBSERVED:
        return f"{UNSEEN}{result.reason}"
    why = result.reason if result.finding is Finding.VIOLATES else "nothing to tell"
    return "; ".join(result.findings) or why


def _expected(result: Result, expectation: Expectation, today: date) -> tuple[Kind, str]:
    if result.finding is Finding.CONFORMS:
        return Kind.STALE, f"listed as a deviation ({expectation.reason}) but conforms now: take the entry out"
    if expectation.until is not None and today > expectation.until:
        return Kind.STALE, f"listed as a deviation until {expectation.until}, which is past: {expectation.reason}"
    return Kind.EXPECTED, expectation.reason
