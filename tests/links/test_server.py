"""What goes out on real sockets, byte by byte: every framing, every fault, and what becomes of the connection."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import pytest
import trustme

from participant_conformance.links import LinkError, Received, check_link
from participant_conformance.links import server as module
from participant_conformance.links.connection import Respond
from participant_conformance.links.loopback import Loopback6Link, LoopbackLink
from participant_conformance.links.server import Server
from participant_strategies.delivery import OTHER_ORIGIN, Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.reply import Reply
from tests.links.raw import (
    CLOSING,
    GET,
    OK,
    PATIENCE,
    PLAIN,
    RESET,
    answered,
    connected,
    exactly,
    faulty,
    settled,
    to_the_end,
)

BEGIN = b"HTTP/1.1 200 \r\nA: b\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.fixture
def link() -> Iterator[LoopbackLink]:
    """A link that is closed after the test."""
    with closing(LoopbackLink()) as made:
        yield made


# What goes out

DELIVERIES = {
    "length": (Delivery(), PLAIN),
    "not-kept": (Delivery(persistent=False), CLOSING),
    "close": (Delivery(framing=Framing.CLOSE), BEGIN + b"Connection: close\r\n\r\n{}"),
    "chunked": (Delivery(framing=Framing.CHUNKED), BEGIN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    "chunks": (
        Delivery(framing=Framing.CHUNKED, chunk=1, extension=";a=b", trailer="X-A: b"),
        BEGIN + b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1;a=b\r\n}\r\n0;a=b\r\nX-A: b\r\n\r\n",
    ),
    "interim": (Delivery(interim=(102, 100)), b"HTTP/1.1 102 \r\n\r\nHTTP/1.1 100 \r\n\r\n" + PLAIN),
    "spaces": (
        Delivery(before="\t ", behind="  "),
        b"HTTP/1.1 200 \r\nA:\t b  \r\nContent-Length: 2\r\n\r\n{}",
    ),
    "no-space": (Delivery(before=""), b"HTTP/1.1 200 \r\nA:b\r\nContent-Length: 2\r\n\r\n{}"),
    "pause": (Delivery(pause=0.01), PLAIN),
    "pause-and-close": (Delivery(pause=0.01, persistent=False), CLOSING),
}


@pytest.mark.parametrize(("delivery", "expected"), DELIVERIES.values(), ids=DELIVERIES)
def test_a_reply_goes_out_as_its_delivery_says(link: LoopbackLink, delivery: Delivery, expected: bytes) -> None:
    """Byte by byte; the client asks for no more, so that the end of the connection is the end of the reply."""
    exchange = link.serve(Answer(OK, delivery))
    assert answered(link, LAST) == expected
    assert exchange.delivered == 1


def test_a_coded_body_goes_out_with_its_coding(link: LoopbackLink) -> None:
    """And decodes to what was served."""
    link.serve(Answer(OK, Delivery(coding="gzip")))
    head, _, body = answered(link, LAST).partition(b"\r\n\r\n")
    assert b"\r\nContent-Encoding: gzip\r\n" in head
    assert gzip.decompress(body) == b"{}"


FAULTS = {
    "cut-at-once": (faulty(FaultKind.CUT), b""),
    "cut-in-head": (faulty(FaultKind.CUT, 9), b"HTTP/1.1 "),
    "cut-in-body": (faulty(FaultKind.CUT, len(CLOSING) - 1), CLOSING[:-1]),
    "reset-at-once": (faulty(FaultKind.RESET), RESET),
    "reset-in-body": (faulty(FaultKind.RESET, len(CLOSING) - 1), CLOSING[:-1] + RESET),
    "extra": (faulty(FaultKind.EXTRA, by=3), CLOSING + b"xxx"),
    "length-more": (faulty(FaultKind.LENGTH, by=1), CLOSING.replace(b"Length: 2", b"Length: 3")),
    "length-less": (faulty(FaultKind.LENGTH, by=-1), CLOSING.replace(b"Length: 2", b"Length: 1")),
    "chunk-size": (
        Answer(OK, Delivery(framing=Framing.CHUNKED, chunk=1, fault=Fault(FaultKind.CHUNK_SIZE, 1))),
        BEGIN + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\n{\r\nwrong\r\n}\r\n0\r\n\r\n",
    ),
    "chunk-end": (
        Answer(OK, Delivery(framing=Framing.CHUNKED, fault=Fault(FaultKind.CHUNK_END))),
        BEGIN + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}##0\r\n\r\n",
    ),
    "pause-and-cut": (Answer(OK, Delivery(pause=0.01, fault=Fault(FaultKind.CUT, 4))), b"HTTP"),
    "pause-and-reset": (Answer(OK, Delivery(pause=0.01, fault=Fault(FaultKind.RESET, 4))), b"HTTP" + RESET),
}


@pytest.mark.parametrize(("answer", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_happens_where_it_is_to_happen(link: LoopbackLink, answer: Answer, expected: bytes) -> None:
    """The link ends the connection, by a close or a reset; only what arrived whole is counted."""
    exchange = link.serve(answer)
    assert answered(link, GET) == expected
    assert exchange.delivered == answer.whole
    assert len(exchange.received) == 1


def test_a_reset_waits_for_what_the_client_has_not_read_yet(link: LoopbackLink) -> None:
    """More goes out before it than any buffer between holds."""
    body = b"a" * 20_000_000
    link.serve(Answer(Reply(200, (), body), Delivery(fault=Fault(FaultKind.RESET, len(body)))))
    with connected(link) as connection:
        connection.sendall(GET)
        # The last of it may be lost with the reset, as on any network.
        assert len(to_the_end(connection)) > len(body) / 2


def test_a_stalled_reply_keeps_the_connection_open(link: LoopbackLink) -> None:
    """What came, came; then there is nothing, and no end."""
    link.serve(faulty(FaultKind.STALL, 9))
    with connected(link) as connection:
        connection.sendall(GET)
        assert exactly(connection, 9) == b"HTTP/1.1 "
        assert settled(link) == 1
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)


def test_a_reply_that_drips_arrives_whole_and_keeps_the_connection(link: LoopbackLink) -> None:
    """Byte by byte; the next request is answered on the same connection."""
    exchange = link.serve(faulty(FaultKind.DRIP, len(PLAIN) - 3, seconds=0.001), OK)
    with connected(link) as connection:
        connection.sendall(GET)
        assert exactly(connection, len(PLAIN)) == PLAIN
        connection.sendall(LAST)
        assert to_the_end(connection) == PLAIN
    assert (exchange.delivered, {one.connection for one in exchange.received}) == (2, {1})


def test_a_reply_that_drips_may_end_the_connection(link: LoopbackLink) -> None:
    """Where its framing says so."""
    link.serve(Answer(OK, Delivery(framing=Framing.CLOSE, fault=Fault(FaultKind.DRIP, 9, seconds=0.0001))))
    assert answered(link, GET) == BEGIN + b"Connection: close\r\n\r\n{}"


def test_a_flood_does_not_end(link: LoopbackLink) -> None:
    """There is more of it than of any reply."""
    link.serve(faulty(FaultKind.FLOOD, 9))
    with connected(link) as connection:
        connection.sendall(GET)
        assert exactly(connection, 500_000) == b"HTTP/1.1 " + b"a" * 499_991


def test_a_flood_waits_for_who_does_not_read(link: LoopbackLink) -> None:
    """What is on its way stays within a buffer or two."""
    link.serve(faulty(FaultKind.FLOOD))
    with connected(link) as connection:
        connection.sendall(GET)
        exactly(connection, 1)
        assert settled(link) == 1
        (flooded,) = link.server._connections
        assert flooded._transport.get_write_buffer_size() <= 65_536


# Which answer


def test_answers_are_given_in_sequence_and_the_last_one_again(link: LoopbackLink) -> None:
    """One a request, whatever the connection."""
    link.serve(*(Reply(status, (), b"") for status in (500, 503, 200)))
    assert [answered(link, LAST)[9:12] for _ in range(4)] == [b"500", b"503", b"200", b"200"]


def test_who_bears_a_token_of_its_own_gets_the_answer_of_its_own(link: LoopbackLink) -> None:
    """That uses up none of the others."""
    link.serve(Reply(500, (), b""), Reply(200, (), b""), own={"t": Reply(403, (), b"")})
    bearing = LAST.replace(b"Host: a", b"Host: a\r\nX-Amz-Bearer: t")
    assert [answered(link, one)[9:12] for one in (bearing, LAST, bearing, LAST)] == [b"403", b"500", b"403", b"200"]


def test_requests_that_are_awaited_together_are_answered_when_all_are_there(link: LoopbackLink) -> None:
    """Not before; nobody has its answer while one is missing."""
    exchange = link.serve(OK, together=2)
    with connected(link) as first, connected(link) as second:
        first.sendall(LAST)
        second.sendall(LAST)
        assert (to_the_end(first), to_the_end(second)) == (PLAIN, PLAIN)
    assert exchange.delivered == 2


def test_a_request_whose_company_does_not_come_is_answered_all_the_same(link: LoopbackLink) -> None:
    """After a while."""
    link.serve(OK, together=2)
    assert answered(link, LAST) == PLAIN


def test_three_requests_are_awaited_as_well_as_two(link: LoopbackLink) -> None:
    """The second one is not the last one."""
    exchange = link.serve(OK, together=3)
    with connected(link) as first, connected(link) as second, connected(link) as third:
        for connection in (first, second, third):
            connection.sendall(LAST)
        assert [to_the_end(connection) for connection in (first, second, third)] == [PLAIN] * 3
    assert exchange.delivered == 3


def test_a_free_connection_stays_where_one_at_work_is_dropped(link: LoopbackLink) -> None:
    """Only who is in the way goes."""
    link.serve(OK, faulty(FaultKind.STALL))
    with connected(link) as free, connected(link) as stalled:
        free.sendall(GET)
        assert exactly(free, len(PLAIN)) == PLAIN
        stalled.sendall(GET)
        assert settled(link) == 2
        link.serve(OK)
        assert settled(link) == 1
        free.sendall(LAST)
        assert to_the_end(free) == PLAIN


def test_a_redirect_leads_to_the_other_origin_which_records(link: LoopbackLink) -> None:
    """Its address stands where the placeholder stood, also in an answer of one's own."""
    moved = Reply(307, (("Location", f"{OTHER_ORIGIN}/b"),), b"")
    exchange = link.serve(moved, own={"t": moved})
    head = answered(link, LAST).decode("ascii")
    place = head.partition("Location: http://")[2].partition("\r\n")[0]
    host, _, path = place.partition("/")
    assert host != f"127.0.0.1:{link.port}"
    assert exchange.own["t"].reply.headers == (("Location", f"http://{place}"),)
    with closing(http.client.HTTPConnection(host, timeout=PATIENCE)) as client:
        client.request("POST", f"/{path}")
        assert client.getresponse().read() == b"{}"
    assert [received.target for received in exchange.elsewhere] == ["/b"]
    assert len(exchange.received) == 1


