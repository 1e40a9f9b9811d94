"""Mutants of ``decode.*`` at level INFO: other ways than the reference's to take what JSON leaves open."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import Reply
from tests.mutants.tampering import Json, Read, Taken, decoding, mapped_texts, with_body

Pairs = list[tuple[str, Json]]


def _parsed_by(reply: Reply, **hooks: Json) -> Reply:
    """Return the reply with its body written anew; as it is where that is no JSON text."""
    try:
        return with_body(reply, json.loads(reply.body, **hooks)) if reply.body else reply
    except ValueError:
        return reply


# decode.duplicate-keys


def _first(pairs: Pairs) -> dict[str, Json]:
    return dict(reversed(pairs))


@decoding("decode.duplicate-keys")
def first_of_two_wins(read: Read, reply: Reply) -> Taken:
    """Keeps the first of two members of one name."""
    return read(_parsed_by(reply, object_pairs_hook=_first))


def _merged(pairs: Pairs) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for name, item in pairs:
        both = isinstance(item, dict) and isinstance(members.get(name), dict)
        members[name] = members[name] | item if both else item
    return members


@decoding("decode.duplicate-keys")
def two_structures_are_merged(read: Read, reply: Reply) -> Taken:
    """Puts what two members of one name hold into one structure."""
    return read(_parsed_by(reply, object_pairs_hook=_merged))


def _unique(pairs: Pairs) -> dict[str, Json]:
    if len(dict(pairs)) < len(pairs):
        raise UnusableReplyError("a name stands twice")
    return dict(pairs)


@decoding("decode.duplicate-keys")
def two_of_one_name_are_refused(read: Read, reply: Reply) -> Taken:
    """Refuses a body in which a name stands twice."""
    return read(_parsed_by(reply, object_pairs_hook=_unique))


# decode.lone-surrogate

_HALF = re.compile("[\ud800-\udfff]")


@decoding("decode.lone-surrogate")
def halves_are_replaced(read: Read, reply: Reply) -> Taken:
    """Puts U+FFFD in the place of half a surrogate pair."""
    return mapped_texts(read(reply), lambda _, text: _HALF.sub("\ufffd", text))


@decoding("decode.lone-surrogate")
def halves_are_dropped(read: Read, reply: Reply) -> Taken:
    """Leaves half a surrogate pair out."""
    return mapped_texts(read(reply), lambda _, text: _HALF.sub("", text))


@decoding("decode.lone-surrogate")
def halves_are_refused(read: Read, reply: Reply) -> Taken:
    """Refuses a body with half a surrogate pair in a text."""

    def refused(_: str, text: str) -> str:
        if _HALF.search(text):
            raise UnusableReplyError("half a surrogate pair")
        return text

    return mapped_texts(read(reply), refused)


# decode.lenient-json


def _rewritten(reply: Reply, pattern: bytes, by: bytes) -> Reply:
    """Return the reply with a pattern replaced, if it then is JSON and was none before."""
    try:
        json.loads(reply.body)
    except ValueError:
        return replace(reply, body=re.sub(pattern, by, reply.body))
    return reply


@decoding("decode.lenient-json")
def skips_comments(read: Read, reply: Reply) -> Taken:
    """Skips comments."""
    return read(_rewritten(reply, rb"/\*.*?\*/|\s//.*", b""))


@decoding("decode.lenient-json")
def trailing_commas_will_do(read: Read, reply: Reply) -> Taken:
    """Overlooks a comma before a closing brace."""
    return read(_rewritten(reply, rb",\s*(?=[}\]])", b""))


def _refused(constant: str) -> Json:
    raise UnusableReplyError(f"{constant} is no JSON")


@decoding("decode.lenient-json")
def refuses_constants(read: Read, reply: Reply) -> Taken:
    """Refuses NaN and Infinity."""
    return read(_parsed_by(reply, parse_constant=_refused))


@decoding("decode.lenient-json")
def takes_control_characters(read: Read, reply: Reply) -> Taken:
    """Takes a text in which a line ends for a text."""
    return read(_parsed_by(reply, strict=False))
