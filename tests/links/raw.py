"""A raw client, so that what a link does is seen byte by byte.

Owns the ways of such a client to read. It must not know what is served.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from participant_conformance.links.loopback import LoopbackLink
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.reply import Reply

#: The smallest request that h11 takes.
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OK = Reply(200, (("A", "b"),), b"{}")
#: OK as it goes out where the connection is kept, and where it is not.
PLAIN = b"HTTP/1.1 200 \r\nA: b\r\nContent-Length: 2\r\n\r\n{}"
CLOSING = b"HTTP/1.1 200 \r\nA: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
RESET = b"<reset>"
PATIENCE = 30.0


def faulty(kind: FaultKind, at: int = 0, by: int = 0, seconds: float = 0.0) -> Answer:
    """Return OK with a fault."""
    return Answer(OK, Delivery(fault=Fault(kind, at, by, seconds)))


@contextmanager
def connected(link: LoopbackLink) -> Iterator[socket.socket]:
    """Open a connection to the link."""
    with socket.create_connection((link.host, link.port), PATIENCE) as connection:
        yield connection


def exactly(connection: socket.socket, size: int) -> bytes:
    """Read so many bytes, or what there is before the end."""
    data = b""
    while len(data) < size and (part := connection.recv(size - len(data))):
        data += part
    return data


def to_the_end(connection: socket.socket) -> bytes:
    """Read until the link has closed; a reset is told, over TLS any end without a word."""
    data = b""
    try:
        while part := connection.recv(1 << 16):
            data += part
    except (ConnectionResetError, ssl.SSLEOFError):
        return data + RESET
    return data


def answered(link: LoopbackLink, *parts: bytes) -> bytes:
    """Send the parts; return all that comes back until the link closes, which it is to do by itself."""
    with connected(link) as connection:
        for part in parts:
            connection.sendall(part)
        return to_the_end(connection)


def settled(link: LoopbackLink) -> int:
    """Return how many connections are open, when all that came before has been seen by the link's thread."""

    async def turns() -> None:
        # Each looks at the sockets: one to accept, one to read, one to close, and some more.
        for _ in range(8):
            await asyncio.sleep(0)

    asyncio.run_coroutine_threadsafe(turns(), link.server._loop).result(PATIENCE)
    return link.server.open_connections
