"""A call that does not come back is ended, and nothing of the process is changed by that."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from participant_conformance.limits import TimeLimitExceeded, call_within

LIMIT = 0.1
#: Long enough for anything that comes back at all.
AMPLE = 30.0


def sleeps() -> None:
    time.sleep(60)


def spins() -> None:
    while True:
        pass


def waits_on_a_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def matches_a_catastrophic_pattern() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def blocks_in_an_event_loop() -> None:
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(asyncio.Event().wait())
    finally:
        loop.close()


def swallows_the_first_interrupts() -> None:
    for _ in range(3):
        try:
            time.sleep(60)
        except BaseException:  # noqa: BLE001 - as an implementation that keeps trying does
            continue
    time.sleep(60)


def swallows_and_returns() -> None:
    try:
        time.sleep(60)
    except BaseException:  # noqa: BLE001 - as an implementation that hides its faults does
        return


def turns_the_interrupt_into_its_own_error() -> None:
    try:
        time.sleep(60)
    except BaseException as interrupted:
        raise ValueError("cancelled") from interrupted


ENDLESS = (
    sleeps,
    spins,
    waits_on_a_lock,
    matches_a_catastrophic_pattern,
    blocks_in_an_event_loop,
    swallows_the_first_interrupts,
    swallows_and_returns,
    turns_the_interrupt_into_its_own_error,
)


@pytest.fixture
def rung() -> Iterator[threading.Event]:
    """Have a handler of SIGALRM for one test, which sets the event; the process gets its own handler back."""
    event = threading.Event()
    handler = signal.signal(signal.SIGALRM, lambda _signal, _frame: event.set())
    timer = signal.setitimer(signal.ITIMER_REAL, 0)
    yield event
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, *timer)


def in_another_thread(function: Callable[[], object]) -> object:
    """Return what ``function`` returns, or the exception that it raises, in a thread that is not the main one."""
    results: list[object] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - handed to the test
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(AMPLE)
    return results[0]


@pytest.mark.parametrize("endless", ENDLESS, ids=lambda function: function.__name__)
def test_a_call_that_does_not_come_back_is_ended(endless: Callable[[], None]) -> None:
    """Whatever the call is busy with, it ends by the error that names the limit."""
    with pytest.raises(TimeLimitExceeded, match=r"did not return within 0\.1 s"):
        call_within(LIMIT, endless)


def test_the_error_keeps_the_limit_as_a_number() -> None:
    """Who catches the error can ask for the seconds."""
    with pytest.raises(TimeLimitExceeded) as late:
        call_within(LIMIT, spins)
    assert late.value.seconds == LIMIT


def test_the_error_of_a_late_call_is_no_exception() -> None:
    """An ``except Exception`` on the way, as Hypothesis has one, does not take it for a failure."""
    assert not issubclass(TimeLimitExceeded, Exception)


def test_a_result_in_time_passes() -> None:
    """A call that returns is not changed by its limit."""
    assert call_within(AMPLE, lambda: "result") == "result"


def test_an_exception_in_time_passes_unchanged() -> None:
    """The very object that was raised comes out."""
    raised = ValueError("mine")

    def fails() -> None:
        raise raised

    with pytest.raises(ValueError, match="mine") as caught:
        call_within(AMPLE, fails)
    assert caught.value is raised


def test_no_timer_is_left_after_a_call() -> None:
    """Where no timer was set before, none is set afterwards, late or not."""
    call_within(AMPLE, lambda: None)
    with pytest.raises(TimeLimitExceeded):
        call_within(LIMIT, spins)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("function", [lambda: None, spins], ids=["in-time", "late"])
@pytest.mark.usefixtures("rung")
def test_the_former_handler_is_given_back(function: Callable[[], None]) -> None:
    """The handler that a timeout plugin set is there again."""
    before = signal.getsignal(signal.SIGALRM)
    with contextlib.suppress(TimeLimitExceeded):
        call_within(LIMIT, function)
    assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.usefixtures("rung")
def test_a_former_timer_keeps_its_remaining_time_and_its_interval() -> None:
    """A timer that has time left goes on with what is left, not with all of it."""
    signal.setitimer(signal.ITIMER_REAL, 1000.0, 7.0)
    with pytest.raises(TimeLimitExceeded):
        call_within(LIMIT, spins)
    left, interval = signal.getitimer(signal.ITIMER_REAL)
    assert 0 < left <= 1000.0 - LIMIT
    assert interval == 7.0


def test_a_former_timer_that_ran_out_meanwhile_still_rings(rung: threading.Event) -> None:
    """What would have rung during the call rings after it, by its own handler."""
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    with pytest.raises(TimeLimitExceeded):
        call_within(LIMIT, spins)
    assert rung.wait(AMPLE)


@pytest.mark.usefixtures("rung")
def test_a_former_timer_does_not_end_the_call() -> None:
    """While the call runs, only its own limit counts."""
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    assert call_within(AMPLE, lambda: sum(range(1_000_000))) == 499999500000


@pytest.mark.usefixtures("rung")
def test_no_timer_runs_while_the_handler_changes_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A former timer never rings by our handler, nor ours by the former one."""
    running: list[tuple[float, float]] = []
    change = signal.signal

    def watched(number: int, handler: object) -> object:
        running.append(signal.getitimer(signal.ITIMER_REAL))
        return change(number, handler)  # type: ignore[arg-type]

    signal.setitimer(signal.ITIMER_REAL, 1000.0)
    monkeypatch.setattr(signal, "signal", watched)
    with pytest.raises(TimeLimitExceeded):
        call_within(LIMIT, spins)
    assert running == [(0.0, 0.0), (0.0, 0.0)]


