"""Requests, replies, outcomes, and the case that ties a reply to the outcome it must have.

Owns these types and how they are printed. It must not know how they are drawn, delivered or judged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypeAlias

from participant_strategies.value import Structure, shown_text

#: How many bytes of a body are printed before it is cut.
BODY_SHOWN = 300

JSON_CONTENT_TYPE = ("Content-Type", "application/json")


@dataclass(frozen=True, slots=True)
class ConnectionRequest:
    """What a caller asks for. ``None`` means that the caller did not give the argument."""

    participant_token: str
    type: tuple[str, ...] | None = None
    connect_participant: bool | None = None

    @property
    def members(self) -> dict[str, object]:
        """The members of the body that the caller gave, in plain types."""
        given = {"Type": self.type and list(self.type), "ConnectParticipant": self.connect_participant}
        return {name: value for name, value in given.items() if value is not None}

    def __repr__(self) -> str:
        given = [f"token {shown_text(self.participant_token)}"]
        given += [] if self.type is None else [f"Type {json.dumps(self.type)}"]
        given += (
            [] if self.connect_participant is None else [f"ConnectParticipant {json.dumps(self.connect_participant)}"]
        )
        return "request(" + ", ".join(given) + ")"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP reply: status, headers in order with their duplicates, body. Framing headers are the link's."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the value of the first header of that name (names have no case), or ``None``."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def __repr__(self) -> str:
        # The plain Content-Type stands on nearly every reply of this protocol and says nothing.
        headers = [f"{key}: {value}" for key, value in self.headers if (key, value) != JSON_CONTENT_TYPE]
        return " · ".join([f"HTTP {self.status}", *headers, shown_bytes(self.body)])


@dataclass(frozen=True, slots=True)
class Decoded:
    """The reply was taken as a success with this value."""

    value: Structure
    shown: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"success {self.value!r}"


@dataclass(frozen=True, slots=True)
class ServiceError:
    """The reply was taken as an error of the service.

    ``code`` is the error's type; ``known`` tells whether the implementation gave it a type of its own (a class, a
    variant) rather than its "unknown error" case. ``None`` for ``message`` or ``status``: cannot be learnt.
    """

    code: str | None
    message: str | None
    known: bool
    status: int | None = None
    shown: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"{kind_of_error(self.code, known=self.known)}, message {shown_or_none(self.message)}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """The reply is unusable, and the implementation said so by an error of its own kind."""

    reason: str
    error: str = ""
    shown: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"rejected{f' by {self.error}' if self.error else ''}: {shown_text(self.reason)}"


@dataclass(frozen=True, slots=True)
class Encoded:
    """The value was written as this text."""

    body: bytes
    shown: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"written {shown_bytes(self.body)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """The request was not sent."""

    reason: str
    shown: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"request refused: {shown_text(self.reason)}"


@dataclass(frozen=True, slots=True)
class Crashed:
    """Something that is not the implementation's own error escaped from it. Made by the harness, not by adapters.

    ``place`` is the innermost frame, as ``module:line``; it takes no part in comparisons.
    """

    reason: str
    error: str
    place: str = field(default="", compare=False)
    shown: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        place = f" at {self.place}" if self.place else ""
        return f"crash, {self.error}: {shown_text(self.reason)}{place}"


#: What an adapter may return.
AdapterOutcome: TypeAlias = Decoded | ServiceError | Rejected | Refused | Encoded
#: What a check may see.
Outcome: TypeAlias = AdapterOutcome | Crashed


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault planted in a valid text or value: its name in the catalogue of defects, and in words what was done."""

    name: str
    what: str

    def __repr__(self) -> str:
        return f"{self.name}: {self.what}"


@dataclass(frozen=True, slots=True)
class Case:
    """A reply and the outcome it must have, known before the bytes were made.

    ``message_free``: the contract does not say which message comes out, so it is not compared. ``known_free``: the
    same for ``known``. ``control`` is the case without what makes this one special: it must come out right, else
    nothing was learnt. ``note`` says in words what is special.
    """

    reply: Reply
    expected: Outcome
    message_free: bool = False
    known_free: bool = False
    control: Case | None = None
    note: str = ""

    @property
    def expected_words(self) -> str:
        """Say what must come out, without what is free."""
        match self.expected:
            case ServiceError(code=code, known=known) if self.message_free:
                return kind_of_error(code, known=known)
            case _:
                return repr(self.expected)

    def __repr__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{self.reply!r} → {self.expected!r}{note}"


def kind_of_error(code: str | None, *, known: bool) -> str:
    """Name an error by its type, and say whether it has a type of its own."""
    return f"{code}, known" if known else f"unknown error, code {shown_or_none(code)}"


def shown_or_none(text: str | None) -> str:
    """Quote a text, or say that there is none."""
    return "none" if text is None else shown_text(text)


def shown_bytes(body: bytes, limit: int = BODY_SHOWN) -> str:
    """Print bytes as text where they are text, everything else escaped; an empty body is named as such."""
    if not body:
        return "(empty body)"
    # Of a megabyte no more is looked at than can be shown.
    text = body[: 4 * limit + 4].decode("utf-8", "backslashreplace")
    cut = text[:limit] + (f"… ({len(body)} bytes)" if len(text) > limit else "")
    return "".join(char if char.isprintable() else _escaped(char) for char in cut)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
