"""Counterexamples: for a planted fault, what is told is the smallest case that has it, whatever was found first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis.strategies import SearchStrategy

from participant_strategies.contract import Path
from participant_strategies.errors import error_replies
from participant_strategies.reply import Case, ConnectionRequest, Decoded
from participant_strategies.requests import connection_requests
from participant_strategies.responses import connection_responses
from participant_strategies.successes import sample, success_replies
from participant_strategies.value import Enum, Structure
from tests.strategies import reading
from tests.strategies.drawing import minimal
from tests.strategies.validity import LEAVES, PATHS, STRUCTURES

SEEDS = (0, 1, 2)

Fault = tuple[SearchStrategy[Any], Callable[[Any], object], str]


def has(*path: str) -> Callable[[Structure], bool]:
    """Return the fault that a response has the member at a path."""
    return lambda value: value.get(*path) is not None


def text(*path: str) -> Callable[[Structure], str]:
    """Return what reads the text at a path, empty where there is none."""
    return lambda value: str(getattr(value.get(*path), "text", ""))


EXPIRY = text("ConnectionCredentials", "Expiry")
URL = text("Websocket", "Url")
TOKEN = text("ConnectionCredentials", "ConnectionToken")
MEETING_ID = text("WebRTCConnection", "Meeting", "MeetingId")
ECHO = ("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction")

RESPONSES: dict[str, Fault] = {
    "anything at all": (connection_responses(), lambda _value: True, "{}"),
    "a double quote": (connection_responses(), lambda v: '"' in EXPIRY(v), r'{ConnectionCredentials: {Expiry: "\""}}'),
    "a backslash": (connection_responses(), lambda v: "\\" in URL(v), r'{Websocket: {Url: "\\"}}'),
    "a byte order mark": (
        connection_responses(),
        lambda v: "\ufeff" in TOKEN(v),
        r'{ConnectionCredentials: {ConnectionToken: "\ufeff"}}',
    ),
    "a fraction of a second": (
        connection_responses(),
        lambda v: ".1Z" in text("Websocket", "ConnectionExpiry")(v),
        '{Websocket: {ConnectionExpiry: "2026-01-01T00:00:00.1Z"}}',
    ),
    "a capital in an id": (
        connection_responses(),
        lambda v: MEETING_ID(v) != MEETING_ID(v).lower(),
        '{WebRTCConnection: {Meeting: {MeetingId: "ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB"}}}',
    ),
    "a certain value of an enum": (
        connection_responses(),
        lambda v: v.get(*ECHO) == Enum("UNAVAILABLE"),
        '{WebRTCConnection: {Meeting: {MeetingFeatures: {Audio: {EchoReduction: enum "UNAVAILABLE"}}}}}',
    ),
    "two members of one structure": (
        connection_responses(),
        lambda v: has("Websocket", "Url")(v) and has("Websocket", "ConnectionExpiry")(v),
        '{Websocket: {Url: "wss://a", ConnectionExpiry: "2026-01-01T00:00:00.000Z"}}',
    ),
    "two members far from each other": (
        connection_responses(),
        lambda v: has("Websocket")(v) and has("WebRTCConnection", "Meeting", "MediaPlacement", "AudioHostUrl")(v),
        '{Websocket: {}, WebRTCConnection: {Meeting: {MediaPlacement: {AudioHostUrl: "wss://a"}}}}',
    ),
}


def body(case: Case) -> dict[str, Any]:
    """Return the members of a case's body."""
    return reading.members(case.reply)


def null_count(case: Case) -> int:
    """Count the known members that are null."""
    return len(list(reading.nulls(body(case))))


def out_of_order(case: Case) -> bool:
    """Tell whether two of the value's own members are written in another order than the model's."""
    assert isinstance(case.expected, Decoded)
    pair = [name for name, _ in case.expected.value.members if name in ("Websocket", "ConnectionCredentials")]
    return len(pair) > 1 and [name for name in body(case) if name in pair] != pair


