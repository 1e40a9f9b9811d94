"""Mutants of ``decode.*``: mistakes in what is made of a body that is no JSON object, or of a wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.reply import Decoded, Reply
from participant_strategies.value import Boolean, String, Structure, Value
from tests.mutants.tampering import (
    Json,
    Read,
    Taken,
    decoding,
    mapped_structures,
    parsed,
    reading,
    with_body,
    with_objects,
)

_EMPTY = Decoded(Structure())
_STRUCTURES = frozenset(path[-1] for path, shape in contract().paths() if shape.kind == "structure")
_LEAVES = frozenset(path[-1] for path, shape in contract().paths() if shape.kind != "structure")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def _text(reply: Reply) -> str:
    return reply.body.decode("utf-8", "replace")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


# decode.garbage-is-no-success


@decoding("decode.garbage-is-no-success")
def unparsable_is_empty(read: Read, reply: Reply) -> Taken:
    """Makes an empty success of a body that is no JSON text (botocore does)."""
    return read(reply) if not reply.body or _is_json(_text(reply)) else _EMPTY


@decoding("decode.garbage-is-no-success")
def other_roots_are_empty(read: Read, reply: Reply) -> Taken:
    """Makes an empty success of a JSON text that is no object (body.get?.(…))."""
    other = bool(reply.body) and _is_json(_text(reply)) and not isinstance(parsed(reply), dict)
    return _EMPTY if other else read(reply)


@decoding("decode.garbage-is-no-success")
def stops_behind_the_object(read: Read, reply: Reply) -> Taken:
    """Reads one JSON value and does not look at what follows it, as decoders of streams do."""
    try:
        data, _ = json.JSONDecoder().raw_decode(_text(reply))
    except ValueError:
        return read(reply)
    return read(with_body(reply, data))


@decoding("decode.garbage-is-no-success")
def between_the_braces(read: Read, reply: Reply) -> Taken:
    """Takes what stands between the first and the last brace, to be rid of what is put around JSON."""
    begin, end = reply.body.find(b"{"), reply.body.rfind(b"}")
    return read(replace(reply, body=reply.body[begin : end + 1]) if 0 <= begin < end else reply)


@decoding("decode.garbage-is-no-success")
def completes_what_is_cut(read: Read, reply: Reply) -> Taken:
    """Gives the members that it had read where the text ends too early."""
    text = _text(reply)
    endings = (quote + "}" * count for quote in ("", '"') for count in range(1, 5))
    ending = next((ending for ending in endings if _is_json(text + ending)), "") if text else ""
    return read(replace(reply, body=(text + ending).encode()))


# decode.byte-order-mark


@decoding("decode.byte-order-mark")
def marked_is_empty(read: Read, reply: Reply) -> Taken:
    """Makes an empty success of a body that begins with a byte order mark."""
    return _EMPTY if reply.body.startswith(_MARKS) else read(reply)


@decoding("decode.byte-order-mark")
def text_ends_at_nul(read: Read, reply: Reply) -> Taken:
    """Takes the body for a string of C, which ends at its first NUL, so that some transcoded bodies are empty."""
    return read(replace(reply, body=reply.body.partition(b"\0")[0]))


# decode.wrong-type-is-no-value


def _with_leaves(reply: Reply, change: Callable[[Json], Json]) -> Reply:
    def changed(members: dict[str, Json]) -> dict[str, Json]:
        return {name: change(item) if name in _LEAVES else item for name, item in members.items()}

    return with_objects(reply, changed)


@decoding("decode.wrong-type-is-no-value")
def everything_becomes_text(read: Read, reply: Reply) -> Taken:
    """Turns whatever stands where a text belongs into text (String(item))."""
    return read(_with_leaves(reply, lambda item: item if item is None else str(item)))


@decoding("decode.wrong-type-is-no-value")
def first_item_of_a_list(read: Read, reply: Reply) -> Taken:
    """Takes a list where a text belongs for its first item."""
    return read(_with_leaves(reply, lambda item: item[0] if isinstance(item, list) and item else item))


@decoding("decode.wrong-type-is-no-value")
def objects_as_json(read: Read, reply: Reply) -> Taken:
    """Gives an object or a list where a text belongs as its JSON text."""
    return read(_with_leaves(reply, lambda item: json.dumps(item) if isinstance(item, dict | list) else item))


@decoding("decode.wrong-type-is-no-value")
def booleans_are_passed_on(read: Read, reply: Reply) -> Taken:
    """Passes true and false on where a text belongs."""
    found: dict[str, Value] = {}

    def change(members: dict[str, Json]) -> dict[str, Json]:
        wrong = {name: Boolean(item) for name, item in members.items() if isinstance(item, bool) and name in _LEAVES}
        found.update(wrong)
        return {name: "" if name in wrong else item for name, item in members.items()}

    taken = read(with_objects(reply, change))
    return mapped_structures(taken, lambda members: [(name, found.get(name, item)) for name, item in members])


@decoding("decode.wrong-type-is-no-value")
def scalars_are_empty_structures(read: Read, reply: Reply) -> Taken:
    """Makes a structure without members of a scalar where a structure belongs."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        scalar = (str, bool, int, float)
        return {
            name: {} if name in _STRUCTURES and isinstance(item, scalar) else item for name, item in members.items()
        }

    return read(with_objects(reply, change))


