"""Bodies of errors whose type is known: both formats say the same, and what is malformed really is."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from participant_strategies.error_bodies import (
    ErrorBody,
    MalformedBody,
    malformed_error_bodies,
    modeled_bodies,
    silent_bodies,
    unknown_bodies,
)
from participant_strategies.reply import Reply, ServiceError
from tests.strategies.drawing import draws, minimal
from tests.strategies.validity import FACTS

MODELED = FACTS["operation"]["errors"]
DRAWS = 500
EVERY = {"modeled": modeled_bodies, "silent": silent_bodies, "unknown": unknown_bodies}


def of_json(body: bytes) -> dict[str, str]:
    """Return the members of a body in JSON."""
    members: dict[str, str] = json.loads(body.decode("utf-8"))
    return members


def of_xml(body: bytes) -> dict[str, str]:
    """Return the members of a body in XML: the children of its root, which hold text alone."""
    root = ET.fromstring(body.decode("utf-8"))
    assert not root.text
    assert all(not len(child) and not child.attrib and not child.tail for child in root)
    return {child.tag: child.text or "" for child in root}


@pytest.fixture(name="drawn", scope="module")
def drawn_fixture() -> dict[str, list[ErrorBody]]:
    """Return drawn bodies of every kind."""
    return {name: draws(make(), DRAWS) for name, make in EVERY.items()}


@pytest.mark.parametrize("name", EVERY)
def test_both_formats_say_the_same(drawn: dict[str, list[ErrorBody]], name: str) -> None:
    """Read by the standard library's parsers: the message, and the members that mean nothing."""
    for body in drawn[name]:
        expected = dict(body.extra) | ({} if body.message is None else {"Message": body.message})
        assert of_json(body.json) == of_xml(body.xml) == expected


@pytest.mark.parametrize("name", ["modeled", "unknown"])
def test_a_message_has_no_space_around_it(drawn: dict[str, list[ErrorBody]], name: str) -> None:
    """Whether that is kept is another rule; nor is it empty."""
    for body in drawn[name]:
        assert body.message
        assert body.message == body.message.strip()


def test_messages_hold_what_each_format_has_to_escape(drawn: dict[str, list[ErrorBody]]) -> None:
    """Quotes, markup, what lies beyond ASCII."""
    said = {body.message for body in drawn["modeled"]}
    assert {'"', "\\", "&amp;", "<a>", "\u00e9", "\U0001f642", "null"} <= said
    assert len(said) > 100


@pytest.mark.parametrize("name", ["modeled", "silent"])
def test_the_types_are_the_operation_s(drawn: dict[str, list[ErrorBody]], name: str) -> None:
    """All four of them."""
    assert {body.code for body in drawn[name]} == set(MODELED)


def test_unknown_types_are_none_of_the_service_s(drawn: dict[str, list[ErrorBody]]) -> None:
    """In any case of letters."""
    taken = {name.lower() for name in FACTS["errors"]}
    assert taken.isdisjoint(body.code.lower() for body in drawn["unknown"])
    assert len({body.code for body in drawn["unknown"]}) > 100


def test_a_silent_body_has_no_message_or_an_empty_one(drawn: dict[str, list[ErrorBody]]) -> None:
    """Both are drawn."""
    assert {body.message for body in drawn["silent"]} == {None, ""}


@pytest.mark.parametrize("name", EVERY)
def test_members_that_mean_nothing_stand_beside_it(drawn: dict[str, list[ErrorBody]], name: str) -> None:
    """None, one or two of them."""
    assert {len(body.extra) for body in drawn[name]} == {0, 1, 2}


@pytest.mark.parametrize(
    ("body", "expected", "free"),
    [
        (
            ErrorBody("ThrottlingException", "m"),
            ServiceError("ThrottlingException", "m", known=True),
            False,
        ),
        (ErrorBody("A", "m"), ServiceError("A", "m", known=False), False),
        (ErrorBody("A", ""), ServiceError("A", "", known=False), True),
        (ErrorBody("A", None), ServiceError("A", None, known=False), True),
    ],
    ids=["modelled", "unknown", "empty", "none"],
)
def test_a_body_has_its_outcome(body: ErrorBody, expected: ServiceError, free: bool) -> None:
    """The message is compared where there is one."""
    case = body.case(b"text")
    assert case.reply == Reply(429 if body.code == "ThrottlingException" else 400, (), b"text")
    assert (case.expected, case.message_free) == (expected, free)


def test_a_line_end_survives_xml() -> None:
    """XML 1.0, section 2.11, turns a bare CR into LF."""
    assert of_xml(ErrorBody("A", "a\r\nb\rc").xml) == {"Message": "a\r\nb\rc"}


def test_a_body_prints_what_it_holds() -> None:
    """Members in their order, the message first."""
    body = ErrorBody("A", "<m>", (("Type", "Sender"),))
    assert body.json == b'{"Message":"<m>","Type":"Sender"}'
    assert body.xml == b"<Error><Message>&lt;m&gt;</Message><Type>Sender</Type></Error>"


# Malformed bodies


def malformed() -> list[MalformedBody]:
    """Return all malformed bodies."""
    return draws(malformed_error_bodies(), DRAWS)


def test_a_malformed_body_has_no_message_that_is_text() -> None:
    """In JSON it is no object, or its message is of another type."""
    for body in malformed():
        data = json.loads(body.json)
        assert not isinstance(data, dict) or not isinstance(data["Message"], str)


def test_a_malformed_document_has_no_message_that_is_text_alone() -> None:
    """In XML it is well-formed, and the root has no child ``Message``, or one that holds elements."""
    for body in malformed():
        root = ET.fromstring(body.xml.decode())
        found = root.find("Message")
        assert found is None or len(found)


def test_every_malformation_is_drawn_with_every_type() -> None:
    """Eight of them, in words that differ."""
    found = {(body.what, body.code) for body in malformed()}
    assert len({what for what, _ in found}) == 8
    assert found == {(what, code) for what, _ in found for code in MODELED}


def test_the_control_is_the_error_as_it_should_have_been() -> None:
    """The same type with a message."""
    assert {body.control for body in malformed()} == {ErrorBody(code, "a") for code in MODELED}


# Counterexamples


@pytest.mark.parametrize(
    ("strategy", "fault", "smallest"),
    [
        (modeled_bodies(), lambda _body: True, ErrorBody(MODELED[0], "a")),
        (silent_bodies(), lambda _body: True, ErrorBody(MODELED[0], None)),
        (unknown_bodies(), lambda _body: True, ErrorBody("A", "a")),
        (modeled_bodies(), lambda body: "<" in body.message, ErrorBody(MODELED[0], "<a>")),
        (
            modeled_bodies(),
            lambda body: len(body.extra) > 1,
            ErrorBody(MODELED[0], "a", (("RequestId", "b"), ("Resource", "c"))),
        ),
        (modeled_bodies(), lambda body: body.code == "ValidationException", ErrorBody("ValidationException", "a")),
        (silent_bodies(), lambda body: body.message == "", ErrorBody(MODELED[0], "")),
    ],
)
def test_what_does_not_matter_is_not_told(strategy: object, fault: object, smallest: ErrorBody) -> None:
    """The first type, the shortest message, nothing beside it."""
    assert minimal(strategy, fault) == smallest  # type: ignore[arg-type]


def test_the_first_malformation_is_the_simplest() -> None:
    """Of the first type."""
    found = minimal(malformed_error_bodies(), lambda _body: True)
    assert (found.code, found.what) == (MODELED[0], "the message is null")
