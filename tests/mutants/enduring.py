"""Mutants of ``decode.*``: mistakes that replies bring out which are deep, large or hostile.

Two of them really end their interpreter; what runs them for the rule that they break uses their ``spec``.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterable

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.reply import Decoded, Reply
from participant_strategies.value import String, Structure, Value
from tests.mutants.tampering import (
    Json,
    Read,
    Taken,
    altering,
    decoding,
    mapped_objects,
    mapped_structures,
    parsed,
    reading,
    with_objects,
)

_EMPTY = Decoded(Structure())
_MEBIBYTE = 1 << 20
#: Brackets and braces that no stack holds.
_FATAL_DEPTH = 1_500


def _parsed_by(reply: Reply, **hooks: Json) -> Json:
    return json.loads(reply.body.decode("utf-8", "replace"), **hooks) if reply.body else {}


# decode.depth


@altering("decode.depth", "read")
def recursion_gets_out(read: Read, reply: Reply) -> Taken:
    """Lets the parser's RecursionError out, which is none of its own."""
    try:
        _parsed_by(reply)
    except ValueError:
        return read(reply)
    return read(reply)


@altering("decode.depth", "read")
def too_deep_is_empty(read: Read, reply: Reply) -> Taken:
    """Gives up on a body that is nested too deep, and makes an empty success of it."""
    try:
        _parsed_by(reply)
    except ValueError:
        return read(reply)
    except RecursionError:
        return _EMPTY
    return read(reply)


@altering("decode.depth", "read")
def overflows_the_stack(read: Read, reply: Reply) -> Taken:
    """Recurses in C without a limit, so that a deep body ends the process."""
    if reply.body.count(b"[") + reply.body.count(b"{") > _FATAL_DEPTH:
        os.abort()
    return read(reply)


# decode.size


@decoding("decode.size")
def long_numbers_get_out(read: Read, reply: Reply) -> Taken:
    """Catches the parser's JSONDecodeError, and not the ValueError of a number that has too many digits."""
    try:
        _parsed_by(reply)
    except json.JSONDecodeError:
        return read(reply)
    return read(reply)


@decoding("decode.size")
def whole_numbers_of_floats(read: Read, reply: Reply) -> Taken:
    """Makes integers of all numbers, and lets the OverflowError of an infinite one out."""
    try:
        _parsed_by(reply, parse_float=lambda text: int(float(text)))
    except ValueError:
        return read(reply)
    return read(reply)


@decoding("decode.size")
def large_is_empty(read: Read, reply: Reply) -> Taken:
    """Reads at most a mebibyte, and makes an empty success of a body that is longer."""
    return _EMPTY if len(reply.body) > _MEBIBYTE else read(reply)


@decoding("decode.size")
def takes_all_memory(read: Read, reply: Reply) -> Taken:
    """Takes a kilobyte of memory for each byte of the body, until the system ends the process."""
    if len(reply.body) > _MEBIBYTE:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(reply)


# decode.hostile-names


def _own(members: dict[str, Json]) -> dict[str, Json]:
    found = members.get("__proto__")
    return found if isinstance(found, dict) else {}


@decoding("decode.hostile-names")
def inherits_from_proto(read: Read, reply: Reply) -> Taken:
    """Assigns received members by their names, so that __proto__ supplies what is absent."""
    return read(with_objects(reply, lambda members: {**_own(members), **members}))


@reading("decode.hostile-names")
class MergesIntoThePrototype:
    """Merges replies deeply into its own objects, so that __proto__ changes what is absent in all later ones."""

    def __init__(self) -> None:
        self._prototype: dict[str, Value] = {}

    def __call__(self, read: Read, reply: Reply) -> Taken:
        if reply.status == 200:
            mapped_objects(parsed(reply), self._polluted)
        return mapped_structures(read(reply), self._inherited)

    def _polluted(self, members: dict[str, Json]) -> dict[str, Json]:
        self._prototype |= {name: String(item) for name, item in _own(members).items() if isinstance(item, str)}
        return members

    def _inherited(self, members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        found = dict(members)
        return (self._prototype | found).items() if _is_websocket(found) else found.items()


def _is_websocket(members: dict[str, Value]) -> bool:
    return not members.keys() - contract().shapes["Websocket"].members.keys()


@decoding("decode.hostile-names")
def names_end_at_nul(read: Read, reply: Reply) -> Taken:
    """Cuts names at NUL, as strings of C end there, so that there is another way to write Websocket."""
    return read(with_objects(reply, lambda members: {name.partition("\0")[0]: item for name, item in members.items()}))


@decoding("decode.hostile-names")
def assigns_dunder_dict(read: Read, reply: Reply) -> Taken:
    """Sets an attribute for each member, so that __dict__ takes the place of all others."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        whole = members.get("__dict__")
        return whole if isinstance(whole, dict) else members

    return read(with_objects(reply, change))


@decoding("decode.hostile-names")
def dollar_type_names_a_class(read: Read, reply: Reply) -> Taken:
    """Looks the class of an object up by its $type or @type, and refuses one that it does not have."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        if strange := members.keys() & {"$type", "@type"}:
            raise UnusableReplyError(f"no class {members[strange.pop()]}")
        return members

    mapped_objects(parsed(reply) if reply.body else {}, change)
    return read(reply)
