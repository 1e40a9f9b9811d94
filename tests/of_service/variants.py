"""Correct fakes and proxies that are not the small ones, and dead ones that look at nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from types import MappingProxyType

from participant_conformance.links import Received
from participant_conformance.service_subject import ServiceSubject
from participant_conformance.serving import ParticipantService
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.reply import Reply
from participant_strategies.service_requests import MEMBERS
from tests.of_service.bench import Open, Variant, opened, variant, with_headers
from tests.of_service.fakes import asked, connection, error, fake, served_by_library, success
from tests.of_service.proxies import Beyond, Proxy, proxied, proxy

#: A token that a strict fake takes, and none that is drawn.
GIVEN = "given-token-0123456789"


def freedom(play: Callable[[Received], Answer | Reply]) -> Variant:
    """Make a variant of a fake."""

    def open_it() -> object:
        return opened(play)

    open_it.__name__, open_it.__doc__ = play.__name__, play.__doc__
    return variant(open_it)  # type: ignore[arg-type] # a context manager of a subject


@variant
@contextmanager
def the_simulated_service() -> Iterator[ServiceSubject]:
    """The service that `participant-conformance serve` plays, which makes a participant of any token."""
    with ParticipantService(accept_any_token=True) as service, closing(ServiceSubject(service.endpoint)) as subject:
        yield subject


@variant
@contextmanager
def a_strict_service() -> Iterator[ServiceSubject]:
    """The same, which takes no token but one that the user gives."""
    with ParticipantService() as service:
        service.create_participant(token=GIVEN)
        with closing(ServiceSubject(service.endpoint, tokens=(GIVEN,))) as subject:
            yield subject


@variant
@contextmanager
def a_service_without_a_token() -> Iterator[ServiceSubject]:
    """The same, and the user gives none: what needs one is not judged."""
    with ParticipantService() as service, closing(ServiceSubject(service.endpoint)) as subject:
        yield subject


@variant
@contextmanager
def another_server() -> Iterator[ServiceSubject]:
    """The server of Python's library: HTTP/1.0, a thread for each request."""
    with served_by_library(fake) as url, closing(ServiceSubject(url)) as subject:
        yield subject


@variant
@contextmanager
def below_a_path() -> Iterator[ServiceSubject]:
    """The operation stands below a path of the service's own."""

    def play(received: Received) -> Reply:
        return fake(replace(received, target=received.target.removeprefix("/stage")))

    with opened(play) as root, closing(ServiceSubject(f"http://{root.address.name}/stage/")) as subject:
        yield subject


@freedom
def dressed_types(received: Received) -> Reply:
    """Writes the type of an error with a namespace and a URI, in another case of the header, and in the body too."""
    reply = fake(received)
    name = reply.header("X-Amzn-Errortype")
    if name is None:
        return reply
    body = json.dumps({"__type": name, **json.loads(reply.body)}).encode()
    dressed = f"com.amazonaws.connectparticipant#{name}:http://internal.amazon.com/coral/"
    return with_headers(replace(reply, body=body), ("x-amzn-errortype", dressed), without="X-Amzn-Errortype")


@freedom
def chunked(received: Received) -> Answer:
    """Sends its replies in chunks, behind an interim reply."""
    return Answer(fake(received), Delivery(framing=Framing.CHUNKED, chunk=7, interim=(103,)))


@freedom
def until_the_end(received: Received) -> Answer:
    """Sends no length, and closes the connection behind each reply."""
    return Answer(fake(received), Delivery(framing=Framing.CLOSE))


@freedom
def everything_always(received: Received) -> Reply:
    """Sends all members, whatever was asked for, as null those that were not."""
    types, reply = asked(received.body), fake(received)
    if reply.status != 200 or types is None:
        return reply
    nulls = dict.fromkeys(("Websocket", "ConnectionCredentials", "WebRTCConnection"))
    return success({**nulls, **json.loads(reply.body)})


@freedom
def same_for_all(received: Received) -> Reply:
    """Gives every caller the same values."""
    types, reply = asked(received.body), fake(received)
    return reply if reply.status != 200 else success(connection("a", types or []))


