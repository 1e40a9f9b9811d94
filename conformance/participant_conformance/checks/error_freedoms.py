"""Checks of ``error.*`` below MUST: what well-known clients do, and what is safe."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import PLAIN
from participant_conformance.checks.error import MODELED, SETTLED, named
from participant_conformance.checks.judging import judge, require, unexpected
from participant_conformance.checks.refusing import taken, wrong
from participant_conformance.failures import NotObserved
from participant_conformance.subject import Subject
from participant_strategies.contract import contract
from participant_strategies.error_defects import (
    PAGES,
    BrokenError,
    malformed_bodies,
    untyped_error,
    untyped_errors,
    unusable_messages,
    unusable_types,
)
from participant_strategies.errors import (
    UNKNOWN_TYPES,
    Family,
    Place,
    Statement,
    codes,
    error_case,
    expected_error,
    messages,
    status_of,
    statuses,
)
from participant_strategies.json_text import one_of_these
from participant_strategies.reply import (
    JSON_CONTENT_TYPE,
    Case,
    Crashed,
    Decoded,
    Outcome,
    Rejected,
    Reply,
    ServiceError,
)


def contradicted(code: str, rival: str) -> Case:
    """Make the error whose header and ``__type`` name different types; the control has no ``__type``."""
    statements = [Statement(Place.HEADER, code), Statement(Place.DUNDER_TYPE, rival)]
    return error_case(code, statements, message="a", control=named(code))


@st.composite
def contradicted_headers(draw: DrawFn) -> Case:
    """Draw a header and a ``__type`` that name different types."""
    code, rival = draw(codes(SETTLED)), draw(codes())
    return contradicted(code, rival if rival != code else "Another")


@check(
    "error.header-before-dunder-type",
    contradicted_headers,
    vectors=(contradicted(MODELED[0], MODELED[1]), contradicted(UNKNOWN_TYPES[0], MODELED[0])),
)
def test_error_header_before_dunder_type(subject: Subject, case: Case) -> None:
    judge(subject, case)


@st.composite
def off_operation_errors(draw: DrawFn) -> Case:
    """Draw an error of the service's other operations; the control is one of this operation's own."""
    code, place = draw(codes([Family.SERVICE])), draw(one_of_these(tuple(Place)))
    return replace(named(code, place), control=named(MODELED[0], place))


@check("error.off-operation-code-kept", off_operation_errors)
def test_error_off_operation_code_kept(subject: Subject, case: Case) -> None:
    judge(subject, case)


def on_status(code: str, status: int) -> Case:
    """Make a modelled error on another status than its own; the control has its own."""
    return error_case(code, [Statement(Place.HEADER, code)], message="a", status=status, control=named(code))


@st.composite
def foreign_statuses(draw: DrawFn) -> Case:
    """Draw a modelled error on any error status."""
    return on_status(draw(codes([Family.MODELED])), draw(statuses()))


@check(
    "error.type-before-status",
    foreign_statuses,
    vectors=(on_status("ValidationException", 500), on_status("InternalServerException", 400)),
)
def test_error_type_before_status(subject: Subject, case: Case) -> None:
    judge(subject, case)


def _names_an_error_of_the_service(got: Outcome) -> bool:
    return isinstance(got, ServiceError) and (got.known or got.code in contract().errors)


@check(
    "error.never-from-status",
    lambda: untyped_errors(tuple(status_of(code) for code in MODELED)),
    vectors=tuple(untyped_error(status_of(code), page) for code in MODELED for page in PAGES),
)
def test_error_never_from_status(subject: Subject, case: BrokenError) -> None:
    got = taken(subject, case)
    if _names_an_error_of_the_service(got):
        raise wrong(case, "the unknown error, or the implementation's own", got)


_QUERY_ERRORS = ("a;Sender", "AWS.SimpleQueueService.NonExistentQueue;Sender", "ThrottlingException;Receiver", "a")


def with_query_error(code: str, place: Place, query: str) -> Case:
    """Make the error with the header of another protocol beside its own type; the control is without it."""
    plain = named(code, place)
    headers = (*plain.reply.headers, ("x-amzn-query-error", query))
    return replace(plain, reply=replace(plain.reply, headers=headers), control=plain)


@check(
    "error.query-header-ignored",
    lambda: st.builds(with_query_error, codes(SETTLED), st.sampled_from(Place), st.sampled_from(_QUERY_ERRORS)),
    vectors=tuple(with_query_error(MODELED[0], place, query) for place in Place for query in _QUERY_ERRORS),
)
def test_error_query_header_ignored(subject: Subject, case: Case) -> None:
    judge(subject, case)


def with_lower_case_message(code: str, place: Place, message: str) -> Case:
    """Make the error whose message stands under ``message``; the control has it under ``Message``."""
    bare = error_case(code, [Statement(place, code)], extra=(("message", message),), control=named(code, place))
    return replace(bare, expected=expected_error(code, message), message_free=False)


@check(
    "error.message-lower-case",
    lambda: st.builds(with_lower_case_message, codes(SETTLED), st.sampled_from(Place), messages()),
    vectors=(with_lower_case_message(MODELED[0], Place.HEADER, "a"),),
)
def test_error_message_lower_case(subject: Subject, case: Case) -> None:
    judge(subject, case)


@check("error.message-unusable", unusable_messages)
def test_error_message_unusable(subject: Subject, case: BrokenError) -> None:
    judge(subject, case.case)


@check("error.unusable-type-is-absent", unusable_types)
def test_error_unusable_type_is_absent(subject: Subject, case: BrokenError) -> None:
    judge(subject, case.case)


@check("error.malformed-body", malformed_bodies)
def test_error_malformed_body(subject: Subject, case: BrokenError) -> None:
    got = taken(subject, case)
    right = isinstance(got, ServiceError) and got.code == case.code and got.known == (case.code in MODELED)
    # An error of the implementation's own kind is as good; a success or a crash is neither.
    if isinstance(got, (Decoded, Crashed)) or (isinstance(got, ServiceError) and not right):
        raise wrong(case, f"{case.case.expected_words}, or the implementation's own error", got)


@check(
    "error.no-type-at-all",
    untyped_errors,
    vectors=tuple(untyped_error(status, page) for status in (404, 413, 502, 503) for page in PAGES),
)
def test_error_no_type_at_all(subject: Subject, case: BrokenError) -> None:
    got = taken(subject, case)
    if isinstance(got, (Decoded, Crashed)) or _names_an_error_of_the_service(got):
        raise wrong(case, "the unknown error, or the implementation's own", got)


#: RFC 9110, section 15.4.
_REDIRECTS = (300, 301, 302, 303, 304, 307, 308)
_LOCATIONS = (None, "", "/participant/connection", "?", "#a")


def redirect(status: int, location: str | None) -> Case:
    """Make a redirect that leads nowhere, with the body of a success; the control is that success."""
    headers = (JSON_CONTENT_TYPE, *([] if location is None else [("Location", location)]))
    # RFC 9110, section 15.4.5: a 304 has no body.
    body = b"" if status == 304 else PLAIN.reply.body
    return Case(Reply(status, headers, body), Rejected("leads nowhere"), control=PLAIN)


@check(
    "error.redirect-is-no-success",
    lambda: st.builds(redirect, st.sampled_from(_REDIRECTS), st.sampled_from(_LOCATIONS)),
    vectors=tuple(redirect(status, None) for status in _REDIRECTS),
)
def test_error_redirect_is_no_success(subject: Subject, case: Case) -> None:
    got = subject.receive(case.reply)
    require(subject, PLAIN)
    if isinstance(got, Decoded):
        raise unexpected(case.reply, "no success", repr(got))


def stated_errors() -> SearchStrategy[Case]:
    """Draw a modelled error, or an unknown one on any error status."""
    unknown = st.builds(_unknown_on, st.sampled_from(UNKNOWN_TYPES), statuses())
    return st.one_of(st.sampled_from([named(code) for code in MODELED]), unknown)


def _unknown_on(code: str, status: int) -> Case:
    return error_case(code, [Statement(Place.HEADER, code)], message="a", status=status)


@check("error.status-within-reach", stated_errors, vectors=tuple(named(code) for code in MODELED))
def test_error_status_within_reach(subject: Subject, case: Case) -> None:
    got = subject.receive(case.reply)
    if not isinstance(got, ServiceError):
        raise NotObserved.because(unexpected(case.reply, "an error of the service", repr(got)))
    if got.status != case.reply.status:
        told = "none" if got.status is None else str(got.status)
        raise unexpected(case.reply, f"status {case.reply.status}", f"status {told}")


__all__ = [name for name in globals() if name.startswith("test_")]
