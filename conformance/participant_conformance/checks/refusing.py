"""How a broken reply is judged: what came out, seen together with the control that must come out right.

Owns the order of the two and the evidence. It must not know which outcomes a rule allows.
"""

from __future__ import annotations

from typing import Protocol

from participant_conformance.checks.judging import Take, require, unexpected
from participant_conformance.failures import ConformanceFailure
from participant_conformance.subject import Subject
from participant_strategies.reply import Case, Crashed, Defect, Outcome, Reply


class Planted(Protocol):
    """A reply with a defect, and the same without it."""

    @property
    def reply(self) -> Reply:
        """The reply."""

    @property
    def defect(self) -> Defect:
        """What was planted."""

    @property
    def control(self) -> Case:
        """What must come out right."""


def taken(subject: Subject, broken: Planted, *, take: Take | None = None) -> Outcome:
    """Let the implementation take a broken reply, then the control; ``NotObserved`` if that does not come out right."""
    got = (take or subject.receive)(broken.reply)
    require(subject, broken.control, take=take)
    return got


def within_reach(subject: Subject, reply: Reply) -> bool:
    """Whether the implementation can be given this reply: to who only decodes, a success."""
    return 200 <= reply.status < 300 or not subject.capabilities.isdisjoint(("read", "call"))


def wrong(broken: Planted, expected: str, got: Outcome, *, by_rule: bool = False) -> ConformanceFailure:
    """Make the failure of a broken reply of which something else came than is allowed.

    ``by_rule``: the rule is about crashes, so that one is not by the way.
    """
    crash = isinstance(got, Crashed) and not by_rule
    return unexpected(broken.reply, expected, repr(got), planted=broken.defect, crash=crash)
