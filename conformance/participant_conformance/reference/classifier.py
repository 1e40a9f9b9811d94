"""Classify a failed reply: which error, with which message.

Source: Smithy, AWS restJson1 protocol, "Operation error serialization"; the service model for the four errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from participant_conformance.reference.codec import UnusableReplyError, parse

KNOWN = frozenset({"AccessDeniedException", "InternalServerException", "ThrottlingException", "ValidationException"})

_HEADER = "x-amzn-errortype"
#: Up to the first ':' and, within that, behind the first '#'.
_TYPE = re.compile(r"\A(?:[^:#]*#)?([^:]*)")


@dataclass(frozen=True, slots=True)
class ClassifiedError:
    """What a failed reply says. ``code`` is ``None`` where it names no type, ``status`` where only a body is known."""

    code: str | None
    message: str | None
    status: int | None

    def __str__(self) -> str:
        return f"{self.code or 'unknown error'}: {self.message or 'no message'}"

    @property
    def known(self) -> bool:
        """Whether it is one of the four errors of the operation."""
        return self.code in KNOWN


def classify(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> ClassifiedError:
    """Classify a reply with an error status."""
    members = _members(body)
    header = next((value for name, value in headers if name.lower() == _HEADER), None)
    return ClassifiedError(
        code=_first_type(header, members.get("code"), members.get("__type")),
        message=_message(members),
        status=status,
    )


def error_of_json(code: str, body: bytes) -> ClassifiedError:
    """Read the body of an error whose type is known already. Raises :class:`UnusableReplyError`."""
    members = parse(body)
    if not isinstance(members, dict):
        raise UnusableReplyError(f"the body of an error is {type(members).__name__}, not an object")
    return ClassifiedError(code, _message(members), status=None)


def _message(members: dict[str, object]) -> str | None:
    message = members.get("Message", members.get("message"))
    return message if isinstance(message, str) else None


def _first_type(*candidates: object) -> str | None:
    """Return the first candidate that names a type: the header, then ``code``, then ``__type``."""
    for candidate in candidates:
        match = _TYPE.match(candidate) if isinstance(candidate, str) else None
        if match and match[1]:
            return match[1].strip()
    return None


def _members(body: bytes) -> dict[str, object]:
    try:
        parsed = parse(body)
    except UnusableReplyError:
        # A proxy's page: only the header can still tell the type.
        return {}
    return parsed if isinstance(parsed, dict) else {}
