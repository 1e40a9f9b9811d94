"""What stands before the operation: hosts, pages, paths, the record; and that nothing makes it raise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from participant_conformance.links import Received
from participant_conformance.service.front import KEPT, Front
from participant_conformance.service.machine import Machine
from participant_conformance.service.moment import Moment
from participant_conformance.service.origins import local_authorities
from participant_conformance.service.seen import BODY_KEPT, Seen
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer
from participant_strategies.http_text import message
from tests.service.asking import AT, HOST, PORT, TOKEN, answered, front, request, said

LOCAL_PAGES = [
    "http://localhost:3000",
    "http://127.0.0.1:8080",
    "http://localhost",
    "https://localhost:1",
    "http://[::1]:1",
]
FOREIGN_PAGES = [
    "https://example.com",
    "http://localhost.example.com",
    "http://localhost:3000.example.com",
    "http://localhost:3000/",
    "http://127.0.0.1.example.com",
    "http://127.0.0.2:1",
    "file://localhost",
    "null",
    "",
]


def _answer(service: Front, received: Received) -> Answer:
    return service.answer(received, AT)[0]


@pytest.fixture
def service() -> Front:
    """A service on port 8000 with one participant."""
    machine = Machine()
    machine.create(token=TOKEN)
    return front(machine)


# Hosts


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000"])
def test_names_of_this_machine_are_answered(service: Front, host: str) -> None:
    """With the port of the service."""
    assert answered(_answer(service, request(host=host))) == (200, None)


@pytest.mark.parametrize(
    "host", ["example.com", "example.com:8000", "localhost", "localhost:8001", "127.0.0.1", "localhost:8000.a", ""]
)
@pytest.mark.parametrize("target", ["/participant/connection", "/_control/participants", "/"])
def test_any_other_name_is_misdirected(service: Front, host: str, target: str) -> None:
    """A page whose name was pointed at this machine reaches nothing."""
    assert answered(_answer(service, request(host=host, target=target))) == (421, None)


def test_without_a_host_nothing_is_answered(service: Front) -> None:
    """As HTTP/1.0 would have it."""
    bare = Received("POST", "/participant/connection", (("X-Amz-Bearer", TOKEN),), b"")
    assert answered(_answer(service, bare)) == (421, None)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"http://{HOST}/participant/connection", 200),
        (f"HTTP://{HOST}/participant/connection?a=b", 200),
        (f"http://{HOST}", 404),
        ("http://example.com/participant/connection", 421),
        ("ftp://example.com/participant/connection", 404),
    ],
)
def test_a_target_may_name_its_host(service: Front, target: str, status: int) -> None:
    """RFC 9112, section 3.2.2; then that name counts, too."""
    assert _answer(service, request(target=target)).reply.status == status


@pytest.mark.parametrize(("scheme", "port", "bare"), [("http", 80, True), ("https", 443, True), ("https", 80, False)])
def test_the_usual_port_may_be_left_out(scheme: str, port: int, bare: bool) -> None:
    """As every client does."""
    assert ("localhost" in local_authorities(scheme, port)) is bare
    assert f"[::1]:{port}" in local_authorities(scheme, port)


# Paths


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/participant/connection"),
        ("PUT", "/participant/connection"),
        ("POST", "/participant/connection/"),
        ("POST", "/participant/message"),
        ("POST", "/"),
        ("OPTIONS", "*"),
        ("OPTIONS", "/participant/connection"),
    ],
)
def test_another_path_or_method_is_no_operation(service: Front, method: str, target: str) -> None:
    """As a service of restJson1 answers it."""
    assert answered(_answer(service, request(method=method, target=target))) == (404, "UnknownOperationException")


def test_a_query_is_ignored(service: Front) -> None:
    """The operation has none."""
    assert answered(_answer(service, request(target="/participant/connection?a=b"))) == (200, None)


def test_a_reply_to_head_has_no_body(service: Front) -> None:
    """RFC 9110, section 9.3.2: else it would be taken for the next reply."""
    reply = _answer(service, request(method="HEAD")).reply
    assert (reply.status, reply.body) == (404, b"")


def test_what_is_no_request_ends_the_connection(service: Front) -> None:
    """Nothing behind it can be read either."""
    answer = _answer(service, Received(head=b"nonsense", problem="illegal request line"))
    assert answered(answer) == (400, None)
    assert not answer.delivery.persistent
    assert repr(service.seen[0]) == "no HTTP request: illegal request line · no token · (empty body) → 400"


# Pages


def _preflight(origin: str, *asked: str, target: str = "/participant/connection") -> Received:
    headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")]
    headers += [("Access-Control-Request-Headers", ", ".join(asked))] if asked else []
    return request(None, *headers, token=None, method="OPTIONS", target=target)


@pytest.mark.parametrize("origin", LOCAL_PAGES)
def test_a_page_of_this_machine_may_call_and_read(service: Front, origin: str) -> None:
    """Successes and errors; the headers that say what happened are open to it."""
    for token, status in ((TOKEN, 200), ("nobody's", 403)):
        reply = _answer(service, request(None, ("Origin", origin), token=token)).reply
        assert reply.status == status
        assert reply.header("Access-Control-Allow-Origin") == origin
        assert "x-amzn-ErrorType" in (reply.header("Access-Control-Expose-Headers") or "")
        assert reply.header("Vary") == "Origin"


@pytest.mark.parametrize("origin", LOCAL_PAGES)
@pytest.mark.parametrize("target", ["/participant/connection", "/_control/answers"])
def test_a_page_of_this_machine_is_permitted_what_it_asks_for(service: Front, origin: str, target: str) -> None:
    """The token's header, and those that an SDK in a browser adds."""
    asked = ("content-type", "x-amz-bearer", "amz-sdk-request")
    reply = _answer(service, _preflight(origin, *asked, target=target)).reply
    assert (reply.status, reply.body) == (204, b"")
    assert reply.header("Access-Control-Allow-Origin") == origin
    assert reply.header("Access-Control-Allow-Headers") == ", ".join(asked)
    assert reply.header("Access-Control-Allow-Methods") == "GET, POST"


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_a_foreign_page_is_permitted_nothing(service: Front, origin: str) -> None:
    """No header lets a browser go on."""
    reply = _answer(service, _preflight(origin, "x-amz-bearer")).reply
    assert (reply.status, reply.headers) == (403, ())


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_a_foreign_page_may_read_nothing(service: Front, origin: str) -> None:
    """A request that needs no permission is answered as any other, and closed to it."""
    reply = _answer(service, request(None, ("Origin", origin), token=None)).reply
    assert reply.status == 403
    assert reply.header("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_the_control_api_refuses_a_foreign_page(service: Front, origin: str) -> None:
    """It could do harm without reading anything."""
    service.machine.create(token="a")
    ending = request({"participant": "a"}, ("Origin", origin), token=None, target="/_control/end")
    assert answered(_answer(service, ending)) == (403, None)
    assert service.machine.state("a") == "created"


def test_two_origins_are_none(service: Front) -> None:
    """Whoever says so is no browser."""
    two = (("Origin", LOCAL_PAGES[0]), ("Origin", LOCAL_PAGES[0]))
    assert _answer(service, request(None, *two)).reply.header("Access-Control-Allow-Origin") is None
    assert answered(_answer(service, request(None, *two, target="/_control/participants"))) == (403, None)


def test_what_no_header_can_hold_is_not_given_back(service: Front) -> None:
    """Names alone are permitted."""
    reply = _answer(service, _preflight(LOCAL_PAGES[0], "x-a", "b\u20ac\r\nc: d")).reply
    assert reply.header("Access-Control-Allow-Headers") == "x-a, b, c, d"


def test_a_scripted_reply_is_open_to_a_page_of_this_machine_too(service: Front) -> None:
    """Else no test in a browser could see it."""
    service.machine.script(Answer(_answer(service, request()).reply))
    reply = _answer(service, request(None, ("Origin", LOCAL_PAGES[0]))).reply
    assert reply.header("Access-Control-Allow-Origin") == LOCAL_PAGES[0]


# The record


def test_everything_is_kept_but_the_control_api(service: Front) -> None:
    """Refused requests, too; with what came of them."""
    for received in (
        request({"Type": ["WEBSOCKET"]}),
        request(host="example.com"),
        request(method="GET", target="/", token=None),
        request(target="/_control/participants"),
    ):
        _answer(service, received)
    assert [(seen.number, seen.path, seen.status) for seen in service.seen] == [
        (1, "/participant/connection", 200),
        (2, "/participant/connection", 421),
        (3, "/", 404),
    ]


def test_the_last_thousand_are_kept(service: Front) -> None:
    """And counted on."""
    for _ in range(KEPT + 2):
        _answer(service, request(method="GET", target="/"))
    assert (len(service.seen), service.seen[0].number, service.seen[-1].number) == (KEPT, 3, KEPT + 2)


def test_a_request_can_be_looked_at_whole(service: Front) -> None:
    """By its attributes."""
    received = request({"Type": ["WEBSOCKET"]}, ("A", "b"))
    seen = service.answer(received, AT)[1]
    assert seen is not None
    assert (seen.token, seen.header("a"), seen.header("b"), seen.json) == (TOKEN, "b", None, {"Type": ["WEBSOCKET"]})
    assert (seen.method, seen.headers, seen.body, seen.at) == ("POST", received.headers, received.body, AT.wall)


def test_a_request_is_shown_without_secrets(service: Front) -> None:
    """The token, and what an SDK with credentials sends along."""
    secrets = {
        "X-Amz-Bearer": TOKEN,
        "authorization": "AWS4-HMAC-SHA256 Signature=0123456789",
        "X-Amz-Security-Token": "IQoJb3JpZ2lu",
        "Cookie": "session=secret",
    }
    headers = [(name, value) for name, value in secrets.items() if name != "X-Amz-Bearer"]
    seen = service.answer(request({"Type": []}, *headers, ("A", "b")), AT)[1]
    assert seen is not None
    shown = repr(seen) + json.dumps(seen.plain)
    assert not any(secret in shown for secret in secrets.values())
    assert repr(seen) == (
        'POST /participant/connection · token-… (22 characters) · {"Type": []} → 400 ValidationException'
    )
    assert ["A", "b"] in seen.plain["headers"]  # type: ignore[operator]


def test_of_a_long_body_the_beginning_is_kept(service: Front) -> None:
    """A thousand of them must not take all memory."""
    seen = service.answer(request(b" " * (BODY_KEPT + 1)), AT)[1]
    assert seen is not None
    assert len(seen.body) == BODY_KEPT


# Whatever arrives

_HEADER_TEXT = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=20)
_NAMES = ("Host", "X-Amz-Bearer", "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "A")
_VALUES = (HOST, TOKEN, *LOCAL_PAGES, *FOREIGN_PAGES, "POST", "x-amz-bearer", "a" * 1001)
_TARGETS = (
    *("/participant/connection", "/", "*", "//", "http://", "http://[", "/_control/", "/_control/requests"),
    *(f"/_control/{name}" for name in ("participants", "answers", "expire", "end", "throttle")),
)
_MEMBER = st.sampled_from(
    [
        *(
            "Type",
            "ConnectParticipant",
            "token",
            "contact_id",
            "url_lifetime",
            "count",
            "participant",
            "error",
            "status",
        ),
        *("message", "headers", "body", "pause", "fault", "kind", "at", "by", "seconds", "per_second", "burst"),
    ]
)
_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([TOKEN, "cut"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_MEMBER, inner, max_size=4),
    max_leaves=6,
)
_BODIES = st.binary(max_size=30) | st.dictionaries(_MEMBER, _ANY_JSON, max_size=4).map(
    lambda value: json.dumps(value).encode()
)
_REQUESTS = st.builds(
    Received,
    method=st.sampled_from(["POST", "GET", "HEAD", "OPTIONS", "PUT"]),
    target=st.sampled_from(_TARGETS) | st.text(st.characters(codec="latin-1"), max_size=10),
    headers=st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_VALUES) | _HEADER_TEXT), max_size=4).map(
        lambda pairs: (("Host", HOST), *pairs)
    ),
    body=_BODIES,
)

