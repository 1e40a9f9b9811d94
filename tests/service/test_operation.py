"""The operation: who may ask, what may be asked, and what is answered."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participant_conformance.links import Received
from participant_conformance.reference.caller import read
from participant_conformance.reference.classifier import ClassifiedError
from participant_conformance.service.ids import Ids
from participant_conformance.service.machine import Machine, TakenTokenError, UnknownParticipantError
from participant_conformance.service.moment import Moment
from participant_conformance.service.replies import MEMBERS
from participant_conformance.service.scripts import Failure
from participant_conformance.service.throttling import Throttle, limit
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.reply import ConnectionRequest, Reply
from participant_strategies.requests import connection_requests
from participant_strategies.value import Foreign, Structure
from tests.service.asking import AT, TOKEN, answered, request, said

EVERYTHING = {"Type": ["WEBSOCKET", "CONNECTION_CREDENTIALS", "WEBRTC_CONNECTION"]}
DENIED = (403, "AccessDeniedException")
INVALID = (400, "ValidationException")


@pytest.fixture
def machine() -> Machine:
    """A service with one participant."""
    made = Machine()
    made.create(token=TOKEN, contact_id="contact-1")
    return made


# Who asks


@pytest.mark.parametrize(
    "received",
    [
        request(token=None),
        request(token=""),
        request(token="nobody's"),
        request(token=TOKEN.upper()),
        request(token="a" * 1001),
        request(None, ("x-amz-bearer", TOKEN)),
    ],
    ids=["no token", "an empty one", "an unknown one", "in other letters", "too long", "twice"],
)
@pytest.mark.parametrize("any_token", [False, True])
def test_who_is_not_known_is_denied_access(received: Received, any_token: bool) -> None:
    """Whatever is wrong with the token; where any token will do, one that is one."""
    machine = Machine(accept_any_token=any_token)
    machine.create(token=TOKEN)
    tokens = received.values("X-Amz-Bearer")
    welcome = any_token and len(tokens) == 1 and 0 < len(tokens[0]) <= 1000
    assert answered(machine.answer(received, AT)) == ((200, None) if welcome else DENIED)


def test_the_name_of_the_token_s_header_has_no_case(machine: Machine) -> None:
    """RFC 9110, section 5.1."""
    assert answered(machine.answer(request(None, ("X-AMZ-BEARER", TOKEN), token=None), AT)) == (200, None)


def test_any_token_makes_a_participant_once() -> None:
    """Who is marked as connected stays so."""
    machine = Machine(accept_any_token=True)
    machine.answer(request({"ConnectParticipant": True}), AT)
    machine.answer(request(), AT)
    assert machine.state(TOKEN) == "connected"


def test_one_s_end_is_not_another_s(machine: Machine) -> None:
    """Participants are told apart by their tokens."""
    other = machine.create()
    machine.end(other.token)
    assert [answered(machine.answer(request(token=token), AT))[0] for token in (TOKEN, other.token)] == [200, 403]


# What is asked


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "no JSON text"),
        (b"{'Type':['WEBSOCKET']}", "no JSON text"),
        (b'{"Type":["\xff"]}', "no JSON text in UTF-8"),
        ('{"Type":["WEBSOCKET"]}'.encode("utf-16"), "no JSON text in UTF-8"),
        (b'\xef\xbb\xbf{"Type":["WEBSOCKET"]}', "no JSON text"),
        (b'{"a":NaN}', "no JSON text"),
        (b'{"a":-Infinity}', "no JSON text"),
        (b'{"a":' + b"1" * 10_000 + b"}", "no JSON text"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[]", "no JSON object"),
        (b"null", "no JSON object"),
        ({"Type": "WEBSOCKET"}, "Type is no list"),
        ({"Type": {}}, "Type is no list"),
        ({"Type": []}, "fewer than 1"),
        ({"Type": [1]}, "no string"),
        ({"Type": [None]}, "no string"),
        ({"Type": [["WEBSOCKET"]]}, "no string"),
        ({"Type": ["WEBSOCKET", "VIDEO"]}, "something else than WEBSOCKET"),
        ({"Type": ["websocket"]}, "something else than WEBSOCKET"),
        ({"ConnectParticipant": "true"}, "neither true nor false"),
        ({"ConnectParticipant": 1}, "neither true nor false"),
        ({"Type": ["WEBSOCKET"], "ConnectParticipant": []}, "neither true nor false"),
    ],
)
def test_what_is_no_request_is_told_why(machine: Machine, body: object, message: str) -> None:
    """A ValidationException with a message, and the participant is where it was."""
    answer = machine.answer(request(body), AT)
    assert answered(answer) == INVALID
    assert message in said(answer)["Message"]
    assert machine.state(TOKEN) == "created"


@pytest.mark.parametrize(
    ("body", "members"),
    [
        (b"", set()),
        ({}, set()),
        ({"Type": None, "ConnectParticipant": None}, set()),
        ({"ConnectParticipant": True}, set()),
        ({"Type": ["WEBSOCKET"]}, {"Websocket"}),
        ({"Type": ["CONNECTION_CREDENTIALS", "CONNECTION_CREDENTIALS"]}, {"ConnectionCredentials"}),
        ({"Type": ["WEBRTC_CONNECTION"], "Unknown": 1}, {"WebRTCConnection"}),
        (EVERYTHING, {"Websocket", "ConnectionCredentials", "WebRTCConnection"}),
    ],
)
def test_a_success_has_exactly_what_was_asked_for(machine: Machine, body: object, members: set[str]) -> None:
    """No more, no less; null is absent, unknown members mean nothing."""
    answer = machine.answer(request(body), AT)
    assert answered(answer) == (200, None)
    assert set(said(answer)) == members


@given(connection_requests())
@settings(max_examples=50, derandomize=True, database=None)
def test_every_valid_request_gets_a_success_that_a_client_can_read(asked: ConnectionRequest) -> None:
    """The bundled client decodes it, and finds the members of the contract with values of their kinds."""
    machine = Machine(accept_any_token=True)
    reply = machine.answer(request(asked.members, token=asked.participant_token), AT).reply
    found = read(reply.status, reply.headers, reply.body)
    assert not isinstance(found, ClassifiedError)
    value = Structure.from_plain(json.loads(reply.body))
    assert {name for name, _ in value.members} == {MEMBERS[name][0] for name in asked.type or ()}
    for path, member in value.paths():
        assert contract().shape_at(path) is not None
        assert not isinstance(member, Foreign)


def test_the_types_are_those_of_the_contract() -> None:
    """Each has its member, in the order of the model."""
    assert tuple(MEMBERS) == contract().shapes["ConnectionType"].values
    assert [MEMBERS[name][0] for name in MEMBERS] == list(contract().shapes[contract().output].members)


def _leaves(value: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    if isinstance(value, dict):
        return {key: text for name, below in value.items() for key, text in _leaves(below, (*path, name)).items()}
    return {path: str(value)}


def test_a_full_success_keeps_every_limit_of_the_contract(machine: Machine) -> None:
    """All members, of the right length, listed values, patterns."""
    leaves = _leaves(said(machine.answer(request(EVERYTHING), AT)))
    assert set(leaves) == {path for path, shape in contract().paths() if shape.kind != "structure"}
    for path, text in leaves.items():
        shape = contract().shape_at(path)
        assert shape is not None
        assert (shape.minimum or 0) <= len(text) <= (shape.maximum or len(text))
        assert not shape.values or text in shape.values
        assert shape.pattern is None or re.fullmatch(shape.pattern, text)


# What is answered


def _websocket(machine: Machine, at: Moment = AT) -> dict[str, str]:
    found: dict[str, str] = said(machine.answer(request({"Type": ["WEBSOCKET"]}), at))["Websocket"]
    return found


def test_the_url_is_presigned_for_the_time_in_which_it_may_be_dialled(machine: Machine) -> None:
    """By Signature Version 4, for 100 seconds: the reference's connect expiry timeout."""
    machine.origin = "wss://localhost:1"
    url = urlsplit(_websocket(machine)["Url"])
    query = parse_qs(url.query)
    assert (url.scheme, url.netloc) == ("wss", "localhost:1")
    assert query["X-Amz-Expires"] == ["100"]
    assert query["X-Amz-Date"] == ["20260102T030405Z"]
    assert set(query) == {
        f"X-Amz-{name}" for name in ("Algorithm", "Date", "SignedHeaders", "Expires", "Credential", "Signature")
    }


