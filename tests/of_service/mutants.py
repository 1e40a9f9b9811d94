"""Fakes and proxies with one mistake each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from participant_conformance.links import Received
from participant_conformance.requirements import catalogue
from participant_strategies.contract import contract
from participant_strategies.reply import Reply
from tests.of_service.bench import Mutant, faking, mixing, proxying, remembering, replying, with_headers
from tests.of_service.fakes import Fake, asked, error, fake
from tests.of_service.proxies import Beyond, proxy

_PAGE = Reply(500, (("Content-Type", "text/html"),), b"<h1>Internal Server Error</h1>")


def _body(message: Received | Reply) -> Any:
    try:
        return json.loads(message.body)
    except ValueError:
        return None


def _member(received: Received, name: str) -> object:
    body = _body(received)
    return body.get(name) if isinstance(body, dict) else None


def _edited(reply: Reply, edit: Callable[[Any], object]) -> Reply:
    return replace(reply, body=json.dumps(edit(_body(reply))).encode())


# service.accepts-valid


@faking("service.accepts-valid")
def fails_without_a_type(play: Fake, received: Received) -> Reply:
    """Answers 500 and a page where Type is absent."""
    reply = play(received)
    return _PAGE if reply.status == 200 and _member(received, "Type") is None else reply


@faking("service.accepts-valid")
def knows_no_false(play: Fake, received: Received) -> Reply:
    """Answers ConflictException where ConnectParticipant is false."""
    reply = play(received)
    wrong = reply.status == 200 and _member(received, "ConnectParticipant") is False
    return (
        with_headers(
            replace(error("ValidationException"), status=409),
            ("X-Amzn-Errortype", "ConflictException"),
            without="X-Amzn-Errortype",
        )
        if wrong
        else reply
    )


# service.reply-in-contract


@faking("service.reply-in-contract")
def tells_more(play: Fake, received: Received) -> Reply:
    """Adds a member of its own to each success."""
    reply = play(received)
    return _edited(reply, lambda body: {**body, "Debug": "a"}) if reply.status == 200 else reply


@faking("service.reply-in-contract")
def counts_seconds(play: Fake, received: Received) -> Reply:
    """Writes expiries as numbers."""
    reply = play(received)

    def edit(body: Any) -> object:
        for member, name in (("Websocket", "ConnectionExpiry"), ("ConnectionCredentials", "Expiry")):
            if member in body:
                body[member][name] = 1767225600
        return body

    return _edited(reply, edit) if reply.status == 200 else reply


@faking("service.reply-in-contract")
def answers_the_first_type(play: Fake, received: Received) -> Reply:
    """Looks at the first Type alone."""
    types = asked(received.body)
    body = {**_body(received), "Type": types[:1]} if types else None
    return play(replace(received, body=json.dumps(body).encode())) if body else play(received)


# service.error-type-and-status-agree


@faking("service.error-type-and-status-agree")
def type_in_the_body_alone(play: Fake, received: Received) -> Reply:
    """Names the type of an error in __type, and not in the header."""
    reply = play(received)
    if reply.status == 200:
        return reply
    name = reply.header("X-Amzn-Errortype")
    return with_headers(_edited(reply, lambda body: {"__type": name, **body}), without="X-Amzn-Errortype")


@faking("service.error-type-and-status-agree")
def every_error_is_400(play: Fake, received: Received) -> Reply:
    """Sends every error with status 400."""
    reply = play(received)
    return replace(reply, status=400) if reply.status == 403 else reply


@faking("service.error-type-and-status-agree")
def message_in_lower_case(play: Fake, received: Received) -> Reply:
    """Writes the message of an error as message."""
    reply = play(received)
    return reply if reply.status == 200 else _edited(reply, lambda body: {"message": body["Message"]})


# service.token-missing-refused


def _as_guest(received: Received) -> Received:
    headers = tuple(pair for pair in received.headers if pair[0].lower() != "x-amz-bearer")
    return replace(received, headers=(*headers, ("X-Amz-Bearer", "guest")))


@faking("service.token-missing-refused")
def serves_guests(play: Fake, received: Received) -> Reply:
    """Serves who sends no token header."""
    return play(received if received.values("X-Amz-Bearer") else _as_guest(received))


@faking("service.token-missing-refused")
def takes_an_empty_token(play: Fake, received: Received) -> Reply:
    """Looks whether the header is there, and not whether anything is in it."""
    return play(_as_guest(received) if "" in [text.strip() for text in received.values("X-Amz-Bearer")] else received)


# service.invalid-body-refused


@faking("service.invalid-body-refused")
def takes_what_is_no_json(play: Fake, received: Received) -> Reply:
    """Takes a body that cannot be read for an empty one."""
    return play(received if isinstance(_body(received), dict) else replace(received, body=b"{}"))


@faking("service.invalid-body-refused")
def ignores_unknown_types(play: Fake, received: Received) -> Reply:
    """Serves the types that it knows, and leaves the others out."""
    types = _member(received, "Type")
    if not isinstance(types, list) or not all(isinstance(name, str) for name in types):
        return play(received)
    known = [name for name in types if name in contract().shapes["ConnectionType"].values]
    return play(replace(received, body=json.dumps({**_body(received), "Type": known}).encode()))


@remembering("service.invalid-body-refused")
def stumbles_after_a_bad_body() -> Callable[[Fake, Received], Reply]:
    """Denies access to the next request of a caller whose body it refused."""
    refused: set[str] = set()

    def play(right: Fake, received: Received) -> Reply:
        token = "".join(received.values("X-Amz-Bearer"))
        before, reply = token in refused, right(received)
        refused.discard(token)
        refused.update([token] if reply.status == 400 else [])
        return error("AccessDeniedException") if before and reply.status == 200 else reply

    return play


# service.one-caller-one-reply


@mixing("service.one-caller-one-reply")
def reply_of_the_next(requests: list[Received]) -> list[Reply]:
    """Gives each of several callers the reply to the next one."""
    return [fake(received) for received in (*requests[1:], requests[0])]


@mixing("service.one-caller-one-reply")
def one_token_for_all(requests: list[Received]) -> list[Reply]:
    """Keeps the token of a request where that of another one overwrites it."""
    last = [value for received in requests for value in received.values("X-Amz-Bearer")][-1]
    bearing = [
        received if not received.values("X-Amz-Bearer") else replace(received, headers=(("X-Amz-Bearer", last),))
        for received in requests
    ]
    return list(map(fake, bearing))


# proxy.reply-unchanged


@replying("proxy.reply-unchanged")
def builds_the_reply_anew(reply: Reply) -> Reply:
    """Keeps the members of a success that the model knows."""
    body = _body(reply)
    known = contract().shapes[contract().output].members
    if reply.status >= 300 or not isinstance(body, dict):
        return reply
    return replace(reply, body=json.dumps({name: value for name, value in body.items() if name in known}).encode())


@replying("proxy.reply-unchanged")
def every_success_is_200(reply: Reply) -> Reply:
    """Sends every success with status 200."""
    return replace(reply, status=200) if reply.status < 300 else reply


@replying("proxy.reply-unchanged")
def says_it_is_text(reply: Reply) -> Reply:
    """Sends every success as text/plain."""
    return with_headers(reply, ("Content-Type", "text/plain"), without="Content-Type") if reply.status < 300 else reply


# proxy.error-type-survives


@replying("proxy.error-type-survives")
def keeps_the_message_alone(reply: Reply) -> Reply:
    """Leaves nothing but the message in the body of an error."""
    body = _body(reply)
    if reply.status < 400 or not isinstance(body, dict):
        return reply
    return replace(reply, body=json.dumps({name: body[name] for name in body if name == "Message"}).encode())


@replying("proxy.error-type-survives")
def page_for_a_500(reply: Reply) -> Reply:
    """Puts a page of its own in the place of a 5xx."""
    return replace(_PAGE, status=502) if reply.status >= 500 else reply


# proxy.token-only-to-upstream


@proxying("proxy.token-only-to-upstream")
def tells_an_audit(beyond: Beyond, received: Received) -> Reply:
    """Sends each token to another path as well."""
    beyond.send(replace(received, method="GET", body=b""), f"/audit?token={''.join(received.values('X-Amz-Bearer'))}")
    return proxy(beyond, received)


@proxying("proxy.token-only-to-upstream")
def echoes_the_token(beyond: Beyond, received: Received) -> Reply:
    """Sends the token back in a header."""
    return with_headers(proxy(beyond, received), ("X-Seen", "".join(received.values("X-Amz-Bearer"))))


@proxying("proxy.token-only-to-upstream")
def logs_the_token(beyond: Beyond, received: Received) -> Reply:
    """Sends the token on in a second header too."""
    token = "".join(received.values("X-Amz-Bearer"))
    return proxy(beyond, replace(received, headers=(*received.headers, ("X-Log", f"bearer {token}"))))


@cache
def mutants() -> MappingProxyType[str, Mutant]:
    """Return every mutant by its name, in the order of the requirements."""
    order = [requirement.id for requirement in catalogue()]
    found = [item for item in globals().values() if isinstance(item, Mutant)]
    found.sort(key=lambda mutant: order.index(mutant.breaks))
    return MappingProxyType({mutant.name: mutant for mutant in found})
