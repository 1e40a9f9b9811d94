"""The loopback link: a real HTTP server on loopback, which serves one call after the other.

Owns what the answers to a call are. One server serves a whole run and keeps connections alive; a second one, the other
origin, is there once a redirect leads to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from participant_conformance.links import Exchange, LinkError, Received
from participant_conformance.links.connection import BAD_REQUEST, Handler, Respond
from participant_conformance.links.server import Server
from participant_strategies.delivery import OTHER_ORIGIN, Answer
from participant_strategies.reply import Reply

#: Seconds after which requests that are awaited together are answered all the same: an implementation may send one
#: after the other.
_TOGETHER: Final = 0.5
_NOTHING: Final = Answer(Reply(503, (), b"nothing is served"))
_ELSEWHERE: Final = Answer(Reply(200, (("Content-Type", "application/json"),), b"{}"))


class LoopbackLink:
    """Serve replies on a port of 127.0.0.1 that the system chooses.

    Raises ``LinkError`` if no loopback port can be had, and where the server has failed.
    """

    name = "loopback"
    raw_bytes = True
    host: ClassVar[str] = "127.0.0.1"

    def __init__(self) -> None:
        self._calls = _Calls()
        self.server = self._started(self._calls)
        self._other: Server | None = None

    @property
    def port(self) -> int:
        """The port of the server."""
        return self.server.port

    def serve(
        self,
        *answers: Reply | Answer,
        path: str = "",
        own: Mapping[str, Reply | Answer] | None = None,
        together: int = 1,
    ) -> Exchange:
        """Serve these answers, the last one to every request, until others are; ``path`` is part of the endpoint.

        What is still at work on an earlier exchange is dropped: a request belongs to the exchange during which all of
        it came.
        """
        for server in filter(None, (self.server, self._other)):
            server.check()
            server.settle()
        made = Exchange.of(f"{self.server.origin}{path}", answers, own, together)
        made.answers = tuple(map(self._located, made.answers))
        made.own = {token: self._located(answer) for token, answer in made.own.items()}
        # One assignment: the thread that serves sees the old exchange or the new one, whole.
        self._calls.exchange = made
        return made

    def close(self) -> None:
        """Close the ports and every connection, and end the threads."""
        try:
            self.server.close()
        finally:
            if self._other is not None:
                self._other.close()

    def _started(self, handler: Handler) -> Server:
        try:
            return Server(handler, host=self.host)
        except OSError as wrong:
            raise LinkError(f"no port of {self.host} can be had: {wrong.strerror or wrong}") from wrong

    def _located(self, answer: Answer) -> Answer:
        """Put the address of the other origin in its place."""
        headers = answer.reply.headers
        if not any(OTHER_ORIGIN in value for _, value in headers):
            return answer
        if self._other is None:
            self._other = self._started(_Elsewhere(self._calls))
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
    _timers: list[asyncio.TimerHandle] = field(default_factory=list)

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
        if self._waiting and self._waiting[0][0] is not exchange:
            self._answer_all()
        self._waiting.append((exchange, respond, answer))
        if len(self._waiting) >= exchange.together:
            self._answer_all()
        elif len(self._waiting) == 1:
            self._timers.append(asyncio.get_running_loop().call_later(_TOGETHER, self._answer_all))

    def _answer_all(self) -> None:
        """Answer those that wait, the last one first: who mixes replies up is to be seen."""
        while self._timers:
            self._timers.pop().cancel()
        waiting, self._waiting = self._waiting, []
        for exchange, respond, answer in reversed(waiting):
            # Whoever comes behind them sends one request after the other, and is not to wait each time.
            exchange.together = 1
            exchange.respond(answer, respond)


@dataclass(slots=True)
class _Elsewhere:
    """The other origin: answers every request by an empty success, and records it with the call that is served."""

    calls: _Calls

    def begun(self) -> bool:
        return False

    def request(self, received: Received, respond: Respond) -> None:
        assert self.calls.exchange is not None  # noqa: S101 - one of its answers led here
        self.calls.exchange.elsewhere.append(received)
        respond(BAD_REQUEST if received.problem else _ELSEWHERE)
