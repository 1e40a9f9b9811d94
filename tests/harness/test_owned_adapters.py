"""Who closes an adapter: the subject that it was made for, in the loop of its calls, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from participant_conformance.adapter import Implementation
from participant_conformance.direct import judge_spec
from participant_conformance.subject import Subject
from participant_strategies.reply import Decoded, Reply
from participant_strategies.value import Structure

OK = Reply(200, (), b"{}")
#: What became of the adapters that a specification names.
closed: list[str] = []


class Adapter:
    """Remembers the loop of its calls, and the one in which it was closed."""

    implementation = Implementation(name="a", version="1")

    def __init__(self) -> None:
        self.loops: list[asyncio.AbstractEventLoop] = []

    async def read(self, _reply: Reply) -> Decoded:
        self.loops.append(asyncio.get_running_loop())
        return Decoded(Structure(()))

    async def close(self) -> None:
        self.loops.append(asyncio.get_running_loop())
        closed.append("async")


class Plain:
    """Closes without a loop."""

    implementation = Implementation(name="a", version="1")

    def read(self, _reply: Reply) -> Decoded:
        return Decoded(Structure(()))

    def close(self) -> None:
        closed.append("sync")


class Raising(Plain):
    """Cannot be closed."""

    def close(self) -> None:
        raise OSError


@pytest.fixture(autouse=True)
def nothing_closed() -> Iterator[None]:
    """Each test sees its own."""
    closed.clear()
    yield
    closed.clear()


def test_an_async_close_is_awaited_in_the_loop_of_the_calls() -> None:
    """A connection can be closed in its own loop alone."""
    adapter = Adapter()
    with closing(Subject(adapter, owned=True)) as subject:
        subject.receive(OK)
    called_in, closed_in = adapter.loops
    assert called_in is closed_in
    assert closed_in.is_closed()


def test_an_adapter_of_somebody_else_is_left_open() -> None:
    """Whoever made it closes it."""
    with closing(Subject(Adapter())) as subject:
        subject.receive(OK)
    assert closed == []


def test_what_closing_raises_is_no_matter_of_a_verdict() -> None:
    """The run is over by then."""
    Subject(Raising(), owned=True).close()


@pytest.mark.parametrize(("name", "told"), [("Adapter", "async"), ("Plain", "sync")])
def test_an_adapter_that_a_specification_names_is_closed_after_the_run(name: str, told: str) -> None:
    """Once."""
    judge_spec(f"{__name__}:{name}", profile="quick", requirements=["decode.empty-object"])
    assert closed == [told]


def test_the_same_adapter_in_another_interpreter_is_not_closed_here() -> None:
    """What stands for it closes with its process."""
    judge_spec(f"{__name__}:Plain", profile="quick", requirements=["decode.depth"])
    assert closed == ["sync"]
