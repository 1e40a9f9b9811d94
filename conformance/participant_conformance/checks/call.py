"""Checks of ``call.*``: framing, retries, several calls at once, and that a call ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from participant_conformance.adapter import Traits
from participant_conformance.checks.check import check
from participant_conformance.checks.delivering import (
    call_failure,
    judge_delivered,
    outcome_of,
    require_arrival,
    require_by_call,
)
from participant_conformance.checks.judging import failure, mismatch, require
from participant_conformance.failures import Evidence, NotObserved
from participant_conformance.subject import USUAL_REQUEST, Called, Subject
from participant_strategies.call_cases import (
    AT_ONCE,
    ENDINGS,
    FINAL,
    FOR_EVER,
    LIMIT,
    RECOVERIES,
    RETRY_AFTER,
    SETTLED,
    SUCCESS,
    TOLD_TO_WAIT,
    Recovery,
    settled_cases,
    typed,
)
from participant_strategies.contract import contract
from participant_strategies.deliveries import EXTENSIONS, TRAILERS, chunked_deliveries, delivered, interim_deliveries
from participant_strategies.delivery import Answer, Delivered, Delivery, Framing
from participant_strategies.reply import Case, Crashed, Decoded, Outcome, Rejected, ServiceError

#: Seconds that a client is given that waits between its tries.
PATIENCE = 60.0
#: Requests that one call may take.
MOST = 10
#: Seconds by which a pause may be shorter than what was asked for, since clocks differ.
_SLACK = 0.1


def _each(*deliveries: Delivery) -> tuple[Delivered, ...]:
    return tuple(Delivered(case, delivery) for delivery in deliveries for case in SETTLED[:3])


@check(
    "call.chunked",
    lambda: delivered(settled_cases(), chunked_deliveries()),
    vectors=_each(
        *(Delivery(framing=Framing.CHUNKED, chunk=chunk) for chunk in (0, 1, 7)),
        *(Delivery(framing=Framing.CHUNKED, extension=extension) for extension in EXTENSIONS[1:]),
        *(Delivery(framing=Framing.CHUNKED, trailer=trailer) for trailer in TRAILERS[1:]),
    ),
)
def test_call_chunked(subject: Subject, case: Delivered) -> None:
    judge_delivered(subject, case)


@check(
    "call.interim-replies",
    lambda: delivered(settled_cases(), interim_deliveries()),
    vectors=_each(*(Delivery(interim=interim) for interim in ((100,), (103,), (102,), (100, 103)))),
)
def test_call_interim_replies(subject: Subject, case: Delivered) -> None:
    judge_delivered(subject, case)


@check("call.close-delimited", vectors=tuple(Delivered(case, Delivery(framing=Framing.CLOSE)) for case in SETTLED))
def test_call_close_delimited(subject: Subject, case: Delivered) -> None:
    judge_delivered(subject, case)


@check("call.not-mixed", vectors=AT_ONCE)
def test_call_not_mixed(subject: Subject, case: tuple[Case, ...]) -> None:
    # First alone: what a client makes for its first call is made once, and a wrong reply is no matter of mixing.
    for one in case:
        require_by_call(subject, one)
    own = {f"token-{number}": one for number, one in enumerate(case)}
    # A client that sends one after the other takes as long as all of them.
    patience = len(own) * subject.time_limit
    called = subject.call_at_once({token: one.reply for token, one in own.items()}, patience=patience)
    for token, one in own.items():
        note = f"the reply to {token}, one of {len(own)} calls at once"
        if not called[token].received:
            raise call_failure(one.reply, f"a request that bears {token}", f"none; {called[token].outcome!r}")
        if wrong := mismatch(one, called[token].outcome, subject.traits):
            raise failure(replace(one, note=note), called[token].outcome, wrong)


@check("call.ends", vectors=ENDINGS)
def test_call_ends(subject: Subject, case: Delivered) -> None:
    def call(answer: Answer) -> Called:
        return subject.call(USUAL_REQUEST, answer, limit=LIMIT, patience=MOST * LIMIT + subject.time_limit)

    require(subject, case.case, take=lambda reply: outcome_of(call(Answer(reply))))
    called = call(case.answer)
    require_arrival(called, case.answer)
    longest = LIMIT * len(called.received) + subject.time_limit
    if called.seconds > longest:
        # In words alone: what is measured is another number each time.
        raise call_failure(case.answer, f"an end within {LIMIT:g} s a request and a margin", "none by then")


def _call_by_default(subject: Subject, *answers: Answer) -> Called:
    """Call with the client's own retries; ``NotObserved`` where a success does not come out, or nothing is sent."""
    require_by_call(subject, SUCCESS)
    called = subject.call(USUAL_REQUEST, *answers, by_default=True, patience=PATIENCE)
    require_arrival(called, answers[0])
    return called


