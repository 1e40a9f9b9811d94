"""Checks of ``service.*``: what plays the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from participant_conformance.checks.reply_reading import (
    error_fault,
    error_type,
    is_modeled,
    is_refused,
    is_success,
    kind_of,
    members,
    success_fault,
)
from participant_conformance.checks.serving import NONE_TAKEN, USUAL, failure, served, service_check, unseen
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.service_subject import Came, ServiceSubject
from participant_conformance.subject import USUAL_REQUEST, NotOfferedError
from participant_strategies.reply import ConnectionRequest, Reply
from participant_strategies.service_requests import (
    Callers,
    HttpRequest,
    ServiceRequest,
    callers,
    callers_at_once,
    flawed,
    flawed_requests,
    flaws,
    plain_request,
    refusable_requests,
    tokenless,
    tokenless_requests,
    valid_requests,
)

_TOKEN: Final = USUAL_REQUEST.participant_token
_VALID: Final = (
    USUAL,
    plain_request(ConnectionRequest(_TOKEN)),
    plain_request(ConnectionRequest(_TOKEN, ("WEBSOCKET",), connect_participant=True)),
    plain_request(ConnectionRequest(_TOKEN, ("CONNECTION_CREDENTIALS",), connect_participant=False)),
)


@service_check("service.accepts-valid", valid_requests, vectors=_VALID)
def test_service_accepts_valid(subject: ServiceSubject, case: ServiceRequest) -> None:
    sent = [case.http, *(case.http.bearing(token) for token in subject.tokens[:1])]
    came = [subject.send(request) for request in sent]
    for request, reply in zip(sent, came, strict=True):
        if not (is_success(reply) or is_modeled(reply)):
            raise failure(subject, request, reply, "a success, or one of the four errors")
    _require_difference(subject, case, came)


def _require_difference(subject: ServiceSubject, case: ServiceRequest, came: list[Came]) -> None:
    """See that the service looks at what it is asked: what answers everything alike has accepted nothing."""
    others = (
        flawed(case.call).http,
        tokenless(case.call).http,
        replace(case.http, method="GET", target=f"{case.http.target}/none"),
        # What denies access before it looks at anything else may still take other tokens.
        USUAL.http,
    )
    kinds = {kind_of(reply) for reply in came}
    if all({kind_of(subject.send(request))} == kinds for request in others):
        if not is_success(came[-1]) and not subject.tokens:
            raise NotOfferedError(NONE_TAKEN)
        raise unseen(subject, others[-2], "another reply than to a valid request", came[-1])


@service_check("service.reply-in-contract", valid_requests, vectors=_VALID)
def test_service_reply_in_contract(subject: ServiceSubject, case: ServiceRequest) -> None:
    found = served(subject, case)
    if wrong := success_fault(found.reply, case.asked):
        raise failure(subject, found.request, found.reply, *wrong)


#: Wrong in every way: who takes that refuses nothing.
_HOPELESS: Final = replace(tokenless(ConnectionRequest(_TOKEN)).http, body=flawed(ConnectionRequest(_TOKEN)).http.body)


@service_check(
    "service.error-type-and-status-agree",
    refusable_requests,
    vectors=(tokenless(USUAL_REQUEST), flawed(USUAL_REQUEST)),
)
def test_service_error_type_and_status_agree(subject: ServiceSubject, case: ServiceRequest) -> None:
    request = case.http
    given = [request.bearing(token) for token in subject.tokens[:1]] if (request.token or "").strip() else []
    for sent in (request, *given, _HOPELESS):
        came = subject.send(sent)
        if isinstance(came, Reply) and came.status >= 400:
            if wrong := error_fault(came):
                raise failure(subject, sent, came, *wrong)
            return
    raise unseen(subject, sent, "an error", came)


@service_check(
    "service.token-missing-refused",
    tokenless_requests,
    vectors=tuple(tokenless(USUAL_REQUEST, way) for way in range(3)),
)
def test_service_token_missing_refused(subject: ServiceSubject, case: ServiceRequest) -> None:
    served(subject, case.sound)
    came = subject.send(case.http)
    refusals = ("AccessDeniedException", "ValidationException")
    if not (isinstance(came, Reply) and is_refused(came) and error_type(came) in refusals):
        raise failure(subject, case.http, came, "AccessDeniedException or ValidationException", also=repr(case.flaw))


@service_check(
    "service.invalid-body-refused",
    flawed_requests,
    vectors=tuple(flawed(USUAL_REQUEST, number) for number in range(len(flaws()))),
)
def test_service_invalid_body_refused(subject: ServiceSubject, case: ServiceRequest) -> None:
    before = served(subject, case.sound)
    sent = case.http.bearing(before.token)
    came = subject.send(sent)
    after = subject.send(before.request)
    if not (isinstance(came, Reply) and is_refused(came) and error_type(came) == "ValidationException"):
        raise failure(subject, sent, came, "ValidationException, HTTP 400", also=repr(case.flaw))
    if kind_of(after) != kind_of(before.reply):
        expected = f"the next request is served: {kind_of(before.reply)}"
        raise failure(subject, before.request, after, expected, also=f"behind {case.flaw!r}")


#: Replies that say nothing about whose they are: who is asked too much at once may answer so.
_OVERLOADED: Final = ("ThrottlingException", "InternalServerException")


@service_check(
    "service.one-caller-one-reply",
    callers_at_once,
    vectors=(
        callers("caller", "WEBSOCKET", "CONNECTION_CREDENTIALS"),
        callers("caller", "CONNECTION_CREDENTIALS", "no-token", "CONNECTION_CREDENTIALS", "no-json"),
    ),
)
def test_service_one_caller_one_reply(subject: ServiceSubject, case: Callers) -> None:
    sent = _tokens_put(subject, case)
    alone, again = ([subject.send(request) for request in sent] for _ in range(2))
    if list(map(kind_of, alone)) != list(map(kind_of, again)):
        raise NotObserved(
            "alone, the same request gets replies of different kinds", evidence=_told(subject, sent, again)
        )
    at_once = subject.send_at_once(sent)
    told = _told(subject, sent, at_once)
    mixed = _mixed(sent, at_once) or _wrong_kind(alone, at_once) or _wrong_mark(alone, again, at_once)
    if mixed:
        expected, got = map(subject.hidden, mixed)
        lines = (*told.lines, ("expected", expected), ("got", got))
        raise ConformanceFailure(expected, got, evidence=Evidence(lines))
    if len({kind_of(reply) for reply in alone}) < 2:
        raise NotObserved("all of them get replies of one kind", evidence=told)


def _tokens_put(subject: ServiceSubject, case: Callers) -> list[HttpRequest]:
    """Give each caller that has a token one that is taken: its own, or one of the user's."""
    sound = next(request for request in case.requests if request.flaw is None)
    found = served(subject, sound)
    drawn = found.token == sound.call.participant_token
    sent = []
    for number, request in enumerate(case.requests):
        token = request.http.token
        given = subject.tokens[number % len(subject.tokens)] if subject.tokens else found.token
        sent.append(request.http.bearing(given) if token and not drawn else request.http)
    return sent


