"""How a reply is judged that has to be seen on its way: by a call, together with the same reply delivered plainly.

Owns the observation and its evidence. It must not know which outcomes a rule allows.
"""

from __future__ import annotations

from dataclasses import replace

from participant_conformance.checks.judging import failure, mismatch, require
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.subject import USUAL_REQUEST, Called, Subject
from participant_strategies.delivery import PLAIN_DELIVERY, Answer, Delivered
from participant_strategies.reply import Case, Crashed, Decoded, Outcome, Refused, Rejected, Reply, ServiceError


def outcome_of(called: Called) -> Outcome:
    """Return what came of a call; an answer to which no request can have led is one that was not sent."""
    if not called.received and isinstance(called.outcome, Decoded | ServiceError | Rejected):
        return Refused(f"no request was sent, and yet: {called.outcome!r}")
    return called.outcome


def take_by_call(subject: Subject, reply: Reply | Answer) -> Outcome:
    """Let the implementation take a reply by a call, also where it could take it in another way."""
    return outcome_of(subject.call(USUAL_REQUEST, reply))


def require_by_call(subject: Subject, control: Case) -> Outcome:
    """Let the implementation take a control by a call; raise ``NotObserved`` if it does not come out right."""
    return require(subject, control, take=lambda reply: take_by_call(subject, reply))


def taken_by_call(subject: Subject, case: Delivered) -> Outcome:
    """Let the implementation take a reply as it is delivered, then the control; ``NotObserved`` if either is not."""
    called = subject.call(USUAL_REQUEST, case.answer)
    require_by_call(subject, case.case)
    require_arrival(called, case.answer)
    return called.outcome


def require_arrival(called: Called, answer: Answer) -> None:
    """Raise ``NotObserved`` where no request arrived that could get this answer."""
    if not called.received:
        lines = (("reply", repr(answer)), ("expected", "a request"), ("got", f"none; {called.outcome!r}"))
        raise NotObserved("no request arrived", evidence=Evidence(lines))


def judge_delivered(subject: Subject, case: Delivered) -> None:
    """Let the implementation take a reply as it is delivered: what comes out is what comes of it delivered plainly."""
    got = taken_by_call(subject, case)
    if wrong := mismatch(case.case, got, subject.traits):
        raise failure(replace(case.case, note=f"delivered {case.delivery!r}"), got, wrong)


def wrong_delivery(case: Delivered, expected: str, got: Outcome) -> ConformanceFailure:
    """Make the failure of a delivered reply of which something else came than is allowed."""
    return call_failure(case.answer, expected, repr(got), crash=isinstance(got, Crashed))


def call_failure(answer: Answer | Reply, expected: str, got: str, *, crash: bool = False) -> ConformanceFailure:
    """Make the failure of a call that got this answer."""
    told = answer if isinstance(answer, Answer) else Answer(answer)
    way = [] if told.delivery == PLAIN_DELIVERY else [("delivered", repr(told.delivery))]
    lines = (("reply", repr(told.reply)), *way, ("expected", expected), ("got", got))
    return ConformanceFailure(expected, got, evidence=Evidence(lines), crash=crash)
