"""Checks of ``error.*``: a failed reply becomes a classified error."""

from __future__ import annotations

import string

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import PLAIN
from participant_conformance.checks.judging import judge, require, unexpected
from participant_conformance.subject import Subject
from participant_strategies.contract import contract
from participant_strategies.errors import (
    ERROR_TYPE_HEADER,
    Dress,
    Family,
    Place,
    Statement,
    codes,
    drawn_dressing,
    drawn_rival,
    dressed,
    error_case,
    messages,
    statuses,
)
from participant_strategies.json_text import Json, Object, render
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Crashed, Decoded, Reply, ServiceError
from participant_strategies.responses import connection_responses
from participant_strategies.successes import success_case
from participant_strategies.texts import EDGE_TEXTS

MODELED = contract().modeled_errors
#: Types whose classification the contract settles: the operation's own errors and unheard-of ones.
SETTLED = (Family.MODELED, Family.UNKNOWN)
OWN_NAMESPACE = "com.amazonaws.connectparticipant"


def named(code: str, place: Place = Place.HEADER, *, uri: str | None = None, namespace: str | None = None) -> Case:
    """Make the reply that names ``code`` in one place, spelled as told, with a message."""
    return error_case(code, [Statement(place, dressed(code, uri=uri, namespace=namespace))], message="a")


@check(
    "error.modeled",
    lambda: st.builds(_with_message, codes([Family.MODELED]), messages()),
    vectors=tuple(named(code) for code in MODELED),
)
def test_error_modeled(subject: Subject, case: Case) -> None:
    judge(subject, case)


def _with_message(code: str, message: str) -> Case:
    return error_case(code, [Statement(Place.HEADER, code)], message=message)


def _alone(place: Place) -> SearchStrategy[Case]:
    return codes(SETTLED).map(lambda code: named(code, place))


@check("error.type-in-header", lambda: _alone(Place.HEADER), vectors=(named("AccessDeniedException", Place.HEADER),))
def test_error_type_in_header(subject: Subject, case: Case) -> None:
    judge(subject, case)


@check("error.type-in-code", lambda: _alone(Place.CODE), vectors=(named("AccessDeniedException", Place.CODE),))
def test_error_type_in_code(subject: Subject, case: Case) -> None:
    judge(subject, case)


@check(
    "error.type-in-dunder-type",
    lambda: _alone(Place.DUNDER_TYPE),
    vectors=(named("AccessDeniedException", Place.DUNDER_TYPE),),
)
def test_error_type_in_dunder_type(subject: Subject, case: Case) -> None:
    judge(subject, case)


_PLACES = st.sampled_from(Place)


@st.composite
def dressed_types(draw: DrawFn, dresses: tuple[Dress, ...]) -> Case:
    """Draw a type in one of the spellings, in any place; the control has the bare type there."""
    code, place = draw(codes(SETTLED)), draw(_PLACES)
    uri, namespace = drawn_dressing(draw, dresses)
    statement = Statement(place, dressed(code, uri=uri, namespace=namespace))
    return error_case(code, [statement], message="a", control=named(code, place))


def _dressed_in_every_place(**dress: str) -> tuple[Case, ...]:
    code = "AccessDeniedException"
    return tuple(
        error_case(code, [Statement(place, dressed(code, **dress))], message="a", control=named(code, place))
        for place in Place
    )


@check("error.uri-stripped", lambda: dressed_types((Dress.URI,)), vectors=_dressed_in_every_place(uri="http://b/"))
def test_error_uri_stripped(subject: Subject, case: Case) -> None:
    judge(subject, case)


@check(
    "error.namespace-stripped",
    lambda: dressed_types((Dress.NAMESPACE, Dress.BOTH)),
    vectors=_dressed_in_every_place(namespace="a"),
)
def test_error_namespace_stripped(subject: Subject, case: Case) -> None:
    judge(subject, case)


_NAMESPACES = st.text(string.ascii_letters + "_.", min_size=1, max_size=30)


@st.composite
def foreign_namespaces(draw: DrawFn) -> Case:
    """Draw a namespace that no service has; the control has the service's own."""
    code, place = draw(codes(SETTLED)), draw(_PLACES)
    # Smithy 2.0, shape id: identifiers joined by dots. In one draw, and mended where it has empty ones.
    namespace = ".".join(filter(None, draw(_NAMESPACES).split("."))) or "a"
    statement = Statement(place, dressed(code, namespace=namespace))
    return error_case(code, [statement], message="a", control=named(code, place, namespace=OWN_NAMESPACE))


@check("error.foreign-namespace", foreign_namespaces)
def test_error_foreign_namespace(subject: Subject, case: Case) -> None:
    judge(subject, case)


def _header_case(code: str, header_name: str) -> Case:
    statement = Statement(Place.HEADER, code)
    return error_case(code, [statement], message="a", header_name=header_name, control=named(code))


_CASES = st.booleans()


@st.composite
def header_names(draw: DrawFn) -> Case:
    """Draw the header's name in any case of its letters."""
    name = "".join(letter.upper() if draw(_CASES) else letter.lower() for letter in ERROR_TYPE_HEADER)
    return _header_case(draw(codes(SETTLED)), name)