#: What the service may answer where nothing was scripted.
IN_CONTRACT = {
    (200, None),
    *((contract().errors[name].status, name) for name in contract().modeled_errors),
    (404, "UnknownOperationException"),
    *((status, None) for status in (201, 204, 400, 403, 404, 421)),
}


@given(st.lists(_REQUESTS, min_size=1, max_size=3))
@example([request(b"[" * 100_000)])
@example([request({"per_second": float("inf")}, target="/_control/throttle")])
@example([request({"error": "A", "count": 10**400}, target="/_control/answers")])
@example([request({"fault": {"kind": "extra", "by": 10**12}}, target="/_control/answers")])
@example([request({"pause": 10**400}, target="/_control/answers")])
@example([request({"status": 200, "headers": {"A": "\u20ac"}}, target="/_control/answers")])
@example([request({"token": "\ud800"}, target="/_control/participants")])
@example([request(b"\xff", target="/_control/participants")])
@settings(max_examples=300, derandomize=True, database=None, deadline=None)
def test_whatever_arrives_is_answered_in_contract(requests: list[Received]) -> None:
    """Any bytes as a body, any headers, any path: an answer that can be written, and a record that can be shown."""
    service = front()
    service.machine.create(token=TOKEN)
    for received in requests:
        scripted = service.machine.scripted
        answer, seen = service.answer(received, AT)
        assert message(answer).data
        assert scripted or answered(answer) in IN_CONTRACT
        assert seen is None or json.dumps(seen.plain)
        assert repr(service.seen)


@given(st.binary(max_size=200))
@settings(max_examples=200, derandomize=True, database=None)
def test_any_bytes_are_a_success_or_a_validation_exception(body: bytes) -> None:
    """To one who is known."""
    machine = Machine()
    machine.create(token=TOKEN)
    answer = machine.answer(request(body), Moment(0, 0))
    assert answered(answer) in {(200, None), (400, "ValidationException")}
    assert isinstance(said(answer), dict)


def test_the_port_of_these_tests_is_that_of_the_service() -> None:
    """Else every answer above would be a 421."""
    assert f"localhost:{PORT}" in front().authorities


def test_what_is_kept_is_plain_data(service: Front) -> None:
    """As the control API shows it."""
    seen: Any = service.answer(request(b"\xff"), AT)[1]
    assert isinstance(seen, Seen)
    assert seen.plain["body"] == "\\xff"
    assert seen.plain["at"] == "2026-01-02T03:04:05.678Z"