def test_the_other_origin_serves_before_anything_else_does(link: LoopbackLink) -> None:
    """It is made once, and closed with the link."""
    moved = Reply(307, (("Location", OTHER_ORIGIN),), b"")
    first, second = link.serve(moved), link.serve(moved)
    assert first.answers == second.answers


# Early answers


BODY_TO_COME = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"


@pytest.mark.parametrize("rest", [b"", b"123", b"123456789"], ids=["none", "some", "all"])
def test_an_early_answer_does_not_wait_for_the_body(link: LoopbackLink, rest: bytes) -> None:
    """It says that the connection ends; the rest of the request is taken, so that the answer is not lost by a reset."""
    exchange = link.serve(Answer(OK, Delivery(early=True)))
    with connected(link) as connection:
        connection.sendall(BODY_TO_COME)
        assert exactly(connection, len(CLOSING)) == CLOSING
        connection.sendall(rest)
        assert to_the_end(connection) == b""
    assert [(received.method, received.body) for received in exchange.received] == [("POST", b"")]


def test_an_early_answer_is_read_by_a_client_that_sends_on(link: LoopbackLink) -> None:
    """More than any buffer holds."""
    link.serve(Answer(OK, Delivery(early=True)))
    with connected(link) as connection:
        connection.sendall(BODY_TO_COME.replace(b"9", b"5000000") + b"a" * 5_000_000)
        assert to_the_end(connection) == CLOSING


