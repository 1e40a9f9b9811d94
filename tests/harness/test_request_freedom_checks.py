"""The checks of what a client may do as it likes, and of a token that is carried away by a redirect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from participant_conformance.checks import registry, request_freedoms
from participant_conformance.checks.check import Check
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.links import Received
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import USUAL_REQUEST, Subject
from participant_strategies.call_cases import REDIRECTS, SUCCESS
from participant_strategies.reply import ConnectionRequest, Crashed, Decoded, Outcome, Refused, Rejected
from participant_strategies.value import Structure
from tests.harness.samples import Caller, judge
from tests.harness.scripted import ARRIVED, came, plainly, scripted

CHECKS: dict[str, Check] = {
    name: check for name, check in registry().items() if check.example.__module__ == request_freedoms.__name__
}
TOKEN = USUAL_REQUEST.participant_token


@pytest.fixture(scope="module")
def reference() -> Iterator[Subject]:
    """The reference implementation over real sockets."""
    with closing(Reference()) as adapter, closing(Subject(adapter, link=LoopbackLink)) as subject:
        yield subject


@pytest.mark.parametrize("name", CHECKS)
def test_the_reference_conforms(reference: Subject, name: str) -> None:
    """On real sockets."""
    result = run_check(CHECKS[name], reference, Effort(10))
    assert (result.finding, result.observed) == (Finding.CONFORMS, result.examples), result.reason


@pytest.mark.parametrize("name", CHECKS)
def test_who_sends_nothing_is_not_observed(name: str) -> None:
    """Whatever it says came of the call."""
    case = {"request.token-not-redirected": 307, "request.limits-are-the-servers": "an empty token"}.get(name, "a")
    for outcome in (SUCCESS.expected, Rejected("a"), Refused("a")):
        with pytest.raises(NotObserved):
            judge(name, scripted(lambda *_given, outcome=outcome: came(outcome)), case)


# Redirects


def led(*elsewhere: Received, arrived: Received = ARRIVED) -> Subject:
    """Return a subject whose redirected call sends these requests to the other origin."""
    return scripted(lambda *_given: replace(came(Rejected("a"), arrived), elsewhere=elsewhere))


def sent(**fields: Any) -> Received:
    """Return a request without a token, but for these fields."""
    return replace(Received("GET", "/participant/connection", (("Host", "a"),)), **fields)


@pytest.mark.parametrize(
    ("received", "place"),
    [
        (sent(headers=(("x-amz-bearer", TOKEN),)), "the header x-amz-bearer"),
        (sent(headers=(("Host", "a"), ("Referer", f"http://a/?{TOKEN}"))), "the header Referer"),
        (sent(target=f"/a?token={TOKEN}"), "the URL"),
        (sent(target="/a?token=" + "".join(f"%{ord(char):02x}" for char in TOKEN)), "the URL"),
        (sent(body=b'{"a":"' + TOKEN.encode() + b'"}'), "the body"),
        (sent(body=b"\xff" + quote(TOKEN).encode()), "the body"),
        (Received(head=b"NONSENSE " + TOKEN.encode(), problem="no request"), "the head"),
    ],
    ids=["bearer", "referer", "query", "escaped", "body", "no text", "no request"],
)
def test_a_token_at_another_origin_fails(received: Received, place: str) -> None:
    """Wherever it stands in whatever arrives there."""
    told = f"^expected no token at the other origin, got the token in {place} of a request there$"
    with pytest.raises(ConformanceFailure, match=told):
        judge("request.token-not-redirected", led(sent(), received), 307)


def test_following_without_the_token_passes() -> None:
    """So does not following."""
    judge("request.token-not-redirected", led(sent()), 307)
    judge("request.token-not-redirected", led(), 307)


def test_a_call_that_bore_no_token_at_first_is_not_observed() -> None:
    """Then there was none to carry along."""
    with pytest.raises(NotObserved, match="no request with the token"):
        judge("request.token-not-redirected", led(arrived=sent()), 307)


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_client_that_follows_with_all_its_headers_is_caught(status: int) -> None:
    """On real sockets, for each status that leads somewhere."""

    def call(endpoint: str, request: ConnectionRequest) -> Outcome:
        with httpx.Client(trust_env=False, follow_redirects=True) as client:
            client.post(f"{endpoint}/participant/connection", headers={"X-Amz-Bearer": request.participant_token})
        return Decoded(Structure())

    with (
        closing(Subject(Caller(call), link=LoopbackLink)) as subject,
        pytest.raises(ConformanceFailure, match="the token in the header X-Amz-Bearer"),
    ):
        judge("request.token-not-redirected", subject, status)


# What is told


def after_a_success(outcome: Outcome, *received: Received) -> Subject:
    """Return a subject that is right about a usual request, and sends these for another one."""
    return scripted(plainly(lambda *_given: came(outcome, *received)))


@pytest.mark.parametrize(
    ("case", "outcome", "received", "found"),
    [
        ("an empty token", Refused("a"), (), "refused"),
        ("an empty token", Rejected("a"), (), "refused"),
        ("an empty token", Crashed("a", "KeyError"), (), "a crash, and nothing is sent"),
        ("an empty token", Rejected("a"), (sent(headers=(("X-Amz-Bearer", ""),)),), "sent"),
        ("an empty token", Rejected("a"), (sent(),), "sent without it"),
        ("a token of 1001 characters", Rejected("a"), (sent(headers=(("X-Amz-Bearer", "a" * 1001),)),), "sent"),
        ("a token of 1001 characters", Rejected("a"), (sent(headers=(("X-Amz-Bearer", "a"),)),), "sent as another"),
        ("an empty Type list", Rejected("a"), (sent(body=b'{"Type":[]}'),), 'sent as {"Type":[]}'),
        ("an empty Type list", Rejected("a"), (sent(body=b"{}"),), "sent as {}"),
    ],
)
def test_what_becomes_of_a_limit_is_told(
    case: str, outcome: Outcome, received: tuple[Received, ...], found: str
) -> None:
    """Refused, sent, or changed."""
    subject = after_a_success(outcome, *received)
    assert judge("request.limits-are-the-servers", subject, case) == f"{case}: {found}"


def test_every_limit_has_a_case() -> None:
    """The token's, both ways, and that of the list."""
    names = {"an empty token", "a token of 1001 characters", "an empty Type list"}
    assert names == set(request_freedoms.limits())


@pytest.mark.parametrize(
    ("received", "found"),
    [
        (ARRIVED, "none"),
        (sent(headers=(("Authorization", "Bearer a"),)), "none"),
        (sent(headers=(("authorization", "AWS4-HMAC-SHA256 Credential=a"),)), "in Authorization"),
        (sent(target="/a?X-Amz-Signature=b"), "in the query"),
        (
            sent(target="/a?X-Amz-Signature=b", headers=(("Authorization", "AWS4-ECDSA-P256-SHA256 a"),)),
            "in Authorization and in the query",
        ),
    ],
)
def test_a_signature_is_told(received: Received, found: str) -> None:
    """Wherever it stands."""
    subject = scripted(lambda *_given: came(SUCCESS.expected, received))
    assert judge("request.unsigned", subject, "the usual request") == f"Signature Version 4: {found}"


def test_who_needs_no_credentials_is_told_so() -> None:
    """In a run there are none to be found."""
    subject = scripted(lambda *_given: SUCCESS.expected)
    found = judge("request.works-without-credentials", subject, "the usual request")
    assert found == "with no AWS setting in the environment: sent"
