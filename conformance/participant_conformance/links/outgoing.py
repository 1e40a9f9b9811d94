"""Requests to a service somewhere: over TCP or TLS, each on a connection of its own, several of them at once.

Owns sockets and the reading of replies (by h11). It must not know what a request means or what a reply should be; it
writes any bytes that it is given, so that requests with something wrong arrive as they are.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import h11

from participant_strategies.reply import Reply

#: The largest reply that is read.
LARGEST: Final = 1 << 23
_PORTS: Final = {"http": 80, "https": 443}
_CHUNK: Final = 65_536


class AddressError(ValueError):
    """No address of a service; the message says what is wrong with it."""


class LateError(Exception):
    """A reply was not there when its time was up."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service is. ``path`` stands before that of the operation, without a ``/`` at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        """Host and port, as in a URL."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class NoReply:
    """A request to which no reply came, and why."""

    reason: str

    def __repr__(self) -> str:
        return f"no reply: {self.reason}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The request line, headers and body of a request; the framing is added."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def address(url: str) -> Address:
    """Read a URL. Raises :class:`AddressError`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise AddressError(f"{url} is no URL: {wrong}") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise AddressError(f"{url} is no URL of a service: give http://HOST:PORT or https://HOST, and a path if it has")
    if parts.username is not None:
        raise AddressError("a URL with a user name or a password in it is not taken")
    if parts.query or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressError(f"{url}: no more than a path may follow host and port, in ASCII and without blanks")
    return Address(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], parts.path.rstrip("/"))


class Sender:
    """Sends requests to one address, each with ``seconds`` for its whole exchange."""

    def __init__(self, where: Address, seconds: float) -> None:
        self._where = where
        self._seconds = seconds
        # Made once: it takes tens of milliseconds.
        self._tls = ssl.create_default_context() if where.scheme == "https" else None

    def reach(self) -> None:
        """Connect, and leave again. Raises ``OSError`` where nobody is there, :class:`LateError` past the time."""
        self.connected(self._deadline()).close()

    def send(self, request: Outgoing) -> Reply | NoReply:
        """Send one request; return what came. Raises :class:`LateError`."""
        [reply] = self.send_at_once([request])
        return reply

    def send_at_once(self, requests: Sequence[Outgoing]) -> list[Reply | NoReply]:
        """Send requests so that all of them are there before the last byte of any; return the replies in their order.

        Raises :class:`LateError` if one of these is late.
        """
        deadline = self._deadline()
        with ExitStack() as stack:
            exchanges = [_Exchange(self._written(request), deadline) for request in requests]
            for exchange in exchanges:
                exchange.begin(self, stack)
            for exchange in exchanges:
                exchange.finish()
            return [exchange.reply() for exchange in exchanges]

    def _deadline(self) -> float:
        return time.monotonic() + self._seconds

    def connected(self, deadline: float) -> socket.socket:
        """Open a connection. Raises ``OSError``, and :class:`LateError` past the deadline."""
        where = self._where
        try:
            sock = socket.create_connection((where.host, where.port), _left(deadline))
        except TimeoutError:
            raise LateError from None
        if self._tls is None:
            return sock
        try:
            sock.settimeout(_left(deadline))
            return self._tls.wrap_socket(sock, server_hostname=where.host)
        except TimeoutError:
            sock.close()
            raise LateError from None
        except OSError:
            sock.close()
            raise

    def _written(self, request: Outgoing) -> bytes:
        # One connection for each request: a server with one thread serves nobody else while one is kept.
        headers = [
            ("Host", self._where.name),
            *request.headers,
            ("Content-Length", str(len(request.body))),
            ("Connection", "close"),
        ]
        lines = [f"{request.method} {self._where.path}{request.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body


class _Exchange:
    """One request on its way, and the reply to it."""

    def __init__(self, data: bytes, deadline: float) -> None:
        self._data = data
        self._deadline = deadline
        self._sock: socket.socket | None = None
        self._failed = ""

    def begin(self, sender: Sender, stack: ExitStack) -> None:
        """Connect, and send all but the last byte."""
        try:
            self._sock = stack.enter_context(sender.connected(self._deadline))
        except OSError as wrong:
            self._failed = told(wrong)
        self._send(self._data[:-1])

    def finish(self) -> None:
        """Send the last byte."""
        self._send(self._data[-1:])

    def reply(self) -> Reply | NoReply:
        """Wait for the reply."""
        if self._sock is None:
            return NoReply(self._failed)
        try:
            return _read(self._sock, self._deadline)
        except TimeoutError:
            raise LateError from None
        except h11.RemoteProtocolError as wrong:
            return NoReply(f"what came is no HTTP reply: {wrong}")
        except OSError as wrong:
            return NoReply(told(wrong))

    def _send(self, data: bytes) -> None:
        if self._sock is None:
            return
        try:
            self._sock.settimeout(_left(self._deadline))
            self._sock.sendall(data)
        except TimeoutError:
            raise LateError from None
        except OSError:
            # It may have answered all the same, before the end of the request.
            return


def _read(sock: socket.socket, deadline: float) -> Reply | NoReply:
    reader = h11.Connection(h11.CLIENT)
    # What was really sent is not h11's doing: it is told of a request, so that it knows what is a reply.
    reader.send(h11.Request(method="POST", target="/", headers=[("Host", "a"), ("Connection", "close")]))
    reader.send(h11.EndOfMessage())
    head: h11.Response | None = None
    body, heard = bytearray(), False
    while True:
        match reader.next_event():
            case h11.Response() as head:
                pass
            case h11.Data(data=data):
                body += data
            case h11.EndOfMessage():
                assert head is not None  # noqa: S101 - h11 gives the head before the end
                headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in head.headers.raw_items())
                return Reply(head.status_code, headers, bytes(body))
            case h11.NEED_DATA:
                sock.settimeout(_left(deadline))
                data = sock.recv(_CHUNK)
                if not data and not heard:
                    return NoReply("the connection was closed")
                heard = True
                reader.receive_data(data)
        if len(body) > LARGEST:
            return NoReply(f"the reply has more than {LARGEST} bytes")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise LateError
    return left


def told(wrong: OSError) -> str:
    """Say what the system said, in the same words each time."""
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {wrong.verify_message}"
    if isinstance(wrong, ssl.SSLError):
        return f"no TLS: {(getattr(wrong, 'reason', None) or 'the connection was closed').replace('_', ' ').lower()}"
    return (wrong.strerror or type(wrong).__name__).lower()
