"""What a method of an adapter may return, and every complaint about what it may not.

Owns the check of outcomes, which are foreign input. It must not know how they came about or what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from participant_conformance.adapter import METHODS, AdapterError, described
from participant_strategies.reply import AdapterOutcome, Decoded, Encoded, Refused, Rejected, ServiceError
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure

#: Which outcomes a capability may return. Those that are not listed are not used by this edition's checks.
OUTCOMES: MappingProxyType[str, tuple[type[AdapterOutcome], ...]] = MappingProxyType(
    {
        "decode-json": (Decoded, Rejected),
        "decode-xml": (Decoded, Rejected),
        "encode-json": (Encoded, Rejected),
        "encode-xml": (Encoded, Rejected),
        "error-of-json": (ServiceError, Rejected),
        "error-of-xml": (ServiceError, Rejected),
        "read": (Decoded, ServiceError, Rejected),
        "read-xml": (Decoded, ServiceError, Rejected),
        "call": (Decoded, ServiceError, Rejected, Refused),
    }
)


def check_outcome(capability: str, outcome: object) -> AdapterOutcome:
    """Return ``outcome`` if the capability may return it; raise :class:`AdapterError` otherwise."""
    method, allowed = METHODS[capability], OUTCOMES[capability]
    match outcome:
        case bytes() if Encoded in allowed:
            return Encoded(outcome)
        case Decoded() | ServiceError() | Rejected() | Refused() if isinstance(outcome, allowed):
            if problem := _outcome_problem(outcome) or _shown_problem(outcome):
                raise AdapterError(f"{method} {problem}")
            return outcome
        case _:
            names = ", ".join("bytes" if kind is Encoded else kind.__name__ for kind in allowed)
            raise AdapterError(f"{method} may return {names}, not {described(outcome)}")


#: What each of these types is called in a complaint.
_MEANT: MappingProxyType[tuple[type, ...], str] = MappingProxyType(
    {
        (str,): "a text",
        (str, type(None)): "a text or None",
        (bool,): "True or False",
        (int, type(None)): "a number or None",
    }
)

#: The fields of an outcome besides its value, and of which types they may be.
_FIELDS: MappingProxyType[type, Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        ServiceError: {
            "code": (str, type(None)),
            "message": (str, type(None)),
            "known": (bool,),
            "status": (int, type(None)),
        },
        Rejected: {"reason": (str,), "error": (str,)},
        Refused: {"reason": (str,)},
    }
)


def _outcome_problem(outcome: Decoded | ServiceError | Rejected | Refused) -> str | None:
    # What an adapter returns is foreign input: its fields need not be of the declared types.
    if isinstance(outcome, Decoded):
        value: object = outcome.value
        if not isinstance(value, Structure):
            return f"returned Decoded({described(value)}): the value is a Structure; see Structure.from_plain"
        problem = _value_problem(value)
        return f"returned a value with {problem}; see Structure.from_plain" if problem else None
    kinds = next(fields for kind, fields in _FIELDS.items() if isinstance(outcome, kind))
    wrong = [name for name, kind in kinds.items() if not isinstance(getattr(outcome, name), kind)]
    shown = ", ".join(f"{name} is {described(getattr(outcome, name))}, not {_MEANT[kinds[name]]}" for name in wrong)
    return f"returned a {type(outcome).__name__} whose {shown}" if wrong else None


def _shown_problem(outcome: Decoded | ServiceError | Rejected | Refused) -> str | None:
    shown: object = outcome.shown
    if isinstance(shown, tuple) and all(isinstance(text, str) for text in shown):
        return None
    return f"returned a {type(outcome).__name__} whose shown is {described(shown)}: give a tuple of texts"


def _value_problem(value: object) -> str | None:
    """Say what within a value is ill made, or ``None``."""
    match value:
        case Structure(members=tuple() as members):
            return next(filter(None, map(_member_problem, members)), None)
        case List(items=tuple() as items):
            return next(filter(None, map(_value_problem, items)), None)
        case String(text=str()) | Enum(text=str()) | Boolean(value=bool()) | Foreign(kind=str(), text=str()):
            return None
        case _:
            return f"{described(value)} in it"


def _member_problem(member: object) -> str | None:
    if isinstance(member, tuple) and len(member) == 2 and isinstance(member[0], str):
        return _value_problem(member[1])
    return f"the member {described(member)}, which is no pair of a name and a value"
