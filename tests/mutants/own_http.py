"""A small right client of HTTP/1.1 over a socket (RFC 9112), in steps, so that a mutant gets one of them wrong.

Owns what happens between a request as bytes and a reply as data, a connection for each request. It must not know the
operation.
"""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import Reply

#: Seconds for one request where nobody sets a limit: shorter than what a check waits.
TIMEOUT = 4.0
Headers: TypeAlias = tuple[tuple[str, str], ...]


class NoReplyError(UnusableReplyError):
    """No reply came, or not the whole of one: an error of the client's own."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before it is sent, which goes out as it stands, without a look at what it holds."""

    url: str
    headers: Headers
    body: bytes
    method: str = "POST"

    def header(self, name: str) -> str:
        """Return the value of a header that is there."""
        return next(value for key, value in self.headers if key == name)

    @property
    def data(self) -> bytes:
        """The request as bytes."""
        url = urlsplit(self.url)
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        own: Headers = (("Host", url.netloc), ("Connection", "close"), ("Content-Length", str(len(self.body))))
        if not value_of(self.headers, "Accept-Encoding"):
            own += (("Accept-Encoding", "gzip"),)
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in (*own, *self.headers))]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


@dataclass
class Incoming:
    """The bytes of a connection as they come, until ``deadline``, in seconds of the clock that only goes forward."""

    connection: socket.socket
    deadline: float
    here: bytearray = field(default_factory=bytearray)

    def more(self) -> bool:
        """Wait for more; tell whether there was any. Raises :class:`NoReplyError` when it is too late."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise NoReplyError("too late")
        self.connection.settimeout(left)
        part = self.connection.recv(1 << 16)
        self.here += part
        return bool(part)

    def line(self) -> bytes:
        """Return the next line, without its end."""
        while (end := self.here.find(b"\n")) < 0:
            self._need_more()
        return self.taken(end + 1).rstrip(b"\r\n")

    def exactly(self, count: int) -> bytes:
        """Return so many bytes."""
        while len(self.here) < count:
            self._need_more()
        return self.taken(count)

    def rest(self) -> bytes:
        """Return all that comes until the other side closes."""
        while self.more():
            pass
        return self.taken(len(self.here))

    def taken(self, count: int) -> bytes:
        """Return up to so many of the bytes that are here."""
        found = bytes(self.here[:count])
        del self.here[:count]
        return found

    def _need_more(self) -> None:
        if not self.more():
            raise NoReplyError("the connection was closed before the end")


class OwnHttp:
    """Sends requests, each over a connection of its own."""

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send a request and return the reply. Raises :class:`NoReplyError`."""
        try:
            incoming = self.connected(draft, limit_s or TIMEOUT)
            with incoming.connection:
                # Who has answered before the end of the request may have left: then its answer is here.
                with suppress(BrokenPipeError, ConnectionResetError):
                    incoming.connection.sendall(draft.data)
                return self.reply(incoming)
        except (OSError, ValueError, EOFError, zlib.error) as wrong:
            raise NoReplyError(f"{type(wrong).__name__}: {wrong}") from wrong

    def connected(self, draft: Draft, seconds: float) -> Incoming:
        """Connect; the whole of the request is to be over in so many seconds."""
        url = urlsplit(draft.url)
        deadline = time.monotonic() + seconds
        return Incoming(socket.create_connection((str(url.hostname), url.port or 80), seconds), deadline)

    def reply(self, incoming: Incoming) -> Reply:
        """Read a reply, behind any number of interim ones (RFC 9110, section 15.2)."""
        status, headers = self.head(incoming)
        while 100 <= status < 200:
            status, headers = self.head(incoming)
        return self.whole(incoming, status, headers)

    def whole(self, incoming: Incoming, status: int, headers: Headers) -> Reply:
        """Read what stands behind the head."""
        # RFC 9110, sections 15.3.5 and 15.4.5: these have no body.
        body = b"" if status in (204, 304) else self.body(incoming, headers)
        return Reply(status, headers, self.decoded(status, headers, body))

    def head(self, incoming: Incoming) -> tuple[int, Headers]:
        """Read the status line and the headers, up to the empty line."""
        status = int(incoming.line().split(maxsplit=2)[1])
        lines = iter(lambda: incoming.line().decode("latin-1"), "")
        return status, tuple(self.headers(map(self.header, lines)))

    def header(self, line: str) -> tuple[str, str]:
        """Take a header's line apart (RFC 9112, section 5.1)."""
        name, _, value = line.partition(":")
        return name, value.strip(" \t")

    def headers(self, found: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
        """Keep headers as they came."""
        return found

    def body(self, incoming: Incoming, headers: Headers) -> bytes:
        """Read a body as it is framed (RFC 9112, section 6.3)."""
        if value_of(headers, "Transfer-Encoding").lower() == "chunked":
            return self.chunked(incoming)
        length = value_of(headers, "Content-Length")
        return self.of_length(incoming, int(length)) if length else self.until_close(incoming)

    def chunked(self, incoming: Incoming) -> bytes:
        """Read chunks up to the last one, and the trailers behind it (RFC 9112, section 7.1)."""
        content = b""
        while size := self.size(incoming.line()):
            content += incoming.exactly(size)
            if incoming.line():
                raise NoReplyError("no line end behind a chunk")
        self.trailers(iter(lambda: incoming.line().decode("latin-1"), ""))
        return content

    def trailers(self, lines: Iterable[str]) -> None:
        """Discard what stands behind the last chunk (RFC 9112, section 7.1.2)."""
        for _ in lines:
            pass

    def size(self, line: bytes) -> int:
        """Take the size of a chunk out of its first line, which may hold extensions (RFC 9112, section 7.1.1)."""
        return int(line.partition(b";")[0], 16)

    def of_length(self, incoming: Incoming, length: int) -> bytes:
        """Read a body of a length."""
        return incoming.exactly(length)

    def until_close(self, incoming: Incoming) -> bytes:
        """Read a body that ends with the connection."""
        return incoming.rest()

    def decoded(self, status: int, headers: Headers, body: bytes) -> bytes:  # noqa: ARG002 - some look at the status
        """Undo the content coding (RFC 9110, section 8.4)."""
        return gzip.decompress(body) if value_of(headers, "Content-Encoding") == "gzip" else body


def value_of(headers: Headers, name: str) -> str:
    """Return the first value of a header, whatever the case of its name; an empty text where there is none."""
    return next((value for key, value in headers if key.lower() == name.lower()), "")
