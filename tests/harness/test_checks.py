"""The checks that look further than one outcome: what they fail, and what they leave open."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from participant_conformance.checks import decode, registry
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.respx_link import RespxLink
from participant_conformance.reference import codec as reference
from participant_conformance.requirements import Level, catalogue
from participant_conformance.subject import USUAL_REQUEST, NotOfferedError, Subject
from participant_strategies.reply import Case, ConnectionRequest, Decoded, Refused, Rejected, Reply, ServiceError
from participant_strategies.successes import full, success_case
from participant_strategies.value import Enum, String, Structure, Value
from tests.harness.samples import EMPTY, Caller, implementation, subject

FULL = success_case(full())
URL = Structure((("Websocket", Structure((("Url", String("a")),))),))
URL_CASE = success_case(URL)


def drawn(cases: st.SearchStrategy[Any]) -> Any:
    """Return one case of a strategy, the same on every run."""
    return find(cases, lambda _case: True, settings=settings(derandomize=True, database=None, phases=[Phase.generate]))


def judge(name: str, judged: Subject, case: Any) -> None:
    """Let one check judge one case."""
    registry()[name].example(judged, case)


def says(*values: Structure) -> Subject:
    """Return a subject that decodes these values in turn."""
    left = iter(values)
    return subject(lambda _reply: Decoded(next(left)))


# decode.tags, decode.no-duplicate-members


def test_tags_that_are_right_pass() -> None:
    """The only enum is tagged as one."""
    judge("decode.tags", says(full()), FULL)


def test_a_wrong_tag_fails() -> None:
    """The content is right, so that nothing else can be meant."""
    value = Structure((("Websocket", Structure((("Url", Enum("a")),))),))
    with pytest.raises(ConformanceFailure) as failed:
        judge("decode.tags", says(value), URL_CASE)
    assert dict(failed.value.evidence.lines)["differs"] == 'at Websocket.Url: expected "a", got enum "a"'


def test_a_wrong_content_is_no_wrong_tag() -> None:
    """Then the tags are not looked at."""
    with pytest.raises(NotObserved):
        judge("decode.tags", says(Structure()), URL_CASE)


def test_tags_of_members_that_are_lacking_are_not_expected() -> None:
    """An older model has none."""
    judged = says(URL)
    judged.adapter.implementation = implementation(lacks=("WebRTCConnection", "ConnectionCredentials"))  # type: ignore[attr-defined]
    case = success_case(Structure((*URL.members, ("WebRTCConnection", Structure()))))
    judge("decode.tags", judged, case)


@pytest.mark.parametrize("name", ["decode.tags", "decode.no-duplicate-members"])
def test_plain_values_say_nothing_of_tags_and_duplicates(name: str) -> None:
    """Their tags are made by the suite, and a dictionary names nothing twice."""
    plain = Structure.from_plain({"Websocket": {"Url": "a"}})
    with pytest.raises(NotOfferedError, match=r"^values are plain: "):
        judge(name, says(plain), URL_CASE)


def test_a_member_that_is_named_twice_fails() -> None:
    """With the same content, which nothing else would see."""
    value = Structure((("Websocket", Structure((("Url", String("a")), ("Url", String("a"))))),))
    with pytest.raises(ConformanceFailure) as failed:
        judge("decode.no-duplicate-members", says(value), URL_CASE)
    assert dict(failed.value.evidence.lines)["differs"] == "Websocket.Url stands twice"


def test_members_that_are_named_once_pass() -> None:
    """At every depth."""
    judge("decode.no-duplicate-members", says(full()), FULL)


# decode.unknown-enum-kept


def older(*lacks: str) -> Subject:
    """Return a subject whose model lacks members; what it decodes is right for one that lacks none."""
    judged = subject(lambda reply: Decoded(decoded(reply)))
    judged.adapter.implementation = implementation(lacks=lacks)  # type: ignore[attr-defined]
    return judged


@pytest.mark.parametrize("path", ["WebRTCConnection", "WebRTCConnection.Meeting.MeetingFeatures.Audio.EchoReduction"])
def test_a_model_without_the_enum_is_not_judged_on_it(path: str) -> None:
    """Whether the member is lacking or a structure around it."""
    with pytest.raises(NotOfferedError, match=r"^the model has no EchoReduction \(trait lacks\)$"):
        judge("decode.unknown-enum-kept", older(path), decode.enum_case("A"))


@pytest.mark.parametrize("path", ["Websocket", "WebRTCConnection.Attendee"])
def test_a_model_that_lacks_something_else_is_judged_on_the_enum(path: str) -> None:
    """The enum is there."""
    judge("decode.unknown-enum-kept", older(path), decode.enum_case("A"))


# decode.no-memory


def decoded(reply: Reply) -> Structure:
    """Return the value that a reply holds."""
    return reference.decode(reply.body).to_value()


class Remembering:
    """Answers by the members of all replies so far; a later one of the same name wins."""

    def __init__(self) -> None:
        self._members: dict[str, Value] = {}

    def __call__(self, reply: Reply) -> Decoded:
        """Add the members of the reply."""
        self._members |= dict(decoded(reply).members)
        return Decoded(Structure(tuple(self._members.items())))


def test_an_implementation_without_memory_passes() -> None:
    """The second value is all that comes out of the second reply."""
    judge("decode.no-memory", subject(lambda reply: Decoded(decoded(reply))), (FULL, URL_CASE))


@pytest.mark.parametrize("first", [FULL, URL_CASE], ids=["all-members", "one-member"])
def test_a_member_of_the_first_reply_in_the_second_fails(first: Case) -> None:
    """The evidence names the first reply."""
    with pytest.raises(ConformanceFailure) as failed:
        judge("decode.no-memory", subject(Remembering()), (first, success_case(Structure())))
    assert dict(failed.value.evidence.lines)["drawn"] == f"after {first.reply!r}"


@pytest.mark.parametrize(
    "outcome",
    [Decoded(Structure((("Websocket", Structure((("Url", String("c")),))),))), Decoded(Structure()), Rejected("a")],
    ids=["of-neither-reply", "lost", "rejected"],
)
def test_a_second_reply_that_is_always_taken_wrong_is_no_memory(outcome: object) -> None:
    """It comes out in the same way whatever stood before it."""
    judged = subject(lambda reply: outcome if decoded(reply) == URL else Decoded(decoded(reply)))
    with pytest.raises(NotObserved):
        judge("decode.no-memory", judged, (FULL, URL_CASE))


def test_a_first_reply_that_is_taken_wrong_is_not_observed() -> None:
    """It is the control."""
    with pytest.raises(NotObserved):
        judge("decode.no-memory", says(URL, URL), (FULL, URL_CASE))


# decode.null-is-absent


def test_a_value_that_has_every_member_loses_one_to_be_written_as_null(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always a member that can be null."""
    monkeypatch.setattr(decode, "connection_responses", lambda: st.just(full()))
    case = drawn(decode.nulled_members())
    assert b":null" in case.reply.body
    assert case.expected != FULL.expected


