"""Drawn response values: valid, spread over all that the contract allows, and kept to what the caller asks for."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from participant_strategies.contract import Path
from participant_strategies.responses import connection_responses
from participant_strategies.texts import edge_values
from participant_strategies.value import Structure
from tests.strategies.drawing import draws
from tests.strategies.validity import LEAVES, OUTPUT, PATHS, SHAPES, complaints

DRAWS = 1000
#: How often, at least, each member is there and is not there.
OFTEN = 100
TOP = tuple(SHAPES[OUTPUT]["members"])
#: The shapes of text, each with the paths at which it stands.
TEXT_SHAPES = {shape: [path for path, other in LEAVES if other == shape] for _, shape in LEAVES}


def text_at(value: Structure, path: Path) -> str | None:
    """Return the text at a path, or ``None`` if there is none."""
    leaf = value.get(*path)
    return None if leaf is None else str(getattr(leaf, "text"))  # noqa: B009 - of String and of Enum


def texts_of(values: list[Structure], shape: str) -> Counter[str]:
    """Count the texts that stand at the members of a shape."""
    found = (text_at(value, path) for value in values for path in TEXT_SHAPES[shape])
    return Counter(text for text in found if text is not None)


@pytest.fixture(name="values", scope="module")
def values_fixture() -> list[Structure]:
    """Return a thousand drawn responses."""
    return draws(connection_responses(), DRAWS)


def test_as_many_values_are_drawn_as_asked_for(values: list[Structure]) -> None:
    """There is no end to the responses: the counts below are out of a thousand."""
    assert len(values) == DRAWS


def test_every_drawn_value_is_valid(values: list[Structure]) -> None:
    """Names, kinds, lengths, patterns and enums are those of the model."""
    assert [line for value in values for line in complaints(value)] == []


@pytest.mark.parametrize("path", [path for path, _ in PATHS], ids=".".join)
def test_a_member_is_often_there_and_often_not(values: list[Structure], path: Path) -> None:
    """At every depth a member is seen present and absent."""
    present = sum(value.get(*path) is not None for value in values)
    assert OFTEN <= present <= DRAWS - OFTEN


@pytest.mark.parametrize(("one", "other"), list(combinations(TOP, 2)))
def test_two_top_level_members_come_in_all_four_ways(values: list[Structure], one: str, other: str) -> None:
    """None, either and both of any two are seen."""
    seen = Counter((value.get(one) is not None, value.get(other) is not None) for value in values)
    assert {(False, False), (False, True), (True, False), (True, True)} == set(seen)
    assert min(seen.values()) >= OFTEN // 4


@pytest.mark.parametrize("name", TOP)
def test_a_structure_can_be_there_and_empty(values: list[Structure], name: str) -> None:
    """Present without a member is not absent."""
    assert any(value.get(name) == Structure() for value in values)


@pytest.mark.parametrize("shape", TEXT_SHAPES)
def test_every_listed_text_is_drawn(values: list[Structure], shape: str) -> None:
    """No telling value of a shape is left out in a thousand draws."""
    assert set(edge_values(shape)) - set(texts_of(values, shape)) == set()


@pytest.mark.parametrize("shape", TEXT_SHAPES)
def test_text_is_mostly_listed_but_not_only(values: list[Structure], shape: str) -> None:
    """Listed values are most of the texts; but for enums there is free text among them."""
    texts = texts_of(values, shape)
    free = sum(count for text, count in texts.items() if text not in edge_values(shape))
    assert free == 0 if SHAPES[shape]["kind"] == "enum" else OFTEN / 4 <= free <= texts.total() / 2


def test_there_are_three_hundred_free_texts(values: list[Structure]) -> None:
    """Free text is really free: many different ones are drawn."""
    texts = {text for shape in TEXT_SHAPES for text in set(texts_of(values, shape)) - set(edge_values(shape))}
    assert len(texts) >= 300


def test_nearly_all_values_differ(values: list[Structure]) -> None:
    """Draws are not spent on what has been drawn before."""
    assert len(set(values)) >= 0.95 * DRAWS


def test_the_same_seed_draws_the_same_values() -> None:
    """There is no other chance than that of Hypothesis."""
    assert draws(connection_responses(), 50, seed=3) == draws(connection_responses(), 50, seed=3)


def test_a_strategy_is_built_once() -> None:
    """Asking again for the same strategy costs nothing."""
    assert connection_responses(without=["Websocket"]) is connection_responses(without=["Websocket"])


# Arguments


@pytest.mark.parametrize("path", [path for path, _ in PATHS], ids=".".join)
def test_a_member_can_be_left_out_for_good(path: Path) -> None:
    """What ``without`` names is never there; its siblings are."""
    values = draws(connection_responses(without=[".".join(path)]), 60)
    present = {found for value in values for found, _ in value.paths()}
    assert present == {other for other, _ in PATHS if other[: len(path)] != path}


def test_several_members_can_be_left_out() -> None:
    """``without`` names any number of members, at any depth."""
    values = draws(connection_responses(without=["Websocket", "WebRTCConnection.Meeting"]), 150)
    present = {".".join(path) for value in values for path, _ in value.paths()}
    assert {name for name in present if "Websocket" in name or "Meeting" in name} == set()
    assert {"ConnectionCredentials", "WebRTCConnection.Attendee.JoinToken"} <= present


def test_without_all_members_the_response_is_empty() -> None:
    """What is left when nothing is left is the empty response."""
    assert set(draws(connection_responses(without=TOP), 20)) == {Structure()}


def test_a_structure_without_its_members_can_be_there() -> None:
    """Leaving out all that a structure holds does not leave out the structure."""
    values = draws(connection_responses(without=["Websocket.Url", "Websocket.ConnectionExpiry"]), 50)
    assert {value.get("Websocket") for value in values} == {None, Structure()}


@pytest.mark.parametrize("path", ["", "Nothing", "websocket", "Websocket.", "Websocket.Url.Url", "Url"])
def test_an_unknown_member_cannot_be_left_out(path: str) -> None:
    """A path that the contract does not have is a mistake, told at once and by its name."""
    with pytest.raises(ValueError, match=f"^no such member in {OUTPUT}: {path}$"):
        connection_responses(without=["Websocket", path])


def test_all_unknown_members_are_told_together() -> None:
    """One error names every mistake."""
    with pytest.raises(ValueError, match=r": A, B\.C$"):
        connection_responses(without=["B.C", "A"])


def test_free_text_can_be_switched_off() -> None:
    """``free_text=False`` keeps every leaf to its listed values."""
    values = draws(connection_responses(free_text=False), 200)
    for shape in TEXT_SHAPES:
        texts = texts_of(values, shape)
        assert texts
        assert set(texts) <= set(edge_values(shape))


ALPHABET = "aw:/s"
#: Shapes whose texts have a form that the model fixes; an alphabet cannot change it.
FIXED = [shape for shape in TEXT_SHAPES if SHAPES[shape]["kind"] == "enum" or "pattern" in SHAPES[shape]]


@pytest.fixture(name="narrow", scope="module")
def narrow_fixture() -> list[Structure]:
    """Return responses of few characters."""
    return draws(connection_responses(alphabet=ALPHABET), 300)


def test_an_alphabet_keeps_all_text_to_its_characters(narrow: list[Structure]) -> None:
    """Listed and free text alike hold nothing else; both are still drawn, and all is valid."""
    texts = {text for shape in TEXT_SHAPES if shape not in FIXED for text in texts_of(narrow, shape)}
    assert set("".join(texts)) == set(ALPHABET)
    assert {"wss://a", "a"} < texts
    assert [line for value in narrow for line in complaints(value)] == []


@pytest.mark.parametrize("shape", FIXED)
def test_an_alphabet_leaves_alone_what_the_model_fixes(narrow: list[Structure], shape: str) -> None:
    """The values of an enum and texts with a pattern are drawn as ever: there are no others."""
    assert set(edge_values(shape)) <= set(texts_of(narrow, shape))


@pytest.mark.parametrize(("alphabet", "free_text"), [("", True), ("", False), ("z", False)])
def test_an_alphabet_that_leaves_no_text_is_a_mistake(alphabet: str, free_text: bool) -> None:
    """Where neither a listed nor a free text is left, this is told at once."""
    with pytest.raises(ValueError, match=f"^the alphabet '{alphabet}' leaves no text for "):
        connection_responses(alphabet=alphabet, free_text=free_text)


def xml_can_hold(char: str) -> bool:
    """Tell whether XML 1.0 (section 2.2, Char) has a place for a character."""
    return char in "\t\n\r" or "\x20" <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"


@pytest.fixture(name="for_xml", scope="module")
def for_xml_fixture() -> list[Structure]:
    """Return responses that can be written as XML."""
    return draws(connection_responses(xml=True), DRAWS)


def test_xml_keeps_all_text_to_what_xml_can_hold(for_xml: list[Structure]) -> None:
    """Listed and free text alike hold no character that an XML document must not hold; all is valid."""
    characters = {char for shape in TEXT_SHAPES for char in "".join(texts_of(for_xml, shape))}
    assert [char for char in characters if not xml_can_hold(char)] == []
    assert [line for value in for_xml for line in complaints(value)] == []


@pytest.mark.parametrize("shape", TEXT_SHAPES)
def test_xml_loses_no_other_listed_text(for_xml: list[Structure], shape: str) -> None:
    """What XML can hold is drawn as ever, white space and markup among it."""
    assert {text for text in edge_values(shape) if all(map(xml_can_hold, text))} <= set(texts_of(for_xml, shape))


def test_xml_has_free_text_too(for_xml: list[Structure]) -> None:
    """Beside the listed texts there are others, outside of ASCII and of the Basic Multilingual Plane too."""
    free = "".join(text for shape in TEXT_SHAPES for text in set(texts_of(for_xml, shape)) - set(edge_values(shape)))
    assert max(free) > "\uffff"
    assert any("\x7f" < char <= "\uffff" for char in free)


def test_an_alphabet_and_xml_both_count() -> None:
    """Of the characters of an alphabet only those are used that XML can hold."""
    values = draws(connection_responses(alphabet="a\x00\ufffe\t", xml=True), 100)
    texts = {text for shape in TEXT_SHAPES if shape not in FIXED for text in texts_of(values, shape)}
    assert set("".join(texts)) == {"a", "\t"}


def test_an_alphabet_of_what_xml_cannot_hold_is_a_mistake() -> None:
    """There is no text then, with or without free text."""
    with pytest.raises(ValueError, match=r"^the alphabet '\\x00' leaves no text for "):
        connection_responses(alphabet="\x00", xml=True)
