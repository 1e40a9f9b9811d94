"""The algebra of values: equality, the first difference, plain data, and how a value is printed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import permutations
from types import MappingProxyType

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies.contract import Path
from participant_strategies.responses import connection_responses
from participant_strategies.value import (
    TEXT_SHOWN,
    Boolean,
    Difference,
    Enum,
    Foreign,
    List,
    String,
    Structure,
    Value,
    difference,
    duplicated,
    shown_text,
)
from tests.strategies.drawing import draws

A, B = String("a"), String("b")


def structure(**members: Value) -> Structure:
    """Return a structure of these members."""
    return Structure(tuple(members.items()))


def trees() -> SearchStrategy[Value]:
    """Draw any value at all, names often named twice."""
    leaves: SearchStrategy[Value] = st.sampled_from([A, B, Enum("a"), Boolean(True), Foreign("int", "1")])
    return st.recursive(leaves, _branches, max_leaves=6)


def _branches(below: SearchStrategy[Value]) -> SearchStrategy[Value]:
    members = st.lists(st.tuples(st.sampled_from("xy"), below), max_size=3)
    return st.one_of(
        members.map(lambda pairs: Structure(tuple(pairs))),
        st.lists(below, max_size=2).map(lambda items: List(tuple(items))),
    )


def reversed_members(value: Value) -> Value:
    """Return the same value with the members of every structure in the reverse order."""
    if isinstance(value, Structure):
        return Structure(tuple((name, reversed_members(member)) for name, member in reversed(value.members)))
    if isinstance(value, List):
        return List(tuple(map(reversed_members, value.items)))
    return value


@pytest.fixture(name="values", scope="module")
def values_fixture() -> list[Value]:
    """Return a few hundred values of every kind and depth."""
    return draws(trees(), 300)


# Equality


@pytest.mark.parametrize("order", list(permutations([("x", A), ("y", B), ("z", Boolean(True))])))
def test_the_order_of_members_is_free(order: tuple[tuple[str, Value], ...]) -> None:
    """Two structures with the same members are equal, whichever comes first."""
    assert Structure(order) == structure(x=A, y=B, z=Boolean(True))


def test_the_order_of_members_is_free_at_every_depth(values: list[Value]) -> None:
    """Any value is equal to itself with all members reversed, and has the same hash."""
    for value in values:
        other = reversed_members(value)
        assert other == value
        assert hash(other) == hash(value)


def test_a_member_that_stands_twice_is_not_the_same_as_once() -> None:
    """Equality does not ignore how often a member is named."""
    assert Structure((("x", A), ("x", A))) != structure(x=A)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (A, B),
        (A, structure(x=A)),
        # These two look alike when they are printed …
        (String("a" * 500 + "1"), String("a" * 500 + "2")),
        # … and these print in another order when their own members are reversed.
        (structure(x=A, y=B), structure(x=B)),
    ],
    ids=repr,
)
def test_the_order_of_duplicates_is_free(first: Value, second: Value) -> None:
    """Two members of one name may come in any order too."""
    value = Structure((("x", first), ("x", second)))
    assert reversed_members(value) == value
    assert difference(value, reversed_members(value)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, B),
        (A, Enum("a")),
        (String("true"), Boolean(True)),
        (Foreign("int", "1"), String("1")),
        (List((A, B)), List((B, A))),
        (List((A,)), List((A, A))),
        (structure(x=A), structure(y=A)),
        (structure(x=A), structure(x=B)),
        (structure(), List()),
        (structure(x=structure()), structure(x=structure(y=A))),
    ],
    ids=repr,
)
def test_unlike_values_differ(one: Value, other: Value) -> None:
    """Text, kind, name, order of a list and number of items all count."""
    assert one != other


def test_a_structure_is_not_equal_to_plain_data() -> None:
    """A value is compared with values alone."""
    assert Structure().__eq__({}) is NotImplemented
    assert Structure() != {}


def test_being_plain_is_no_part_of_the_value() -> None:
    """Whether the tags were given or derived does not matter to equality."""
    assert Structure(plain=True) == Structure()
    assert hash(Structure(plain=True)) == hash(Structure())


def test_equal_values_are_one_member_of_a_set(values: list[Value]) -> None:
    """The hash is consistent with equality, so that values can be kept in sets."""
    assert len(set(values)) == len({*values, *map(reversed_members, values)}) > 1


# The first difference


@pytest.mark.parametrize(
    ("expected", "got", "path", "text"),
    [
        (A, B, (), 'at the value itself: expected "a", got "b"'),
        (A, Enum("a"), (), 'at the value itself: expected "a", got enum "a"'),
        (structure(x=A), structure(), ("x",), 'at x: expected "a", got nothing (absent)'),
        (structure(), structure(x=A), ("x",), 'at x: expected nothing (absent), got "a"'),
        (structure(x=A, y=A), structure(y=B, x=B), ("x",), 'at x: expected "a", got "b"'),
        (structure(x=structure(y=A)), structure(x=structure(y=B)), ("x", "y"), 'at x.y: expected "a", got "b"'),
        (structure(x=structure(y=A)), structure(x=A), ("x",), 'at x: expected {y: "a"}, got "a"'),
        (structure(x=A), Structure((("x", A), ("x", A))), ("x",), 'at x: expected nothing (absent), got "a"'),
        (Structure((("x", A), ("x", B))), structure(x=A), ("x",), 'at x: expected "b", got nothing (absent)'),
        (structure(x=List((A, B))), structure(x=List((A, A))), ("x", "1"), 'at x.1: expected "b", got "a"'),
        (structure(x=List((A,))), structure(x=List()), ("x",), 'at x: expected ["a"], got []'),
        (structure(x=A), structure(x=Foreign("int", "1")), ("x",), 'at x: expected "a", got int 1'),
    ],
)
def test_the_first_difference_is_told_with_its_path(expected: Value, got: Value, path: Path, text: str) -> None:
    """Whatever differs (text, kind, a missing, an unexpected, a doubled member, an item) is named by where it is."""
    found = difference(expected, got)
    assert found is not None
    assert (found.path, str(found)) == (path, text)


def test_a_difference_holds_both_sides() -> None:
    """Expected and got can be looked at, not only read."""
    assert difference(structure(x=A), structure(x=B)) == Difference(("x",), A, B)


def test_the_path_starts_where_it_is_told() -> None:
    """A path given by the caller stands before the path that is found."""
    assert difference(structure(x=A), structure(x=B), ("w",)) == Difference(("w", "x"), A, B)


def test_there_is_no_difference_between_equal_values(values: list[Value]) -> None:
    """Of a value and the same with all members reversed nothing is told."""
    assert [value for value in values if difference(value, reversed_members(value))] == []


def test_there_is_a_difference_exactly_between_unequal_values(values: list[Value]) -> None:
    """Equality and ``difference`` never disagree."""
    pairs = [(one, other) for one in values[:60] for other in values[:60]]
    assert [pair for pair in pairs if (difference(*pair) is None) != (pair[0] == pair[1])] == []


# Plain data


def test_leaves_are_tagged_by_the_contract() -> None:
    """Text is an enum where the model lists values, else a string."""
    data = {"WebRTCConnection": {"Meeting": {"MeetingId": "a", "MeetingFeatures": {"Audio": {"EchoReduction": "b"}}}}}
    value = Structure.from_plain(data)
    assert value.get("WebRTCConnection", "Meeting", "MeetingId") == String("a")
    assert value.get("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction") == Enum("b")


def test_a_structure_of_plain_data_says_so() -> None:
    """Checks that judge tags can tell that these were not the implementation's."""
    assert Structure.from_plain({}).plain
    assert not Structure().plain


