"""How an implementation's HTTP request reaches us.

A link serves the answers to one call, the last of them again and again, and keeps what it received.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from participant_strategies.contract import contract
from participant_strategies.delivery import Answer
from participant_strategies.reply import Reply


class LinkError(Exception):
    """A link cannot serve, through no fault of the implementation's; the message says why."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived. ``head`` are the bytes up to the body; empty where a link does not see them.

    ``problem`` says why the bytes are no HTTP request; the other fields are then empty. ``at`` is when it arrived, in
    seconds of a clock that only goes forward; ``connection`` counts the connections of a link.
    """

    method: str = ""
    target: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    head: bytes = b""
    problem: str = ""
    at: float = field(default=0.0, compare=False)
    connection: int = field(default=0, compare=False)

    def values(self, name: str) -> list[str]:
        """Return the values of all headers of that name, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(slots=True)
class Exchange:
    """The answers to one call, or to several at once: where to call, what came, how often a reply went out whole.

    ``answers`` are given one after the other, the last one to everything that follows. ``own`` are those to requests
    that bear a certain token, instead. ``together``: so many requests are awaited before the first one is answered.
    ``elsewhere`` is what arrived at the other origin, to which a redirect may lead.
    """

    endpoint: str
    answers: tuple[Answer, ...]
    own: Mapping[str, Answer] = field(default_factory=dict)
    together: int = 1
    received: list[Received] = field(default_factory=list)
    elsewhere: list[Received] = field(default_factory=list)
    delivered: int = 0
    answered: int = 0

    @classmethod
    def of(
        cls,
        endpoint: str,
        answers: tuple[Reply | Answer, ...],
        own: Mapping[str, Reply | Answer] | None = None,
        together: int = 1,
    ) -> Exchange:
        """Make one; a reply alone is delivered plainly."""
        told = tuple(map(_answer, answers))
        return cls(endpoint, told, {token: _answer(answer) for token, answer in (own or {}).items()}, together)

    def answer_to(self, received: Received) -> Answer:
        """Return the answer to the request that has just arrived."""
        tokens = received.values(contract().token_header)
        if tokens and tokens[0] in self.own:
            return self.own[tokens[0]]
        answer = self.upcoming()
        self.answered += 1
        return answer

    def respond(self, answer: Answer, respond: Callable[[Answer], None]) -> None:
        """Count an answer that goes out whole, before its first byte: a client that has it finds it counted."""
        self.delivered += answer.whole
        respond(answer)

    def upcoming(self) -> Answer:
        """Return the answer that the next request gets."""
        return self.answers[min(self.answered, len(self.answers) - 1)]


class CallLink(Protocol):
    """What the harness needs of a link. ``raw_bytes``: it sees the request's bytes as they were on the wire."""

    name: str
    raw_bytes: bool

    def serve(
        self,
        *answers: Reply | Answer,
        path: str = "",
        own: Mapping[str, Reply | Answer] | None = None,
        together: int = 1,
    ) -> Exchange:
        """Serve these answers from now on, below ``path``; give where, and the record that fills."""

    def close(self) -> None:
        """Stop serving. Safe to call twice."""


def _answer(answer: Reply | Answer) -> Answer:
    return Answer(answer) if isinstance(answer, Reply) else answer


def check_link(name: str) -> None:
    """Raise :class:`LinkError` if this machine cannot have the link of a name at all."""
    if name != "loopback6":
        return
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError as wrong:
        raise LinkError(f"the link loopback6 needs ::1, and there is none here: {wrong.strerror or wrong}") from None


def link_maker(name: str) -> Callable[[], CallLink]:
    """Return what makes the link of a name, which is imported only now."""
    if name == "respx":
        from participant_conformance.links.respx_link import RespxLink

        return RespxLink
    from participant_conformance.links.loopback import Loopback6Link, LoopbackLink

    return Loopback6Link if name == "loopback6" else LoopbackLink
