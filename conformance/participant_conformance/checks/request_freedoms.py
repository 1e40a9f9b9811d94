"""Checks of ``request.*`` where a client is free, or does well to be careful."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from hypothesis import strategies as st

from participant_conformance.checks.check import check
from participant_conformance.checks.delivering import call_failure, require_by_call
from participant_conformance.failures import Evidence, NotObserved
from participant_conformance.links import Received
from participant_conformance.subject import USUAL_REQUEST, Called, Subject
from participant_strategies.call_cases import REDIRECTS, SUCCESS, redirect
from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest, Crashed


@check("request.token-not-redirected", vectors=REDIRECTS)
def test_request_token_not_redirected(subject: Subject, case: int) -> None:
    token, reply = USUAL_REQUEST.participant_token, redirect(case)
    called = subject.call(USUAL_REQUEST, reply)
    if not any(token in received.values(contract().token_header) for received in called.received):
        lines = (("reply", repr(reply)), ("expected", "a request with the token"), ("got", repr(called.outcome)))
        raise NotObserved("no request with the token arrived", evidence=Evidence(lines))
    for received in called.elsewhere:
        if place := _place_of(token, received):
            raise call_failure(reply, "no token at the other origin", f"the token in {place} of a request there")


def _place_of(token: str, received: Received) -> str | None:
    places = {f"the header {name}": value for name, value in received.headers}
    places |= {"the URL": received.target, "the body": received.body.decode("utf-8", "replace")}
    # What is no request is told by its bytes alone.
    places["the head"] = received.head.decode("latin-1")
    return next((place for place, text in places.items() if token in unquote(text)), None)


def limits() -> dict[str, ConnectionRequest]:
    """Return a request at each limit of the model, and just beyond it, by its name."""
    shape = contract().shapes["ParticipantToken"]
    longest = shape.maximum or 0
    return {
        "an empty token": ConnectionRequest("", USUAL_REQUEST.type),
        f"a token of {longest + 1} characters": ConnectionRequest("a" * (longest + 1), USUAL_REQUEST.type),
        "an empty Type list": ConnectionRequest(USUAL_REQUEST.participant_token, ()),
    }


@check("request.limits-are-the-servers", lambda: st.sampled_from(tuple(limits())))
def test_request_limits_are_the_servers(subject: Subject, case: str) -> str:
    require_by_call(subject, SUCCESS)
    request = limits()[case]
    return f"{case}: {_sent(request, subject.call(request, SUCCESS.reply))}"


def _sent(request: ConnectionRequest, called: Called) -> str:
    if not called.received:
        return "a crash, and nothing is sent" if isinstance(called.outcome, Crashed) else "refused"
    received = called.received[0]
    if request.type == ():
        return f"sent as {received.body.decode('utf-8', 'replace')[:40]}"
    values = received.values(contract().token_header)
    return "sent" if values == [request.participant_token] else "sent without it" if not values else "sent as another"


@check("request.unsigned", lambda: st.just("the usual request"))
def test_request_unsigned(subject: Subject, case: str) -> str:  # noqa: ARG001 - there is but one case
    require_by_call(subject, SUCCESS)
    (received, *_) = subject.call(USUAL_REQUEST, SUCCESS.reply).received
    places = {
        "in Authorization": any("AWS4-" in value for value in received.values("Authorization")),
        "in the query": "X-Amz-Signature=" in received.target,
    }
    found = [place for place, there in places.items() if there]
    return f"Signature Version 4: {' and '.join(found) or 'none'}"


@check("request.works-without-credentials", lambda: st.just("the usual request"))
def test_request_works_without_credentials(subject: Subject, case: str) -> str:  # noqa: ARG001 - there is but one case
    called = subject.call(USUAL_REQUEST, SUCCESS.reply)
    # Who sends nothing without them has to send with them: else it is not known what is missing.
    with _settings_of_aws():
        require_by_call(subject, SUCCESS)
    return f"with no AWS setting in the environment: {'sent' if called.received else 'nothing is sent'}"


@contextmanager
def _settings_of_aws() -> Iterator[None]:
    """Set credentials that are nobody's, and a region, for a while."""
    before = {name: os.environ.pop(name) for name in _SETTINGS if name in os.environ}
    os.environ.update(_SETTINGS)
    try:
        yield
    finally:
        for name in _SETTINGS:
            del os.environ[name]
        os.environ.update(before)


_SETTINGS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}


__all__ = [name for name in globals() if name.startswith("test_")]
