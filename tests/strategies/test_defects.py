"""Drawn defects of success replies: each is broken in the way that its name says, and its control is not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from participant_strategies.bulk import Bulk, depths, sizes
from participant_strategies.defects import (
    HOSTILE_NAMES,
    LENIENCIES,
    Broken,
    Trouble,
    defective_replies,
    defects,
    hostile_members,
    other_roots,
    wrong_types,
)
from participant_strategies.reply import JSON_CONTENT_TYPE, Decoded
from participant_strategies.value import Structure, Value
from tests.strategies import reading
from tests.strategies.drawing import draws, minimal
from tests.strategies.validity import PATHS, SHAPES, complaints

DRAWS = 2000
LEAST = 5
SMALL = tuple(trouble for trouble in Trouble if trouble is not Trouble.BULK)
#: Every shape of the output's members by its path.
SHAPE_AT = {path: SHAPES[shape] for path, shape in PATHS}


def refused(constant: str) -> None:
    """Refuse NaN and the infinities, which are no JSON."""
    raise ValueError(constant)


def parsed(body: bytes, **options: Any) -> Any:
    """Parse a body as RFC 8259 has it: UTF-8 without a mark, nothing beyond the grammar. Raises ``ValueError``."""
    text = body.decode("utf-8")
    if text.startswith("\ufeff"):
        raise ValueError("a byte order mark")
    return json.loads(text, parse_constant=refused, **options)


def is_no_json(body: bytes) -> bool:
    """Tell whether a body is no JSON text."""
    try:
        parsed(body)
    except ValueError:
        return True
    return False


def plain(value: Value) -> Any:
    """Return a value as a parser of its JSON would have it."""
    if isinstance(value, Structure):
        return {name: plain(member) for name, member in value.members}
    return getattr(value, "text", value)


def at(data: Any, path: tuple[str, ...]) -> Any:
    """Return what stands at a path of parsed JSON."""
    for name in path:
        data = data[name]
    return data


@pytest.fixture(name="drawn", scope="module")
def drawn_fixture() -> list[Broken]:
    """Return two thousand drawn replies, and those that are listed; megabytes are looked at elsewhere."""
    return [*draws(defective_replies(troubles=SMALL), DRAWS), *other_roots(), *wrong_types(), *hostile_members()]


def of(drawn: list[Broken], *chosen: str | Trouble) -> Iterator[Broken]:
    """Yield the replies with defects of these names or families; there are some."""
    families = defects()
    found = [broken for broken in drawn if {broken.defect.name, families[broken.defect.name]} & set(chosen)]
    assert found
    yield from found


# The catalogue


@pytest.fixture(name="counted", scope="module")
def counted_fixture() -> Counter[str]:
    """Return how often each defect is drawn where nothing is limited."""
    return Counter(draws(defective_replies().map(lambda broken: broken.defect.name), DRAWS))


@pytest.mark.parametrize("name", defects())
def test_every_defect_is_drawn(counted: Counter[str], name: str) -> None:
    """None is so rare that a run would not meet it."""
    assert counted[name] >= LEAST


def test_nothing_is_drawn_that_has_no_name(counted: Counter[str]) -> None:
    """The catalogue is whole."""
    assert counted.keys() <= defects().keys()


def test_every_family_has_a_defect() -> None:
    """A family without one could not be asked for."""
    assert set(defects().values()) == set(Trouble)


def test_names_are_words() -> None:
    """They stand in reports."""
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in defects())


@pytest.mark.parametrize("trouble", SMALL)
def test_families_can_be_limited(trouble: Trouble) -> None:
    """All defects of the given family are drawn, and no other."""
    drawn = {broken.defect.name for broken in draws(defective_replies(troubles=[trouble]), 200)}
    assert drawn == {name for name, family in defects().items() if family is trouble}


def test_defects_can_be_chosen_by_their_names() -> None:
    """Only these are drawn."""
    drawn = draws(defective_replies(names=["html", "cut"]), 100)
    assert {broken.defect.name for broken in drawn} == {"html", "cut"}


def test_an_unknown_name_is_answered_by_those_that_there_are() -> None:
    """All wrong ones are told at once."""
    told = f"^no such defect: cat, dog; there are {', '.join(defects())}$"
    with pytest.raises(ValueError, match=told):
        defective_replies(names=["dog", "cut", "cat"])


def test_a_name_of_another_family_leaves_nothing() -> None:
    """A contradiction is a mistake of the caller's."""
    with pytest.raises(ValueError, match=r"^no defect of these families has one of these names$"):
        defective_replies(names=["html"], troubles=[Trouble.BULK])