def test_expiries_are_counted_from_the_reply(machine: Machine) -> None:
    """An hour for the URL, the contract's day for the token, spelled with milliseconds and Z."""
    found = said(machine.answer(request(EVERYTHING), AT))
    assert found["Websocket"]["ConnectionExpiry"] == "2026-01-02T04:04:05.678Z"
    assert found["ConnectionCredentials"]["Expiry"] == "2026-01-03T03:04:05.678Z"


def test_expiries_are_as_the_participant_was_made(machine: Machine) -> None:
    """Also in the past."""
    own = machine.create(url_lifetime=-60, token_lifetime=1.5)
    found = said(machine.answer(request(EVERYTHING, token=own.token), AT))
    assert found["Websocket"]["ConnectionExpiry"] == "2026-01-02T03:03:05.678Z"
    assert found["ConnectionCredentials"]["Expiry"] == "2026-01-02T03:04:07.178Z"


def test_each_reply_brings_a_new_url_and_a_new_connection_token(machine: Machine) -> None:
    """They are renewed, as the reference has it."""
    first, second = (said(machine.answer(request(EVERYTHING), AT)) for _ in range(2))
    assert first["Websocket"]["Url"] != second["Websocket"]["Url"]
    assert first["ConnectionCredentials"]["ConnectionToken"] != second["ConnectionCredentials"]["ConnectionToken"]


