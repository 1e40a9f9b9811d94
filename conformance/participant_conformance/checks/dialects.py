"""How a case of XML is judged: in every dialect that the implementation offers.

Owns which dialects those are, and the evidence that names one. It must not know rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol, TypeVar

from participant_conformance.checks.judging import Take, judge
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.subject import NotOfferedError, Subject
from participant_strategies.reply import Case
from participant_strategies.xml_documents import Dialect

T = TypeVar("T", ConformanceFailure, NotObserved)
ALL = tuple(Dialect)


class InDialects(Protocol):
    """A case that can be written in each dialect."""

    def in_dialect(self, dialect: str, /) -> Case:
        """Make the reply of a dialect, and the outcome it must have."""


def offered(subject: Subject, dialects: Collection[str] = ALL) -> tuple[str, ...]:
    """Return those of the dialects that are offered. Raises ``NotOfferedError`` where none is."""
    found = tuple(dialect for dialect in subject.dialects if dialect in dialects)
    if not found:
        one_of = "none of the dialects " if len(dialects) > 1 else "no dialect "
        raise NotOfferedError(f"{one_of}{', '.join(dialects)} is offered (trait dialects)")
    return found


def taking(subject: Subject, dialect: str) -> Take:
    """Return the way in which replies of a dialect are taken."""
    return lambda reply: subject.receive_xml(reply, dialect)


def in_each(subject: Subject, judged: Callable[[str], object], dialects: Collection[str] = ALL) -> None:
    """Judge in every dialect that is offered; one in which nothing could be seen does not hide a failure in another."""
    unseen: NotObserved | None = None
    for dialect in offered(subject, dialects):
        try:
            judged(dialect)
        except ConformanceFailure as failed:
            raise _named(failed, dialect) from None
        except NotObserved as nothing:
            unseen = unseen or _named(nothing, dialect)
    if unseen is not None:
        raise unseen


def _named(told: T, dialect: str) -> T:
    told.evidence = Evidence((*told.evidence.lines, ("dialect", dialect)))
    return told


def judge_in_each(subject: Subject, case: InDialects, dialects: Collection[str] = ALL) -> None:
    """Let the implementation take a case, and its control, in every dialect that is offered, and compare."""
    in_each(
        subject,
        lambda dialect: judge(subject, case.in_dialect(dialect), take=taking(subject, dialect)),
        dialects,
    )
