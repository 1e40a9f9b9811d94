"""The checks of a service, case by case: what each takes for a mistake, and when it says that it saw nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from participant_conformance.checks.of_service import service_registry
from participant_conformance.checks.reply_reading import error_fault, error_type, kind_of, members, success_fault
from participant_conformance.direct import judge_service
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding, Kind, Result
from participant_conformance.links import Received
from participant_conformance.links.outgoing import NoReply
from participant_conformance.service_subject import ServiceSubject, conceal
from participant_conformance.subject import NotOfferedError
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.errors import error_replies
from participant_strategies.reply import Reply, ServiceError
from participant_strategies.service_requests import callers
from tests.harness.test_stored import through_json
from tests.of_service.bench import opened
from tests.of_service.fakes import Fake, asked, connection, error, fake, hash_of, served, success
from tests.of_service.proxies import Beyond, proxied, proxy
from tests.strategies.drawing import draws

ACCEPTS = "service.accepts-valid"
CONTRACT = "service.reply-in-contract"
ERRORS = "service.error-type-and-status-agree"
TOKENS = "service.token-missing-refused"
BODIES = "service.invalid-body-refused"
CALLERS = "service.one-caller-one-reply"
GIVEN = "given-token-0123456789"


def run(name: str, play: Callable[[Received], Answer | Reply], *tokens: str, examples: int = 10) -> Result:
    """Run one check on a fake."""
    with opened(play, *tokens) as subject:
        return run_check(service_registry()[name], subject, Effort(examples))


def reply(body: object, status: int = 200, *headers: tuple[str, str]) -> Reply:
    """Make a reply."""
    return Reply(status, headers, json.dumps(body).encode())


# How a reply is read


@pytest.mark.parametrize("case", draws(error_replies(), 60), ids=lambda _case: "")
def test_the_type_of_an_error_is_read_by_the_rules(case: Any) -> None:
    """As it was drawn: from the header, code or __type, without URI and namespace."""
    assert isinstance(case.expected, ServiceError)
    assert error_type(case.reply) == case.expected.code


@pytest.mark.parametrize(
    "body",
    [b"", b"a", b"[]", b'{"code": 1}', b'{"code": ""}', b"\xff", b"[" * 100_000],
    ids=lambda body: repr(body[:9]),
)
def test_what_names_no_type_has_none(body: bytes) -> None:
    """Whatever the body is."""
    assert error_type(Reply(400, (("X-Amzn-Errortype", " "),), body)) is None


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (NoReply("gone"), "no reply"),
        (reply({"b": 1, "a": 2, "c": None}), "HTTP 200 with a, b"),
        (reply({}), "HTTP 200 with nothing"),
        (reply({}, 403), "HTTP 403, no type"),
        (reply({"__type": "a#B"}, 400), "HTTP 400, B"),
    ],
    ids=["none", "members", "nothing", "untyped", "typed"],
)
def test_replies_are_of_kinds(came: Reply | NoReply, kind: str) -> None:
    """Values do not count."""
    assert kind_of(came) == kind


@pytest.mark.parametrize(
    ("body", "expected", "got"),
    [
        (b"", "one JSON object", "no JSON text"),
        (b"[]", "one JSON object", "no object"),
        (b'{"Websocket":{"Url":1}}', "Websocket.Url: a text", "number 1"),
        (b'{"Websocket":"a"}', "Websocket: an object", '"a"'),
        (b'{"ConnectionCredentials":{"Expiry":{}}}', "ConnectionCredentials.Expiry: a text", "{}"),
        (b'{"Websocket":[]}', "Websocket: an object", "[]"),
        (b'{"WebSocket":{}}', "members of the model alone", "WebSocket, which it does not have"),
        (b'{"Websocket":{"Path":"a"}}', "members of the model alone", "Websocket.Path, which"),
        (b"{}", "the member Websocket, which was asked for", "a body without it"),
        (b'{"Websocket":null}', "the member Websocket, which was asked for", "a body without it"),
    ],
)
def test_a_body_out_of_contract_is_told(body: bytes, expected: str, got: str) -> None:
    """What should stand there, and what does."""
    found = success_fault(Reply(200, (), body), ["Websocket"])
    assert found is not None
    assert found[0] == expected
    assert got in found[1]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"", []),
        (b"{}", []),
        (b'{"Websocket":{}}', ["Websocket"]),
        (b'{"Websocket":{"Url":"a","ConnectionExpiry":null},"WebRTCConnection":null}', ["Websocket"]),
        (
            b'{"WebRTCConnection":{"Meeting":{"MeetingFeatures":{"Audio":{"EchoReduction":"NEW"}}}}}',
            ["WebRTCConnection"],
        ),
    ],
)
def test_a_body_in_contract_is_right(body: bytes, wanted: list[str]) -> None:
    """Null is absent, a structure may be empty, an enum is open."""
    assert success_fault(Reply(200, (), body), wanted) is None


@pytest.mark.parametrize(
    ("wrong", "got"),
    [
        (reply({"Message": "a"}, 403), "no such header"),
        (reply({"Message": "a"}, 403, ("X-Amzn-Errortype", "Forbidden")), "Forbidden"),
        (reply({"Message": "a"}, 400, ("X-Amzn-Errortype", "AccessDeniedException")), "HTTP 400"),
        (reply({}, 403, ("X-Amzn-Errortype", "AccessDeniedException")), "Message: none"),
        (reply({"Message": 1}, 403, ("X-Amzn-Errortype", "AccessDeniedException")), "Message: 1"),
    ],
    ids=["untyped", "unmodelled", "status", "no message", "number"],
)
def test_an_error_that_is_wrong_is_told(wrong: Reply, got: str) -> None:
    """Type, status, message, one after the other."""
    found = error_fault(wrong)
    assert found is not None
    assert found[1] == got


def test_members_are_those_of_an_object() -> None:
    """Of anything else there are none."""
    assert members(reply({"a": 1})) == {"a": 1}
    assert members(reply([1])) == {}


# When nothing is to be seen


@pytest.mark.parametrize("name", [ACCEPTS, CONTRACT, TOKENS, BODIES, CALLERS])
def test_what_takes_no_token_of_ours_needs_one(name: str) -> None:
    """Who gave none is told how."""
    result = run(name, lambda _received: error("AccessDeniedException"))
    assert result.finding is Finding.NOT_OFFERED
    assert "--token" in result.reason


@pytest.mark.parametrize("name", [ACCEPTS, CONTRACT, TOKENS, BODIES, CALLERS])
def test_a_given_token_that_is_not_taken_shows_nothing(name: str) -> None:
    """It was to be taken."""
    result = run(name, lambda _received: error("AccessDeniedException"), GIVEN)
    assert result.finding is Finding.NOT_OBSERVED
    assert result.counterexample is not None
    assert all(GIVEN not in text for _, text in result.counterexample.lines)


def test_what_answers_everything_alike_accepts_nothing() -> None:
    """A success for whatever is asked."""
    assert run(ACCEPTS, lambda _received: success({})).finding is Finding.NOT_OBSERVED


def test_what_refuses_nothing_shows_no_error() -> None:
    """Neither without a token nor with a body that is none."""
    assert run(ERRORS, lambda _received: success({})).finding is Finding.NOT_OBSERVED


def test_what_stands_behind_is_named() -> None:
    """Where valid requests get no reply at all, one requirement is not kept, and the others wait for it."""
    broken = Answer(success({}), Delivery(fault=Fault(FaultKind.CUT)))
    result = run(CONTRACT, lambda _received: broken)
    assert (result.finding, result.because) == (Finding.NOT_OFFERED, ACCEPTS)


def test_a_reply_of_a_service_that_is_overloaded_is_nobody_s() -> None:
    """Of callers at once one may be throttled: that is not the reply to another."""
    seen: list[str] = []

    def play(received: Received) -> Reply:
        token = "".join(received.values("X-Amz-Bearer"))
        seen.append(token)
        # The third time: when it is not alone.
        throttled = token and seen.count(token) > 2 + ("1-of" in token)
        if not throttled:
            return fake(received)
        return Reply(429, (("X-Amzn-Errortype", "ThrottlingException"),), b'{"Message":"a"}')

    case = callers("caller", "WEBSOCKET", "CONNECTION_CREDENTIALS")
    with opened(play) as subject:
        service_registry()[CALLERS].example(subject, case)


def test_callers_of_whom_none_is_told_apart_show_nothing() -> None:
    """All get the same values, and ask for the same."""
    case = callers("caller", "WEBSOCKET", "WEBSOCKET")

    def play(received: Received) -> Reply:
        return success(connection("a", asked(received.body) or []))

    with opened(play) as subject, pytest.raises(NotObserved, match="of one kind"):
        service_registry()[CALLERS].example(subject, case)


def test_what_is_answered_differently_each_time_shows_nothing() -> None:
    """Then a reply at once says nothing either."""
    numbers: list[int] = []

    def play(received: Received) -> Reply:
        numbers.append(1)
        return fake(received) if len(numbers) % 3 else error("AccessDeniedException")

    case = callers("caller", "WEBSOCKET", "CONNECTION_CREDENTIALS")
    with opened(play) as subject, pytest.raises(NotObserved, match="different kinds"):
        service_registry()[CALLERS].example(subject, case)


# What is a mistake


def test_a_reply_that_holds_the_token_of_another_is_one() -> None:
    """Whatever else it holds."""
    seen: list[str] = []

    def play(received: Received) -> Reply:
        answer = fake(received)
        before = seen[-1] if seen else "nobody"
        seen.append("".join(received.values("X-Amz-Bearer")))
        return replace(
            answer, headers=(*answer.headers,), body=answer.body.replace(b"wss://", f"wss://{before}".encode())
        )

    case = callers("caller", "WEBSOCKET", "CONNECTION_CREDENTIALS")
    with opened(play) as subject, pytest.raises(ConformanceFailure, match="learns of no other"):
        service_registry()[CALLERS].example(subject, case)


def test_values_that_are_new_each_time_are_not_given_twice() -> None:
    """Two callers at once get one connection token."""
    calls: list[int] = []

    def play(received: Received) -> Reply:
        calls.append(1)
        # Served once, then twice two of them alone: what comes then is at once.
        number = min(len(calls), 6)
        types = asked(received.body)
        return error("ValidationException") if types is None else success(connection(str(number), types))

    case = callers("caller", "CONNECTION_CREDENTIALS", "CONNECTION_CREDENTIALS")
    with opened(play) as subject, pytest.raises(ConformanceFailure, match=f"ct-{hash_of('6'):08x} twice"):
        service_registry()[CALLERS].example(subject, case)


def test_callers_share_the_tokens_that_are_given() -> None:
    """Where none of ours is taken."""

    def play(received: Received) -> Reply:
        token = "".join(received.values("X-Amz-Bearer"))
        return fake(received) if not token.strip() or token.startswith(GIVEN) else error("AccessDeniedException")

    result = run(CALLERS, play, f"{GIVEN}a", f"{GIVEN}b")
    assert result.finding is Finding.CONFORMS


def test_a_redirect_is_no_reply_to_a_valid_request() -> None:
    """Neither a success nor an error of the operation."""
    result = run(ACCEPTS, lambda _received: Reply(301, (("Location", "https://a.example"),), b""))
    assert result.finding is Finding.VIOLATES
    assert result.counterexample is not None
    assert ("got", "HTTP 301 · Location: https://a.example · (empty body)") in result.counterexample.lines


def test_a_given_token_is_hidden_in_a_failure() -> None:
    """In the request, in the reply that repeats it, in what is said of it."""

    def play(received: Received) -> Reply:
        token = "".join(received.values("X-Amz-Bearer"))
        return success({"Debug": token}) if token == GIVEN else error("AccessDeniedException")

    result = run(CONTRACT, play, GIVEN)
    assert result.finding is Finding.VIOLATES
    assert GIVEN not in repr(result)
    assert conceal(GIVEN) in repr(result)


def test_a_service_that_hangs_is_told_once_for_each_check() -> None:
    """A hang is no crash of ours, and not shrunk."""
    answer = Answer(success({}), Delivery(fault=Fault(FaultKind.STALL)))
    with served(lambda _received: answer) as server:
        run_of_one = judge_service(
            ServiceSubject(server.origin, time_limit=0.1), profile="quick", requirements=[ACCEPTS]
        )
    [verdict] = run_of_one.verdicts
    assert (verdict.kind, verdict.examples) == (Kind.FAILED, 1)
    assert "did not return within 0.1 s" in verdict.reason


def test_all_checks_of_the_side_are_judged() -> None:
    """In the order of the catalogue, and by none of a client."""
    with served(fake) as server:
        judged = judge_service(ServiceSubject(server.origin), profile="quick")
    assert [verdict.requirement for verdict in judged.verdicts] == list(service_registry())
    assert (judged.exit_code, judged.how.link) == (0, "http")


# Proxies


def passing(name: str, play: Callable[[Beyond, Received], Reply], examples: int = 5) -> Result:
    """Run one check on a proxy."""
    with proxied(play) as subject:
        return run_check(service_registry()[name], subject, Effort(examples))


@pytest.mark.parametrize("name", ["proxy.reply-unchanged", "proxy.error-type-survives", "proxy.token-only-to-upstream"])
def test_a_proxy_that_passes_nothing_on_shows_nothing(name: str) -> None:
    """The reply to the caller is its own."""
    result = passing(name, lambda _beyond, _received: error("AccessDeniedException"))
    assert result.finding is Finding.NOT_OBSERVED
    assert result.counterexample is not None
    assert result.counterexample.lines[1] == ("expected", "a request behind the proxy")


@pytest.mark.parametrize(
    ("wrong", "got"),
    [
        (lambda reply: replace(reply, body=b"[" + reply.body), "["),
        (lambda reply: replace(reply, headers=()), "none"),
        (lambda reply: replace(reply, body=reply.body.replace(b"wss", b"ws")), '"ws://a"'),
    ],
    ids=["no json", "no media type", "another value"],
)
def test_a_reply_that_is_changed_is_told(wrong: Callable[[Reply], Reply], got: str) -> None:
    """The body, the media type."""
    result = passing("proxy.reply-unchanged", lambda beyond, received: wrong(proxy(beyond, received)))
    assert result.finding is Finding.VIOLATES
    assert got in result.reason


def test_a_proxy_that_gives_no_reply_is_told() -> None:
    """It passed the request on, and then it closed the connection."""

    def play(beyond: Beyond, received: Received) -> Answer:
        return Answer(proxy(beyond, received), Delivery(fault=Fault(FaultKind.CUT)))

    for name in ("proxy.reply-unchanged", "proxy.error-type-survives"):
        result = passing(name, play)  # type: ignore[arg-type] # an answer with a fault, in place of a reply
        assert result.finding is Finding.VIOLATES
        assert "the connection was closed" in result.reason


@pytest.mark.parametrize(
    ("play", "got"),
    [
        (lambda b, r: proxy(b, replace(r, headers=tuple(p for p in r.headers if p[0] != "X-Amz-Bearer"))), "[]"),
        (
            lambda b, r: proxy(b, replace(r, body=json.dumps({"token": r.values("X-Amz-Bearer")[0]}).encode())),
            "the body",
        ),
        (lambda b, r: b.send(r, f"/{r.values('X-Amz-Bearer')[0]}/participant/connection"), "the URL"),
        (lambda b, r: replace(proxy(b, r), body=r.values("X-Amz-Bearer")[0].encode()), "the token in the body"),
    ],
    ids=["left out", "in the body", "in the URL", "to the caller"],
)
def test_a_token_in_another_place_is_told(play: Callable[[Beyond, Received], Reply], got: str) -> None:
    """Behind the proxy, or before it."""
    result = passing("proxy.token-only-to-upstream", play)
    assert result.finding is Finding.VIOLATES
    assert got in result.reason


def test_a_proxy_without_a_reply_has_not_shown_the_token() -> None:
    """What is not there holds nothing; that there was none is told elsewhere."""

    def play(beyond: Beyond, received: Received) -> Answer:
        return Answer(proxy(beyond, received), Delivery(fault=Fault(FaultKind.CUT)))

    result = passing("proxy.token-only-to-upstream", play)  # type: ignore[arg-type] # as above
    assert result.finding is Finding.CONFORMS


@pytest.mark.parametrize("name", list(service_registry()))
def test_every_case_survives_being_stored(name: str) -> None:
    """What is judged again is what was judged."""
    check = service_registry()[name]
    for case in (*check.vectors, *draws(check.cases(), 20)):
        again = through_json(case)
        assert (again, repr(again)) == (case, repr(case))


def test_no_fake_is_asked_for_what_it_cannot_know() -> None:
    """A check draws as many cases as it is told to, whatever comes of them."""
    plays: list[Fake] = [fake]
    assert all(
        run(ACCEPTS, play, examples=7).examples == 7 + len(service_registry()[ACCEPTS].vectors) for play in plays
    )


def test_not_offered_is_raised_where_a_token_is_missing() -> None:
    """By one case alone, too."""
    with opened(lambda _received: error("AccessDeniedException")) as subject, pytest.raises(NotOfferedError):
        service_registry()[CONTRACT].example(subject, service_registry()[CONTRACT].vectors[0])
