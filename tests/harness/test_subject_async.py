"""Methods that are ``async def``: in which loop they run, and what is left behind when they do not come back."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import closing
from unittest.mock import Mock

import pytest

from participant_conformance.adapter import AdapterError
from participant_conformance.subject import ImplementationHungError
from participant_strategies.reply import Crashed, Outcome, Rejected, Reply
from tests.harness.samples import EMPTY, OK, OwnError, subject

LIMIT = 0.1
AMPLE = 30.0


@pytest.fixture
def own_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop of the user's."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


class Loops:
    """An async answer that remembers the loops it ran in."""

    def __init__(self) -> None:
        self.seen: list[asyncio.AbstractEventLoop] = []

    async def __call__(self, _reply: Reply) -> Outcome:
        """Remember the loop."""
        self.seen.append(asyncio.get_running_loop())
        return EMPTY


async def answers(_reply: Reply) -> Outcome:
    return EMPTY


async def waits_forever(_reply: Reply) -> None:
    await asyncio.Event().wait()


def in_turn(*answers_in_turn: Callable[[Reply], Awaitable[object]]) -> Callable[[Reply], object]:
    """Answer by the first function, then by the second one, and so on."""
    left = iter(answers_in_turn)

    def answer(reply: Reply) -> object:
        return next(left)(reply)

    return answer


def test_what_a_coroutine_returns_is_the_outcome() -> None:
    """``async def`` makes no difference to a check."""
    with closing(subject(answers)) as judged:
        assert judged.receive(OK) == EMPTY


def test_any_awaitable_is_awaited() -> None:
    """It need not be a coroutine."""

    class Later:
        def __await__(self) -> Generator[None, None, Outcome]:
            yield
            return EMPTY

    with closing(subject(lambda _reply: Later())) as judged:
        assert judged.receive(OK) == EMPTY


def test_one_loop_serves_the_whole_run() -> None:
    """A connection pool made in one call can be used in the next."""
    loops = Loops()
    with closing(subject(loops)) as judged:
        judged.receive(OK)
        judged.receive(OK)
    assert loops.seen[0] is loops.seen[1]


def test_our_loop_is_closed_with_the_run() -> None:
    """Nothing of it is left to be warned about."""
    loops = Loops()
    with closing(subject(loops)) as judged:
        judged.receive(OK)
    assert loops.seen[0].is_closed()


def test_our_loop_is_never_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own tests neither find it nor lose theirs."""
    setting = Mock()
    monkeypatch.setattr(asyncio, "set_event_loop", setting)
    monkeypatch.setattr(asyncio.events, "set_event_loop", setting)
    with closing(subject(answers)) as judged:
        judged.receive(OK)
    setting.assert_not_called()


def test_a_given_loop_is_used(own_loop: asyncio.AbstractEventLoop) -> None:
    """What an async fixture made is used in the loop that made it."""
    loops = Loops()
    with closing(subject(loops, loop=own_loop)) as judged:
        judged.receive(OK)
    assert loops.seen == [own_loop]


def test_a_given_loop_is_left_open(own_loop: asyncio.AbstractEventLoop) -> None:
    """It is not ours to close."""
    with closing(subject(answers, loop=own_loop)) as judged:
        judged.receive(OK)
    assert not own_loop.is_closed()


def test_a_given_loop_that_is_closed_is_replaced(own_loop: asyncio.AbstractEventLoop) -> None:
    """A loop that its owner has closed by now serves nobody."""
    own_loop.close()
    with closing(subject(answers, loop=own_loop)) as judged:
        assert judged.receive(OK) == EMPTY


