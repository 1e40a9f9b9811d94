"""Mutants of ``call.*`` that call again: too often, for the wrong reason, or with a mistake in what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import httpx

from participant_strategies.reply import Decoded, Reply, ServiceError
from participant_strategies.value import Structure
from tests.mutants.own_http import Draft, NoReplyError
from tests.mutants.tampering import Taken, Wired, altering, wiring

#: The right way to call, which calls once.
Call: TypeAlias = Callable[..., Taken]

#: Statuses after which it makes sense to call again.
_PASSING = (429, 500, 502, 503, 504)


def _status(taken: Taken) -> int | None:
    return taken.status if isinstance(taken, ServiceError) else None


def _again(once: Callable[[], Taken], is_again: Callable[[Taken], bool], tries: int) -> Taken:
    """Call until there is no reason to call again, or so many times."""
    taken = once()
    for _ in range(tries - 1):
        if not is_again(taken):
            break
        taken = once()
    return taken


def _passing(taken: Taken) -> bool:
    return _status(taken) in _PASSING


# call.denied-is-final


@altering("call.denied-is-final", "call")
def any_error_again(call: Call, *asked: Any, **options: Any) -> Taken:
    """Calls up to three times whatever error the service answers."""
    return _again(partial(call, *asked, **options), lambda taken: isinstance(taken, ServiceError), 3)


@altering("call.denied-is-final", "call")
def denied_once_more(call: Call, *asked: Any, **options: Any) -> Taken:
    """Calls once more after 403, as clients do that have renewed their credentials in between."""
    return _again(partial(call, *asked, **options), lambda taken: _status(taken) == 403, 2)


@altering("call.denied-is-final", "call")
def bad_requests_again(call: Call, *asked: Any, **options: Any) -> Taken:
    """Calls again after 400, which is the status of throttling in other protocols of AWS."""
    return _again(partial(call, *asked, **options), lambda taken: _status(taken) in (400, *_PASSING), 3)


# call.recovers-or-surfaces


class _Retrying(Wired):
    """Calls once more where a failure may pass."""

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request, and perhaps again."""
        first = super().send(draft, limit_s)
        return self.second(first, super().send(draft, limit_s)) if first.status in _PASSING else first

    def second(self, _first: Reply, second: Reply) -> Reply:
        """Make one reply of two."""
        return second


@wiring("call.recovers-or-surfaces")
class KeepsTheFirstBody(_Retrying):
    """Calls again, and reads the body that it has buffered at the first try under the status of the second."""

    def second(self, first: Reply, second: Reply) -> Reply:
        """Make one reply of two."""
        return replace(second, body=first.body)


@wiring("call.recovers-or-surfaces")
class KeepsTheFirstHeaders(_Retrying):
    """Calls again, and takes the body of the second reply for that of the first, whose headers it has."""

    def second(self, first: Reply, second: Reply) -> Reply:
        """Make one reply of two."""
        return replace(first, headers=second.headers, body=second.body)


@altering("call.recovers-or-surfaces", "call")
def empty_after_a_drop(call: Call, *asked: Any, **options: Any) -> Taken:
    """Makes an empty success of a connection that is closed before a reply."""
    try:
        return call(*asked, **options)
    except httpx.HTTPError as wrong:
        if "without sending" in str(wrong) or isinstance(wrong, httpx.ReadError):
            return Decoded(Structure())
        raise


# call.bounded


@altering("call.bounded", "call")
def twenty_tries(call: Call, *asked: Any, **options: Any) -> Taken:
    """Calls up to twenty times."""
    return _again(partial(call, *asked, **options), _passing, 20)


@altering("call.bounded", "call")
def each_layer_tries_thrice(call: Call, *asked: Any, **options: Any) -> Taken:
    """Has three layers that call up to three times each: 27 requests."""
    inner = partial(_again, partial(call, *asked, **options), _passing, 3)
    return _again(partial(_again, inner, _passing, 3), _passing, 3)


@wiring("call.bounded")
class CountsRepliesAlone(Wired):
    """Calls again where the connection is lost, and does not count that as a try (here at most a dozen times)."""

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request, until there is a reply."""
        for _ in range(11):
            with suppress(NoReplyError):
                return super().send(draft, limit_s)
        return super().send(draft, limit_s)


# call.waits-between


@altering("call.waits-between", "call")
def again_at_once(call: Call, *asked: Any, **options: Any) -> Taken:
    """Calls up to three times, without a pause."""
    return _again(partial(call, *asked, **options), _passing, 3)


@wiring("call.waits-between")
class WaitsAsTold(Wired):
    """Waits as long as Retry-After says where the service throttles, and calls once more."""

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request, and perhaps again."""
        reply = super().send(draft, limit_s)
        seconds = reply.header("Retry-After")
        if reply.status != 429 or seconds is None:
            return reply
        time.sleep(float(seconds))
        return super().send(draft, limit_s)
