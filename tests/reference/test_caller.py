"""The reference caller on a real socket, and the adapter around it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from participant_conformance.adapter import ARGUMENTS
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.caller import Caller, UnusableTokenError, read
from participant_conformance.reference.classifier import ClassifiedError
from participant_conformance.reference.codec import ParticipantConnection, UnusableReplyError, Websocket
from participant_conformance.subject import Subject
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Rejected, Reply, ServiceError
from participant_strategies.value import String, Structure

BODY = b'{"Websocket":{"Url":"a"}}'
CONNECTION = ParticipantConnection(websocket=Websocket(url="a"))
VALUE = Structure((("Websocket", Structure((("Url", String("a")),))),))
OK = Reply(200, (("Content-Type", "application/json"),), BODY)
DENIED = Reply(403, (("X-Amzn-Errortype", "AccessDeniedException"),), b'{"Message":"b"}')
TOKEN = "a.b-c/+=~"


@pytest.fixture(scope="module")
def link() -> Iterator[LoopbackLink]:
    """A link for all calls of this module."""
    with closing(LoopbackLink()) as made:
        yield made


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """One client, as a program has one."""
    with closing(Caller()) as made:
        yield made


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    """One adapter, as a run has one."""
    with closing(Reference()) as made:
        yield made


def test_a_call_sends_the_request_of_the_operation(link: LoopbackLink, caller: Caller) -> None:
    """Method, path, media type and token."""
    exchange = link.serve(OK)
    caller.create_participant_connection(exchange.endpoint, TOKEN)
    (received,) = exchange.received
    assert (received.method, received.target) == ("POST", "/participant/connection")
    assert (received.values("Content-Type"), received.values("X-Amz-Bearer")) == (["application/json"], [TOKEN])


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        ({}, {}),
        ({"type": ("WEBSOCKET",)}, {"Type": ["WEBSOCKET"]}),
        ({"type": ("WEBSOCKET", "A")}, {"Type": ["WEBSOCKET", "A"]}),
        ({"connect_participant": False}, {"ConnectParticipant": False}),
        ({"type": ("A",), "connect_participant": True}, {"Type": ["A"], "ConnectParticipant": True}),
    ],
    ids=["nothing", "type", "types", "false", "both"],
)
def test_a_call_sends_what_was_given_and_nothing_else(
    link: LoopbackLink, caller: Caller, asked: dict[str, object], body: dict[str, object]
) -> None:
    """``None`` means that it was not given."""
    exchange = link.serve(OK)
    caller.create_participant_connection(exchange.endpoint, TOKEN, **asked)  # type: ignore[arg-type]
    assert json.loads(exchange.received[0].body) == body


@pytest.mark.parametrize("path", ["/", "/a", "/a/"])
def test_a_call_goes_below_the_path_of_the_endpoint(link: LoopbackLink, caller: Caller, path: str) -> None:
    """With one slash between."""
    exchange = link.serve(OK, path=path)
    caller.create_participant_connection(exchange.endpoint, TOKEN)
    assert exchange.received[0].target == f"{path.rstrip('/')}/participant/connection"


@pytest.mark.parametrize(
    ("reply", "result"),
    [(OK, CONNECTION), (DENIED, ClassifiedError("AccessDeniedException", "b", 403))],
    ids=["success", "error"],
)
def test_a_call_returns_the_connection_or_the_error(
    link: LoopbackLink, caller: Caller, reply: Reply, result: ParticipantConnection | ClassifiedError
) -> None:
    """Which of the two the status decides."""
    assert caller.create_participant_connection(link.serve(reply).endpoint, TOKEN) == result


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX: b", "a\nb", "a\0b", "a\tb", "\u00e9", "\x7f"])
def test_a_token_that_cannot_stand_in_a_header_is_not_sent(link: LoopbackLink, caller: Caller, token: str) -> None:
    """RFC 9110, section 5.5; the error comes before anything goes out."""
    exchange = link.serve(OK)
    with pytest.raises(UnusableTokenError, match=r"^a participant token is made of visible ASCII characters$"):
        caller.create_participant_connection(exchange.endpoint, token)
    assert exchange.received == []


def test_a_proxy_of_the_environment_is_not_used(link: LoopbackLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request goes to the endpoint, wherever else the user sends theirs."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with closing(Caller()) as made:
        assert made.create_participant_connection(link.serve(OK).endpoint, TOKEN) == CONNECTION


def test_a_redirection_is_not_followed(link: LoopbackLink, caller: Caller) -> None:
    """The token would go along."""
    exchange = link.serve(Reply(307, (("Location", "/elsewhere"),), b""))
    with pytest.raises(UnusableReplyError, match=r"^HTTP status 307$"):
        caller.create_participant_connection(exchange.endpoint, TOKEN)
    assert len(exchange.received) == 1


@pytest.mark.parametrize("status", [200, 201, 299])
def test_every_status_of_success_is_one(status: int) -> None:
    """The body is decoded."""
    assert read(status, (), BODY) == CONNECTION


@pytest.mark.parametrize("status", [400, 404, 499, 500, 599])
def test_every_status_of_an_error_is_one(status: int) -> None:
    """Also with the body of a success."""
    assert read(status, (), BODY) == ClassifiedError(None, None, status)


@pytest.mark.parametrize("status", [100, 199, 300, 399, 600])
def test_any_other_status_is_unusable(status: int) -> None:
    """It is neither."""
    with pytest.raises(UnusableReplyError, match=rf"^HTTP status {status}$"):
        read(status, (), BODY)


# The adapter


def test_the_adapter_offers_what_is_judged(reference: Reference) -> None:
    """Each check can be seen at its cheapest."""
    assert Subject(reference).capabilities == ARGUMENTS.keys()


def test_the_adapter_reads_a_success_and_an_error(reference: Reference) -> None:
    """As outcomes."""
    assert reference.read(OK) == Decoded(VALUE)
    assert reference.read(DENIED) == ServiceError("AccessDeniedException", "b", known=True, status=403)


def test_the_adapter_decodes_a_body(reference: Reference) -> None:
    """As an outcome."""
    assert reference.decode_json(BODY) == Decoded(VALUE)


def test_the_adapter_calls(reference: Reference, link: LoopbackLink) -> None:
    """With what the request holds."""
    exchange = link.serve(OK)
    assert reference.call(exchange.endpoint, ConnectionRequest(TOKEN, ("A",), connect_participant=False)) == Decoded(
        VALUE
    )
    assert json.loads(exchange.received[0].body) == {"Type": ["A"], "ConnectParticipant": False}


def test_the_adapter_says_that_a_request_was_not_sent(reference: Reference) -> None:
    """That is no error of the service."""
    assert reference.call("http://127.0.0.1:1", ConnectionRequest("")) == Refused(
        "a participant token is made of visible ASCII characters"
    )


def test_the_errors_of_the_reference_are_its_own(reference: Reference) -> None:
    """An unusable body is rejected, not a crash."""
    assert Subject(reference).receive(Reply(200, (), b"[]")) == Rejected(
        "ParticipantConnection is list, not an object", "UnusableReplyError"
    )


def test_a_connection_that_cannot_be_made_is_an_error_of_its_own() -> None:
    """httpx says so by classes that the adapter names."""
    with closing(LoopbackLink()) as gone:
        nobody = gone.server.origin
    with closing(Reference()) as adapter:
        outcome = Subject(adapter).ask("call", nobody, ConnectionRequest("a"))
    assert isinstance(outcome, Rejected)
    assert outcome.error == "ConnectError"


def test_an_adapter_that_never_called_has_nothing_to_close() -> None:
    """A client costs time: it is made when it is needed."""
    adapter = Reference()
    adapter.close()
    assert "_caller" not in vars(adapter)


# The time limit


def test_a_call_within_its_limit_returns_what_any_other_does(link: LoopbackLink, caller: Caller) -> None:
    """Chunks, headers and all."""
    exchange = link.serve(Answer(DENIED, Delivery(framing=Framing.CHUNKED)))
    result = caller.create_participant_connection(exchange.endpoint, TOKEN, limit_s=5.0)
    assert result == ClassifiedError("AccessDeniedException", "b", 403)
    assert exchange.received[0].values("X-Amz-Bearer") == [TOKEN]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.STALL),
        Fault(FaultKind.STALL, 20),
        Fault(FaultKind.DRIP, seconds=0.02),
        Fault(FaultKind.FLOOD, 200),
    ],
    ids=repr,
)
def test_a_call_ends_at_its_limit(link: LoopbackLink, caller: Caller, fault: Fault) -> None:
    """Wherever it stands, also while there is always something to read."""
    body = BODY + b" " * 1000
    exchange = link.serve(Answer(Reply(200, (), body), Delivery(framing=Framing.CLOSE, fault=fault)))
    with pytest.raises(httpx.ReadTimeout, match=r"^no whole reply within 0\.1 s$"):
        caller.create_participant_connection(exchange.endpoint, TOKEN, limit_s=0.1)


def test_the_adapter_hands_its_limit_on(reference: Reference, link: LoopbackLink) -> None:
    """As its traits say."""
    subject = Subject(reference, link=lambda: link)
    called = subject.call(ConnectionRequest("a"), Answer(OK, Delivery(fault=Fault(FaultKind.STALL))), limit=0.1)
    assert called.outcome == Rejected("no whole reply within 0.1 s", "ReadTimeout")
