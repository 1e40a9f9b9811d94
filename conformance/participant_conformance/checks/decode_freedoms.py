"""Checks of ``decode.*``: what a success may look like beyond the plain form, and still is one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import PLAIN
from participant_conformance.checks.judging import judge
from participant_conformance.subject import Subject
from participant_strategies.contract import Path, contract
from participant_strategies.json_text import Addition, json_tree, miscased, one_of_these
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Decoded, Reply
from participant_strategies.responses import connection_responses
from participant_strategies.successes import at, full, remove, sample_member, success_case
from participant_strategies.value import String, Structure


def miscased_case(path: Path, name: str, *, both: bool) -> Case:
    """Make the case of a member whose name differs in case, alone or beside the exact one."""
    exact = at(path, sample_member(path))
    value = exact if both else remove(exact, path)
    rival = sample_member(path)
    other = String("wss://another") if isinstance(rival, String) else Structure()
    added = Addition(path[:-1], 0, name, json_tree(other if both else rival))
    return success_case(value, additions=[added], control=success_case(exact))


#: Members whose names are told apart by case: those that hold text and the structures at the top.
_NAMED = tuple(path for path, shape in contract().paths() if shape.kind != "enum")


@st.composite
def miscased_names(draw: DrawFn) -> Case:
    """Draw a member whose name differs in case from a modelled one; half of the time the exact one stands too."""
    path = draw(one_of_these(_NAMED))
    return miscased_case(path, draw(one_of_these(miscased(path[-1]))), both=draw(_COIN))


_COIN = st.booleans()


@check(
    "decode.names-are-exact",
    miscased_names,
    vectors=tuple(miscased_case(("Websocket",), "websocket", both=both) for both in (False, True)),
)
def test_decode_names_are_exact(subject: Subject, case: Case) -> None:
    judge(subject, case)


#: RFC 9110, section 15.3: statuses of a success whose body is the result.
_STATUSES = (200, 201, 203)


@st.composite
def success_statuses(draw: DrawFn) -> Case:
    """Draw a value with any of these statuses; the control has 200."""
    value = draw(connection_responses())
    return success_case(value, status=draw(one_of_these(_STATUSES)), control=success_case(value))


#: RFC 9110, section 15.3.5: a 204 has no body.
NO_CONTENT = Case(Reply(204, (), b""), Decoded(Structure()), control=PLAIN, note="no body")


@check(
    "decode.any-success-status",
    success_statuses,
    vectors=(NO_CONTENT, *(success_case(full(), status=status, control=PLAIN) for status in _STATUSES)),
)
def test_decode_any_success_status(subject: Subject, case: Case) -> None:
    judge(subject, case)


#: Valid for no server, and yet text: the model's limits are constraints of the service on itself.
_BEYOND = (
    (("Websocket", "Url"), ("", "a" * 2001, "not a URL")),
    (("Websocket", "ConnectionExpiry"), ("", "tomorrow", "2026-13-45T99:99:99Z", "1767225600")),
    (("ConnectionCredentials", "ConnectionToken"), ("", "a" * 1001, "a" * 20_000)),
    (("ConnectionCredentials", "Expiry"), ("", "soon", "0")),
    (
        ("WebRTCConnection", "Meeting", "MeetingId"),
        ("", "not-a-guid", "00000000-0000-0000-0000-00000000000g", "a" * 37),
    ),
    (("WebRTCConnection", "Meeting", "MediaPlacement", "SignalingUrl"), ("not a URL", "a" * 4001)),
)
_UNLIMITED = tuple((path, text) for path, texts in _BEYOND for text in texts)


def beyond_limits(path: Path, text: str) -> Case:
    """Make the case of one leaf that the service should not have sent; the control holds a valid text."""
    return success_case(at(path, String(text)), control=success_case(at(path, sample_member(path))))


@st.composite
def unlimited_texts(draw: DrawFn) -> Case:
    """Draw one leaf with a text outside of the model's limits: a listed one, or one that is too long."""
    path, text = draw(one_of_these(_UNLIMITED))
    return beyond_limits(path, text + "a" * draw(_MORE) if len(text) > 100 else text)


_MORE = st.integers(0, 3000)


@check(
    "decode.limits-are-the-servers",
    unlimited_texts,
    vectors=tuple(beyond_limits(path, text) for path, text in _UNLIMITED if len(text) < 100),
)
def test_decode_limits_are_the_servers(subject: Subject, case: Case) -> None:
    judge(subject, case)


_CONTENT_TYPES = (
    None,
    "",
    "application/json; charset=utf-8",
    "application/json;charset=ISO-8859-1",
    "APPLICATION/JSON",
    "application/x-amz-json-1.1",
    "application/problem+json",
    "text/plain",
    "text/html; charset=windows-1252",
    "application/octet-stream",
    "application/xml",
    "multipart/form-data; boundary=a",
    "nonsense",
)
#: A letter of two bytes in UTF-8: who heeds a charset reads two letters.
_TOLD = at(("ConnectionCredentials", "ConnectionToken"), String("\u00e9"))


def typed(value: Structure, content_type: str | None) -> Case:
    """Make the case of a value with another Content-Type, or none."""
    plain = success_case(value)
    headers = () if content_type is None else ((JSON_CONTENT_TYPE[0], content_type),)
    note = "no Content-Type" if content_type is None else ""
    return replace(plain, reply=replace(plain.reply, headers=headers), control=plain, note=note)


@st.composite
def content_types(draw: DrawFn) -> Case:
    """Draw a value with any Content-Type; the control has the usual one."""
    return typed(draw(connection_responses()), draw(one_of_these(_CONTENT_TYPES)))


@check("decode.content-type-irrelevant", content_types, vectors=tuple(typed(_TOLD, item) for item in _CONTENT_TYPES))
def test_decode_content_type_irrelevant(subject: Subject, case: Case) -> None:
    judge(subject, case)


__all__ = [name for name in globals() if name.startswith("test_")]
