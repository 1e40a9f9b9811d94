"""Ten thousand connections on which something goes wrong, one server: nothing of them is left."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from participant_conformance.adapter import Implementation
from participant_conformance.links import Received
from participant_conformance.links.connection import Respond
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.server import Server
from participant_conformance.subject import USUAL_REQUEST, ImplementationHungError, Subject
from participant_strategies.deliveries import faulty_answers
from participant_strategies.delivery import Answer, FaultKind
from participant_strategies.reply import ConnectionRequest, Reply
from tests.links.raw import GET, faulty
from tests.strategies.drawing import draws

CONNECTIONS = 10_000
BATCH = 100
#: Of these a client sees no end.
ENDLESS = (FaultKind.STALL, FaultKind.DRIP, FaultKind.FLOOD)
REPLY = Reply(200, (("Content-Type", "application/json"),), b'{"ParticipantCredentials":{"ConnectionToken":"a"}}')
#: What the interpreter itself may take or give meanwhile.
OBJECTS, PAGES = 500, 4_000


class Faulty:
    """Answers the request for ``/N`` by the answer of that number."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers

    def begun(self) -> bool:
        """Wait for the whole request."""
        return False

    def request(self, received: Received, respond: Respond) -> None:
        """Respond."""
        respond(self.answers[int(received.target[1:]) % len(self.answers)])


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds."""

    descriptors: int
    threads: int
    tasks: int
    connections: int


def held(server: Server) -> Held:
    """Count, when every connection has come to its end: what drips sees at its next byte that nobody is there."""

    async def tasks() -> int:
        while server.open_connections:  # noqa: ASYNC110 - the server has nothing that tells it
            await asyncio.sleep(0.001)
        return len(asyncio.all_tasks()) - 1

    left = asyncio.run_coroutine_threadsafe(tasks(), server._loop).result(30)
    return Held(len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), left, server.open_connections)


def memory() -> tuple[int, int]:
    """Return how many objects there are, and how many pages of memory are in use."""
    gc.collect()
    return len(gc.get_objects()), int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


async def disturbed(server: Server, number: int, answer: Answer) -> int:
    """Make one request; read to the end, or leave where there is none. Return how many bytes came."""
    loop, read = asyncio.get_running_loop(), 0
    with socket.socket() as client:
        client.setblocking(False)
        try:
            await loop.sock_connect(client, (server.host, server.port))
            await loop.sock_sendall(client, GET.replace(b"/", b"/%d" % number, 1))
            fault = answer.delivery.fault
            assert fault is not None
            endless = fault.kind in ENDLESS
            while not endless or (fault.at and not read):
                if not (part := await loop.sock_recv(client, 1 << 16)):
                    break
                read += len(part)
        except ConnectionResetError:
            """As it is to be."""
    return read


async def batches(server: Server, answers: list[Answer], begin: int, end: int) -> int:
    read = 0
    for start in range(begin, end, BATCH):
        numbers = range(start, start + BATCH)
        read += sum(await asyncio.gather(*(disturbed(server, n, answers[n % len(answers)]) for n in numbers)))
    return read


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The loop of the clients."""
    with closing(asyncio.new_event_loop()) as made:
        yield made


def test_ten_thousand_faulty_connections_leave_nothing(loop: asyncio.AbstractEventLoop) -> None:
    """No descriptor, no thread, no task, no connection, and no memory that grows."""
    answers = draws(faulty_answers(REPLY), 300)
    with closing(Server(Faulty(answers))) as server:
        loop.run_until_complete(batches(server, answers, 0, BATCH))
        before = held(server)
        assert loop.run_until_complete(batches(server, answers, BATCH, CONNECTIONS // 2)) > 0
        halfway, (objects, pages) = held(server), memory()
        loop.run_until_complete(batches(server, answers, CONNECTIONS // 2, CONNECTIONS))
        after, (more_objects, more_pages) = held(server), memory()
        assert server.accepted == CONNECTIONS
    assert before == halfway == after
    assert (after.tasks, after.connections) == (0, 0)
    assert more_objects - objects < OBJECTS
    assert more_pages - pages < PAGES


def test_two_hundred_calls_that_hang_leave_nothing() -> None:
    """But the note of each: the socket of a client that is interrupted is closed, and so is our side of it."""

    class Hanging:
        implementation = Implementation(name="hanging", version="1")

        def call(self, endpoint: str, _request: ConnectionRequest) -> object:
            """Wait for a reply that does not come."""
            host, _, port = endpoint.removeprefix("http://").partition(":")
            # The limit may strike anywhere: what connects is closed by the same ``with``.
            with socket.socket() as client:
                client.connect((host, int(port)))
                client.sendall(GET)
                return client.recv(1)

    link = LoopbackLink()
    with closing(Subject(Hanging(), link=lambda: link, time_limit=0.03)) as judged:
        before: Held | None = None
        for _ in range(200):
            with pytest.raises(ImplementationHungError):
                judged.call(USUAL_REQUEST, faulty(FaultKind.STALL))
            before = before or held(link.server)
        assert held(link.server) == before
        assert len(judged.abandoned) == 200