def test_who_has_closed_its_half_gets_an_early_answer(link: LoopbackLink) -> None:
    """And then the end."""
    link.serve(Answer(OK, Delivery(early=True, pause=0.05)))
    with connected(link) as connection:
        connection.sendall(BODY_TO_COME)
        connection.shutdown(socket.SHUT_WR)
        assert to_the_end(connection) == CLOSING


# One call after the other


def test_a_connection_that_is_free_is_kept_over_exchanges(link: LoopbackLink) -> None:
    """Thousands of calls, one connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", link.port, timeout=PATIENCE)) as connection:
        for _ in range(300):
            exchange = link.serve(OK)
            connection.request("POST", "/", b"{}")
            assert connection.getresponse().read() == b"{}"
            assert [received.connection for received in exchange.received] == [1]


AT_WORK: dict[str, tuple[Answer, bytes]] = {
    "stall": (faulty(FaultKind.STALL, 4), GET),
    "flood": (faulty(FaultKind.FLOOD, 4), GET),
    "drip": (faulty(FaultKind.DRIP, 4, seconds=20.0), GET),
    "pause": (Answer(OK, Delivery(pause=20.0, interim=(102,))), GET),
    "early": (Answer(OK, Delivery(early=True)), BODY_TO_COME),
    "half-a-request": (Answer(OK), GET[:-4]),
    "bytes-behind": (Answer(OK), GET + b"}"),
}


@pytest.mark.parametrize(("answer", "sent"), AT_WORK.values(), ids=AT_WORK)
def test_what_is_at_work_is_dropped_when_the_next_call_is_served(
    link: LoopbackLink, answer: Answer, sent: bytes
) -> None:
    """So that nothing of a call before, which was given up, is taken for the next one."""
    link.serve(answer)
    with connected(link) as connection:
        connection.sendall(sent)
        assert settled(link) == 1
        exchange = link.serve(OK)
        assert settled(link) == 0
        assert exchange.received == []


def test_requests_that_wait_for_company_are_dropped_too(link: LoopbackLink) -> None:
    """The next exchange does not count them."""
    link.serve(OK, together=5)
    with connected(link) as connection:
        connection.sendall(GET)
        assert settled(link) == 1
        link.serve(OK, together=2)
        assert to_the_end(connection) in (b"", RESET)
        assert answered(link, LAST) == PLAIN


@pytest.mark.parametrize("kind", FaultKind)
def test_the_call_behind_a_fault_is_not_disturbed(link: LoopbackLink, kind: FaultKind) -> None:
    """A client that keeps its connections gets the next reply, whatever went wrong before, and however far it read."""
    answer = faulty(kind, 30, by=2, seconds=0.0001)
    if kind in (FaultKind.CHUNK_SIZE, FaultKind.CHUNK_END):
        answer = Answer(OK, Delivery(framing=Framing.CHUNKED, fault=Fault(kind)))
    with closing(http.client.HTTPConnection("127.0.0.1", link.port, timeout=0.2)) as client:
        for _ in range(3):
            link.serve(answer)
            try:
                client.request("POST", "/", b"{}")
                client.getresponse().read(1000)
            except (OSError, http.client.HTTPException):
                client.close()
            exchange = link.serve(OK)
            client.request("POST", "/", b"{}")
            assert client.getresponse().read() == b"{}"
            assert [received.problem for received in exchange.received] == [""]


# Clients that leave


LEAVING: dict[str, Callable[[socket.socket], None]] = {
    "close": socket.socket.close,
    "half": lambda connection: connection.shutdown(socket.SHUT_WR),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
@pytest.mark.parametrize("kind", [FaultKind.STALL, FaultKind.FLOOD])
def test_what_has_no_end_ends_when_the_client_leaves(
    link: LoopbackLink, kind: FaultKind, leave: Callable[[socket.socket], None]
) -> None:
    """Nothing of it is left; who closes its half waits for nothing that will come."""
    link.serve(faulty(kind, 4))
    with connected(link) as connection:
        connection.sendall(GET)
        exactly(connection, 4)
        leave(connection)
        if kind is FaultKind.FLOOD and connection.fileno() >= 0:
            connection.close()
        while settled(link):
            """A flood finds out when it writes."""


def test_who_has_closed_its_half_before_a_stall_is_let_go(link: LoopbackLink) -> None:
    """It is known to send nothing more."""
    link.serve(Answer(OK, Delivery(pause=0.05, fault=Fault(FaultKind.STALL, 4))))
    with connected(link) as connection:
        connection.sendall(GET)
        connection.shutdown(socket.SHUT_WR)
        assert to_the_end(connection) == b"HTTP"


def test_an_answer_to_who_has_left_goes_nowhere(link: LoopbackLink) -> None:
    """It comes too late, and nobody minds."""
    exchange = link.serve(OK, together=2)
    with connected(link) as connection:
        connection.sendall(GET)
        assert settled(link) == 1
    assert answered(link, LAST) == PLAIN
    assert exchange.received[0].method == "GET"


def test_a_client_that_asks_to_go_on_between_two_requests_gets_it_in_turn(link: LoopbackLink) -> None:
    """Behind the reply to the first one."""
    link.serve(OK)
    expecting = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    with connected(link) as connection:
        connection.sendall(GET + expecting)
        assert exactly(connection, len(PLAIN) + 25) == PLAIN + b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"a")
        assert to_the_end(connection) == PLAIN


def test_bytes_behind_the_last_request_are_recorded_before_a_reply_that_takes_time(link: LoopbackLink) -> None:
    """Who has the first byte of it finds them."""
    exchange = link.serve(faulty(FaultKind.STALL, 4))
    with connected(link) as connection:
        connection.sendall(GET + b"X: y")
        assert exactly(connection, 4) == b"HTTP"
        assert [received.head for received in exchange.received] == [GET[:-4], b"X: y"]


# IPv6


def six() -> Loopback6Link:
    """Return a link on ::1, or skip."""
    try:
        check_link("loopback6")
    except LinkError as missing:
        pytest.skip(str(missing))
    return Loopback6Link()


def test_the_link_serves_on_ipv6() -> None:
    """The endpoint names the address as RFC 3986 wants it."""
    with closing(six()) as link:
        exchange = link.serve(OK, path="/a")
        assert exchange.endpoint == f"http://[::1]:{link.port}/a"
        assert answered(link, LAST) == PLAIN


def test_a_machine_without_ipv6_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, before anything is judged."""

    def refused(*_arguments: object) -> None:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(socket.socket, "bind", refused, raising=False)
    with pytest.raises(LinkError, match=r"^the link loopback6 needs ::1, and there is none here: Cannot assign"):
        check_link("loopback6")