def test_a_call_is_the_same_in_each_reply_and_its_meeting_the_contact_s(machine: Machine) -> None:
    """The join token is valid for the lifetime of the participant in the call."""
    mate, stranger = machine.create(contact_id="contact-1").token, machine.create().token
    calls = [
        said(machine.answer(request(EVERYTHING, token=token), AT))["WebRTCConnection"]
        for token in (TOKEN, TOKEN, mate, stranger)
    ]
    assert calls[0] == calls[1]
    assert calls[0]["Meeting"] == calls[2]["Meeting"] != calls[3]["Meeting"]
    assert calls[0]["Attendee"] != calls[2]["Attendee"]


def test_the_same_requests_at_the_same_times_give_the_same_answers() -> None:
    """There is no chance in it; another salt gives other names."""

    def answers(salt: str) -> list[Answer]:
        machine = Machine(Ids(salt))
        token = machine.create().token
        return [machine.answer(request(EVERYTHING, token=token), AT) for _ in range(2)]

    assert answers("a") == answers("a")
    assert answers("a") != answers("b")


@pytest.mark.parametrize("token", [TOKEN, "nobody's"])
def test_every_reply_bears_the_time_and_an_id_of_its_own(machine: Machine, token: str) -> None:
    """A success and an error alike."""
    replies = [machine.answer(request(token=token), AT).reply for _ in range(2)]
    dates = {reply.header("Date") for reply in replies}
    assert [parsedate_to_datetime(date or "").timestamp() for date in dates] == [int(AT.wall)]
    assert len({reply.header("x-amzn-RequestId") for reply in replies}) == 2
    assert {reply.header("Content-Type") for reply in replies} == {"application/json"}


