"""Requests go out as they are told, and whatever comes back, or does not, is an answer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import trustme

from participant_conformance.links import Received
from participant_conformance.links.outgoing import (
    LARGEST,
    Address,
    AddressError,
    LateError,
    NoReply,
    Outgoing,
    Sender,
    address,
    told,
)
from participant_conformance.links.server import Server
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.reply import Reply
from tests.of_service.fakes import served

REQUEST = Outgoing("POST", "/a", (("X-Amz-Bearer", "abc"),), b"{}")
REPLY = Reply(200, (("Content-Type", "application/json"),), b"{}")


def sender(server: Server, path: str = "", seconds: float = 5.0) -> Sender:
    """Return what sends to a server of ours."""
    return Sender(address(f"{server.origin}{path}"), seconds)


@contextmanager
def speaking(data: bytes) -> Iterator[Address]:
    """Serve one connection at a time: read something, write these bytes, close."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with closing(connection):
                    connection.recv(65_536)
                    connection.sendall(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield Address("http", "127.0.0.1", listening.getsockname()[1], "")
        finally:
            listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080", Address("http", "127.0.0.1", 8080, "")),
        ("https://a.example/", Address("https", "a.example", 443, "")),
        ("http://a.example/b/c/", Address("http", "a.example", 80, "/b/c")),
        ("http://[::1]:8080/b", Address("http", "::1", 8080, "/b")),
    ],
)
def test_a_url_says_where(url: str, expected: Address) -> None:
    """Scheme, host, port, and a path without a slash at its end."""
    assert address(url) == expected


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("127.0.0.1:8080", "give http://HOST:PORT"),
        ("ftp://a.example", "give http://HOST:PORT"),
        ("http://", "give http://HOST:PORT"),
        ("http://a.example:port", "is no URL"),
        ("http://[::1", "is no URL"),
        ("http://a.example/?b=c", "no more than a path"),
        ("http://a.example/#b", "no more than a path"),
        ("http://a.example/\u00e9", "no more than a path"),
        ("http://a.example/a b", "no more than a path"),
    ],
)
def test_what_is_no_url_of_a_service_is_refused(url: str, what: str) -> None:
    """One sentence says what is wrong."""
    with pytest.raises(AddressError, match=what):
        address(url)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    """It would stand in every report."""
    with pytest.raises(AddressError, match="a user name or a password") as refused:
        address("http://name:secret@a.example")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("host", "name"), [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80")])
def test_an_address_is_named_by_host_and_port(host: str, name: str) -> None:
    """As in a URL."""
    assert Address("http", host, 80, "").name == name


def test_a_request_goes_out_as_it_is() -> None:
    """Line with the path before it, headers in their order, body; and what frames them."""
    seen: list[Received] = []

    def play(received: Received) -> Reply:
        seen.append(received)
        return REPLY

    with served(play) as server:
        came = sender(server, "/stage").send(REQUEST)
    assert isinstance(came, Reply)
    assert (came.status, came.body) == (200, b"{}")
    assert seen[0].head.decode().splitlines() == [
        "POST /stage/a HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "X-Amz-Bearer: abc",
        "Content-Length: 2",
        "Connection: close",
    ]


def test_each_request_has_a_connection_of_its_own() -> None:
    """A server with one thread could serve nobody else meanwhile."""
    with served(lambda _received: REPLY) as server:
        one = sender(server)
        for _ in range(3):
            one.send(REQUEST)
        assert server.accepted == 3


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery(framing=Framing.CHUNKED, chunk=1),
        Delivery(framing=Framing.CLOSE),
        Delivery(interim=(103, 100)),
        Delivery(early=True),
        Delivery(fault=Fault(FaultKind.EXTRA, by=5)),
    ],
    ids=repr,
)
def test_a_reply_arrives_however_it_goes_out(delivery: Delivery) -> None:
    """Whatever RFC 9112 allows."""
    with served(lambda _received: Answer(REPLY, delivery)) as server:
        came = sender(server).send(REQUEST)
    assert isinstance(came, Reply)
    assert came.body == b"{}"


@pytest.mark.parametrize(
    ("delivery", "reason"),
    [
        (Delivery(fault=Fault(FaultKind.CUT)), "the connection was closed"),
        (Delivery(fault=Fault(FaultKind.RESET)), "connection reset by peer"),
        (Delivery(fault=Fault(FaultKind.LENGTH, by=5)), "what came is no HTTP reply: peer closed connection"),
        (Delivery(framing=Framing.CHUNKED, fault=Fault(FaultKind.CHUNK_SIZE)), "what came is no HTTP reply"),
        (Delivery(fault=Fault(FaultKind.CUT, 20)), "what came is no HTTP reply"),
    ],
    ids=repr,
)
def test_a_reply_that_breaks_off_is_none(delivery: Delivery, reason: str) -> None:
    """And why is said."""
    with served(lambda _received: Answer(REPLY, delivery)) as server:
        came = sender(server).send(REQUEST)
    assert isinstance(came, NoReply)
    assert came.reason.startswith(reason)
    assert repr(came) == f"no reply: {came.reason}"


def test_what_talks_no_http_gives_no_reply() -> None:
    """The banner of another protocol, say."""
    with speaking(b"SSH-2.0-OpenSSH_9.9\r\n\r\n") as where:
        came = Sender(where, 5).send(REQUEST)
    assert isinstance(came, NoReply)
    assert came.reason.startswith("what came is no HTTP reply")


def test_nobody_there_gives_no_reply() -> None:
    """A port on which nothing listens."""
    with served(lambda _received: REPLY) as server:
        one = sender(server)
    assert one.send(REQUEST) == NoReply("connection refused")
    with pytest.raises(ConnectionRefusedError):
        one.reach()


