"""The respx link: the same for clients of httpx, without a socket, and httpx is its own again afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import httpx
import pytest

from participant_conformance.links import Received
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.respx_link import HOST, RespxLink
from participant_strategies.reply import Reply

OK = Reply(200, (), b"{}")


@pytest.fixture
def link() -> Iterator[RespxLink]:
    """A link that is closed after the test."""
    with closing(RespxLink()) as made:
        yield made


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client that knows nothing of the link."""
    with httpx.Client(trust_env=False) as made:
        yield made


# What goes out


def test_the_reply_arrives_as_it_was_drawn(link: RespxLink, client: httpx.Client) -> None:
    """Header names keep their case and their duplicates, values are Latin-1."""
    headers = (("X-Amzn-ErrorType", "a#B:http://c/"), ("x-amzn-errortype", ""), ("X-L", "\u00e9"), ("X-L", "b"))
    response = client.post(link.serve(Reply(403, headers, b'{"Message":"a"}')).endpoint)
    assert (response.status_code, response.content) == (403, b'{"Message":"a"}')
    assert response.headers.raw[: len(headers)] == [
        (b"X-Amzn-ErrorType", b"a#B:http://c/"),
        (b"x-amzn-errortype", b""),
        (b"X-L", b"\xe9"),
        (b"X-L", b"b"),
    ]


@pytest.mark.parametrize("status", [200, 204, 299, 400, 429, 499, 503, 599])
def test_every_status_arrives_as_it_is(link: RespxLink, client: httpx.Client, status: int) -> None:
    """Those without a body and those without a name, too."""
    response = client.post(link.serve(Reply(status, (), b"")).endpoint)
    assert (response.status_code, response.content) == (status, b"")


def test_a_large_body_arrives_whole(link: RespxLink, client: httpx.Client) -> None:
    """All of it."""
    body = bytes(range(256)) * 20_000
    assert client.post(link.serve(Reply(200, (), body)).endpoint).content == body


def test_the_last_reply_served_answers(link: RespxLink, client: httpx.Client) -> None:
    """Every request, until the next one is served."""
    link.serve(Reply(200, (), b"first"))
    endpoint = link.serve(Reply(200, (), b"second")).endpoint
    assert [client.post(endpoint).content for _ in range(2)] == [b"second", b"second"]


def test_an_async_client_is_answered_too(link: RespxLink) -> None:
    """In whatever loop it runs."""
    endpoint = link.serve(OK).endpoint

    async def called() -> bytes:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.post(endpoint)).content

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        assert runner.run(called()) == b"{}"


# What comes in


def test_a_request_is_kept_but_for_its_bytes(link: RespxLink, client: httpx.Client) -> None:
    """Method, target, headers with their duplicates, body; there is no head where nothing was on a wire."""
    exchange = link.serve(OK)
    headers = [("X-Amz-Bearer", "t"), ("x-amz-bearer", "u")]
    client.post(f"{exchange.endpoint}/a//b%2F?c=d&c", headers=headers, content=b"{}")
    (received,) = exchange.received
    assert (received.method, received.target, received.body) == ("POST", "/a//b%2F?c=d&c", b"{}")
    assert received.values("x-amz-bearer") == ["t", "u"]
    assert (received.head, received.problem) == (b"", "")


def test_a_body_that_is_streamed_is_kept(link: RespxLink, client: httpx.Client) -> None:
    """All of its parts."""
    exchange = link.serve(OK)
    client.post(exchange.endpoint, content=iter([b"{", b"}"]))
    assert exchange.received[0].body == b"{}"


def test_a_body_that_is_streamed_by_an_async_client_is_kept(link: RespxLink) -> None:
    """The same."""
    exchange = link.serve(OK)

    async def parts() -> AsyncIterator[bytes]:
        yield b"{"
        yield b"}"

    async def call() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.post(exchange.endpoint, content=parts())

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(call())
    assert exchange.received[0].body == b"{}"


@pytest.mark.parametrize("path", ["", "/", "/a/b", "/a/"])
def test_the_path_is_part_of_the_endpoint(link: RespxLink, path: str) -> None:
    """As it was given."""
    assert link.serve(OK, path=path).endpoint == f"https://participant.test{path}"


def test_an_exchange_keeps_its_own_requests(link: RespxLink, client: httpx.Client) -> None:
    """And counts its own replies."""
    first = link.serve(OK)
    client.post(first.endpoint)
    second = link.serve(OK)
    client.post(second.endpoint)
    client.post(second.endpoint)
    assert (len(first.received), len(second.received)) == (1, 2)
    assert (first.delivered, second.delivered) == (1, 2)


def test_the_link_does_not_see_bytes(link: RespxLink) -> None:
    """Checks that need them are not offered through it."""
    assert not link.raw_bytes


# What is let through


@pytest.mark.parametrize("url", ["https://example.org/", f"https://other.{HOST}/", "http://169.254.169.254/"])
def test_a_request_to_another_host_is_refused(link: RespxLink, client: httpx.Client, url: str) -> None:
    """Nothing leaves the process."""
    exchange = link.serve(OK)
    with pytest.raises(AssertionError, match=r"not mocked"):
        client.get(url)
    assert exchange.received == []


def reaches_a_socket(client: httpx.Client) -> bool:
    """Tell whether a request of the client arrives at a real server."""
    with closing(LoopbackLink()) as loopback:
        exchange = loopback.serve(OK)
        client.post(exchange.endpoint)
        return exchange.received != [] and exchange.received[0] != Received()


def test_before_anything_is_served_httpx_is_its_own(link: RespxLink, client: httpx.Client) -> None:
    """Making the link patches nothing."""
    assert not link.raw_bytes
    assert reaches_a_socket(client)


def test_after_closing_httpx_is_its_own_again(link: RespxLink, client: httpx.Client) -> None:
    """The consumer's own tests find it as it was."""
    client.post(link.serve(OK).endpoint)
    link.close()
    assert reaches_a_socket(client)


def test_closing_twice_is_safe(link: RespxLink, client: httpx.Client) -> None:
    """The second time there is nothing to give back."""
    link.serve(OK)
    link.close()
    link.close()
    assert reaches_a_socket(client)


def test_serving_again_after_closing_works(link: RespxLink, client: httpx.Client) -> None:
    """The link is closed after each check and taken again by the next."""
    link.serve(OK)
    link.close()
    exchange = link.serve(Reply(200, (), b"again"))
    assert (client.post(exchange.endpoint).content, exchange.delivered) == (b"again", 1)


def test_an_exchange_is_kept_after_closing(link: RespxLink, client: httpx.Client) -> None:
    """Its record is evidence."""
    exchange = link.serve(OK)
    client.post(exchange.endpoint)
    link.close()
    assert len(exchange.received) == 1