@pytest.mark.parametrize("name", contract().modeled_errors)
def test_every_modelled_error_has_its_status_and_a_message(machine: Machine, name: str) -> None:
    """The type stands in the header; the bundled client reads both."""
    machine.script(Failure(name))
    reply = machine.answer(request(), AT).reply
    found = read(reply.status, reply.headers, reply.body)
    assert isinstance(found, ClassifiedError)
    assert (found.code, found.status) == (name, contract().errors[name].status)
    assert found.message


# Scripts


def test_what_was_scripted_is_answered_once_each_in_order(machine: Machine) -> None:
    """Then the service is itself again."""
    machine.script(Failure("ThrottlingException", "slowly"), Answer(Reply(502, (), b"no")))
    answers = [machine.answer(request(), AT) for _ in range(3)]
    assert [answer.reply.status for answer in answers] == [429, 502, 200]
    assert said(answers[0]) == {"Message": "slowly"}
    assert answers[1] == Answer(Reply(502, (), b"no"))


def test_a_participant_s_own_script_comes_first_and_is_nobody_else_s(machine: Machine) -> None:
    """One that is for anyone follows."""
    other = machine.create().token
    machine.script(Failure("A", status=500), token=TOKEN)
    machine.script(Failure("B", status=500), Failure("C", status=500))
    assert machine.scripted == 3
    errors = [answered(machine.answer(request(token=token), AT))[1] for token in (other, TOKEN, TOKEN)]
    assert errors == ["B", "A", "C"]
    assert machine.scripted == 0


def test_a_scripted_answer_comes_before_every_refusal(machine: Machine) -> None:
    """Whoever asks, whatever for, however often."""
    machine.throttle = Throttle(0, 1)
    machine.throttle.passes(AT.now)
    machine.script(*[Answer(Reply(200, (), b"{}"))] * 2)
    assert answered(machine.answer(request(b"{", token=None), AT)) == (200, None)
    assert answered(machine.answer(request(), AT)) == (200, None)


@pytest.mark.parametrize(
    ("scripted", "message"),
    [
        (lambda: Answer(Reply(199, (), b"")), "from 200 to 599"),
        (lambda: Answer(Reply(600, (), b"")), "from 200 to 599"),
        (lambda: Answer(Reply(200, (("A", "\u20ac"),), b"")), "latin-1"),
        (lambda: Failure(""), "letters and digits"),
        (lambda: Failure("a b"), "letters and digits"),
        (lambda: Failure("a\r\nb: c"), "letters and digits"),
        (lambda: Failure("A", status=200), "from 400 to 599"),
    ],
)
def test_what_cannot_be_sent_is_refused_where_it_is_scripted(machine: Machine, scripted: Any, message: str) -> None:
    """Not in the server's thread, later."""
    with pytest.raises(ValueError, match=message):
        machine.script(scripted())
    assert machine.scripted == 0


def test_faults_can_be_scripted(machine: Machine) -> None:
    """They go out as they are."""
    cut = Answer(Reply(200, (), b"{}"), Delivery(fault=Fault(FaultKind.CUT, 3)))
    machine.script(cut)
    assert machine.answer(request(), AT) is cut


def test_an_error_that_no_model_has_gets_400_or_what_is_given(machine: Machine) -> None:
    """A client that meets one of tomorrow."""
    machine.script(Failure("OfTomorrow"), Failure("OfTomorrow", status=418))
    assert [answered(machine.answer(request(), AT)) for _ in range(2)] == [(400, "OfTomorrow"), (418, "OfTomorrow")]


# Participants


def test_a_participant_is_made_of_what_is_given() -> None:
    """And made up where nothing is."""
    machine = Machine()
    given_ = machine.create(token="a", contact_id="b", participant_id="c")
    assert (given_.token, given_.contact_id, given_.participant_id) == ("a", "b", "c")
    made = [machine.create() for _ in range(2)]
    assert len({name for one in made for name in (one.token, one.contact_id, one.participant_id)}) == 6


@pytest.mark.parametrize("token", ["", "a" * 1001, "a b", "a\n", "\u00e9"])
def test_a_token_that_no_header_could_bear_is_none(token: str) -> None:
    """Nobody could ask with it."""
    with pytest.raises(ValueError, match="1 to 1000 characters of visible ASCII"):
        Machine().create(token=token)


