"""Drawn success replies: each says its value and nothing else, among members that mean nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies.contract import Path
from participant_strategies.errors import error_case
from participant_strategies.json_text import Addition, Spelling
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Decoded, Reply
from participant_strategies.responses import connection_responses
from participant_strategies.successes import (
    at,
    drawn_nulled,
    full,
    put,
    remove,
    sample,
    sample_member,
    structure_paths,
    success_case,
    success_replies,
    value_of,
)
from participant_strategies.value import Enum, String, Structure, Value
from tests.strategies import reading
from tests.strategies.drawing import draws
from tests.strategies.validity import LEAVES, PATHS, STRUCTURES, complaints

OFTEN = 30
A, B = String("a"), String("b")


def names(case: Case) -> set[str]:
    """Return the names in the body of a case that the model does not have."""
    return set(reading.unknown_members(reading.members(case.reply)))


def known_in_another_case(name: str) -> bool:
    """Tell whether a name differs from one of the contract's in case alone."""
    return name.lower() in {path[-1].lower() for path, _ in PATHS} and name not in {path[-1] for path, _ in PATHS}


STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')


def is_compact(case: Case) -> bool:
    """Tell whether a body is written without white space and needless escapes."""
    text = case.reply.body.decode()
    needless = (found for found in STRINGS.findall(text) if found != json.dumps(json.loads(found), ensure_ascii=False))
    return not any(needless) and not re.search(r"\s", STRINGS.sub("", text))


#: What a flag of ``success_replies`` allows, and how one sees that it is there.
SEEN: dict[str, Callable[[Case], bool]] = {
    "spellings": lambda case: not is_compact(case),
    "unknown_members": lambda case: any(name != "__type" and not known_in_another_case(name) for name in names(case)),
    "nulls": lambda case: bool(list(reading.nulls(reading.members(case.reply)))),
    "dunder_type": lambda case: "__type" in names(case),
    "miscased_names": lambda case: any(map(known_in_another_case, names(case))),
}


def only(*flags: str) -> SearchStrategy[Case]:
    """Return the success replies that these flags allow, and no other."""
    return success_replies(
        spellings="spellings" in flags,
        unknown_members="unknown_members" in flags,
        nulls="nulls" in flags,
        dunder_type="dunder_type" in flags,
        miscased_names="miscased_names" in flags,
    )


@pytest.fixture(name="cases", scope="module")
def cases_fixture() -> list[Case]:
    """Return many success replies with all that is allowed in them."""
    return draws(success_replies(miscased_names=True), 600)


def test_a_reply_says_its_value_and_nothing_else(cases: list[Case]) -> None:
    """What is left of the body without unknown names and nulls is the expected value."""
    for case in cases:
        assert isinstance(case.expected, Decoded)
        assert Structure.from_plain(reading.meaning(reading.members(case.reply))) == case.expected.value
        assert complaints(case.expected.value) == []


def test_no_name_stands_twice(cases: list[Case]) -> None:
    """RFC 8259, section 4: what that means is open, so no valid reply has it."""

    def distinct(pairs: list[tuple[str, object]]) -> None:
        assert len(dict(pairs)) == len(pairs)

    for case in cases:
        json.loads(case.reply.body, object_pairs_hook=distinct)


def test_a_reply_is_a_plain_success(cases: list[Case]) -> None:
    """Status 200 and the usual Content-Type."""
    assert {(case.reply.status, case.reply.headers) for case in cases} == {(200, (JSON_CONTENT_TYPE,))}


@pytest.mark.parametrize("flag", SEEN)
def test_what_is_allowed_is_often_there_and_often_not(cases: list[Case], flag: str) -> None:
    """Each kind of addition is seen with and without."""
    seen = sum(map(SEEN[flag], cases))
    assert OFTEN <= seen <= len(cases) - OFTEN


