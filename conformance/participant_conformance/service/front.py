"""What stands before the operation: who may ask at all, which path leads where, and the record of it.

Owns the order in which a request is looked at. It must not know sockets; what it is given has arrived whole.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Final

from participant_conformance.links import Received
from participant_conformance.service import origins
from participant_conformance.service.control import PREFIX, controlled
from participant_conformance.service.machine import Machine
from participant_conformance.service.moment import Moment
from participant_conformance.service.replies import UNKNOWN_OPERATION, failure
from participant_conformance.service.seen import Seen
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer, Delivery
from participant_strategies.reply import Reply

#: Requests that are kept.
KEPT: Final = 1000
#: What becomes of bytes that are no request.
_BAD_REQUEST: Final = Answer(Reply(400, (), b""), Delivery(persistent=False))
#: RFC 9110, section 15.5.20: a request that was meant for another server.
_MISDIRECTED: Final = Answer(Reply(421, (), b"this service answers to localhost, 127.0.0.1 and [::1] with its port"))
_FOREIGN_PAGE: Final = Answer(Reply(403, (), b"the control API is for pages of this machine"))


@dataclass(slots=True)
class Front:
    """Answer requests, and keep the last of them. ``authorities``: what ``Host`` may say."""

    machine: Machine
    authorities: frozenset[str] = frozenset()
    seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=KEPT))
    arrived: int = 0

    def answer(self, received: Received, at: Moment) -> tuple[Answer, Seen | None]:
        """Answer a request; what is kept of it is ``None`` for one of the control API."""
        answer = self._answer(received, at)
        if received.method == "HEAD":
            # RFC 9110, section 9.3.2: the reply has no body.
            answer = replace(answer, reply=replace(answer.reply, body=b""))
        if not received.problem and origins.split_target(received.target)[1].startswith(PREFIX):
            return answer, None
        self.arrived += 1
        kept = Seen.of(self.arrived, received, answer.reply, at)
        self.seen.append(kept)
        return answer, kept

    def _answer(self, received: Received, at: Moment) -> Answer:
        if received.problem:
            return _BAD_REQUEST
        if not origins.is_for_us(received, self.authorities):
            return _MISDIRECTED
        if origins.is_preflight(received):
            return origins.for_page(origins.permission(received), received)
        return origins.for_page(self._routed(received, at), received)

    def _routed(self, received: Received, at: Moment) -> Answer:
        path = origins.split_target(received.target)[1]
        if path.startswith(PREFIX):
            origin = origins.origin_of(received)
            if origin is not None and not origins.is_local(origin):
                return _FOREIGN_PAGE
            return controlled(self.machine, self.seen, received.method, path, received.body)
        if (received.method, path) == (contract().method, contract().uri):
            return self.machine.answer(received, at)
        name, status = UNKNOWN_OPERATION
        return failure(name, status, "There is no such operation", self.machine.ids, at)
