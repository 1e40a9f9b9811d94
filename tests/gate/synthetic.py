"""Requirements and checks made for one test, with as little in them as the gate needs.

Owns the builders. It must not know what is tested.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_conformance.checks.check import Check, Found
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.requirements import Level, Requirement
from participant_conformance.subject import Subject


def requirement(
    name: str = "decode.round-trip",
    level: Level = Level.MUST,
    *,
    needs: tuple[str, ...] = ("read",),
    presupposes: tuple[str, ...] = (),
    isolated: bool = False,
) -> Requirement:
    """Return a requirement that need not be in the catalogue."""
    return Requirement(
        id=name,
        level=level,
        evidence="O",
        statement="It is so.",
        source="A source",
        url="https://example.org/",
        checked="By looking.",
        fix="Make it so.",
        needs=needs,
        presupposes=presupposes,
        isolated=isolated,
    )


def small_numbers() -> SearchStrategy[int]:
    """Draw small numbers: cheap cases that shrink to 0."""
    return st.integers(0, 1000)


def check(
    example: Callable[[Subject, Any], Found],
    cases: Callable[[], SearchStrategy[Any]] = small_numbers,
    *,
    of: Requirement | None = None,
    vectors: tuple[Any, ...] = (),
) -> Check:
    """Return a check by a function that judges one case."""
    return Check(of or requirement(), example, cases, vectors)


def failure(case: object) -> ConformanceFailure:
    """Return the failure of a case, with the case as its evidence."""
    return ConformanceFailure("right", f"wrong by {case!r}", evidence=Evidence((("case", repr(case)),)))


def unseen(case: object) -> NotObserved:
    """Return what a case raises whose control is wrong."""
    return NotObserved(f"nothing of {case!r}", evidence=Evidence((("control", repr(case)),)))


@dataclass
class Recorded:
    """A function that judges one case, and the cases it was given."""

    judge: Callable[[Any], None] = lambda _case: None
    cases: list[Any] = field(default_factory=list)

    def __call__(self, _subject: Subject, case: Any) -> None:
        """Remember the case and judge it."""
        self.cases.append(case)
        self.judge(case)


def fails(case: object) -> None:
    """Judge a case to be wrong."""
    raise failure(case)


def fails_from(limit: int) -> Callable[[int], None]:
    """Judge numbers to be wrong from a limit on."""

    def judge(case: int) -> None:
        if case >= limit:
            raise failure(case)

    return judge


def sees_nothing(case: object) -> None:
    """Find the control of every case to be wrong."""
    raise unseen(case)


def sees_up_to(limit: int) -> Callable[[int], None]:
    """Find the control of a number beyond the limit to be wrong."""

    def judge(case: int) -> None:
        if case > limit:
            raise unseen(case)

    return judge


def raises(error: BaseException) -> Callable[[object], None]:
    """Raise the same error whatever the case."""

    def judge(_case: object) -> None:
        raise error

    return judge