def test_a_token_is_given_once(machine: Machine) -> None:
    """The participant that has it keeps it."""
    with pytest.raises(TakenTokenError):
        machine.create(token=TOKEN, contact_id="another")
    machine.answer(request(), AT)
    assert machine.state(TOKEN) == "created"


@pytest.mark.parametrize("lifetime", [float("nan"), float("inf"), -1e12, 10**400])
def test_a_lifetime_that_no_date_can_hold_is_refused(lifetime: float) -> None:
    """Where it is given."""
    with pytest.raises(ValueError, match="lifetime"):
        Machine().create(url_lifetime=lifetime)
    with pytest.raises(ValueError, match="lifetime"):
        Machine().create(token_lifetime=lifetime)


def test_nobody_can_be_expired_ended_or_scripted_for() -> None:
    """It would be forgotten, and the test with it."""
    machine = Machine()
    for act in (machine.expire, machine.end, lambda token: machine.script(Failure("A"), token=token)):
        with pytest.raises(UnknownParticipantError):
            act("nobody's")


@pytest.mark.parametrize("length", [1, 2, 3, 12, 1000])
def test_a_participant_is_printed_without_its_token(length: int) -> None:
    """By how it begins, at most a third, and its length."""
    token = "".join(chr(ord("a") + number % 26) for number in range(length))
    printed = repr(Machine().create(token=token))
    assert f"({length} characters)" in printed
    assert f"token={token[: min(6, length // 3)]}…" in printed


# Limits


def test_a_burst_passes_and_then_the_average() -> None:
    """By the seconds that are passed in, never by a clock."""
    throttle = Throttle(2, 3)
    assert [throttle.passes(now) for now in (0, 0, 0, 0, 0.4, 0.5, 0.6, 100, 100, 100, 100)] == [
        *(True, True, True, False, False, True, False),
        *(True, True, True, False),
    ]


def test_a_clock_that_goes_back_lets_nothing_pass() -> None:
    """And takes nothing away."""
    throttle = Throttle(1, 1)
    assert [throttle.passes(now) for now in (10, 5, 6)] == [True, False, True]


def test_too_many_requests_are_throttled_whoever_asks(machine: Machine) -> None:
    """Before anything else is looked at."""
    machine.throttle = limit(1)
    assert [answered(machine.answer(request(token=token), AT))[0] for token in (TOKEN, "nobody's")] == [200, 429]


@pytest.mark.parametrize(("per_second", "burst"), [(2.5, 2), (0.1, 1), (6, 6)])
def test_without_a_burst_a_second_s_requests_pass_at_once(per_second: float, burst: int) -> None:
    """At least one of them."""
    throttle = limit(per_second)
    assert throttle is not None
    assert throttle.burst == burst


@pytest.mark.parametrize(("per_second", "burst"), [(-1, None), (1e9, 1), (1, 0), (1, 10**9), (10**400, None)])
def test_a_limit_that_is_none_is_refused(per_second: float, burst: int | None) -> None:
    """Where it is given."""
    with pytest.raises(ValueError, match="a limit is"):
        limit(per_second, burst)


def test_no_limit_is_none() -> None:
    """As at the beginning."""
    assert limit(None) is None


@given(st.floats(0, 4e9), st.floats(-1e8, 1e8))
@settings(max_examples=50, derandomize=True, database=None)
def test_times_are_written_as_the_reference_spells_them(wall: float, lifetime: float) -> None:
    """yyyy-MM-ddThh:mm:ss.SSSZ, to the millisecond."""
    machine = Machine()
    machine.create(token=TOKEN, url_lifetime=lifetime)
    text = _websocket(machine, Moment(0, wall))["ConnectionExpiry"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert abs(datetime.fromisoformat(text).timestamp() - (wall + lifetime)) < 0.002
