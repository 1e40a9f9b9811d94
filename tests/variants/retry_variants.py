"""Variants of ``call`` that have their own way with time: they call again, wait, or stop in another way."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from participant_conformance.adapter import DIALECTS, Traits
from participant_conformance.reference.adapter import Reference
from participant_strategies.reply import ConnectionRequest, Reply
from tests.mutants.bench import Part
from tests.mutants.own_http import Draft, Incoming, NoReplyError
from tests.mutants.sending import draft_of
from tests.mutants.tampering import Wired
from tests.variants.variant import variant

_PASSING = (429, 500, 502, 503, 504)


class _Retrying(Wired):
    """Calls up to three times where a failure may pass, or where there is no reply."""

    tries = 3

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request, and perhaps again."""
        for number in range(1, self.tries):
            with suppress(NoReplyError):
                reply = super().send(draft, limit_s)
                if reply.status not in _PASSING:
                    return reply
            self.pause(number)
        return super().send(draft, limit_s)

    def pause(self, number: int) -> None:
        """Wait before the next try."""


@variant(Part.CALL, timed=True)
class CallsAgainAtOnce(_Retrying):
    """Calls up to three times, without a pause, where the service throttles or fails or the connection is lost."""


@variant(Part.CALL)
class CallsAgainLater(_Retrying):
    """Calls up to five times, and waits longer each time."""

    tries = 5

    def pause(self, number: int) -> None:
        """Wait before the next try."""
        time.sleep(0.001 * 2**number)


@variant(Part.CALL, timed=True)
class CallsAgainWhenTold(_Retrying):
    """Lets its caller say whether it calls again (trait retries)."""

    implementation = replace(Reference.implementation, traits=Traits(dialects=DIALECTS, limits=True, retries="switch"))

    def call(
        self, endpoint: str, request: ConnectionRequest, *, retries: bool = True, limit_s: float | None = None
    ) -> Any:
        """Send the request."""
        draft = draft_of(endpoint, request)
        return self.taken(self.send(draft, limit_s) if retries else Wired.send(self, draft, limit_s))


@variant(Part.CALL)
class RetriesSwitchedOff(Wired):
    """Is an SDK whose retries the adapter has switched off (trait retries)."""

    implementation = replace(Reference.implementation, traits=Traits(dialects=DIALECTS, limits=True, retries="off"))


@variant(Part.CALL)
class KeepsNoLimit(Wired):
    """Takes no time limit from its caller (trait limits)."""

    implementation = replace(Reference.implementation, traits=Traits(dialects=DIALECTS))

    def call(self, endpoint: str, request: ConnectionRequest) -> Any:  # type: ignore[override]  # no limit
        """Send the request."""
        return self.taken(self.send(draft_of(endpoint, request)))


class TooLateError(Exception):
    """The time is up."""


@variant(Part.CALL, timed=True)
class ErrorForTime(Wired):
    """Raises another error of its own where the time is up, and keeps the reply that it has not read to its end."""

    implementation = replace(Reference.implementation, errors=(*Reference.implementation.errors, TooLateError))

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Any:
        """Send the request."""
        late = time.monotonic() + (limit_s or 60)
        try:
            return super().call(endpoint, request, limit_s=limit_s)
        except NoReplyError as wrong:
            if time.monotonic() >= late:
                raise TooLateError(f"the limit of {limit_s} s is over") from wrong
            raise


@variant(Part.CALL, timed=True)
class LimitsSizes(Wired):
    """Refuses a reply of more than a mebibyte, long before its time is up."""

    def connected(self, draft: Draft, seconds: float) -> Incoming:
        """Connect."""
        found = super().connected(draft, seconds)
        return _Small(found.connection, found.deadline)


class _Small(Incoming):
    def more(self) -> bool:
        """Wait for more."""
        if len(self.here) > 1 << 20:
            raise NoReplyError("too large")
        return super().more()
