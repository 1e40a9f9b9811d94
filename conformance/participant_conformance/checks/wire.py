"""Checks of ``decode.*`` and ``error.*`` that only a socket shows."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from participant_conformance.checks.check import check
from participant_conformance.checks.delivering import (
    judge_delivered,
    require_by_call,
    take_by_call,
    taken_by_call,
    wrong_delivery,
)
from participant_conformance.checks.judging import mismatch
from participant_conformance.subject import USUAL_REQUEST, Subject
from participant_strategies.call_cases import FINAL, LONG, SUCCESS, typed
from participant_strategies.deliveries import SPACES, cut, cut_at, delivered, spaced_deliveries
from participant_strategies.delivery import Answer, Delivered, Delivery, Fault, FaultKind, Framing
from participant_strategies.errors import ERROR_TYPE_HEADER, Family, Place, codes
from participant_strategies.reply import Case, Crashed, Decoded, Outcome, ServiceError
from participant_strategies.successes import full, sample, success_case, value_of
from participant_strategies.value import Structure

_WHOLE_TEXT = replace(LONG, reply=replace(LONG.reply, body=LONG.reply.body + b"\n"))
#: The shortest body first. Within the body; before a last byte that is white space; before all of it; behind all
#: chunks but the last one.
CUT_BODIES = (
    Delivered(SUCCESS, cut_at(SUCCESS.reply, FaultKind.CUT, 50).delivery),
    Delivered(LONG, cut_at(LONG.reply, FaultKind.CUT, 50).delivery),
    Delivered(_WHOLE_TEXT, cut_at(_WHOLE_TEXT.reply, FaultKind.CUT, 100).delivery),
    Delivered(LONG, Delivery(fault=Fault(FaultKind.LENGTH, by=1))),
    Delivered(LONG, cut_at(LONG.reply, FaultKind.CUT, 0).delivery),
    *(Delivered(LONG, cut_at(LONG.reply, FaultKind.RESET, part).delivery) for part in (0, 50)),
    *(
        Delivered(LONG, cut_at(LONG.reply, FaultKind.CUT, part, chunk=chunk).delivery)
        for chunk in (0, 16)
        for part in (100, 50, 0)
    ),
    Delivered(LONG, Delivery(framing=Framing.CHUNKED, fault=Fault(FaultKind.CHUNK_SIZE))),
)


def _successes() -> st.SearchStrategy[Case]:
    values = (
        value_of(SUCCESS),
        value_of(LONG),
        sample("Websocket"),
        Structure(),
        full("\u00e9\u2028\U0001f600"),
        full("a" * 100),
    )
    return st.sampled_from([success_case(value) for value in values])


@check("decode.cut-body", lambda: cut(_successes()), vectors=CUT_BODIES)
def test_decode_cut_body(subject: Subject, case: Delivered) -> None:
    got = taken_by_call(subject, case)
    # Any other outcome is no success, a crash too: what a broken connection becomes is said by no text.
    if isinstance(got, Decoded):
        raise wrong_delivery(case, "no success", got)


#: Nothing at all; anything behind the value; other than one blank before it.
_AROUND = (("", ""), *((" ", space) for space in SPACES[1:]), *((space, "") for space in SPACES[2:]))


@check(
    "error.header-space-trimmed",
    lambda: delivered(codes([Family.MODELED, Family.UNKNOWN]).map(typed), spaced_deliveries()),
    vectors=tuple(Delivered(typed(FINAL[0]), Delivery(before=before, behind=behind)) for before, behind in _AROUND),
)
def test_error_header_space_trimmed(subject: Subject, case: Delivered) -> None:
    judge_delivered(subject, case)


_GZIP = Delivery(coding="gzip")


@check("decode.gzip", lambda: st.just("a success"))
def test_decode_gzip(subject: Subject, case: str) -> str:  # noqa: ARG001 - there is but one case
    require_by_call(subject, LONG)
    called = subject.call(USUAL_REQUEST, Answer(LONG.reply, _GZIP))
    accepted = any("gzip" in value.lower() for one in called.received for value in one.values("Accept-Encoding"))
    asked = "which Accept-Encoding asks for" if accepted else "which no Accept-Encoding asks for"
    right = mismatch(LONG, called.outcome, subject.traits) is None
    return f"a success in gzip, {asked}: {'understood' if right else _in_words(called.outcome)}"


@check("error.gzip", lambda: st.sampled_from((Place.HEADER, Place.CODE)))
def test_error_gzip(subject: Subject, case: Place) -> str:
    for code in FINAL:
        require_by_call(subject, typed(code, place=case))
    error = typed(FINAL[0], place=case)
    got = take_by_call(subject, Answer(error.reply, _GZIP))
    if mismatch(error, got, subject.traits) is None:
        words = "understood"
    elif mismatch(replace(error, message_free=True), got, subject.traits) is None:
        words = "its type, without its message"
    else:
        words = _in_words(got)
    return f"an error in gzip, its type in the {'header' if case is Place.HEADER else 'body'}: {words}"


def _in_words(got: Outcome) -> str:
    match got:
        case Decoded(value):
            return "another success" if value.members else "an empty success"
        case ServiceError(code=code):
            return f"an error, {code}" if code else "an error without a type"
        case Crashed():
            return "a crash"
        case _:
            return "rejected"


@check("error.repeated-header", lambda: st.sampled_from(("two lines", "two values")))
def test_error_repeated_header(subject: Subject, case: str) -> str:
    for code in FINAL:
        require_by_call(subject, typed(code))
    found = [_in_words(take_by_call(subject, _named_twice(*codes, case).reply)) for codes in (FINAL, FINAL[::-1])]
    wins = {
        tuple(f"an error, {code}" for code in FINAL): "the first wins",
        tuple(f"an error, {code}" for code in FINAL[::-1]): "the last wins",
    }
    return f"{case} of the header: {wins.get(tuple(found)) or '; '.join(dict.fromkeys(found))}"


def _named_twice(first: str, second: str, way: str) -> Case:
    error = typed(first)
    kept = tuple(header for header in error.reply.headers if header[0] != ERROR_TYPE_HEADER)
    values = [f"{first}, {second}"] if way == "two values" else [first, second]
    headers = (*kept, *((ERROR_TYPE_HEADER, value) for value in values))
    return replace(error, reply=replace(error.reply, status=400, headers=headers))


__all__ = [name for name in globals() if name.startswith("test_")]