def _not_observed(case: Delivered, called: Called) -> NotObserved:
    lines = (("reply", repr(case.answer)), ("expected", case.case.expected_words), ("got", repr(called.outcome)))
    return NotObserved(f"another outcome: {called.outcome!r}", evidence=Evidence(lines))


@check("call.denied-is-final", vectors=tuple(map(typed, FINAL)))
def test_call_denied_is_final(subject: Subject, case: Case) -> None:
    once = Delivered(case)
    called = _call_by_default(subject, once.answer)
    if len(called.received) > 1:
        raise call_failure(case.reply, "one request", f"{len(called.received)}; {called.outcome!r}")
    if mismatch(case, called.outcome, subject.traits):
        raise _not_observed(once, called)


@check("call.recovers-or-surfaces", vectors=RECOVERIES)
def test_call_recovers_or_surfaces(subject: Subject, case: Recovery) -> None:
    called = _call_by_default(subject, case.failure.answer, Answer(case.success.reply))
    got = called.outcome
    recovered = len(called.received) > 1 and mismatch(case.success, got, subject.traits) is None
    if not (recovered or _surfaced(case, got, subject.traits)):
        expected = f"the success that stood behind it, or {case.failure.case.expected_words}"
        raise call_failure(case.failure.answer, expected, repr(got), crash=isinstance(got, Crashed))


def _surfaced(case: Recovery, got: Outcome, traits: Traits) -> bool:
    if isinstance(case.failure.case.expected, ServiceError):
        return mismatch(case.failure.case, got, traits) is None
    unknown = isinstance(got, ServiceError) and not got.known and got.code not in contract().errors
    return isinstance(got, Rejected) or (unknown and not case.dropped)


@check("call.bounded", vectors=FOR_EVER)
def test_call_bounded(subject: Subject, case: Delivered) -> None:
    called = _call_by_default(subject, case.answer)
    if len(called.received) > MOST:
        raise call_failure(case.answer, f"at most {MOST} requests", str(len(called.received)))
    if isinstance(called.outcome, Decoded):
        raise _not_observed(case, called)


@check("call.waits-between", vectors=(TOLD_TO_WAIT, FOR_EVER[0]))
def test_call_waits_between(subject: Subject, case: Delivered) -> str:
    told = case.case.reply.header("Retry-After") is not None
    with _same_chance():
        answers = (case.answer, Answer(SUCCESS.reply)) if told else (case.answer,)
        called = _call_by_default(subject, *answers)
    count = len(called.received)
    if not told:
        return f"a service that always fails: {count} request{'s' if count > 1 else ''}"
    return f"Retry-After: {RETRY_AFTER} on a {case.case.reply.status}: {_heeded([one.at for one in called.received])}"


def _heeded(times: list[float]) -> str:
    if len(times) == 1:
        return "no other request"
    return "waited for" if times[1] - times[0] >= RETRY_AFTER - _SLACK else "another request sooner"


@contextmanager
def _same_chance() -> Iterator[None]:
    """Let pauses of random length be the same in each run, for clients that ask this interpreter's ``random``.

    What is found stands in a report, and two reports of one implementation are to be the same.
    """
    state = random.getstate()
    random.seed(0)
    try:
        yield
    finally:
        random.setstate(state)


__all__ = [name for name in globals() if name.startswith("test_")]
