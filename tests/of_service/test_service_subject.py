"""What plays the service, as the checks see it: who it is, what cannot be judged, and what is never shown."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest

from participant_conformance.adapter import AdapterError
from participant_conformance.links import Received
from participant_conformance.links.outgoing import NoReply
from participant_conformance.service_subject import ServiceSubject, conceal
from participant_conformance.subject import ImplementationHungError, NotOfferedError, described
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.reply import ConnectionRequest, Reply
from participant_strategies.service_requests import HttpRequest, plain_request
from tests.of_service.bench import opened
from tests.of_service.fakes import fake, served, success

TOKEN = "QVFJREFI/+abcdefgh=="
USUAL = plain_request(ConnectionRequest("abc", ("WEBSOCKET",))).http


@pytest.fixture(name="subject", scope="module")
def subject_fixture() -> Iterator[ServiceSubject]:
    """Return the small fake, with a token of the user's."""
    with opened(fake, TOKEN) as subject:
        yield subject


def test_a_service_is_named_by_where_it_is(subject: ServiceSubject) -> None:
    """There is no version, no language, no trait."""
    told = described(subject)
    assert told["name"] == f"service at {subject.address.name}"
    assert (told["version"], told["language"], told["capabilities"], told["traits"]) == ("", "", ["service"], {})


def test_what_stands_before_an_upstream_is_a_proxy_too() -> None:
    """The suite plays the service behind it."""
    with served(fake) as server, closing(ServiceSubject(server.origin, upstream=0)) as subject:
        assert subject.capabilities == {"service", "proxy"}
        assert subject.upstream_port
        assert subject.sees_raw_bytes()


def test_without_an_upstream_nothing_is_seen_behind_it(subject: ServiceSubject) -> None:
    """What asks for it is not offered."""
    assert subject.upstream_port is None
    with pytest.raises(NotOfferedError), subject.upstream_answering(success({})):
        pass


def test_what_plays_the_service_is_no_adapter(subject: ServiceSubject) -> None:
    """What only a client can do is not offered."""
    with pytest.raises(NotOfferedError):
        subject.receive(success({}))


def test_nobody_there_cannot_be_judged() -> None:
    """One sentence says where nobody was."""
    with served(fake) as server:
        url = server.origin
    with pytest.raises(AdapterError, match=f"^no service at {url}: connection refused$"):
        ServiceSubject(url)


def test_nobody_who_answers_cannot_be_judged() -> None:
    """TLS that is never spoken."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(AdapterError, match=r"no connection within 0\.2 s$"):
            ServiceSubject(url, time_limit=0.2)


def test_a_name_that_nobody_has_cannot_be_judged() -> None:
    """RFC 6761: names below test are nobody's."""
    with pytest.raises(AdapterError, match=r"^no service at http://a\.test: name or service not known$"):
        ServiceSubject("http://a.test")


def test_a_port_that_is_taken_cannot_be_the_upstream() -> None:
    """One sentence says which."""
    with served(fake) as server, pytest.raises(AdapterError, match=f"on 127.0.0.1:{server.port}: .*in use"):
        ServiceSubject(server.origin, upstream=server.port)


def test_the_upstream_is_closed_where_nobody_is_there() -> None:
    """Nothing is left open."""
    with served(fake) as server, served(fake) as other:
        url, free = server.origin, other.port
    with pytest.raises(AdapterError, match="no service"):
        ServiceSubject(url, upstream=free)
    with closing(socket.create_server(("127.0.0.1", free))):
        pass


@pytest.mark.parametrize("url", ["a.example", "http://name:secret@a.example"])
def test_what_is_no_url_cannot_be_judged(url: str) -> None:
    """Before anything is reached."""
    with pytest.raises(AdapterError, match="URL"):
        ServiceSubject(url)


@pytest.mark.parametrize(
    ("token", "what"), [("", "is empty"), ("a b", "no visible ASCII"), ("a\n", "no visible"), ("\u00e9", "no visible")]
)
def test_a_token_that_no_header_can_hold_cannot_be_used(token: str, what: str) -> None:
    """Its number is told, and not the token."""
    with pytest.raises(AdapterError, match=f"^token number 2 .*{what}") as refused:
        ServiceSubject("http://127.0.0.1:9", tokens=("abc", token))
    assert not token or token not in str(refused.value)


def test_a_reply_that_does_not_come_is_a_hang() -> None:
    """It is told with the request, and counted."""
    answer = Answer(success({}), Delivery(fault=Fault(FaultKind.STALL)))
    with served(lambda _received: answer) as server:
        subject = ServiceSubject(server.origin, tokens=(TOKEN,), time_limit=0.2)
        with pytest.raises(ImplementationHungError, match=r"within 0\.2 s") as hung:
            subject.send(USUAL.bearing(TOKEN))
        assert f"POST /participant/connection · X-Amz-Bearer: {conceal(TOKEN)} · " in hung.value.during
        assert len(subject.abandoned) == 1
        assert TOKEN not in subject.abandoned[0]


