"""Documents of the dialects: where the members stand, what is added, which outcome follows."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from participant_conformance.adapter import DIALECTS
from participant_strategies.contract import contract
from participant_strategies.reply import Decoded
from participant_strategies.responses import connection_responses
from participant_strategies.successes import full, sample
from participant_strategies.value import String, Structure
from participant_strategies.xml_documents import (
    REPLY_DIALECTS,
    REQUEST_ID,
    UNKNOWN_CONTENTS,
    UNKNOWN_ELEMENT_NAMES,
    Dialect,
    XmlAddition,
    XmlCase,
    doubled,
    drawn_elements,
    empty_text,
    leaf_paths,
    miscased_element,
    with_elements,
    xml_reply,
)
from participant_strategies.xml_text import Element, XmlSpelling, render_xml, xml_tree
from tests.strategies.drawing import draws, minimal
from tests.strategies.validity import PATHS
from tests.strategies.xml_reading import read, value_of

URL = sample("Websocket", "Url")
EVERY = pytest.mark.parametrize("dialect", list(Dialect))
OUTPUT = "CreateParticipantConnectionResponse"
#: Where each dialect has the members, from the root on.
RESULTS = {Dialect.QUERY: ("CreateParticipantConnectionResult",)}


def test_the_dialects_are_those_of_the_adapter() -> None:
    """An adapter declares them by the same names."""
    assert tuple(Dialect) == DIALECTS == (Dialect.BARE, *REPLY_DIALECTS)


@EVERY
def test_the_document_of_a_value_holds_it(dialect: Dialect) -> None:
    """Where the dialect has the result; the rest is not the operation's."""
    root = read(XmlCase(full()).in_dialect(dialect).reply.body)
    result = root.at(*RESULTS.get(dialect, ()))
    result.elements = [element for element in result.elements if element.name != "requestId"]
    assert root.name == OUTPUT
    assert value_of(result, full()) == full()


def test_a_query_document_has_the_request_beside_the_result() -> None:
    """In ResponseMetadata."""
    root = read(XmlCase(URL).document(Dialect.QUERY))
    assert [element.name for element in root.elements] == ["CreateParticipantConnectionResult", "ResponseMetadata"]
    assert root.at("ResponseMetadata", "RequestId").text == REQUEST_ID


def test_an_ec2_document_has_the_request_among_the_members() -> None:
    """Behind them."""
    root = read(XmlCase(URL).document(Dialect.EC2))
    assert [element.name for element in root.elements] == ["Websocket", "requestId"]


@pytest.mark.parametrize("dialect", [Dialect.BARE, Dialect.REST, Dialect.UNWRAPPED])
def test_the_other_documents_are_the_value_alone(dialect: Dialect) -> None:
    """All three are one."""
    assert XmlCase(URL).document(dialect) == f"<{OUTPUT}><Websocket><Url>wss://a</Url></Websocket></{OUTPUT}>"


@EVERY
def test_a_namespace_stands_on_the_root(dialect: Dialect) -> None:
    """And nowhere else."""
    root = read(XmlCase(URL, namespace="urn:a&b").document(dialect))
    assert root.attributes == {"xmlns": "urn:a&b"}


@pytest.mark.parametrize(
    ("dialect", "headers"),
    [
        ("bare", ()),
        ("restXml", (("Content-Type", "application/xml"),)),
        ("restXml-unwrapped", (("Content-Type", "application/xml"),)),
        ("awsQuery", (("Content-Type", "text/xml"),)),
        ("ec2Query", (("Content-Type", "text/xml"),)),
    ],
)
def test_a_reply_has_the_media_type_of_its_dialect(dialect: str, headers: tuple[tuple[str, str], ...]) -> None:
    """A bare document has none."""
    assert xml_reply(dialect, b"a", 400).headers == headers
    assert (xml_reply(dialect, b"a", 400).status, xml_reply(dialect, b"a").status) == (400, 200)


@EVERY
def test_a_case_gives_the_outcome_and_its_control(dialect: Dialect) -> None:
    """Both in the same dialect."""
    spelling = XmlSpelling(prolog="\n")
    case = XmlCase(URL, spelling, control=XmlCase(Structure())).in_dialect(dialect)
    assert (case.expected, case.reply.body[:2]) == (Decoded(URL), b"\n<")
    assert case.control == XmlCase(Structure()).in_dialect(dialect)


def test_a_case_prints_as_its_bare_document() -> None:
    """With the value that it must become."""
    assert repr(XmlCase(Structure())) == f"<{OUTPUT}></{OUTPUT}> → {{}}"


# Additions


def added(path: tuple[str, ...], position: int) -> list[str]:
    """Return the names of the elements at ``path`` once one more is put there."""
    tree = with_elements(xml_tree("a", full()), [XmlAddition(path, position, Element("z"))])
    return [element.name for element in read(render_xml(tree)).at(*path).elements]