# decode.own-errors


@decoding("decode.own-errors")
def parser_errors_get_out(read: Read, reply: Reply) -> Taken:
    """Lets the parser's own exception out."""
    if reply.body:
        json.loads(_text(reply))
    return read(reply)


@decoding("decode.own-errors")
def root_is_taken_for_an_object(read: Read, reply: Reply) -> Taken:
    """Looks members up before it knows that the body is an object."""
    data = parsed(reply)
    if reply.body and data is not None:
        data.get("Websocket")
    return read(reply)


@reading("decode.own-errors")
def pages_are_parsed(read: Read, reply: Reply) -> Taken:
    """Parses the body of an error without a thought of pages that are no JSON."""
    if reply.status >= 400 and reply.body:
        json.loads(_text(reply))
    return read(reply)


@decoding("decode.own-errors")
def wrong_members_get_out(read: Read, reply: Reply) -> Taken:
    """Lets out what Python raises where a structure is no object, and makes no error of its own of it."""
    try:
        return read(reply)
    except UnusableReplyError as wrong:
        if isinstance(parsed(reply), dict):
            raise TypeError(str(wrong)) from wrong
        raise


# decode.invalid-utf8


@decoding("decode.invalid-utf8")
def decoder_errors_get_out(read: Read, reply: Reply) -> Taken:
    """Lets the exception of the decoder of UTF-8 out."""
    reply.body.decode()
    return read(reply)


@decoding("decode.invalid-utf8")
def undecodable_is_empty(read: Read, reply: Reply) -> Taken:
    """Makes an empty success of bytes that are no UTF-8."""
    return read(reply) if "\ufffd" not in _text(reply) or b"\xef\xbf\xbd" in reply.body else _EMPTY


@decoding("decode.invalid-utf8")
def falls_back_to_latin_1(read: Read, reply: Reply) -> Taken:
    """Takes the whole body for ISO-8859-1 where it is no UTF-8, so that every other member is misread."""
    try:
        reply.body.decode()
    except UnicodeDecodeError:
        return read(replace(reply, body=reply.body.decode("latin-1").encode()))
    return read(reply)


@decoding("decode.invalid-utf8")
def members_with_wrong_bytes_take_others_along(read: Read, reply: Reply) -> Taken:
    """Leaves out the whole structure in which a text is no UTF-8."""
    text = _text(reply)
    if "\ufffd" not in text or not _is_json(text):
        return read(reply)
    taken = read(replace(reply, body=text.encode()))
    return mapped_structures(taken, lambda members: [m for m in members if not _has_replaced(m[1])])


def _has_replaced(value: Value) -> bool:
    if isinstance(value, Structure):
        return any(isinstance(item, String) and "\ufffd" in item.text for _, item in value.members)
    return False
