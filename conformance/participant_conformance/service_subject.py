"""What plays the service, as the checks see it: requests go out, replies come back, and a user's tokens stay hidden.

Owns the way from a request to what came of it, the blame where nothing came, and the hiding of the tokens that a user
gave. It must not know requirements or verdicts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Final, TypeAlias
from urllib.parse import quote

from participant_conformance.adapter import AdapterError, Implementation
from participant_conformance.links import Received
from participant_conformance.links.outgoing import Address, AddressError, LateError, NoReply, Outgoing, Sender, address
from participant_conformance.links.outgoing import told as said_by_system
from participant_conformance.subject import TIME_LIMIT, ImplementationHungError, NotOfferedError, Subject
from participant_conformance.upstream import Upstream
from participant_strategies.reply import Reply
from participant_strategies.requests import VISIBLE_ASCII
from participant_strategies.service_requests import HttpRequest

#: Characters of a token that are shown, of one that is long enough to have others. A shorter one is no secret.
_SHOWN: Final = 4
_LONG: Final = 12

#: What came of a request.
Came: TypeAlias = Reply | NoReply


class ServiceSubject(Subject):
    """A fake of the service, or a proxy in front of it, under judgement.

    ``tokens`` are participant tokens of the user's, which it may take where it takes none of ours. ``upstream`` is the
    port on which the suite itself plays the service that a proxy stands before, 0 one that the system chooses. Raises
    ``AdapterError`` where nothing can be judged: no URL, nobody there, a port that is taken.
    """

    def __init__(
        self,
        url: str,
        *,
        tokens: Sequence[str] = (),
        upstream: int | None = None,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self.address = usable_address(url)
        self.tokens = usable_tokens(tokens)
        self._upstream = None if upstream is None else _upstream(upstream)
        super().__init__(None, time_limit=time_limit)
        try:
            self._sender = self._found(url)
        except BaseException:
            self.close()
            raise

    def __post_init__(self) -> None:
        self.capabilities = frozenset({"service"} if self._upstream is None else {"service", "proxy"})
        self._open_link = None
        self._own_loop = None

    @cached_property
    def implementation(self) -> Implementation:
        """Who is judged."""
        return Implementation(name=f"service at {self.address.name}", version="", language="")

    def send(self, request: HttpRequest) -> Came:
        """Send one request. Raises ``ImplementationHungError`` where no reply comes in time."""
        [came] = self.send_at_once([request])
        return came

    def send_at_once(self, requests: Sequence[HttpRequest]) -> list[Came]:
        """Send requests that are all there before one of them is whole; return what came of each."""
        outgoing = [Outgoing(one.method, one.target, one.headers, one.body) for one in requests]
        try:
            return self._sender.send_at_once(outgoing)
        except LateError:
            during = self.hidden("; ".join(repr(self.concealed(request)) for request in requests))
            self.abandoned.append(f"the service with {during}")
            raise ImplementationHungError(self.time_limit, "the service", during) from None

    @property
    def upstream_port(self) -> int | None:
        """Where the suite plays the service behind a proxy; ``None`` where it does not."""
        return None if self._upstream is None else self._upstream.port

    @contextmanager
    def upstream_answering(self, reply: Reply) -> Iterator[list[Received]]:
        """Answer behind the proxy by this reply for a while; give what arrives there."""
        if self._upstream is None:
            raise NotOfferedError("without an upstream nothing is seen behind it")
        with self._upstream.answering(reply) as received:
            yield received

    def concealed(self, request: HttpRequest) -> HttpRequest:
        """Return a request as it may be shown."""
        token = request.token
        return request.bearing(conceal(token)) if token in self.tokens and token else request

    def shown(self, came: Came) -> str:
        """Print what came of a request, without any token of the user's."""
        if isinstance(came, Reply):
            # Before it is cut: half of a token is too much.
            headers = tuple((name, self.hidden(value)) for name, value in came.headers if name.lower() in _TELLING)
            body = self.hidden(came.body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
            came = replace(came, headers=headers, body=body)
        return self.hidden(repr(came))

    def hidden(self, text: str) -> str:
        """Return a text without any token of the user's, however it is spelled in it."""
        for token, spellings in self._spellings.items():
            for spelling in spellings:
                text = text.replace(spelling, conceal(token))
        return text

    @cached_property
    def _spellings(self) -> dict[str, tuple[str, ...]]:
        # The longest first: one token may be a part of another.
        ordered = sorted((token for token in self.tokens if len(token) >= _SHOWN), key=len, reverse=True)
        return {
            token: tuple(dict.fromkeys((token, escaped, escaped.replace("/", "\\/"), quote(token, safe=""))))
            for token in ordered
            for escaped in (json.dumps(token)[1:-1],)
        }

    def sees_raw_bytes(self) -> bool:
        """Whether bytes are seen as they were on the wire: they are."""
        return True

    def close(self) -> None:
        """Close the port behind the proxy."""
        if self._upstream is not None:
            self._upstream.close()

    def _found(self, url: str) -> Sender:
        sender = Sender(self.address, self.time_limit)
        try:
            sender.reach()
        except LateError:
            raise AdapterError(f"no service at {url}: no connection within {self.time_limit:g} s") from None
        except OSError as wrong:
            raise AdapterError(f"no service at {url}: {said_by_system(wrong)}") from None
        return sender


#: Headers of a reply that say something here; all others are left out where it is shown.
_TELLING: Final = frozenset({"x-amzn-errortype", "content-type", "location"})


def conceal(token: str) -> str:
    """Return what may be shown of a token: a few characters of a long one, and how many it has."""
    begin = token[:_SHOWN] if len(token) >= _LONG else ""
    return f"{begin}…({len(token)} characters)"


def usable_tokens(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return tokens of the user's, each once. Raises ``AdapterError`` for one that no header can hold."""
    for number, token in enumerate(tokens, 1):
        if not token or not set(token) <= set(VISIBLE_ASCII):
            raise AdapterError(
                f"token number {number} is {'empty' if not token else 'no visible ASCII without blanks'}"
            )
    return tuple(dict.fromkeys(tokens))


def usable_address(url: str) -> Address:
    """Read a URL. Raises ``AdapterError`` for what is none of a service."""
    try:
        return address(url)
    except AddressError as wrong:
        raise AdapterError(str(wrong)) from None


def _upstream(port: int) -> Upstream:
    try:
        return Upstream(port)
    except OSError as wrong:
        raise AdapterError(f"the upstream cannot listen on 127.0.0.1:{port}: {said_by_system(wrong)}") from None
