"""Drawn requests: valid, and spread over all that a caller can ask for."""

from __future__ import annotations

from collections import Counter

import pytest

from participant_strategies.reply import ConnectionRequest
from participant_strategies.requests import VISIBLE_ASCII, connection_requests, participant_tokens
from tests.strategies.drawing import draws
from tests.strategies.validity import SHAPES, request_complaints

TYPES = SHAPES["ConnectionType"]["values"]
DRAWS = 1000
OFTEN = 50


@pytest.fixture(name="requests", scope="module")
def requests_fixture() -> list[ConnectionRequest]:
    """Return a thousand drawn requests."""
    return draws(connection_requests(), DRAWS)


@pytest.fixture(name="newer", scope="module")
def newer_fixture() -> list[ConnectionRequest]:
    """Return drawn requests with a type that the model does not list."""
    return draws(connection_requests(known_types=False), 300)


def test_every_drawn_request_is_valid(requests: list[ConnectionRequest]) -> None:
    """Token and types keep to the model's limits."""
    assert [line for request in requests for line in request_complaints(request)] == []


def test_type_is_often_there_and_often_not(requests: list[ConnectionRequest]) -> None:
    """Absent and present are both seen."""
    present = sum(request.type is not None for request in requests)
    assert OFTEN <= present <= DRAWS - OFTEN


@pytest.mark.parametrize("name", TYPES)
def test_every_listed_type_is_asked_for_alone_and_in_company(requests: list[ConnectionRequest], name: str) -> None:
    """Each type stands as the only one and beside others."""
    with_it = [request.type for request in requests if request.type and name in request.type]
    assert sum(len(types) == 1 for types in with_it) >= OFTEN // 5
    assert sum(len(set(types)) > 1 for types in with_it) >= OFTEN


def test_types_stand_twice_and_once(requests: list[ConnectionRequest]) -> None:
    """A list with a duplicate is as valid as one without."""
    given = [request.type for request in requests if request.type]
    doubled = sum(len(set(types)) < len(types) for types in given)
    assert OFTEN <= doubled <= len(given) - OFTEN


def test_types_stand_in_any_order(requests: list[ConnectionRequest]) -> None:
    """Two types are seen either way round."""
    ways = Counter(
        types.index("WEBSOCKET") < types.index("CONNECTION_CREDENTIALS")
        for request in requests
        if (types := request.type) and {"WEBSOCKET", "CONNECTION_CREDENTIALS"} <= set(types)
    )
    assert min(ways[True], ways[False]) >= OFTEN


@pytest.mark.parametrize("given", [None, True, False])
def test_connect_participant_is_absent_true_and_false(requests: list[ConnectionRequest], given: bool | None) -> None:
    """False is not the same as absent: both are drawn."""
    assert sum(request.connect_participant is given for request in requests) >= 2 * OFTEN


def test_a_type_that_the_model_does_not_list_can_be_asked_for(newer: list[ConnectionRequest]) -> None:
    """``known_types=False`` always draws one; the rest of the request is valid."""
    assert [line for request in newer for line in request_complaints(request, known_types=False)] == []


def test_unlisted_types_stand_alone_and_beside_listed_ones(newer: list[ConnectionRequest]) -> None:
    """A newer service knows the old types too."""
    given = [set(request.type or ()) for request in newer]
    assert sum(types.isdisjoint(TYPES) for types in given) >= OFTEN // 2
    assert sum(not types.isdisjoint(TYPES) for types in given) >= OFTEN // 2
    assert len(set().union(*given) - set(TYPES)) >= 4


def test_tokens_hold_every_visible_character() -> None:
    """Whatever a header can hold without white space stands in some token."""
    assert {chr(code) for code in range(0x21, 0x7F)} == set(VISIBLE_ASCII)
    assert set("".join(draws(participant_tokens(), 500))) == set(VISIBLE_ASCII)


def test_tokens_have_the_least_and_the_greatest_length() -> None:
    """Both limits of the model are drawn."""
    lengths = {len(token) for token in draws(participant_tokens(), 200)}
    assert {SHAPES["ParticipantToken"]["min"], SHAPES["ParticipantToken"]["max"]} <= lengths


def test_tokens_are_partly_free(requests: list[ConnectionRequest]) -> None:
    """Besides a few telling tokens many others are drawn."""
    assert len({request.participant_token for request in requests}) >= 3 * OFTEN
