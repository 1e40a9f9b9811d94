"""Replies that hold secrets: each secret is really there, and never where a message may show it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from participant_strategies.reply import Decoded
from participant_strategies.secret_replies import (
    ERRORS,
    WAYS,
    Secret,
    SecretReply,
    failed_reply,
    intact,
    secret_replies,
    secret_value,
    unusable_success,
    unusable_successes,
)
from participant_strategies.value import String
from tests.strategies import reading
from tests.strategies.drawing import draws, minimal
from tests.strategies.validity import SHAPES, complaints

NUMBERS = (0, 1, 2**64, 2**128 - 1)
#: The secrets that a success brings; the participant token is the request's.
HELD = (Secret.CONNECTION_TOKEN, Secret.JOIN_TOKEN, Secret.URL_QUERY)
PLACES = {
    Secret.URL_QUERY: ("Websocket", "Url"),
    Secret.CONNECTION_TOKEN: ("ConnectionCredentials", "ConnectionToken"),
    Secret.JOIN_TOKEN: ("WebRTCConnection", "Attendee", "JoinToken"),
}


def body(reply: SecretReply) -> str:
    """Return the text of a reply's body."""
    return reply.reply.body.decode()


def text_at(data: Any, secret: Secret) -> str:
    """Return what stands in the member that holds a secret."""
    for name in PLACES[secret]:
        data = data[name]
    return str(data)


@pytest.fixture(name="drawn", scope="module")
def drawn_fixture() -> list[SecretReply]:
    """Return drawn replies of all kinds."""
    return draws(secret_replies(), 1000)


# The secrets


@pytest.mark.parametrize("number", NUMBERS)
def test_a_secret_can_be_recognised(number: int) -> None:
    """No secret is part of another one, nor of another number's."""
    for one in Secret:
        others = [intact(number).secret(other) for other in Secret if other is not one]
        others += [intact(number ^ 1).secret(other) for other in Secret]
        assert not any(intact(number).secret(one) in other for other in others)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("secret", HELD)
def test_a_success_holds_each_secret_in_its_member(number: int, secret: Secret) -> None:
    """And nowhere else."""
    reply = intact(number)
    assert reply.secret(secret) in text_at(json.loads(body(reply)), secret)
    assert body(reply).count(reply.secret(secret)) == 1


@pytest.mark.parametrize("number", NUMBERS)
def test_the_query_of_the_url_is_the_secret(number: int) -> None:
    """Host and path are none."""
    url = secret_value(number).get("Websocket", "Url")
    assert isinstance(url, String)
    assert intact(number).secret(Secret.URL_QUERY) in url.text.partition("?")[2]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_request_carries_the_participant_token(number: int) -> None:
    """As it is, visible ASCII that any header holds."""
    token = intact(number).request.participant_token
    assert token == intact(number).secret(Secret.PARTICIPANT_TOKEN)
    assert token.isalnum()
    assert token.isascii()


@pytest.mark.parametrize("number", NUMBERS)
def test_no_reply_holds_the_participant_token(number: int) -> None:
    """The service does not send it back, so that who shows it has it from the request."""
    token = intact(number).secret(Secret.PARTICIPANT_TOKEN)
    replies = [intact(number), *(unusable_success(number, way) for way in WAYS)]
    replies += [failed_reply(number, *error, echoes=True) for error in ERRORS]
    assert not any(token in body(reply) for reply in replies)


def test_the_value_is_valid() -> None:
    """The control of everything; its join token is what the model marks as sensitive."""
    assert all(complaints(secret_value(number)) == [] for number in NUMBERS)
    assert [name for name, shape in SHAPES.items() if shape.get("sensitive")] == ["JoinToken"]


# Replies


def test_the_control_is_the_success_of_the_same_number(drawn: list[SecretReply]) -> None:
    """Strict JSON that holds the secrets."""
    for reply in drawn:
        control = reply.control
        assert control.expected == Decoded(secret_value(reply.number))
        assert reading.meaning(json.loads(control.reply.body)) == json.loads(control.reply.body)
        assert all(reply.secret(secret) in control.reply.body.decode() for secret in HELD)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("way", WAYS)