def _told(subject: ServiceSubject, sent: Sequence[HttpRequest], came: Sequence[Came]) -> Evidence:
    shown = [subject.hidden(f"{subject.concealed(request)!r}") for request in sent]
    lines = [
        (f"caller {number}", f"{request} → {subject.shown(reply)}")
        for number, (request, reply) in enumerate(zip(shown, came, strict=True), 1)
    ]
    return Evidence(tuple(lines))


def _mixed(sent: Sequence[HttpRequest], came: Sequence[Came]) -> tuple[str, str] | None:
    """Look for the token of one caller in the reply to another."""
    for number, reply in enumerate(came, 1):
        for other, request in enumerate(sent, 1):
            token = request.token
            own = sent[number - 1].token
            if isinstance(reply, Reply) and token and token != own and token.encode() in reply.body:
                return f"caller {number} learns of no other", f"the token of caller {other} in its reply"
    return None


def _wrong_kind(alone: Sequence[Came], at_once: Sequence[Came]) -> tuple[str, str] | None:
    for number, (usual, came) in enumerate(zip(alone, at_once, strict=True), 1):
        overloaded = not isinstance(came, Reply) or error_type(came) in _OVERLOADED
        if not overloaded and kind_of(usual) != kind_of(came):
            return f"caller {number} gets what it gets alone: {kind_of(usual)}", kind_of(came)
    return None


def _wrong_mark(alone: Sequence[Came], again: Sequence[Came], at_once: Sequence[Came]) -> tuple[str, str] | None:
    """Compare the values by which replies of one kind can be told apart, where the service makes them so."""
    first, second, found = ([_mark(reply) for reply in came] for came in (alone, again, at_once))
    known = [mark for mark in (*first, *second) if mark]
    for number, (one, other, mark) in enumerate(zip(first, second, found, strict=True), 1):
        if one and one == other and first.count(one) == 1 and mark and mark != one:
            return f"caller {number} gets what it gets alone: {one}", mark
    seen = [mark for mark in found if mark]
    if len(set(known)) == len(known) and len(set(seen)) < len(seen):
        twice = next(mark for mark in seen if seen.count(mark) > 1)
        return "each caller gets values of its own, as alone", f"{twice} twice"
    return None


def _mark(came: Came) -> str | None:
    """Return the value that tells one success from another: the connection token, or the URL."""
    if not isinstance(came, Reply) or not is_success(came):
        return None
    for member, name in (("ConnectionCredentials", "ConnectionToken"), ("Websocket", "Url")):
        held = members(came).get(member)
        if isinstance(held, dict) and isinstance(held.get(name), str):
            return str(held[name])
    return None


__all__ = [name for name in globals() if name.startswith("test_")]
