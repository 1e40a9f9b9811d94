"""Requests as whoever plays the service gets them: valid ones in every spelling, and those with something wrong.

Owns what goes out, and what a reply to it has to hold. It must not know addresses, sockets or how a reply is judged.
What the caller wants is drawn first, and the bytes are made from it.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.json_text import COMPACT, Json, Object, Spelling, drawn_spelling, render
from participant_strategies.reply import JSON_CONTENT_TYPE, ConnectionRequest, Defect, shown_bytes
from participant_strategies.requests import participant_tokens

#: The member of the reply that each ``Type`` asks for. Source: API reference, ``Type`` and the response elements.
MEMBERS: Final = MappingProxyType(
    {
        "WEBSOCKET": "Websocket",
        "CONNECTION_CREDENTIALS": "ConnectionCredentials",
        "WEBRTC_CONNECTION": "WebRTCConnection",
    }
)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it goes out, but for its address and its framing. ``target`` stands behind the service's path."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def token(self) -> str | None:
        """The participant token; ``None`` where there is no such header."""
        name = contract().token_header.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    def bearing(self, token: str) -> HttpRequest:
        """Return the request with another token in the place of its own."""
        name = contract().token_header.lower()
        headers = tuple((key, token if key.lower() == name else value) for key, value in self.headers)
        return replace(self, headers=headers)

    def __repr__(self) -> str:
        # As for replies: the plain Content-Type says nothing.
        headers = [f"{key}: {value}" for key, value in self.headers if (key, value) != JSON_CONTENT_TYPE]
        return " · ".join([f"{self.method} {self.target}", *headers, shown_bytes(self.body)])


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """What a caller wants, the request that says so, and what is wrong with that one, if anything is."""

    call: ConnectionRequest
    http: HttpRequest
    flaw: Defect | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The members that a success has to hold."""
        return tuple(dict.fromkeys(MEMBERS[name] for name in self.call.type or ()))

    @property
    def sound(self) -> ServiceRequest:
        """The same request with nothing wrong, plainly spelled."""
        return plain_request(self.call)

    def __repr__(self) -> str:
        return f"{self.http!r} ({self.flaw!r})" if self.flaw else repr(self.http)


def plain_request(
    call: ConnectionRequest, *, spelling: Spelling = COMPACT, header: str | None = None
) -> ServiceRequest:
    """Write the request of a caller; ``header`` is how the name of the token's header is written."""
    members = tuple((name, _tree(value)) for name, value in call.members.items())
    body = render(Object(members), spelling).encode()
    headers = ((header or contract().token_header, call.participant_token), JSON_CONTENT_TYPE)
    return ServiceRequest(call, HttpRequest(contract().method, contract().uri, headers, body))


def _tree(value: object) -> Json:
    if isinstance(value, list):
        return tuple(map(str, value))
    return bool(value)


#: What is asked for, the simplest first; a call in one of five, since a fake of a chat need not have any.
_TYPES: Final = (
    None,
    ("WEBSOCKET",),
    ("CONNECTION_CREDENTIALS",),
    ("WEBSOCKET", "CONNECTION_CREDENTIALS"),
    ("CONNECTION_CREDENTIALS", "WEBSOCKET"),
    ("WEBSOCKET", "WEBSOCKET"),
    ("CONNECTION_CREDENTIALS", "WEBSOCKET", "CONNECTION_CREDENTIALS"),
    ("WEBSOCKET", "CONNECTION_CREDENTIALS"),
    ("WEBRTC_CONNECTION",),
    ("CONNECTION_CREDENTIALS", "WEBRTC_CONNECTION"),
)
_CONNECTS: Final = (None, True, False)
#: RFC 9110, section 5.1: names of headers have no case.
_HEADERS: Final = ("X-Amz-Bearer", "x-amz-bearer", "X-AMZ-BEARER")


@cache
def valid_requests() -> SearchStrategy[ServiceRequest]:
    """Draw a request with nothing wrong: what is asked for, and any spelling that means the same."""
    return _valid()


