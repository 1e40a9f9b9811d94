"""Checks of ``encode.*``: a value becomes a text."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import SUBSETS
from participant_conformance.checks.strict_reading import IllFormedError, NoValueError, read_json
from participant_conformance.checks.writing import (
    failure,
    judge_round_trip,
    known,
    mistake,
    not_observed,
    read_back,
    require_other_text,
    require_written,
    without_nulls,
)
from participant_conformance.subject import Form, Subject
from participant_strategies import successes
from participant_strategies.contract import Path, contract
from participant_strategies.json_text import absent_members, one_of_these
from participant_strategies.reply import Encoded, Outcome, shown_bytes
from participant_strategies.responses import connection_responses
from participant_strategies.texts import EDGE_TEXTS, xml_can_hold
from participant_strategies.value import String, Structure

#: A value that is to be written, and the control.
Pair: TypeAlias = tuple[Structure, Structure]

#: A leaf that the model lets hold any text.
_LEAF = ("ConnectionCredentials", "Expiry")
#: Nothing, each member alone, all but one, all; each once.
VALUES = tuple(dict.fromkeys(map(successes.value_of, SUBSETS)))
#: One leaf that holds what needs care in some text; then those of them that XML 1.0 can hold.
TELLING = tuple(successes.at(_LEAF, String(text)) for text in EDGE_TEXTS)
TELLING_XML = tuple(successes.at(_LEAF, String(text)) for text in EDGE_TEXTS if xml_can_hold(text))


@check("encode.json-is-json", connection_responses, vectors=(*VALUES, *TELLING))
def test_encode_json_is_json(subject: Subject, case: Structure) -> None:
    value = known(subject, case)
    got = subject.encode("json", value)
    if not isinstance(got, Encoded):
        raise not_observed(value, got, repr(got))
    try:
        read_json(got.body)
    except IllFormedError as ill:
        raise failure(value, got, "one strict JSON text in UTF-8", str(ill)) from None
    except NoValueError:
        # JSON all the same: that it holds no value of the operation is for the round trip to say.
        pass
    require_other_text(subject, "json", value, got.body)


@check("encode.json-round-trip", connection_responses, vectors=(*VALUES, *TELLING))
def test_encode_json_round_trip(subject: Subject, case: Structure) -> None:
    judge_round_trip(subject, "json", case)


def absence(value: Structure, path: Path) -> Pair:
    """Make the case of a value that lacks the member at ``path``; the control has it."""
    return successes.remove(value, path), successes.put(value, path, successes.sample_member(path))


@st.composite
def absences(draw: DrawFn) -> Pair:
    """Draw a value that lacks a member; in the control it is present."""
    value = draw(connection_responses())
    places = tuple(absent_members(value))
    return absence(value, draw(one_of_these(places)) if places else value.members[-1][:1])


@check(
    "encode.absent-is-left-out",
    absences,
    vectors=(
        *(absence(Structure(), path) for path, _ in contract().paths() if len(path) == 1),
        *(absence(successes.full(), path) for path, _ in contract().paths()),
    ),
)
def test_encode_absent_is_left_out(subject: Subject, case: Pair) -> None:
    value, control = (known(subject, drawn) for drawn in case)
    require_written(subject, "json", control)
    expected = "no member that the value lacks"
    got = subject.encode("json", value)
    for path, member in read_back("json", value, got, expected).paths():
        if contract().shape_at(path) is not None and value.get(*path) is None:
            raise failure(value, got, expected, f"{'.'.join(path)}: {member!r}")


def emptied(value: Structure, path: Path) -> Pair:
    """Make the case of an empty structure at ``path`` within ``value``; in the control it has a member."""
    return successes.put(value, path, Structure()), successes.put(value, path, successes.sample_member(path))


_STRUCTURES = st.sampled_from(successes.structure_paths())


@st.composite
def empty_structures(draw: DrawFn) -> Pair:
    """Draw a value with an empty structure at any place."""
    path = draw(_STRUCTURES)
    return emptied(draw(connection_responses()), path)


@check(
    "encode.empty-structure-kept",
    empty_structures,
    vectors=tuple(
        emptied(value, path) for value in (Structure(), successes.full()) for path in successes.structure_paths()
    ),
)
def test_encode_empty_structure_kept(subject: Subject, case: Pair) -> None:
    value, control = (known(subject, drawn) for drawn in case)
    require_written(subject, "json", control)
    expected = "{} for each structure without members"
    got = subject.encode("json", value)
    read = read_back("json", value, got, expected)
    for path, member in value.paths():
        if member == Structure() and without_nulls(read).get(*path) != member:
            raise failure(value, got, expected, f"{'.'.join(path)}: {read.get(*path) or 'nothing'!s}")


#: What means something in XML, and what a parser changes unless it is a reference (XML 1.0, sections 2.4 and 2.11).
MARKUP = ("&", "<", "]]>", "\r", "a\r\nb", ">", '"', "'", "&amp;", "&#60;", "<a>", "a]]>b]]", "<!--", "<![CDATA[a]]>")
#: What XML 1.0 cannot hold, not even as a reference (section 2.2); the surrogates are no characters at all.
FORBIDDEN = ("\0", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800", "\udfff", "a\x1bb")


def marked_up(text: str, path: Path = _LEAF) -> Pair:
    """Make the case of a leaf that holds ``text``; the control holds ``a``."""
    return successes.at(path, String(text)), successes.at(path, String("a"))


_PATHS = st.sampled_from([path for path, shape in contract().paths() if shape.kind == "string" and not shape.pattern])
_TEXTS = st.one_of(
    st.sampled_from(MARKUP), st.text("&<>]'\"\r\n a-!?[;#", min_size=1, max_size=10), st.sampled_from(FORBIDDEN)
)


@st.composite
def markup(draw: DrawFn) -> Pair:
    """Draw a leaf that holds markup, line ends, or what XML cannot hold."""
    return marked_up(draw(_TEXTS), draw(_PATHS))


@check("encode.xml-is-well-formed", markup, vectors=tuple(map(marked_up, (*MARKUP, *FORBIDDEN))))
def test_encode_xml_is_well_formed(subject: Subject, case: Pair) -> None:
    value, control = (known(subject, drawn) for drawn in case)
    right = subject.encode("xml", control)
    if not isinstance(right, Encoded):
        raise not_observed(control, right, repr(right))
    otherwise = _mistake(control, right)
    require_other_text(subject, "xml", control, right.body)
    got = subject.encode("xml", value)
    wrong = _mistake(value, got)
    # What XML cannot hold may be refused, in whatever way, or left out, or replaced. Who writes another value even in
    # the control is told so by the round trip.
    if wrong and not otherwise and held_by_xml(value):
        raise failure(value, got, "a document of this value", wrong)


def _mistake(value: Structure, got: Outcome) -> str | None:
    """Say what else is wrong with a document that is well formed; one that is not breaks the rule, also a control."""
    try:
        return mistake("xml", value, got)
    except IllFormedError as ill:
        raise failure(value, got, "a well-formed document", str(ill)) from None


def held_by_xml(value: Structure) -> bool:
    """Whether XML 1.0 can hold every text of a value."""
    return all(xml_can_hold(member.text) for _, member in value.paths() if isinstance(member, String))


@check("encode.xml-round-trip", lambda: connection_responses(xml=True), vectors=(*VALUES, *TELLING_XML))
def test_encode_xml_round_trip(subject: Subject, case: Structure) -> None:
    judge_round_trip(subject, "xml", case)


@check("encode.stable", lambda: connection_responses(xml=True), vectors=VALUES)
def test_encode_stable(subject: Subject, case: Structure) -> None:
    forms: tuple[Form, ...] = ("json", "xml")
    for form in forms:
        if f"encode-{form}" in subject.capabilities:
            _judge_stable(subject, form, known(subject, case))


def _judge_stable(subject: Subject, form: Form, value: Structure) -> None:
    first = subject.encode(form, value)
    if not isinstance(first, Encoded):
        raise not_observed(value, first, repr(first))
    # Another value in between: what the first call left behind must not show in the second one either.
    require_other_text(subject, form, value, first.body)
    second = subject.encode(form, value)
    if second != first:
        told = shown_bytes(second.body) if isinstance(second, Encoded) else repr(second)
        raise failure(value, first, "the same bytes the second time", told)


__all__ = [name for name in globals() if name.startswith("test_")]
