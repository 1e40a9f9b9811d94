"""Calls and outcomes as plain JSON data: the forms of the protocol, both ways; one clear error for anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participant_conformance.wire_data import WireFormError
from participant_conformance.wire_form import (
    Question,
    outcome_form,
    outcome_of,
    question,
    question_of,
    reply_form,
    reply_of,
    request_form,
    request_of,
)
from participant_conformance.wire_values import DEPTH, value_form, value_of
from participant_strategies.errors import error_replies
from participant_strategies.reply import (
    ConnectionRequest,
    Crashed,
    Decoded,
    Encoded,
    Outcome,
    Refused,
    Rejected,
    Reply,
    ServiceError,
)
from participant_strategies.requests import connection_requests
from participant_strategies.responses import connection_responses
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure

SETTINGS = settings(derandomize=True, database=None, deadline=None)
REPLY = Reply(403, (("a", "b"), ("a", "é")), b"\xff{}")
REPLY_FORM = {"status": 403, "headers": [["a", "b"], ["a", "é"]], "body": "/3t9"}


def through_json(form: object) -> Any:
    """Return the form as it comes from the other side."""
    text = json.dumps(form, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return json.loads(text.decode("utf-8", "surrogatepass"))


# Values

VALUES = [
    (Structure(), {"Structure": []}),
    (Structure((("Url", String("a")),)), {"Structure": [["Url", {"String": "a"}]]}),
    (Structure((("a", Enum("b")), ("a", Enum("c")))), {"Structure": [["a", {"Enum": "b"}], ["a", {"Enum": "c"}]]}),
    (
        Structure((("a", List((Boolean(value=True), List()))),)),
        {"Structure": [["a", {"List": [{"Boolean": True}, {"List": []}]}]]},
    ),
    (Structure((("a", Foreign("int", "5")),)), {"Structure": [["a", {"Foreign": {"kind": "int", "text": "5"}}]]}),
    (Structure((("a", String("b")),), plain=True), {"Structure": [["a", {"String": "b"}]], "plain": True}),
]


@pytest.mark.parametrize(("value", "form"), VALUES, ids=lambda part: str(part)[:60])
def test_a_value_has_this_form(value: Structure, form: object) -> None:
    """Both ways; members in their order, duplicates kept, and where the kinds come from."""
    assert value_form(value) == form
    again = value_of(through_json(form))
    assert (again.members, again.plain) == (value.members, value.plain)


@SETTINGS
@given(connection_responses())
def test_every_valid_value_survives(value: Structure) -> None:
    """To the order of its members."""
    assert value_of(through_json(value_form(value))).members == value.members


def test_two_halves_of_a_pair_stay_two() -> None:
    """An implementation that makes them is seen to."""
    value = Structure((("Url", String("\ud83d" + "\ude00")),))
    assert value_of(through_json(value_form(value))) == value


@pytest.mark.parametrize(
    ("leaf", "read"),
    [
        (5, Foreign("int", "5")),
        (1.5, Foreign("float", "1.5")),
        (None, Foreign("NoneType", "None")),
        (True, Boolean(value=True)),
        ({"String": 5}, Foreign("int", "5")),
        ({"Enum": ["a"]}, Foreign("list", "['a']")),
        ({"String": False}, Boolean(value=False)),
        ({"Boolean": "true"}, Foreign("str", "'true'")),
    ],
    ids=str,
)
def test_a_leaf_that_is_no_text_is_the_implementations_doing(leaf: object, read: object) -> None:
    """It is judged, never dropped and never the adapter's fault."""
    assert value_of({"Structure": [["Url", leaf]]}) == Structure((("Url", read),))  # type: ignore[arg-type]


def test_a_foreign_leaf_of_any_depth_is_read() -> None:
    """What it holds is only printed."""
    deep: object = []
    for _ in range(100_000):
        deep = [deep]
    assert value_of({"Structure": [["Url", {"String": deep}]]}).get("Url") == Foreign("list", "…")


def test_plain_data_is_read_by_the_contract() -> None:
    """Kinds are those of the shapes, and the value says that it is plain."""
    data = {
        "Websocket": {"Url": "a"},
        "WebRTCConnection": {"Meeting": {"MeetingFeatures": {"Audio": {"EchoReduction": "b"}}}},
        "Number": 5,
        "List": [None],
    }
    value = value_of({"Plain": data})
    assert value.plain
    assert value == Structure.from_plain(data)
    assert value.get("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction") == Enum("b")


