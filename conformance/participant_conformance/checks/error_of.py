"""Checks of ``error.of.*``: the body of an error whose type is known already."""

from __future__ import annotations

from collections.abc import Iterator

from participant_conformance.checks.check import check
from participant_conformance.checks.judging import failure, mismatch
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.subject import Form, Subject
from participant_strategies.contract import contract
from participant_strategies.error_bodies import (
    ErrorBody,
    MalformedBody,
    malformed_error_bodies,
    modeled_bodies,
    silent_bodies,
    unknown_bodies,
)
from participant_strategies.reply import Crashed, Outcome, Rejected, ServiceError, shown_bytes

_FORMS: tuple[Form, ...] = ("json", "xml")


def _offered(subject: Subject) -> Iterator[Form]:
    return (form for form in _FORMS if f"error-of-{form}" in subject.capabilities)


def _body(form: Form, case: ErrorBody | MalformedBody) -> bytes:
    return case.json if form == "json" else case.xml


def _judge(subject: Subject, case: ErrorBody) -> None:
    for form in _offered(subject):
        stated = case.case(_body(form, case))
        got = subject.error_of(form, case.code, stated.reply.body)
        if wrong := mismatch(stated, got, subject.traits):
            raise _told(failure(stated, got, wrong), form, case.code, stated.reply.body)


def _told(failed: ConformanceFailure, form: Form, code: str, body: bytes) -> ConformanceFailure:
    lines = [("body", f"{code}, in {form.upper()}: {shown_bytes(body)}"), *failed.evidence.lines[1:]]
    return ConformanceFailure(failed.expected, failed.got, evidence=Evidence(tuple(lines)), crash=failed.crash)


def _require(subject: Subject, control: ErrorBody) -> None:
    try:
        _judge(subject, control)
    except ConformanceFailure as failed:
        raise NotObserved.because(failed) from None


def _each(message: str | None) -> tuple[ErrorBody, ...]:
    return tuple(ErrorBody(code, message) for code in contract().modeled_errors)


@check("error.of.modeled", modeled_bodies, vectors=_each("a"))
def test_error_of_modeled(subject: Subject, case: ErrorBody) -> None:
    _judge(subject, case)


@check("error.of.message-optional", silent_bodies, vectors=(*_each(None), *_each("")))
def test_error_of_message_optional(subject: Subject, case: ErrorBody) -> None:
    _require(subject, ErrorBody(case.code, "a"))
    _judge(subject, case)


@check("error.of.unknown", unknown_bodies, vectors=(ErrorBody("A", "a"), ErrorBody("A", None)))
def test_error_of_unknown(subject: Subject, case: ErrorBody) -> None:
    _require(subject, ErrorBody(contract().modeled_errors[0], "a"))
    _judge(subject, case)


@check("error.of.malformed", malformed_error_bodies)
def test_error_of_malformed(subject: Subject, case: MalformedBody) -> str | None:
    found = None
    for form in _offered(subject):
        got = subject.error_of(form, case.code, _body(form, case))
        _require(subject, case.control)
        if isinstance(got, Rejected) or _without_message(subject, case, got):
            continue
        # As a number where text belongs in a success: some turn what they find into text.
        if isinstance(got, ServiceError) and (got.code, got.known) == (case.code, True):
            found = "what is no text becomes the message"
            continue
        raise _unexpected(form, case, got)
    return found


def _without_message(subject: Subject, case: MalformedBody, got: Outcome) -> bool:
    silent = ErrorBody(case.code, None).case(b"")
    return mismatch(silent, got, subject.traits) is None and getattr(got, "message", "") in subject.traits.no_message


def _unexpected(form: Form, case: MalformedBody, got: Outcome) -> ConformanceFailure:
    expected = f"rejected, or {case.code} without a message"
    lines = (
        ("body", f"{case.code}, in {form.upper()}: {shown_bytes(_body(form, case))}"),
        ("planted", case.what),
        ("expected", expected),
        ("got", repr(got)),
    )
    return ConformanceFailure(expected, repr(got), evidence=Evidence(lines), crash=isinstance(got, Crashed))


__all__ = [name for name in globals() if name.startswith("test_")]
