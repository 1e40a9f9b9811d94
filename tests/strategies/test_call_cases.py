"""Cases about a call as a whole: that each is what its name says."""

from __future__ import annotations

from participant_strategies import successes
from participant_strategies.call_cases import (
    AT_ONCE,
    ENDINGS,
    FINAL,
    FOR_EVER,
    LONG,
    RECOVERIES,
    REDIRECTS,
    SETTLED,
    SUCCESS,
    TOLD_TO_WAIT,
    redirect,
    settled_cases,
)
from participant_strategies.contract import contract
from participant_strategies.delivery import OTHER_ORIGIN, FaultKind
from participant_strategies.http_text import message
from participant_strategies.reply import Case, Decoded, ServiceError
from tests.strategies.drawing import draws


def texts(case: Case) -> set[str]:
    """Return the texts of a case that tell it from others."""
    match case.expected:
        case Decoded(value):
            leaves = [getattr(member, "text", None) for _, member in value.paths()]
            return {text for text in leaves if text is not None}
        case ServiceError(message=str() as told):
            return {told}
    raise AssertionError(case)


def test_the_usual_successes_are_unlike_the_values_of_other_checks() -> None:
    """Who always gives the same one is seen."""
    assert {SUCCESS.expected, LONG.expected}.isdisjoint(
        {Decoded(successes.full()), Decoded(successes.sample("Websocket"))}
    )


def test_what_is_final_has_the_status_of_a_refusal() -> None:
    """400 or 403."""
    assert [contract().errors[code].status for code in FINAL] == [403, 400]


def test_no_client_tries_a_settled_case_again() -> None:
    """Neither 429 nor 5xx; successes and errors."""
    assert {case.reply.status for case in SETTLED} == {200, 400, 403}
    assert set(map(repr, draws(settled_cases(), 100))) == set(map(repr, SETTLED))


def test_no_two_calls_at_once_share_a_text() -> None:
    """Else a reply in the wrong hands would look right."""
    for cases in AT_ONCE:
        found = [texts(case) for case in cases]
        assert len(found) == 4
        assert sum(map(len, found)) == len(set().union(*found))


def test_calls_at_once_are_of_every_kind() -> None:
    """Successes, errors, and both."""
    kinds = {frozenset(type(case.expected) for case in cases) for cases in AT_ONCE}
    assert kinds == {frozenset({Decoded}), frozenset({ServiceError}), frozenset({Decoded, ServiceError})}


def test_what_hinders_a_reply_stands_in_each_phase() -> None:
    """Before the first byte, in the status line, in the head, in the body."""
    found = set()
    for case in ENDINGS:
        fault, whole = case.delivery.fault, message(case.answer)
        assert fault is not None
        line = whole.head.index(b"\r\n")
        bounds = {
            "nothing": 1,
            "line": line,
            "head": whole.body_at,
            "body": len(whole.data),
            "end": len(whole.data) + 1,
        }
        found.add((fault.kind, next(phase for phase, end in bounds.items() if fault.at < end)))
    stalls = {(FaultKind.STALL, phase) for phase in ("nothing", "line", "head", "body")}
    ends = {(kind, phase) for kind in (FaultKind.CUT, FaultKind.RESET) for phase in ("nothing", "head", "body")}
    drips = {(FaultKind.DRIP, "nothing"), (FaultKind.DRIP, "body")}
    assert found == stalls | ends | drips | {(FaultKind.FLOOD, "head"), (FaultKind.FLOOD, "end")}


def test_a_trickle_outlasts_any_margin() -> None:
    """Ten seconds and more, at a byte each tenth of one."""
    drips = [case for case in ENDINGS if case.delivery.fault and case.delivery.fault.kind is FaultKind.DRIP]
    for case in drips:
        assert case.delivery.fault is not None
        assert (len(message(case.answer).data) - case.delivery.fault.at) * case.delivery.fault.seconds > 20


def test_a_failure_is_a_status_or_a_connection_that_was_dropped() -> None:
    """Nothing arrives of what is dropped."""
    assert [case.failure.case.reply.status for case in RECOVERIES if not case.dropped] == [429, 500, 503]
    faults = [case.failure.delivery.fault for case in RECOVERIES if case.dropped]
    assert [(fault.kind, fault.at) for fault in faults if fault] == [(FaultKind.RESET, 0), (FaultKind.CUT, 0)]
    assert {case.success for case in RECOVERIES} == {SUCCESS}


def test_what_fails_for_ever_answers_or_does_not() -> None:
    """A 500, a reset."""
    assert [(case.case.reply.status, case.delivery.fault is not None) for case in FOR_EVER] == [
        (500, False),
        (200, True),
    ]


def test_who_is_told_to_wait_is_told_how_long() -> None:
    """By a throttled reply."""
    reply = TOLD_TO_WAIT.case.reply
    assert (reply.status, reply.header("Retry-After")) == (429, "2")


def test_a_redirect_leads_to_the_same_path_elsewhere() -> None:
    """For each status that has a Location."""
    assert sorted(REDIRECTS) == [301, 302, 303, 307, 308]
    for status in REDIRECTS:
        assert redirect(status).header("Location") == f"{OTHER_ORIGIN}/participant/connection"
        assert redirect(status).status == status
