"""An HTTP server on loopback that can do anything to the bytes of a reply, in a thread of its own.

Owns sockets, the thread and the playing of steps. It must not know what a request or a reply means: a handler says what
is answered. h11 reads requests (RFC 9112); replies are written by ``http_text``, since h11 writes only right ones.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast

import h11

from participant_conformance.links import Received
from participant_strategies.delivery import Answer, Delivery
from participant_strategies.http_text import End, Flood, Hold, Send, Step, Wait, kept, steps
from participant_strategies.reply import Reply

_CLOSING_TIMEOUT = 5.0
#: Seconds between two parts of a flood: a client that takes it all must not take all memory.
_FLOOD_PAUSE = 0.01
#: The largest request that is read.
_LARGEST = 1 << 20
#: Linger for no time: what is closed is reset (socket(7)).
_RESET = struct.pack("ii", 1, 0)
#: What becomes of bytes that are no request.
BAD_REQUEST = Answer(Reply(400, (), b""), Delivery(persistent=False))

#: Takes the answer to a request: at once, or later in the server's thread.
Respond = Callable[[Answer], None]


class Handler(Protocol):
    """What answers requests. All of it is called in the server's thread."""

    def begun(self) -> bool:
        """Tell whether the request that begins now is answered before its end."""

    def request(self, received: Received, respond: Respond) -> None:
        """Take a request and respond once. To what is none (``problem``) the response is to close the connection."""


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
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server  # once it listens
        self._connections: set[_Connection] = set()
        self.accepted = 0
        self._thread = threading.Thread(target=self._run, name="participant-conformance loopback", daemon=True)
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._listen(port), self._loop).result()
        except BaseException:
            self._stop()
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

    def close(self) -> None:
        """Close the port and every connection, and end the thread. Safe to call twice."""
        if not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(_CLOSING_TIMEOUT)
            self._stop()

    def _run(self) -> None:
        self._loop.run_forever()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSING_TIMEOUT)
        self._loop.close()

    async def _listen(self, port: int) -> asyncio.Server:
        return await self._loop.create_server(lambda: _Connection(self), self.host, port, ssl=self._tls)

    async def _shut(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.drop()
        playing = asyncio.all_tasks() - {asyncio.current_task()}
        if playing:
            await asyncio.wait(playing)
        await asyncio.sleep(0)

    def joined(self, connection: _Connection) -> int:
        """Take a new connection into account; return its number."""
        self._connections.add(connection)
        self.accepted += 1
        return self.accepted

    def left(self, connection: _Connection) -> None:
        """Forget a connection that was lost."""
        self._connections.discard(connection)


class _Connection(asyncio.Protocol):
    """One connection: bytes in, requests by h11, an answer's steps out."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._http = _reader()
        self._transport: asyncio.Transport  # from connection_made on
        self._raw = bytearray()
        self._request: h11.Request | None = None
        self._body = bytearray()
        #: A request is being answered: what comes behind it waits.
        self._busy = False
        self._reading = False
        self._out = bytearray()
        self._ending: End | None = None
        self._task: asyncio.Task[None] | None = None
        self._left = False
        self._gone = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._number = self._server.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        self._gone.set()
        self._room.set()
        if self._task is not None:
            self._task.cancel()
        self._server.left(self)

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def drop(self) -> None:
        self._transport.abort()

    def eof_received(self) -> bool:
        # A client may close its half behind its request, and still wait for the answer.
        self._left = True
        return self._busy

    def data_received(self, data: bytes) -> None:
        self._raw += data
        self._http.receive_data(data)
        self._read()

    # Requests

    def _read(self) -> None:
        """Take the requests that have arrived, up to one that is not answered at once."""
        self._reading = True
        try:
            while not self._busy and self._ending is None:
                if not self._event():
                    break
        except h11.RemoteProtocolError as wrong:
            self._busy = True
            self._request = None
            self._tell(Received(head=bytes(self._raw), problem=str(wrong)), self._respond)
        finally:
            self._reading = False
        # Last: a client that has its reply finds all of what it sent recorded, also what came behind the request.
        self._flush()

    def _event(self) -> bool:
        match self._http.next_event():
            case h11.Request() as request:
                self._request = request
                if self._server.handler.begun():
                    self._arrived(request)
                elif self._http.they_are_waiting_for_100_continue:
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            case h11.Data() as data:
                self._body += data.data
            case h11.EndOfMessage():
                assert self._request is not None  # noqa: S101 - h11 gives the request before its end
                self._arrived(self._request)
            case _:
                return False
        return True

    def _arrived(self, request: h11.Request) -> None:
        received = Received(
            method=request.method.decode("ascii"),
            target=request.target.decode("latin-1"),
            headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw_items()),
            body=bytes(self._body),
            head=bytes(self._raw).partition(b"\r\n\r\n")[0],
        )
        self._busy = True
        self._tell(received, self._respond)

    def _tell(self, received: Received, respond: Respond) -> None:
        told = replace(received, at=time.monotonic(), connection=self._number)
        self._server.handler.request(told, respond)

    # Answers

    def _respond(self, answer: Answer) -> None:
        if self._gone.is_set():
            return
        todo = steps(answer)
        if all(isinstance(step, Send | End) for step in todo):
            self._out += b"".join(step.data for step in todo if isinstance(step, Send))
            self._finish(answer, todo[-1])
        else:
            self._task = asyncio.ensure_future(self._play(answer, todo))

    def _finish(self, answer: Answer, last: Step) -> None:
        """Go on with the next request, or end the connection; what came behind the request is not lost."""
        behind = self._http.trailing_data[0]
        early = answer.delivery.early
        if isinstance(last, End) or early or not kept(answer) or self._http.their_state is h11.MUST_CLOSE:
            if behind and not early and self._request is not None:
                self._tell(Received(head=behind, problem="it stands behind the last request"), _nothing)
            self._ending = last if isinstance(last, End) else End()
        else:
            self._http, self._raw = _reader(), bytearray(behind)
            self._http.receive_data(behind) if behind else None
            self._request, self._busy = None, False
            self._body.clear()
        if not self._reading:
            self._read()

    def _flush(self) -> None:
        if self._out:
            self._transport.write(bytes(self._out))
            self._out.clear()
        if self._ending is not None:
            if self._ending.reset:
                sock = self._transport.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                self._transport.abort()
            self._transport.close()
        elif self._left and not self._busy:
            self._transport.close()

    async def _play(self, answer: Answer, todo: tuple[Step, ...]) -> None:
        for step in todo:
            match step:
                case Send(data):
                    self._transport.write(data)
                case Wait(seconds):
                    await asyncio.sleep(seconds)
                case Hold():
                    await self._gone.wait()
                case Flood(data):
                    await self._flood(data)
        self._finish(answer, todo[-1])

    async def _flood(self, data: bytes) -> None:
        while not self._gone.is_set():
            self._transport.write(data)
            await asyncio.sleep(_FLOOD_PAUSE)
            await self._room.wait()


def _reader() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST)


def _nothing(_answer: Answer) -> None:
    """Answer nothing: a request before it is being answered."""
