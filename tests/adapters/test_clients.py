"""What every adapter of a published client does with it, over the loopback.

A client that is not installed is skipped, with its name: tox has an environment for each, and one for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from participant_conformance.environment import quiet_environment
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.loading import load_adapter
from participant_conformance.subject import Subject
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.reply import ConnectionRequest, Decoded, Rejected, Reply, ServiceError
from participant_strategies.value import Structure
from tests.implementations.__main__ import CLIENTS, Client

AMPLE = 60.0
JSON = ("Content-Type", "application/json")
FULL = {
    "Websocket": {"Url": "wss://a", "ConnectionExpiry": "2026-01-01T00:00:00.000Z"},
    "ConnectionCredentials": {"ConnectionToken": "b", "Expiry": "2026-01-02T00:00:00.000Z"},
    "WebRTCConnection": {
        "Attendee": {"AttendeeId": "c", "JoinToken": "d"},
        "Meeting": {
            "MeetingId": "e",
            "MediaPlacement": {
                "AudioHostUrl": "f",
                "AudioFallbackUrl": "g",
                "SignalingUrl": "h",
                "EventIngestionUrl": "i",
            },
            "MeetingFeatures": {"Audio": {"EchoReduction": "AVAILABLE"}},
        },
    },
}
REQUEST = ConnectionRequest("token", ("WEBSOCKET",), connect_participant=False)
NOTHING = Reply(200, (JSON,), b"{}")


def error(status: int, kind: str) -> Reply:
    """Return an error of the service."""
    return Reply(status, (JSON, ("X-Amzn-Errortype", kind)), b'{"Message":"no"}')


@pytest.fixture(scope="module", params=CLIENTS, ids=lambda client: client.name)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """The adapter of each client that is installed, closed as at the end of a run."""
    client: Client = request.param
    if not client.installed:
        pytest.skip(f"{client.distribution} is not installed: tox run -e client-{client.folder.name}")
    with quiet_environment():
        made = Subject(load_adapter(client.name), LoopbackLink, time_limit=AMPLE, owned=True)
        with closing(made) as subject:
            yield subject


def test_a_success_is_a_value_under_the_names_of_the_contract(subject: Subject) -> None:
    """Every member of the response comes out."""
    outcome = subject.receive(Reply(200, (JSON,), json.dumps(FULL).encode()))
    assert outcome == Decoded(Structure.from_plain(FULL))


@pytest.mark.parametrize(("kind", "known"), [("AccessDeniedException", True), ("OtherException", False)])
def test_an_error_is_classified(subject: Subject, kind: str, *, known: bool) -> None:
    """By its type; the status is told where the client tells it."""
    outcome = subject.receive(error(403, kind))
    assert isinstance(outcome, ServiceError)
    assert (outcome.code, outcome.message, outcome.known) == (kind, "no", known)
    assert outcome.status in (403, None)


def test_a_connection_that_closes_is_an_error_of_the_clients_own(subject: Subject) -> None:
    """Nothing foreign escapes."""
    called = subject.call(REQUEST, Answer(NOTHING, Delivery(fault=Fault(FaultKind.CUT))))
    assert isinstance(called.outcome, Rejected)


def test_a_call_is_one_request_unless_retries_are_asked_for(subject: Subject) -> None:
    """The trait says that they are switched."""
    failing = error(500, "InternalServerException")
    assert len(subject.call(REQUEST, failing).received) == 1
    assert len(subject.call(REQUEST, failing, NOTHING, by_default=True).received) == 2


def test_a_request_says_what_it_is_told(subject: Subject) -> None:
    """Each argument is handed on, and left out where there is none."""
    (received,) = subject.call(REQUEST, NOTHING).received
    assert json.loads(received.body) == {"Type": ["WEBSOCKET"], "ConnectParticipant": False}
    assert received.values("X-Amz-Bearer") == ["token"]
    (received,) = subject.call(ConnectionRequest("-t", None, connect_participant=True), NOTHING, limit=20.0).received
    assert json.loads(received.body) == {"ConnectParticipant": True}
    (received,) = subject.call(ConnectionRequest("-t", None, None), NOTHING).received
    assert json.loads(received.body or b"{}") == {}


def test_calls_at_once_share_what_a_client_allows(subject: Subject) -> None:
    """Each gets its own reply."""
    called = subject.call_at_once({"one": NOTHING, "two": error(403, "AccessDeniedException")}, patience=AMPLE)
    assert isinstance(called["one"].outcome, Decoded)
    assert isinstance(called["two"].outcome, ServiceError)
