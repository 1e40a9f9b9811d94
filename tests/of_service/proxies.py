"""A small correct proxy, and the way in which one is put between the suite and the suite.

Owns the passing on of one request. What a mutant or a variant does otherwise stands in a function around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TypeAlias

from participant_conformance.links import Received
from participant_conformance.service_subject import ServiceSubject
from participant_strategies.reply import Reply
from tests.of_service.fakes import served

#: Headers that belong to one connection, not to the message: RFC 9110, section 7.6.1.
_OWN = frozenset({"connection", "content-length", "host", "transfer-encoding"})


@dataclass
class Beyond:
    """The service behind a proxy: where it is, once that is known."""

    port: int | None = None

    def send(self, received: Received, target: str | None = None) -> Reply:
        """Pass a request on, and give the reply."""
        headers = {name: value for name, value in received.headers if name.lower() not in _OWN}
        with closing(HTTPConnection("127.0.0.1", self.port or 0, timeout=5)) as connection:
            connection.request(received.method, target or received.target, received.body, headers)
            response = connection.getresponse()
            kept = tuple(pair for pair in response.getheaders() if pair[0].lower() not in _OWN)
            return Reply(response.status, kept, response.read())


#: What a proxy is: what it replies to a request, given the service behind it.
Proxy: TypeAlias = Callable[[Beyond, Received], Reply]


def proxy(beyond: Beyond, received: Received) -> Reply:
    """Pass everything on."""
    return beyond.send(received)


@contextmanager
def proxied(play: Proxy) -> Iterator[ServiceSubject]:
    """Put a proxy before the suite's own service, and give it as the checks see it."""
    beyond = Beyond()
    with (
        served(lambda received: play(beyond, received)) as server,
        closing(ServiceSubject(server.origin, upstream=0)) as subject,
    ):
        beyond.port = subject.upstream_port
        yield subject