@st.composite
def _valid(draw: DrawFn) -> ServiceRequest:
    call = ConnectionRequest(draw(participant_tokens()), draw(_DRAWN_TYPES), draw(_DRAWN_CONNECTS))
    return plain_request(call, spelling=drawn_spelling(draw), header=draw(_DRAWN_HEADERS))


_DRAWN_TYPES = st.sampled_from(_TYPES)
_DRAWN_CONNECTS = st.sampled_from(_CONNECTS)
_DRAWN_HEADERS = st.sampled_from(_HEADERS)


# Without a token


def _without_header(request: HttpRequest) -> HttpRequest:
    name = contract().token_header.lower()
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() != name))


_TOKENLESS: Final[tuple[tuple[Defect, Callable[[HttpRequest], HttpRequest]], ...]] = (
    (Defect("no-token", "no header X-Amz-Bearer"), _without_header),
    (Defect("empty-token", "an empty X-Amz-Bearer"), lambda request: request.bearing("")),
    # RFC 9110, section 5.5: white space around a value is no part of it.
    (Defect("blank-token", "an X-Amz-Bearer of blanks"), lambda request: request.bearing("  ")),
)


def tokenless(call: ConnectionRequest, way: int = 0) -> ServiceRequest:
    """Write the request of a caller without a token, in one of three ways."""
    flaw, change = _TOKENLESS[way]
    sound = plain_request(call)
    return replace(sound, http=change(sound.http), flaw=flaw)


@cache
def tokenless_requests() -> SearchStrategy[ServiceRequest]:
    """Draw a request that is valid but for its token, which is missing, empty or blank."""
    return _without_token()


@st.composite
def _without_token(draw: DrawFn) -> ServiceRequest:
    way = draw(_WAYS)
    return tokenless(ConnectionRequest(draw(participant_tokens()), draw(_TYPES_HERE), draw(_CONNECTS_HERE)), way)


_WAYS = st.sampled_from(range(len(_TOKENLESS)))
_TYPES_HERE = st.sampled_from(_TYPES[:4])
_CONNECTS_HERE = st.sampled_from(_CONNECTS)


# With a body that is no request


def _text(name: str, what: str, body: bytes) -> tuple[Defect, Callable[[bytes], bytes]]:
    return Defect(name, what), lambda _body: body


def _typed(name: str, value: object) -> tuple[Defect, Callable[[bytes], bytes]]:
    text = json.dumps({name: value}, separators=(",", ":"), ensure_ascii=False)
    return Defect("wrong-type", f"{name} is {json.dumps(value)}"), lambda _body: text.encode()


def _unlisted(*types: str) -> tuple[Defect, Callable[[bytes], bytes]]:
    told = json.dumps(types, ensure_ascii=False)
    return Defect("unknown-type", f"Type is {told}"), lambda _body: f'{{"Type":{told}}}'.encode()


_FLAWS: Final = (
    (Defect("no-json", "the body is cut"), lambda body: body[:-1]),
    _text("no-json", "the body is a form", b"Type=WEBSOCKET"),
    _text("no-json", "the body is XML", b"<Type>WEBSOCKET</Type>"),
    _text("no-json", "single quotes", b"{'Type':['WEBSOCKET']}"),
    (Defect("no-json", "text behind the body"), lambda body: body + b"a"),
    _text("no-json", "no UTF-8", b'{"Type":["\xff"]}'),
    _text("no-object", "the body is an array", b'["WEBSOCKET"]'),
    _text("no-object", "the body is a text", b'"WEBSOCKET"'),
    _text("no-object", "the body is a number", b"1"),
    _typed("Type", "WEBSOCKET"),
    _typed("Type", 1),
    _typed("Type", True),
    _typed("Type", {"WEBSOCKET": True}),
    _typed("Type", [1]),
    _typed("Type", [["WEBSOCKET"]]),
    _typed("Type", ["WEBSOCKET", {}]),
    _typed("ConnectParticipant", "true"),
    _typed("ConnectParticipant", 1),
    _typed("ConnectParticipant", [True]),
    _typed("ConnectParticipant", {}),
    _unlisted("VIDEO"),
    _unlisted("websocket"),
    _unlisted(""),
    _unlisted("WEBSOCKET", "WEBSOCKET_V2"),
    _unlisted("\u00e9", "WEBSOCKET"),
)


