"""Time limits on calls into an implementation, in process.

Owns how a call that does not come back is ended. It must not know what was called.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

#: How often the alarm repeats, in seconds: an implementation may swallow the first one.
_REPEAT = 0.05


class Interrupted(KeyboardInterrupt):
    """Raised within the call when its time is up. Derived from what asyncio and most code let through."""


class TimeLimitExceeded(BaseException):
    """The call did not come back within its limit. No ``Exception``: it ends a Hypothesis run without shrinking."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"did not return within {seconds:g} s")
        self.seconds = seconds


def call_within(seconds: float, function: Callable[[], T]) -> T:
    """Call ``function`` and return what it returns; raise :class:`TimeLimitExceeded` after ``seconds``.

    In the main thread an interval timer interrupts spins, sleeps, locks and interruptible C code, at a cost of
    microseconds; a timer that was already set (by pytest-timeout, say) gets its remaining time back. In another
    thread, or without ``setitimer``, the call runs in a thread of its own, which is abandoned when it is late.
    """
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        return _with_alarm(seconds, function)
    return _in_thread(seconds, function)


def _with_alarm(seconds: float, function: Callable[[], T]) -> T:
    fired = over = False

    def ring(_signal: int, _frame: FrameType | None) -> None:
        nonlocal fired
        if not over:
            fired = True
            raise Interrupted

    # The former timer stops before its handler goes: it must not ring by ours.
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    handler = signal.signal(signal.SIGALRM, ring)
    started = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT)
    try:
        try:
            result = function()
        finally:
            over = True
    except BaseException:
        # Said once more, for an alarm that rang just before: the next one is far. It must not ring from here on, where
        # nobody would stop the timer, and the former handler would have it.
        over = True
        # Whatever came out after the alarm is the alarm's doing.
        if fired:
            raise TimeLimitExceeded(seconds) from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if remaining:
            left = max(remaining - (time.monotonic() - started), 0.001)
            signal.setitimer(signal.ITIMER_REAL, left, interval)
    if fired:
        raise TimeLimitExceeded(seconds)
    return result


def _in_thread(seconds: float, function: Callable[[], T]) -> T:
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, name="participant-conformance call", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeLimitExceeded(seconds)
    if errors:
        raise errors[0]
    return results[0]
