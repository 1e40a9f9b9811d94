"""How a check observes and judges: one reply, its expected outcome, its control.

Owns the comparison of outcomes. It must not know verdicts: it raises ``ConformanceFailure`` where the contract is
broken and ``NotObserved`` where nothing could be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from participant_conformance.adapter import Traits
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.subject import Subject
from participant_strategies.contract import Path
from participant_strategies.reply import (
    Case,
    Crashed,
    Decoded,
    Defect,
    Outcome,
    Rejected,
    Reply,
    ServiceError,
    shown_or_none,
)
from participant_strategies.value import Enum, String, Structure, Value, difference

#: A way to let the implementation take a reply.
Take: TypeAlias = Callable[[Reply], Outcome]


def judge(subject: Subject, case: Case, *, take: Take | None = None) -> Outcome:
    """Let the implementation take the case's reply and compare; then the control, where there is one.

    A wrong control takes precedence: then something more basic is broken, and this example says nothing. ``take``
    defaults to ``subject.receive``.
    """
    got = (take or subject.receive)(case.reply)
    wrong = mismatch(case, got, subject.traits)
    if case.control is not None:
        require(subject, case.control, take=take)
    if wrong:
        raise failure(case, got, wrong)
    return got


def require(subject: Subject, control: Case, *, take: Take | None = None) -> Outcome:
    """Let the implementation take a control; raise ``NotObserved`` if it does not come out right."""
    seen = (take or subject.receive)(control.reply)
    if wrong := mismatch(control, seen, subject.traits):
        raise NotObserved(wrong, evidence=_evidence(control, seen, wrong))
    return seen


def require_value(subject: Subject, control: Case, *, take: Take | None = None) -> Decoded:
    """Let the implementation take a success and give what it made of it; as :func:`require` otherwise."""
    seen = require(subject, control, take=take)
    assert isinstance(seen, Decoded)  # noqa: S101 - else it would differ from the expected value
    return seen


def unexpected(
    reply: Reply, expected: str, got: str, *, planted: Defect | None = None, crash: bool = False
) -> ConformanceFailure:
    """Make the failure of a reply of which something else came than is allowed."""
    drawn = [] if planted is None else [("planted", repr(planted))]
    lines = (("reply", repr(reply)), *drawn, ("expected", expected), ("got", got))
    return ConformanceFailure(expected, got, evidence=Evidence(lines), crash=crash)


def failure(case: Case, got: Outcome, wrong: str) -> ConformanceFailure:
    """Make the failure of a case that came out wrong."""
    return ConformanceFailure(
        case.expected_words, repr(got), evidence=_evidence(case, got, wrong), crash=isinstance(got, Crashed)
    )


def _evidence(case: Case, got: Outcome, wrong: str) -> Evidence:
    lines = [("reply", repr(case.reply)), ("expected", case.expected_words), ("got", repr(got))]
    # The outcomes say it all unless they are long values: then the place of the difference is what helps.
    if isinstance(got, Decoded) and isinstance(case.expected, Decoded):
        lines.append(("differs", wrong))
    if case.note:
        lines.append(("drawn", case.note))
    return Evidence(tuple(lines))


def mismatch(case: Case, got: Outcome, traits: Traits) -> str | None:
    """Say how an outcome differs from the expected one, or ``None`` if it is right.

    Tags are not compared (``decode.tags`` does), nor is a member that is named twice with the same content
    (``decode.no-duplicate-members`` does): one mistake is to be told once.
    """
    match case.expected, got:
        case Decoded(expected), Decoded(value) if expected == value and not traits.lacks:
            return None
        case Decoded(expected), Decoded(value):
            found = difference(content(without(expected, traits.lacks)), content(value))
            return str(found) if found else None
        case ServiceError() as error, ServiceError():
            return _error_mismatch(case, error, got, traits)
        case Rejected(), Rejected():
            return None
        case _:
            return f"expected {case.expected_words}, got {got!r}"


def _error_mismatch(case: Case, expected: ServiceError, got: ServiceError, traits: Traits) -> str | None:
    codes = (expected.code,) if expected.code is not None else _none(traits.no_code, case)
    if got.code not in codes:
        return f"expected code {shown_or_none(expected.code)}, got {shown_or_none(got.code)}"
    if not case.known_free and got.known != expected.known:
        return f"expected {'an error of its own type' if expected.known else 'the unknown error'}, got {got!r}"
    if case.message_free or (not got.known and traits.unknown_payload == "body"):
        return None
    messages = (expected.message,) if expected.message else _none(traits.no_message, case)
    if got.message not in messages:
        return f"expected message {shown_or_none(expected.message)}, got {shown_or_none(got.message)}"
    return None


def _none(accepted: tuple[str | None, ...], case: Case) -> tuple[str | None, ...]:
    return tuple(str(case.reply.status) if text == "$status" else text for text in accepted)


def content(value: Structure) -> Structure:
    """Return the value without its tags and without members that are repeated with the same content."""
    return once(Structure(tuple((name, _untagged(member)) for name, member in value.members)))


def _untagged(value: Value) -> Value:
    match value:
        case Structure():
            return content(value)
        case Enum(text):
            return String(text)
        case _:
            return value


def once(value: Structure) -> Structure:
    """Return the value with each member that is repeated with the same content written once."""
    members = ((name, once(member) if isinstance(member, Structure) else member) for name, member in value.members)
    return Structure(tuple(dict.fromkeys(members)))


def without(value: Structure, lacks: tuple[str, ...]) -> Structure:
    """Take out the members that an older model does not have: to it they are unknown, and so ignored."""
    for path in lacks:
        value = _pruned(value, tuple(path.split(".")))
    return value


def _pruned(value: Structure, path: Path) -> Structure:
    kept: list[tuple[str, Value]] = []
    for name, member in value.members:
        if name != path[0]:
            kept.append((name, member))
        elif len(path) > 1:
            kept.append((name, _pruned(member, path[1:]) if isinstance(member, Structure) else member))
    return replace(value, members=tuple(kept))
