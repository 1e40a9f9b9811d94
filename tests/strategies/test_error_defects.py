"""Drawn defects of error replies: what is unusable really is, and what still stands is what the case says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from participant_strategies.error_defects import (
    MALFORMED,
    NO_TEXTS,
    PAGE_STATUSES,
    PAGES,
    BrokenError,
    defective_errors,
    malformed_bodies,
    malformed_body,
    untyped_error,
    untyped_errors,
    unusable_message,
    unusable_messages,
    unusable_type,
    unusable_types,
    usable,
)
from participant_strategies.errors import Place
from participant_strategies.json_text import Object
from participant_strategies.reply import ServiceError
from tests.strategies import reading
from tests.strategies.drawing import draws, minimal
from tests.strategies.validity import FACTS

DRAWS = 2000
LEAST = 5
MODELED = FACTS["operation"]["errors"]
CODES = {*MODELED, "A"}
NAMES = ("unusable-message", "unusable-type", "malformed-body", "no-type")


@pytest.fixture(name="drawn", scope="module")
def drawn_fixture() -> list[BrokenError]:
    """Return two thousand drawn errors."""
    return draws(defective_errors(), DRAWS)


def of(drawn: list[BrokenError], name: str) -> Iterator[BrokenError]:
    """Yield the errors with defects of this name; there are some."""
    found = [broken for broken in drawn if broken.defect.name == name]
    assert found
    yield from found


def status(code: str) -> int:
    """Return the status that the model gives a type; 400 is that of any other."""
    return int(FACTS["errors"].get(code, {"status": 400})["status"])


# What all of them have


@pytest.mark.parametrize("name", NAMES)
def test_every_defect_is_drawn(drawn: list[BrokenError], name: str) -> None:
    """None is so rare that a run would not meet it."""
    assert Counter(broken.defect.name for broken in drawn)[name] >= LEAST


def test_no_other_defect_is_drawn(drawn: list[BrokenError]) -> None:
    """The names above are all that there are."""
    assert {broken.defect.name for broken in drawn} == set(NAMES)


def test_a_control_names_a_type_in_one_place_and_has_a_message(drawn: list[BrokenError]) -> None:
    """On the type's own status, so that nobody can take offence at it."""
    for broken in drawn:
        control = broken.control
        assert isinstance(control.expected, ServiceError)
        assert control.expected.code is not None
        assert list(reading.statements(control.reply).values()) == [control.expected.code]
        assert reading.members(control.reply)["Message"] == control.expected.message == "a"
        assert control.reply.status == status(control.expected.code)


def test_a_control_names_the_type_that_still_stands(drawn: list[BrokenError]) -> None:
    """Where one stands; else any modelled one."""
    for broken in drawn:
        assert isinstance(broken.control.expected, ServiceError)
        assert broken.control.expected.code in ([broken.code] if broken.code else MODELED)


def test_the_case_expects_the_type_that_still_stands(drawn: list[BrokenError]) -> None:
    """With any message; it carries its control along, and says what is special."""
    for broken in (broken for broken in drawn if broken.code):
        case = broken.case
        assert case.expected == ServiceError(broken.code, None, known=broken.code in MODELED)
        assert (case.reply, case.message_free, case.control) == (broken.reply, True, broken.control)
        assert case.note == repr(broken.defect)


def test_the_case_without_a_type_expects_what_the_control_does() -> None:
    """There is nothing else to expect; such an error is not judged by its case."""
    broken = untyped_error(404, PAGES[0])
    assert broken.case.expected == broken.control.expected


def test_the_status_is_the_type_s_own(drawn: list[BrokenError]) -> None:
    """Only what names no type has another one."""
    for broken in drawn:
        assert broken.reply.status == status(broken.code) if broken.code else broken.reply.status in PAGE_STATUSES


def test_an_error_reads_as_one_line(drawn: list[BrokenError]) -> None:
    """The reply, and what was planted in it."""
    for broken in drawn:
        assert repr(broken) == f"{broken.reply!r} ({broken.defect.name}: {broken.defect.what})"
        assert repr(broken).isprintable()
        assert len(repr(broken)) < 300


# Message


def test_an_unusable_message_is_no_text(drawn: list[BrokenError]) -> None:
    """It is there, as something else, and the type stands in one place."""
    for broken in of(drawn, "unusable-message"):
        assert not isinstance(reading.members(broken.reply)["Message"], str)
        assert list(reading.statements(broken.reply).values()) == [broken.code]


def test_every_unusable_message_is_drawn_with_every_type_in_every_place() -> None:
    """Types and places by themselves, since all of them together are many."""
    drawn = draws(unusable_messages(), 500)
    assert {json.dumps(reading.members(broken.reply)["Message"]) for broken in drawn} == {
        *("null", "0", "true", "{}", "[]", '{"a": "b"}', '["a"]', "1.5")
    }
    assert {broken.code for broken in drawn} == CODES
    assert {place for broken in drawn for place in reading.statements(broken.reply)} == set(Place)


# Type


def test_an_unusable_type_stands_before_a_usable_one(drawn: list[BrokenError]) -> None:
    """The first of the three places is empty or holds no text, a later one names the type."""
    for broken in of(drawn, "unusable-type"):
        stated = list(reading.statements(broken.reply).items())
        assert len(stated) == 2 or stated[0][0] is Place.DUNDER_TYPE
        assert stated[-1][1] == broken.code
        first = stated[0][1] if len(stated) == 2 else reading.members(broken.reply)["code"]
        assert not isinstance(first, str) or (stated[0][0], first) == (Place.HEADER, "")


