"""Variants that write values in their own way, where the contract leaves it free."""

from __future__ import annotations

import json
import re
from typing import Any

from participant_conformance.reference.adapter import Reference
from participant_strategies.contract import contract
from participant_strategies.value import Structure, Value
from tests.mutants.bench import Part, reference
from tests.mutants.documents import UNWRITABLE, Writer, element, escaped, text_of
from tests.variants.variant import variant

_ROOT = contract().output


def plain(value: Value) -> Any:
    """Return a value as nested dictionaries."""
    if isinstance(value, Structure):
        return {name: plain(member) for name, member in value.members}
    return text_of(value)


# JSON.


@variant(Part.ENCODE)
class WritesMembersInAnotherOrder(Reference):
    """Writes the members from the last to the first."""

    def encode_json(self, value: Structure) -> bytes:
        """Write a value."""
        return super().encode_json(_reversed(value))


def _reversed(value: Structure) -> Structure:
    members = reversed(value.members)
    return Structure(tuple((name, _reversed(item) if isinstance(item, Structure) else item) for name, item in members))


@variant(Part.ENCODE)
class WritesJsonForPeople(Reference):
    """Writes JSON with line ends, tabs and blanks around it."""

    def encode_json(self, value: Structure) -> bytes:
        """Write a value."""
        text = json.dumps(plain(value), indent="\t", ensure_ascii=False)
        return f"\r\n{text}\n ".encode()


@variant(Part.ENCODE)
class WritesJsonInAscii(Reference):
    """Escapes every character beyond ASCII, those outside of the BMP as surrogate pairs."""

    def encode_json(self, value: Structure) -> bytes:
        """Write a value."""
        return json.dumps(plain(value)).encode()


@variant(Part.ENCODE)
class EscapesSlashesAndMarkup(Reference):
    r"""Escapes / as \/, and what means something in HTML by its code point, as libraries do for web pages."""

    def encode_json(self, value: Structure) -> bytes:
        """Write a value."""
        text = super().encode_json(value).decode()
        return re.sub("[<>&'\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04X}", text.replace("/", r"\/")).encode()


# XML.


@variant(Part.ENCODE)
class DeclaresItsXml(Reference):
    """Begins documents with a byte order mark and a declaration, and ends them with a comment."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        head = '\ufeff<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return f"{head}{Writer()(value)}\n<!-- the end -->\n".encode()


@variant(Part.ENCODE)
class WritesXmlInUtf16(Reference):
    """Writes documents in UTF-16, which every reader of XML takes."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        return f'<?xml version="1.0" encoding="UTF-16"?>{Writer()(value)}'.encode("utf-16")


@variant(Part.ENCODE)
class WritesXmlForPeople(Reference):
    """Puts elements on lines of their own, with white space and comments between them and none in texts."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        return Writer(named=_on_lines)(value).encode()


def _on_lines(name: str, content: str, path: tuple[str, ...]) -> str:
    margin = "\n" + "  " * len(path)
    shape = contract().shape_at(path)
    nested = shape is not None and shape.kind == "structure"
    return f"{margin}<{name}>{content}{margin if nested else ''}</{name}><!-- {name} -->"


@variant(Part.ENCODE)
class WritesClosedElements(Reference):
    """Writes an element without content as one tag, and ends tags with blanks."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        return Writer(named=lambda name, content, _path: element(name, content) if content else f"<{name} />")(
            value
        ).encode()


@variant(Part.ENCODE)
class WritesNamespaces(Reference):
    """Puts the elements into a default namespace."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        document = Writer()(value)
        return document.replace(f"<{_ROOT}", f'<{_ROOT} xmlns="https://connect.example/"', 1).encode()


@variant(Part.ENCODE)
class WritesCdata(Reference):
    """Writes texts as CDATA sections, split where a text ends one, but for texts with a carriage return."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        return Writer(_cdata)(value).encode()


def _cdata(text: str) -> str:
    if "\r" in text or UNWRITABLE.search(text):
        return escaped(text)
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


@variant(Part.ENCODE)
class WritesReferences(Reference):
    """Writes every character of a text that is no letter as a character reference."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""

        def leaf(text: str) -> str:
            escaped(text)
            return "".join(char if char.isalnum() and char.isascii() else f"&#x{ord(char):X};" for char in text)

        return Writer(leaf)(value).encode("ascii")


@variant(Part.ENCODE)
class ReplacesWhatXmlCannotHold(Reference):
    """Writes U+FFFD for a character that XML cannot hold, instead of refusing the value."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        return Writer(lambda text: escaped(UNWRITABLE.sub("\ufffd", text)))(value).encode()


@variant(Part.ENCODE)
class LeavesOutWhatXmlCannotHold(Reference):
    """Leaves out characters that XML cannot hold, instead of refusing the value."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        return Writer(lambda text: escaped(UNWRITABLE.sub("", text)))(value).encode()


@variant(Part.ENCODE)
class StopsAtWhatXmlCannotHold(Reference):
    """Lets a ValueError escape for a character that XML cannot hold: whatever it says, nothing is written."""

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""

        def leaf(text: str) -> str:
            if UNWRITABLE.search(text):
                raise ValueError("no character of XML")
            return escaped(text)

        return Writer(leaf)(value).encode()


# Which methods there are.


@variant()
class EncodeJsonAlone:
    """Offers encode-json alone: it decodes nothing."""

    implementation = Reference.implementation

    def encode_json(self, value: Structure) -> bytes:
        """Write a value."""
        return reference().encode_json(value)


@variant()
class EncodeXmlAlone:
    """Offers encode-xml alone: it decodes nothing."""

    implementation = Reference.implementation

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value."""
        return reference().encode_xml(value)


@variant()
class JsonBothWays:
    """Offers decode-json and encode-json, and no XML."""

    implementation = Reference.implementation
    decode_json = Reference.decode_json
    encode_json = Reference.encode_json
    _told = Reference._told
