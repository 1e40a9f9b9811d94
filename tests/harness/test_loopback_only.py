"""Nothing but loopback is reached while an implementation is judged, and the user's own tests do not notice."""

from __future__ import annotations

import asyncio
import errno
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from textwrap import dedent

import httpx
import pytest
import urllib3

from participant_conformance import loopback_only as module
from participant_conformance.environment import quiet_environment
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.loopback_only import is_loopback, only_loopback, strayed, take_tried
from participant_strategies.reply import Reply

#: RFC 5737: an address that nobody has.
NOBODY = ("192.0.2.1", 80)
REFUSED = r"only loopback is let through while an implementation is judged \(192\.0\.2\.1:80\)$"


@pytest.fixture(autouse=True)
def _guarded() -> Iterator[None]:
    """The guard is on, and what a test tried is forgotten behind it."""
    with only_loopback():
        yield
    take_tried()


def tcp(family: int = socket.AF_INET) -> socket.socket:
    return socket.socket(family, socket.SOCK_STREAM)


def udp() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def connects() -> None:
    with tcp() as client:
        client.connect(NOBODY)


def sends() -> object:
    with udp() as client:
        return client.sendto(b"a", NOBODY)


def sends_with_flags() -> object:
    with udp() as client:
        return client.sendto(b"a", 0, NOBODY)


def sends_a_message() -> object:
    with udp() as client:
        return client.sendmsg([b"a"], [], 0, NOBODY)


def awaits() -> object:
    async def connected() -> None:
        await asyncio.open_connection(*NOBODY)

    return in_a_loop(connected)


def awaits_a_socket() -> object:
    async def connected() -> None:
        with tcp() as client:
            client.setblocking(False)
            await asyncio.get_running_loop().sock_connect(client, NOBODY)

    return in_a_loop(connected)


def in_a_loop(function: Callable[[], object]) -> object:
    with closing(asyncio.new_event_loop()) as loop:
        try:
            return loop.run_until_complete(function())  # type: ignore[arg-type]
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())


WAYS = (connects, sends, sends_with_flags, sends_a_message, awaits, awaits_a_socket)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_address_elsewhere_is_unreachable(way: Callable[[], object]) -> None:
    """By an error of the network that names the rule and the place; it is on record."""
    with pytest.raises(OSError, match=REFUSED) as refused:
        way()
    assert refused.value.errno == errno.ENETUNREACH
    assert take_tried() == ("192.0.2.1:80",)


def test_connect_ex_returns_the_error() -> None:
    """As it does for any other."""
    with tcp() as client:
        assert client.connect_ex(NOBODY) == errno.ENETUNREACH
    assert take_tried() == ("192.0.2.1:80",)


def test_a_client_of_httpx_cannot_leave() -> None:
    """It has its own words for it."""
    with httpx.Client(trust_env=False) as client, pytest.raises(httpx.ConnectError, match=REFUSED):
        client.get("http://192.0.2.1/")


def test_a_client_of_urllib3_cannot_leave() -> None:
    """It tries again, and is on record once."""
    with urllib3.PoolManager(retries=2) as pool, pytest.raises(urllib3.exceptions.MaxRetryError, match="only loopback"):
        pool.request("GET", "http://192.0.2.1/", retries=urllib3.Retry(2, backoff_factor=0))
    assert take_tried() == ("192.0.2.1:80",)


@pytest.mark.parametrize("name", ["getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"])
@pytest.mark.parametrize("host", ["example.org", "192.0.2.1", "test.example"])
def test_a_name_elsewhere_is_not_looked_up(name: str, host: str) -> None:
    """No resolver is asked."""
    arguments = (host, 443) if name == "getaddrinfo" else (host,)
    with pytest.raises(OSError, match="only loopback") as refused:
        getattr(socket, name)(*arguments)
    assert refused.value.errno == errno.ENETUNREACH
    assert take_tried() == (f"{host}:443" if name == "getaddrinfo" else host,)


def test_arguments_may_be_named() -> None:
    """As the standard library takes them."""
    with pytest.raises(OSError, match="only loopback"):
        socket.getaddrinfo(host=b"example.org", port="https")
    assert take_tried() == ("example.org:https",)
    assert socket.getaddrinfo(host="127.0.0.1", port=1, type=socket.SOCK_STREAM)


@pytest.mark.parametrize("host", ["participant.test", "A.TEST.", b"a.test"])
def test_a_name_for_tests_does_not_exist(host: str | bytes) -> None:
    """RFC 6761, section 6.2: that is known without a network, and tells of no attempt to leave."""
    with pytest.raises(socket.gaierror) as unknown:
        socket.getaddrinfo(host, 80)
    assert unknown.value.errno == socket.EAI_NONAME
    assert take_tried() == ()


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "127.255.0.9", "localhost", "LocalHost.", "a.localhost", "::1", "::ffff:127.0.0.1"),
        *("", "0.0.0.0", "::", "::1%lo", None, b"127.0.0.1", bytearray(b"localhost")),
    ],
)
def test_loopback_has_many_names(host: object) -> None:
    """All of them are let through."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        *("192.0.2.1", "128.0.0.1", "10.0.0.1", "169.254.169.254", "2001:db8::1", "::ffff:192.0.2.1"),
        *("localhost.example", "127.0.0.1.example", "<broadcast>", b"\xff", "1", 5),
    ],
)
def test_nothing_else_is_loopback(host: object) -> None:
    """Neither what looks nearly like it, nor what is no host at all."""
    assert not is_loopback(host)


def test_ipv6_is_guarded_too() -> None:
    """The place is written as in a URL."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 in this interpreter")
    with tcp(socket.AF_INET6) as client, pytest.raises(OSError, match=r"\(\[2001:db8::1\]:80\)$"):
        client.connect(("2001:db8::1", 80))


