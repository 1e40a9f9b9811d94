"""The checks of ``error.of.*``: bodies of errors of a known type, in whichever format is offered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from participant_conformance.checks import registry
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import Subject
from participant_strategies.error_bodies import ErrorBody, MalformedBody, malformed_error_bodies
from participant_strategies.reply import Decoded, Rejected, ServiceError
from participant_strategies.value import Structure
from tests.harness.samples import ErrorReader, OwnError, Reader, implementation, judge
from tests.strategies.drawing import draws
from tests.strategies.validity import FACTS

MODELED = FACTS["operation"]["errors"]
MODELED_, OPTIONAL, UNKNOWN, MALFORMED = (
    f"error.of.{rule}" for rule in ("modeled", "message-optional", "unknown", "malformed")
)
CHECKS = (MODELED_, OPTIONAL, UNKNOWN, MALFORMED)
DENIED = "AccessDeniedException"
FORMS = [("json",), ("xml",), ("json", "xml")]

Answer = Callable[[str, str, bytes], object]


def said(form: str, body: bytes) -> str | None:
    """Return the message of a body that is as it should be."""
    if form == "json":
        data = json.loads(body)
        message = data.get("Message") if isinstance(data, dict) else None
        return message if isinstance(message, str) else None
    found = ET.fromstring(body.decode()).find("Message")
    return None if found is None or len(found) else found.text or ""


def right(form: str, code: str, body: bytes) -> ServiceError:
    """Answer as one should."""
    return ServiceError(code, said(form, body), known=code in MODELED)


def but(special: Callable[[str, str, bytes], bool], answer: object) -> Answer:
    """Return what answers like this where something is special, and as one should everywhere else."""

    def answered(form: str, code: str, body: bytes) -> object:
        if not special(form, code, body):
            return right(form, code, body)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return answered


def of(answer: Answer, *forms: str) -> Subject:
    """Return a subject that offers these formats."""
    return Subject(ErrorReader(answer, *(forms or ("json", "xml"))))


def failing(name: str, judged: Subject, case: Any) -> ConformanceFailure:
    """Return the failure of a case."""
    with pytest.raises(ConformanceFailure) as failed:
        judge(name, judged, case)
    return failed.value


@pytest.mark.parametrize("forms", FORMS, ids="+".join)
@pytest.mark.parametrize("name", CHECKS)
def test_the_right_answers_pass(name: str, forms: tuple[str, ...]) -> None:
    """In either format, and in both."""
    check = registry()[name]
    for case in (*check.vectors, *draws(check.cases(), 50)):
        assert judge(name, of(right, *forms), case) is None


@pytest.mark.parametrize("name", CHECKS)
def test_the_reference_passes(name: str) -> None:
    """Through its own adapter."""
    assert run_check(registry()[name], Subject(Reference()), Effort(30)).finding is Finding.CONFORMS


@pytest.mark.parametrize("name", CHECKS)
def test_who_offers_neither_format_is_not_judged(name: str) -> None:
    """The reason names both."""
    result = run_check(registry()[name], Subject(Reader()), Effort(5))
    assert result.finding is Finding.NOT_OFFERED
    assert result.reason == "the adapter offers none of error-of-json, error-of-xml"


@pytest.mark.parametrize("forms", FORMS, ids="+".join)
def test_only_what_is_offered_is_asked(forms: tuple[str, ...]) -> None:
    """Each format with its own body."""
    asked: list[tuple[str, str, bytes]] = []

    def answer(form: str, code: str, body: bytes) -> object:
        asked.append((form, code, body))
        return right(form, code, body)

    case = ErrorBody(DENIED, "m")
    judge(MODELED_, of(answer, *forms), case)
    assert asked == [(form, DENIED, case.json if form == "json" else case.xml) for form in forms]


# Modelled errors


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (ServiceError("A", "m", known=True), 'A, known, message "m"'),
        (ServiceError(DENIED, "m", known=False), f'unknown error, code "{DENIED}", message "m"'),
        (ServiceError(DENIED, "n", known=True), f'{DENIED}, known, message "n"'),
        (ServiceError(DENIED, None, known=True), f"{DENIED}, known, message none"),
        (Rejected("a"), 'rejected: "a"'),
    ],
    ids=["code", "unknown", "message", "silent", "rejected"],
)
def test_a_wrong_answer_fails(form: str, answer: object, got: str) -> None:
    """Of whichever format; the evidence names it."""
    case = ErrorBody(DENIED, "m")
    failed = failing(MODELED_, of(but(lambda given, *_rest: given == form, answer)), case)
    expected = f'{DENIED}, known, message "m"'
    assert (failed.expected, failed.got, failed.crash) == (expected, got, False)
    body = {"json": '{"Message":"m"}', "xml": "<Error><Message>m</Message></Error>"}[form]
    assert failed.evidence.lines == (
        ("body", f"{DENIED}, in {form.upper()}: {body}"),
        ("expected", expected),
        ("got", got),
    )


def test_a_crash_is_marked_as_one() -> None:
    """It is told apart from a wrong answer."""
    failed = failing(MODELED_, of(but(lambda *_given: True, KeyError("m"))), ErrorBody(DENIED, "m"))
    assert failed.crash
    assert failed.got.startswith("crash, KeyError: ")


# Without a message


@pytest.mark.parametrize("message", [None, ""])
@pytest.mark.parametrize("answer", [None, "", "told by the client"])
def test_what_comes_out_of_no_message_is_free(message: str | None, answer: str | None) -> None:
    """The code decides."""
    silent = but(lambda form, _code, body: not said(form, body), ServiceError(DENIED, answer, known=True))
    assert judge(OPTIONAL, of(silent), ErrorBody(DENIED, message)) is None


@pytest.mark.parametrize("answer", [Rejected("a"), ServiceError(None, None, known=False)], ids=["rejected", "unknown"])
def test_an_error_that_is_lost_with_its_message_fails(answer: object) -> None:
    """What is expected has no message."""
    silent = but(lambda form, _code, body: not said(form, body), answer)
    assert failing(OPTIONAL, of(silent), ErrorBody(DENIED, None)).expected == f"{DENIED}, known"


# Unknown types


@pytest.mark.parametrize(
    "answer",
    [
        ServiceError(DENIED, "m", known=True),
        ServiceError("a", "m", known=False),
        ServiceError(None, "m", known=False),
        ServiceError("A", "m", known=True),
        ServiceError("A", "n", known=False),
        Rejected("a"),
    ],
    ids=repr,
)
def test_an_unknown_type_keeps_its_code_and_message(answer: object) -> None:
    """And is none of the four."""
    failed = failing(UNKNOWN, of(but(lambda _form, code, _body: code == "A", answer)), ErrorBody("A", "m"))
    assert failed.expected == 'unknown error, code "A", message "m"'


def test_the_payload_of_an_unknown_error_may_be_the_body() -> None:
    """Where the adapter says so; the code is judged all the same."""

    class Whole(ErrorReader):
        implementation = implementation(unknown_payload="body")

    def answer(form: str, code: str, body: bytes) -> object:
        message = said(form, body) if code in MODELED else body.decode()
        return ServiceError(code, message, known=code in MODELED)

    assert judge(UNKNOWN, Subject(Whole(answer, "json")), ErrorBody("A", "m")) is None
    lost = but(lambda _form, code, _body: code == "A", ServiceError("B", "m", known=False))
    assert failing(UNKNOWN, Subject(Whole(lost, "json")), ErrorBody("A", "m"))


@pytest.mark.parametrize(("name", "case"), [(OPTIONAL, ErrorBody(DENIED, None)), (UNKNOWN, ErrorBody("A", "m"))])
def test_a_control_that_is_wrong_shows_nothing(name: str, case: ErrorBody) -> None:
    """A modelled error with a message has to be read."""
    with pytest.raises(NotObserved, match=rf'^expected {DENIED}, known, message "a", got rejected') as unseen:
        judge(name, of(but(lambda *_given: True, Rejected("b"))), case)
    assert dict(unseen.value.evidence.lines)["body"] == f'{DENIED}, in JSON: {{"Message":"a"}}'


# Malformed bodies

CASES = draws(malformed_error_bodies(), 100)
ODD = next(case for case in CASES if (case.code, case.what) == (DENIED, "the message is a number"))


def malformed(answer: object, *forms: str) -> Subject:
    """Return a subject that answers like this what is malformed."""
    return of(but(lambda _form, _code, body: body in (ODD.json, ODD.xml), answer), *forms)


@pytest.mark.parametrize("forms", FORMS, ids="+".join)
@pytest.mark.parametrize(
    "answer",
    [OwnError("a"), Rejected("a"), ServiceError(DENIED, None, known=True), ServiceError(DENIED, "", known=True)],
    ids=["own error", "rejected", "none", "empty"],
)
def test_a_malformed_body_is_rejected_or_says_nothing(forms: tuple[str, ...], answer: object) -> None:
    """Either is fine, and not worth a word."""
    assert judge(MALFORMED, malformed(answer, *forms), ODD) is None


@pytest.mark.parametrize("forms", FORMS, ids="+".join)
def test_what_is_no_text_and_becomes_the_message_is_told(forms: tuple[str, ...]) -> None:
    """It is not judged."""
    answer = ServiceError(DENIED, "0", known=True)
    assert judge(MALFORMED, malformed(answer, *forms), ODD) == "what is no text becomes the message"


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    "answer",
    [
        ServiceError(DENIED, None, known=False),
        ServiceError(None, None, known=False),
        ServiceError("ValidationException", None, known=True),
        KeyError("Message"),
    ],
    ids=["unknown", "none", "other", "crash"],
)
def test_anything_else_fails(form: str, answer: object) -> None:
    """The evidence says what was planted."""
    failed = failing(MALFORMED, malformed(answer, form), ODD)
    lines = dict(failed.evidence.lines)
    assert failed.expected == lines["expected"] == f"rejected, or {DENIED} without a message"
    assert lines["body"].startswith(f"{DENIED}, in {form.upper()}: ")
    assert lines["planted"] == "the message is a number"
    assert failed.crash is isinstance(answer, KeyError)


def test_the_control_of_a_malformed_body_is_a_proper_one() -> None:
    """Who rejects everything shows nothing."""
    with pytest.raises(NotObserved):
        judge(MALFORMED, of(but(lambda *_given: True, Rejected("a"))), ODD)


def test_every_malformation_is_judged() -> None:
    """In both formats, whatever it is."""
    for case in CASES:
        assert isinstance(case, MalformedBody)
        assert judge(MALFORMED, of(right), case) is None


def test_a_success_is_no_answer() -> None:
    """It is the adapter's mistake: these methods tell errors."""
    result = run_check(registry()[MODELED_], of(lambda *_given: Decoded(Structure())), Effort(5))
    assert result.finding is Finding.ADAPTER_ERROR
    assert result.reason.startswith("error_of_json may return ServiceError, Rejected, not Decoded")
