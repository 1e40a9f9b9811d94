"""What stands behind a proxy that is judged: the suite itself, in the place of the real service.

Owns the port, what is answered there for a while, and the record of what arrived. It must not know what is judged, nor
what the service does otherwise: ``service`` does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from participant_conformance.links import Received
from participant_conformance.links.server import BAD_REQUEST, Respond, Server
from participant_conformance.service.ids import Ids
from participant_conformance.service.machine import Machine
from participant_conformance.service.moment import Moment
from participant_conformance.service.replies import UNKNOWN_OPERATION, failure
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer
from participant_strategies.reply import Reply


class Upstream:
    """A service on a port of 127.0.0.1, which takes any token. Raises ``OSError`` if the port cannot be had."""

    def __init__(self, port: int) -> None:
        self._plays = _Plays()
        self._server = Server(self._plays, port=port)
        self.port = self._server.port

    @contextmanager
    def answering(self, reply: Reply) -> Iterator[list[Received]]:
        """Answer everything by this reply for a while; give the requests that arrive meanwhile."""
        received: list[Received] = []
        self._plays.told = Answer(reply), received
        try:
            yield received
        finally:
            self._plays.told = None

    def close(self) -> None:
        """Close the port."""
        self._server.close()


@dataclass
class _Plays:
    """Answers by what it was told, or as the service does."""

    told: tuple[Answer, list[Received]] | None = None
    _machine: Machine = field(default_factory=lambda: Machine(Ids(), accept_any_token=True))

    def begun(self) -> bool:
        return False

    def request(self, received: Received, respond: Respond) -> None:
        # Looked at once: the thread that judges may take it back meanwhile.
        told = self.told
        if told is not None:
            told[1].append(received)
        if received.problem:
            respond(BAD_REQUEST)
        else:
            respond(self._served(received) if told is None else told[0])

    def _served(self, received: Received) -> Answer:
        at = Moment(received.at, time.time())
        # Whatever path a proxy is told to put before it.
        if received.method == contract().method and received.target.endswith(contract().uri):
            return self._machine.answer(received, at)
        name, status = UNKNOWN_OPERATION
        return failure(name, status, "There is no such operation", self._machine.ids, at)
