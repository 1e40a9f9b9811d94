"""The service on real sockets: the handle, real clients, both versions of IP, TLS."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from time import time
from typing import Any

import boto3
import httpx
import pytest
import trustme
from botocore import UNSIGNED
from botocore.config import Config

from participant_conformance import serve_command, serving
from participant_conformance.links.server import Server
from participant_conformance.reference.caller import Caller
from participant_conformance.reference.codec import ParticipantConnection
from participant_conformance.service.lifecycle import State
from participant_conformance.service.seen import Seen
from participant_conformance.serving import HOSTS, ParticipantService
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.reply import Reply
from tests.service.process import free_port

BOTH = {"Type": ["WEBSOCKET", "CONNECTION_CREDENTIALS"]}


@pytest.fixture
def service() -> Iterator[ParticipantService]:
    """A service on a free port."""
    with ParticipantService() as made:
        yield made


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client that looks at no environment."""
    with httpx.Client(trust_env=False) as client:
        yield client


def _connect(http: httpx.Client, service: ParticipantService, token: str, **asked: Any) -> httpx.Response:
    headers = {"X-Amz-Bearer": token}
    return http.post(f"{service.endpoint}/participant/connection", headers=headers, json=asked or BOTH)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not _has_ipv6(), reason="this machine has no ::1")


# Clients


def test_the_bundled_client_reads_its_successes(service: ParticipantService) -> None:
    """Each type, and all of them."""
    token = service.create_participant().token
    caller = Caller()
    try:
        found = [
            caller.create_participant_connection(service.endpoint, token, type=types)
            for types in (("WEBSOCKET",), ("WEBRTC_CONNECTION",), contract().shapes["ConnectionType"].values, None)
        ]
    finally:
        caller.close()
    assert all(isinstance(one, ParticipantConnection) for one in found)
    assert service.requests[-1].json == {}


def test_boto3_calls_it(service: ParticipantService) -> None:
    """Its successes and its errors, by boto3's own classes."""
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    client = boto3.client("connectparticipant", endpoint_url=service.endpoint, region_name="us-east-1", config=config)
    participant = service.create_participant()
    try:
        reply = client.create_participant_connection(ParticipantToken=participant.token, Type=["WEBRTC_CONNECTION"])
        assert set(reply["WebRTCConnection"]) == {"Attendee", "Meeting"}
        for name in contract().modeled_errors:
            service.fail_next(name, message="as scripted")
            with pytest.raises(getattr(client.exceptions, name), match="as scripted"):
                client.create_participant_connection(ParticipantToken=participant.token, Type=["WEBSOCKET"])
        service.expire(participant)
        with pytest.raises(client.exceptions.AccessDeniedException):
            client.create_participant_connection(ParticipantToken=participant.token, Type=["WEBSOCKET"])
    finally:
        client.close()


def test_callers_at_once_get_their_own_replies(service: ParticipantService, http: httpx.Client) -> None:
    """Each by its token, and no two the same."""
    participants = [service.create_participant() for _ in range(8)]
    for participant in participants:
        body = json.dumps({"for": participant.contact_id}).encode()
        service.answer_next(Reply(200, (), body), participant=participant)
    with ThreadPoolExecutor(len(participants)) as pool:
        replies = list(pool.map(lambda one: _connect(http, service, one.token).json(), participants))
    assert replies == [{"for": participant.contact_id} for participant in participants]


def test_a_page_in_a_browser_can_call_it(service: ParticipantService, http: httpx.Client) -> None:
    """The preflight and the request that follows, as a browser sends them."""
    page = {"Origin": "http://localhost:3000"}
    url = f"{service.endpoint}/participant/connection"
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-amz-bearer"}
    permission = http.options(url, headers={**page, **asked})
    assert permission.status_code == 204
    assert permission.headers["Access-Control-Allow-Origin"] == page["Origin"]
    assert "x-amz-bearer" in permission.headers["Access-Control-Allow-Headers"]
    token = service.create_participant().token
    reply = http.post(url, headers={**page, "X-Amz-Bearer": token}, json=BOTH)
    assert (reply.status_code, reply.headers["Access-Control-Allow-Origin"]) == (200, page["Origin"])


