"""How a check asks what plays the service: with which token, and what is told of what came.

Owns the way to a request that is served. It must not know verdicts: it raises ``NotObserved`` where nothing could be
seen, and ``NotOfferedError`` where a token is missing that only the user can give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final, TypeVar

from hypothesis.strategies import SearchStrategy

from participant_conformance.checks.check import Found, TestFunction, check
from participant_conformance.checks.reply_reading import is_refused, is_success
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.service_subject import Came, ServiceSubject
from participant_conformance.subject import USUAL_REQUEST, NotOfferedError, Subject
from participant_strategies.reply import Reply
from participant_strategies.service_requests import HttpRequest, ServiceRequest, plain_request

T = TypeVar("T")

#: What any service of chats serves.
USUAL: Final = plain_request(USUAL_REQUEST)
NONE_TAKEN: Final = (
    "it takes none of the drawn tokens: give one that it takes, by --token or PARTICIPANT_CONFORMANCE_TOKEN"
)


def service_check(
    requirement: str, cases: Callable[[], SearchStrategy[T]], *, vectors: tuple[T, ...] = ()
) -> Callable[[Callable[[ServiceSubject, T], Found]], TestFunction]:
    """Make the check of a requirement of what plays the service; as :func:`~.check.check` otherwise."""

    def decorate(example: Callable[[ServiceSubject, T], Found]) -> TestFunction:
        @wraps(example)
        def judged(subject: Subject, case: T) -> Found:
            assert isinstance(subject, ServiceSubject)  # noqa: S101 - nothing else has the capability
            return example(subject, case)

        return check(requirement, cases, vectors=vectors)(judged)

    return decorate


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was served: by which token, and the reply."""

    request: HttpRequest
    token: str
    reply: Reply


def served(subject: ServiceSubject, request: ServiceRequest) -> Served:
    """Send a valid request with its own token, a plain one, and those of the user's, until it is served.

    Raises ``NotObserved`` if it never is, ``NotOfferedError`` if it is for want of a token.
    """
    came: Came | None = None
    sent = request.http
    for token in dict.fromkeys((request.call.participant_token, USUAL_REQUEST.participant_token, *subject.tokens)):
        sent = request.http.bearing(token)
        came = subject.send(sent)
        if isinstance(came, Reply) and is_success(came):
            return Served(sent, token, came)
        if not is_refused(came):
            break
    assert came is not None  # noqa: S101 - there is a token at least
    if not subject.tokens and is_refused(came) and is_refused(subject.send(USUAL.http)):
        raise NotOfferedError(NONE_TAKEN)
    raise unseen(subject, sent, "a success", came)


def failure(
    subject: ServiceSubject, sent: HttpRequest, came: Came, expected: str, got: str = "", *, also: str = ""
) -> ConformanceFailure:
    """Make the failure of a request to which something else came than is allowed."""
    shown, told = subject.shown(came), subject.hidden(got)
    lines = [("request", _shown(subject, sent)), ("reply", shown)] if told else [("request", _shown(subject, sent))]
    lines += [("expected", expected), ("got", told or shown)]
    lines += [("drawn", subject.hidden(also))] if also else []
    return ConformanceFailure(expected, told or shown, evidence=Evidence(tuple(lines)))


def unseen(subject: ServiceSubject, sent: HttpRequest, expected: str, came: Came) -> NotObserved:
    """Make what says that an example shows nothing, since something else came than had to."""
    return NotObserved.because(failure(subject, sent, came, expected))


def _shown(subject: ServiceSubject, sent: HttpRequest) -> str:
    return subject.hidden(repr(subject.concealed(sent)))