def plain(value: Value) -> object:
    """Return a drawn response as nested dictionaries."""
    if isinstance(value, Structure):
        return {name: plain(member) for name, member in value.members}
    assert isinstance(value, String | Enum)
    return value.text


def test_plain_data_of_any_response_gives_the_response() -> None:
    """``from_plain`` tags every member of a valid response as it was."""
    for response in draws(connection_responses(), 200):
        data = plain(response)
        assert isinstance(data, dict)
        assert Structure.from_plain(data) == response


class Word(StrEnum):
    """Text that is an instance of a subclass of ``str``."""

    A = "a"


class Number(int):
    """A number with its own way to be printed."""

    def __repr__(self) -> str:
        return "number!"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("a", A),
        (Word.A, A),
        (True, Boolean(True)),
        (False, Boolean(False)),
        ([], List()),
        (["a", ["b"]], List((A, List((B,))))),
        (("a",), List((A,))),
        (None, Foreign("NoneType", "None")),
        (1, Foreign("int", "1")),
        (1.5, Foreign("float", "1.5")),
        (b"a", Foreign("bytes", "b'a'")),
        (Number(1), Foreign("Number", "number!")),
        ({1: "a"}, Structure((("1", A),))),
        (MappingProxyType({"b": None}), structure(b=Foreign("NoneType", "None"))),
    ],
    ids=repr,
)
def test_each_kind_of_plain_data_becomes_its_value(given: object, value: Value) -> None:
    """What is no text, boolean, list or mapping is kept as foreign, with what it is."""
    assert Structure.from_plain({"a": given}) == structure(a=value)