@pytest.mark.parametrize("top", [lambda data: {"Structure": [["a", data]]}, lambda data: {"Plain": {"a": data}}])
def test_a_value_that_is_nested_too_deep_is_one_clear_error(top: Callable[[object], object]) -> None:
    """Whichever form it has."""
    deep: Any = {"List": []}
    for _ in range(100_000):
        deep = {"List": [deep]}
    with pytest.raises(WireFormError, match=rf" is nested more than {DEPTH} deep$"):
        value_of(top(deep))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "value is nothing, not an object"),
        ([], "value is an array, not an object"),
        ({}, "value is none of Structure, String, Enum, List, Boolean, Foreign"),
        ({"Struct": []}, "value is none of Structure"),
        ({"String": "a"}, "value is no Structure at the top"),
        ({"Plain": []}, "value.Plain is an array, not an object"),
        ({"Structure": {}}, "value.Structure is an object, not an array"),
        ({"Structure": ["a"]}, "value.Structure[0] is a text, not an array"),
        ({"Structure": [["a"]]}, "value.Structure[0] is no pair of a name and a value"),
        ({"Structure": [[1, {"String": "a"}]]}, "value.Structure[0] is a number, not a text"),
        ({"Structure": [["Url", "a"]]}, "value.Structure.Url is a text, not an object"),
        ({"Structure": [["Url", {}]]}, "value.Structure.Url is none of"),
        ({"Structure": [["a", {"List": "b"}]]}, "value.Structure.a.List is a text, not an array"),
        ({"Structure": [["a", {"List": ["b"]}]]}, "value.Structure.a.List[0] is a text, not an object"),
        ({"Structure": [["a", {"Foreign": "int"}]]}, "value.Structure.a.Foreign is a text, not an object"),
        ({"Structure": [["a", {"Foreign": {}}]]}, "value.Structure.a.Foreign.kind is nothing, not a text"),
    ],
    ids=str,
)
def test_what_is_no_value_is_one_clear_error(data: object, told: str) -> None:
    """It names the place."""
    with pytest.raises(WireFormError) as wrong:
        value_of(data)
    assert str(wrong.value).startswith(told)


# Requests and replies


@pytest.mark.parametrize(
    ("request_", "form"),
    [
        (ConnectionRequest("a"), {"ParticipantToken": "a"}),
        (ConnectionRequest("a", ()), {"ParticipantToken": "a", "Type": []}),
        (
            ConnectionRequest("a", ("b", "b"), connect_participant=False),
            {"ParticipantToken": "a", "Type": ["b", "b"], "ConnectParticipant": False},
        ),
    ],
    ids=repr,
)
def test_a_request_has_this_form(request_: ConnectionRequest, form: object) -> None:
    """What the caller did not give is not there."""
    assert request_form(request_) == form
    assert request_of(through_json(form)) == request_


def test_what_is_null_in_a_request_was_not_given() -> None:
    """As if it were not there."""
    form = {"ParticipantToken": "a", "Type": None, "ConnectParticipant": None}
    assert request_of(form) == ConnectionRequest("a")


@SETTINGS
@given(connection_requests())
def test_every_request_survives(request_: ConnectionRequest) -> None:
    """The order of the types and their duplicates too."""
    assert request_of(through_json(request_form(request_))) == request_


def test_a_reply_has_this_form() -> None:
    """Headers in order, duplicates kept; any body."""
    assert reply_form(REPLY) == REPLY_FORM
    assert reply_of(through_json(REPLY_FORM)) == REPLY


@SETTINGS
@given(error_replies())
def test_every_reply_survives(case: Any) -> None:
    """Byte by byte."""
    assert reply_of(through_json(reply_form(case.reply))) == case.reply


