"""Checks of ``request.*``: what a call puts on the wire."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable
from urllib.parse import unquote

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import PLAIN
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.links import Received
from participant_conformance.subject import USUAL_REQUEST, Called, Subject
from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest, shown_bytes
from participant_strategies.requests import connection_requests, participant_tokens

#: Says what is wrong with a request that arrived, as (expected, got), or ``None``.
Fault = Callable[[Received], tuple[str, str] | None]


def judge_requests(subject: Subject, request: ConnectionRequest, fault: Fault, *, path: str = "") -> Called:
    """Let the implementation send ``request``, and judge every attempt that arrived by ``fault``."""
    called = subject.call(request, PLAIN.reply, path=path)
    if not called.received:
        raise _failure(request, path, "a request", f"none; {called.outcome!r}")
    for received in called.received:
        if received.problem:
            raise _failure(request, path, "an HTTP request", f"{received.problem}: {shown_bytes(received.head)}")
        if wrong := fault(received):
            raise _failure(request, path, *wrong)
    return called


def require_requests(subject: Subject, request: ConnectionRequest, fault: Fault) -> None:
    """Let the implementation send a control; raise ``NotObserved`` if it does not arrive right."""
    try:
        judge_requests(subject, request, fault)
    except ConformanceFailure as wrong:
        raise NotObserved.because(wrong) from None


def _failure(request: ConnectionRequest, path: str, expected: str, got: str) -> ConformanceFailure:
    call = f"{request!r} to http://HOST{path}" if path else repr(request)
    evidence = Evidence((("call", call), ("expected", expected), ("got", got)))
    return ConformanceFailure(expected, got, evidence=evidence)


def _line(prefix: str = "") -> Fault:
    expected = f"{contract().method} {prefix}{contract().uri}"

    def fault(received: Received) -> tuple[str, str] | None:
        got = f"{received.method} {received.target}"
        return None if got == expected else (expected, got)

    return fault


@check("request.line", connection_requests, vectors=(USUAL_REQUEST,))
def test_request_line(subject: Subject, case: ConnectionRequest) -> None:
    judge_requests(subject, case, _line())


def paths() -> SearchStrategy[str]:
    """Draw the path of an endpoint, with and without a ``/`` at its end, of unreserved characters (RFC 3986)."""
    segments = st.text(string.ascii_letters + string.digits + "-_~", min_size=1, max_size=8)
    drawn = st.tuples(st.lists(segments, max_size=3), st.sampled_from(["", "/"]))
    return drawn.map(lambda parts: "".join(f"/{segment}" for segment in parts[0]) + parts[1])


@check("request.endpoint-path", paths, vectors=("", "/", "/a", "/a/", "/a/b"))
def test_request_endpoint_path(subject: Subject, case: str) -> None:
    require_requests(subject, USUAL_REQUEST, _line())
    judge_requests(subject, USUAL_REQUEST, _line(case.rstrip("/")), path=case)


def _bearer(token: str) -> Fault:
    name = contract().token_header

    def fault(received: Received) -> tuple[str, str] | None:
        values = received.values(name)
        return None if values == [token] else (f"{name}: {json.dumps(token)}, once", json.dumps(values))

    return fault


@check("request.bearer", lambda: participant_tokens().map(ConnectionRequest))
def test_request_bearer(subject: Subject, case: ConnectionRequest) -> None:
    judge_requests(subject, case, _bearer(case.participant_token))


def _body(request: ConnectionRequest) -> Fault:
    expected = list(request.members.items())

    def fault(received: Received) -> tuple[str, str] | None:
        got = shown_bytes(received.body)
        wanted = json.dumps(dict(expected))
        try:
            # Pairs, so that a member that stands twice is seen.
            parsed = json.loads(received.body.decode("utf-8"), object_pairs_hook=_Pairs)
        except ValueError:
            return wanted, got
        right = isinstance(parsed, _Pairs) and sorted(parsed, key=_first) == sorted(expected, key=_first)
        return None if right else (wanted, got)

    return fault


class _Pairs(list[tuple[str, object]]):
    """An object as pairs, told apart from an array."""


def _first(pair: tuple[str, object]) -> str:
    return pair[0]


@check(
    "request.body",
    connection_requests,
    vectors=(
        ConnectionRequest("a"),
        ConnectionRequest("a", ("WEBSOCKET",)),
        ConnectionRequest("a", None, connect_participant=False),
        ConnectionRequest("a", ("WEBSOCKET", "CONNECTION_CREDENTIALS", "WEBSOCKET"), connect_participant=True),
    ),
)
def test_request_body(subject: Subject, case: ConnectionRequest) -> None:
    judge_requests(subject, case, _body(case))


@check("request.unknown-type-sent", lambda: connection_requests(known_types=False))
def test_request_unknown_type_sent(subject: Subject, case: ConnectionRequest) -> None:
    listed = ConnectionRequest(case.participant_token, ("WEBSOCKET",), case.connect_participant)
    require_requests(subject, listed, _body(listed))
    judge_requests(subject, case, _body(case))


def _media_type(received: Received) -> tuple[str, str] | None:
    values = received.values("Content-Type")
    media_types = [value.partition(";")[0].strip().lower() for value in values]
    return None if media_types == ["application/json"] else ("Content-Type: application/json, once", json.dumps(values))


@check("request.content-type", connection_requests, vectors=(ConnectionRequest("a"), USUAL_REQUEST))
def test_request_content_type(subject: Subject, case: ConnectionRequest) -> None:
    judge_requests(subject, case, _media_type)


@st.composite
def injections(draw: DrawFn) -> tuple[str, str, str]:
    """Draw the part of a token before the forbidden characters, these, and the part behind them."""
    words = st.text(string.ascii_letters + string.digits, min_size=4, max_size=12)
    forbidden = draw(st.sampled_from(["\n", "\r", "\r\n", "\0", "\r\n ", "\n\t", "\n\n", "\r\n\r\n"]))
    behind = draw(st.sampled_from(["", "X-Injected: "])) + draw(words)
    return draw(words), forbidden, behind


_INJECTIONS = (("abcd", "\r\n", "X-Injected: efgh"), ("abcd", "\r\n ", "efgh"), ("abcd", "\0", "efgh"))


@check("request.header-injection", injections, vectors=_INJECTIONS)
def test_request_header_injection(subject: Subject, case: tuple[str, str, str]) -> None:
    before, forbidden, behind = case
    control = ConnectionRequest(before + behind.replace(": ", "-"))
    require_requests(subject, control, _bearer(control.participant_token))
    request = ConnectionRequest(before + forbidden + behind)
    # Whether and how it is refused is free; only what arrived is judged, also where it is no HTTP any more.
    # A blank line ends a head: what stands behind it has become a body, or a request of its own.
    wire = b"".join(
        received.head + b"\r\n\r\n" + received.body for received in subject.call(request, PLAIN.reply).received
    )
    seen = re.search(re.escape(before.encode()) + rb"[\r\n\0][^a-zA-Z0-9]*" + re.escape(behind.encode()), wire)
    if seen:
        expected = "a request without these characters in a header, or none"
        raise _failure(request, "", expected, f"on the wire: {shown_bytes(seen[0])}")


@st.composite
def recognisable_tokens(draw: DrawFn) -> ConnectionRequest:
    """Draw a request whose token can be found again wherever it went."""
    unique = draw(st.text(string.ascii_letters + string.digits, min_size=16, max_size=40))
    request = draw(connection_requests())
    return ConnectionRequest(f"tk~{unique}", request.type, request.connect_participant)


@check("request.token-in-header-alone", recognisable_tokens)
def test_request_token_in_header_alone(subject: Subject, case: ConnectionRequest) -> None:
    token, own = case.participant_token, contract().token_header.lower()
    require_requests(subject, case, lambda received: None if token in received.values(own) else ("the token", "none"))

    def fault(received: Received) -> tuple[str, str] | None:
        elsewhere = {"the URL": unquote(received.target), "the body": unquote(received.body.decode("utf-8", "replace"))}
        elsewhere |= {f"the header {name}": value for name, value in received.headers if name.lower() != own}
        place = next((place for place, text in elsewhere.items() if token in text), None)
        return None if place is None else (f"the token in {contract().token_header} alone", f"in {place} too")

    judge_requests(subject, case, fault)


__all__ = [name for name in globals() if name.startswith("test_")]