@pytest.mark.parametrize(("position", "expected"), [(0, 0), (1, 1), (9, 2)])
def test_an_element_is_added_at_its_position(position: int, expected: int) -> None:
    """Behind the last one where there are not so many."""
    assert added(("Websocket",), position).index("z") == expected


def test_an_element_is_added_at_any_depth() -> None:
    """At the top, and in the deepest structure."""
    assert "z" in added((), 0)
    assert "z" in added(("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio"), 0)


@pytest.mark.parametrize("path", [("Nothing",), ("Websocket", "Url")], ids=".".join)
def test_an_element_for_a_structure_that_is_not_there_is_left_out(path: tuple[str, ...]) -> None:
    """A leaf is none either."""
    tree = xml_tree("a", full())
    assert with_elements(tree, [XmlAddition(path, 0, Element("z"))]) == tree


@st.composite
def unknown(draw: st.DrawFn) -> tuple[Structure, tuple[XmlAddition, ...]]:
    """Draw a value with elements for it."""
    value = draw(connection_responses(xml=True))
    return value, drawn_elements(draw, value)


def test_unknown_elements_are_drawn_everywhere_and_of_every_kind() -> None:
    """One to three, no name twice in one place, none that the model has."""
    drawn = draws(unknown(), 600)
    every = [addition for _, some in drawn for addition in some]
    assert {len(some) for _, some in drawn} == {1, 2, 3}
    assert {addition.element.name for addition in every} == set(UNKNOWN_ELEMENT_NAMES)
    assert {addition.element.content for addition in every} == set(UNKNOWN_CONTENTS)
    assert {addition.path for addition in every} >= {(), ("Websocket",), ("WebRTCConnection", "Meeting")}
    assert all(len({(one.path, one.element.name) for one in some}) == len(some) for _, some in drawn)
    assert {path[-1] for path, _ in PATHS}.isdisjoint(UNKNOWN_ELEMENT_NAMES)


def test_the_smallest_addition_is_an_empty_element_at_the_top() -> None:
    """That is what a counterexample shrinks to."""
    value, some = minimal(unknown(), lambda drawn: drawn[1])
    assert (value, some) == (Structure(), (XmlAddition((), 0, Element("a")),))


# Values made for one purpose


@pytest.mark.parametrize(("one_tag", "written"), [(True, "<Url/>"), (False, "<Url></Url>")])
def test_an_empty_leaf_is_written_by_one_tag_or_two(one_tag: bool, written: str) -> None:
    """It is there, and empty; in the control it is not empty."""
    case = empty_text(("Websocket", "Url"), one_tag=one_tag)
    assert written in case.document(Dialect.BARE)
    assert case.value.get("Websocket", "Url") == String("")
    assert case.control == XmlCase(Structure((("Websocket", Structure((("Url", String("a")),))),)))


@pytest.mark.parametrize("path", leaf_paths(), ids=".".join)
def test_a_leaf_stands_twice_with_different_texts(path: tuple[str, ...]) -> None:
    """The value is that of the first, the control's that of the last."""
    case = doubled(path)
    root = read(case.document(Dialect.BARE)).at(*path[:-1])
    assert [element.text for element in root.elements] == ["first", "last"]
    assert case.control is not None
    assert (case.value.get(*path), case.control.value.get(*path)) == (String("first"), String("last"))


def test_the_leaves_are_those_that_hold_any_text() -> None:
    """The enum and the meeting's id have forms of their own."""
    names = {path[-1] for path in leaf_paths()}
    assert names == {path[-1] for path, shape in contract().paths() if shape.kind == "string"} - {"MeetingId"}


def test_a_miscased_name_alone_is_no_member() -> None:
    """What stands around it is still there."""
    case = miscased_element(("Websocket", "Url"), "url", both=False)
    assert "<Websocket><url>wss://a</url></Websocket>" in case.document(Dialect.BARE)
    assert case.value == Structure((("Websocket", Structure()),))
    assert case.control == XmlCase(URL)


@pytest.mark.parametrize(
    ("position", "order"), [(0, "<url>another</url><Url>wss://a</Url>"), (1, "<Url>wss://a</Url><url>another</url>")]
)
def test_a_miscased_name_stands_beside_the_exact_one(position: int, order: str) -> None:
    """Before it or behind it, with another text."""
    case = miscased_element(("Websocket", "Url"), "url", both=True, position=position)
    assert order in case.document(Dialect.BARE)
    assert case.value == URL


def test_a_miscased_structure_beside_the_exact_one_is_empty() -> None:
    """So that whoever takes it loses what the exact one holds."""
    case = miscased_element(("Websocket",), "websocket", both=True, position=1)
    assert "</Websocket><websocket></websocket>" in case.document(Dialect.BARE)
