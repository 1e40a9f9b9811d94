"""Cases as plain data: every case of every check survives the way there and back, and nothing else is ever made."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from participant_conformance.checks import registry
from participant_conformance.stored import DEPTH, PlainFormError, from_plain, plain
from participant_strategies.errors import Place, Statement
from participant_strategies.json_text import Number, Object
from participant_strategies.reply import ConnectionRequest, Decoded, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure
from tests.harness.samples import OwnError

#: Draws of each check.
DRAWS = 20


def through_json(case: Any) -> Any:
    """Return the case that is made of the plain form, which has been a JSON text meanwhile."""
    text = json.dumps(plain(case), allow_nan=False, ensure_ascii=False)
    # What is written to a file, byte by byte.
    return from_plain(json.loads(text.encode("utf-8", "backslashreplace")))


def cases_of(name: str) -> list[Any]:
    """Return the vectors of a check and some draws."""
    check = registry()[name]
    drawn = list(check.vectors)

    @seed(1)
    @settings(max_examples=DRAWS, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(check.cases())
    def draw(case: Any) -> None:
        drawn.append(case)

    draw()
    return drawn


@pytest.mark.parametrize("name", list(registry()))
def test_every_case_of_every_check_survives(name: str) -> None:
    """What is judged again is what was judged: vectors and draws, to the last field and the order of members."""
    for case in cases_of(name):
        again = through_json(case)
        assert again == case
        # Equality looks through the order of members and through what takes no part in comparisons.
        assert (type(again), plain(again), repr(again)) == (type(case), plain(case), repr(case))


@pytest.mark.parametrize(
    ("case", "form"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (-(10**400), -(10**400)),
        (1.5, 1.5),
        (-math.inf, {"float": "-inf"}),
        ("é\0\u2028", "é\0\u2028"),
        ("\ud800", "\ud800"),
        ("\ud83d" + "\ude00", {"joined": ["\ud83d", "\ude00"]}),
        ("a\ud83d" + "\udc00\udfff", {"joined": ["a\ud83d", "\udc00\udfff"]}),
        (b"a\0\xc3\xa9", {"text": "a\0é"}),
        (b"\xff", {"base64": "/w=="}),
        ("\ud83d".encode("utf-8", "surrogatepass"), {"base64": "7aC9"}),
        ((), []),
        ((1, ("a",)), [1, ["a"]]),
        (Place.CODE, {"errors.Place": "code"}),
        (
            Reply(200, (("a", "b"),), b""),
            {"reply.Reply": {"status": 200, "headers": [["a", "b"]], "body": {"text": ""}}},
        ),
        (
            ConnectionRequest("a"),
            {"reply.ConnectionRequest": {"participant_token": "a", "type": None, "connect_participant": None}},
        ),
        (
            Object((("a", Number("1e999")),)),
            {"json_text.Object": {"members": [["a", {"json_text.Number": {"text": "1e999"}}]]}},
        ),
    ],
    ids=repr,
)
def test_the_plain_form_is_this(case: object, form: object) -> None:
    """Both ways: a file that was written once can be read for ever."""
    assert plain(case) == form
    assert through_json(case) == case


def test_no_number_is_the_one_that_survives_as_such() -> None:
    """It equals nothing, itself included."""
    assert plain(math.nan) == {"float": "nan"}
    assert math.isnan(through_json(math.nan))


def test_what_takes_no_part_in_comparisons_survives_too() -> None:
    """Members in their order, where their tags come from, what would be printed."""
    value = Structure((("b", String("1")), ("a", Enum("2")), ("a", Enum("2"))), plain=True)
    again = through_json(Decoded(value, shown=("a", "b")))
    assert (again.value.members, again.value.plain, again.shown) == (value.members, True, ("a", "b"))


def test_a_field_that_a_file_does_not_have_takes_its_default() -> None:
    """An older file than the field."""
    assert from_plain({"reply.ConnectionRequest": {"participant_token": "a"}}) == ConnectionRequest("a")


def test_a_long_case_survives() -> None:
    """Megabytes of text, and many members."""
    case = (Reply(200, (), b"a" * 3_000_000), Structure(tuple((str(n), String("a")) for n in range(20_000))))
    assert through_json(case) == case


# What has no plain form


class Colour(StrEnum):
    """A kind that is not of the strategies."""

    RED = "red"


def nested(depth: int) -> object:
    """Return a tuple in a tuple in a tuple."""
    value: object = "a"
    for _ in range(depth):
        value = (value,)
    return value


def test_what_is_as_deep_as_can_be_survives() -> None:
    """Far deeper than any case."""
    assert through_json(nested(DEPTH)) == nested(DEPTH)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ([1], r"a builtins\.list has no plain form"),
        ({"a": 1}, r"a builtins\.dict has no plain form"),
        (OwnError("a"), r"a tests\.harness\.samples\.OwnError has no plain form"),
        (Colour.RED, r"a tests\.harness\.test_stored\.Colour has no plain form"),
        (Reply, r"a builtins\.type has no plain form"),
        (1 << 20_000, r"a number of 20001 bits has no plain form"),
        (nested(DEPTH + 1), rf"the case is nested more than {DEPTH} deep"),
        (nested(100_000), rf"the case is nested more than {DEPTH} deep"),
    ],
    ids=["list", "dict", "exception", "enumeration", "class", "number", "deep", "deeper"],
)
def test_what_is_no_case_has_no_plain_form(case: object, told: str) -> None:
    """Also where it could be written: what cannot be read again is not."""
    with pytest.raises(PlainFormError, match=f"^{told}$"):
        plain(case)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return a module of the strategies in which anything can stand."""
    made = ModuleType("participant_strategies.sample_module")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