def test_every_unusable_type_is_drawn() -> None:
    """An empty header before both members, and all that is no text in ``code``."""
    told = {broken.defect.what for broken in draws(unusable_types(), 500)}
    assert told == {
        "X-Amzn-Errortype is empty",
        *(f"code is {text}" for text in ("0", "true", "{}", "[]", '{"a":"b"}', '["a"]', "1.5", "null")),
    }


# Body


def test_a_malformed_body_leaves_the_header(drawn: list[BrokenError]) -> None:
    """It names the type, and the body is no JSON object."""
    for broken in of(drawn, "malformed-body"):
        assert broken.reply.header("x-amzn-errortype") == broken.code
        try:
            data = json.loads(broken.reply.body.decode("utf-8"))
        except ValueError:
            continue
        assert not isinstance(data, dict)


def test_every_malformed_body_is_drawn_with_its_content_type() -> None:
    """Beside types that are modelled and one that is not."""
    drawn = draws(malformed_bodies(), 500)
    assert {(broken.reply.header("Content-Type"), broken.reply.body) for broken in drawn} == set(MALFORMED)
    assert {broken.code for broken in drawn} == CODES


@pytest.mark.parametrize("body", [body for _, body in MALFORMED])
def test_no_malformed_body_is_empty(body: bytes) -> None:
    """An empty one is nothing wrong."""
    assert body


# No type


def test_no_type_stands_anywhere(drawn: list[BrokenError]) -> None:
    """Neither in the header nor in a member of the body."""
    for broken in of(drawn, "no-type"):
        assert broken.code is None
        assert broken.reply.header("x-amzn-errortype") is None
        assert b"code" not in broken.reply.body
        assert b"type" not in broken.reply.body.lower()


def test_every_page_is_drawn_on_every_status() -> None:
    """Those of proxies and gateways, with their Content-Type."""
    pages = draws(untyped_errors(), 300)
    found = {(page.reply.status, (page.reply.header("Content-Type"), page.reply.body)) for page in pages}
    assert found == {(number, page) for number in PAGE_STATUSES for page in PAGES}


def test_statuses_can_be_given() -> None:
    """Then the control is the error that the model has on the status."""
    for broken in draws(untyped_errors((429, 500)), 100):
        assert isinstance(broken.control.expected, ServiceError)
        named = {429: "ThrottlingException", 500: "InternalServerException"}
        assert broken.control.expected.code == named[broken.reply.status]


# The makers


def test_a_usable_error_names_its_type_in_the_header_if_nothing_else_is_said() -> None:
    """As the service does."""
    assert reading.statements(usable("A").reply) == {Place.HEADER: "A"}
    assert reading.statements(usable("A", Place.CODE).reply) == {Place.CODE: "A"}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (
            unusable_message("A", Place.CODE, None),
            'HTTP 400 · {"code":"A","Message":null} (unusable-message: Message is null)',
        ),
        (
            unusable_type("A", Place.HEADER, Place.CODE, None),
            'HTTP 400 · X-Amzn-Errortype:  · {"code":"A","Message":"a"} (unusable-type: X-Amzn-Errortype is empty)',
        ),
        (
            unusable_type("A", Place.CODE, Place.DUNDER_TYPE, Object()),
            'HTTP 400 · {"__type":"A","Message":"a","code":{}} (unusable-type: code is {})',
        ),
        (
            malformed_body("A", ("application/json", b"\xff")),
            r"HTTP 400 · X-Amzn-Errortype: A · \xff (malformed-body: the body is \xff)",
        ),
        (
            untyped_error(404, ("text/plain", b"OK")),
            "HTTP 404 · Content-Type: text/plain · OK (no-type: no type, the body is OK)",
        ),
    ],
    ids=lambda given: given.defect.name if isinstance(given, BrokenError) else "",
)
def test_an_error_is_made_as_told(broken: BrokenError, told: str) -> None:
    """What is planted stands in the reply and in the words."""
    assert repr(broken) == told


def test_there_are_eight_things_that_are_no_text() -> None:
    """Of every JSON type but text."""
    assert len(NO_TEXTS) == len(set(map(repr, NO_TEXTS))) == 8


# Counterexamples


@pytest.mark.parametrize(
    ("name", "smallest"),
    [
        (
            "unusable-message",
            'HTTP 403 · X-Amzn-Errortype: AccessDeniedException · {"Message":null} (unusable-message: Message is null)',
        ),
        (
            "unusable-type",
            (
                'HTTP 403 · X-Amzn-Errortype:  · {"code":"AccessDeniedException","Message":"a"} '
                "(unusable-type: X-Amzn-Errortype is empty)"
            ),
        ),
        (
            "malformed-body",
            "HTTP 403 · X-Amzn-Errortype: AccessDeniedException · { (malformed-body: the body is {)",
        ),
        ("no-type", "HTTP 404 · (empty body) (no-type: no type, the body is (empty body))"),
    ],
)
def test_a_defect_shrinks_to_its_simplest_form(name: str, smallest: str) -> None:
    """The first type in the first place, whatever was found first."""
    for seed in (0, 1):
        assert repr(minimal(defective_errors(), lambda broken: broken.defect.name == name, seed=seed)) == smallest


def test_the_item_that_matters_is_all_that_is_left() -> None:
    """A fault over one thing that is no text is told with the first type in the first place."""
    found = minimal(unusable_messages(), lambda broken: '["a"]' in broken.defect.what)
    assert found.reply.body == b'{"Message":["a"]}'
    assert found.code == MODELED[0]