def test_what_arrives_behind_the_proxy_is_seen() -> None:
    """While it is looked at; before and afterwards the service is played."""
    with (
        served(fake) as front,
        closing(ServiceSubject(front.origin, upstream=0)) as subject,
        closing(ServiceSubject(f"http://127.0.0.1:{subject.upstream_port}")) as behind,
    ):
        before = behind.send(USUAL)
        with subject.upstream_answering(success({"a": 1})) as received:
            between = behind.send(USUAL)
        after = behind.send(HttpRequest("GET", "/elsewhere", (), b""))
    assert isinstance(before, Reply)
    assert json.loads(before.body).keys() == {"Websocket"}
    assert isinstance(between, Reply)
    assert between.body == b'{"a": 1}'
    assert [one.method for one in received] == ["POST"]
    assert isinstance(after, Reply)
    assert after.status == 404


def test_what_is_no_request_behind_the_proxy_is_refused() -> None:
    """And recorded, as everything that arrives while it is looked at."""
    with (
        served(fake) as front,
        closing(ServiceSubject(front.origin, upstream=0)) as subject,
        subject.upstream_answering(success({})) as received,
        socket.create_connection(("127.0.0.1", subject.upstream_port or 0)) as raw,
    ):
        raw.sendall(b"no request\r\n\r\n")
        assert raw.recv(12) == b"HTTP/1.1 400"
    assert [bool(one.problem) for one in received] == [True]


# Tokens of the user's


@pytest.mark.parametrize(
    ("token", "shown"),
    [("abcdefghijkl", "abcd…(12 characters)"), ("abcdefghijk", "…(11 characters)"), ("a", "…(1 characters)")],
)
def test_a_token_is_shown_by_its_begin_and_its_length(token: str, shown: str) -> None:
    """Of a short one not even the begin."""
    assert conceal(token) == shown


@pytest.mark.parametrize(
    "spelling",
    [TOKEN, json.dumps(TOKEN), TOKEN.replace("/", "\\/"), quote(TOKEN, safe="")],
    ids=["as it is", "in JSON", "with escaped slashes", "in a URL"],
)
def test_a_token_is_hidden_however_it_is_spelled(subject: ServiceSubject, spelling: str) -> None:
    """In whatever a service says."""
    shown = subject.hidden(f"before {spelling} behind")
    assert conceal(TOKEN) in shown
    assert spelling.strip('"') not in shown


def test_a_token_that_is_cut_is_hidden(subject: ServiceSubject) -> None:
    """What is too long to be shown whole is searched before it is cut."""
    reply = Reply(200, (("X-Amzn-Errortype", TOKEN), ("X-Other", TOKEN)), b"a" * 290 + TOKEN.encode())
    shown = subject.shown(reply)
    assert TOKEN[:8] not in shown
    assert f"X-Amzn-Errortype: {conceal(TOKEN)}" in shown
    assert "X-Other" not in shown


def test_bytes_that_are_no_text_are_shown_as_they_are(subject: ServiceSubject) -> None:
    """Nothing is lost by the search."""
    assert subject.shown(Reply(200, (), b"\xff")) == "HTTP 200 · \\xff"
    assert subject.shown(NoReply("a")) == "no reply: a"


def test_a_request_is_shown_without_the_users_token(subject: ServiceSubject) -> None:
    """One with a token of ours is shown as it is."""
    assert subject.concealed(USUAL.bearing(TOKEN)).token == conceal(TOKEN)
    assert subject.concealed(USUAL) is USUAL


def test_a_token_within_another_leaves_nothing_of_it() -> None:
    """The longer one is looked for first."""
    with opened(fake, "abcdef", "abcdefghijklmnop") as subject:
        assert subject.hidden("abcdefghijklmnop abcdef") == "abcd…(16 characters) …(6 characters)"


def test_a_token_of_a_few_characters_is_no_secret() -> None:
    """Words that happen to hold it are left as they are; the request is not shown with it all the same."""
    with opened(fake, "a") as subject:
        assert subject.hidden("a banana") == "a banana"
        assert subject.concealed(USUAL.bearing("a")).token == "…(1 characters)"


def test_a_token_given_twice_is_one() -> None:
    """It is tried once."""
    with opened(fake, "abc", "abc") as subject:
        assert subject.tokens == ("abc",)


def test_a_request_reaches_the_service_with_its_token() -> None:
    """What is hidden is hidden from people alone."""
    seen: list[Received] = []

    def play(received: Received) -> Reply:
        seen.append(received)
        return fake(received)

    with opened(play, TOKEN) as subject:
        subject.send(USUAL.bearing(TOKEN))
    assert seen[0].values("X-Amz-Bearer") == [TOKEN]