@pytest.mark.parametrize(
    ("read", "data", "told"),
    [
        (request_of, None, "request is nothing, not an object"),
        (request_of, {}, "request.ParticipantToken is nothing, not a text"),
        (request_of, {"ParticipantToken": "a", "Type": "b"}, "request.Type is a text, not an array"),
        (request_of, {"ParticipantToken": "a", "Type": [1]}, "request.Type[0] is a number, not a text"),
        (
            request_of,
            {"ParticipantToken": "a", "ConnectParticipant": 1},
            "request.ConnectParticipant is a number, not true or false",
        ),
        (reply_of, [], "reply is an array, not an object"),
        (reply_of, REPLY_FORM | {"status": True}, "reply.status is true or false, not a whole number"),
        (reply_of, REPLY_FORM | {"status": 1.5}, "reply.status is a number, not a whole number"),
        (reply_of, REPLY_FORM | {"headers": {}}, "reply.headers is an object, not an array"),
        (reply_of, REPLY_FORM | {"headers": [["a"]]}, "reply.headers[0] is no pair of a name and a value"),
        (reply_of, REPLY_FORM | {"headers": [["a", 1]]}, "reply.headers.a is a number, not a text"),
        (reply_of, REPLY_FORM | {"body": None}, "reply.body is nothing, not a text"),
        (reply_of, REPLY_FORM | {"body": "é"}, "reply.body is no base64"),
    ],
    ids=lambda part: str(part)[:50] if not callable(part) else part.__name__,
)
def test_what_is_no_request_or_reply_is_one_clear_error(
    read: Callable[[object], object], data: object, told: str
) -> None:
    """It names the place."""
    with pytest.raises(WireFormError) as wrong:
        read(data)
    assert str(wrong.value) == told


# Questions

QUESTIONS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("decode-json", b"{}"), {"op": "decode", "format": "json", "body": "e30="}),
    (("decode-xml", b"\xff"), {"op": "decode", "format": "xml", "body": "/w=="}),
    (("encode-json", Structure()), {"op": "encode", "format": "json", "value": {"Structure": []}}),
    (("encode-xml", Structure()), {"op": "encode", "format": "xml", "value": {"Structure": []}}),
    (("error-of-json", "a", b""), {"op": "error_of", "format": "json", "code": "a", "body": ""}),
    (("error-of-xml", "a", b""), {"op": "error_of", "format": "xml", "code": "a", "body": ""}),
    (("read", REPLY), {"op": "read", **REPLY_FORM}),
    (("read-xml", REPLY, "ec2Query"), {"op": "read_xml", **REPLY_FORM, "dialect": "ec2Query"}),
    (
        ("call", "http://127.0.0.1:1/a", ConnectionRequest("b")),
        {"op": "call", "endpoint": "http://127.0.0.1:1/a", "request": {"ParticipantToken": "b"}},
    ),
]


@pytest.mark.parametrize(("asked", "form"), QUESTIONS, ids=[asked[0] for asked, _ in QUESTIONS])
def test_a_call_on_a_method_is_this_operation(asked: tuple[Any, ...], form: object) -> None:
    """Both ways."""
    assert question(*asked) == form
    assert question_of(through_json(form)) == Question(asked[0], asked[1:])


@pytest.mark.parametrize("asked", [("session", "a"), ("decode-json",), ("encode-json", 1, 2)], ids=str)
def test_there_is_no_operation_for_anything_else(asked: tuple[Any, ...]) -> None:
    """Who asks for it has a bug."""
    with pytest.raises(ValueError, match=r"^there is no operation for "):
        question(*asked)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "the question is an array, not an object"),
        ({}, "the question.op is nothing, not a text"),
        ({"op": "dream"}, "there is no operation 'dream'"),
        ({"op": "decode"}, "decode.format is nothing, not a text"),
        ({"op": "decode", "format": "yaml"}, "decode.format is 'yaml', neither 'json' nor 'xml'"),
        ({"op": "decode", "format": "json"}, "decode.body is nothing, not a text"),
        ({"op": "encode", "format": "json"}, "encode.value is nothing, not an object"),
        ({"op": "error_of", "format": "json", "body": ""}, "error_of.code is nothing, not a text"),
        ({"op": "read"}, "read.headers is nothing, not an array"),
        ({"op": "read_xml", **REPLY_FORM}, "read_xml.dialect is nothing, not a text"),
        ({"op": "call"}, "call.endpoint is nothing, not a text"),
        ({"op": "call", "endpoint": "a"}, "request is nothing, not an object"),
    ],
    ids=str,
)
def test_what_is_no_question_is_one_clear_error(data: object, told: str) -> None:
    """It names the place."""
    with pytest.raises(WireFormError) as wrong:
        question_of(data)
    assert str(wrong.value) == told


# Outcomes