def test_a_name_that_is_not_ours_reaches_nothing(service: ParticipantService, http: httpx.Client) -> None:
    """A page whose owner pointed its name at this machine."""
    host = {"Host": f"example.com:{service.port}"}
    assert http.post(f"{service.endpoint}/_control/participants", headers=host).status_code == 421


def test_a_connection_is_kept_behind_every_answer(service: ParticipantService) -> None:
    """Also behind one to HEAD, and a refusal."""
    connection = HTTPConnection("127.0.0.1", service.port)
    own_ports = set()
    try:
        for method in ("HEAD", "GET", "POST"):
            connection.request(method, "/participant/connection", headers={"X-Amz-Bearer": "a"})
            own_ports.add(connection.sock.getsockname()[1])
            reply = connection.getresponse()
            reply.read()
    finally:
        connection.close()
    assert ([seen.status for seen in service.requests], len(own_ports)) == ([404, 404, 403], 1)


# The handle


def test_the_handle_tells_where_participants_stand(service: ParticipantService, http: httpx.Client) -> None:
    """By the participant or by its token."""
    participant = service.create_participant(token="a-token", contact_id="b", participant_id="c")
    assert service.state("a-token") is State.CREATED
    _connect(http, service, "a-token", ConnectParticipant=True)
    assert service.state(participant) is State.CONNECTED
    service.end("a-token")
    assert service.state(participant) is State.ENDED
    assert service.state("nobody's") is State.UNKNOWN


def test_the_handle_scripts_faults(service: ParticipantService, http: httpx.Client) -> None:
    """They are played on the wire."""
    fault = Delivery(fault=Fault(FaultKind.LENGTH, by=5))
    service.answer_next(Reply(502, (), b"no"), Answer(Reply(200, (), b"{}"), fault))
    assert _connect(http, service, "a").status_code == 502
    with pytest.raises(httpx.RemoteProtocolError):
        _connect(http, service, "a")
    assert _connect(http, service, "a").status_code == 403


def test_the_handle_fails_for_one(service: ParticipantService, http: httpx.Client) -> None:
    """So many times, whatever the status."""
    one, other = service.create_participant(), service.create_participant()
    service.fail_next("OfTomorrow", status=418, count=2, participant=one)
    statuses = [_connect(http, service, who.token).status_code for who in (other, one, one, one)]
    assert statuses == [200, 418, 418, 200]


def test_the_handle_limits(service: ParticipantService, http: httpx.Client) -> None:
    """Until the limit is taken away."""
    token = service.create_participant().token
    service.throttle(0, burst=1)
    statuses = [_connect(http, service, token).status_code for _ in range(3)]
    service.throttle(None)
    assert [*statuses, _connect(http, service, token).status_code] == [200, 429, 429, 200]


def test_the_handle_makes_expiries_of_the_true_time(service: ParticipantService, http: httpx.Client) -> None:
    """And every reply bears a true date."""
    token = service.create_participant(url_lifetime=-60, token_lifetime=60).token
    before = int(time())
    reply = _connect(http, service, token)
    assert before <= parsedate_to_datetime(reply.headers["Date"]).timestamp() <= time()
    assert reply.json()["Websocket"]["ConnectionExpiry"] < reply.json()["ConnectionCredentials"]["Expiry"]


def test_any_token_will_do_where_that_was_said(http: httpx.Client) -> None:
    """For programs whose tokens come from elsewhere."""
    with ParticipantService(accept_any_token=True) as service:
        assert _connect(http, service, "whatever").status_code == 200
        assert service.state("whatever") is State.CREATED


def test_who_wants_to_know_is_told_of_each_request(http: httpx.Client) -> None:
    """But not of those of the control API."""
    told: list[Seen] = []
    with ParticipantService(seen=told.append) as service:
        http.post(f"{service.endpoint}/_control/participants")
        _connect(http, service, "a")
        assert tuple(told) == service.requests
    assert [seen.came_to for seen in told] == ["403 AccessDeniedException"]


