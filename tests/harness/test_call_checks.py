"""The checks of ``call.*``: what each passes, fails, and calls not observed; and the reference on real sockets."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

import pytest

from participant_conformance.checks import call, registry
from participant_conformance.checks.check import Check
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.links import Received
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import NotOfferedError, Subject
from participant_strategies.call_cases import (
    AT_ONCE,
    ENDINGS,
    FAILED,
    FOR_EVER,
    LIMIT,
    RECOVERIES,
    SUCCESS,
    TOLD_TO_WAIT,
    UNAVAILABLE,
    Recovery,
    typed,
)
from participant_strategies.delivery import PLAIN_DELIVERY, Answer, Delivered, Delivery, Framing
from participant_strategies.reply import ConnectionRequest, Crashed, Decoded, Outcome, Refused, Rejected, ServiceError
from participant_strategies.value import Structure
from tests.harness.samples import judge
from tests.harness.scripted import ARRIVED, Scripted, came, plainly, right, scripted

CHECKS: dict[str, Check] = {
    name: check for name, check in registry().items() if check.example.__module__ == call.__name__
}
EMPTY = Decoded(Structure())
CRASH = Crashed("reset", "ConnectionResetError")
THROTTLED, BROKEN, SILENT, RESET, CLOSED = RECOVERIES


@pytest.fixture(scope="module")
def reference() -> Iterator[Subject]:
    """The reference implementation over real sockets."""
    with closing(Reference()) as adapter, closing(Subject(adapter, link=LoopbackLink)) as subject:
        yield subject


@pytest.mark.parametrize("name", CHECKS)
def test_the_reference_conforms(reference: Subject, name: str) -> None:
    """On real sockets, in all cases of the edition."""
    result = run_check(CHECKS[name], reference, Effort(5))
    assert (result.finding, result.observed) == (Finding.CONFORMS, result.examples), result.reason


@pytest.mark.parametrize("name", CHECKS)
def test_who_sends_nothing_is_not_observed(name: str) -> None:
    """Whatever it says came of the call."""
    for outcome in (EMPTY, right(Answer(SUCCESS.reply)), right(Answer(FAILED.reply)), Rejected("a"), Refused("a")):
        with pytest.raises(NotObserved):
            judge(name, scripted(lambda *_given, outcome=outcome: came(outcome)), CHECKS[name].vectors[0])


# Ways onto the wire


@pytest.mark.parametrize(
    ("name", "delivery"),
    [
        ("call.chunked", Delivery(framing=Framing.CHUNKED)),
        ("call.interim-replies", Delivery(interim=(103,))),
        ("call.close-delimited", Delivery(framing=Framing.CLOSE)),
    ],
)
def test_another_outcome_than_that_of_the_plain_reply_fails(name: str, delivery: Delivery) -> None:
    """The way is told, and the reply."""
    with pytest.raises(ConformanceFailure) as failed:
        judge(name, scripted(plainly(lambda *_given: EMPTY)), Delivered(SUCCESS, delivery))
    told = dict(failed.value.evidence.lines)
    assert (told["drawn"], told["reply"]) == (f"delivered {delivery!r}", repr(SUCCESS.reply))


def test_a_crash_on_the_way_is_told_as_one() -> None:
    """So that it is counted as such."""
    case = Delivered(SUCCESS, Delivery(framing=Framing.CHUNKED))
    with pytest.raises(ConformanceFailure) as failed:
        judge("call.chunked", scripted(plainly(lambda *_given: CRASH)), case)
    assert failed.value.crash


def test_a_reply_that_comes_out_wrong_plainly_too_is_not_observed() -> None:
    """Then the way is not what is wrong."""
    with pytest.raises(NotObserved):
        judge("call.chunked", scripted(lambda *_given: EMPTY), Delivered(SUCCESS, Delivery(framing=Framing.CHUNKED)))


# Several calls at once


def mixed(outcome: Outcome, token: str = "token-1") -> Subject:
    """Return a subject whose call with this token comes out so, where several are made."""

    def script(request: ConnectionRequest, answers: tuple[Answer, ...]) -> Any:
        return outcome if request.participant_token == token else right(answers[0])

    return scripted(script)


def test_who_gets_the_reply_of_another_fails() -> None:
    """It is told whose reply it should have been."""
    with pytest.raises(ConformanceFailure) as failed:
        judge("call.not-mixed", mixed(AT_ONCE[0][0].expected), AT_ONCE[0])
    told = dict(failed.value.evidence.lines)
    assert told["drawn"] == "the reply to token-1, one of 4 calls at once"
    assert (told["expected"], told["got"]) == (AT_ONCE[0][1].expected_words, repr(AT_ONCE[0][0].expected))


def test_a_token_that_never_arrives_fails() -> None:
    """Though its caller got the right reply."""

    def script(request: ConnectionRequest, answers: tuple[Answer, ...]) -> Any:
        got = right(answers[0])
        return came(got) if request.participant_token == "token-2" else got

    with pytest.raises(ConformanceFailure, match=r"^expected a request that bears token-2, got none"):
        judge("call.not-mixed", scripted(script), AT_ONCE[0])


def test_a_caller_is_given_the_time_of_all_of_them() -> None:
    """Some send one after the other."""
    subject = scripted(lambda _request, answers: right(answers[0]))
    judge("call.not-mixed", subject, AT_ONCE[0])
    assert cast("Scripted", subject).options[-1] == {"patience": 4 * 5.0}


# Calls that end


def late(seconds: float, requests: int = 1) -> Subject:
    """Return a subject whose hindered calls take so long and send so many requests."""
    return scripted(plainly(lambda *_given: replace(came(CRASH, *[ARRIVED] * requests), seconds=seconds)))


@pytest.mark.parametrize(("seconds", "requests"), [(5.5, 1), (6.0, 2), (0.0, 1)])
def test_a_call_that_ends_in_time_passes(seconds: float, requests: int) -> None:
    """The limit for each request, and the margin; what comes of it is free."""
    judge("call.ends", late(seconds, requests), ENDINGS[0])


@pytest.mark.parametrize(("seconds", "requests"), [(5.6, 1), (6.1, 2)])
def test_a_call_that_ends_late_fails(seconds: float, requests: int) -> None:
    """What was measured is not told: it is another number each time."""
    told = r"^expected an end within 0\.5 s a request and a margin, got none by then$"
    with pytest.raises(ConformanceFailure, match=told):
        judge("call.ends", late(seconds, requests), ENDINGS[0])


def test_a_call_that_has_to_end_is_given_a_limit() -> None:
    """And is waited for as long as ten requests may take."""
    subject = late(0.0)
    judge("call.ends", subject, ENDINGS[0])
    assert cast("Scripted", subject).options == [{"limit": LIMIT, "patience": 10.0}] * 2


def test_a_reply_can_be_hindered_in_every_phase() -> None:
    """Each in its words."""
    told = [repr(case.delivery) for case in ENDINGS]
    assert len(set(told)) == len(told)
    assert {word for words in told for word in words.split()} > {"nothing", "closed", "reset", "byte", "end"}


def test_who_keeps_no_limit_is_not_asked() -> None:
    """The trait says so."""

    class Unlimited(Reference):
        implementation = replace(
            Reference.implementation, traits=replace(Reference.implementation.traits, limits=False)
        )

    with (
        closing(Unlimited()) as adapter,
        closing(Subject(adapter, link=LoopbackLink)) as subject,
        pytest.raises(NotOfferedError, match="trait limits"),
    ):
        judge("call.ends", subject, ENDINGS[0])


# Retries


def tries(count: int, outcome: Outcome | None = None) -> Subject:
    """Return a subject that sends so many requests where the reply is no success; the last reply comes out."""

    def script(_request: ConnectionRequest, answers: tuple[Answer, ...]) -> Any:
        return came(outcome or right(answers[min(count, len(answers)) - 1]), *[ARRIVED] * count)

    return scripted(plainly(script))


RETRYING = ("call.denied-is-final", "call.recovers-or-surfaces", "call.bounded", "call.waits-between")


def test_the_checks_that_wait_are_these() -> None:
    """The quick profile leaves them out."""
    patient = [name for name, check in CHECKS.items() if check.requirement.patient]
    assert patient == ["call.ends", *RETRYING]


@pytest.mark.parametrize("name", RETRYING)
def test_a_client_is_left_to_its_own_retries(name: str) -> None:
    """For a minute; the control is a usual call."""
    subject = tries(1)
    judge(name, subject, CHECKS[name].vectors[0])
    assert cast("Scripted", subject).options == [{}, {"by_default": True, "patience": 60.0}]


def test_an_error_that_is_final_is_sent_once() -> None:
    """And comes out as itself."""
    judge("call.denied-is-final", tries(1), typed("AccessDeniedException"))


def test_an_error_that_is_final_and_sent_twice_fails() -> None:
    """The requests are counted."""
    with pytest.raises(ConformanceFailure, match=r"^expected one request, got 2; AccessDeniedException, known"):
        judge("call.denied-is-final", tries(2), typed("AccessDeniedException"))


def test_an_error_that_is_final_and_comes_out_as_another_is_not_observed() -> None:
    """Then it was not seen as what it is."""
    with pytest.raises(NotObserved, match="another outcome"):
        judge("call.denied-is-final", tries(1, EMPTY), typed("AccessDeniedException"))


@pytest.mark.parametrize("case", RECOVERIES, ids=repr)
def test_the_success_behind_a_failure_passes(case: Recovery) -> None:
    """By a second request."""
    judge("call.recovers-or-surfaces", tries(2, case.success.expected), case)


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (THROTTLED, ServiceError("ThrottlingException", "a", known=True)),
        (BROKEN, ServiceError("InternalServerException", "a", known=True)),
        (SILENT, Rejected("a")),
        (SILENT, ServiceError(None, None, known=False)),
        (SILENT, ServiceError("503", "Service Unavailable", known=False)),
        (RESET, Rejected("a")),
        (CLOSED, Rejected("a")),
    ],
    ids=repr,
)
def test_the_first_failure_as_its_own_error_passes(case: Recovery, outcome: Outcome) -> None:
    """A client need not try again."""
    judge("call.recovers-or-surfaces", tries(1, outcome), case)


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (THROTTLED, EMPTY),
        (THROTTLED, SUCCESS.expected),
        (THROTTLED, ServiceError("InternalServerException", "a", known=True)),
        (THROTTLED, Rejected("a")),
        (THROTTLED, CRASH),
        (SILENT, ServiceError("ThrottlingException", "a", known=True)),
        (SILENT, ServiceError("ThrottlingException", "a", known=False)),
        (SILENT, EMPTY),
        (RESET, ServiceError("503", None, known=False)),
        (RESET, EMPTY),
        (RESET, CRASH),
    ],
    ids=repr,
)
def test_anything_else_behind_a_failure_fails(case: Recovery, outcome: Outcome) -> None:
    """A value made of the failed reply, another error, a crash; a success that nobody sent."""
    with pytest.raises(ConformanceFailure, match=r"^expected the success that stood behind it, or ") as failed:
        judge("call.recovers-or-surfaces", tries(1, outcome), case)
    assert failed.value.crash is isinstance(outcome, Crashed)


def test_a_recovery_is_told_by_what_happens() -> None:
    """The reply that failed, or how the connection ended."""
    assert repr(SILENT) == f"first {UNAVAILABLE!r}, then {SUCCESS!r}"
    assert repr(RESET) == f"first reset after 0 bytes, then {SUCCESS!r}"


@pytest.mark.parametrize("case", FOR_EVER, ids=repr)
def test_ten_requests_are_not_too_many(case: Delivered) -> None:
    """The error comes out at last."""
    judge("call.bounded", tries(10, Rejected("a")), case)


def test_eleven_requests_are_too_many() -> None:
    """They are counted."""
    with pytest.raises(ConformanceFailure, match=r"^expected at most 10 requests, got 11$"):
        judge("call.bounded", tries(11), FOR_EVER[0])


def test_a_success_of_a_service_that_always_fails_is_not_observed() -> None:
    """Then nobody looked at the replies."""
    with pytest.raises(NotObserved):
        judge("call.bounded", tries(1, EMPTY), FOR_EVER[1])


def waiting(*times: float) -> Subject:
    """Return a subject whose requests arrive at these times."""
    received = tuple(replace(ARRIVED, at=time) for time in times)
    return scripted(plainly(lambda *_given: came(Rejected("a"), *received)))


@pytest.mark.parametrize(
    ("case", "times", "found"),
    [
        (FOR_EVER[0], (1.0,), "a service that always fails: 1 request"),
        (FOR_EVER[0], (1.0, 1.5, 3.0), "a service that always fails: 3 requests"),
        (TOLD_TO_WAIT, (1.0,), "Retry-After: 2 on a 429: no other request"),
        (TOLD_TO_WAIT, (1.0, 3.0), "Retry-After: 2 on a 429: waited for"),
        (TOLD_TO_WAIT, (1.0, 2.95), "Retry-After: 2 on a 429: waited for"),
        (TOLD_TO_WAIT, (1.0, 2.5), "Retry-After: 2 on a 429: another request sooner"),
    ],
)
def test_pauses_are_told_in_words(case: Delivered, times: tuple[float, ...], found: str) -> None:
    """No number that was measured, so that two reports are the same."""
    assert judge("call.waits-between", waiting(*times), case) == found


def test_chance_is_the_same_in_each_call_and_as_it_was_behind_it() -> None:
    """For a client that asks ``random`` how long it waits."""
    seen: list[float] = []

    def script(*_given: object) -> Any:
        seen.append(random.random())
        return Rejected("a")

    before = random.getstate()
    for _ in range(2):
        judge("call.waits-between", scripted(plainly(script)), FOR_EVER[0])
    assert seen[0] == seen[1]
    assert random.getstate() == before


def test_a_plain_way_is_not_told() -> None:
    """The reply is enough."""
    with pytest.raises(ConformanceFailure) as failed:
        judge("call.bounded", tries(11), FOR_EVER[0])
    assert FOR_EVER[0].delivery == PLAIN_DELIVERY
    assert [name for name, _ in failed.value.evidence.lines] == ["reply", "expected", "got"]


def test_a_request_bears_its_token() -> None:
    """What stands for one in these tests does."""
    assert isinstance(ARRIVED, Received)
    assert ARRIVED.values("x-amz-bearer") == ["participant-token"]