def defined(module: ModuleType, text: str) -> None:
    """Define something in a module."""
    exec(f"from dataclasses import dataclass, field\n{text}", module.__dict__)


def test_a_case_of_a_new_module_needs_no_list(module: ModuleType) -> None:
    """Whatever frozen dataclass a module of the strategies defines."""
    defined(module, "@dataclass(frozen=True)\nclass New:\n    a: int\n    b: int = field(init=False, default=2)")
    made = module.New(1)
    assert plain(made) == {"sample_module.New": {"a": 1}}
    assert through_json(made) == made


@pytest.mark.parametrize(
    "text",
    ["@dataclass\nclass New:\n    a: int = 1", "class New:\n    pass", "New = type('Other', (), {})"],
    ids=["not-frozen", "no-dataclass", "other-name"],
)
def test_what_could_change_has_no_plain_form(module: ModuleType, text: str) -> None:
    """Nor has what is no dataclass, or goes by another name."""
    defined(module, text)
    with pytest.raises(PlainFormError, match=r"sample_module\.(New|Other)"):
        plain(module.New())
    with pytest.raises(PlainFormError, match=r"^the case is of the kind 'sample_module\.New', which"):
        from_plain({"sample_module.New": {}})


def test_a_class_that_refuses_its_fields_is_one_clear_error(module: ModuleType) -> None:
    """Whatever it raises."""
    text = (
        "@dataclass(frozen=True)\nclass New:\n    a: int\n    def __post_init__(self):\n        raise KeyError(self.a)"
    )
    defined(module, text)
    with pytest.raises(PlainFormError, match=r"^the case\[0\] cannot be made: KeyError: 1$"):
        from_plain([{"sample_module.New": {"a": 1}}])


# Foreign data