# error.never-success


def failed_reply(status: int = 500) -> tuple[Case, Case]:
    """Return an error status with the body of a success, and the success."""
    reply = Reply(status, URL_CASE.reply.headers, URL_CASE.reply.body)
    return Case(reply, ServiceError(None, None, known=False)), URL_CASE


@pytest.mark.parametrize(
    "answer", [ServiceError("a", "b", known=True), ServiceError(None, None, known=False), Rejected("a")], ids=str
)
def test_any_error_is_good_enough_for_an_error_status(answer: object) -> None:
    """Which one is not settled."""
    judge("error.never-success", subject(lambda reply: Decoded(URL) if reply.status < 400 else answer), failed_reply())


def test_a_success_on_an_error_status_fails() -> None:
    """Whatever the body holds."""
    with pytest.raises(ConformanceFailure, match=r"^expected any error, got success ") as failed:
        judge("error.never-success", says(URL, URL), failed_reply())
    assert not failed.value.crash


def test_a_crash_on_an_error_status_fails() -> None:
    """And is marked as one."""

    def answer(reply: Reply) -> object:
        if reply.status < 400:
            return Decoded(URL)
        raise KeyError("code")

    with pytest.raises(ConformanceFailure, match=r"got crash, KeyError") as failed:
        judge("error.never-success", subject(answer), failed_reply())
    assert failed.value.crash


# request.*

Send = Callable[[str, ConnectionRequest], bytes]


def request_bytes(
    host: str, *headers: str, body: str = "{}", line: str = "POST /participant/connection HTTP/1.1"
) -> bytes:
    """Write a request, right or wrong."""
    length = f"Content-Length: {len(body)}"
    return "\r\n".join([line, f"Host: {host}", *headers, length, "", body]).encode("latin-1")


def usual_headers(request: ConnectionRequest) -> tuple[str, str]:
    """Return the headers that the operation needs."""
    return f"X-Amz-Bearer: {request.participant_token}", "Content-Type: application/json"


def usual_body(request: ConnectionRequest) -> str:
    """Return the body that holds what was given."""
    given = {"Type": request.type, "ConnectParticipant": request.connect_participant}
    return json.dumps({name: value for name, value in given.items() if value is not None})


