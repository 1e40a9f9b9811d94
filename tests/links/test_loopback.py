"""The loopback link on real sockets: what goes out is what was drawn, what comes in is kept byte by byte."""

from __future__ import annotations

import asyncio
import gc
import http.client
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from participant_conformance.links import LinkError, Received
from participant_conformance.links.loopback import LoopbackLink
from participant_strategies.reply import Reply

OK = Reply(200, (), b"{}")
#: The smallest request that h11 takes.
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 30.0


@pytest.fixture
def link() -> Iterator[LoopbackLink]:
    """A link that is closed after the test."""
    with closing(LoopbackLink()) as made:
        yield made


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client that keeps its connections."""
    with httpx.Client(trust_env=False, timeout=PATIENCE) as made:
        yield made


@contextmanager
def connected(link: LoopbackLink) -> Iterator[socket.socket]:
    """Open a connection to the link."""
    with socket.create_connection(("127.0.0.1", link.port), PATIENCE) as connection:
        yield connection


def sent(link: LoopbackLink, *parts: bytes) -> bytes:
    """Send the parts and then nothing more; return all that comes back until the link has closed, too."""
    with connected(link) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Read until the bytes end like this."""
    data = b""
    while not data.endswith(end):
        part = connection.recv(1 << 16)
        assert part, f"closed after {data!r}"
        data += part
    return data


# What goes out


def test_the_reply_goes_out_byte_by_byte(link: LoopbackLink) -> None:
    """Header names keep their case and their duplicates, values are Latin-1; only the length is added."""
    headers = (("X-Amzn-ErrorType", "a#B:http://c/"), ("x-amzn-errortype", ""), ("X-L", "\u00e9\u00ff"), ("X-L", "b"))
    link.serve(Reply(403, headers, b'{"Message":"a"}'))
    assert sent(link, GET) == (
        b"HTTP/1.1 403 \r\nX-Amzn-ErrorType: a#B:http://c/\r\nx-amzn-errortype: \r\nX-L: \xe9\xff\r\nX-L: b\r\n"
        b'Content-Length: 15\r\n\r\n{"Message":"a"}'
    )


@pytest.mark.parametrize("name", ["Content-Length", "content-length", "Transfer-Encoding", "CONNECTION"])
def test_framing_is_the_links_own(link: LoopbackLink, name: str) -> None:
    """A reply that was drawn with a wrong length arrives with the right one."""
    link.serve(Reply(200, ((name, "999"), ("A", "b")), b"{}"))
    assert sent(link, GET) == b"HTTP/1.1 200 \r\nA: b\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("body", [b"", b"{}"], ids=["empty", "body"])
def test_a_status_without_a_body_has_none(link: LoopbackLink, status: int, body: bytes) -> None:
    """Nor a length: such a reply ends with its headers."""
    link.serve(Reply(status, (("A", "b"),), body))
    assert sent(link, GET) == b"HTTP/1.1 %d \r\nA: b\r\n\r\n" % status


def test_an_empty_body_has_the_length_zero(link: LoopbackLink) -> None:
    """The reply is whole without it."""
    link.serve(Reply(200, (), b""))
    assert sent(link, GET) == b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("status", [200, 299, 400, 429, 499, 500, 503, 599])
def test_every_status_goes_out_as_it_is(link: LoopbackLink, client: httpx.Client, status: int) -> None:
    """Those that have no name, too."""
    assert client.post(link.serve(Reply(status, (), b"{}")).endpoint).status_code == status


def test_a_large_body_arrives_whole(link: LoopbackLink, client: httpx.Client) -> None:
    """Larger than any buffer between."""
    body = bytes(range(256)) * 20_000
    assert client.post(link.serve(Reply(200, (), body)).endpoint).content == body


def test_the_last_reply_served_answers(link: LoopbackLink, client: httpx.Client) -> None:
    """Every request, until the next one is served."""
    link.serve(Reply(200, (), b"first"))
    endpoint = link.serve(Reply(200, (), b"second")).endpoint
    assert [client.post(endpoint).content for _ in range(2)] == [b"second", b"second"]


def test_before_anything_is_served_the_link_says_so(link: LoopbackLink) -> None:
    """By a status that nobody takes for an answer of the service."""
    assert sent(link, GET) == b"HTTP/1.1 503 \r\nContent-Length: 17\r\n\r\nnothing is served"


def test_a_malformed_request_is_refused_before_anything_is_served(link: LoopbackLink) -> None:
    """There is no record that it could stand in."""
    assert sent(link, b"NONSENSE\r\n\r\n").startswith(b"HTTP/1.1 400 ")


# What comes in


