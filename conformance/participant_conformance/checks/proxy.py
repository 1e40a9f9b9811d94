"""Checks of ``proxy.*``: what stands before the service, which the suite itself plays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_conformance.checks.decode import PLAIN
from participant_conformance.checks.reply_reading import error_type
from participant_conformance.checks.serving import USUAL, failure, service_check
from participant_conformance.failures import Evidence, NotObserved
from participant_conformance.links import Received
from participant_conformance.service_subject import Came, ServiceSubject
from participant_strategies.contract import contract
from participant_strategies.errors import Place, Statement, error_case, error_replies
from participant_strategies.reply import Case, ConnectionRequest, Reply, ServiceError, shown_bytes
from participant_strategies.service_requests import HttpRequest, plain_request
from participant_strategies.successes import success_replies

_DENIED: Final = error_case(
    "AccessDeniedException", [Statement(Place.HEADER, "AccessDeniedException")], message="denied"
)


def replies() -> SearchStrategy[Reply]:
    """Draw what a service may reply: successes and errors."""
    return st.one_of(success_replies(), error_replies()).map(lambda case: case.reply)


def passed_on(subject: ServiceSubject, request: HttpRequest, reply: Reply) -> tuple[Came, list[Received]]:
    """Let the proxy pass a request on, which is answered by this reply; return what came of it and what arrived."""
    with subject.upstream_answering(reply) as received:
        came = subject.send(request)
        arrived = list(received)
    if not arrived:
        lines = (("request", repr(request)), ("expected", "a request behind the proxy"), ("got", subject.shown(came)))
        raise NotObserved("no request arrived behind the proxy", evidence=Evidence(lines))
    return came, arrived


@service_check("proxy.reply-unchanged", replies, vectors=(PLAIN.reply, _DENIED.reply, replace(PLAIN.reply, status=201)))
def test_proxy_reply_unchanged(subject: ServiceSubject, case: Reply) -> None:
    came, _ = passed_on(subject, USUAL.http, case)
    if wrong := _change(case, came):
        raise failure(subject, USUAL.http, came, *wrong, also=f"the service replied {case!r}")


def _change(before: Reply, came: Came) -> tuple[str, str] | None:
    if not isinstance(came, Reply):
        return f"HTTP {before.status}", came.reason
    if came.status != before.status:
        return f"HTTP {before.status}", f"HTTP {came.status}"
    if came.body != before.body and not _same_json(before.body, came.body):
        return f"the body {shown_bytes(before.body)}", shown_bytes(came.body)
    types = [_media_type(reply) for reply in (before, came)]
    return None if types[0] == types[1] else (f"Content-Type {types[0]}", types[1])


def _media_type(reply: Reply) -> str:
    return (reply.header("Content-Type") or "none").partition(";")[0].strip().lower()


def _same_json(before: bytes, after: bytes) -> bool:
    try:
        # Written again in one way: true is not 1, and the order of members is free.
        first, second = (json.dumps(json.loads(text), sort_keys=True) for text in (before, after))
    except (ValueError, RecursionError):
        return False
    return first == second


@service_check("proxy.error-type-survives", error_replies, vectors=(_DENIED,))
def test_proxy_error_type_survives(subject: ServiceSubject, case: Case) -> None:
    assert isinstance(case.expected, ServiceError)  # noqa: S101 - what error replies are
    before = case.expected.code
    came, _ = passed_on(subject, USUAL.http, case.reply)
    got = error_type(came) if isinstance(came, Reply) and came.status >= 400 else None
    if got != before:
        told = "an error without a type" if isinstance(came, Reply) and came.status >= 400 else ""
        raise failure(
            subject, USUAL.http, came, f"the error {before}", got or told, also=f"the service replied {case.reply!r}"
        )


#: A token that can be found again wherever it went.
_MARKED: Final = "tk~"


def marked_tokens() -> SearchStrategy[str]:
    """Draw a token that stands nowhere by chance."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=._-"
    return st.text(letters, min_size=16, max_size=40).map(lambda text: f"{_MARKED}{text}")


@service_check("proxy.token-only-to-upstream", marked_tokens, vectors=("tk~abcdefgh01234567",))
def test_proxy_token_only_to_upstream(subject: ServiceSubject, case: str) -> None:
    request = plain_request(ConnectionRequest(case, ("WEBSOCKET",))).http
    came, arrived = passed_on(subject, request, PLAIN.reply)
    for received in arrived:
        if wrong := _misplaced(received, case):
            raise failure(subject, request, came, *wrong)
    if isinstance(came, Reply) and (place := _place(came.headers, came.body, case)):
        raise failure(subject, request, came, "a reply without the token", f"the token in {place}")


def _misplaced(received: Received, token: str) -> tuple[str, str] | None:
    name = contract().token_header
    values = received.values(name)
    if values != [token]:
        return f"{name}: {token}, once, behind the proxy", json.dumps(values)
    if not received.target.endswith(contract().uri):
        return f"behind the proxy a request for {contract().uri} alone", f"{received.method} {received.target}"
    others = tuple(pair for pair in received.headers if pair[0].lower() != name.lower())
    place = "the URL" if token in unquote(received.target) else _place(others, received.body, token)
    return (f"the token in {name} alone, behind the proxy", f"in {place} too") if place else None


def _place(headers: tuple[tuple[str, str], ...], body: bytes, token: str) -> str | None:
    for name, value in headers:
        if token in unquote(value):
            return f"the header {name}"
    text = body.decode("utf-8", "replace")
    return "the body" if token in text or token in unquote(text) or token in text.replace("\\/", "/") else None


__all__ = [name for name in globals() if name.startswith("test_")]
