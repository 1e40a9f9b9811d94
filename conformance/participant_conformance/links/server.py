"""An HTTP server on loopback that can do anything to the bytes of a reply, in a thread of its own.

Owns the port, the thread, the connections that are open, and what went wrong in it. It must not know what a request or
a reply means: a handler says what is answered.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import Any

from participant_conformance.links import LinkError
from participant_conformance.links.connection import BAD_REQUEST, Connection, Handler, Respond

__all__ = ["BAD_REQUEST", "Handler", "Respond", "Server"]

_CLOSING_TIMEOUT = 5.0


class Server:
    """Listen on a loopback address, ``127.0.0.1`` or ``::1``; port 0 is one that the system chooses.

    Raises ``OSError`` if the port cannot be had.
    """

    def __init__(
        self, handler: Handler, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self.handler = handler
        self.host = host
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._faults: list[BaseException] = []
        self.accepted = 0
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._told)
        self._thread = threading.Thread(target=self._run, name="participant-conformance loopback", daemon=True)
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._listen(port), self._loop).result()
        except BaseException:
            self._end()
            raise
        self.port = int(self._server.sockets[0].getsockname()[1])

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    @property
    def open_connections(self) -> int:
        """How many connections are open now."""
        return len(self._connections)

    def settle(self) -> None:
        """Drop every connection that is at work, before anything else is answered.

        Whoever is still there belongs to a call before: its request must not be taken for one of the next call, and
        what it still gets must not go on. Connections that are kept and free are left alone.
        """
        if not all(connection.idle for connection in tuple(self._connections)):
            asyncio.run_coroutine_threadsafe(self._drop_busy(), self._loop).result(_CLOSING_TIMEOUT)

    def check(self) -> None:
        """Raise :class:`LinkError` for what went wrong in the thread since the last time, or if it has ended."""
        fault = self._faults[0] if self._faults else None
        self._faults.clear()
        if fault is not None:
            raise LinkError(f"the server on loopback failed: {type(fault).__name__}: {fault}") from fault
        if not self._thread.is_alive():
            raise LinkError("the server on loopback has ended")

    def close(self) -> None:
        """Close the port and every connection, and end the thread. Safe to call twice.

        Raises :class:`LinkError` for what went wrong in the thread and was not told yet.
        """
        if not self._loop.is_closed():
            self._end()
            if self._faults:
                self.check()

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        except BaseException as end:  # noqa: BLE001 - SystemExit, say: told where the server is used
            self._faults.append(end)

    def _end(self) -> None:
        if not self._thread.is_alive():
            self._loop.run_until_complete(self._shut())
        else:
            shut = asyncio.run_coroutine_threadsafe(self._shut(), self._loop)
            try:
                shut.result(_CLOSING_TIMEOUT)
            except TimeoutError:
                shut.cancel()
                self._faults.append(TimeoutError(f"it did not end within {_CLOSING_TIMEOUT:g} s"))
                return
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CLOSING_TIMEOUT)
        self._loop.close()

    async def _listen(self, port: int) -> asyncio.Server:
        return await self._loop.create_server(lambda: Connection(self), self.host, port, ssl=self._tls)

    async def _shut(self) -> None:
        if self._server is not None:
            # What was accepted just now becomes a connection first, for which asyncio needs the server still open
            # (``Server._attach``): else nobody would close its socket. Nothing else is accepted meanwhile.
            for listening in self._server.sockets:
                self._loop.remove_reader(listening.fileno())
            await _turns()
            self._server.close()
        for connection in self._connections:
            connection.drop()
        # Steps that are played, and handshakes with who says nothing.
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await _turns()

    async def _drop_busy(self) -> None:
        for connection in self._connections:
            if not connection.idle:
                connection.drop()

    # What connections and the event loop tell

    def joined(self, connection: Connection) -> int:
        """Take a new connection into account; return its number."""
        self._connections.add(connection)
        self.accepted += 1
        return self.accepted

    def left(self, connection: Connection) -> None:
        """Forget a connection that was lost."""
        self._connections.discard(connection)

    def failed(self, fault: BaseException) -> None:
        """Keep what went wrong on our side."""
        self._faults.append(fault)

    def _told(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._faults.append(context.get("exception") or RuntimeError(str(context.get("message"))))


async def _turns() -> None:
    """Let what is ready happen, and what follows from it."""
    for _ in range(3):
        await asyncio.sleep(0)
