"""What arrived and what it was answered, for people and for tests to look at.

Owns what is kept of a request. Secrets are shown by their beginning and their length; who needs them whole reads the
attributes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from participant_conformance.links import Received
from participant_conformance.service.moment import Moment, iso
from participant_conformance.service.participants import shown_token
from participant_strategies.contract import contract
from participant_strategies.reply import Reply, shown_bytes

#: Of a longer body no more is kept.
BODY_KEPT = 65_536
#: Headers that hold secrets: the participant token, and what an SDK with credentials sends along.
_SECRET = frozenset({contract().token_header.lower(), "authorization", "cookie", "x-amz-security-token"})


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """One request and the status it was answered with; ``error`` is the type of an error.

    ``at``: seconds since 1970. ``token``: the participant token, ``None`` if there was none. ``problem`` says why the
    bytes were no HTTP request; the other fields are then empty.
    """

    number: int
    at: float
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    problem: str
    status: int
    error: str | None

    @classmethod
    def of(cls, number: int, received: Received, reply: Reply, at: Moment) -> Seen:
        """Make one of a request and its reply."""
        kept = received.body[:BODY_KEPT]
        error = reply.header("x-amzn-ErrorType")
        told = received.method, received.target, received.headers, kept, received.problem
        return cls(number, at.wall, *told, reply.status, error)

    @property
    def token(self) -> str | None:
        """The participant token, as it stood in its header."""
        return self.header(contract().token_header)

    @property
    def json(self) -> Any:
        """What the body says. Raises ``ValueError`` where it is no JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """Return the value of the first header of that name (names have no case), or ``None``."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def shown_token(self) -> str:
        """How the token begins and how long it is."""
        return "no token" if self.token is None else shown_token(self.token)

    @property
    def came_to(self) -> str:
        """The status, and the error."""
        return " ".join(filter(None, [str(self.status), self.error]))

    def __repr__(self) -> str:
        asked = f"no HTTP request: {self.problem}" if self.problem else f"{self.method} {self.path}"
        return f"{asked} · {self.shown_token} · {shown_bytes(self.body)} → {self.came_to}"

    @property
    def plain(self) -> dict[str, object]:
        """All of it as plain data, without secrets."""
        shown = [[key, shown_token(value) if key.lower() in _SECRET else value] for key, value in self.headers]
        return {
            "number": self.number,
            "at": iso(self.at),
            "method": self.method,
            "path": self.path,
            "token": None if self.token is None else self.shown_token,
            "headers": shown,
            "body": self.body.decode("utf-8", "backslashreplace"),
            "problem": self.problem,
            "status": self.status,
            "error": self.error,
        }