def test_the_requests_are_those_up_to_now(service: ParticipantService, http: httpx.Client) -> None:
    """What was looked at does not change under who looks."""
    before = service.requests
    _connect(http, service, "a")
    assert (len(before), len(service.requests)) == (0, 1)


def test_a_service_that_is_closed_is_gone() -> None:
    """Its port is free; closing it again does nothing."""
    service = ParticipantService()
    service.close()
    service.close()
    with ParticipantService(port=service.port) as next_one:
        assert repr(next_one) == f"ParticipantService(http://127.0.0.1:{service.port})"


# Addresses


@needs_ipv6
@pytest.mark.parametrize("host", HOSTS)
def test_it_is_reached_by_every_address_of_its_host(host: str, http: httpx.Client) -> None:
    """A client may take localhost for either; the socket's URL has an address."""
    with ParticipantService(host=host) as service:
        token = service.create_participant().token
        for address in HOSTS[host]:
            name = f"[{address}]" if ":" in address else address
            url = f"http://{name}:{service.port}/participant/connection"
            reply = http.post(url, headers={"X-Amz-Bearer": token}, json=BOTH)
            assert reply.status_code == 200
        assert _connect(http, service, token).status_code == 200
        own = "[::1]" if host == "::1" else "127.0.0.1"
        assert reply.json()["Websocket"]["Url"].startswith(f"ws://{own}:{service.port}/")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.com", ""])
def test_it_is_for_this_machine_alone(host: str) -> None:
    """No other address is listened on."""
    with pytest.raises(ValueError, match="this machine alone"):
        ParticipantService(host=host)


def test_the_hosts_of_the_command_are_those_of_the_service() -> None:
    """The command's stand apart, so that it starts fast."""
    assert tuple(HOSTS) == serve_command.HOSTS


@needs_ipv6
@pytest.mark.parametrize("taken", ["127.0.0.1", "::1"])
def test_a_port_that_is_taken_on_one_address_of_localhost_is_taken(taken: str) -> None:
    """Half of the clients would reach somebody else."""
    with ParticipantService(host=taken) as other, pytest.raises(OSError, match="address already in use"):
        ParticipantService(host="localhost", port=other.port)


@needs_ipv6
def test_another_port_is_chosen_where_one_is_taken_on_the_second_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as it takes; then it is told."""
    real = Server
    ports: list[int] = []

    def server(*arguments: Any, host: str, port: int, **others: Any) -> Any:
        made = real(*arguments, host=host, port=taken.port if len(ports) < busy and not port else port, **others)
        ports.extend([] if ":" in host else [made.port])
        return made

    for busy, tries in ((1, 2), (99, 5)):
        ports.clear()
        with ParticipantService(host="::1") as taken:
            monkeypatch.setattr(serving, "Server", server)
            if busy < tries:
                ParticipantService(host="localhost").close()
            else:
                with pytest.raises(OSError, match="address already in use"):
                    ParticipantService(host="localhost")
            monkeypatch.setattr(serving, "Server", real)
        assert (len(ports), ports[0]) == (tries, taken.port)


def test_a_machine_without_the_second_address_serves_the_first(
    monkeypatch: pytest.MonkeyPatch, http: httpx.Client
) -> None:
    """There localhost is 127.0.0.1 alone."""
    monkeypatch.setitem(HOSTS, "localhost", ("127.0.0.1", "192.0.2.1"))
    with ParticipantService(host="localhost", port=free_port()) as service:
        reply = http.get(f"http://127.0.0.1:{service.port}/")
    assert reply.status_code == 404


# TLS


def test_it_speaks_tls(http: httpx.Client) -> None:
    """With a context of one's own; then the socket's URL is secure, too."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with ParticipantService(tls=context) as service, httpx.Client(verify=trusting, trust_env=False) as client:
        token = service.create_participant().token
        reply = _connect(client, service, token)
        assert service.endpoint == f"https://127.0.0.1:{service.port}"
        assert reply.json()["Websocket"]["Url"].startswith(f"wss://127.0.0.1:{service.port}/")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            _connect(http, service, token)