@pytest.mark.parametrize("flag", SEEN)
def test_a_flag_allows_one_thing(flag: str) -> None:
    """With one flag its own addition is drawn, and none of another flag's."""
    cases = draws(only(flag), 100)
    assert {name for name, seen in SEEN.items() if any(map(seen, cases))} == {flag}


def test_without_any_flag_a_reply_is_the_value_alone() -> None:
    """The compact spelling of the value, its members in their own order."""
    for case in draws(only(), 100):
        assert isinstance(case.expected, Decoded)
        assert case == success_case(case.expected.value)


def test_names_in_another_case_are_left_out_unless_asked_for() -> None:
    """They are unknown names too, but a freedom that only some clients of the service take is not the usual case."""
    assert not any(SEEN["miscased_names"](case) for case in draws(success_replies(), 200))


def test_the_values_can_be_given() -> None:
    """Any strategy of values takes the place of the usual one."""
    cases = draws(success_replies(values=st.just(full())), 50)
    assert {case.expected for case in cases} == {Decoded(full())}


def test_a_value_that_lacks_nothing_has_no_nulls() -> None:
    """The flag for nulls does not fail where none can be."""
    cases = draws(success_replies(values=st.just(full()), unknown_members=False, dunder_type=False), 50)
    assert not any(map(SEEN["nulls"], cases))


def test_nulls_take_members_out_of_a_value_that_is_drawn() -> None:
    """What is null is absent in what is left, and all else is as it was."""
    for value, written in draws(st.composite(lambda draw: drawn_nulled(draw, full(), 2))(), 60):
        left = full()
        for null in written:
            assert value.get(*null.path, null.name) is None
            left = remove(left, (*null.path, null.name))
        assert value == left


# success_case


def test_a_case_is_made_of_a_value() -> None:
    """Compact text, 200, and the value as the outcome."""
    value = Structure((("Websocket", Structure()),))
    case = success_case(value)
    assert case == Case(Reply(200, (JSON_CONTENT_TYPE,), b'{"Websocket":{}}'), Decoded(value))


def test_a_case_takes_spelling_additions_status_control_and_note() -> None:
    """Whatever is free in a reply is an argument; what is added does not change the outcome."""
    control = success_case(Structure())
    case = success_case(
        Structure(),
        spelling=Spelling(space=(" ",)),
        additions=[Addition((), 0, "é", None)],
        status=299,
        control=control,
        note="why",
    )
    reply = Reply(299, (JSON_CONTENT_TYPE,), ' { "é" : null } '.encode())
    assert case == Case(reply, Decoded(Structure()), control=control, note="why")


# Small values


@pytest.mark.parametrize(("path", "shape"), PATHS, ids=[".".join(path) for path, _ in PATHS])
def test_the_sample_of_a_member_is_valid_and_has_content(path: Path, shape: str) -> None:
    """There is a short valid value for every member; a structure of it is not empty."""
    member = sample_member(path)
    assert complaints(member, shape) == []
    assert member != Structure()


@pytest.mark.parametrize("path", [path for path, _ in PATHS], ids=".".join)
def test_the_sample_of_a_path_holds_this_path_alone(path: Path) -> None:
    """Nothing stands beside the member, on no level."""
    value = sample(*path)
    assert value.get(*path) == sample_member(path)
    assert [found for found, _ in value.paths()][: len(path)] == [path[:end] for end in range(1, len(path) + 1)]
    assert all(found == path[: len(found)] or found[: len(path)] == path for found, _ in value.paths())


def test_an_unknown_member_has_no_sample() -> None:
    """There is no value for what the contract does not have."""
    with pytest.raises(ValueError, match=r"^no such member: Websocket\.url$"):
        sample_member(("Websocket", "url"))


def test_an_enum_s_sample_is_an_enum() -> None:
    """The sample carries the right tag."""
    path = next(path for path, shape in LEAVES if shape == "MeetingFeatureStatus")
    assert sample_member(path) == Enum("AVAILABLE")


