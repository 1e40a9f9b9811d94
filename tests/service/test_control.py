"""The control API: what the handle does, over HTTP and JSON."""

from __future__ import annotations

import pytest

from participant_conformance.service.front import Front
from participant_strategies.delivery import Delivery, Fault, FaultKind
from tests.service.asking import AT, TOKEN, answered, front, request, said


@pytest.fixture
def service() -> Front:
    """A service with one participant."""
    made = front()
    made.machine.create(token=TOKEN)
    return made


def _control(service: Front, name: str, body: object = None, method: str = "POST") -> tuple[int, object]:
    answer, _ = service.answer(request(body, token=None, method=method, target=f"/_control/{name}"), AT)
    return answer.reply.status, said(answer)


def _asked(service: Front) -> tuple[int, str | None]:
    return answered(service.machine.answer(request(), AT))


@pytest.mark.parametrize("body", [b"", {}])
def test_a_participant_is_made_of_nothing(service: Front, body: object) -> None:
    """And told as StartChatContact tells it."""
    status, made = _control(service, "participants", body)
    assert status == 201
    assert isinstance(made, dict)
    assert set(made) == {"ContactId", "ParticipantId", "ParticipantToken"}
    assert service.machine.state(made["ParticipantToken"]) == "created"


def test_a_participant_is_made_of_what_is_given(service: Front) -> None:
    """All of it."""
    given = {"token": "a", "contact_id": "b", "participant_id": "c", "url_lifetime": -60, "token_lifetime": 1.5}
    assert _control(service, "participants", given) == (
        201,
        {"ContactId": "b", "ParticipantId": "c", "ParticipantToken": "a"},
    )
    reply = said(service.machine.answer(request({"Type": ["WEBSOCKET"]}, token="a"), AT))
    assert reply["Websocket"]["ConnectionExpiry"] == "2026-01-02T03:03:05.678Z"


def test_an_error_is_scripted_by_its_name(service: Front) -> None:
    """So many times, for anyone."""
    given = {"error": "ThrottlingException", "message": "slowly", "count": 2}
    assert _control(service, "answers", given) == (201, {"queued": 2})
    assert [_asked(service) for _ in range(3)] == [(429, "ThrottlingException")] * 2 + [(200, None)]


def test_an_answer_is_scripted_for_one(service: Front) -> None:
    """Others are answered as ever."""
    service.machine.create(token="another")
    assert _control(service, "answers", {"error": "A", "status": 500, "participant": "another"})[0] == 201
    assert _asked(service) == (200, None)
    assert answered(service.machine.answer(request(token="another"), AT)) == (500, "A")


@pytest.mark.parametrize(
    ("given", "status", "headers", "body"),
    [
        ({}, 200, (("Content-Type", "application/json"),), b""),
        ({"body": {"Websocket": {}}}, 200, (("Content-Type", "application/json"),), b'{"Websocket": {}}'),
        ({"body": [], "headers": {"A": "b"}}, 200, (("Content-Type", "application/json"), ("A", "b")), b"[]"),
        (
            {"status": 502, "headers": {"content-type": "a"}, "body": "\u00e9"},
            502,
            (("content-type", "a"),),
            b"\xc3\xa9",
        ),
    ],
)
def test_a_reply_is_scripted_by_its_parts(
    service: Front, given: object, status: int, headers: object, body: bytes
) -> None:
    """A text as it is, anything else as JSON; JSON where no type is given."""
    assert _control(service, "answers", given) == (201, {"queued": 1})
    reply = service.machine.answer(request(), AT).reply
    assert (reply.status, reply.headers, reply.body) == (status, headers, body)


def test_what_happens_on_the_way_is_scripted_with_it(service: Front) -> None:
    """Held back, and cut."""
    given = {"pause": 0.5, "fault": {"kind": "drip", "at": 3, "seconds": 1}}
    assert _control(service, "answers", given)[0] == 201
    wanted = Delivery(pause=0.5, fault=Fault(FaultKind.DRIP, at=3, seconds=1))
    assert service.machine.answer(request(), AT).delivery == wanted