def test_a_request_is_kept_as_it_arrived(link: LoopbackLink) -> None:
    """Method, target, headers in order with their case and duplicates, body, and the bytes of the head."""
    head = (
        b"POST /a//b%2F?c=d&c HTTP/1.1\r\nHost: a\r\nX-Amz-Bearer: t\r\nx-amz-bearer:  u \r\nX-L: \xe9\r\n"
        b"Content-Length: 4"
    )
    exchange = link.serve(OK)
    sent(link, head + b"\r\n\r\n{}\r\n")
    assert exchange.received == [
        Received(
            method="POST",
            target="/a//b%2F?c=d&c",
            headers=(
                ("Host", "a"),
                ("X-Amz-Bearer", "t"),
                ("x-amz-bearer", "u"),
                ("X-L", "\u00e9"),
                ("Content-Length", "4"),
            ),
            body=b"{}\r\n",
            head=head,
        )
    ]


@pytest.mark.parametrize("path", ["", "/", "/a", "/a/", "/a/b~-"])
def test_the_path_is_part_of_the_endpoint(link: LoopbackLink, path: str) -> None:
    """As it was given."""
    assert link.serve(OK, path=path).endpoint == f"http://127.0.0.1:{link.port}{path}"


def test_a_request_may_arrive_byte_by_byte(link: LoopbackLink) -> None:
    """It is one request all the same."""
    exchange = link.serve(OK)
    request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
    sent(link, *(bytes([byte]) for byte in request))
    assert [(received.body, received.head) for received in exchange.received] == [(b"{}", request[:-6])]


def test_a_chunked_body_is_put_together(link: LoopbackLink) -> None:
    """The chunks are framing, not content."""
    exchange = link.serve(OK)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
    sent(link, head + b"\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
    assert [(received.body, received.head) for received in exchange.received] == [(b"{}", head)]


def test_a_large_request_body_arrives_whole(link: LoopbackLink, client: httpx.Client) -> None:
    """Larger than any buffer between."""
    exchange, body = link.serve(OK), bytes(range(256)) * 20_000
    client.post(exchange.endpoint, content=body)
    assert exchange.received[0].body == body


def test_who_asks_before_sending_the_body_is_told_to_go_on(link: LoopbackLink) -> None:
    """Expect: 100-continue, RFC 9110, section 10.1.1."""
    exchange = link.serve(OK)
    with connected(link) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert read_until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"[]")
        assert read_until(connection, b"{}").startswith(b"HTTP/1.1 200 ")
    assert [received.body for received in exchange.received] == [b"[]"]


def test_a_request_belongs_to_the_exchange_that_was_served_when_it_ended(
    link: LoopbackLink, client: httpx.Client
) -> None:
    """The one before keeps what it has."""
    first = link.serve(OK)
    client.post(first.endpoint)
    second = link.serve(OK)
    client.post(second.endpoint)
    client.post(second.endpoint)
    assert (len(first.received), len(second.received)) == (1, 2)


def test_replies_that_went_out_are_counted(link: LoopbackLink, client: httpx.Client) -> None:
    """Who has the reply finds it counted."""
    exchange = link.serve(OK)
    counted = [client.post(exchange.endpoint) and exchange.delivered for _ in range(3)]
    assert counted == [1, 2, 3]


def test_the_link_sees_bytes(link: LoopbackLink) -> None:
    """Checks that need them are offered through it."""
    assert link.raw_bytes


# What is no HTTP

