"""Error documents of the dialects: where the type and the message stand, and which outcome follows."""

from __future__ import annotations

from collections import Counter

import pytest

from participant_strategies.contract import contract
from participant_strategies.errors import UNKNOWN_TYPES, Family
from participant_strategies.reply import ServiceError
from participant_strategies.texts import NO_XML
from participant_strategies.xml_documents import REPLY_DIALECTS, Dialect
from participant_strategies.xml_errors import (
    CROWDED,
    EC2,
    UNTYPED,
    UNWRAPPED,
    WRAPPED,
    NoCode,
    XmlError,
    crowded_errors,
    untyped,
    xml_error,
    xml_errors,
    xml_messages,
)
from participant_strategies.xml_text import Element, XmlSpelling
from tests.strategies.drawing import draws, minimal
from tests.strategies.xml_reading import Read, is_well_formed, read

EVERY = pytest.mark.parametrize("dialect", REPLY_DIALECTS)
#: Where each dialect has the elements of an error, from the root on.
PLACES = {
    "restXml": ("ErrorResponse", "Error"),
    "restXml-unwrapped": ("Error",),
    "awsQuery": ("ErrorResponse", "Error"),
    "ec2Query": ("Response", "Errors", "Error"),
}
DENIED = "AccessDeniedException"


def error_of(body: bytes | str, dialect: str) -> Read:
    """Return the element that holds the members of an error."""
    root = read(body)
    name, *path = PLACES[dialect]
    assert root.name == name
    return root.at(*path)


def told(error: Read) -> list[tuple[str, str]]:
    """Return names and texts of an error's elements, but for the request's id, which is not its own."""
    return [(element.name, element.text) for element in error.elements if element.name != "RequestId"]


@EVERY
def test_an_error_stands_where_the_dialect_has_it(dialect: Dialect) -> None:
    """Its elements are the same in all of them."""
    error = error_of(xml_error(DENIED, "b").document(dialect), dialect)
    assert told(error) == [("Type", "Sender"), ("Code", DENIED), ("Message", "b")]


def test_each_dialect_has_one_form_of_errors() -> None:
    """Two have the same."""
    assert sorted((*WRAPPED, *UNWRAPPED, *EC2)) == sorted(REPLY_DIALECTS)


@pytest.mark.parametrize(
    ("dialect", "path"),
    [
        ("restXml", ("RequestId",)),
        ("awsQuery", ("RequestId",)),
        ("restXml-unwrapped", ("RequestId",)),
        ("ec2Query", ("RequestID",)),
    ],
)
def test_the_request_is_named_in_the_root(dialect: str, path: tuple[str, ...]) -> None:
    """Which without wrapping is the error itself."""
    assert read(xml_error(DENIED).document(dialect)).at(*path).text


@EVERY
def test_a_case_gives_the_outcome_and_its_control(dialect: Dialect) -> None:
    """On the status that the service models."""
    case = xml_error(DENIED, "b", control=xml_error("A", status=500)).in_dialect(dialect)
    assert (case.reply.status, case.expected) == (403, ServiceError(DENIED, "b", known=True))
    assert case.control == xml_error("A", status=500).in_dialect(dialect)
    assert not case.message_free


@pytest.mark.parametrize("message", [None, ""])
def test_without_a_message_what_comes_out_is_free(message: str | None) -> None:
    """Whether an empty one has to come out is for the check to say."""
    assert xml_error("A", message).in_dialect("restXml").message_free


def test_further_elements_are_put_in_place() -> None:
    """Before the element of that number."""
    error = xml_error("A", type_=None, extra=(Element("b"), Element("c")), position=1)
    assert [element.name for element in error.elements] == ["Code", "b", "c", "Message"]


def test_an_error_prints_as_its_unwrapped_document() -> None:
    """With its status and its outcome."""
    shown = repr(xml_error("A", type_=None, spelling=XmlSpelling(gaps=(" ",))))
    assert shown.startswith("HTTP 400, <Error> <Code>A</Code> <Message>a</Message> <RequestId>")
    assert shown.endswith('</Error> → unknown error, code "A", message "a"')


# What is drawn