@pytest.mark.parametrize(("name", "state"), [("expire", "expired"), ("end", "ended")])
def test_a_participant_is_expired_or_ended(service: Front, name: str, state: str) -> None:
    """By its token."""
    assert _control(service, name, {"participant": TOKEN}) == (200, {"state": state})
    assert _asked(service) == (403, "AccessDeniedException")


def test_a_limit_is_set_and_taken_away(service: Front) -> None:
    """By an empty object."""
    assert _control(service, "throttle", {"per_second": 1, "burst": 1}) == (200, {"throttled": True})
    assert [_asked(service)[0] for _ in range(2)] == [200, 429]
    assert _control(service, "throttle", {}) == (200, {"throttled": False})
    assert _asked(service)[0] == 200


def test_the_requests_are_told(service: Front) -> None:
    """Those of the operation alone, without their tokens."""
    service.answer(request({"Type": ["WEBSOCKET"]}), AT)
    status, told = _control(service, "requests", method="GET")
    assert status == 200
    assert isinstance(told, dict)
    assert [(seen["number"], seen["body"]) for seen in told["requests"]] == [(1, '{"Type": ["WEBSOCKET"]}')]
    assert TOKEN not in str(told)


@pytest.mark.parametrize(
    ("name", "body", "status", "message"),
    [
        ("participants", b"{", 400, "no JSON text"),
        ("participants", b"\xff", 400, "no JSON text"),
        ("participants", b"[" * 200_000, 400, "no JSON text"),
        ("participants", [], 400, "no JSON object"),
        ("participants", {"name": "a"}, 400, "no member 'name'; there are token, contact_id"),
        ("participants", {"token": 1}, 400, "'token' is not of its type"),
        ("participants", {"url_lifetime": True}, 400, "'url_lifetime' is not of its type"),
        ("participants", {"token": "a b"}, 400, "visible ASCII"),
        ("participants", {"token": TOKEN}, 400, "already"),
        ("answers", {"error": "A", "body": "a"}, 400, "no member 'body'"),
        ("answers", {"error": "a b"}, 400, "letters and digits"),
        ("answers", {"count": 0}, 400, "count is from 1"),
        ("answers", {"count": 10_001}, 400, "count is from 1"),
        ("answers", {"status": 99}, 400, "from 200 to 599"),
        ("answers", {"headers": {"A": 1}}, 400, "one line"),
        ("answers", {"headers": {"A": "a\r\nb: c"}}, 400, "one line"),
        ("answers", {"headers": {"": "a"}}, 400, "letters, digits and hyphens"),
        ("answers", {"headers": {"A": "\u20ac"}}, 400, "latin-1"),
        ("answers", {"pause": -1}, 400, "pause is from 0"),
        ("answers", {"fault": {}}, 400, "one of cut, reset"),
        ("answers", {"fault": {"kind": "melt"}}, 400, "one of cut, reset"),
        ("answers", {"fault": {"kind": "cut", "at": -1}}, 400, "at is from 0"),
        ("answers", {"fault": {"kind": "extra", "by": 10**9}}, 400, "at is from 0"),
        ("answers", {"fault": {"kind": "drip", "seconds": -1}}, 400, "seconds are from 0"),
        ("answers", {"participant": "nobody's"}, 404, "no participant"),
        ("expire", {}, 400, "participant is missing"),
        ("expire", {"participant": "nobody's"}, 404, "no participant"),
        ("end", {"participant": "nobody's"}, 404, "no participant"),
        ("throttle", {"per_second": -1}, 400, "a limit is"),
        ("throttle", b'{"per_second": Infinity}', 400, "a limit is"),
        ("throttle", b'{"per_second": NaN}', 400, "NaN"),
        ("requests", {}, 404, "GET /_control/requests"),
        ("nothing", {}, 404, "POST /_control/participants"),
    ],
)
def test_a_mistake_is_told(service: Front, name: str, body: object, status: int, message: str) -> None:
    """What is wrong, and what would be right."""
    got, told = _control(service, name, body)
    assert got == status
    assert isinstance(told, dict)
    assert message in told["message"]
    assert service.machine.scripted == 0


def test_the_control_api_is_not_asked_by_another_method(service: Front) -> None:
    """A page that is merely opened does nothing."""
    assert _control(service, "participants", method="GET")[0] == 404
