"""The listed texts: valid by the model, and telling."""

from __future__ import annotations

import html
import json
import os
import unicodedata
import urllib.parse
from collections.abc import Callable

import pytest

from participant_strategies.texts import EDGE_TEXTS, edge_values
from tests.strategies.validity import LEAVES, SHAPES, text_complaints

TEXT_SHAPES = dict.fromkeys(shape for _, shape in LEAVES)
STRINGS = [shape for shape in TEXT_SHAPES if SHAPES[shape]["kind"] == "string"]
#: Strings of any form, and those of them that have a limit.
FREE = [shape for shape in STRINGS if "pattern" not in SHAPES[shape]]
LIMITED = [shape for shape in FREE if "max" in SHAPES[shape]]


@pytest.mark.parametrize("shape", STRINGS)
def test_every_listed_text_is_valid(shape: str) -> None:
    """No listed text breaks a limit or a pattern of its shape."""
    assert [line for text in edge_values(shape) for line in text_complaints(text, shape)] == []


@pytest.mark.parametrize("shape", [shape for shape in TEXT_SHAPES if shape not in STRINGS])
def test_the_texts_of_an_enum_are_its_values(shape: str) -> None:
    """An enum has no other valid text."""
    assert list(edge_values(shape)) == SHAPES[shape]["values"]


@pytest.mark.parametrize("shape", TEXT_SHAPES)
def test_no_text_is_listed_twice(shape: str) -> None:
    """A text that stood twice would be drawn twice as often."""
    assert len(set(edge_values(shape))) == len(edge_values(shape)) > 1


@pytest.mark.parametrize("shape", FREE)
def test_the_edges_of_all_text_are_among_those_of_a_shape(shape: str) -> None:
    """A string without a pattern can be any text, so the general edge cases belong to it."""
    assert set(EDGE_TEXTS) <= set(edge_values(shape))


@pytest.mark.parametrize("shape", FREE)
def test_empty_text_is_listed_where_it_is_valid(shape: str) -> None:
    """The empty string is an edge case of its own, unless the model asks for a character."""
    assert ("" in edge_values(shape)) is (SHAPES[shape].get("min", 0) == 0)


@pytest.mark.parametrize("shape", LIMITED)
def test_a_text_of_the_greatest_length_is_listed(shape: str) -> None:
    """Whoever cuts a text too early is found out."""
    assert max(map(len, edge_values(shape))) == SHAPES[shape]["max"]


def test_a_shape_without_texts_of_its_own_has_the_general_ones() -> None:
    """A shape of the request can be asked for as well."""
    assert edge_values("Bool") == ("a", "", *EDGE_TEXTS)


def test_an_unknown_shape_is_a_key_error() -> None:
    """There is nothing to guess for a shape that the contract does not have."""
    with pytest.raises(KeyError, match="Nothing"):
        edge_values("Nothing")


def latin(text: str) -> str:
    """Send a text through the encoding that headers have by default."""
    return text.encode("latin-1", "replace").decode("latin-1")


def signed(text: str) -> str:
    """Read a text as UTF-8 that may start with a byte order mark."""
    return text.encode().decode("utf-8-sig")


def plane(text: str) -> str:
    """Drop what is outside of the Basic Multilingual Plane."""
    return "".join(char for char in text if char <= "\uffff")


def terminated(text: str) -> str:
    """Cut a text as C does."""
    return text.partition("\0")[0]


def printed(text: str) -> str:
    """Drop what cannot be seen."""
    return "".join(char for char in text if char.isprintable())


def spoken(text: str) -> object:
    """Take a text for the JSON value that it spells, where it spells one."""
    try:
        return json.loads(text)
    except ValueError:
        return text


#: What implementations are known to do to text on its way.
MISTAKES: dict[str, Callable[[str], object]] = {
    "trim": str.strip,
    "split lines": str.splitlines,
    "compose": lambda text: unicodedata.normalize("NFC", text),
    "decompose": lambda text: unicodedata.normalize("NFD", text),
    "unescape HTML": html.unescape,
    "escape HTML": html.escape,
    "unquote": urllib.parse.unquote,
    "unquote a form": urllib.parse.unquote_plus,
    "quote": urllib.parse.quote,
    "send as Latin-1": latin,
    "drop a byte order mark": signed,
    "drop astral characters": plane,
    "end at a NUL": terminated,
    "drop what cannot be seen": printed,
    "read JSON twice": spoken,
    "expand variables": os.path.expandvars,
    "unescape twice": lambda text: text.replace("\\u0041", "A"),
    "drop backslashes": lambda text: text.replace("\\", ""),
    "turn line ends": lambda text: text.replace("\r\n", "\n"),
    "turn quotes": lambda text: text.replace('"', "'"),
    "keep escaped slashes": lambda text: text.replace("/", "\\/"),
    "take empty for absent": lambda text: text or None,
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_with_text_shows_in_a_listed_one(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done to text on its way changes some edge case."""
    monkeypatch.setenv("a", "b")
    assert [text for text in edge_values("ISO8601Datetime") if MISTAKES[mistake](text) != text]


def test_a_time_is_listed_that_a_round_trip_changes() -> None:
    """Times are text in this model: whoever parses and prints them again is found out."""
    seconds = "2026-01-01T00:00:00"
    assert {f"{seconds}Z", f"{seconds}.000Z", f"{seconds}+00:00"} <= set(edge_values("ISO8601Datetime"))


def test_a_guid_is_listed_in_either_case() -> None:
    """Whoever lowers or raises the case of an id is found out."""
    guids = edge_values("GuidString")
    assert any(guid != guid.lower() for guid in guids)
    assert any(guid != guid.upper() for guid in guids)


def test_a_url_is_listed_that_normalisation_changes() -> None:
    """Case, default port, dot segments and escapes of a presigned URL must stay as they are: they are signed."""
    listed = "".join(edge_values("PreSignedConnectionUrl"))
    assert all(part in listed for part in ("WSS://A:443", "/./", "/../", "%2F", "%2f", "+", "&b=&=", "#d"))