def right(host: str, request: ConnectionRequest) -> bytes:
    """Write the right request, without a look at what the token holds."""
    return request_bytes(host, *usual_headers(request), body=usual_body(request))


@pytest.fixture(scope="module")
def link() -> Iterator[LoopbackLink]:
    """A link for all calls of this module."""
    with closing(LoopbackLink()) as made:
        yield made


@pytest.fixture
def sending(link: LoopbackLink) -> Callable[[Send], Subject]:
    """Make a subject that sends what a function writes, and nothing where it writes nothing."""

    def make(write: Send) -> Subject:
        def call(endpoint: str, request: ConnectionRequest) -> object:
            host = urlsplit(endpoint).netloc
            if data := write(host, request):
                with socket.create_connection(("127.0.0.1", link.port), 30) as connection:
                    connection.sendall(data)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(1 << 16):
                        """Wait until all of it was taken."""
            return EMPTY if data else Refused("no request")

        return Subject(Caller(call), link=lambda: link)

    return make


#: Those that judge what arrived, whatever the reply becomes.
REQUESTS = [name for name in registry() if name.startswith("request.") and catalogue()[name].level is Level.MUST]


@pytest.mark.parametrize("name", [name for name in REQUESTS if name != "request.header-injection"])
def test_the_right_request_passes(sending: Callable[[Send], Subject], name: str) -> None:
    """Of the first case of each check."""
    check = registry()[name]
    case = check.vectors[0] if check.vectors else drawn(check.cases())
    judge(name, sending(right), case)


def test_a_call_that_sends_nothing_fails(sending: Callable[[Send], Subject]) -> None:
    """The outcome is told instead."""
    told = r"^expected a request, got none; request refused: \"no request\"$"
    with pytest.raises(ConformanceFailure, match=told):
        judge("request.line", sending(lambda *_given: b""), USUAL_REQUEST)


def test_a_request_that_is_no_http_fails(sending: Callable[[Send], Subject]) -> None:
    """Its bytes are told."""
    with pytest.raises(ConformanceFailure, match=r"^expected an HTTP request, got illegal request line.*: NONSENSE"):
        judge("request.line", sending(lambda *_given: b"NONSENSE\r\n\r\n"), USUAL_REQUEST)


def test_another_line_fails(sending: Callable[[Send], Subject]) -> None:
    """Both lines are told."""
    with pytest.raises(ConformanceFailure) as failed:
        judge("request.line", sending(lambda host, _request: request_bytes(host, line="GET / HTTP/1.1")), USUAL_REQUEST)
    assert (failed.value.expected, failed.value.got) == ("POST /participant/connection", "GET /")


def test_the_evidence_of_a_request_names_the_path_of_the_endpoint(sending: Callable[[Send], Subject]) -> None:
    """Where one was given."""
    with pytest.raises(ConformanceFailure) as failed:
        judge("request.endpoint-path", sending(right), "/a/")
    assert dict(failed.value.evidence.lines)["call"] == f"{USUAL_REQUEST!r} to http://HOST/a/"


def test_a_control_that_is_not_sent_right_is_not_observed(sending: Callable[[Send], Subject]) -> None:
    """Then the path says nothing."""
    with pytest.raises(NotObserved, match=r"^expected POST /participant/connection, got GET /$"):
        judge("request.endpoint-path", sending(lambda host, _r: request_bytes(host, line="GET / HTTP/1.1")), "/a/")


@pytest.mark.parametrize(
    "headers", [(), ("X-Amz-Bearer: b",), ("X-Amz-Bearer: a", "x-amz-bearer: a")], ids=["none", "other", "twice"]
)
def test_a_token_that_is_not_there_once_fails(sending: Callable[[Send], Subject], headers: tuple[str, ...]) -> None:
    """As it was given."""
    with pytest.raises(ConformanceFailure, match=r'^expected X-Amz-Bearer: "a", once, got \['):
        judge("request.bearer", sending(lambda host, _request: request_bytes(host, *headers)), ConnectionRequest("a"))


@pytest.mark.parametrize(
    "body",
    ["", "{", "\u00ff", "[]", '"a"', '{"Type":[]}', '{"Type":null}', '{"ParticipantToken":"a"}'],
    ids=["empty", "cut", "no-utf-8", "list", "text", "empty-type", "null-type", "token"],
)
def test_another_body_fails(sending: Callable[[Send], Subject], body: str) -> None:
    """Nothing was given but the token, so nothing stands in the body."""
    with pytest.raises(ConformanceFailure, match=r"^expected \{\}, got "):
        judge("request.body", sending(lambda host, _request: request_bytes(host, body=body)), ConnectionRequest("a"))