def test_the_same_choice_is_the_same_strategy() -> None:
    """Making a strategy costs more than drawing from it."""
    assert defective_replies(names=["cut", "html"]) is defective_replies(names=["html", "cut"])


# What all of them have


def test_a_control_says_its_value(drawn: list[Broken]) -> None:
    """It is strict JSON of a valid value, on a 200."""
    for broken in drawn:
        control = broken.control
        assert isinstance(control.expected, Decoded)
        assert complaints(control.expected.value) == []
        assert parsed(control.reply.body) == plain(control.expected.value)
        assert (control.reply.status, control.reply.headers) == (200, (JSON_CONTENT_TYPE,))


def test_a_broken_reply_is_a_success_but_for_its_body(drawn: list[Broken]) -> None:
    """Nothing else is planted beside the defect."""
    for broken in drawn:
        assert (broken.reply.status, broken.reply.headers) == (200, (JSON_CONTENT_TYPE,))
        assert broken.reply.body != broken.control.reply.body


def test_a_broken_reply_reads_as_one_line(drawn: list[Broken]) -> None:
    """The reply, the name of what was planted and where; nothing that a terminal would take for a command."""
    for broken in drawn:
        assert repr(broken) == f"{broken.reply!r} ({broken.defect.name}: {broken.defect.what})"
        assert repr(broken).isprintable()
        assert len(repr(broken)) < 1100


# No JSON object at all


def test_garbage_is_no_object(drawn: list[Broken]) -> None:
    """Whatever else it may be."""
    for broken in of(drawn, Trouble.GARBAGE, Trouble.BLANK):
        assert is_no_json(broken.reply.body) or not isinstance(parsed(broken.reply.body), dict)


def test_only_another_root_is_json(drawn: list[Broken]) -> None:
    """All other garbage cannot be parsed."""
    for broken in of(drawn, Trouble.GARBAGE, Trouble.BLANK):
        assert is_no_json(broken.reply.body) is (broken.defect.name != "wrong-root")


def test_garbage_is_not_empty(drawn: list[Broken]) -> None:
    """An empty body is a success."""
    assert all(broken.reply.body for broken in of(drawn, Trouble.GARBAGE, Trouble.BLANK))


def test_a_blank_body_is_white_space(drawn: list[Broken]) -> None:
    """And nothing else."""
    assert {broken.reply.body.strip() for broken in of(drawn, "blank")} == {b""}


def test_a_cut_text_is_the_beginning_of_the_right_one(drawn: list[Broken]) -> None:
    """At least one byte is there, and at least one is missing."""
    for broken in of(drawn, "cut"):
        whole, left = broken.control.reply.body, broken.reply.body
        assert whole.startswith(left)
        assert 0 < len(left) < len(whole)


def test_texts_are_cut_everywhere(drawn: list[Broken]) -> None:
    """Within names, within texts, behind an object."""
    ends = {broken.reply.body[-1:] for broken in of(drawn, "cut")}
    assert {b"{", b"}", b'"', b":", b",", b"a"} <= ends


def test_a_slip_is_one_character(drawn: list[Broken]) -> None:
    """The rest of the text is right."""
    for broken in of(drawn, "slip"):
        text, right = broken.reply.body.decode(), broken.control.reply.body.decode()
        place = next((i for i, (one, other) in enumerate(zip(text, right, strict=False)) if one != other), len(text))
        assert text == right[:place] + right[place + 1 :]


@pytest.mark.parametrize("name", ["continued", "two-texts"])
def test_what_goes_on_holds_the_right_text(drawn: list[Broken], name: str) -> None:
    """Who stops reading behind it sees no mistake."""
    for broken in of(drawn, name):
        assert broken.control.reply.body in broken.reply.body


# Bytes


def test_invalid_utf8_cannot_be_decoded(drawn: list[Broken]) -> None:
    """Not even in part."""
    for broken in of(drawn, "invalid-utf8"):
        with pytest.raises(UnicodeDecodeError):
            broken.reply.body.decode("utf-8")


def test_invalid_utf8_stands_in_one_text(drawn: list[Broken]) -> None:
    """With replacement the rest is the value, and nothing of the text at the path is left."""
    for broken in of(drawn, "invalid-utf8"):
        replaced = parsed(broken.reply.body.decode("utf-8", "replace").encode())
        assert set(at(replaced, broken.path)) == {"\ufffd"}
        at(replaced, broken.path[:-1])[broken.path[-1]] = at(plain(broken.value), broken.path)
        assert replaced == plain(broken.value)