_numbers = count()


@freedom
def new_each_time(received: Received) -> Reply:
    """Gives new values to every call."""
    types, reply = asked(received.body), fake(received)
    return reply if reply.status != 200 else success(connection(str(next(_numbers)), types or []))


@freedom
def particular_about_tokens(received: Received) -> Reply:
    """Takes tokens of letters, digits, dots and hyphens alone."""
    token = "".join(received.values("X-Amz-Bearer")).strip()
    return fake(received) if token.replace(".", "").replace("-", "").isalnum() else error("AccessDeniedException")


@freedom
def chats_alone(received: Received) -> Reply:
    """Knows no calls: WEBRTC_CONNECTION is a ValidationException."""
    types = asked(received.body) or []
    return (
        error("ValidationException")
        if "WEBRTC_CONNECTION" in types and fake(received).status == 200
        else fake(received)
    )


@freedom
def body_before_token(received: Received) -> Reply:
    """Looks at the body first, so that a request with both wrong is a ValidationException."""
    right = received.method != "POST" or asked(received.body) is not None
    return fake(received) if right else error("ValidationException")


def passing(play: Proxy) -> Variant:
    """Make a variant of a proxy."""

    def open_it() -> object:
        return proxied(play)

    open_it.__name__, open_it.__doc__ = play.__name__, play.__doc__
    return variant(open_it)  # type: ignore[arg-type] # a context manager of a subject


@passing
def a_plain_proxy(beyond: Beyond, received: Received) -> Reply:
    """Passes everything on."""
    return proxy(beyond, received)


@passing
def writes_json_anew(beyond: Beyond, received: Received) -> Reply:
    """Reads the JSON of a reply and writes it again."""
    reply = proxy(beyond, received)
    return replace(reply, body=json.dumps(json.loads(reply.body)).encode()) if reply.body else reply


@passing
def adds_headers(beyond: Beyond, received: Received) -> Reply:
    """Adds headers of its own on both ways, and a charset."""
    onward = replace(received, headers=(*received.headers, ("Via", "1.1 a"), ("X-Forwarded-For", "127.0.0.1")))
    reply = proxy(beyond, onward)
    charset = ("Content-Type", "application/json; charset=utf-8")
    return with_headers(reply, ("Via", "1.1 a"), charset, without="Content-Type")


@cache
def variants() -> MappingProxyType[str, Variant]:
    """Return every variant by its name."""
    return MappingProxyType({item.name: item for item in globals().values() if isinstance(item, Variant)})


def _dead(answer: Answer | Reply) -> Open:
    return lambda: opened(lambda _received: answer)


_DENIED = error("AccessDeniedException")
#: What looks at nothing, by what it always does; and the MUSTs of which that is enough.
DEAD: MappingProxyType[str, tuple[Open, tuple[str, ...]]] = MappingProxyType(
    {
        "an empty success": (_dead(success({})), ()),
        # Its one body holds whatever can be asked for, and nothing else; that it accepts requests is not believed.
        "everything there is": (_dead(success(connection("a", list(MEMBERS)))), ("service.reply-in-contract",)),
        # It is an error of the operation, and rightly written; that is all there is to it.
        "AccessDeniedException": (_dead(_DENIED), ("service.error-type-and-status-agree",)),
        "403 without a type": (_dead(replace(_DENIED, headers=())), ()),
        "a page with 500": (_dead(Reply(500, (("Content-Type", "text/html"),), b"<h1>500</h1>")), ()),
        "a redirect": (_dead(Reply(301, (("Location", "https://a.example/"),), b"")), ()),
        "no reply": (_dead(Answer(success({}), Delivery(fault=Fault(FaultKind.CUT)))), ()),
        "a reset": (_dead(Answer(success({}), Delivery(fault=Fault(FaultKind.RESET)))), ()),
        "half a body": (_dead(Answer(success({}), Delivery(fault=Fault(FaultKind.LENGTH, by=5)))), ()),
    }
)
