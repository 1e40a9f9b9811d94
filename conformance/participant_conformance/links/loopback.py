"""The loopback link: a real HTTP server on 127.0.0.1, in a thread of its own.

Owns the socket and the thread. It must not know what a reply means. One server serves a whole run and keeps
connections alive; h11 speaks HTTP (RFC 9112).
"""

from __future__ import annotations

import asyncio
import threading
from typing import cast

import h11

from participant_conformance.links import Exchange, Received
from participant_strategies.reply import Reply

_FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})
#: RFC 9110, sections 15.3.5 and 15.4.5: these never have a body, so they get no Content-Length either.
_BODILESS = frozenset({204, 304})
_CLOSING_TIMEOUT = 5.0


class LoopbackLink:
    """Serve replies on a port of 127.0.0.1 that the system chooses.

    Raises ``OSError`` if no loopback port can be had.
    """

    name = "loopback"
    raw_bytes = True

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server  # once it listens
        self._connections: set[_Connection] = set()
        self.exchange: Exchange | None = None
        self._thread = threading.Thread(target=self._run, name="participant-conformance loopback", daemon=True)
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except BaseException:
            self._stop()
            raise
        self.port = int(self._server.sockets[0].getsockname()[1])

    def serve(self, reply: Reply, *, path: str = "") -> Exchange:
        """Serve ``reply`` to every request until the next one is served; ``path`` is part of the endpoint."""
        # One assignment: the thread that serves sees the old exchange or the new one, whole.
        self.exchange = exchange = Exchange(f"http://127.0.0.1:{self.port}{path}", reply)
        return exchange

    def close(self) -> None:
        """Close the port and every connection, and end the thread."""
        if not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(_CLOSING_TIMEOUT)
            self._stop()

    def _run(self) -> None:
        self._loop.run_forever()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSING_TIMEOUT)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)

    async def _shut(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.drop()
        await asyncio.sleep(0)

    def joined(self, connection: _Connection) -> None:
        """Take a new connection into account."""
        self._connections.add(connection)

    def left(self, connection: _Connection) -> None:
        """Forget a connection that was lost."""
        self._connections.discard(connection)


class _Connection(asyncio.Protocol):
    """One connection: bytes in, events of h11, the exchange's reply out."""

    def __init__(self, link: LoopbackLink) -> None:
        self._link = link
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
        self._transport: asyncio.Transport  # from connection_made on
        self._raw = bytearray()
        self._out = bytearray()
        self._request: h11.Request | None = None
        self._body = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._link.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        self._link.left(self)

    def drop(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._raw += data
        try:
            self._http.receive_data(data)
            self._advance()
        except h11.RemoteProtocolError as wrong:
            self._record(Received(head=bytes(self._raw), problem=str(wrong)))
            # Behind a request that said it was the last one, the connection is closing already.
            if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                self._send(Reply(400, (("Connection", "close"),), b""), None)
        # Last: a client that has its reply finds all of what it sent recorded, also what came behind the request.
        self._transport.write(bytes(self._out))
        self._out.clear()
        if self._http.our_state is h11.MUST_CLOSE:
            self._transport.close()

    def _advance(self) -> None:
        while True:
            match self._http.next_event():
                case h11.Request() as request:
                    self._request = request
                    if self._http.they_are_waiting_for_100_continue:
                        self._out += self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b""
                case h11.Data() as data:
                    self._body += data.data
                case h11.EndOfMessage():
                    self._answer()
                case _:
                    return

    def _answer(self) -> None:
        assert self._request is not None  # noqa: S101 - h11 gives the request before its end
        request = self._request
        self._record(
            Received(
                method=request.method.decode("ascii"),
                target=request.target.decode("latin-1"),
                headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw_items()),
                body=bytes(self._body),
                head=bytes(self._raw).partition(b"\r\n\r\n")[0],
            )
        )
        exchange = self._link.exchange
        self._send(exchange.reply if exchange else Reply(503, (), b"nothing is served"), exchange)
        # What was received with it and does not belong to it: a request of its own, or one torn apart.
        self._raw = bytearray(self._http.trailing_data[0])
        self._body.clear()
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()

    def _record(self, received: Received) -> None:
        if self._link.exchange is not None:
            self._link.exchange.received.append(received)

    def _send(self, reply: Reply, exchange: Exchange | None) -> None:
        headers = [(key, value) for key, value in reply.headers if key.lower() not in _FRAMING or exchange is None]
        if reply.status not in _BODILESS:
            headers.append(("Content-Length", str(len(reply.body))))
        encoded = [(key.encode("ascii"), value.encode("latin-1")) for key, value in headers]
        events: list[h11.Event] = [h11.Response(status_code=reply.status, headers=encoded)]
        if reply.body and reply.status not in _BODILESS:
            events.append(h11.Data(data=reply.body))
        self._out += b"".join(self._http.send(event) or b"" for event in (*events, h11.EndOfMessage()))
        if exchange is not None:
            exchange.delivered += 1