def test_all_kinds_of_wrong_bytes_are_drawn(drawn: list[Broken]) -> None:
    """A lone byte, an overlong form, half of a character, a surrogate, what lies beyond Unicode, Latin-1."""
    seen = {broken.defect.what.rpartition(" in ")[0] for broken in of(drawn, "invalid-utf8")}
    assert len(seen) == 7


def test_a_marked_text_is_the_right_one_behind_its_mark(drawn: list[Broken]) -> None:
    """The mark tells the coding, as a parser would find it out."""
    for broken in of(drawn, "byte-order-mark"):
        coding = json.detect_encoding(broken.reply.body)
        assert broken.reply.body.decode(coding) == broken.control.reply.body.decode()


def test_five_marks_are_drawn(drawn: list[Broken]) -> None:
    """UTF-8, and UTF-16 and UTF-32 in both orders."""
    marks = {broken.defect.what for broken in of(drawn, "byte-order-mark")}
    codings = ("UTF-8", "UTF-16-LE", "UTF-16-BE", "UTF-32-LE", "UTF-32-BE")
    assert marks == {f"before the text, in {coding}" for coding in codings}


# Objects in which something does not fit


def test_a_wrong_type_stands_at_its_path(drawn: list[Broken]) -> None:
    """No text where text belongs, no object where a structure does."""
    for broken in of(drawn, "wrong-type"):
        found = at(parsed(broken.reply.body), broken.path)
        assert not isinstance(found, dict if SHAPE_AT[broken.path]["kind"] == "structure" else str)
        assert found is not None


def test_a_control_of_a_wrong_type_is_right_there(drawn: list[Broken]) -> None:
    """The member is present in it, with what belongs there."""
    for broken in of(drawn, "wrong-type"):
        found = at(parsed(broken.control.reply.body), broken.path)
        assert isinstance(found, dict if SHAPE_AT[broken.path]["kind"] == "structure" else str)


def test_the_rest_beside_a_wrong_type_is_the_value(drawn: list[Broken]) -> None:
    """Only one member is wrong."""
    for broken in of(drawn, "wrong-type"):
        data = parsed(broken.reply.body)
        del at(data, broken.path[:-1])[broken.path[-1]]
        assert data == plain(broken.value)


def test_every_member_is_of_a_wrong_type_somewhere(drawn: list[Broken]) -> None:
    """Structures, texts and the enum."""
    assert {broken.path for broken in of(drawn, "wrong-type")} == set(SHAPE_AT)


def test_a_hostile_name_stands_in_its_structure(drawn: list[Broken]) -> None:
    """As a member that the model does not have."""
    for broken in of(drawn, "hostile-name"):
        names = set(at(parsed(broken.reply.body), broken.path)) - set(at(plain(broken.value), broken.path))
        assert names <= set(HOSTILE_NAMES)
        assert broken.defect.what == f"a member named {json.dumps(*names)}"


def test_every_hostile_name_is_drawn(drawn: list[Broken]) -> None:
    """In the structure at the top, and below."""
    for places in ((), ("Websocket",)):
        found = {broken.defect.what for broken in of(drawn, "hostile-name") if broken.path == places}
        assert found == {f"a member named {json.dumps(name)}" for name in HOSTILE_NAMES}


def test_a_monstrous_number_is_json(drawn: list[Broken]) -> None:
    """As an unknown member; it is no double, or no integer of 64 bits, or no integer though it looks like one."""
    for broken in of(drawn, "number-monster"):
        text = parsed(broken.reply.body, parse_int=str, parse_float=str)["a"]
        beyond = float(text) in (float("inf"), float("-inf"), 0.0) or len(text) > 19
        assert beyond, text


@pytest.mark.parametrize("trouble", [Trouble.HOSTILE_NAME, Trouble.NUMBER])
def test_what_is_unknown_leaves_the_value(drawn: list[Broken], trouble: Trouble) -> None:
    """The known members of the broken text say what the control says."""
    for broken in of(drawn, trouble):
        assert reading.meaning(parsed(broken.reply.body)) == plain(broken.value)


# What RFC 8259 leaves open


def test_a_duplicate_member_stands_twice(drawn: list[Broken]) -> None:
    """At its path alone; the second time it is what the value says."""
    for broken in of(drawn, "duplicate-member"):
        twice: list[str] = []

        def pairs(members: list[tuple[str, Any]], twice: list[str] = twice) -> dict[str, Any]:
            names = Counter(name for name, _ in members)
            twice += [name for name in names if names[name] == 2]
            return dict(members)

        assert parsed(broken.reply.body, object_pairs_hook=pairs) == plain(broken.value)
        assert twice == [broken.path[-1]]


