"""A request as data, and two ways to send it: with httpx, which looks at headers, and over a socket, which does not.

Owns the request that the reference would send, so that a mutant changes one thing of it.
"""

from __future__ import annotations

import functools
import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from participant_conformance.reference.caller import UnusableTokenError
from participant_strategies.reply import ConnectionRequest, Reply

TIMEOUT = 4.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before it is sent; ``raw``: over a socket, as it stands, without a look at what it holds."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    method: str = "POST"
    raw: bool = False

    def header(self, name: str) -> str:
        """Return the value of a header that is there."""
        return next(value for key, value in self.headers if key == name)


def members_to_send(request: ConnectionRequest) -> dict[str, Any]:
    """Return the members of the body: those that the caller gave."""
    asked = {"Type": request.type, "ConnectParticipant": request.connect_participant}
    return {name: value for name, value in asked.items() if value is not None}


def draft_of(endpoint: str, request: ConnectionRequest, *, checked: bool = True) -> Draft:
    """Write the right request. Raises ``UnusableTokenError`` for a token that cannot stand in a header."""
    token = request.participant_token
    if checked and not (token and all(" " < char <= "~" for char in token)):
        raise UnusableTokenError("a participant token is made of visible ASCII characters")
    headers = (("Content-Type", "application/json"), ("X-Amz-Bearer", token))
    return Draft(
        f"{endpoint.rstrip('/')}/participant/connection", headers, json.dumps(members_to_send(request)).encode()
    )


def send(draft: Draft) -> Reply:
    """Send the request and return the reply."""
    return _over_a_socket(draft) if draft.raw else _with_httpx(draft)


@functools.cache
def _client() -> httpx.Client:
    return httpx.Client(trust_env=False, timeout=TIMEOUT)


def _with_httpx(draft: Draft) -> Reply:
    response = _client().request(draft.method, draft.url, headers=list(draft.headers), content=draft.body)
    return Reply(response.status_code, tuple(response.headers.multi_items()), response.content)


def _over_a_socket(draft: Draft) -> Reply:
    url = urlsplit(draft.url)
    headers = (("Host", url.netloc), ("Content-Length", str(len(draft.body))), *draft.headers)
    lines = [f"{draft.method} {url.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    with socket.create_connection((str(url.hostname), url.port or 80), TIMEOUT) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1") + draft.body)
        with http.client.HTTPResponse(connection, method=draft.method) as response:
            response.begin()
            return Reply(response.status, tuple(response.getheaders()), response.read())
