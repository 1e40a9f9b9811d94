"""What a check may raise, each with its blame.

Owns the exceptions; it must not know how they are shown or what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one example showed: labelled lines, in the order in which a person wants to read them."""

    lines: tuple[tuple[str, str], ...]


class ConformanceFailure(AssertionError):  # noqa: N818 - an assertion, as those of pytest are
    """The implementation broke the contract. ``evidence`` is the counterexample; ``crash``: by a foreign exception."""

    def __init__(self, expected: str, got: str, *, evidence: Evidence, crash: bool = False) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self.evidence = evidence
        self.crash = crash


class NotObserved(Exception):  # noqa: N818 - no error: the example says nothing
    """The control did not come out right: what the example would judge was never seen."""

    def __init__(self, got: str, *, evidence: Evidence) -> None:
        super().__init__(got)
        self.evidence = evidence

    @classmethod
    def because(cls, failed: ConformanceFailure) -> NotObserved:
        """Make it of what failed where a control was judged."""
        return cls(str(failed), evidence=failed.evidence)


class SuiteBugError(Exception):
    """A fault of this suite. The message asks for a report."""
