"""Mutants of ``call.ends``: clients that keep the time limit of a request, but not to its end."""

from __future__ import annotations

import math
from dataclasses import dataclass

from participant_strategies.reply import Reply
from tests.mutants.own_http import Draft, Headers, Incoming
from tests.mutants.tampering import Wired, wiring

#: A deadline that does not come.
_NEVER = math.inf


@dataclass
class _Unhurried(Incoming):
    """Waits up to ``each`` seconds for each part, or for ever, whatever the deadline says."""

    each: float | None = None

    def more(self) -> bool:
        """Wait for more."""
        self.connection.settimeout(self.each)
        part = self.connection.recv(1 << 16)
        self.here += part
        return bool(part)


@wiring("call.ends")
class LimitForConnecting(Wired):
    """Keeps the limit while it connects, and waits for the reply for ever."""

    def connected(self, draft: Draft, seconds: float) -> Incoming:
        """Connect."""
        return _Unhurried(super().connected(draft, seconds).connection, _NEVER)


@wiring("call.ends")
class LimitForEachRead(Wired):
    """Begins to count anew with each part of the reply, as the timeout of a socket does."""

    def connected(self, draft: Draft, seconds: float) -> Incoming:
        """Connect."""
        return _Unhurried(super().connected(draft, seconds).connection, _NEVER, each=seconds)


@wiring("call.ends")
class LimitForTheHead(Wired):
    """Keeps the limit up to the end of the headers, and waits for the body for ever."""

    def whole(self, incoming: Incoming, status: int, headers: Headers) -> Reply:
        """Read what stands behind the head."""
        unhurried = _Unhurried(incoming.connection, _NEVER, incoming.here)
        return super().whole(unhurried, status, headers)