OUTCOMES: list[tuple[Outcome, dict[str, Any]]] = [
    (Decoded(Structure()), {"decoded": {"Structure": []}}),
    (
        ServiceError("a", None, known=True, status=429),
        {"service_error": {"code": "a", "message": None, "known": True, "status": 429}},
    ),
    (Rejected("a", "SyntaxError"), {"rejected": "a", "class": "SyntaxError"}),
    (Refused("a"), {"refused": "a"}),
    (Encoded(b"{}"), {"body": "e30="}),
    (Crashed("a", "TypeError", "b:1 in c"), {"crashed": "a", "class": "TypeError", "place": "b:1 in c"}),
    (Rejected("a", "", shown=("b", "\ud800")), {"rejected": "a", "class": "", "shown": ["b", "\ud800"]}),
]


@pytest.mark.parametrize(("outcome", "form"), OUTCOMES, ids=lambda part: str(part)[:40])
def test_an_outcome_has_this_form(outcome: Outcome, form: object) -> None:
    """Both ways, with what would be printed beside it."""
    assert outcome_form(outcome) == form
    again = outcome_of(through_json(form))
    assert (again, again.shown, repr(again)) == (outcome, outcome.shown, repr(outcome))


@pytest.mark.parametrize(
    ("form", "outcome"),
    [
        ({"rejected": "a"}, Rejected("a")),
        ({"crashed": "a", "class": None, "shown": None}, Crashed("a", "")),
        ({"service_error": {"known": False}}, ServiceError(None, None, known=False)),
        ({"refused": "a", "colour": "red"}, Refused("a")),
        ({"decoded": {"Plain": {"Url": 5}}}, Decoded(Structure((("Url", Foreign("int", "5")),)))),
    ],
    ids=str,
)
def test_what_may_be_left_out_of_an_outcome_may_be(form: object, outcome: Outcome) -> None:
    """And what is not known is ignored."""
    assert outcome_of(form) == outcome


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("decoded", "outcome is a text, not an object"),
        ({}, "outcome holds none of decoded, service_error, rejected, body, refused, crashed"),
        ({"decoded": {}, "refused": ""}, "outcome holds both decoded and refused"),
        ({"decoded": None}, "outcome.decoded is nothing, not an object"),
        ({"service_error": "a"}, "outcome.service_error is a text, not an object"),
        ({"service_error": {}}, "outcome.service_error.known is nothing, not true or false"),
        ({"service_error": {"known": True, "code": 1}}, "outcome.service_error.code is a number, not a text"),
        ({"service_error": {"known": 1}}, "outcome.service_error.known is a number, not true or false"),
        ({"rejected": None}, "outcome.rejected is nothing, not a text"),
        ({"rejected": "a", "class": []}, "outcome.class is an array, not a text"),
        ({"refused": False}, "outcome.refused is true or false, not a text"),
        ({"body": "="}, "outcome.body is no base64"),
        ({"crashed": "a", "place": 1}, "outcome.place is a number, not a text"),
        ({"refused": "a", "shown": "b"}, "outcome.shown is a text, not an array"),
        ({"refused": "a", "shown": ["b", None]}, "outcome.shown[1] is nothing, not a text"),
    ],
    ids=str,
)
def test_what_is_no_outcome_is_one_clear_error(data: object, told: str) -> None:
    """It names the place."""
    with pytest.raises(WireFormError) as wrong:
        outcome_of(data)
    assert str(wrong.value) == told


# Whatever comes in

NAMES = st.sampled_from(
    [
        *("Structure", "String", "Enum", "List", "Boolean", "Foreign", "Plain", "plain", "kind", "text"),
        *("decoded", "service_error", "rejected", "body", "refused", "crashed", "class", "place", "shown"),
        *("code", "message", "known", "status", "op", "format", "endpoint", "request", "headers", "value", "dialect"),
        *("ParticipantToken", "Type", "ConnectParticipant", "read", "decode"),
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | NAMES
FOREIGN = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=4)
        | st.fixed_dictionaries(
            {"op": NAMES, "format": st.sampled_from(["json", "xml"]), "body": inner, "headers": inner}
        )
        | st.fixed_dictionaries({"Structure": st.lists(st.tuples(st.text(max_size=3), inner).map(list), max_size=3)})
    ),
    max_leaves=20,
)


@settings(SETTINGS, max_examples=300)
@pytest.mark.parametrize("read", [value_of, request_of, reply_of, question_of, outcome_of])
@given(data=FOREIGN)
def test_whatever_comes_in_nothing_else_is_raised(read: Callable[[object], object], data: object) -> None:
    """Either it is of the form, or one clear error that names a place."""
    try:
        found = read(data)
    except WireFormError as wrong:
        told = str(wrong)
        assert told
    else:
        assert type(found).__module__.startswith("participant_")
