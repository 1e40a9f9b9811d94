"""Several calls at once: each in a thread of its own, what awaits in one event loop.

Owns how they are started and how what came of each is kept apart. It must not know what is called, or judge it.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from threading import Thread
from typing import TypeAlias, cast

#: Gives what was returned, or raises what was raised.
Returned: TypeAlias = Callable[[], object]
#: Runs a coroutine function in the event loop that is to be used.
Run: TypeAlias = Callable[[Callable[[], Awaitable[object]]], object]


def call_all(functions: Sequence[Callable[[], object]], run: Run) -> list[Returned]:
    """Call all of these at once; give what came of each, in their order."""
    answers: list[Returned] = [partial(_raise, RuntimeError("it was not called"))] * len(functions)

    def call(place: int, function: Callable[[], object]) -> None:
        try:
            returned = function()
        except BaseException as error:  # noqa: BLE001 - judged in the thread that asked
            answers[place] = partial(_raise, error)
        else:
            answers[place] = lambda: returned

    threads = [Thread(target=call, args=pair, daemon=True) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _awaited(answers, run)


def _awaited(answers: list[Returned], run: Run) -> list[Returned]:
    pending = {place: given for place, answer in enumerate(answers) if inspect.isawaitable(given := _quiet(answer))}
    if not pending:
        return answers

    async def together() -> list[object]:
        results: list[object] = await asyncio.gather(*pending.values(), return_exceptions=True)
        return results

    found = dict(zip(pending, cast("list[object]", run(together)), strict=True))
    return [_returned(found[place]) if place in found else answer for place, answer in enumerate(answers)]


def _returned(found: object) -> Returned:
    return partial(_raise, found) if isinstance(found, BaseException) else lambda: found


def _quiet(answer: Returned) -> object:
    """Return what an answer gives, nothing where it raises: it raises again where it is judged."""
    try:
        return answer()
    except BaseException:  # noqa: BLE001 - see above
        return None


def _raise(error: BaseException) -> object:
    raise error