@pytest.mark.parametrize("name", ["loopback", "respx"])
def test_other_links_are_there_on_any_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked at."""
    monkeypatch.delattr(socket, "AF_INET6")
    check_link(name)


# A server of one's own


class Scripted:
    """Responds by a function."""

    def __init__(self, answer: Callable[[Received, Respond], None]) -> None:
        self._answer = answer

    def begun(self) -> bool:
        """Wait for the whole request."""
        return False

    def request(self, received: Received, respond: Respond) -> None:
        """Respond."""
        self._answer(received, respond)


def answers(_received: Received, respond: Respond) -> None:
    respond(Answer(OK))


def fails(_received: Received, _respond: Respond) -> None:
    raise ValueError("mine")


def _nowhere(_answer: Answer) -> None:
    """Send nothing."""


def ask(server: Server) -> bytes:
    """Return what a server answers to one request."""
    with socket.create_connection((server.host, server.port), PATIENCE) as connection:
        connection.sendall(LAST)
        return to_the_end(connection)


def test_a_handler_that_raises_drops_the_connection_and_is_told() -> None:
    """To who uses the server, once; the server goes on."""
    with closing(Server(Scripted(fails))) as server:
        assert ask(server) in (b"", RESET)
        with pytest.raises(LinkError, match=r"^the server on loopback failed: ValueError: mine$") as told:
            server.check()
        assert isinstance(told.value.__cause__, ValueError)
        server.check()
        server.handler = Scripted(answers)
        assert ask(server) == PLAIN


def test_what_was_not_told_is_told_when_the_server_closes() -> None:
    """It is not lost."""
    server = Server(Scripted(fails))
    ask(server)
    with pytest.raises(LinkError, match="ValueError: mine"):
        server.close()
    server.close()


def test_a_fault_in_what_takes_time_is_told_too() -> None:
    """There is no task whose exception nobody sees."""
    seen: list[Received] = []

    def later(received: Received, respond: Respond) -> None:
        seen.append(received)
        if len(seen) > 1:
            raise ValueError("second")
        respond(Answer(OK, Delivery(pause=0.01)))

    with closing(Server(Scripted(later))) as server:
        with socket.create_connection((server.host, server.port), PATIENCE) as connection:
            connection.sendall(GET + LAST)
            assert to_the_end(connection) in (PLAIN, b"", RESET)
        with pytest.raises(LinkError, match="second"):
            server.check()


def test_steps_that_cannot_be_played_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As any other fault of ours."""
    from participant_conformance.links import connection

    monkeypatch.setattr(connection, "_FLOOD_PAUSE", None)
    with closing(LoopbackLink()) as link:
        link.serve(faulty(FaultKind.FLOOD))
        answered(link, GET)
        with pytest.raises(LinkError, match="TypeError"):
            link.serve(OK)


