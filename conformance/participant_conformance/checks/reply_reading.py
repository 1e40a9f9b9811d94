"""The suite's own strict reading of what a service replied: success or error, of which type, with what in the body.

Owns the rules by which a reply is classified. It must not know which reply was to be expected.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from participant_conformance.checks.strict_reading import NULL, StrictReadingError, read_json
from participant_conformance.links.outgoing import NoReply
from participant_strategies.contract import Shape, contract
from participant_strategies.errors import ERROR_TYPE_HEADER, MESSAGE_MEMBER
from participant_strategies.reply import Reply
from participant_strategies.value import Enum, String, Structure

#: Which members of a body can name the type, the first before the second.
_BODY_TYPES: Final = ("code", "__type")


def is_success(came: Reply | NoReply) -> bool:
    """Whether a request was served."""
    return isinstance(came, Reply) and 200 <= came.status < 300


def is_refused(came: Reply | NoReply) -> bool:
    """Whether a request was refused as the caller's own fault."""
    return isinstance(came, Reply) and 400 <= came.status < 500


def type_in_header(reply: Reply) -> str | None:
    """Return the type that the header names, without URI and namespace; ``None`` where there is none."""
    value = reply.header(ERROR_TYPE_HEADER)
    return _bare(value) if value and value.strip() else None


def error_type(reply: Reply) -> str | None:
    """Return the type that a reply names, in any of the three places."""
    found = type_in_header(reply)
    if found is not None:
        return found
    body = members(reply)
    named = (body.get(name) for name in _BODY_TYPES)
    return next((_bare(value) for value in named if isinstance(value, str) and value), None)


def _bare(value: str) -> str:
    # Smithy restJson1, "Operation error serialization": first the URI goes, then the namespace.
    return value.strip().partition(":")[0].rpartition("#")[2]


def members(reply: Reply) -> dict[str, object]:
    """Return the members of a JSON object in the body; none where it is something else."""
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def kind_of(came: Reply | NoReply) -> str:
    """Say of what kind a reply is, without what may differ from one to the next."""
    if isinstance(came, NoReply):
        return "no reply"
    if is_success(came):
        held = sorted(name for name, value in members(came).items() if value is not None)
        return f"HTTP {came.status} with {', '.join(held) or 'nothing'}"
    return f"HTTP {came.status}, {error_type(came) or 'no type'}"


def is_modeled(came: Reply | NoReply) -> bool:
    """Whether it is one of the operation's errors, wherever the type stands, with the status of one of them."""
    errors = contract().modeled_errors
    statuses = {contract().errors[name].status for name in errors}
    return isinstance(came, Reply) and came.status in statuses and error_type(came) in errors


def error_fault(reply: Reply) -> tuple[str, str] | None:
    """Say what is wrong with an error, as (expected, got), or ``None``."""
    name = type_in_header(reply)
    if name not in contract().modeled_errors:
        listed = ", ".join(contract().modeled_errors)
        return f"{ERROR_TYPE_HEADER}: one of {listed}", "no such header" if name is None else name
    status = contract().errors[name].status
    if reply.status != status:
        return f"{name} with HTTP {status}", f"HTTP {reply.status}"
    message = members(reply).get(MESSAGE_MEMBER)
    if not isinstance(message, str):
        got = "none" if message is None else json.dumps(message)
        return f"a JSON object with a text as {MESSAGE_MEMBER}", f"{MESSAGE_MEMBER}: {got}"
    return None


def success_fault(reply: Reply, asked: Iterable[str]) -> tuple[str, str] | None:
    """Say what is wrong with the body of a success, as (expected, got), or ``None``; ``asked`` are members."""
    wanted = tuple(asked)
    try:
        value = read_json(reply.body) if reply.body or wanted else Structure()
    except StrictReadingError as wrong:
        return "one JSON object", str(wrong)
    if stray := _stray(value, contract().shapes[contract().output], ""):
        return stray
    missing = [name for name in wanted if value.get(name) in (None, NULL)]
    return (f"the member {missing[0]}, which was asked for", "a body without it") if missing else None


def _stray(value: Structure, shape: Shape, path: str) -> tuple[str, str] | None:
    for name, member in value.members:
        place = f"{path}{name}"
        if name not in shape.members:
            return "members of the model alone", f"{place}, which it does not have"
        inner = contract().shapes[shape.members[name]]
        if isinstance(member, Structure) and inner.kind == "structure":
            if found := _stray(member, inner, f"{place}."):
                return found
        elif member != NULL and (inner.kind == "structure" or not isinstance(member, String | Enum)):
            return f"{place}: {'an object' if inner.kind == 'structure' else 'a text'}", repr(member)
    return None