REPLY = {"status": 200, "headers": [], "body": {"text": ""}}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "the case is an object, which stands for nothing"),
        ({"text": "a", "base64": "a"}, "the case is an object, which stands for nothing"),
        ([1, {}], r"the case\[1\] is an object, which stands for nothing"),
        ({"text": 1}, "the case is of the kind 'text', which participant_strategies does not have"),
        ({"text": "\ud800"}, "the case is a text that UTF-8 cannot hold"),
        ({"base64": "a"}, "the case is no base64"),
        ({"base64": "é"}, "the case is no base64"),
        ({"float": "1"}, "the case is of the kind 'float', which"),
        ({"joined": ["a", 1]}, "the case is of the kind 'joined', which"),
        ({"reply.Nothing": {}}, "the case is of the kind 'reply.Nothing', which"),
        ({"nowhere.Reply": {}}, "the case is of the kind 'nowhere.Reply', which"),
        ({"reply.Structure": {}}, "the case is of the kind 'reply.Structure', which"),
        ({"reply.json": {}}, "the case is of the kind 'reply.json', which"),
        ({"reply.Outcome": {}}, "the case is of the kind 'reply.Outcome', which"),
        ({"json_text._Writer": {}}, "the case is of the kind 'json_text._Writer', which"),
        ({"Reply": {}}, "the case is of the kind 'Reply', which"),
        ({"os.path.join": {}}, "the case is of the kind 'os.path.join', which"),
        ({"..os.system": {}}, "the case is of the kind '..os.system', which"),
        ({"reply.Reply.__init__": {}}, "the case is of the kind 'reply.Reply.__init__', which"),
        ({"a" * 1000: {}}, f"the case is of the kind '{'a' * 80}', which"),
        ({"reply.Reply": []}, "the case is a Reply of an array in place of its fields"),
        ({"reply.Reply": REPLY | {"size": 1}}, "the case: a Reply has no field 'size'"),
        ({"reply.Reply": {"status": 200, "headers": []}}, "the case: a Reply needs the field 'body'"),
        ({"reply.Reply": REPLY | {"body": {}}}, r"the case\.body is an object, which stands for nothing"),
        ({"errors.Place": "nowhere"}, "the case cannot be made: ValueError: 'nowhere' is not a valid Place"),
        ({"errors.Place": {}}, "the case cannot be made: "),
        ({"errors.Statement": {"place": {"errors.Place": 1}, "text": ""}}, r"the case\.place cannot be made: "),
    ],
    ids=lambda part: str(part)[:60],
)
def test_what_stands_for_nothing_is_one_clear_error(data: object, told: str) -> None:
    """It names the place."""
    with pytest.raises(PlainFormError, match=f"^{told}"):
        from_plain(data)


def test_data_that_is_nested_too_deep_is_one_clear_error() -> None:
    """Not the end of the interpreter's patience."""
    data: object = []
    for _ in range(100_000):
        data = [data]
    with pytest.raises(PlainFormError, match=rf"^the case is nested more than {DEPTH} deep$"):
        from_plain(data)


#: Names that stand for something, and some that do not.
NAMES = st.one_of(
    st.sampled_from(
        ["text", "base64", "float", "joined", "reply.Reply", "reply.Case", "errors.Place", "value.Structure", "a.B"]
    ),
    st.text(max_size=8),
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
FIELDS = st.sampled_from(["status", "headers", "body", "reply", "expected", "members", "plain"])
FOREIGN = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES, inner, max_size=2)
        | st.dictionaries(NAMES, st.dictionaries(FIELDS, inner, max_size=3), min_size=1, max_size=1)
    ),
    max_leaves=20,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=500)
@given(FOREIGN)
@example({"reply.Case": {"reply": None, "expected": []}})
def test_whatever_data_is_read_nothing_else_is_raised(data: object) -> None:
    """Either it is one clear error, or a case that survives as any other does."""
    try:
        made = from_plain(data)
    except PlainFormError as wrong:
        told = str(wrong)
        assert told.startswith("the case")
    else:
        assert plain(through_json(made)) == plain(made)


def test_reading_makes_nothing_but_what_is_named() -> None:
    """A statement holds its place as the member of the enumeration, not as a text."""
    made = from_plain(plain(Statement(Place.HEADER, "a")))
    assert type(made.place) is Place
    assert replace(made, text="b") == Statement(Place.HEADER, "b")
    assert from_plain(plain(ServiceError(None, None, known=True))) == ServiceError(None, None, known=True)