SUCCESSES: dict[str, Fault] = {
    "anything at all": (success_replies(), lambda _case: True, "HTTP 200 · {} → success {}"),
    "a member is null": (success_replies(), null_count, 'HTTP 200 · {"Websocket":null} → success {}'),
    "two members are null": (
        success_replies(),
        lambda case: null_count(case) > 1,
        'HTTP 200 · {"ConnectionCredentials":null,"Websocket":null} → success {}',
    ),
    "a null below the top": (
        success_replies(),
        lambda case: "Url" in reading.nulls(body(case)),
        'HTTP 200 · {"Websocket":{"Url":null}} → success {Websocket: {}}',
    ),
    "an unknown member": (
        success_replies(),
        lambda case: "a" in reading.unknown_members(body(case)),
        'HTTP 200 · {"a":""} → success {}',
    ),
    "a __type": (success_replies(), lambda case: "__type" in body(case), 'HTTP 200 · {"__type":"a"} → success {}'),
    "a name in another case": (
        success_replies(miscased_names=True),
        lambda case: "websocket" in body(case),
        'HTTP 200 · {"websocket":{"Url":"wss://a"}} → success {}',
    ),
    "white space": (success_replies(), lambda case: b"\t" in case.reply.body, r"HTTP 200 · \t{\t}\t → success {}"),
    "an escape in a known name": (
        success_replies(),
        lambda case: rb"\u0057\u0065\u0062\u0073" in case.reply.body and has("Websocket")(case.expected.value),
        r'HTTP 200 · {"\u0057\u0065\u0062\u0073\u006f\u0063\u006b\u0065\u0074":{}} → success {Websocket: {}}',
    ),
    "another order": (
        success_replies(),
        out_of_order,
        'HTTP 200 · {"ConnectionCredentials":{},"Websocket":{}} → success {Websocket: {}, ConnectionCredentials: {}}',
    ),
}


def spelled(case: Case, place: str) -> str:
    """Return how the type is spelled at a place of a case, or nothing."""
    return reading.statements(case.reply).get(place, "")  # type: ignore[call-overload,no-any-return]


def named_twice(case: Case) -> bool:
    """Tell whether a reply names two different types."""
    return len(set(map(reading.bare, reading.statements(case.reply).values()))) > 1


ERRORS: dict[str, Fault] = {
    "anything at all": (
        error_replies(),
        lambda _case: True,
        "HTTP 403 · X-Amzn-Errortype: AccessDeniedException · {} → AccessDeniedException, known, message none",
    ),
    "a namespace in __type": (
        error_replies(),
        lambda case: "#" in spelled(case, "__type").split(":")[0],
        'HTTP 403 · {"__type":"a#AccessDeniedException"} → AccessDeniedException, known, message none',
    ),
    "a URI in the header": (
        error_replies(),
        lambda case: ":" in spelled(case, "header"),
        "HTTP 403 · X-Amzn-Errortype: AccessDeniedException: · {} → AccessDeniedException, known, message none",
    ),
    "a URI with a number sign": (
        error_replies(),
        lambda case: "#" in spelled(case, "code").partition(":")[2],
        'HTTP 403 · {"code":"AccessDeniedException:http://a/b#c"} → AccessDeniedException, known, message none',
    ),
    "code and __type": (
        error_replies(),
        lambda case: spelled(case, "code") and spelled(case, "__type"),
        (
            'HTTP 403 · {"code":"AccessDeniedException","__type":"AccessDeniedException"}'
            " → AccessDeniedException, known, message none"
        ),
    ),
    "two types": (
        error_replies(),
        named_twice,
        (
            'HTTP 403 · X-Amzn-Errortype: AccessDeniedException · {"code":"InternalServerException"}'
            " → AccessDeniedException, known, message none"
        ),
    ),
    "a type that is not modelled": (
        error_replies(),
        lambda case: not case.expected.known and not case.known_free,
        'HTTP 400 · X-Amzn-Errortype: A · {} → unknown error, code "A", message none',
    ),
    "a fault of the server": (
        error_replies(),
        lambda case: case.reply.status >= 500,
        "HTTP 500 · X-Amzn-Errortype: InternalServerException · {} → InternalServerException, known, message none",
    ),
    "an empty message": (
        error_replies(),
        lambda case: case.expected.message == "",
        (
            'HTTP 403 · X-Amzn-Errortype: AccessDeniedException · {"Message":""}'
            ' → AccessDeniedException, known, message ""'
        ),
    ),
    "a message": (
        error_replies(),
        lambda case: case.expected.message,
        (
            'HTTP 403 · X-Amzn-Errortype: AccessDeniedException · {"Message":"a"}'
            ' → AccessDeniedException, known, message "a"'
        ),
    ),
}