@check(
    "error.header-name-any-case",
    header_names,
    vectors=tuple(
        _header_case("AccessDeniedException", name)
        for name in (ERROR_TYPE_HEADER.lower(), ERROR_TYPE_HEADER.upper(), "x-amzn-ErrorType")
    ),
)
def test_error_header_name_any_case(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def contradicted_headers(draw: DrawFn) -> Case:
    """Draw a header and a ``code`` that name different types; the control has no ``code``."""
    code = draw(codes(SETTLED))
    rival = drawn_rival(draw, code)
    return error_case(
        code, [Statement(Place.HEADER, code), Statement(Place.CODE, rival)], message="a", control=named(code)
    )


@check("error.header-before-code", contradicted_headers)
def test_error_header_before_code(subject: Subject, case: Case) -> None:
    judge(subject, case)


_DEPTHS, _POSITIONS = st.integers(0, 2), st.integers(0, 2)


@st.composite
def nested_types(draw: DrawFn) -> Case:
    """Draw a top-level ``__type`` with others inside of objects and lists, before or after it."""
    code = draw(codes(SETTLED))
    rival = drawn_rival(draw, code)
    inner: Json = Object((("__type", f"com.amazon.internal#{rival}"), ("reason", "b")))
    detail: tuple[str, Json] = ("ErrorDetails", (inner, (inner,), (Object(), (inner,)))[draw(_DEPTHS)])
    members: list[tuple[str, Json]] = [("__type", code), ("Message", "a")]
    members.insert(draw(_POSITIONS), detail)
    plain = named(code, Place.DUNDER_TYPE)
    body = render(Object(tuple(members))).encode()
    return Case(Reply(plain.reply.status, (JSON_CONTENT_TYPE,), body), plain.expected, control=plain)


@check("error.nested-type-ignored", nested_types)
def test_error_nested_type_ignored(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def unknown_types(draw: DrawFn) -> Case:
    """Draw an unknown type in any place and spelling; the control names a modelled error in the same way."""
    code, place = draw(codes([Family.UNKNOWN])), draw(_PLACES)
    uri, namespace = drawn_dressing(draw)
    control = named(draw(codes([Family.MODELED])), place, uri=uri, namespace=namespace)
    statement = Statement(place, dressed(code, uri=uri, namespace=namespace))
    return error_case(code, [statement], message="a", status=draw(statuses()), control=control)


@check("error.unknown-code-kept", unknown_types)
def test_error_unknown_code_kept(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def drawn_messages(draw: DrawFn) -> Case:
    """Draw the message of a modelled error; the control says ``a``."""
    return saying(draw(codes([Family.MODELED])), draw(messages()))


def saying(code: str, message: str) -> Case:
    """Make the error with a message; the control says ``a``."""
    return error_case(code, [Statement(Place.HEADER, code)], message=message, control=named(code))


@check("error.message", drawn_messages, vectors=tuple(saying(MODELED[0], text) for text in EDGE_TEXTS if text.strip()))
def test_error_message(subject: Subject, case: Case) -> None:
    judge(subject, case)


_NO_MESSAGES = st.sampled_from([None, ""])


@st.composite
def without_message(draw: DrawFn) -> Case:
    """Draw an error without a message: none, an empty one, ``{}`` or no body; the control has one."""
    code, place = draw(codes(SETTLED)), draw(_PLACES)
    message = draw(_NO_MESSAGES)
    return error_case(
        code,
        [Statement(place, code)],
        message=message,
        # A modelled type keeps its own status: which of the two decides is another rule.
        status=None if code in MODELED else draw(statuses()),
        empty_body=place is Place.HEADER and message is None and draw(_CASES),
        control=named(code, place),
    )


def _bare(code: str, *, empty_body: bool) -> Case:
    return error_case(code, [Statement(Place.HEADER, code)], empty_body=empty_body, control=named(code))


@check(
    "error.message-optional",
    without_message,
    vectors=tuple(_bare(code, empty_body=empty) for code in MODELED for empty in (False, True)),
)
def test_error_message_optional(subject: Subject, case: Case) -> None:
    judge(subject, case)


_PAGES = (b"", b"{}", b"OK", b"<html><body>Bad Gateway</body></html>", b'{"Message":"a"}', b'{"message":"a"}')


@st.composite
def failed_statuses(draw: DrawFn) -> tuple[Case, Case]:
    """Draw an error status with the body of a success, or with a body that says nothing; and a control."""
    value = draw(connection_responses())
    success = success_case(value)
    body = draw(st.one_of(st.just(success.reply.body), st.sampled_from(_PAGES)))
    # The outcome is open but for one thing, which the check itself looks at.
    expected = ServiceError(None, None, known=False)
    reply = Reply(draw(st.one_of(statuses(), st.integers(400, 599))), (JSON_CONTENT_TYPE,), body)
    return Case(reply, expected), success if body == success.reply.body else PLAIN


@check("error.never-success", failed_statuses)
def test_error_never_success(subject: Subject, case: tuple[Case, Case]) -> None:
    failed, control = case
    got = subject.receive(failed.reply)
    require(subject, control)
    if isinstance(got, (Decoded, Crashed)):
        raise unexpected(failed.reply, "any error", repr(got), crash=isinstance(got, Crashed))


__all__ = [name for name in globals() if name.startswith("test_")]
