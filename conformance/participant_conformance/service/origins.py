"""Who may talk to the service: names of this machine, and pages that it serves itself.

Owns the rules for ``Host`` and ``Origin``. A service on loopback is reachable by every page that a browser shows: by a
name that its owner points at this machine (DNS rebinding), and by requests that need no permission of ours.
"""

from __future__ import annotations

import re
from typing import Final

from participant_conformance.links import Received
from participant_strategies.delivery import Answer
from participant_strategies.reply import Reply

_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_LOCAL: Final = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
#: RFC 9110, section 5.6.2.
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: The port that stands for itself.
_DEFAULT: Final = {"http": 80, "https": 443}
#: Seconds for which a browser need not ask again.
_MAX_AGE: Final = 600


def local_authorities(scheme: str, port: int) -> frozenset[str]:
    """Return what ``Host`` may say."""
    bare = _NAMES if _DEFAULT[scheme] == port else ()
    return frozenset([*(f"{name}:{port}" for name in _NAMES), *bare])


def split_target(target: str) -> tuple[str | None, str]:
    """Return the authority of a request's target, if it names one, and the path without the query.

    RFC 9112, section 3.2.2: a server takes the absolute form, too.
    """
    scheme, found, rest = target.partition("://")
    if found and scheme.lower() in _DEFAULT:
        authority, slash, path = rest.partition("/")
        return authority, (slash + path).partition("?")[0]
    return None, target.partition("?")[0]


def is_for_us(received: Received, authorities: frozenset[str]) -> bool:
    """Tell whether a request names this machine, wherever it names its host."""
    authority, _ = split_target(received.target)
    named = [*received.values("Host"), *([] if authority is None else [authority])]
    return bool(received.values("Host")) and all(name.lower() in authorities for name in named)


def origin_of(received: Received) -> str | None:
    """Return the page that asks; an empty text where it is told in more than one way, ``None`` for no page."""
    origins = received.values("Origin")
    return None if not origins else origins[0] if len(origins) == 1 else ""


def is_local(origin: str) -> bool:
    """Tell whether a page comes from this machine."""
    return _LOCAL.fullmatch(origin) is not None


def is_preflight(received: Received) -> bool:
    """Tell whether a browser asks for permission first: Fetch standard, CORS-preflight request."""
    asks = received.values("Access-Control-Request-Method")
    return received.method == "OPTIONS" and bool(asks) and origin_of(received) is not None


def permission(received: Received) -> Answer:
    """Answer a preflight: what was asked for to a page of this machine, nothing to any other."""
    if not is_local(origin_of(received) or ""):
        return Answer(Reply(403, (), b""))
    names = _TOKEN.findall(" ".join(received.values("Access-Control-Request-Headers")))
    allowed = (
        ("Access-Control-Allow-Methods", "GET, POST"),
        ("Access-Control-Allow-Headers", ", ".join(names)),
        ("Access-Control-Max-Age", str(_MAX_AGE)),
    )
    return Answer(Reply(204, allowed, b""))


def for_page(answer: Answer, received: Received) -> Answer:
    """Let a page of this machine read an answer; no other."""
    origin = origin_of(received)
    if origin is None or not is_local(origin):
        return answer
    reply = answer.reply
    own = (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", "Date, x-amzn-ErrorType, x-amzn-RequestId"),
        ("Vary", "Origin"),
    )
    return Answer(Reply(reply.status, (*reply.headers, *own), reply.body), answer.delivery)