MALFORMED = {
    "nonsense": b"NONSENSE\r\n\r\n",
    "no-host": b"GET / HTTP/1.1\r\n\r\n",
    "nul-in-header": b"GET / HTTP/1.1\r\nHost: a\r\nX-Amz-Bearer: a\0b\r\n\r\n",
    "line-without-colon": b"GET / HTTP/1.1\r\nHost: a\r\nX-Amz-Bearer: a\r\nb\r\n\r\n",
    "wrong-length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n{}",
    "wrong-chunk": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "endless-head": b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"a" * (1 << 20),
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_kept_with_its_bytes_and_its_problem(link: LoopbackLink, request_bytes: bytes) -> None:
    """It is answered by a 400 that was never drawn, and counts as no delivery."""
    exchange = link.serve(OK)
    answer = sent(link, request_bytes)
    (received,) = exchange.received
    assert answer == b"HTTP/1.1 400 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    assert received == Received(head=request_bytes, problem=received.problem)
    assert received.problem
    assert exchange.delivered == 0


def test_a_malformed_request_behind_a_good_one_is_kept_with_its_own_bytes(link: LoopbackLink) -> None:
    """A header that was torn apart leaves its second half there: that is the evidence."""
    exchange = link.serve(OK)
    answer = sent(link, GET + b"X-Injected: b\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 400 ")
    assert [received.head for received in exchange.received] == [GET[:-4], b"X-Injected: b\r\n\r\n"]


def test_bytes_behind_the_last_request_are_kept(link: LoopbackLink, caplog: pytest.LogCaptureFixture) -> None:
    """Also where the client had said that nothing would follow: then there is nothing more to answer."""
    exchange = link.serve(OK)
    answer = sent(link, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nX-Injected: b\r\n\r\n")
    assert answer.count(b"HTTP/1.1") == 1
    assert [received.head for received in exchange.received][1:] == [b"X-Injected: b\r\n\r\n"]
    assert not caplog.records


# Connections


def test_a_client_keeps_its_connection(link: LoopbackLink, client: httpx.Client) -> None:
    """Many requests, one connection."""
    endpoint = link.serve(OK).endpoint
    ports = {client.post(endpoint).extensions["network_stream"].get_extra_info("client_addr")[1] for _ in range(5)}
    assert len(ports) == 1


def test_a_connection_outlives_an_exchange(link: LoopbackLink) -> None:
    """A run serves thousands of replies, one after the other."""
    with closing(http.client.HTTPConnection("127.0.0.1", link.port, timeout=PATIENCE)) as connection:
        bodies = []
        for body in (b"first", b"second"):
            link.serve(Reply(200, (), body))
            connection.request("POST", "/")
            bodies.append(connection.getresponse().read())
    assert bodies == [b"first", b"second"]


def test_requests_that_are_sent_at_once_are_answered_in_turn(link: LoopbackLink) -> None:
    """Each is kept with its own head."""
    exchange = link.serve(OK)
    second = GET.replace(b"/", b"/b", 1)
    assert sent(link, GET + second).count(b"HTTP/1.1 200 ") == 2
    assert [received.head for received in exchange.received] == [GET[:-4], second[:-4]]


def test_two_clients_do_not_disturb_each_other(link: LoopbackLink) -> None:
    """One that is slow holds up nobody."""
    exchange = link.serve(OK)
    with connected(link) as slow, connected(link) as quick:
        slow.sendall(GET[:10])
        quick.sendall(GET)
        read_until(quick, b"{}")
        slow.sendall(GET[10:])
        read_until(slow, b"{}")
    assert [received.head for received in exchange.received] == [GET[:-4], GET[:-4]]


@pytest.mark.parametrize(
    "request_bytes",
    [b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"],
    ids=["connection-close", "http-1.0"],
)
def test_a_client_that_wants_no_more_is_let_go(link: LoopbackLink, request_bytes: bytes) -> None:
    """The link closes first; the client need not."""
    link.serve(OK)
    with connected(link) as connection:
        connection.sendall(request_bytes)
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert answer.endswith(b"\r\n\r\n{}")


def test_a_client_that_goes_away_without_a_request_leaves_nothing(link: LoopbackLink, client: httpx.Client) -> None:
    """The link serves the next one."""
    exchange = link.serve(OK)
    sent(link, b"")
    assert client.post(exchange.endpoint).status_code == 200
    assert len(exchange.received) == 1


# The end


def threads() -> list[threading.Thread]:
    """Return the threads of loopback links."""
    return [thread for thread in threading.enumerate() if thread.name == "participant-conformance loopback"]


def test_closing_ends_the_thread() -> None:
    """It was there, and is not any more."""
    before = threads()
    link = LoopbackLink()
    (started,) = set(threads()) - set(before)
    link.close()
    assert not started.is_alive()


def test_closing_closes_the_port() -> None:
    """Nobody answers there."""
    link = LoopbackLink()
    link.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", link.port), PATIENCE)


def test_closing_ends_connections_that_are_open() -> None:
    """A client that waits for a reply waits no longer."""
    link = LoopbackLink()
    with connected(link) as connection:
        connection.sendall(GET)
        read_until(connection, b"nothing is served")
        link.close()
        try:
            assert connection.recv(1) == b""
        except ConnectionResetError:
            """It was told in no uncertain terms."""


def test_closing_twice_is_safe() -> None:
    """The second time there is nothing to do."""
    link = LoopbackLink()
    link.close()
    link.close()
    assert not [thread for thread in threads() if thread is link.server._thread]


def test_a_link_leaves_no_socket_and_no_loop_behind() -> None:
    """Nothing is warned about when it is gone."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        link = LoopbackLink()
        link.serve(OK)
        sent(link, GET)
        link.close()
        del link
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_without_a_port_there_is_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason of the system is told, and no thread stays."""

    async def refused(*_arguments: object, **_options: object) -> None:
        raise OSError("no port")

    before = threads()
    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "create_server", refused)
    with pytest.raises(LinkError, match=r"no port$"):
        LoopbackLink()
    assert threads() == before
