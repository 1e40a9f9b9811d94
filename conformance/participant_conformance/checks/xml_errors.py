"""Checks of ``xml.error.*``: a failed reply in XML becomes a classified error."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_conformance.checks.check import check
from participant_conformance.checks.dialects import in_each, judge_in_each, taking
from participant_conformance.checks.judging import failure, judge, mismatch, require
from participant_conformance.subject import Subject
from participant_strategies.contract import contract
from participant_strategies.errors import Family, codes, statuses
from participant_strategies.json_text import one_of_these
from participant_strategies.reply import Rejected, ServiceError
from participant_strategies.xml_documents import REPLY_DIALECTS
from participant_strategies.xml_errors import (
    CROWDED,
    EC2,
    UNTYPED,
    UNWRAPPED,
    WRAPPED,
    NoCode,
    UntypedXmlError,
    XmlError,
    crowded_errors,
    untyped,
    xml_error,
    xml_errors,
)
from participant_strategies.xml_text import XmlSpelling

MODELED = contract().modeled_errors
_EACH = tuple(map(xml_error, MODELED))


def _modeled() -> SearchStrategy[XmlError]:
    return xml_errors(families=(Family.MODELED,))


@check("xml.error.wrapped", _modeled, vectors=_EACH)
def test_xml_error_wrapped(subject: Subject, case: XmlError) -> None:
    judge_in_each(subject, case, WRAPPED)


@check("xml.error.unwrapped", _modeled, vectors=_EACH)
def test_xml_error_unwrapped(subject: Subject, case: XmlError) -> None:
    judge_in_each(subject, case, UNWRAPPED)


@check("xml.error.ec2", _modeled, vectors=_EACH)
def test_xml_error_ec2(subject: Subject, case: XmlError) -> None:
    judge_in_each(subject, case, EC2)


@check("xml.error.other-elements-ignored", crowded_errors, vectors=CROWDED)
def test_xml_error_other_elements_ignored(subject: Subject, case: XmlError) -> None:
    judge_in_each(subject, case, REPLY_DIALECTS)


def silent_error(code: str, message: str | None, *, one_tag: bool = False) -> XmlError:
    """Make an error without a Message, or with an empty one; the control has one."""
    return xml_error(code, message, spelling=XmlSpelling(empty=(one_tag,)), control=xml_error(code))


@st.composite
def silent_errors(draw: DrawFn) -> XmlError:
    """Draw an error without a Message, or with an empty one."""
    message, one_tag = draw(one_of_these(((None, False), ("", True), ("", False))))
    return silent_error(draw(codes((Family.MODELED,))), message, one_tag=one_tag)


@check(
    "xml.error.message-optional",
    silent_errors,
    vectors=tuple(silent_error(code, message) for code in MODELED for message in (None, "")),
)
def test_xml_error_message_optional(subject: Subject, case: XmlError) -> None:
    def judged(dialect: str) -> None:
        silent = case.in_dialect(dialect)
        got = judge(subject, silent, take=taking(subject, dialect))
        assert isinstance(got, ServiceError)  # noqa: S101 - else it would differ from the expected error
        whole = not got.known and subject.traits.unknown_payload == "body"
        if case.message == "" and got.message != "" and not whole:
            raise failure(replace(silent, message_free=False), got, "the message is not the empty text")

    in_each(subject, judged, REPLY_DIALECTS)


@st.composite
def unknown_codes(draw: DrawFn) -> XmlError:
    """Draw an error of an unknown type on any error status; the control is a modelled one."""
    control = xml_error(draw(codes((Family.MODELED,))))
    return xml_error(draw(codes((Family.UNKNOWN,))), status=draw(statuses()), control=control)


@check(
    "xml.error.unknown-code-kept", unknown_codes, vectors=(xml_error("A", control=xml_error("AccessDeniedException")),)
)
def test_xml_error_unknown_code_kept(subject: Subject, case: XmlError) -> None:
    judge_in_each(subject, case, REPLY_DIALECTS)


@st.composite
def untyped_errors(draw: DrawFn) -> UntypedXmlError:
    """Draw a failed reply that names no type."""
    return untyped(draw(one_of_these(tuple(NoCode))), draw(statuses()))


@check("xml.error.no-code", untyped_errors, vectors=UNTYPED)
def test_xml_error_no_code(subject: Subject, case: UntypedXmlError) -> None:
    def judged(dialect: str) -> None:
        silent, take = case.in_dialect(dialect), taking(subject, dialect)
        got = take(silent.reply)
        assert silent.control is not None  # noqa: S101 - every one of them has one
        require(subject, silent.control, take=take)
        wrong = mismatch(silent, got, subject.traits)
        if wrong and not isinstance(got, Rejected):
            raise failure(silent, got, wrong)

    in_each(subject, judged, REPLY_DIALECTS)


__all__ = [name for name in globals() if name.startswith("test_")]