def test_the_full_value_has_every_member() -> None:
    """Each member of the contract is there, once, and valid."""
    assert [path for path, _ in full().paths()] == [path for path, _ in PATHS]
    assert complaints(full()) == []


def test_the_full_value_can_hold_one_text_everywhere() -> None:
    """Every leaf holds the text that is given, an enum as an enum; nothing else changes."""
    value = full("ab")
    assert [path for path, _ in value.paths()] == [path for path, _ in PATHS]
    leaves = {path: member for path, member in value.paths() if not isinstance(member, Structure)}
    enums = {path for path, shape in LEAVES if shape == "MeetingFeatureStatus"}
    assert leaves == {path: Enum("ab") if path in enums else String("ab") for path, _ in LEAVES}


def test_all_structures_are_listed() -> None:
    """The paths of what holds members, at every depth."""
    assert list(structure_paths()) == [path for path, _ in STRUCTURES]


@pytest.mark.parametrize(
    ("path", "value"), [(("x",), Structure((("x", A),))), (("x", "y"), Structure((("x", Structure((("y", A),))),)))]
)
def test_a_value_stands_at_its_path(path: Path, value: Structure) -> None:
    """``at`` makes the structures on the way."""
    assert at(path, A) == value


XY = Structure((("x", Structure((("y", A), ("z", A)))), ("w", A)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("w",), '{x: {y: "a", z: "a"}, w: "b"}'),
        (("v",), '{x: {y: "a", z: "a"}, w: "a", v: "b"}'),
        (("x",), '{x: "b", w: "a"}'),
        (("x", "y"), '{x: {y: "b", z: "a"}, w: "a"}'),
        (("x", "v"), '{x: {y: "a", z: "a", v: "b"}, w: "a"}'),
        (("u", "v"), '{x: {y: "a", z: "a"}, w: "a", u: {v: "b"}}'),
        (("w", "v"), '{x: {y: "a", z: "a"}, w: {v: "b"}}'),
    ],
    ids=str,
)
def test_a_member_is_put_at_its_path(path: Path, text: str) -> None:
    """It takes the place of what was there, or comes last; what is no structure on the way gives way to one."""
    assert repr(put(XY, path, B)) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("w",), '{x: {y: "a", z: "a"}}'),
        (("x",), '{w: "a"}'),
        (("x", "y"), '{x: {z: "a"}, w: "a"}'),
        (("v",), '{x: {y: "a", z: "a"}, w: "a"}'),
        (("x", "v"), '{x: {y: "a", z: "a"}, w: "a"}'),
        (("u", "v"), '{x: {y: "a", z: "a"}, w: "a"}'),
    ],
    ids=str,
)
def test_a_member_is_removed_from_its_path(path: Path, text: str) -> None:
    """The rest stays as it was; what is not there is not missed."""
    assert repr(remove(XY, path)) == text


def test_put_and_remove_are_opposites() -> None:
    """What is put where nothing was, and removed again, leaves no trace."""

    def back(value: Structure, path: Path, member: Value) -> Structure:
        return remove(put(value, path, member), path)

    for value in draws(connection_responses(without=["Websocket.Url"]), 100):
        if value.get("Websocket") is not None:
            assert repr(back(value, ("Websocket", "Url"), A)) == repr(value)


def test_the_value_of_a_success_is_what_it_must_become() -> None:
    """It is the expected one."""
    assert value_of(success_case(full())) == full()


def test_an_error_has_no_value() -> None:
    """Asking for it is a mistake of the caller's."""
    with pytest.raises(TypeError, match="no success"):
        value_of(error_case("AccessDeniedException", []))


def test_a_full_value_can_hold_one_text_everywhere() -> None:
    """Each leaf holds it, enum or string."""
    leaves = [leaf for _, leaf in full("b").paths() if not isinstance(leaf, Structure)]
    assert {leaf.text for leaf in leaves if isinstance(leaf, String | Enum)} == {"b"}
    assert len(leaves) == 12
