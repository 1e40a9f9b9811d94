"""Variants of ``call`` on real sockets: other HTTP clients, other ways with codings, redirects and threads.

Owns what differs between the bytes and the reply. Other ways with time are in ``retry_variants``.
"""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterator
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.parse import urljoin, urlsplit

import h11
import httpx

from participant_conformance.adapter import DIALECTS, Traits
from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import ConnectionRequest, Decoded, Reply, ServiceError
from tests.mutants.bench import Part
from tests.mutants.own_http import Draft, Headers, Incoming, NoReplyError
from tests.mutants.sending import draft_of
from tests.mutants.tampering import Taken, Wired
from tests.variants.variant import variant

#: Who keeps no time limit says so.
_WITHOUT_LIMITS = replace(Reference.implementation, traits=Traits(dialects=DIALECTS))
_MOST_REDIRECTS = 5


# Other HTTP clients.


@variant(Part.CALL, timed=True)
class ConnectionForEachCall(Wired):
    """Speaks HTTP by itself over a socket, with a connection for each call."""


class _H11:
    """Makes a reply of bytes, by h11."""

    def __init__(self) -> None:
        self._connection = h11.Connection(h11.CLIENT)
        self._connection.send(h11.Request(method="POST", target="/", headers=[("Host", "a")]))
        self._connection.send(h11.EndOfMessage())
        self._head: h11.Response | None = None
        self._body = b""

    def reply(self, data: bytes) -> Reply | None:
        """Take more bytes, none where they end; return the reply once it is whole."""
        self._connection.receive_data(data)
        while True:
            match self._connection.next_event():
                case h11.Response() as head:
                    self._head = head
                case h11.Data() as part:
                    self._body += part.data
                case h11.EndOfMessage():
                    return self._whole()
                case h11.InformationalResponse():
                    pass
                case _:
                    return None

    def _whole(self) -> Reply:
        assert self._head is not None
        found = ((key.decode("latin-1"), value.decode("latin-1")) for key, value in self._head.headers.raw_items())
        return Reply(self._head.status_code, tuple(found), self._body)


@variant(Part.CALL, timed=True)
class RepliesByH11(Wired):
    """Reads replies by h11."""

    def reply(self, incoming: Incoming) -> Reply:
        """Read a reply."""
        reader, reply = _H11(), None
        try:
            while reply is None:
                incoming.more()
                reply = reader.reply(incoming.taken(len(incoming.here)))
        except h11.RemoteProtocolError as wrong:
            raise NoReplyError(str(wrong)) from wrong
        return replace(reply, body=self.decoded(reply.status, reply.headers, reply.body))


