"""What a request asks for, or why it cannot be understood.

Owns the reading of the body. It must not know tokens, participants or replies. Limits are those of the contract.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from participant_strategies.contract import contract


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the types of connection, and whether the participant is to be marked as connected.

    ``problem`` says what is wrong with the request; the other fields are then empty.
    """

    types: tuple[str, ...] = ()
    connect: bool = False
    problem: str = ""


class _WrongError(Exception):
    """The body is not what the operation takes; the message says why."""


def asked_by(body: bytes) -> Asked:
    """Read the body of a request."""
    try:
        members = _members(body)
        return Asked(_types(members.get("Type")), _connect(members.get("ConnectParticipant")))
    except _WrongError as wrong:
        return Asked(problem=str(wrong))


def _members(body: bytes) -> dict[str, Any]:
    # Without members there may be no body at all: the servers that are generated from Smithy models take an empty one
    # for an empty object (smithy-rs, `or_empty_doc`).
    if not body:
        return {}
    try:
        parsed = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except RecursionError:
        raise _WrongError("the body is nested too deeply") from None
    except ValueError:
        raise _WrongError("the body is no JSON text in UTF-8") from None
    if not isinstance(parsed, dict):
        raise _WrongError("the body is no JSON object")
    return parsed


def _no_number(constant: str) -> None:
    # RFC 8259, section 6: neither NaN nor Infinity.
    raise ValueError(constant)


def _types(given: object) -> tuple[str, ...]:
    # A member that is null is absent: restJson1 compliance tests, RestJsonDeserializeNull….
    if given is None:
        return ()
    listed = contract().shapes["ConnectionType"].values
    least = contract().shapes["ConnectionTypeList"].minimum or 0
    if not isinstance(given, list):
        raise _WrongError("Type is no list")
    if len(given) < least:
        raise _WrongError(f"Type has fewer than {least} items")
    if not all(isinstance(item, str) for item in given):
        raise _WrongError("Type holds something that is no string")
    if not set(given) <= set(listed):
        raise _WrongError(f"Type holds something else than {', '.join(listed)}")
    return tuple(given)


def _connect(given: object) -> bool:
    if given is not None and not isinstance(given, bool):
        raise _WrongError("ConnectParticipant is neither true nor false")
    return bool(given)
