"""Clients of asyncio for an adapter: one for each key, in the loop that asks, closed there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from participant_conformance.adapters.in_one_loop import ClientsInOneLoop


class Made:
    """Makes clients, which are numbers, and remembers what became of them."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.closed: list[str] = []

    @asynccontextmanager
    async def client(self, key: str) -> AsyncIterator[int]:
        """Open one, which takes a turn of the loop."""
        self.opened.append(key)
        await asyncio.sleep(0)
        yield len(self.opened)
        self.closed.append(key)


@pytest.fixture
def made() -> Made:
    """A maker that has made nothing."""
    return Made()


def test_a_key_has_one_client(made: Made) -> None:
    """Also where several ask at once."""
    clients = ClientsInOneLoop(made.client)

    async def ask() -> list[int]:
        return await asyncio.gather(*map(clients.get, "aab"))

    assert asyncio.run(ask()) == [1, 1, 2]
    assert made.opened == ["a", "b"]


def test_all_are_closed_in_their_loop(made: Made) -> None:
    """The last one first; closing again does nothing."""
    clients = ClientsInOneLoop(made.client)

    async def use() -> None:
        await clients.get("a")
        await clients.get("b")
        await clients.close()
        await clients.close()

    asyncio.run(use())
    assert made.closed == ["b", "a"]


def test_another_loop_gets_clients_of_its_own(made: Made) -> None:
    """A connection belongs to one loop; what is left in another one is not touched."""
    clients = ClientsInOneLoop(made.client)
    assert asyncio.run(clients.get("a")) == 1
    asyncio.run(clients.close())
    assert made.closed == []
    assert asyncio.run(clients.get("a")) == 2
