"""The loopback link: a real HTTP server on loopback, which serves one call after the other.

Owns what the answers to a call are. One server serves a whole run and keeps connections alive; a second one, the other
origin, is there once a redirect leads to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from participant_conformance.links import Exchange, Received
from participant_conformance.links.server import BAD_REQUEST, Respond, Server
from participant_strategies.delivery import OTHER_ORIGIN, Answer
from participant_strategies.reply import Reply

#: Seconds after which requests that are awaited together are answered all the same: an implementation may send one
#: after the other.
_TOGETHER: Final = 0.5
_NOTHING: Final = Answer(Reply(503, (), b"nothing is served"))
_ELSEWHERE: Final = Answer(Reply(200, (("Content-Type", "application/json"),), b"{}"))


class LoopbackLink:
    """Serve replies on a port of 127.0.0.1 that the system chooses.

    Raises ``OSError`` if no loopback port can be had.
    """

    name = "loopback"
    raw_bytes = True
    host: ClassVar[str] = "127.0.0.1"

    def __init__(self) -> None:
        self._calls = _Calls()
        self.server = Server(self._calls, host=self.host)
        self._other: Server | None = None

    @property
    def port(self) -> int:
        """The port of the server."""
        return self.server.port

    @property
    def exchange(self) -> Exchange | None:
        """What is served now."""
        return self._calls.exchange

    def serve(
        self,
        *answers: Reply | Answer,
        path: str = "",
        own: Mapping[str, Reply | Answer] | None = None,
        together: int = 1,
    ) -> Exchange:
        """Serve these answers, the last one to every request, until others are; ``path`` is part of the endpoint."""
        made = Exchange.of(f"{self.server.origin}{path}", answers, own, together)
        made.answers = tuple(map(self._located, made.answers))
        # One assignment: the thread that serves sees the old exchange or the new one, whole.
        self._calls.exchange = made
        return made

    def close(self) -> None:
        """Close the ports and every connection, and end the threads."""
        self.server.close()
        if self._other is not None:
            self._other.close()

    def _located(self, answer: Answer) -> Answer:
        """Put the address of the other origin in its place."""
        headers = answer.reply.headers
        if not any(OTHER_ORIGIN in value for _, value in headers):
            return answer
        if self._other is None:
            self._other = Server(_Elsewhere(self._calls), host=self.host)
        origin = self._other.origin
        put = tuple((name, value.replace(OTHER_ORIGIN, origin)) for name, value in headers)
        return replace(answer, reply=replace(answer.reply, headers=put))


class Loopback6Link(LoopbackLink):
    """The same on ::1."""

    name = "loopback6"
    host = "::1"


@dataclass(slots=True)
class _Calls:
    """Answers the requests of one exchange after the other."""

    exchange: Exchange | None = None
    _waiting: list[tuple[Exchange, Respond, Answer]] = field(default_factory=list)
    _timer: asyncio.TimerHandle | None = None

    def begun(self) -> bool:
        exchange = self.exchange
        return exchange is not None and exchange.upcoming().delivery.early

    def request(self, received: Received, respond: Respond) -> None:
        exchange = self.exchange
        if exchange is None:
            respond(BAD_REQUEST if received.problem else _NOTHING)
            return
        exchange.received.append(received)
        if received.problem:
            respond(BAD_REQUEST)
            return
        answer = exchange.answer_to(received)
        if exchange.together == 1:
            exchange.respond(answer, respond)
            return
        self._waiting.append((exchange, respond, answer))
        if len(self._waiting) >= exchange.together:
            self._answer_all()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_TOGETHER, self._answer_all)

    def _answer_all(self) -> None:
        """Answer those that wait, the last one first: who mixes replies up is to be seen."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        for exchange, respond, answer in reversed(waiting):
            exchange.respond(answer, respond)


@dataclass(slots=True)
class _Elsewhere:
    """The other origin: answers every request by an empty success, and records it with the call that is served."""

    calls: _Calls

    def begun(self) -> bool:
        return False

    def request(self, received: Received, respond: Respond) -> None:
        if self.calls.exchange is not None:
            self.calls.exchange.elsewhere.append(received)
        respond(BAD_REQUEST if received.problem else _ELSEWHERE)
