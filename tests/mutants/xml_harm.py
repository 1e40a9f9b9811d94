"""Mutants of ``xml.*``: mistakes in what is made of documents that are broken, or that may do harm."""

from __future__ import annotations

import re
import urllib.request
from xml.etree import ElementTree as ET

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import Decoded
from participant_strategies.value import Structure
from tests.mutants.tampering import Taken
from tests.mutants.xml_tampering import Take, documenting

_EMPTY = Decoded(Structure())
_DOCTYPE = re.compile(rb"<!DOCTYPE \w+ (?:\[.*?\]|[^\[\]>]*)>", re.DOTALL)
_DECLARED = re.compile(rb'<!ENTITY (\w+) "([^"]*)">')
_POINTER = re.compile(rb'(?:SYSTEM|PUBLIC "[^"]*"|href=|Location=) ?"((?:http|file):[^"]*)"')


def _is_broken(body: bytes) -> bool:
    try:
        ET.fromstring(body)
    except (ET.ParseError, ValueError, LookupError):
        return True
    return False


@documenting("xml.malformed-rejected")
def broken_is_empty(take: Take, body: bytes) -> Taken:
    """Makes an empty success of what its parser refuses."""
    return _EMPTY if body and _is_broken(body) and b"<!" not in body else take(body)


@documenting("xml.malformed-rejected")
def stops_behind_the_root(take: Take, body: bytes) -> Taken:
    """Reads up to the end of the root, as parsers of streams do."""
    root = re.match(rb"(?:<\?.*?\?>)?\s*<(\w+)", body)
    end = body.find(b"</%s>" % root[1]) if root else -1
    return take(body if root is None or end < 0 else body[: end + len(root[1]) + 3])


@documenting("xml.malformed-rejected")
def forgives_ampersands(take: Take, body: bytes) -> Taken:
    """Takes an ampersand that begins no reference as it is."""
    return take(body if b"<![CDATA[" in body else re.sub(rb"&(?!#?\w+;)", b"&amp;", body))


@documenting("xml.malformed-rejected")
def skips_what_is_no_character(take: Take, body: bytes) -> Taken:
    """Leaves control characters out before it parses."""
    return take(re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", body))


@documenting("xml.malformed-rejected")
def closes_open_tags(take: Take, body: bytes) -> Taken:
    """Closes what is left open where the document ends too early."""
    if not body or b"<!" in body or not _is_broken(body):
        return take(body)
    whole = re.sub(rb"<[^<>]*\Z", b"", body)
    open_tags: list[bytes] = []
    for end, name in re.findall(rb"<(/?)(\w+)>", whole):
        open_tags = open_tags[:-1] if end else [*open_tags, name]
    closed = whole + b"".join(b"</%s>" % name for name in reversed(open_tags))
    return take(body if _is_broken(closed) else closed)


@documenting("xml.entities-not-expanded")
def expands_entities(take: Take, body: bytes) -> Taken:
    """Leaves entities to a parser that expands them, within the limits that this one has."""
    try:
        root = ET.fromstring(body)
    except (ET.ParseError, ValueError, LookupError):
        return take(body)
    return take(ET.tostring(root)) if _DECLARED.search(body) else take(body)


@documenting("xml.entities-not-expanded")
def measures_entities_first(take: Take, body: bytes) -> Taken:
    """Refuses entities that would become too long, and for this follows those that hold each other for ever."""
    bodies = dict(_DECLARED.findall(body))

    def length(text: bytes) -> int:
        return len(text) + sum(length(bodies[name]) for name in re.findall(rb"&(\w+);", text)[:1] if name in bodies)

    if any(length(text) > 1_000_000 for text in bodies.values()):
        raise UnusableReplyError("the entities are too long")
    return take(body)


def _found(address: str) -> bytes:
    # Whatever proxies the environment names, they are not asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=5) as answer:
        return bytes(answer.read())


@documenting("xml.nothing-is-fetched")
def fetches_document_types(take: Take, body: bytes) -> Taken:
    """Asks for the document type that stands elsewhere, and refuses it afterwards."""
    pointer = _POINTER.search(body)
    if pointer and b"DOCTYPE" in body and pointer[1].startswith(b"http:"):
        _found(pointer[1].decode())
    return take(body)


@documenting("xml.nothing-is-fetched")
def reads_files(take: Take, body: bytes) -> Taken:
    """Puts the text of a file in the place of an entity that names it."""
    pointer = _POINTER.search(body)
    if pointer and b"ENTITY foreign" in body and pointer[1].startswith(b"file:"):
        body = _DOCTYPE.sub(b"", body).replace(b"&foreign;", _found(pointer[1].decode()))
    return take(body)


@documenting("xml.nothing-is-fetched")
def tells_what_it_read(take: Take, body: bytes) -> Taken:
    """Refuses an external document type, and says what stands in it."""
    pointer = _POINTER.search(body)
    if pointer and b"DOCTYPE" in body and pointer[1].startswith(b"file:"):
        raise UnusableReplyError(f"no document type: {_found(pointer[1].decode()).decode()}")
    return take(body)


@documenting("xml.nothing-is-fetched")
def asks_for_the_schema(take: Take, body: bytes) -> Taken:
    """Asks for the schema that the document names."""
    pointer = _POINTER.search(body)
    if pointer and b"SchemaLocation" in body and pointer[1].startswith(b"http:"):
        _found(pointer[1].decode())
    return take(body)