@variant(Part.CALL, timed=True)
class RepliesByStreams(Wired):
    """Calls in a coroutine, by the streams of asyncio."""

    async def call(  # type: ignore[override]  # a coroutine
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Taken:
        """Send the request, within the limit as a whole."""
        try:
            async with asyncio.timeout(limit_s):
                return self.taken(await self._sent(draft_of(endpoint, request)))
        except (OSError, h11.RemoteProtocolError) as wrong:
            raise NoReplyError(f"{type(wrong).__name__}: {wrong}") from wrong

    async def _sent(self, draft: Draft) -> Reply:
        url, reader = urlsplit(draft.url), _H11()
        incoming, outgoing = await asyncio.open_connection(url.hostname, url.port)
        try:
            outgoing.write(draft.data)
            while (reply := reader.reply(await incoming.read(1 << 16))) is None:
                pass
        finally:
            outgoing.close()
        return replace(reply, body=self.decoded(reply.status, reply.headers, reply.body))


class _BehindInterim(http.client.HTTPResponse):
    """The standard library's reply, which skips no interim ones but 100."""

    def begin(self) -> None:
        """Read the head of the reply."""
        super().begin()
        while 100 <= self.status < 200:
            self.headers = self.msg = None  # type: ignore[assignment]  # else it has begun
            super().begin()


@variant(Part.CALL)
class AnotherHttpClient(Reference):
    """Speaks HTTP by the standard library, and keeps no time limit."""

    implementation = _WITHOUT_LIMITS

    def call(self, endpoint: str, request: ConnectionRequest, **_options: Any) -> Decoded | ServiceError:
        """Send the request."""
        draft = draft_of(endpoint, request)
        url = urlsplit(draft.url)
        connection = http.client.HTTPConnection(url.netloc, timeout=4)
        connection.response_class = _BehindInterim
        try:
            connection.request(draft.method, url.path, draft.body, dict(draft.headers))
            response = connection.getresponse()
            reply = Reply(response.status, tuple(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException) as wrong:
            raise NoReplyError(f"{type(wrong).__name__}: {wrong}") from wrong
        finally:
            connection.close()
        return self.read(reply)


@variant(Part.CALL)
class BodyInChunks(Reference):
    """Sends the body in chunks, without its length, and keeps no time limit."""

    implementation = _WITHOUT_LIMITS

    def call(self, endpoint: str, request: ConnectionRequest, **_options: Any) -> Decoded | ServiceError:
        """Send the request."""
        draft = draft_of(endpoint, request)
        with httpx.Client(trust_env=False, verify=False) as client:
            response = client.post(draft.url, headers=list(draft.headers), content=_chunks(draft.body))
        return self.read(Reply(response.status_code, tuple(response.headers.multi_items()), response.content))


def _chunks(body: bytes) -> Iterator[bytes]:
    yield body[:1]
    yield body[1:]


# Codings, headers, cut bodies.


@variant(Part.CALL)
class AsksForNoCoding(Wired):
    """Asks for no content coding, and refuses a reply that has one."""

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request."""
        return super().send(replace(draft, headers=(*draft.headers, ("Accept-Encoding", "identity"))), limit_s)

    def decoded(self, status: int, headers: Headers, body: bytes) -> bytes:
        """Refuse what is coded."""
        if super().decoded(status, headers, body) != body:
            raise NoReplyError("a content coding that nobody asked for")
        return body


@variant(Part.CALL)
class JoinsHeaders(Wired):
    """Joins the values of headers of one name by a comma (RFC 9110, section 5.3)."""

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request."""
        reply = super().send(draft, limit_s)
        names = dict.fromkeys(name.lower() for name, _ in reply.headers)
        joined = {name: ", ".join(value for key, value in reply.headers if key.lower() == name) for name in names}
        return replace(reply, headers=tuple(joined.items()))


@variant(Part.CALL)
class TakesCutErrors(Wired):
    """Takes an error by its header where its body is cut."""

    def whole(self, incoming: Incoming, status: int, headers: Headers) -> Reply:
        """Read what stands behind the head."""
        try:
            return super().whole(incoming, status, headers)
        except (NoReplyError, OSError):
            if status < 400:
                raise
            return Reply(status, headers, b"")


@variant(Part.CALL)
class LeavesEmptyTokensToTheService(Wired):
    """Sends an empty token."""

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Any:
        """Send the request."""
        return self.taken(self.send(draft_of(endpoint, request, checked=bool(request.participant_token)), limit_s))


# Redirects.


class _Following(Wired):
    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request, and again wherever the reply leads."""
        for _ in range(_MOST_REDIRECTS):
            reply = super().send(draft, limit_s)
            place = reply.header("Location")
            if not (300 <= reply.status < 400 and place):
                return reply
            url = urljoin(draft.url, place)
            draft = replace(draft if urlsplit(url)[:2] == urlsplit(draft.url)[:2] else self.strayed(draft), url=url)
        raise NoReplyError("too many redirects")

    def strayed(self, draft: Draft) -> Draft:
        """Write the request to another origin."""
        raise NotImplementedError


@variant(Part.CALL)
class FollowsWithoutTheToken(_Following):
    """Follows redirects, to another origin without the token."""

    def strayed(self, draft: Draft) -> Draft:
        """Leave the token out."""
        return replace(draft, headers=tuple(header for header in draft.headers if header[0] != "X-Amz-Bearer"))


@variant(Part.CALL)
class FollowsWithinTheOrigin(_Following):
    """Follows redirects within the origin, and raises an error of its own for any other."""

    def strayed(self, draft: Draft) -> Draft:
        """Go no further."""
        raise UnusableReplyError(f"it leads away from {draft.url}")


# Several calls at once.


@variant(Part.CALL)
class OneCallAfterTheOther(Wired):
    """Sends one request after the other, also where several callers ask at once."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = Lock()

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Wait for the turn, and send the request."""
        with self._turn:
            return super().send(draft, limit_s)
