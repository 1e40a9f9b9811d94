"""Checks of ``xml.*``: which elements of a document count, and which do not."""

from __future__ import annotations

import string
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from participant_conformance.adapter import Traits
from participant_conformance.checks.check import check
from participant_conformance.checks.dialects import in_each, judge_in_each, offered, taking
from participant_conformance.checks.judging import judge, mismatch, require
from participant_conformance.checks.xml import SMALL, spelled
from participant_conformance.subject import NotOfferedError, Subject
from participant_strategies import successes
from participant_strategies.contract import Path, contract
from participant_strategies.json_text import miscased, one_of_these
from participant_strategies.reply import Case, Crashed, Decoded, Outcome
from participant_strategies.responses import connection_responses
from participant_strategies.value import Enum, Structure
from participant_strategies.xml_defects import SAMPLE
from participant_strategies.xml_documents import (
    REPLY_DIALECTS,
    UNKNOWN_CONTENTS,
    Dialect,
    XmlAddition,
    XmlCase,
    doubled,
    drawn_elements,
    empty_text,
    leaf_paths,
    miscased_element,
    xml_reply,
)
from participant_strategies.xml_spellings import stray_texts
from participant_strategies.xml_text import Element, XmlSpelling

_LEAVES = st.sampled_from(leaf_paths())


@st.composite
def stray_text(draw: DrawFn) -> XmlCase:
    """Draw a value with text between its elements."""
    return spelled(draw(connection_responses(xml=True)), draw(stray_texts()))