def flawed(call: ConnectionRequest, number: int = 0) -> ServiceRequest:
    """Write the request of a caller with a body that is none, in one of the ways that there are."""
    flaw, change = _FLAWS[number]
    sound = plain_request(call)
    return replace(sound, http=replace(sound.http, body=change(sound.http.body)), flaw=flaw)


def flaws() -> tuple[Defect, ...]:
    """Return what :func:`flawed` knows to do to a body, in its order."""
    return tuple(flaw for flaw, _ in _FLAWS)


@cache
def flawed_requests() -> SearchStrategy[ServiceRequest]:
    """Draw a request that is valid but for its body: no JSON, no object, a wrong type, an unknown ``Type``."""
    return _flawed()


@st.composite
def _flawed(draw: DrawFn) -> ServiceRequest:
    number = draw(_NUMBERS)
    return flawed(ConnectionRequest(draw(participant_tokens()), draw(_TYPES_THERE), draw(_CONNECTS_THERE)), number)


_NUMBERS = st.sampled_from(range(len(_FLAWS)))
_TYPES_THERE = st.sampled_from(_TYPES[:4])
_CONNECTS_THERE = st.sampled_from(_CONNECTS)


@cache
def refusable_requests() -> SearchStrategy[ServiceRequest]:
    """Draw a request with something wrong: its token or its body."""
    return st.one_of(tokenless_requests(), flawed_requests())


# Several at once

#: Callers at once: as many connections as the smallest backlog of a server in a standard library takes.
CALLERS: Final = 4


@dataclass(frozen=True, slots=True)
class Callers:
    """Requests that are sent at once; those with a token have one of their own."""

    requests: tuple[ServiceRequest, ...]

    def __repr__(self) -> str:
        return "; ".join(map(repr, self.requests))


@cache
def callers_at_once() -> SearchStrategy[Callers]:
    """Draw two to four callers: two that ask for different things, and others that ask for anything or wrongly."""
    return _callers()


@st.composite
def _callers(draw: DrawFn) -> Callers:
    first = draw(_FIRST)
    others = [kind for kind in (draw(kinds) for kinds in _OTHERS) if kind is not None]
    unique = draw(_UNIQUE)
    return callers(unique, *first, *others)


def callers(unique: str, *kinds: str) -> Callers:
    """Write one request of each kind: a ``Type``, or ``no-token``, ``no-json``, ``unknown-type``."""
    return Callers(tuple(_caller(f"{unique}-{number}-of-{len(kinds)}", kind) for number, kind in enumerate(kinds, 1)))


def _caller(token: str, kind: str) -> ServiceRequest:
    if kind == "no-token":
        return tokenless(ConnectionRequest(token, ("WEBSOCKET",)))
    number = next((place for place, flaw in enumerate(flaws()) if flaw.name == kind), None)
    if number is not None:
        return flawed(ConnectionRequest(token, ("WEBSOCKET",)), number)
    return plain_request(ConnectionRequest(token, (kind,)))


_PLAIN: Final = ("WEBSOCKET", "CONNECTION_CREDENTIALS")
_WRONG: Final = ("no-token", "no-json", "unknown-type")
_FIRST = st.sampled_from([(one, other) for one in _PLAIN for other in (*_PLAIN, *_WRONG) if one != other])
# Each may be absent, so that a counterexample loses it.
_OTHERS = tuple(st.sampled_from([*[None] * count, *_PLAIN, *_WRONG]) for count in (2, 3))
_UNIQUE = st.text(string.ascii_lowercase + string.digits, min_size=16, max_size=16)
