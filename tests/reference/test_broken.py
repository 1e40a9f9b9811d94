"""The broken implementation of the demonstration: wrong in three ways, right in all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.reference.broken import Broken
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure


@pytest.fixture
def broken() -> Iterator[Broken]:
    """One that is closed after the test."""
    with closing(Broken()) as made:
        yield made


def structure(**members: Structure | String | Enum) -> Structure:
    """Return a structure with these members."""
    return Structure(tuple(members.items()))


BODIES = {
    b'{"Websocket":{"Url":" a\\n"}}': structure(Websocket=structure(Url=String("a"))),
    b'{"Websocket":{}}': structure(),
    b'{"WebRTCConnection":{"Meeting":{"MeetingFeatures":{}}}}': structure(),
    b'{"Websocket":{"Url":"a","ConnectionExpiry":"b"}}': structure(
        Websocket=structure(Url=String("a"), ConnectionExpiry=String("b"))
    ),
}
BY_BODY = pytest.mark.parametrize(("body", "value"), BODIES.items())


@BY_BODY
def test_it_trims_text_and_drops_empty_structures_when_decoding(broken: Broken, body: bytes, value: Structure) -> None:
    """Everything else comes out as it went in."""
    assert broken.decode_json(body) == Decoded(value)


@BY_BODY
def test_it_does_the_same_when_reading(broken: Broken, body: bytes, value: Structure) -> None:
    """A mistake is made in one place."""
    assert broken.read(Reply(200, (), body)) == Decoded(value)


def test_it_does_the_same_when_calling(broken: Broken) -> None:
    """Over a real socket."""
    with closing(LoopbackLink()) as link:
        exchange = link.serve(Reply(200, (), b'{"Websocket":{"Url":" a"}}'))
        outcome = broken.call(exchange.endpoint, ConnectionRequest("a"))
    assert outcome == Decoded(structure(Websocket=structure(Url=String("a"))))


def test_it_keeps_an_enum_as_it_is(broken: Broken) -> None:
    """Only strings are trimmed."""
    body = b'{"WebRTCConnection":{"Meeting":{"MeetingFeatures":{"Audio":{"EchoReduction":" A"}}}}}'
    path = ("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction")
    assert broken.decode_json(body).value.get(*path) == Enum(" A")


@pytest.mark.parametrize(
    ("headers", "code", "known"),
    [
        ((("X-Amzn-Errortype", "AccessDeniedException"),), "AccessDeniedException", True),
        ((("X-Amzn-Errortype", "a#AccessDeniedException"),), "a_AccessDeniedException", False),
        ((("X-Other", "a#b"),), None, False),
    ],
    ids=["bare", "namespace", "no-type"],
)
def test_it_does_not_strip_a_namespace(
    broken: Broken, headers: tuple[tuple[str, str], ...], code: str | None, known: bool
) -> None:
    """It looks the whole text of the header up."""
    assert broken.read(Reply(403, headers, b"{}")) == ServiceError(code, None, known, 403)


def test_it_refuses_a_token_as_the_reference_does(broken: Broken) -> None:
    """Nothing is sent."""
    assert isinstance(broken.call("http://127.0.0.1:1", ConnectionRequest("")), Refused)


def test_it_goes_by_its_own_name() -> None:
    """A report of it is not one of the reference."""
    assert Broken.implementation.name == "broken"