def test_errors_are_drawn_of_the_families_that_are_asked_for() -> None:
    """Modelled and unknown ones, or one kind of them."""
    both = {error.code for error in draws(xml_errors(), 200)}
    assert both >= {*contract().modeled_errors, *UNKNOWN_TYPES[:3]}
    modeled = {error.code for error in draws(xml_errors(families=[Family.MODELED]), 100)}
    assert modeled == set(contract().modeled_errors)


def test_messages_hold_what_xml_can_hold() -> None:
    """And more than blanks."""
    texts = draws(xml_messages(), 500)
    assert all(text.strip() and not NO_XML & set(text) for text in texts)
    assert len(set(texts)) > 100


@EVERY
def test_a_drawn_error_is_read_as_what_was_drawn(dialect: Dialect) -> None:
    """Code and message, whatever the message holds."""
    for error in draws(xml_errors(), 60):
        read_back = dict(told(error_of(error.document(dialect), dialect)))
        assert (read_back["Code"], read_back["Message"]) == (error.code, error.message)


def test_crowded_errors_differ_from_their_control_by_one_element() -> None:
    """At any place; Code and Message stand once in each."""
    drawn = draws(crowded_errors(), 200)
    assert {[element.name for element in error.elements].index("Code") for error in drawn} == {0, 1}
    for error in (*drawn, *CROWDED):
        assert error.control is not None
        rest = Counter(error.elements)
        rest.subtract(error.control.elements)
        assert sorted(rest.values()) == [0, 0, 1]
        assert (error.code, error.message) == (error.control.code, error.control.message)


def test_crowded_errors_are_of_many_kinds() -> None:
    """Those that decide elsewhere, and any other."""
    names = {element.name for error in draws(crowded_errors(), 300) for element in error.elements}
    assert names >= {"Type", "Detail", "Errors", "HostId", "\u00e9"}


def test_the_smallest_crowded_error_is_a_vector() -> None:
    """That is what a counterexample shrinks to."""
    assert minimal(crowded_errors(), lambda _: True) == CROWDED[0]


# Replies that name no type


@pytest.mark.parametrize("kind", NoCode)
@EVERY
def test_an_untyped_reply_holds_no_code(kind: NoCode, dialect: Dialect) -> None:
    """Nowhere in it, in any of the ways."""
    case = untyped(kind, 503).in_dialect(dialect)
    assert b"<Code>" not in case.reply.body.replace(b"<Code></Code>", b"")
    assert (case.reply.status, case.expected, case.note) == (503, ServiceError(None, None, known=False), str(kind))
    assert case.control is not None
    assert b"<Code>AccessDeniedException</Code>" in case.control.reply.body


@pytest.mark.parametrize(
    ("kind", "elements"),
    [(NoCode.NO_CODE, ["Message"]), (NoCode.EMPTY_CODE, ["Code", "Message"]), (NoCode.EMPTY_ERROR, [])],
)
@EVERY
def test_an_untyped_error_stands_in_its_place(kind: NoCode, elements: list[str], dialect: Dialect) -> None:
    """Only its Code is missing, or empty, or all."""
    error = error_of(untyped(kind).in_dialect(dialect).reply.body, dialect)
    assert [name for name, _ in told(error)] == elements


@EVERY
def test_what_has_no_error_has_none_anywhere(dialect: Dialect) -> None:
    """Without wrapping, the root is another one then."""
    assert b"<Error>" not in untyped(NoCode.NO_ERROR).in_dialect(dialect).reply.body


def test_some_untyped_replies_are_no_documents() -> None:
    """A page, a text, nothing at all."""
    bodies = {error.kind: error.in_dialect("restXml").reply.body for error in UNTYPED}
    broken = {kind for kind, body in bodies.items() if not is_well_formed(body)}
    assert broken == {NoCode.PAGE, NoCode.TEXT, NoCode.NOTHING}


def test_every_way_is_a_vector() -> None:
    """Each once."""
    assert [error.kind for error in UNTYPED] == list(NoCode)


def test_an_error_is_compared_by_what_it_holds() -> None:
    """As a stored one is."""
    assert xml_error("A") == XmlError("A", "a", xml_error("A").elements, 400)
