"""One HTTP connection of a server on loopback: bytes in, requests by h11, an answer's steps out.

Owns what happens between the first byte of a request and the last one of its answer, and what becomes of the connection
then. It must not know threads, ports, or what a request means. h11 reads requests (RFC 9112); replies are written by
``http_text``, since h11 writes only right ones.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from typing import Protocol, cast

import h11

from participant_conformance.links import Received
from participant_strategies.delivery import Answer, Delivery
from participant_strategies.http_text import End, Flood, Send, Step, Wait, steps
from participant_strategies.reply import Reply

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


class Host(Protocol):
    """What a connection needs of its server."""

    handler: Handler

    def joined(self, connection: Connection) -> int:
        """Take a new connection into account; return its number."""

    def left(self, connection: Connection) -> None:
        """Forget a connection that was lost."""

    def failed(self, fault: BaseException) -> None:
        """Keep what went wrong on our side."""


class Connection(asyncio.Protocol):
    """One connection.

    ``idle``: every request that came has its answer, nothing of another one is here, and the connection is kept. It is
    set before the last byte of an answer goes out, and may be read by any thread.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._http = _reader()
        self._transport: asyncio.Transport  # from connection_made on
        self._raw = bytearray()
        self._body = bytearray()
        self._request: h11.Request | None = None
        self._out = bytearray()
        #: A request is being answered: what comes behind it waits.
        self._busy = False
        self._reading = False
        self._holding = False
        self._half_closed = False
        self._gone = False
        self._ending: End | None = None
        self._task: asyncio.Task[None] | None = None
        self._written = asyncio.Event()
        self._written.set()
        self.idle = True

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # Whatever the system does not take at once pauses: "written" means that nothing waits in this process.
        self._transport.set_write_buffer_limits(0)
        self._number = self._host.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        self._gone = True
        if self._task is not None:
            self._task.cancel()
        self._host.left(self)

    def pause_writing(self) -> None:
        self._written.clear()

    def resume_writing(self) -> None:
        self._written.set()

    def eof_received(self) -> bool:
        # A client may close its half behind its request, and still wait for the answer. One that gets no more looks
        # the same as one that has left, and nothing but a write would tell: it is let go.
        self._half_closed = True
        goes_on = self._busy and not self._holding and self._ending is None
        # TLS has no halves.
        return goes_on and self._transport.can_write_eof()

    def data_received(self, data: bytes) -> None:
        if self._ending is not None:
            return  # the rest of what has its answer already
        self.idle = False
        self._raw += data
        self._http.receive_data(data)
        self._read()

    def drop(self) -> None:
        """End it at once, whatever is under way."""
        self._transport.abort()

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
            self._tell(
                Received(head=bytes(self._raw), problem=str(wrong), at=time.monotonic(), connection=self._number)
            )
        finally:
            self._reading = False
        # Last: a client that has its reply finds all of what it sent recorded, also what came behind the request.
        self._settle()

    def _event(self) -> bool:
        match self._http.next_event():
            case h11.Request() as request:
                self._request = request
                if self._host.handler.begun():
                    self._arrived(request)
                elif self._http.they_are_waiting_for_100_continue:
                    self._out += b"HTTP/1.1 100 Continue\r\n\r\n"
            case h11.Data() as data:
                self._body += data.data
            case h11.EndOfMessage():
                assert self._request is not None  # noqa: S101 - h11 gives the request before its end
                self._arrived(self._request)
            case _:
                return False
        return True

    def _arrived(self, request: h11.Request) -> None:
        self._busy = True
        self._tell(
            Received(
                method=request.method.decode("ascii"),
                target=request.target.decode("latin-1"),
                headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw_items()),
                body=bytes(self._body),
                head=bytes(self._raw[: self._raw.find(b"\r\n\r\n")]),
                at=time.monotonic(),
                connection=self._number,
            )
        )

    def _tell(self, received: Received, respond: Respond | None = None) -> None:
        try:
            self._host.handler.request(received, respond or self._respond)
        except Exception as ours:  # noqa: BLE001 - told by the server, in the thread of who uses it
            self._host.failed(ours)
            self.drop()

    # Answers

    def _respond(self, answer: Answer) -> None:
        if self._gone:
            return
        todo = steps(answer)
        if isinstance(todo[-1], Send) and self._http.their_state is h11.MUST_CLOSE:
            todo = (*todo, End())
        if not isinstance(todo[-1], Send):
            self._tell_behind()
        if all(isinstance(step, Send | End) for step in todo):
            self._out += b"".join(step.data for step in todo if isinstance(step, Send))
            self._finish(todo[-1])
        else:
            self._task = asyncio.ensure_future(self._play(todo))
            self._task.add_done_callback(self._played)

    def _tell_behind(self) -> None:
        """Record what stands behind the last request of a connection: nothing else will look at it."""
        behind = self._http.trailing_data[0]
        if behind and self._http.their_state in (h11.DONE, h11.MUST_CLOSE):
            problem = "it stands behind the last request"
            self._tell(Received(head=behind, problem=problem, at=time.monotonic(), connection=self._number), _nothing)

    def _finish(self, last: Step) -> None:
        """Go on with the next request, or end the connection."""
        if isinstance(last, End):
            self._ending = last
        else:
            behind = self._http.trailing_data[0]
            self._http, self._raw, self._body = _reader(), bytearray(behind), bytearray()
            self._request, self._busy = None, False
            self.idle = not behind
            if behind:
                self._http.receive_data(behind)
        if not self._reading:
            self._read()

    def _settle(self) -> None:
        """Let everything out that is ready, then close what is to be closed."""
        self._write()
        if self._ending is None:
            if self._half_closed and not self._busy:
                self._transport.close()
        elif self._ending.reset:
            sock = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            # What the system has not taken yet is to go out before; over TLS a close is told, which is no reset.
            self._transport.close() if self._transport.get_write_buffer_size() else self._transport.abort()
        elif self._is_unread() and not self._half_closed and self._transport.can_write_eof():
            # RFC 9112, section 9.6: closed while the client still sends, it would be reset, and the reply lost. It
            # closes the other half.
            self._transport.write_eof()
        else:
            self._transport.close()

    def _is_unread(self) -> bool:
        return self._http.their_state in (h11.SEND_BODY, h11.ERROR)

    def _write(self) -> None:
        if self._out:
            self._transport.write(bytes(self._out))
            self._out.clear()

    # Steps that take time

    async def _play(self, todo: tuple[Step, ...]) -> None:
        for step in todo:
            if isinstance(step, Send):
                # With the next step: the last bytes go when all that came is recorded and the connection is free.
                self._out += step.data
            else:
                await self._step(step)
        self._finish(todo[-1])

    async def _step(self, step: Step) -> None:
        if isinstance(step, End):
            return
        self._write()
        match step:
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case Flood(data):
                await self._flood(data)
            case _:
                await self._hold()

    async def _hold(self) -> None:
        """Wait until the client leaves."""
        self._holding = True
        if self._half_closed:
            self._transport.close()
        await asyncio.get_running_loop().create_future()

    async def _flood(self, data: bytes) -> None:
        while True:
            self._transport.write(data)
            await asyncio.sleep(_FLOOD_PAUSE)
            await self._written.wait()

    def _played(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._host.failed(fault)
            self.drop()


def _reader() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST)


def _nothing(_answer: Answer) -> None:
    """Answer nothing: a request before it is being answered."""