REQUESTS: dict[str, Fault] = {
    "anything at all": (connection_requests(), lambda _request: True, 'request(token "a")'),
    "a type that stands twice": (
        connection_requests(),
        lambda request: len(set(request.type or ())) < len(request.type or ()),
        'request(token "a", Type ["WEBSOCKET", "WEBSOCKET"])',
    ),
    "two types": (
        connection_requests(),
        lambda request: len(set(request.type or ())) > 1,
        'request(token "a", Type ["WEBSOCKET", "CONNECTION_CREDENTIALS"])',
    ),
    "a false that is told": (
        connection_requests(),
        lambda request: request.connect_participant is False,
        'request(token "a", ConnectParticipant false)',
    ),
    "a type that is not listed": (
        connection_requests(known_types=False),
        lambda request: "websocket" in request.type,
        'request(token "a", Type ["websocket"])',
    ),
    "a tilde": (connection_requests(), lambda request: "~" in request.participant_token, 'request(token "~")'),
}


def shrunk(fault: Fault, seed: int) -> str:
    """Return how the smallest case of a fault is printed; the note, which names what was drawn, left away."""
    strategy, condition, _ = fault
    found: object = minimal(strategy, condition, seed=seed)
    assert isinstance(found, Structure | Case | ConnectionRequest)
    return repr(found).removesuffix(f" ({found.note})") if isinstance(found, Case) else repr(found)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", RESPONSES.values(), ids=RESPONSES)
def test_a_fault_of_a_value_shrinks_to_the_smallest(fault: Fault, seed: int) -> None:
    """What has nothing to do with the fault is gone: members first, then characters."""
    assert shrunk(fault, seed) == fault[2]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", SUCCESSES.values(), ids=SUCCESSES)
def test_a_fault_of_a_success_reply_shrinks_to_the_smallest(fault: Fault, seed: int) -> None:
    """The value, the additions and the spelling all become as plain as the fault lets them."""
    assert shrunk(fault, seed) == fault[2]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", ERRORS.values(), ids=ERRORS)
def test_a_fault_of_an_error_reply_shrinks_to_the_smallest(fault: Fault, seed: int) -> None:
    """One place, the plain spelling and no message are left, unless they are what is wrong."""
    assert shrunk(fault, seed) == fault[2]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", REQUESTS.values(), ids=REQUESTS)
def test_a_fault_of_a_request_shrinks_to_the_smallest(fault: Fault, seed: int) -> None:
    """What the caller did not need to give is not given."""
    assert shrunk(fault, seed) == fault[2]


@pytest.mark.parametrize("path", [path for path, _ in LEAVES], ids=".".join)
def test_a_member_that_is_there_shrinks_to_its_sample(path: Path) -> None:
    """Of a response that fails because of one member this member alone is left, with its simplest text."""
    for seed in SEEDS:
        assert minimal(connection_responses(), has(*path), seed=seed) == sample(*path)


@pytest.mark.parametrize("path", [path for path, _ in STRUCTURES], ids=".".join)
def test_a_structure_that_is_there_shrinks_to_an_empty_one(path: Path) -> None:
    """A structure keeps none of its members, and none of its neighbours."""
    for seed in SEEDS:
        value = minimal(connection_responses(), has(*path), seed=seed)
        assert [found for found, _ in value.paths()] == [path[:end] for end in range(1, len(path) + 1)]


def test_the_faults_are_planted_in_every_part() -> None:
    """The tables hold a dozen faults and more, of every kind of thing that is drawn."""
    assert min(map(len, (RESPONSES, SUCCESSES, ERRORS, REQUESTS))) >= 6
    assert len(PATHS) == len(LEAVES) + len(STRUCTURES)
