"""What a check's call costs over a link, against the bare call of the same client.

What is drawn before a call and judged behind it is the same over every link, and measured with what is drawn. Owns the
servers it is compared with: the smallest that answers a request on loopback, and respx entered once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import httpx
import respx

from participant_conformance.links import CallLink
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.respx_link import RespxLink
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import USUAL_REQUEST, Subject
from participant_strategies.reply import Reply
from tests.benchmarks.interleaved import Goal, ratio, rounds

#: Calls a round: few, so that it is over before the machine has something else to do.
CALLS = 100
BODY = b"{}"
HEADERS = {"Content-Type": "application/json"}
REPLY = Reply(200, tuple(HEADERS.items()), BODY)
HOST = "https://participant.test"

LOOPBACK = Goal("a call of a check over the loopback link against the bare call of its client", 1.5)
RESPX = Goal("a call of a check over the respx link against respx entered once with the reply swapped", 1.3)


class _Smallest(asyncio.Protocol):
    """Answers whatever holds the end of a request by an empty success."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, _, body = self._data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self._data = b""
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n" + BODY
            )


@contextmanager
def smallest_server() -> Iterator[str]:
    """Give the origin of the smallest server, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(loop.create_server(_Smallest, "127.0.0.1", 0), loop).result()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Caller:
    """Offers ``call`` alone, as the reference does it."""

    implementation = Reference.implementation

    def __init__(self, reference: Reference) -> None:
        self.call = reference.call


def judging(adapter: Caller, link: Callable[[], CallLink], stack: ExitStack) -> Callable[[], None]:
    """Return an action that makes so many calls as checks do, each with a reply of its own."""
    subject = stack.enter_context(closing(Subject(adapter, link=link)))

    def judge() -> None:
        for _ in range(CALLS):
            assert subject.call(USUAL_REQUEST, REPLY).delivered == 1
        subject.release()

    return judge


def calling(adapter: Caller, endpoint: str) -> Callable[[], None]:
    """Return an action that makes as many bare calls."""

    def call() -> None:
        for _ in range(CALLS):
            adapter.call(endpoint, USUAL_REQUEST)

    return call


def swapping(adapter: Caller) -> Callable[[], None]:
    """Return an action that makes as many calls under respx, each with a reply of its own."""

    def call() -> None:
        with respx.mock(assert_all_called=False) as router:
            route = router.route(host="participant.test")
            for _ in range(CALLS):
                route.return_value = httpx.Response(200, headers=HEADERS, content=BODY)
                adapter.call(HOST, USUAL_REQUEST)

    return call


def main(number: int) -> bool:
    """Measure and print; return whether the goals are met."""
    with ExitStack() as stack:
        adapter = Caller(stack.enter_context(closing(Reference())))
        found = rounds(
            {
                "loopback": judging(adapter, LoopbackLink, stack),
                "bare": calling(adapter, stack.enter_context(smallest_server())),
            },
            number,
        )
        found |= rounds({"respx": judging(adapter, RespxLink, stack), "swapped": swapping(adapter)}, number)
    measured = {LOOPBACK: ratio(found["loopback"], found["bare"]), RESPX: ratio(found["respx"], found["swapped"])}
    for goal, value in measured.items():
        print(goal.told(value))
    return all(goal.met(value) for goal, value in measured.items())
