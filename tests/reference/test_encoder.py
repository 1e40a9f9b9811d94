"""The reference encoder: one value, one compact text."""

from __future__ import annotations

import json

import pytest

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import decode
from participant_conformance.reference.encoder import UnwritableValueError, encode_json
from participant_strategies.successes import full
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value


def url(member: Value) -> Structure:
    """Return a value whose Url is this."""
    return Structure((("Websocket", Structure((("Url", member),))),))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Structure(), "{}"),
        (Structure((("Websocket", Structure()),)), '{"Websocket":{}}'),
        (url(String("wss://a/\u00e9")), '{"Websocket":{"Url":"wss://a/\u00e9"}}'),
        (url(Enum('"\\\x00\n')), '{"Websocket":{"Url":"\\"\\\\\\u0000\\n"}}'),
        (url(String("\U0001f642")), '{"Websocket":{"Url":"\U0001f642"}}'),
    ],
    ids=["nothing", "empty-structure", "beyond-ascii", "escapes", "beyond-the-bmp"],
)
def test_a_value_is_written_as_compact_json(value: Structure, text: str) -> None:
    """No white space, text in UTF-8, nothing escaped but what must be."""
    assert encode_json(value) == text.encode()


def test_members_are_written_in_their_order() -> None:
    """The order is the caller's."""
    value = Structure((("b", String("1")), ("a", String("2"))))
    assert encode_json(value) == b'{"b":"1","a":"2"}'


def test_what_was_written_decodes_to_the_value() -> None:
    """Encoder and decoder are each other's reverse."""
    assert decode(encode_json(full())).to_value() == full()


@pytest.mark.parametrize("member", [Boolean(True), List((String("a"),)), Foreign("int", "7")], ids=repr)
def test_what_is_no_text_and_no_structure_is_refused(member: Value) -> None:
    """The operation's output holds no such value."""
    with pytest.raises(UnwritableValueError, match=r"^Url is .*: neither a structure nor a text$"):
        encode_json(url(member))


def test_half_of_a_surrogate_pair_is_refused() -> None:
    """UTF-8 cannot hold it."""
    with pytest.raises(UnwritableValueError, match="half of a surrogate pair"):
        encode_json(url(String("\ud83d")))


def test_the_adapter_writes_what_the_encoder_writes() -> None:
    """Capability encode-json."""
    assert json.loads(Reference().encode_json(url(String("a")))) == {"Websocket": {"Url": "a"}}