def test_text_of_a_subclass_becomes_plain_text() -> None:
    """An enumeration of the implementation's own is text all the same, and printed as such."""
    [(_, value)] = Structure.from_plain({"a": Word.A}).members
    assert isinstance(value, String)
    assert type(value.text) is str


def test_an_item_of_a_list_is_no_enum() -> None:
    """The output has no lists, so nothing says what an item of one would be."""
    data = {"WebRTCConnection": {"Meeting": {"MeetingFeatures": {"Audio": {"EchoReduction": ["AVAILABLE"]}}}}}
    value = Structure.from_plain(data).get("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction")
    assert value == List((String("AVAILABLE"),))


@pytest.mark.parametrize(
    "data", [{"Nothing": {"EchoReduction": "a"}}, {"Websocket": {"Url": {"EchoReduction": "a"}}}], ids=str
)
def test_below_what_the_model_does_not_have_text_is_a_string(data: Mapping[str, object]) -> None:
    """The name of an enum means nothing where the model has no such member."""
    assert [value for _, value in Structure.from_plain(data).paths() if not isinstance(value, Structure)] == [A]


# Looking into a value

NESTED = structure(x=structure(y=A), z=B)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), NESTED),
        (("z",), B),
        (("x", "y"), A),
        (("x",), structure(y=A)),
        (("w",), None),
        (("x", "w"), None),
        (("z", "y"), None),
        (("w", "y"), None),
    ],
    ids=str,
)
def test_a_member_is_got_by_its_path(path: Path, value: Value | None) -> None:
    """What is absent, or below a leaf, is ``None``."""
    assert NESTED.get(*path) == value


def test_paths_come_parents_first() -> None:
    """Every member that is present is yielded with its path, a structure before what it holds."""
    assert list(NESTED.paths()) == [(("x",), structure(y=A)), (("x", "y"), A), (("z",), B)]


def test_a_duplicate_is_yielded_twice() -> None:
    """``paths`` hides nothing."""
    assert [path for path, _ in Structure((("x", A), ("x", B))).paths()] == [("x",), ("x",)]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (structure(), None),
        (structure(x=structure(y=A), y=A), None),
        (Structure((("x", A), ("y", A), ("x", B))), ("x",)),
        (structure(w=Structure((("x", A), ("x", A)))), ("w", "x")),
        (Structure((("x", structure(y=A)), ("x", structure(y=A)))), ("x",)),
    ],
    ids=repr,
)
def test_a_doubled_member_is_found(value: Structure, path: Path | None) -> None:
    """The first name that stands twice within one structure is told; the same name in two structures is fine."""
    assert duplicated(value) == path


# How a value is printed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (String("a"), '"a"'),
        (String('"\\'), r'"\"\\"'),
        (String("é"), '"é"'),
        (String("a\nb"), r'"a\nb"'),
        (String("\u202e\U0001f642"), r'"\u202e\ud83d\ude42"'),
        (String("\ud83d"), r'"\ud83d"'),
        (Enum("a"), 'enum "a"'),
        (Boolean(True), "true"),
        (Boolean(False), "false"),
        (List((A, List())), '["a", []]'),
        (Foreign("int", "1"), "int 1"),
        (Structure(), "{}"),
        (structure(x=structure(y=A), z=Enum("b")), '{x: {y: "a"}, z: enum "b"}'),
    ],
)
def test_a_value_is_printed_readably(value: Value, text: str) -> None:
    """A value looks like JSON without the noise; what cannot be seen is escaped."""
    assert repr(value) == text


def test_a_text_just_short_enough_is_printed_whole() -> None:
    """The limit is that of the quoted text."""
    text = "a" * (TEXT_SHOWN - 2)
    assert shown_text(text) == f'"{text}"'


def test_a_long_text_is_cut_and_its_length_told() -> None:
    """A long text does not fill the screen."""
    shown = shown_text("a" * 1000)
    assert shown == '"' + "a" * (TEXT_SHOWN - 21) + '…" (1000 characters)'


def test_a_long_foreign_value_is_cut() -> None:
    """What an implementation made of a member is printed up to a limit."""
    assert len(repr(Foreign("bytes", "a" * 1000))) == len("bytes ") + TEXT_SHOWN
