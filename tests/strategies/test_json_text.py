"""JSON text: every spelling says the same, the spellings really differ, and what is added means nothing."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, TypeAlias

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies.contract import Path
from participant_strategies.json_text import (
    COMPACT,
    UNKNOWN_NAMES,
    UNKNOWN_VALUES,
    Addition,
    Json,
    Number,
    Object,
    Spelling,
    absent_at,
    absent_members,
    additions,
    drawn_additions,
    drawn_spot,
    json_spellings,
    json_tree,
    member_slots,
    miscased,
    nulls,
    one_of_these,
    render,
    with_additions,
)
from participant_strategies.responses import connection_responses
from participant_strategies.successes import full
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value
from tests.strategies.drawing import draws
from tests.strategies.validity import PATHS, SHAPES, STRUCTURES

#: What the standard parser makes of a text, with objects as pairs and numbers as they are spelled.
Parsed: TypeAlias = "tuple[str, Any] | str | bool | None"

SMALL = Object((("a", "b"), ("c", ("d", Object()))))


def parsed(text: str) -> Parsed:
    """Parse by the standard library, and keep what it would drop: order, duplicates, the spelling of numbers."""
    return _tagged(
        json.loads(
            text,
            object_pairs_hook=lambda pairs: ("object", pairs),
            parse_int=lambda number: ("number", number),
            parse_float=lambda number: ("number", number),
        )
    )


def _tagged(found: Any) -> Parsed:
    match found:
        case list():
            return "array", tuple(map(_tagged, found))
        case ("object", list(pairs)):
            return "object", tuple((name, _tagged(value)) for name, value in pairs)
    return found  # type: ignore[no-any-return]


def meant(tree: Json) -> Parsed:
    """Return what a tree must be parsed as."""
    match tree:
        case Object(members):
            return "object", tuple((name, meant(value)) for name, value in members)
        case Number(text):
            return "number", text
        case tuple():
            return "array", tuple(map(meant, tree))
    return tree


def unordered(found: Parsed) -> Parsed:
    """Forget the order of members (but not that one stands twice)."""
    match found:
        case ("object", pairs):
            return "object", tuple(sorted(((name, unordered(value)) for name, value in pairs), key=repr))
        case ("array", items):
            return "array", tuple(map(unordered, items))
    return found


def texts() -> SearchStrategy[str]:
    """Draw text of every kind of character, among them many that must or may be escaped."""
    telling = st.sampled_from('"\\/\b\f\n\r\t\x00\x1f\x7fé\u2028\uffff\U0001f642\U0010ffff')
    return st.lists(st.one_of(telling, st.characters(exclude_categories=["Cs"])), max_size=6).map("".join)


def trees() -> SearchStrategy[Json]:
    """Draw any JSON tree; names often stand twice."""
    numbers = st.sampled_from(["0", "-0", "1e400", "-1.50E+3", "12345678901234567890"]).map(Number)
    leaves: SearchStrategy[Json] = st.one_of(texts(), numbers, st.sampled_from([None, True, False]))
    return st.recursive(leaves, _branches, max_leaves=8)


def _branches(below: SearchStrategy[Json]) -> SearchStrategy[Json]:
    names = st.one_of(st.sampled_from("ab"), texts())
    return st.one_of(
        st.lists(below, max_size=3).map(tuple),
        st.lists(st.tuples(names, below), max_size=4).map(lambda members: Object(tuple(members))),
    )


def patterns() -> SearchStrategy[Spelling]:
    """Draw spellings of every pattern, also of those that ``json_spellings`` never draws."""
    return st.builds(
        Spelling,
        space=st.lists(st.sampled_from(["", " ", "\n", "\t", "\r", "\r\n  "]), max_size=3).map(tuple),
        escapes=st.lists(st.sampled_from(["plain", "short", "lower", "upper"]), max_size=3).map(tuple),
        order=st.lists(st.integers(-3, 5), max_size=3).map(tuple),
    )


def spelled() -> SearchStrategy[tuple[Json, Spelling]]:
    """Draw a tree and a spelling of it."""
    return st.tuples(trees(), st.one_of(patterns(), json_spellings()))


@pytest.fixture(name="cases", scope="module")
def cases_fixture() -> list[tuple[Json, Spelling]]:
    """Return many trees, each with a spelling."""
    return draws(spelled(), 300)


# Every spelling says the same


def test_the_trees_hold_what_is_hard(cases: list[tuple[Json, Spelling]]) -> None:
    """The properties below are shown on duplicates, astral characters, control characters and numbers."""
    found = repr([meant(tree) for tree, _ in cases])
    assert all(part in found for part in ("1e400", "\U0001f642", r"\x00", r"\x1f", '"', r"\\"))
    names = [Counter(name for name, _ in tree.members) for tree, _ in cases if isinstance(tree, Object)]
    assert sum(max(each.values(), default=0) > 1 for each in names) > 10


def test_every_spelling_is_parsed_to_the_same(cases: list[tuple[Json, Spelling]]) -> None:
    """The standard parser reads the tree out of any spelling of it, but for the order of members."""
    for tree, spelling in cases:
        assert unordered(parsed(render(tree, spelling))) == unordered(meant(tree))


def test_without_an_order_the_order_is_kept(cases: list[tuple[Json, Spelling]]) -> None:
    """White space and escapes alone do not move a member."""
    for tree, spelling in cases:
        assert parsed(render(tree, Spelling(spelling.space, spelling.escapes))) == meant(tree)


def test_every_spelling_is_text_that_utf8_can_encode(cases: list[tuple[Json, Spelling]]) -> None:
    """A rendered text becomes bytes without a fallback."""
    for tree, spelling in cases:
        text = render(tree, spelling)
        assert text.encode("utf-8").decode("utf-8") == text


def plain(tree: Json) -> object:
    """Return a tree without duplicates and numbers as plain data."""
    match tree:
        case Object(members):
            return {name: plain(value) for name, value in members}
        case tuple():
            return [plain(item) for item in tree]
    return tree


def without_duplicates(tree: Json) -> Json:
    """Drop all but the last of a name, and put text for numbers, which Python would spell in its own way."""
    match tree:
        case Object(members):
            return Object(tuple((name, without_duplicates(value)) for name, value in dict(members).items()))
        case Number(text):
            return text
        case tuple():
            return tuple(map(without_duplicates, tree))
    return tree


def test_compact_text_is_that_of_the_standard_library(cases: list[tuple[Json, Spelling]]) -> None:
    """Byte for byte what ``json.dumps`` gives without white space and needless escapes."""
    for drawn, _ in cases:
        tree = without_duplicates(drawn)
        assert render(tree) == json.dumps(plain(tree), separators=(",", ":"), ensure_ascii=False)


def test_text_with_every_escape_in_small_letters_is_ascii() -> None:
    """``lower`` escapes every character, outside of the BMP as a surrogate pair."""
    assert render("aé\U0001f642\n", Spelling(escapes=("lower",))) == r'"\u0061\u00e9\ud83d\ude42\u000a"'


@pytest.mark.parametrize(
    "text",
    ["\ud83d", "\ude42a", "a\udfffb", "\ude42\ud83d"],
    ids=["first half", "second half", "between letters", "wrong way round"],
)
@pytest.mark.parametrize("escapes", [(), ("short",), ("lower",), ("upper",)], ids=str)
def test_a_lone_surrogate_is_written_as_an_escape(text: str, escapes: tuple[str, ...]) -> None:
    """No UTF-8 text can hold one, so it is escaped in every style, and comes back."""
    rendered = render(text, Spelling(escapes=escapes))
    assert rendered.isascii()
    assert json.loads(rendered) == text


# What a spelling is


@pytest.mark.parametrize(
    ("escapes", "text"),
    [
        ((), '"\\"/\\n\\u0001é"'),
        (("plain",), '"\\"/\\n\\u0001é"'),
        (("short",), '"\\"\\/\\n\\u0001é"'),
        (("lower",), r'"\u0022\u002f\u000a\u0001\u00e9"'),
        (("upper",), r'"\u0022\u002F\u000A\u0001\u00E9"'),
        (("upper", "plain"), r'"\u0022/\u000A\u0001\u00E9"'),
    ],
    ids=str,
)
def test_escapes_are_used_round_and_round(escapes: tuple[str, ...], text: str) -> None:
    """Each character takes the next style of the pattern."""
    assert render('"/\n\x01é', Spelling(escapes=escapes)) == text


def test_the_escapes_go_on_from_text_to_text() -> None:
    """Names and values are counted together."""
    assert render(Object((("a", "bc"),)), Spelling(escapes=("plain", "lower"))) == r'{"a":"\u0062c"}'


def test_white_space_may_stand_in_every_place() -> None:
    """Around the text, inside brackets even if they are empty, around each comma and colon."""
    text = render(Object((("a", ("b", "c")), ("d", Object()))), Spelling(space=("_",)))
    assert text == '_{_"a"_:_[_"b"_,_"c"_]_,_"d"_:_{_}_}_'


def test_white_space_is_used_round_and_round() -> None:
    """Each place takes the next piece of the pattern."""
    assert render(("a", "b"), Spelling(space=("_", "", "."))) == '_["a".,_"b"].'


@pytest.mark.parametrize(
    ("order", "names"),
    [((), "abc"), ((0,), "abc"), ((1,), "bca"), ((-1,), "cba"), ((2, 0), "cab"), ((0, 1), "acb")],
    ids=str,
)
def test_an_order_says_which_of_the_rest_comes_next(order: tuple[int, ...], names: str) -> None:
    """Each number of the pattern picks one of the members that are still to be written."""
    text = render(Object((("a", None), ("b", None), ("c", None))), Spelling(order=order))
    assert "".join(json.loads(text)) == names


def test_the_order_of_a_list_is_never_changed() -> None:
    """Only members of objects are free in their order."""
    assert render(("a", "b", "c"), Spelling(order=(-1,))) == '["a","b","c"]'


def test_an_object_is_printed_as_its_compact_text() -> None:
    """A tree in a failure reads as JSON."""
    assert repr(SMALL) == render(SMALL, COMPACT) == '{"a":"b","c":["d",{}]}'


@pytest.fixture(name="spellings", scope="module")
def spellings_fixture() -> list[Spelling]:
    """Return many drawn spellings."""
    return draws(json_spellings(), 400)


def test_the_first_spelling_is_the_compact_one(spellings: list[Spelling]) -> None:
    """A counterexample in which the spelling does not matter shows none."""
    assert spellings[0] == COMPACT


@pytest.mark.parametrize("style", ["plain", "short", "lower", "upper"])
def test_every_style_of_escape_is_drawn(spellings: list[Spelling], style: str) -> None:
    """Each style is seen often, also mixed with others."""
    assert sum(style in spelling.escapes for spelling in spellings) >= 40
    assert any(style in spelling.escapes and len(spelling.escapes) > 1 for spelling in spellings)


@pytest.mark.parametrize("char", [" ", "\t", "\r", "\n"], ids=["space", "tab", "return", "newline"])
def test_every_kind_of_white_space_is_drawn(spellings: list[Spelling], char: str) -> None:
    """All four characters that RFC 8259 allows are seen."""
    assert sum(char in "".join(spelling.space) for spelling in spellings) >= 40


def test_no_other_white_space_is_drawn(spellings: list[Spelling]) -> None:
    """Whatever else looks blank is no JSON."""
    assert set("".join("".join(spelling.space) for spelling in spellings)) == set(" \t\r\n")


def test_each_part_of_a_spelling_is_often_as_usual(spellings: list[Spelling]) -> None:
    """White space, escapes and order vary on their own."""
    for part in ("space", "escapes", "order"):
        assert 20 <= sum(not getattr(spelling, part) for spelling in spellings) <= 200


def test_every_order_of_three_members_is_drawn(spellings: list[Spelling]) -> None:
    """The orders drawn are not always the same few."""
    tree = Object((("a", None), ("b", None), ("c", None)))
    orders = {"".join(json.loads(render(tree, spelling))) for spelling in spellings}
    assert len(orders) >= 5


# Values as trees


@pytest.mark.parametrize(
    ("value", "tree"),
    [
        (String("a"), "a"),
        (Enum("a"), "a"),
        (Boolean(False), False),
        (List((String("a"), List())), ("a", ())),
        (Structure(), Object()),
        (Structure((("b", String("a")), ("a", Structure()))), Object((("b", "a"), ("a", Object())))),
    ],
    ids=repr,
)
def test_a_value_becomes_a_tree(value: Value, tree: Json) -> None:
    """Each kind has its JSON form; the order of members is kept."""
    assert json_tree(value) == tree


def test_a_foreign_value_has_no_tree() -> None:
    """Only an implementation makes one, so nothing of ours may spell it."""
    with pytest.raises(TypeError, match=r"^int 1 is not a modelled value"):
        json_tree(Structure((("a", Foreign("int", "1")),)))


# Additions

TREE = Object((("a", "1"), ("b", Object((("c", "2"),)))))


@pytest.mark.parametrize(
    ("path", "position", "text"),
    [
        ((), 0, '{"x":null,"a":"1","b":{"c":"2"}}'),
        ((), 1, '{"a":"1","x":null,"b":{"c":"2"}}'),
        ((), 9, '{"a":"1","b":{"c":"2"},"x":null}'),
        (("b",), 0, '{"a":"1","b":{"x":null,"c":"2"}}'),
        (("b",), 1, '{"a":"1","b":{"c":"2","x":null}}'),
        (("a",), 0, '{"a":"1","b":{"c":"2"}}'),
        (("z",), 0, '{"a":"1","b":{"c":"2"}}'),
        (("b", "c"), 0, '{"a":"1","b":{"c":"2"}}'),
    ],
    ids=str,
)
def test_an_addition_lands_where_it_says(path: Path, position: int, text: str) -> None:
    """It stands before the member of that number, or last; without an object at its path it is left out."""
    assert render(with_additions(TREE, [Addition(path, position, "x", None)])) == text


def test_additions_are_put_in_one_after_the_other() -> None:
    """A later one sees the members that came before it."""
    two = [Addition((), 0, "x", True), Addition((), 0, "y", False)]
    assert render(with_additions(Object(), two)) == '{"y":false,"x":true}'


def test_an_addition_goes_into_every_object_of_its_path() -> None:
    """Where a name stands twice both objects get it."""
    tree = Object((("b", Object()), ("b", Object())))
    assert render(with_additions(tree, [Addition(("b",), 0, "x", ())])) == '{"b":{"x":[]},"b":{"x":[]}}'


def known_names(path: Path) -> set[str]:
    """Return the names that the model has for the structure at a path."""
    return set(SHAPES[dict(STRUCTURES)[path] if path else "CreateParticipantConnectionResponse"]["members"])


@pytest.mark.parametrize("path", [(), *(path for path, _ in STRUCTURES)], ids=lambda path: ".".join(path) or "top")
def test_unknown_names_are_unknown_everywhere(path: Path) -> None:
    """No structure has a member of such a name, or of ``__type``."""
    assert known_names(path).isdisjoint({*UNKNOWN_NAMES, "__type"})


def test_unknown_values_are_of_every_type() -> None:
    """A member that means nothing can hold any JSON type, nested ones too."""
    kinds = {type(value) for value in UNKNOWN_VALUES}
    assert kinds == {str, bool, Number, tuple, Object, type(None)}
    assert any("Websocket" in render(value) for value in UNKNOWN_VALUES)


def added() -> SearchStrategy[tuple[Structure, tuple[Addition, ...]]]:
    """Draw a response and additions to it."""
    return connection_responses().flatmap(lambda value: st.tuples(st.just(value), additions(value)))


@pytest.fixture(name="drawn", scope="module")
def drawn_fixture() -> list[tuple[Structure, tuple[Addition, ...]]]:
    """Return many responses with additions."""
    return draws(added(), 1000)


def test_drawn_additions_go_into_structures_that_are_there(
    drawn: list[tuple[Structure, tuple[Addition, ...]]],
) -> None:
    """None of them is left out for want of its place."""
    for value, some in drawn:
        assert all(isinstance(value.get(*addition.path), Structure) for addition in some)


def test_drawn_additions_are_one_to_three_of_unknown_names(
    drawn: list[tuple[Structure, tuple[Addition, ...]]],
) -> None:
    """Each count is seen; names and values come from the lists, all of them."""
    assert {len(some) for _, some in drawn} == {1, 2, 3}
    every = [addition for _, some in drawn for addition in some]
    assert {addition.name for addition in every} == set(UNKNOWN_NAMES)
    assert {render(addition.value) for addition in every} == set(map(render, UNKNOWN_VALUES))


def test_no_name_is_added_twice_to_one_structure(
    drawn: list[tuple[Structure, tuple[Addition, ...]]],
) -> None:
    """What a name that stands twice means is open, so such a text might rightly be refused."""
    for _, some in drawn:
        assert len({(addition.path, addition.name) for addition in some}) == len(some)


def test_additions_are_drawn_at_every_place(drawn: list[tuple[Structure, tuple[Addition, ...]]]) -> None:
    """At the top, in every structure, first and behind other members."""
    every = [addition for _, some in drawn for addition in some]
    assert {addition.path for addition in every} == {(), *(path for path, _ in STRUCTURES)}
    assert {addition.position for addition in every} == {0, 1, 2, 3, 4}


def test_additions_keep_to_what_is_asked_for() -> None:
    """Names, values and their number are arguments."""
    drawn = draws(additions(full(), names=("n",), values=(True,), max_size=1), 60)
    assert {(len(some), some[0].name, some[0].value) for some in drawn} == {(1, "n", True)}


def test_the_strategy_of_a_choice_is_built_once() -> None:
    """Equal options give the same strategy."""
    assert one_of_these((1, 2)) is one_of_these((1, 2))


@pytest.mark.parametrize("number", [0, 1, 3])
def test_the_number_of_additions_can_be_given(number: int) -> None:
    """So many are drawn, but for a name that is drawn twice for one structure."""
    drawn = draws(st.composite(lambda draw: drawn_additions(draw, full(), number=number))(), 60)
    assert max(map(len, drawn)) == number
    assert min(map(len, drawn)) == min(number, 1)


def test_a_spot_in_the_empty_response_is_the_only_one() -> None:
    """Where a structure is absent, the next one around it takes its place."""
    assert set(draws(st.composite(drawn_spot)(Structure()), 60)) == {((), 0)}


def test_spots_are_in_every_structure_before_behind_and_between() -> None:
    """None is behind more members than there are."""
    spots = set(draws(st.composite(drawn_spot)(full()), 1000))
    assert {path for path, _ in spots} == {(), *(path for path, _ in STRUCTURES)}
    assert {position for path, position in spots if path == ("WebRTCConnection", "Meeting", "MediaPlacement")} == {
        0,
        1,
        2,
        4,
    }
    assert {position for path, position in spots if path == ("Websocket",)} == {0, 1, 2}


# Nulls


def test_the_list_of_members_has_all_of_them_and_the_top_again() -> None:
    """A power of two in all, so that the lower bits of a number say which."""
    slots, paths = member_slots(), [path for path, _ in PATHS]
    assert list(slots[: len(paths)]) == paths
    assert {len(path) for path in slots[len(paths) :]} == {1}
    assert len(slots).bit_count() == 1


@pytest.mark.parametrize(
    ("path", "absent"),
    [
        ("Websocket", None),
        ("Websocket.Url", "Websocket.Url"),
        ("WebRTCConnection.Meeting.MediaPlacement.AudioHostUrl", "WebRTCConnection"),
    ],
)
def test_what_is_absent_at_a_path_is_the_outermost_structure(path: str, absent: str | None) -> None:
    """Or the member itself, or nothing where it is there."""
    found = absent_at(Structure((("Websocket", Structure()),)), tuple(path.split(".")))
    assert found == (absent and tuple(absent.split(".")))


def test_a_null_that_would_be_there_makes_way_for_one_that_is_absent() -> None:
    """A value that lacks a single member has this one null."""
    lacking = Structure(tuple((name, member) for name, member in full().members if name != "Websocket"))
    assert {tuple(addition.name for addition in some) for some in draws(nulls(lacking), 60)} == {("Websocket",)}


def test_absent_members_of_the_empty_response_are_the_top_level_ones() -> None:
    """What stands below an absent structure is not absent by itself."""
    assert absent_members(Structure()) == [path for path, _ in PATHS if len(path) == 1]


def test_absent_members_are_listed_at_every_depth() -> None:
    """Wherever the structure is there and the member is not."""
    value = Structure((("Websocket", Structure((("Url", String("a")),))), ("ConnectionCredentials", Structure())))
    absent = {".".join(path) for path in absent_members(value)}
    credentials = {"ConnectionCredentials.ConnectionToken", "ConnectionCredentials.Expiry"}
    assert absent == {"Websocket.ConnectionExpiry", *credentials, "WebRTCConnection"}


def test_the_full_response_lacks_nothing() -> None:
    """Then there is nothing to write as null either."""
    assert absent_members(full()) == []
    with pytest.raises(ValueError, match=r"^every member is present"):
        draws(nulls(full()), 1)


def test_nulls_stand_for_absent_members_and_once_each() -> None:
    """One to three members that the value lacks are written as null, never one that is there, none twice."""
    lacking = connection_responses(without=["Websocket.Url"])
    drawn = draws(lacking.flatmap(lambda value: st.tuples(st.just(value), nulls(value))), 1000)
    for value, some in drawn:
        paths = [(*addition.path, addition.name) for addition in some]
        assert set(paths) <= set(absent_members(value))
        assert len(set(paths)) == len(paths)
        assert {addition.value for addition in some} == {None}
    assert {len(some) for _, some in drawn} == {1, 2, 3}
    assert {(*one.path, one.name) for _, some in drawn for one in some} >= {path for path, _ in PATHS if len(path) < 4}


# Names in another case


@pytest.mark.parametrize("path", [path for path, _ in PATHS], ids=".".join)
def test_a_miscased_name_is_no_known_one(path: Path) -> None:
    """It differs from its own name and from those of its siblings, though in case alone."""
    names = miscased(path[-1])
    assert len(set(names)) == len(names) >= 2
    assert {name.lower() for name in names} == {path[-1].lower()}
    assert known_names(path[:-1]).isdisjoint(names)


def test_a_name_without_letters_has_no_other_case() -> None:
    """There is nothing to spell in another way."""
    assert miscased("1") == ()