def test_a_member_that_stands_twice_in_the_body_fails(sending: Callable[[Send], Subject]) -> None:
    """A parser would see it once."""
    body = '{"ConnectParticipant":true,"ConnectParticipant":true}'
    case = ConnectionRequest("a", None, connect_participant=True)
    with pytest.raises(ConformanceFailure, match=r'^expected \{"ConnectParticipant": true\}, got '):
        judge("request.body", sending(lambda host, _request: request_bytes(host, body=body)), case)


@pytest.mark.parametrize("values", [(), ("text/plain",), ("application/json", "application/json")], ids=str)
def test_another_media_type_fails(sending: Callable[[Send], Subject], values: tuple[str, ...]) -> None:
    """It stands there once."""
    headers = [f"Content-Type: {value}" for value in values]
    with pytest.raises(ConformanceFailure, match=r"^expected Content-Type: application/json, once, got \["):
        judge("request.content-type", sending(lambda host, _r: request_bytes(host, *headers)), ConnectionRequest("a"))


def test_a_media_type_may_have_parameters(sending: Callable[[Send], Subject]) -> None:
    """And any case."""
    header = "Content-Type: Application/JSON; charset=utf-8"
    judge("request.content-type", sending(lambda host, _request: request_bytes(host, header)), ConnectionRequest("a"))


@pytest.mark.parametrize("forbidden", ["\n", "\r", "\r\n", "\0", "\r\n ", "\n\n", "\r\n\r\n"], ids=repr)
@pytest.mark.parametrize("behind", ["efgh", "X-Injected: efgh"])
def test_a_forbidden_character_on_the_wire_fails(
    sending: Callable[[Send], Subject], forbidden: str, behind: str
) -> None:
    """Also where it tears the request into two."""
    with pytest.raises(
        ConformanceFailure, match=r"^expected a request without these characters in a header, or none, "
    ):
        judge("request.header-injection", sending(right), ("abcd", forbidden, behind))


@pytest.mark.parametrize(
    "change",
    [lambda token: token.replace("\r\n", ""), lambda token: token.replace("\r\n", "%0D%0A"), lambda _token: None],
    ids=["taken-out", "escaped", "refused"],
)
def test_how_a_forbidden_character_is_kept_off_the_wire_is_free(
    sending: Callable[[Send], Subject], change: Callable[[str], str | None]
) -> None:
    """Only what arrives is judged."""

    def write(host: str, request: ConnectionRequest) -> bytes:
        clean = "\r\n" not in request.participant_token
        token = request.participant_token if clean else change(request.participant_token)
        return b"" if token is None else right(host, ConnectionRequest(token))

    judge("request.header-injection", sending(write), ("abcd", "\r\n", "X-Injected: efgh"))


def test_a_client_that_sends_no_token_at_all_injects_nothing_that_could_be_seen(
    sending: Callable[[Send], Subject],
) -> None:
    """The control would have shown it."""
    with pytest.raises(NotObserved):
        judge("request.header-injection", sending(lambda host, _r: request_bytes(host)), ("abcd", "\r\n", "efgh"))


def test_bytes_are_not_looked_at_where_the_link_does_not_see_them() -> None:
    """The check is not offered."""
    with closing(Subject(Caller(), link=RespxLink)) as judged:
        result = run_check(registry()["request.header-injection"], judged, Effort(1))
    assert (result.finding, result.examples) == (Finding.NOT_OFFERED, 0)


@pytest.mark.parametrize(
    ("write", "place"),
    [
        (
            lambda host, r: request_bytes(
                host, *usual_headers(r), line=f"POST /participant/connection?t={r.participant_token} HTTP/1.1"
            ),
            "in the URL too",
        ),
        (
            lambda host, r: request_bytes(host, *usual_headers(r), body=json.dumps({"T": r.participant_token})),
            "in the body too",
        ),
        (
            lambda host, r: request_bytes(host, *usual_headers(r), f"Cookie: t={r.participant_token}"),
            "in the header Cookie too",
        ),
    ],
    ids=["url", "body", "header"],
)
def test_a_token_that_stands_elsewhere_too_fails(sending: Callable[[Send], Subject], write: Send, place: str) -> None:
    """The place is told."""
    with pytest.raises(ConformanceFailure) as failed:
        judge("request.token-in-header-alone", sending(write), ConnectionRequest("tk~0123456789abcdef"))
    assert failed.value.got == place