@check(
    "xml.stray-text-ignored",
    stray_text,
    vectors=tuple(spelled(SMALL, XmlSpelling(stray=(text,))) for text in ("a", "<![CDATA[a]]>")),
)
def test_xml_stray_text_ignored(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


def in_namespace(value: Structure, namespace: str) -> XmlCase:
    """Make the case of a value whose document has a default namespace; the control has none."""
    return XmlCase(value, namespace=namespace, control=XmlCase(value))


_NAMESPACES = st.sampled_from(["https://example.com/", "urn:a", "http://b.amazonaws.com/doc/2016-11-15/", "a&b"])


@st.composite
def namespaced_values(draw: DrawFn) -> XmlCase:
    """Draw a value whose document has a default namespace."""
    return in_namespace(draw(connection_responses(xml=True)), draw(_NAMESPACES))


@check("xml.default-namespace", namespaced_values, vectors=(in_namespace(SMALL, "https://example.com/"),))
def test_xml_default_namespace(subject: Subject, case: XmlCase) -> tuple[str, ...]:
    judge_in_each(subject, case, (Dialect.QUERY, Dialect.EC2))
    return tuple(
        f"a default namespace changes what comes out of {dialect}"
        for dialect in offered(subject)
        if mismatch(drawn := case.in_dialect(dialect), taking(subject, dialect)(drawn.reply), subject.traits)
    )


@st.composite
def empty_texts(draw: DrawFn) -> XmlCase:
    """Draw one leaf that is empty."""
    return empty_text(draw(_LEAVES), one_tag=draw(st.booleans()))


@check(
    "xml.empty-element-is-empty-text",
    empty_texts,
    vectors=tuple(empty_text(path, one_tag=one_tag) for path in leaf_paths() for one_tag in (True, False)),
)
def test_xml_empty_element_is_empty_text(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


def unknown_in(value: Structure, path: Path, content: str | tuple[Element, ...]) -> XmlCase:
    """Make the case of an unknown element in the structure at ``path``; the control has none."""
    return XmlCase(value, additions=(XmlAddition(path, 0, Element("a", content)),), control=XmlCase(value))


#: Beside a value in which most is absent, and in a structure without members: nothing may be found in the unknown one.
UNKNOWN = (
    *(unknown_in(successes.sample("ConnectionCredentials", "Expiry"), (), content) for content in UNKNOWN_CONTENTS),
    unknown_in(successes.at(("Websocket",), Structure()), ("Websocket",), (Element("Url", "a"),)),
)


@st.composite
def unknown_elements(draw: DrawFn) -> XmlCase:
    """Draw a value with elements that the model does not have, anywhere."""
    value = draw(connection_responses(xml=True))
    return XmlCase(value, additions=drawn_elements(draw, value), control=XmlCase(value))


@check("xml.unknown-element-ignored", unknown_elements, vectors=UNKNOWN)
def test_xml_unknown_element_ignored(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


_ENUM, _LISTED = next((path, shape.values) for path, shape in contract().paths() if shape.kind == "enum")


def enum_case(text: str) -> XmlCase:
    """Make the case of an unlisted enum value; the control has a listed one."""
    return XmlCase(successes.at(_ENUM, Enum(text)), control=XmlCase(successes.at(_ENUM, Enum(_LISTED[0]))))


def unknown_enums() -> st.SearchStrategy[XmlCase]:
    """Draw an enum value that the model does not list."""
    near = ["", "A", "available", "Unavailable", "DEGRADED", "AVAILABLE_V2", "AVAILABLE.", "\u00e9"]
    # The suffix keeps a drawn text away from the listed ones without a filter.
    free = st.text(string.ascii_letters, max_size=19).map(lambda text: f"{text}_")
    return st.one_of(st.sampled_from(near), free).map(enum_case)


@check("xml.unknown-enum-kept", unknown_enums, vectors=(enum_case("A"), enum_case("")))
def test_xml_unknown_enum_kept(subject: Subject, case: XmlCase) -> None:
    if any(_ENUM[: path.count(".") + 1] == tuple(path.split(".")) for path in subject.traits.lacks):
        raise NotOfferedError(f"the model has no {_ENUM[-1]} (trait lacks)")
    judge_in_each(subject, case)


_NAMED = st.sampled_from([path for path, shape in contract().paths() if shape.kind != "enum"])


@st.composite
def miscased_elements(draw: DrawFn) -> XmlCase:
    """Draw a member under a name in another case, alone, before the exact one, or behind it."""
    path = draw(_NAMED)
    name = draw(one_of_these(miscased(path[-1])))
    both, position = draw(one_of_these(((False, 0), (True, 0), (True, 1))))
    return miscased_element(path, name, both=both, position=position)


@check(
    "xml.names-are-exact",
    miscased_elements,
    vectors=(
        miscased_element(("Websocket",), "websocket", both=False),
        *(miscased_element(("Websocket", "Url"), "url", both=True, position=position) for position in (0, 1)),
    ),
)
def test_xml_names_are_exact(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


#: Whether the reply has its Content-Type.
@check("xml.empty-body", st.booleans)
def test_xml_empty_body(subject: Subject, case: bool) -> None:
    def judged(dialect: str) -> None:
        reply = xml_reply(dialect, b"")
        empty = Case(reply if case else replace(reply, headers=()), Decoded(Structure()), note="no body")
        judge(subject, replace(empty, control=SAMPLE.in_dialect(dialect)), take=taking(subject, dialect))

    in_each(subject, judged, [dialect for dialect in REPLY_DIALECTS if dialect.startswith(Dialect.REST)])


@check(
    "xml.duplicate-elements",
    lambda: _LEAVES.map(doubled),
    vectors=tuple(map(doubled, leaf_paths())),
)
def test_xml_duplicate_elements(subject: Subject, case: XmlCase) -> tuple[str, ...]:
    found: dict[str, list[str]] = {}

    def observed(dialect: str) -> None:
        take, first = taking(subject, dialect), case.in_dialect(dialect)
        got, last = take(first.reply), first.control
        assert last is not None  # noqa: S101 - doubled() gives one
        require(subject, last, take=take)
        # To a model that lacks the member both are the same.
        if any(mismatch(one, got, subject.traits) for one in (first, last)):
            found.setdefault(_counted(got, first, last, subject.traits), []).append(dialect)

    in_each(subject, observed)
    if len(found) == 1:
        return tuple(found)
    return tuple(f"{words} ({', '.join(dialects)})" for words, dialects in found.items())


def _counted(got: Outcome, first: Case, last: Case, traits: Traits) -> str:
    if mismatch(first, got, traits) is None:
        return "the first of two wins"
    if mismatch(last, got, traits) is None:
        return "the last of two wins"
    return {Decoded: "neither of two wins", Crashed: "two are a crash"}.get(type(got), "two are rejected")


__all__ = [name for name in globals() if name.startswith("test_")]