def test_a_lone_surrogate_stands_in_the_url(drawn: list[Broken]) -> None:
    """As an escape, so that the bytes are UTF-8 and the text is not."""
    for broken in of(drawn, "lone-surrogate"):
        with pytest.raises(UnicodeEncodeError):
            at(parsed(broken.reply.body), broken.path).encode("utf-8")
        assert broken.path == ("Websocket", "Url")


def test_the_control_of_a_lone_surrogate_has_the_same_members(drawn: list[Broken]) -> None:
    """With a proper text at the place."""
    for broken in of(drawn, "lone-surrogate"):
        data = parsed(broken.reply.body)
        data["Websocket"]["Url"] = "a"
        assert data == parsed(broken.control.reply.body)


def test_a_lenient_text_is_no_json(drawn: list[Broken]) -> None:
    """A strict parser refuses each."""
    assert all(is_no_json(broken.reply.body) for broken in of(drawn, "lenient"))


def test_every_leniency_is_drawn(drawn: list[Broken]) -> None:
    """By its name, in words."""
    assert {broken.defect.what for broken in of(drawn, "lenient")} == {name.replace("-", " ") for name in LENIENCIES}


# Bulk


def test_bulk_is_one_of_the_recipes() -> None:
    """With the body that the recipe makes."""
    known = {bulk.what: bulk for bulk in (*depths(), *sizes())}
    for broken in draws(defective_replies(names=["bulk"]), 5):
        assert broken.reply == known[broken.defect.what].reply
        assert broken.value == Bulk.value()


# Counterexamples


@pytest.mark.parametrize(
    ("name", "smallest"),
    [
        ("cut", 'HTTP 200 · {"Websocket":{"Url":"wss://a"} (cut: cut after 30 of 31 bytes)'),
        ("continued", 'HTTP 200 · {"Websocket":{"Url":"wss://a"}}} (continued: around the text: …})'),
        ("wrong-root", "HTTP 200 · [] (wrong-root: in its place: [])"),
        ("slip", 'HTTP 200 · "Websocket":{"Url":"wss://a"}} (slip: without the { at 0)'),
        ("invalid-utf8", r"""HTTP 200 · {"Websocket":{"Url":"\x80"}} (invalid-utf8: b'\x80' in Websocket.Url)"""),
        ("wrong-type", 'HTTP 200 · {"Websocket":""} (wrong-type: Websocket is "")'),
        (
            "hostile-name",
            'HTTP 200 · {"__proto__":"a","Websocket":{"Url":"wss://a"}} (hostile-name: a member named "__proto__")',
        ),
        (
            "duplicate-member",
            'HTTP 200 · {"Websocket":{"Url":"first","Url":"second"}} (duplicate-member: Websocket.Url stands twice)',
        ),
    ],
)
def test_a_defect_shrinks_to_its_simplest_form(name: str, smallest: str) -> None:
    """In the smallest value, at the first place, whatever was found first."""
    for seed in (0, 1):
        assert repr(minimal(defective_replies(names=[name]), lambda _broken: True, seed=seed)) == smallest


def test_the_member_that_matters_is_all_that_is_left() -> None:
    """A fault in one member is told in a value that has no other."""
    path = ("ConnectionCredentials", "Expiry")
    found = minimal(defective_replies(names=["wrong-type"]), lambda broken: broken.path == path)
    assert found.defect.what == "ConnectionCredentials.Expiry is false"
    assert len(found.reply.body) < 80


def test_the_name_that_matters_is_all_that_is_left() -> None:
    """One that stands late in the list is found in the smallest surroundings."""
    found = minimal(defective_replies(names=["hostile-name"]), lambda broken: "toJSON" in broken.defect.what)
    assert found.reply.body == b'{"toJSON":"a","Websocket":{"Url":"wss://a"}}'


# Repetition

SCRIPT = """
from participant_strategies import defects, error_bodies, error_defects, secret_replies
from tests.strategies.drawing import draws
troubles = [trouble for trouble in defects.Trouble if trouble is not defects.Trouble.BULK]
for strategy in (
    defects.defective_replies(troubles=set(troubles)),
    defects.defective_replies(names={"html", "cut", "xml"}),
    error_defects.defective_errors(),
    error_bodies.modeled_bodies(),
    error_bodies.malformed_error_bodies(),
    secret_replies.secret_replies(),
):
    for drawn in draws(strategy, 60):
        print(repr(drawn))
"""


def test_draws_do_not_depend_on_the_hash_seed() -> None:
    """The same seed draws the same in another process."""
    printed = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert printed.pop().count("\n") > 250
