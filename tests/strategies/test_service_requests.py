"""Requests to what plays the service: valid ones in every spelling, and those with exactly one thing wrong."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest
from participant_strategies.service_requests import (
    CALLERS,
    MEMBERS,
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
from tests.strategies.drawing import draws, minimal
from tests.strategies.validity import request_complaints

TYPES = contract().shapes["ConnectionType"].values
CALL = ConnectionRequest("abc", ("WEBSOCKET",), connect_participant=True)


@pytest.fixture(name="valid", scope="module")
def valid_fixture() -> list[ServiceRequest]:
    """Return some valid requests."""
    return draws(valid_requests(), 500)


@pytest.fixture(name="wrong", scope="module")
def wrong_fixture() -> list[ServiceRequest]:
    """Return some requests whose body is wrong."""
    return draws(flawed_requests(), 500)


def is_valid_body(body: bytes) -> bool:
    """Whether a body is one that the service takes, read by the standard library."""
    try:
        parsed = json.loads(body.decode("utf-8"))
    except ValueError:
        return False
    if not isinstance(parsed, dict) or not parsed.keys() <= {"Type", "ConnectParticipant"}:
        return False
    types = parsed.get("Type", ["WEBSOCKET"])
    right = isinstance(types, list) and types and all(isinstance(name, str) and name in TYPES for name in types)
    return bool(right) and isinstance(parsed.get("ConnectParticipant", False), bool)


def test_what_is_asked_for_is_valid(valid: list[ServiceRequest]) -> None:
    """Token and types keep to the limits of the model."""
    assert [line for request in valid for line in request_complaints(request.call)] == []


def test_the_body_says_what_is_asked_for(valid: list[ServiceRequest]) -> None:
    """Whatever the spelling, a JSON parser reads the members that the caller gave."""
    assert all(json.loads(request.http.body) == request.call.members for request in valid)


def test_the_token_stands_in_its_header(valid: list[ServiceRequest]) -> None:
    """Once, whatever the case of the header's name."""
    assert all(request.http.token == request.call.participant_token for request in valid)
    assert {request.http.headers[0][0] for request in valid} == {"X-Amz-Bearer", "x-amz-bearer", "X-AMZ-BEARER"}


def test_every_type_is_asked_for(valid: list[ServiceRequest]) -> None:
    """None is left out; calls, which a fake of a chat need not have, stand in few."""
    counted = Counter(name for request in valid for name in set(request.call.type or ()))
    assert set(counted) == set(TYPES)
    assert counted["WEBRTC_CONNECTION"] < len(valid) / 3


def test_each_type_asks_for_a_member_of_the_output() -> None:
    """Each Type of the model has one, and it is the model's."""
    assert set(MEMBERS) == set(TYPES)
    assert set(MEMBERS.values()) == set(contract().shapes[contract().output].members)


def test_a_member_is_asked_for_once() -> None:
    """However often its Type stands there."""
    request = plain_request(ConnectionRequest("a", ("WEBSOCKET", "CONNECTION_CREDENTIALS", "WEBSOCKET")))
    assert request.asked == ("Websocket", "ConnectionCredentials")


def test_a_caller_that_asks_for_nothing_gets_nothing() -> None:
    """Type may be absent."""
    assert plain_request(ConnectionRequest("a")).asked == ()


@pytest.mark.parametrize(("way", "token"), [(0, None), (1, ""), (2, "  ")])
def test_a_token_is_missing_empty_or_blank(way: int, token: str | None) -> None:
    """The rest of the request is as it was."""
    request = tokenless(CALL, way)
    assert request.http.token == token
    assert request.http.body == request.sound.http.body


def test_every_way_to_have_no_token_is_drawn() -> None:
    """All three."""
    names = {request.flaw.name for request in draws(tokenless_requests(), 50) if request.flaw}
    assert names == {"no-token", "empty-token", "blank-token"}


