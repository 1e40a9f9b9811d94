"""How an implementation's HTTP request reaches us.

A link serves one reply at a time, the same for every attempt of a call, and keeps what it received.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from participant_strategies.reply import Reply


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived. ``head`` are the bytes up to the body; empty where a link does not see them.

    ``problem`` says why the bytes are no HTTP request; the other fields are then empty.
    """

    method: str = ""
    target: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    head: bytes = b""
    problem: str = ""

    def values(self, name: str) -> list[str]:
        """Return the values of all headers of that name, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(slots=True)
class Exchange:
    """One reply being served: where to call, what came, and how often the reply went out whole."""

    endpoint: str
    reply: Reply
    received: list[Received] = field(default_factory=list)
    delivered: int = 0


class CallLink(Protocol):
    """What the harness needs of a link. ``raw_bytes``: it sees the request's bytes as they were on the wire."""

    name: str
    raw_bytes: bool

    def serve(self, reply: Reply, *, path: str = "") -> Exchange:
        """Serve ``reply`` from now on, below ``path``; give where, and the record that fills."""

    def close(self) -> None:
        """Stop serving. Safe to call twice."""


def link_maker(name: str) -> Callable[[], CallLink]:
    """Return what makes the link of a name, which is imported only now."""
    if name == "respx":
        from participant_conformance.links.respx_link import RespxLink

        return RespxLink
    from participant_conformance.links.loopback import LoopbackLink

    return LoopbackLink