def test_an_adapter_that_is_not_async_gets_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop is made when it is needed."""
    making = Mock()
    monkeypatch.setattr(asyncio, "new_event_loop", making)
    with closing(subject()) as judged:
        judged.receive(OK)
    making.assert_not_called()


def test_closing_ends_async_generators_that_were_left_open() -> None:
    """Their ``finally`` runs while the loop is still there."""
    ended: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            ended.append("numbers")

    left = numbers()

    async def takes_one(_reply: Reply) -> Outcome:
        await anext(left)
        return EMPTY

    with closing(subject(takes_one)) as judged:
        judged.receive(OK)
    assert ended == ["numbers"]


def test_an_own_error_of_a_coroutine_is_a_rejection() -> None:
    """Blame is found in the same way."""

    async def rejects(_reply: Reply) -> None:
        raise OwnError("no JSON")

    with closing(subject(rejects)) as judged:
        assert judged.receive(OK) == Rejected("no JSON", "OwnError")


def test_a_foreign_error_of_a_coroutine_is_a_crash_with_its_place() -> None:
    """The frame is that of the coroutine, not of asyncio."""

    async def fails(_reply: Reply) -> None:
        raise ValueError("a")

    with closing(subject(fails)) as judged:
        outcome = judged.receive(OK)
    assert isinstance(outcome, Crashed)
    assert outcome.place.startswith("tests.harness.test_subject_async:")


def test_a_coroutine_that_returns_the_wrong_type_is_the_adapters_mistake() -> None:
    """What it returns is looked at after it was awaited."""

    async def returns_none(_reply: Reply) -> None:
        """Return nothing."""

    with closing(subject(returns_none)) as judged, pytest.raises(AdapterError, match=r"^read may return .*, not None$"):
        judged.receive(OK)


def test_an_interrupted_coroutine_is_cancelled() -> None:
    """It does not go on beside the next example, and it can clean up."""
    cancelled: list[str] = []

    async def waits(_reply: Reply) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("waits")
            raise

    with closing(subject(waits, time_limit=LIMIT)) as judged:
        with pytest.raises(ImplementationHungError):
            judged.receive(OK)
        assert cancelled == ["waits"]


def test_the_loop_serves_the_next_call_after_one_that_hung() -> None:
    """One hanging call does not spoil the run."""
    with closing(subject(in_turn(waits_forever, answers), time_limit=LIMIT)) as judged:
        with pytest.raises(ImplementationHungError):
            judged.receive(OK)
        assert judged.receive(OK) == EMPTY


def test_a_coroutine_that_swallows_its_cancellation_is_not_waited_for_long() -> None:
    """The run goes on; the coroutine is cancelled once more when the run is over."""
    cancellations: list[str] = []

    async def stubborn(_reply: Reply) -> None:
        for time in ("once", "twice"):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancellations.append(time)

    with closing(subject(stubborn, time_limit=LIMIT)) as judged:
        with pytest.raises(ImplementationHungError):
            judged.receive(OK)
        assert cancellations == ["once"]
    assert cancellations == ["once", "twice"]


def test_closing_cancels_what_the_implementation_left_running() -> None:
    """A heartbeat that nobody stopped is stopped, as at the end of any program."""
    cancelled: list[str] = []
    left: list[asyncio.Task[None]] = []

    async def beats() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append("beats")

    async def starts(_reply: Reply) -> Outcome:
        left.append(asyncio.create_task(beats()))
        return EMPTY

    with closing(subject(starts)) as judged:
        judged.receive(OK)
        judged.receive(OK)
    assert cancelled == ["beats", "beats"]


def test_a_coroutine_that_spins_is_ended_without_a_word_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """asyncio would complain of an exception that nobody fetched."""

    async def spins(_reply: Reply) -> None:
        while True:
            pass

    with caplog.at_level(logging.DEBUG, "asyncio"), closing(subject(spins, time_limit=LIMIT)) as judged:
        with pytest.raises(ImplementationHungError):
            judged.receive(OK)
        gc.collect()
    assert "never retrieved" not in caplog.text


def test_in_another_thread_a_loop_that_hangs_is_left_behind() -> None:
    """The abandoned call keeps its loop; the next one gets another, and is not blamed for it."""
    loops = Loops()
    release = asyncio.Event()
    results: list[object] = []
    judged = subject(in_turn(loops, lambda _reply: release.wait(), loops), time_limit=LIMIT)

    def run() -> None:
        judged.receive(OK)
        with pytest.raises(ImplementationHungError):
            judged.receive(OK)
        results.append(judged.receive(OK))
        judged.close()

    in_a_thread(run)
    abandoned, other = loops.seen
    abandoned.call_soon_threadsafe(release.set)
    wait_until_stopped(abandoned)
    abandoned.close()
    assert (results, other.is_closed()) == ([EMPTY], True)


def in_a_thread(function: Callable[[], None]) -> None:
    """Run ``function`` in a thread that is not the main one."""
    thread = threading.Thread(target=function)
    thread.start()
    thread.join(AMPLE)


def wait_until_stopped(loop: asyncio.AbstractEventLoop) -> None:
    """Wait for the abandoned call's thread, which ends when its loop has nothing left to do."""
    for thread in threading.enumerate():
        if thread.name == "participant-conformance call":
            thread.join(AMPLE)
    assert not loop.is_running()