def test_a_wrong_body_is_wrong(wrong: list[ServiceRequest]) -> None:
    """None of them is one that the service takes, and each is named."""
    assert not [request for request in wrong if is_valid_body(request.http.body)]
    assert all(request.flaw for request in wrong)


def test_every_flaw_is_drawn(wrong: list[ServiceRequest]) -> None:
    """None is left out."""
    assert {request.flaw for request in wrong} == set(flaws())


def test_the_sound_request_is_the_same_without_the_flaw(wrong: list[ServiceRequest]) -> None:
    """It asks for the same, with the same token, by a body that the service takes."""
    for request in wrong:
        assert is_valid_body(request.sound.http.body)
        assert (request.sound.call, request.sound.http.token) == (request.call, request.http.token)
        assert request.sound.flaw is None


def test_the_simplest_flaw_is_a_body_that_is_cut() -> None:
    """What a counterexample shrinks to: nothing is asked for, and the last byte is missing."""
    assert minimal(flawed_requests(), lambda _request: True) == flawed(ConnectionRequest("a"))
    assert flawed(ConnectionRequest("a")).http.body == b"{"


def test_the_simplest_valid_request_asks_for_nothing() -> None:
    """With the shortest token."""
    assert minimal(valid_requests(), lambda _request: True) == plain_request(ConnectionRequest("a"))


def test_what_can_be_refused_is_of_both_kinds() -> None:
    """Without a token, or with a body that is none."""
    drawn = draws(refusable_requests(), 100)
    assert {bool(request.http.token and request.http.token.strip()) for request in drawn} == {True, False}


@pytest.fixture(name="together", scope="module")
def together_fixture() -> list[Callers]:
    """Return some callers that ask at once."""
    return draws(callers_at_once(), 300)


def test_two_to_four_callers_ask_at_once(together: list[Callers]) -> None:
    """Each number of them is drawn."""
    assert {len(drawn.requests) for drawn in together} == set(range(2, CALLERS + 1))


def test_callers_have_tokens_of_their_own(together: list[Callers]) -> None:
    """No two share one, and none is a part of another."""
    for drawn in together:
        tokens = [request.call.participant_token for request in drawn.requests]
        assert not [1 for one in tokens for other in tokens if one is not other and one in other]


def test_two_of_the_callers_ask_for_different_things(together: list[Callers]) -> None:
    """What all ask alike would tell nobody from another."""
    assert all(len({(r.http.body, r.flaw) for r in drawn.requests[:2]}) == 2 for drawn in together)
    assert all(drawn.requests[0].flaw is None for drawn in together)


def test_callers_go_wrong_in_several_ways(together: list[Callers]) -> None:
    """A token is missing, a body is no JSON, a Type is unknown."""
    names = {request.flaw.name for drawn in together for request in drawn.requests if request.flaw}
    assert names == {"no-token", "no-json", "unknown-type"}


def test_a_request_prints_as_it_goes_out() -> None:
    """Line, headers but for the plain Content-Type, body; and what is wrong with it."""
    assert repr(plain_request(CALL)) == (
        'POST /participant/connection · X-Amz-Bearer: abc · {"Type":["WEBSOCKET"],"ConnectParticipant":true}'
    )
    assert repr(flawed(CALL, 1)) == (
        "POST /participant/connection · X-Amz-Bearer: abc · Type=WEBSOCKET (no-json: the body is a form)"
    )


def test_callers_print_one_after_the_other() -> None:
    """In their order."""
    drawn = callers("abc", "WEBSOCKET", "no-token")
    assert repr(drawn) == "; ".join(map(repr, drawn.requests))


def test_another_token_takes_the_place_of_the_first() -> None:
    """The header's name stays as it was written; what has no token gets none."""
    request = plain_request(CALL, header="x-amz-bearer").http
    assert request.bearing("other").headers[0] == ("x-amz-bearer", "other")
    assert HttpRequest("GET", "/", (), b"").bearing("other").token is None