def test_what_the_event_loop_tells_is_told() -> None:
    """It has no other place to go."""
    with closing(Server(Scripted(answers))) as server:
        server._loop.call_soon_threadsafe(partial(fails, Received(), _nowhere))
        assert ask(server) == PLAIN
        with pytest.raises(LinkError, match="ValueError: mine"):
            server.check()
        server._loop.call_soon_threadsafe(server._loop.call_exception_handler, {"message": "no exception"})
        assert ask(server) == PLAIN
        with pytest.raises(LinkError, match="RuntimeError: no exception"):
            server.check()


def test_a_server_whose_thread_has_ended_says_so(link: LoopbackLink) -> None:
    """The next call has one clear error, and closing does not wait."""
    link.serve(OK)

    def ends() -> None:
        raise SystemExit("ended")

    link.server._loop.call_soon_threadsafe(ends)
    link.server._thread.join(PATIENCE)
    with pytest.raises(LinkError, match="SystemExit: ended"):
        link.serve(OK)
    with pytest.raises(LinkError, match=r"^the server on loopback has ended$"):
        link.serve(OK)


def test_a_server_that_cannot_end_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing does not wait for ever."""
    entered, release = threading.Event(), threading.Event()

    def blocks(_received: Received, _respond: Respond) -> None:
        entered.set()
        release.wait(PATIENCE)

    server = Server(Scripted(blocks))
    with socket.create_connection((server.host, server.port), PATIENCE) as connection:
        connection.sendall(GET)
        entered.wait(PATIENCE)
        monkeypatch.setattr(module, "_CLOSING_TIMEOUT", 0.1)
        with pytest.raises(LinkError, match=r"TimeoutError: it did not end within 0\.1 s"):
            server.close()
    release.set()
    monkeypatch.setattr(module, "_CLOSING_TIMEOUT", PATIENCE)
    server.close()
    assert not server._thread.is_alive()


def test_a_port_that_is_taken_cannot_be_had() -> None:
    """The system's own error, and no thread stays."""
    before = threading.active_count()
    with closing(Server(Scripted(answers))) as server:
        with pytest.raises(OSError, match="ddress already in use"):
            Server(Scripted(answers), port=server.port)
        assert threading.active_count() == before + 1


