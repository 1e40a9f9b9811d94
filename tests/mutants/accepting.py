"""Mutants of ``decode.*``: mistakes in which replies are taken for a success, and for the same one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.message import Message

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import Shape, contract
from participant_strategies.reply import Decoded, Reply, ServiceError
from participant_strategies.value import Structure
from tests.mutants.tampering import (
    Json,
    Read,
    Taken,
    decoding,
    mapped_texts,
    with_objects,
)

_SHAPES = {path[-1]: shape for path, shape in contract().paths()}


# decode.names-are-exact


@decoding("decode.names-are-exact")
def names_without_case(read: Read, reply: Reply) -> Taken:
    """Matches the names of members without regard to case, as some parsers do by default."""
    exact = {name.lower(): name for name in _SHAPES}
    return read(
        with_objects(reply, lambda members: {exact.get(name.lower(), name): item for name, item in members.items()})
    )


@decoding("decode.names-are-exact")
def small_first_letter_will_do(read: Read, reply: Reply) -> Taken:
    """Looks for websocket and url, too, where Websocket and Url are absent."""
    exact = {name[0].lower() + name[1:]: name for name in _SHAPES}

    def change(members: dict[str, Json]) -> dict[str, Json]:
        return {exact[name] if exact.get(name, name) not in members else name: item for name, item in members.items()}

    return read(with_objects(reply, change))


@decoding("decode.names-are-exact")
def first_of_both_cases(read: Read, reply: Reply) -> Taken:
    """Keeps members in a map without case, in which the first of two names stays."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        kept: dict[str, Json] = {}
        for name, item in members.items():
            kept.setdefault(name.lower(), item)
        return {name: kept[name.lower()] for name in members if name in _SHAPES}

    return read(with_objects(reply, change))


# decode.any-success-status


@decoding("decode.any-success-status")
def only_200_is_a_success(read: Read, reply: Reply) -> Taken:
    """Compares the status with 200, and takes any other for an unknown error."""
    return read(reply) if reply.status == 200 else ServiceError(None, None, known=False, status=reply.status)


@decoding("decode.any-success-status")
def no_content_is_no_reply(read: Read, reply: Reply) -> Taken:
    """Refuses a 204, since there is no connection in it."""
    if reply.status == 204:
        raise UnusableReplyError("HTTP status 204")
    return read(reply)


@decoding("decode.any-success-status")
def replies_of_proxies_are_unusable(read: Read, reply: Reply) -> Taken:
    """Refuses a 203, since a proxy has changed it."""
    if reply.status == 203:
        raise UnusableReplyError("HTTP status 203")
    return read(reply)


# decode.limits-are-the-servers


def _validated(taken: Taken, valid: Callable[[Shape, str], bool]) -> Taken:
    def checked(name: str, text: str) -> str:
        if not valid(_SHAPES[name], text):
            raise UnusableReplyError(f"{name} is not valid")
        return text

    return mapped_texts(taken, checked)


@decoding("decode.limits-are-the-servers")
def validates_lengths(read: Read, reply: Reply) -> Taken:
    """Validates a reply by the model's lengths."""
    return _validated(
        read(reply), lambda shape, text: (shape.minimum or 0) <= len(text) <= (shape.maximum or len(text))
    )


@decoding("decode.limits-are-the-servers")
def validates_patterns(read: Read, reply: Reply) -> Taken:
    """Validates a reply by the model's patterns: a MeetingId has to be a GUID."""
    return _validated(read(reply), lambda shape, text: re.fullmatch(shape.pattern or ".*", text, re.DOTALL) is not None)


@decoding("decode.limits-are-the-servers")
def validates_expiries(read: Read, reply: Reply) -> Taken:
    """Parses the expiry of the credentials while decoding, and refuses one that is no time."""

    def change(name: str, text: str) -> str:
        if name == "Expiry":
            try:
                datetime.fromisoformat(text)
            except ValueError as wrong:
                raise UnusableReplyError("Expiry is no time") from wrong
        return text

    return mapped_texts(read(reply), change)


@decoding("decode.limits-are-the-servers")
def cuts_at_the_maximum(read: Read, reply: Reply) -> Taken:
    """Cuts a text behind the length that the model allows, as for a column of that width."""
    return mapped_texts(read(reply), lambda name, text: text[: _SHAPES[name].maximum])


# decode.content-type-irrelevant


def _media_type(reply: Reply) -> Message:
    told = Message()
    told["Content-Type"] = reply.header("Content-Type") or ""
    return told


@decoding("decode.content-type-irrelevant")
def insists_on_json(read: Read, reply: Reply) -> Taken:
    """Refuses a reply whose Content-Type is another one than application/json."""
    if _media_type(reply).get_content_type() != "application/json":
        raise UnusableReplyError("the reply is no JSON")
    return read(reply)


@decoding("decode.content-type-irrelevant")
def heeds_the_charset(read: Read, reply: Reply) -> Taken:
    """Decodes the body by the charset of its Content-Type."""
    return read(_in_charset(reply, _media_type(reply).get_content_charset("utf-8")))


@decoding("decode.content-type-irrelevant")
def text_is_latin_1(read: Read, reply: Reply) -> Taken:
    """Takes text/plain without a charset for ISO-8859-1, as RFC 2616 had it."""
    plain = (reply.header("Content-Type") or "") == "text/plain"
    return read(_in_charset(reply, "latin-1" if plain else "utf-8"))


def _in_charset(reply: Reply, charset: str) -> Reply:
    try:
        return replace(reply, body=reply.body.decode(charset).encode())
    except (UnicodeDecodeError, LookupError):
        return reply


@decoding("decode.content-type-irrelevant")
def other_types_hold_nothing(read: Read, reply: Reply) -> Taken:
    """Leaves a body alone that is not said to be JSON, and gives an empty success."""
    return read(reply) if "json" in (reply.header("Content-Type") or "").lower() else Decoded(Structure())