@pytest.mark.parametrize("kind", [FaultKind.STALL, FaultKind.DRIP])
def test_a_reply_that_does_not_come_is_late(kind: FaultKind) -> None:
    """Nothing more, or so slowly that its end is not seen."""
    answer = Answer(REPLY, Delivery(fault=Fault(kind, 5, seconds=60)))
    with served(lambda _received: answer) as server, pytest.raises(LateError):
        sender(server, seconds=0.2).send(REQUEST)


def test_a_request_that_nobody_reads_is_late() -> None:
    """What is sent fills the buffers of the system, and then waits."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        where = Address("http", "127.0.0.1", listening.getsockname()[1], "")
        with pytest.raises(LateError):
            Sender(where, 0.2).send(Outgoing("POST", "/", (), b"a" * 20_000_000))


def test_what_takes_no_connection_is_late() -> None:
    """Its queue is full."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        where = Address("http", "127.0.0.1", listening.getsockname()[1], "")
        # One is taken into the queue beyond its size: the third waits.
        with closing(socket.create_connection((where.host, where.port))), closing(socket.socket()) as second:
            second.setblocking(False)
            second.connect_ex((where.host, where.port))
            with pytest.raises(LateError):
                Sender(where, 0.2).reach()


def test_no_time_at_all_is_late() -> None:
    """Before anything is sent."""
    with served(lambda _received: REPLY) as server, pytest.raises(LateError):
        sender(server, seconds=0).send(REQUEST)


def test_a_reply_without_end_is_none() -> None:
    """More than anybody can want is not read."""
    answer = Answer(REPLY, Delivery(framing=Framing.CLOSE, fault=Fault(FaultKind.FLOOD, 100)))
    with served(lambda _received: answer) as server:
        assert sender(server, seconds=60).send(REQUEST) == NoReply(f"the reply has more than {LARGEST} bytes")


def test_a_reply_before_the_end_of_the_request_is_taken() -> None:
    """What closes its side while the request is still being sent has answered all the same."""
    with speaking(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n") as where:
        came = Sender(where, 5).send(Outgoing("POST", "/", (), b"a" * 20_000_000))
    assert isinstance(came, Reply)
    assert came.status == 413


def test_requests_are_all_there_before_one_is_whole() -> None:
    """What is sent at once has arrived, but for its last byte, before the first one is answered."""
    begun: list[int] = []

    class Counts:
        """Counts heads."""

        def begun(self) -> bool:
            begun.append(1)
            return False

        def request(self, received: Received, respond: object) -> None:
            assert callable(respond)
            respond(Answer(Reply(200, (), received.values("X-Number")[0].encode())))

    requests = [Outgoing("POST", "/", (("X-Number", str(number)),), b"{}") for number in range(4)]
    with closing(Server(Counts())) as server:
        came = sender(server).send_at_once(requests)
    assert [reply.body for reply in came if isinstance(reply, Reply)] == [b"0", b"1", b"2", b"3"]
    assert len(begun) == 4


@pytest.mark.parametrize("host", ["::1"])
def test_the_other_version_of_the_protocol_is_reached(host: str) -> None:
    """An address in brackets."""

    class Plays:
        """Answers."""

        def begun(self) -> bool:
            return False

        def request(self, received: Received, respond: object) -> None:
            assert callable(respond)
            respond(Answer(Reply(200, (), received.values("Host")[0].encode())))

    with closing(Server(Plays(), host=host)) as server:
        came = sender(server).send(REQUEST)
    assert isinstance(came, Reply)
    assert came.body.decode() == f"[::1]:{server.port}"


@pytest.fixture(name="authority", scope="module")
def authority_fixture() -> trustme.CA:
    """Return a certificate authority of our own."""
    return trustme.CA()


@contextmanager
def secured(authority: trustme.CA) -> Iterator[Server]:
    """Serve over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    class Plays:
        """Answers."""

        def begun(self) -> bool:
            return False

        def request(self, _received: Received, respond: object) -> None:
            assert callable(respond)
            respond(Answer(REPLY))

    with closing(Server(Plays(), tls=context)) as server:
        yield server


def test_tls_is_spoken_where_the_url_says_so(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """By the certificates that OpenSSL trusts: ``SSL_CERT_FILE`` names others."""
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with secured(authority) as server:
        came = Sender(address(f"https://localhost:{server.port}"), 5).send(REQUEST)
    assert isinstance(came, Reply)
    assert came.status == 200


def test_a_certificate_that_is_not_trusted_is_named(authority: trustme.CA) -> None:
    """No request goes out."""
    with secured(authority) as server:
        came = Sender(address(f"https://localhost:{server.port}"), 5).send(REQUEST)
    assert isinstance(came, NoReply)
    assert came.reason.startswith("its certificate is not trusted: ")


def test_no_tls_is_said_to_be_none() -> None:
    """What speaks plain HTTP on that port."""
    with served(lambda _received: REPLY) as server:
        came = Sender(address(f"https://127.0.0.1:{server.port}"), 5).send(REQUEST)
    assert isinstance(came, NoReply)
    assert came.reason.startswith("no TLS: ")


def test_tls_that_is_never_answered_is_late() -> None:
    """The connection is taken, and nothing comes."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening, pytest.raises(LateError):
        Sender(Address("https", "127.0.0.1", listening.getsockname()[1], ""), 0.2).reach()


def test_an_error_without_words_is_named_by_its_kind() -> None:
    """Not every error has a text of the system."""
    assert told(ConnectionResetError()) == "connectionreseterror"
    assert told(ssl.SSLError()) == "no TLS: the connection was closed"
