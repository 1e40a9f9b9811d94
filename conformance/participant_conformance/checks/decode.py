"""Checks of ``decode.*``: a success reply becomes a value."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_conformance.checks.check import check
from participant_conformance.checks.judging import failure, judge, mismatch, once, require, require_value, without
from participant_conformance.failures import NotObserved
from participant_conformance.subject import NotOfferedError, Subject
from participant_strategies import successes
from participant_strategies.contract import Path, contract
from participant_strategies.json_text import (
    UNKNOWN_VALUES,
    Addition,
    Json,
    drawn_additions,
    drawn_spelling,
    one_of_these,
)
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Decoded, Reply
from participant_strategies.responses import connection_responses
from participant_strategies.successes import success_case
from participant_strategies.texts import EDGE_TEXTS, edge_values, pooled_texts
from participant_strategies.value import Enum, String, Structure, difference, duplicated

#: A value of which every way to decode anything must make the same: the usual control.
PLAIN = success_case(successes.sample("Websocket", "Url"))
FULL = success_case(successes.full())
#: A full value that shares no text with any drawn one.
OTHER = success_case(successes.full("another text"))
#: Nothing, each member alone, all but one, all: the smallest first, since a vector is not shrunk.
SUBSETS = (
    success_case(Structure()),
    *(success_case(successes.sample(*path)) for path, _ in contract().paths()),
    *(success_case(successes.remove(successes.full(), path)) for path, _ in contract().paths()),
    FULL,
)


@check("decode.round-trip", lambda: connection_responses().map(success_case), vectors=SUBSETS)
def test_decode_round_trip(subject: Subject, case: Case) -> None:
    judge(subject, case)


@check("decode.tags", lambda: connection_responses().map(success_case), vectors=SUBSETS)
def test_decode_tags(subject: Subject, case: Case) -> None:
    got = require_value(subject, case)
    if got.value.plain:
        raise NotOfferedError("values are plain: their tags are ours")
    # The content is right by now, so that any difference left is one of tags.
    expected = without(successes.value_of(case), subject.traits.lacks)
    if wrong := difference(expected, once(got.value)):
        raise failure(case, got, str(wrong))


#: The leaves that hold any text. An enum has its own rule, and a pattern limits what is valid.
_TEXTS = tuple((path, shape.name) for path, shape in contract().paths() if shape.kind == "string" and not shape.pattern)
#: One leaf of each shape whose texts have a form of their own, and a token, which somebody may trim.
_FORMED = (
    (("Websocket", "Url"), "PreSignedConnectionUrl"),
    (("Websocket", "ConnectionExpiry"), "ISO8601Datetime"),
    (("ConnectionCredentials", "ConnectionToken"), "ParticipantToken"),
)


def exact_text(path: Path, text: str) -> Case:
    """Make the case of one leaf that holds ``text``; the control holds ``a``."""
    return success_case(successes.at(path, String(text)), control=success_case(successes.at(path, String("a"))))


@st.composite
def exact_texts(draw: DrawFn) -> Case:
    """Draw one leaf that holds a telling or free text."""
    # The text first, and from one pool: a text that stood elsewhere for each leaf could not be kept for a simpler leaf.
    text, index = draw(_telling_texts()), draw(_LEAVES)
    leaves = (*_TEXTS[index:], *_TEXTS)
    return exact_text(next(path for path, shape in leaves if _fits(text, shape)), text)


def _fits(text: str, shape: str) -> bool:
    limits = contract().shapes[shape]
    return (limits.minimum or 0) <= len(text) <= (limits.maximum or len(text))


_LEAVES = st.integers(0, len(_TEXTS) - 1)


@cache
def _telling_texts() -> SearchStrategy[str]:
    listed = (text for _, shape in _TEXTS for text in edge_values(shape))
    return pooled_texts(list(dict.fromkeys([*EDGE_TEXTS, *listed])), _FREE)


_FREE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@check(
    "decode.text-is-exact",
    exact_texts,
    vectors=tuple(exact_text(path, text) for path, shape in _FORMED for text in edge_values(shape) if len(text) < 80),
)
def test_decode_text_is_exact(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def spelled_values(draw: DrawFn) -> Case:
    """Draw a value in any spelling; the control is the same in compact JSON."""
    value = draw(connection_responses())
    return success_case(value, spelling=drawn_spelling(draw), control=success_case(value))


@check("decode.equivalent-spellings", spelled_values)
def test_decode_equivalent_spellings(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def nulled_members(draw: DrawFn) -> Case:
    """Draw a value with members written as null, which it then lacks; in the control the first of them is present."""
    value, written = successes.drawn_nulled(draw, draw(connection_responses()), draw(_NULLS))
    path = (*written[0].path, written[0].name)
    present = successes.put(value, path, successes.sample_member(path))
    return success_case(value, additions=written, control=success_case(present))


_NULLS = st.sampled_from([1, 1, 1, 2, 3])


@check("decode.null-is-absent", nulled_members)
def test_decode_null_is_absent(subject: Subject, case: Case) -> None:
    judge(subject, case)


def empty_structure_case(value: Structure, path: Path) -> Case:
    """Make the case of an empty structure at ``path`` within ``value``; the control leaves it out."""
    emptied = successes.put(value, path, Structure())
    return success_case(emptied, control=success_case(successes.remove(emptied, path)))


@st.composite
def empty_structures(draw: DrawFn) -> Case:
    """Draw a value with an empty structure at any place."""
    path = draw(one_of_these(successes.structure_paths()))
    return empty_structure_case(draw(connection_responses()), path)


@check(
    "decode.empty-structure-is-present",
    empty_structures,
    vectors=tuple(empty_structure_case(Structure(), path) for path in successes.structure_paths()),
)
def test_decode_empty_structure_is_present(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def empty_objects(draw: DrawFn) -> Case:
    """Draw a spelling of ``{}``."""
    return success_case(Structure(), spelling=drawn_spelling(draw), control=PLAIN)


@check("decode.empty-object", empty_objects, vectors=(success_case(Structure(), control=PLAIN),))
def test_decode_empty_object(subject: Subject, case: Case) -> None:
    judge(subject, case)


def empty_bodies() -> st.SearchStrategy[Case]:
    """Draw a success reply without a body, with or without a Content-Type; that is all there is to draw."""
    headers: list[tuple[tuple[str, str], ...]] = [(JSON_CONTENT_TYPE,), ()]
    return st.sampled_from(headers).map(
        lambda drawn: Case(Reply(200, drawn, b""), Decoded(Structure()), control=PLAIN, note="no body")
    )


@check("decode.empty-body", empty_bodies)
def test_decode_empty_body(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def unknown_members(draw: DrawFn) -> Case:
    """Draw a value with members that the model does not have, anywhere."""
    value = draw(connection_responses())
    return success_case(value, additions=drawn_additions(draw, value), control=success_case(value))


def beside_nothing(value: Json) -> Case:
    """Make the case of an unknown member beside a value in which most is absent: nothing may be found in it."""
    few = successes.sample("ConnectionCredentials", "Expiry")
    return success_case(few, additions=[Addition((), 0, "a", value)], control=success_case(few))


@check("decode.unknown-member-ignored", unknown_members, vectors=tuple(map(beside_nothing, UNKNOWN_VALUES)))
def test_decode_unknown_member_ignored(subject: Subject, case: Case) -> None:
    judge(subject, case)


_TYPES = (
    "CreateParticipantConnectionResponse",
    "com.amazonaws.connectparticipant#CreateParticipantConnectionResponse",
    "AccessDeniedException",
    "com.amazon.coral.service#InternalServerException",
    "a",
    "",
)


_NUMBERS = st.sampled_from([1, 1, 2])


@st.composite
def dunder_types(draw: DrawFn) -> Case:
    """Draw a value with ``__type`` in any of its structures."""
    value = draw(connection_responses())
    added = drawn_additions(draw, value, names=("__type",), values=_TYPES, number=draw(_NUMBERS))
    return success_case(value, additions=added, control=success_case(value))


@check("decode.dunder-type-ignored", dunder_types)
def test_decode_dunder_type_ignored(subject: Subject, case: Case) -> None:
    judge(subject, case)


_ENUM = ("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction")


def enum_case(text: str) -> Case:
    """Make the case of an unlisted enum value; the control has a listed one."""
    listed = contract().shapes["MeetingFeatureStatus"].values[0]
    return success_case(successes.at(_ENUM, Enum(text)), control=success_case(successes.at(_ENUM, Enum(listed))))


@st.composite
def unknown_enums(draw: DrawFn) -> Case:
    """Draw a value of EchoReduction that the model does not list."""
    text = draw(_UNLISTED)
    listed = contract().shapes["MeetingFeatureStatus"].values
    # A suffix rather than a filter, which would draw again.
    return enum_case(f"{text}_" if text in listed else text)


_UNLISTED = pooled_texts(
    ("A", "available", "AVAILABLE ", "Unavailable", "DEGRADED", "AVAILABLE_V2", "\u00e9", "null"),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)


@check("decode.unknown-enum-kept", unknown_enums, vectors=(enum_case("A"),))
def test_decode_unknown_enum_kept(subject: Subject, case: Case) -> None:
    if any(_ENUM[: path.count(".") + 1] == tuple(path.split(".")) for path in subject.traits.lacks):
        raise NotOfferedError("the model has no EchoReduction (trait lacks)")
    judge(subject, case)


@check("decode.no-duplicate-members", lambda: connection_responses().map(success_case), vectors=(FULL,))
def test_decode_no_duplicate_members(subject: Subject, case: Case) -> None:
    got = require_value(subject, case)
    if got.value.plain:
        raise NotOfferedError("values are plain: they cannot name a member twice")
    if path := duplicated(got.value):
        raise failure(case, got, f"{'.'.join(path)} stands twice")


@st.composite
def pairs(draw: DrawFn) -> tuple[Case, Case]:
    """Draw two values to be decoded one after the other."""
    first, second = draw(connection_responses()), draw(connection_responses())
    return success_case(first), success_case(second)


@check("decode.no-memory", pairs, vectors=((FULL, success_case(Structure())),))
def test_decode_no_memory(subject: Subject, case: tuple[Case, Case]) -> None:
    before, after = case
    require(subject, before)
    got = subject.receive(after.reply)
    wrong = mismatch(after, got, subject.traits)
    if not wrong:
        return
    told = failure(replace(after, note=f"after {before.reply!r}"), got, wrong)
    # The same reply after another one: what comes out the same again is wrong by itself, not by memory.
    subject.receive(OTHER.reply)
    if subject.receive(after.reply) == got:
        raise NotObserved(wrong, evidence=told.evidence)
    raise told


__all__ = [name for name in globals() if name.startswith("test_")]
