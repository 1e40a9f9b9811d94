"""A small correct fake of the service, and the servers that put such a function on a port.

Owns one function from a request to a reply, and two shells: the suite's own server, and that of the standard library.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

from participant_conformance.links import Received
from participant_conformance.links.server import BAD_REQUEST, Respond, Server
from participant_strategies.delivery import Answer
from participant_strategies.reply import Reply

#: What a fake is: what it replies to a request.
Fake: TypeAlias = Callable[[Received], Reply]

_STATUS = {"AccessDeniedException": 403, "ValidationException": 400, "UnknownOperationException": 404}
_TYPES = ("WEBSOCKET", "CONNECTION_CREDENTIALS", "WEBRTC_CONNECTION")


def error(name: str, message: str = "refused", *headers: tuple[str, str]) -> Reply:
    """Reply by an error."""
    body = json.dumps({"Message": message}).encode()
    told = (("X-Amzn-Errortype", name), ("Content-Type", "application/json"), *headers)
    return Reply(_STATUS[name], told, body)


def success(value: object) -> Reply:
    """Reply by a success."""
    return Reply(200, (("Content-Type", "application/json"),), json.dumps(value).encode())


def fake(received: Received) -> Reply:
    """Play the service: the simplest one that keeps the contract."""
    if (received.method, received.target) != ("POST", "/participant/connection"):
        return error("UnknownOperationException")
    token = "".join(received.values("X-Amz-Bearer")).strip()
    if not token:
        return error("AccessDeniedException")
    types = asked(received.body)
    return error("ValidationException") if types is None else success(connection(token, types))


def asked(body: bytes) -> list[str] | None:
    """Read what is asked for; ``None`` where the body is no request."""
    try:
        parsed = json.loads(body)
        types, connect = parsed.get("Type", []), parsed.get("ConnectParticipant", False)
        right = isinstance(types, list) and isinstance(connect, bool) and all(name in _TYPES for name in types)
    except (ValueError, AttributeError, TypeError):
        return None
    return types if right else None


def connection(token: str, types: list[str]) -> dict[str, object]:
    """Return the members that are asked for; the same ones for a token each time."""
    name = f"{hash_of(token):08x}"
    whole = {
        "WEBSOCKET": ("Websocket", {"Url": f"wss://a.example/{name}", "ConnectionExpiry": "2026-01-01T00:00:00.000Z"}),
        "CONNECTION_CREDENTIALS": (
            "ConnectionCredentials",
            {"ConnectionToken": f"ct-{name}", "Expiry": "2026-01-02T00:00:00.000Z"},
        ),
        "WEBRTC_CONNECTION": ("WebRTCConnection", {"Attendee": {"AttendeeId": name, "JoinToken": f"jt-{name}"}}),
    }
    return dict(whole[kind] for kind in types)


def hash_of(token: str) -> int:
    """Number a token, the same way in every process."""
    number = 0
    for char in token:
        number = (number * 31 + ord(char)) % 2**32
    return number


class _Plays:
    """Gives requests to a function."""

    def __init__(self, play: Callable[[Received], Answer | Reply]) -> None:
        self._play = play

    def begun(self) -> bool:
        """Tell that nothing is answered before its end."""
        return False

    def request(self, received: Received, respond: Respond) -> None:
        """Answer."""
        answer = BAD_REQUEST if received.problem else self._play(received)
        respond(Answer(answer) if isinstance(answer, Reply) else answer)


@contextmanager
def served(play: Callable[[Received], Answer | Reply]) -> Iterator[Server]:
    """Put a fake on a port of loopback for a while."""
    server = Server(_Plays(play))
    try:
        yield server
    finally:
        server.close()


@contextmanager
def served_by_library(play: Fake) -> Iterator[str]:
    """Do the same by the server of the standard library, a thread for each request; give the URL."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            received = Received(self.command, self.path, tuple(self.headers.items()), body)
            reply = play(received)
            self.send_response(reply.status)
            for name, value in (*reply.headers, ("Content-Length", str(len(reply.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = _answer  # noqa: N815 - the library's names

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
