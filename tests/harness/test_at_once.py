"""Several calls at once: each answer stays with its call, whatever the others do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing

import pytest

from participant_conformance.at_once import Run, call_all

AMPLE = 30.0


@pytest.fixture
def run() -> Iterator[Run]:
    """What runs a coroutine function in a loop of the test's own."""
    with closing(asyncio.new_event_loop()) as loop:

        def made(function: Callable[[], Awaitable[object]]) -> object:
            async def awaited() -> object:
                return await function()

            return loop.run_until_complete(awaited())

        yield made


def raising(error: BaseException) -> Callable[[], object]:
    def function() -> object:
        raise error

    return function


def awaiting(function: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    async def awaited() -> object:
        await asyncio.sleep(0)
        return function()

    return awaited


def test_the_calls_run_at_the_same_time(run: Run) -> None:
    """Each waits until all are there."""
    barrier = threading.Barrier(3)
    returned = call_all([lambda: barrier.wait(AMPLE)] * 3, run)
    assert sorted(str(answer()) for answer in returned) == ["0", "1", "2"]


def test_what_awaits_is_awaited_at_the_same_time(run: Run) -> None:
    """In one loop."""
    arrived: list[asyncio.Event] = []

    async def met() -> int:
        event = asyncio.Event()
        arrived.append(event)
        if len(arrived) == 2:
            for one in arrived:
                one.set()
        await event.wait()
        return len(arrived)

    assert [answer() for answer in call_all([met, met], run)] == [2, 2]


def test_answers_stand_in_the_order_of_the_calls(run: Run) -> None:
    """Whichever came first; those that are awaited among the others."""
    first = threading.Event()

    def late() -> str:
        first.wait(AMPLE)
        return "late"

    def early() -> str:
        first.set()
        return "early"

    returned = call_all([late, awaiting(lambda: "awaited"), early], run)
    assert [answer() for answer in returned] == ["late", "awaited", "early"]


@pytest.mark.parametrize("error", [ValueError("mine"), SystemExit(1), KeyboardInterrupt("mine")])
def test_what_a_call_raises_is_raised_where_it_is_judged(run: Run, error: BaseException) -> None:
    """The very object, and the other calls have their answers."""
    failed, answered = call_all([raising(error), lambda: "answer"], run)
    with pytest.raises(type(error)) as caught:
        failed()
    assert caught.value is error
    assert answered() == "answer"


def test_what_an_awaited_call_raises_is_raised_where_it_is_judged(run: Run) -> None:
    """The same for coroutines."""
    error = ValueError("mine")
    failed, answered = call_all([awaiting(raising(error)), awaiting(lambda: None)], run)
    with pytest.raises(ValueError, match="mine") as caught:
        failed()
    assert caught.value is error
    assert answered() is None


def test_without_anything_to_await_no_loop_is_run() -> None:
    """The loop may not even be there."""

    def no_loop(_function: object) -> object:
        raise AssertionError("it was run")

    assert [answer() for answer in call_all([lambda: 1, raising(ValueError()), lambda: 2][::2], no_loop)] == [1, 2]