def test_a_late_call_in_another_thread_is_abandoned() -> None:
    """Where no signal can reach, the caller goes on without the call."""
    release = threading.Event()
    late = in_another_thread(lambda: call_within(LIMIT, lambda: release.wait(AMPLE)))
    release.set()
    assert isinstance(late, TimeLimitExceeded)


def test_a_result_in_time_passes_in_another_thread() -> None:
    """A call that returns is not changed by its limit there either."""
    assert in_another_thread(lambda: call_within(AMPLE, lambda: "result")) == "result"


def test_a_call_that_takes_a_while_is_waited_for_in_another_thread() -> None:
    """It has its time, there too."""
    assert in_another_thread(lambda: call_within(AMPLE, lambda: sum(range(3_000_000)))) == 4499998500000


def test_an_exception_in_time_passes_unchanged_in_another_thread() -> None:
    """The very object that was raised comes out there too."""
    raised = KeyError("mine")

    def fails() -> None:
        raise raised

    assert in_another_thread(lambda: call_within(AMPLE, fails)) is raised


def test_another_thread_leaves_the_signal_handler_alone() -> None:
    """A limit in another thread touches no signal."""
    before = signal.getsignal(signal.SIGALRM)
    in_another_thread(lambda: call_within(AMPLE, lambda: None))
    assert signal.getsignal(signal.SIGALRM) is before


def test_without_interval_timers_the_call_runs_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system without ``setitimer`` the main thread has a thread of its own for each call."""
    monkeypatch.delattr(signal, "setitimer")
    assert call_within(AMPLE, threading.current_thread) is not threading.main_thread()


@pytest.mark.usefixtures("rung")
def test_an_alarm_that_rings_on_the_way_out_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result is there, the timer is stopped and the former handler is back."""
    before, stop = signal.getsignal(signal.SIGALRM), signal.setitimer

    def rings_first(timer: int, seconds: float, interval: float = 0.0) -> tuple[float, float]:
        if not seconds:
            signal.raise_signal(signal.SIGALRM)
        return stop(timer, seconds, interval)

    monkeypatch.setattr(signal, "setitimer", rings_first)
    assert call_within(AMPLE, lambda: "result") == "result"
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