def test_loopback_is_let_through() -> None:
    """A client reaches the link by address and by name."""
    with closing(LoopbackLink()) as link, httpx.Client(trust_env=False) as client:
        link.serve(Reply(200, (), b"{}"))
        assert client.post(f"http://127.0.0.1:{link.port}/").content == b"{}"
        assert client.post(f"http://localhost:{link.port}/").content == b"{}"
    assert take_tried() == ()


def test_sockets_without_an_address_elsewhere_are_untouched() -> None:
    """Those of files, those that are connected, and what was never an address."""
    first, second = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with first, second:
        assert first.sendmsg([b"a"]) == 1
        with pytest.raises(OSError, match="o such file"):
            first.connect("/nowhere/192.0.2.1")
    with udp() as client, pytest.raises(TypeError):
        client.connect("192.0.2.1")


def test_the_users_own_threads_are_let_through() -> None:
    """Those that ran before the guard came: their work is none of ours. A thread that starts under it is guarded."""
    program = """
    import errno, socket, threading
    from participant_conformance.loopback_only import only_loopback, take_tried

    ask, asked, found = threading.Event(), threading.Event(), []

    def tries():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            try:
                client.connect(("192.0.2.1", 9))  # a datagram socket: nothing is sent
            except OSError as refused:
                found.append("only loopback" in str(refused))
            else:
                found.append(False)

    def users():
        ask.wait(); tries(); asked.set()

    def lasting():
        again.wait(); tries()

    def started(function):
        thread = threading.Thread(target=function)
        thread.start()
        return thread

    users_own = started(users)
    again = threading.Event()
    with only_loopback():
        ask.set(); users_own.join()
        started(tries).join()
        ours = started(lasting)
    with only_loopback():
        again.set(); ours.join()
    tries()
    print(found, take_tried())
    """
    assert ran(program) == "[False, True, True, False] ('192.0.2.1:9',)\n"


def ran(program: str) -> str:
    """Return what a program prints, in an interpreter of its own: here the guard is on all the time."""
    command = [sys.executable, "-c", dedent(program)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_afterwards_socket_is_as_it_was() -> None:
    """Every attribute of the module and of the class is the same object; nested guards end with the outer one."""
    program = """
    import socket
    from participant_conformance.loopback_only import only_loopback

    own = socket.socket.sendto
    socket.socket.sendto = own
    before = dict(vars(socket)), dict(vars(socket.socket))
    with only_loopback():
        with only_loopback():
            pass
        print("connect" in vars(socket.socket))
    print(before == (dict(vars(socket)), dict(vars(socket.socket))))
    """
    assert ran(program) == "True\nTrue\n"


def test_a_patch_upon_ours_stays_and_lets_everything_through() -> None:
    """Whoever made it takes it away again."""
    program = """
    import socket
    from participant_conformance.loopback_only import only_loopback, take_tried

    with only_loopback():
        guarded = socket.socket.connect
        def theirs(self, address):
            return guarded(self, address)
        socket.socket.connect = theirs
    print(socket.socket.connect is theirs)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        try:
            client.connect(("192.0.2.1", 9))  # a datagram socket: nothing is sent
        except OSError as unreachable:
            print("only loopback" in str(unreachable))
        else:
            print(False)
    print(take_tried())
    """
    assert ran(program) == "True\nFalse\n()\n"


def test_several_threads_may_enter() -> None:
    """The guard is on until the last one has left."""
    depth = module._depth
    inside, leave = threading.Barrier(3), threading.Event()

    def enters() -> None:
        with only_loopback():
            inside.wait(30)
            leave.wait(30)

    threads = [threading.Thread(target=enters) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(30)
    assert module._depth == depth + 2
    leave.set()
    for thread in threads:
        thread.join()
    assert module._depth == depth


def test_what_was_tried_is_told_once_each() -> None:
    """In the order in which it was tried first."""
    for _ in range(2):
        for port in (81, 80):
            with tcp() as client:
                client.connect_ex(("192.0.2.1", port))
    tried = take_tried()
    expected = "the implementation tried to reach 192.0.2.1:81, 192.0.2.1:80: only loopback is let through"
    assert strayed(tried) == expected
    assert take_tried() == ()


def test_the_quiet_environment_has_the_guard() -> None:
    """Checks enter there."""
    depth = module._depth
    with quiet_environment():
        assert module._depth == depth + 1
    assert module._depth == depth
