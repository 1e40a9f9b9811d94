"""A Participant Service on loopback: the handle that tests hold.

Owns the port, the clocks and the lock between the server's thread and whoever scripts it. It must not know what a
request comes to: ``service`` does.
"""

from __future__ import annotations

import errno
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Lock
from typing import Final

from participant_conformance.links import Received
from participant_conformance.links.server import Respond, Server
from participant_conformance.service.front import Front
from participant_conformance.service.ids import Ids
from participant_conformance.service.lifecycle import State
from participant_conformance.service.machine import Machine
from participant_conformance.service.moment import Moment
from participant_conformance.service.origins import local_authorities
from participant_conformance.service.participants import URL_LIFETIME, Participant
from participant_conformance.service.scripts import Failure
from participant_conformance.service.seen import Seen
from participant_conformance.service.throttling import limit
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer
from participant_strategies.reply import Reply

#: Where it can listen, and the addresses that are meant. To a client, localhost may be either of the two.
HOSTS: Final = {"127.0.0.1": ("127.0.0.1",), "::1": ("::1",), "localhost": ("127.0.0.1", "::1")}
#: Ports that are tried where the second address does not have the one that the system chose for the first.
_TRIES: Final = 5


class ParticipantService:
    """A Participant Service on a port of loopback, until it is closed; a context manager.

    ``host`` is ``127.0.0.1``, ``::1`` or ``localhost``, port 0 one that the system chooses. ``accept_any_token`` makes
    a participant of each token that arrives. ``salt`` makes other tokens and identifiers. ``seen`` is called with each
    request, in the server's thread. Raises ``OSError`` if the port cannot be had.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        accept_any_token: bool = False,
        salt: str = "",
        seen: Callable[[Seen], None] | None = None,
    ) -> None:
        if host not in HOSTS:
            raise ValueError(f"host is one of {', '.join(HOSTS)}: the service is for this machine alone")
        self._lock = Lock()
        self._machine = Machine(Ids(salt), accept_any_token=accept_any_token)
        self._front = Front(self._machine)
        self._servers = _listening(_Handler(self._front, self._lock, seen), HOSTS[host], port, tls)
        self.port = self._servers[0].port
        name = f"[{host}]" if ":" in host else host
        secure = "s" if tls else ""
        self.endpoint = f"http{secure}://{name}:{self.port}"
        with self._lock:
            # By its address: a browser's chat library takes no other name without TLS than 127.0.0.1.
            self._machine.origin = f"ws{self._servers[0].origin.removeprefix('http')}"
            self._front.authorities = local_authorities(f"http{secure}", self.port)

    def create_participant(
        self,
        *,
        token: str | None = None,
        contact_id: str | None = None,
        participant_id: str | None = None,
        url_lifetime: float = URL_LIFETIME,
        token_lifetime: float = contract().times.connection_token,
    ) -> Participant:
        """Make a participant; what is not given is made up.

        ``url_lifetime`` and ``token_lifetime`` are the seconds from each reply to its ``ConnectionExpiry`` and
        ``Expiry``; below 0 they have passed when the reply arrives. Raises ``ValueError`` for a token that cannot be
        one, or that there is already.
        """
        with self._lock:
            return self._machine.create(
                token=token,
                contact_id=contact_id,
                participant_id=participant_id,
                url_lifetime=url_lifetime,
                token_lifetime=token_lifetime,
            )

    def answer_next(self, *answers: Answer | Reply, participant: Participant | str | None = None) -> None:
        """Answer the next requests by these, one each; those of one participant (or token) alone, if it is given.

        They go out as they are: nothing is added but what frames them. Raises ``ValueError`` for what cannot be sent.
        """
        told = [Answer(answer) if isinstance(answer, Reply) else answer for answer in answers]
        with self._lock:
            self._machine.script(*told, token=_token_of_one(participant))

    def fail_next(
        self,
        error: str = "InternalServerException",
        *,
        message: str | None = None,
        status: int | None = None,
        count: int = 1,
        participant: Participant | str | None = None,
    ) -> None:
        """Answer the next requests by an error of the service, with the status that the model has for it."""
        with self._lock:
            self._machine.script(*[Failure(error, message, status)] * count, token=_token_of_one(participant))

    def expire(self, participant: Participant | str) -> None:
        """Let the token of a participant lose its validity: from now on it is denied access."""
        with self._lock:
            self._machine.expire(_token(participant))

    def end(self, participant: Participant | str) -> None:
        """End the contact of a participant: from now on it is denied access."""
        with self._lock:
            self._machine.end(_token(participant))

    def state(self, participant: Participant | str) -> State:
        """Tell where a participant stands: ``created``, ``connected``, ``expired``, ``ended``, ``unknown``."""
        with self._lock:
            return self._machine.state(_token(participant))

    def throttle(self, per_second: float | None, *, burst: int | None = None) -> None:
        """Serve so many requests a second on the average and ``burst`` at once; ``None``: all of them."""
        with self._lock:
            self._machine.throttle = limit(per_second, burst)

    @property
    def requests(self) -> tuple[Seen, ...]:
        """The requests that arrived, in order, but for those of the control API; the last thousand."""
        with self._lock:
            return tuple(self._front.seen)

    def close(self) -> None:
        """Close the port and every connection. Safe to call twice."""
        with ExitStack() as closing:
            for server in self._servers:
                closing.callback(server.close)

    def __enter__(self) -> ParticipantService:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ParticipantService({self.endpoint})"


class _Handler:
    """Give the requests of the server's thread to the service."""

    def __init__(self, front: Front, lock: Lock, seen: Callable[[Seen], None] | None) -> None:
        self._front = front
        self._lock = lock
        self._seen = seen

    def begun(self) -> bool:
        return False

    def request(self, received: Received, respond: Respond) -> None:
        at = Moment(received.at, time.time())
        with self._lock:
            answer, seen = self._front.answer(received, at)
        if self._seen is not None and seen is not None:
            self._seen(seen)
        respond(answer)


def _listening(
    handler: _Handler, hosts: tuple[str, ...], port: int, tls: ssl.SSLContext | None, tries: int = _TRIES
) -> tuple[Server, ...]:
    """Listen on one port of every address that this machine has."""
    first = Server(handler, host=hosts[0], port=port, tls=tls)
    try:
        return (first, *[Server(handler, host=host, port=first.port, tls=tls) for host in hosts[1:]])
    except OSError as wrong:
        if wrong.errno != errno.EADDRINUSE:
            # A machine without that version of the protocol.
            return (first,)
        first.close()
        if port or tries == 1:
            raise
    return _listening(handler, hosts, port, tls, tries - 1)


def _token(participant: Participant | str) -> str:
    return participant.token if isinstance(participant, Participant) else participant


def _token_of_one(participant: Participant | str | None) -> str | None:
    return None if participant is None else _token(participant)