def test_a_link_without_a_port_is_an_error_of_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the address and the reason."""

    async def refused(*_arguments: object, **_options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "create_server", refused)
    with pytest.raises(LinkError, match=r"^no port of 127\.0\.0\.1 can be had: Operation not permitted$"):
        LoopbackLink()


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority of this module's own."""
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Server]:
    """A server over TLS, whose handler a test chooses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with closing(Server(Scripted(answers), tls=context)) as server:
        yield server


def asked_securely(server: Server, authority: trustme.CA, *, half: bool = False) -> bytes:
    """Return what comes back over TLS."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with (
        socket.create_connection((server.host, server.port), PATIENCE) as plain,
        # An end that TLS was not told of is told as an error: so is a reset.
        context.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as connection,
    ):
        connection.sendall(LAST)
        if half:
            socket.socket.shutdown(connection, socket.SHUT_WR)
        return to_the_end(connection)


def test_a_server_speaks_tls(secure: Server, authority: trustme.CA) -> None:
    """The same bytes, and the origin says so."""
    assert secure.origin == f"https://127.0.0.1:{secure.port}"
    assert asked_securely(secure, authority) == PLAIN


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (faulty(FaultKind.CUT, 9), b"HTTP/1.1 "),
        (faulty(FaultKind.RESET, 9), b"HTTP/1.1 " + RESET),
        (Answer(OK, Delivery(early=True)), CLOSING),
    ],
    ids=["cut", "reset", "early"],
)
def test_faults_happen_over_tls_too(secure: Server, authority: trustme.CA, answer: Answer, expected: bytes) -> None:
    """The plain bytes are those of a plain connection."""
    secure.handler = Scripted(lambda _received, respond: respond(answer))
    assert asked_securely(secure, authority) == expected


def test_who_leaves_over_tls_leaves_nothing_to_be_warned_of(
    secure: Server, authority: trustme.CA, caplog: pytest.LogCaptureFixture
) -> None:
    """TLS has no halves: there it is the end."""
    secure.handler = Scripted(lambda _received, respond: respond(Answer(OK, Delivery(pause=0.1))))
    assert asked_securely(secure, authority, half=True) in (b"", RESET)
    assert not caplog.records


def test_a_server_closes_while_a_handshake_waits(secure: Server) -> None:
    """Whoever says nothing does not hold it up."""
    with socket.create_connection((secure.host, secure.port), PATIENCE) as silent:
        with socket.create_connection((secure.host, secure.port), PATIENCE) as wrong:
            wrong.sendall(GET)
            to_the_end(wrong)
        secure.close()
        assert to_the_end(silent) in (b"", RESET)