def test_an_unusable_success_still_holds_the_join_token(number: int, way: str) -> None:
    """Whole, so that who shows the body shows it."""
    reply = unusable_success(number, way)
    assert all(reply.secret(secret) in body(reply) for secret in HELD)
    assert reply.reply.status == 200
    assert repr(reply.defect) == f"unusable-success: {way}"


@pytest.mark.parametrize("way", [way for way in WAYS if way in ("cut", "cut within", "continued", "behind a page")])
def test_these_ways_leave_no_json(way: str) -> None:
    """Nothing can be parsed."""
    with pytest.raises(json.JSONDecodeError):
        json.loads(body(unusable_success(0, way)))


@pytest.mark.parametrize(
    ("way", "path", "kind"),
    [
        ("in a list", (), list),
        ("a member of the wrong type", ("WebRTCConnection", "Attendee", "AttendeeId"), list),
        ("the token in a list", ("WebRTCConnection", "Attendee", "JoinToken"), list),
        ("a structure in a list", ("WebRTCConnection", "Attendee"), list),
    ],
)
def test_these_ways_leave_json_of_another_type(way: str, path: tuple[str, ...], kind: type) -> None:
    """A list stands where none belongs."""
    data = json.loads(body(unusable_success(0, way)))
    for name in path:
        data = data[name]
    assert isinstance(data, kind)


def test_every_way_is_one_of_these() -> None:
    """Four that leave no JSON, four that do."""
    assert len(set(WAYS)) == 8


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(("code", "status"), ERRORS)
@pytest.mark.parametrize("echoes", [False, True])
def test_an_error_names_its_type_and_says_a_message(number: int, code: str, status: int, echoes: bool) -> None:
    """The message holds no secret: it is there to be shown."""
    reply = failed_reply(number, code, status, echoes=echoes)
    data = json.loads(body(reply))
    assert (reply.reply.status, reply.reply.header("x-amzn-errortype"), data["Message"]) == (status, code, "a")
    assert all((reply.secret(secret) in body(reply)) is echoes for secret in HELD)
    assert set(data) == (
        {"Message", "Websocket", "ConnectionCredentials", "WebRTCConnection"} if echoes else {"Message"}
    )


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (intact(0), "none: a plain success"),
        (failed_reply(0, "A", 400, echoes=False), "error: A, as usual"),
        (failed_reply(0, "A", 400, echoes=True), "error: A, with the members of a success"),
    ],
    ids=["intact", "error", "echo"],
)
def test_a_reply_tells_what_is_special(reply: SecretReply, told: str) -> None:
    """Behind the reply itself."""
    assert repr(reply) == f"{reply.reply!r} ({told})"
    assert repr(reply).isprintable()


# What is drawn


@pytest.mark.parametrize("kind", ["none", "unusable-success", "error"])
def test_every_kind_is_drawn(drawn: list[SecretReply], kind: str) -> None:
    """Errors most often: of the others an implementation may make none."""
    counted = Counter(reply.defect.name for reply in drawn)
    assert counted[kind] >= 5
    assert counted.most_common(1)[0][0] == "error"


def test_every_way_and_every_error_is_drawn(drawn: list[SecretReply]) -> None:
    """By what they tell."""
    told = {reply.defect.what for reply in drawn}
    assert set(WAYS) <= told
    assert len(told) == 1 + len(WAYS) + 2 * len(ERRORS)


def test_numbers_are_of_all_sizes(drawn: list[SecretReply]) -> None:
    """A secret of one run is not that of another."""
    assert len({reply.number for reply in drawn}) > 500


def test_successes_can_be_left_out() -> None:
    """Then each reply is an error or unusable."""
    kinds = {reply.defect.name for reply in draws(secret_replies(successes=False), 300)}
    assert kinds == {"unusable-success", "error"}


def test_unusable_successes_are_drawn_in_every_way() -> None:
    """And nothing else."""
    assert {reply.defect.what for reply in draws(unusable_successes(), 200)} == set(WAYS)


def test_a_counterexample_is_the_first_reply_with_the_first_number() -> None:
    """Neither number nor way is larger than it has to be."""
    assert minimal(secret_replies(), lambda _reply: True) == intact(0)
    assert minimal(unusable_successes(), lambda _reply: True) == unusable_success(0, WAYS[0])
    echo = minimal(secret_replies(), lambda reply: "with the members" in reply.defect.what)
    assert echo == failed_reply(0, *ERRORS[0], echoes=True)
