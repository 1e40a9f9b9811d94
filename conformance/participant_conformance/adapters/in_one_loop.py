"""Clients of asyncio for an adapter: made when they are first asked for, in the loop that asks.

Owns how long such clients live. It must not know what they are clients of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Generic, ParamSpec, TypeVar

Key = ParamSpec("Key")
Client = TypeVar("Client")


class ClientsInOneLoop(Generic[Key, Client]):
    """Gives the client of a key. All are of the loop that asked last, since a connection belongs to one loop.

    A run has one loop, and another one only after a call that had to be given up within the first: what is left there
    cannot be closed from here.
    """

    def __init__(self, make: Callable[Key, AbstractAsyncContextManager[Client]]) -> None:
        self._make = make
        self._loop: asyncio.AbstractEventLoop | None = None

    async def get(self, *args: Key.args, **kwargs: Key.kwargs) -> Client:
        """Return the client that is made of these arguments, the same one each time."""
        if self._loop is not (loop := asyncio.get_running_loop()):
            self._loop, self._opened, self._making = loop, AsyncExitStack(), asyncio.Lock()
            self._clients: dict[tuple[object, ...], Client] = {}
        key = (args, tuple(kwargs.items()))
        async with self._making:
            client = self._clients.get(key)
            if client is None:
                client = await self._opened.enter_async_context(self._make(*args, **kwargs))
            self._clients[key] = client
        return client

    async def close(self) -> None:
        """Close all that are open, if they are of the loop that runs."""
        if self._loop is asyncio.get_running_loop():
            self._loop = None
            await self._opened.aclose()
