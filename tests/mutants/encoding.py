"""Mutants of ``encode.*``: mistakes in how a value becomes a text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from participant_strategies.contract import Path, contract
from participant_strategies.json_text import absent_members
from participant_strategies.reply import Reply
from participant_strategies.successes import structure_paths
from participant_strategies.value import Enum, String, Structure, Value
from tests.mutants.documents import UNWRITABLE, Writer, element, escaped
from tests.mutants.tampering import altering

#: Writes a value as the reference does.
Encode: TypeAlias = Callable[[Structure], bytes]


def _plain(value: Value) -> Any:
    if isinstance(value, Structure):
        return {name: _plain(member) for name, member in value.members}
    assert isinstance(value, (String, Enum))
    return value.text


def _compact(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _with_texts(value: Structure, change: Callable[[str, str], str]) -> Structure:
    def changed(name: str, member: Value) -> Value:
        match member:
            case Structure():
                return _with_texts(member, change)
            case String(text):
                return String(change(name, text))
            case _:
                return member

    return Structure(tuple((name, changed(name, member)) for name, member in value.members))


def _with_absent(value: Structure, absent: Any, chosen: Callable[[Path], bool]) -> bytes:
    data = _plain(value)
    for path in filter(chosen, absent_members(value)):
        place = data
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = absent
    return _compact(data)


def _anywhere(_path: Path) -> bool:
    return True


# encode.json-is-json


@altering("encode.json-is-json", "encode_json")
def marks_the_byte_order(encode: Encode, value: Structure) -> bytes:
    """Begins the text with a byte order mark."""
    return b"\xef\xbb\xbf" + encode(value)


@altering("encode.json-is-json", "encode_json")
def writes_latin_1(encode: Encode, value: Structure) -> bytes:
    """Writes the text in ISO 8859-1 where that can hold it."""
    try:
        return encode(value).decode().encode("latin-1")
    except UnicodeEncodeError:
        return encode(value)


@altering("encode.json-is-json", "encode_json")
def writes_line_ends_and_tabs_as_they_are(encode: Encode, value: Structure) -> bytes:
    """Does not escape line ends and tabs."""
    return re.sub(rb"(?<!\\)\\([nrt])", lambda found: {b"n": b"\n", b"r": b"\r", b"t": b"\t"}[found[1]], encode(value))


# encode.json-round-trip


@altering("encode.json-round-trip", "encode_json")
def names_in_camel_case(_encode: Encode, value: Structure) -> bytes:
    """Begins the names of members with a small letter."""

    def renamed(data: Any) -> Any:
        return {n[0].lower() + n[1:]: renamed(item) for n, item in data.items()} if isinstance(data, dict) else data

    return _compact(renamed(_plain(value)))


@altering("encode.json-round-trip", "encode_json")
def escapes_html(encode: Encode, value: Structure) -> bytes:
    """Escapes texts for HTML."""
    return encode(_with_texts(value, lambda _, text: html.escape(text, quote=False)))


@altering("encode.json-round-trip", "encode_json")
def trims_what_it_writes(encode: Encode, value: Structure) -> bytes:
    """Trims the tokens that it writes."""
    return encode(_with_texts(value, lambda name, text: text.strip() if name.endswith("Token") else text))


@altering("encode.json-round-trip", "encode_json")
def writes_half_of_a_pair(encode: Encode, value: Structure) -> bytes:
    """Escapes a character outside of the Basic Multilingual Plane as the first half of its surrogate pair."""
    half = re.compile("[\U00010000-\U0010ffff]")
    return half.sub(lambda found: json.dumps(found[0])[1:7], encode(value).decode()).encode()


@altering("encode.json-round-trip", "encode_json")
def forgets_the_enum(encode: Encode, value: Structure) -> bytes:
    """Does not write EchoReduction."""

    def change(data: Structure) -> Structure:
        members = ((name, change(item) if isinstance(item, Structure) else item) for name, item in data.members)
        return Structure(tuple((name, item) for name, item in members if not isinstance(item, Enum)))

    return encode(change(value))


@altering("encode.json-round-trip", "read", "encode_json")
def keeps_its_own_backslashes(right: Callable[[Any], Any], given: Structure | Reply) -> Any:
    r"""Escapes / as \/ where it writes, and keeps the backslash where it reads."""
    if isinstance(given, Structure):
        return right(given).replace(b"/", rb"\/")
    return right(replace(given, body=re.sub(rb"(?<!\\)\\/", rb"\\\\/", given.body)))


# encode.absent-is-left-out


@altering("encode.absent-is-left-out", "encode_json")
def writes_null_for_absent(_encode: Encode, value: Structure) -> bytes:
    """Writes null for every member that is absent."""
    return _with_absent(value, None, _anywhere)


@altering("encode.absent-is-left-out", "encode_json")
def writes_null_below_the_top(_encode: Encode, value: Structure) -> bytes:
    """Writes null for the absent members of nested structures."""
    return _with_absent(value, None, lambda path: len(path) > 1)


@altering("encode.absent-is-left-out", "encode_json")
def writes_empty_text_for_absent(_encode: Encode, value: Structure) -> bytes:
    """Writes an empty text for an absent connection token."""
    return _with_absent(value, "", lambda path: path[-1] == "ConnectionToken")


# encode.empty-structure-kept


def _emptied(value: Structure, instead: Callable[[dict[str, Any], str], None]) -> bytes:
    data = _plain(value)
    for path in structure_paths():
        if value.get(*path) == Structure():
            place = data
            for name in path[:-1]:
                place = place[name]
            instead(place, path[-1])
    return _compact(data)


@altering("encode.empty-structure-kept", "encode_json")
def omits_what_is_empty(_encode: Encode, value: Structure) -> bytes:
    """Leaves out structures that have no member."""
    return _emptied(value, lambda place, name: place.pop(name))


@altering("encode.empty-structure-kept", "encode_json")
def writes_null_for_empty(_encode: Encode, value: Structure) -> bytes:
    """Writes null for a structure that has no member."""
    return _emptied(value, lambda place, name: place.update({name: None}))


@altering("encode.empty-structure-kept", "encode_json")
def writes_a_list_for_empty(_encode: Encode, value: Structure) -> bytes:
    """Writes [] for a structure that has no member, as languages do whose lists and maps are one."""
    return _emptied(value, lambda place, name: place.update({name: []}))


# encode.xml-is-well-formed


@altering("encode.xml-is-well-formed", "encode_xml")
def leaves_ampersands(encode: Encode, value: Structure) -> bytes:
    """Does not escape &."""
    return encode(value).replace(b"&amp;", b"&")


@altering("encode.xml-is-well-formed", "encode_xml")
def leaves_the_end_of_a_cdata_section(_encode: Encode, value: Structure) -> bytes:
    """Escapes & and < alone: ]]> stands in the text."""
    return Writer(lambda text: escaped(text).replace("&gt;", ">"))(value).encode()


@altering("encode.xml-is-well-formed", "encode_xml")
def writes_cdata_as_it_is(_encode: Encode, value: Structure) -> bytes:
    """Writes each text as one CDATA section, also a text that ends one."""

    def leaf(text: str) -> str:
        # A carriage return is no matter of this mistake: no section can hold one.
        return escaped(text) if "\r" in text or UNWRITABLE.search(text) else f"<![CDATA[{text}]]>"

    return Writer(leaf)(value).encode()


@altering("encode.xml-is-well-formed", "encode_xml")
def writes_carriage_returns_as_they_are(_encode: Encode, value: Structure) -> bytes:
    """Does not write a carriage return as a reference, so that every reader takes it for a line feed."""
    return Writer(lambda text: escaped(text).replace("&#13;", "\r"))(value).encode()


@altering("encode.xml-is-well-formed", "encode_xml")
def writes_control_characters_as_they_are(_encode: Encode, value: Structure) -> bytes:
    """Writes the characters that XML cannot hold as they are, but for surrogates."""

    def leaf(text: str) -> str:
        return "".join(char if char < "\t" or char in "\x0b\x1b\x1f\ufffe\uffff" else escaped(char) for char in text)

    return Writer(leaf)(value).encode()


@altering("encode.xml-is-well-formed", "encode_xml")
def writes_references_to_no_character(_encode: Encode, value: Structure) -> bytes:
    """Writes the characters that XML cannot hold as character references."""

    def leaf(text: str) -> str:
        return "".join(f"&#{ord(char)};" if UNWRITABLE.match(char) else escaped(char) for char in text)

    return Writer(leaf)(value).encode()


# encode.xml-round-trip


@altering("encode.xml-round-trip", "encode_xml")
def names_elements_in_camel_case(_encode: Encode, value: Structure) -> bytes:
    """Begins the names of elements with a small letter."""
    return Writer(named=lambda name, content, path: element(name[0].lower() + name[1:] if path else name, content))(
        value
    ).encode()


@altering("encode.xml-round-trip", "encode_xml")
def writes_another_root(_encode: Encode, value: Structure) -> bytes:
    """Names the root after the operation."""
    return Writer(root=contract().operation)(value).encode()


@altering("encode.xml-round-trip", "encode_xml")
def indents_texts(_encode: Encode, value: Structure) -> bytes:
    """Puts texts on lines of their own."""
    return Writer(lambda text: f"\n  {escaped(text)}\n")(value).encode()


@altering("encode.xml-round-trip", "encode_xml")
def omits_empty_elements(_encode: Encode, value: Structure) -> bytes:
    """Leaves out elements in which nothing stands."""
    return Writer(named=lambda name, content, path: element(name, content) if content or not path else "")(
        value
    ).encode()


@altering("encode.xml-round-trip", "encode_xml")
def writes_ascii_alone(_encode: Encode, value: Structure) -> bytes:
    """Writes a question mark for every character beyond ASCII."""
    return Writer(lambda text: escaped(text).encode("ascii", "replace").decode())(value).encode()


# encode.stable


@altering("encode.stable", "encode_json")
class TurnsMembers:
    """Begins each text with another member."""

    def __init__(self) -> None:
        self._written = 0

    def __call__(self, encode: Encode, value: Structure) -> bytes:
        """Write a value."""
        self._written += 1
        first = self._written % max(1, len(value.members))
        return encode(Structure(value.members[first:] + value.members[:first]))


@altering("encode.stable", "encode_json")
class LeavesRoom:
    """Puts one more blank behind each text, up to seven, as a buffer does that is not emptied."""

    def __init__(self) -> None:
        self._written = 0

    def __call__(self, encode: Encode, value: Structure) -> bytes:
        """Write a value."""
        self._written = self._written % 7 + 1
        return encode(value) + b" " * self._written


@altering("encode.stable", "encode_xml")
class NumbersDocuments:
    """Writes the number of the document into a comment."""

    def __init__(self) -> None:
        self._written = 0

    def __call__(self, encode: Encode, value: Structure) -> bytes:
        """Write a value."""
        self._written += 1
        return encode(value) + b"<!-- %d -->" % self._written
