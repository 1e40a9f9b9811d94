"""Take and write the XML forms of the operation: a bare document, and the replies of Smithy's XML protocols.

Owns these forms, written out by hand from the protocols' pages: it does not read the suite's contract and knows
nothing of its renderers, so that the two cannot share a mistake. A document type is refused before anything in it is
looked at.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from participant_conformance.reference.classifier import ClassifiedError
from participant_conformance.reference.codec import ParticipantConnection, Record, UnusableReplyError
from participant_conformance.reference.encoder import UnwritableValueError
from participant_strategies.value import Enum, String, Structure, Value

R = TypeVar("R", bound=Record)

#: The protocols whose replies are understood; of two restXml is the one that wraps errors.
DIALECTS = ("restXml", "restXml-unwrapped", "awsQuery", "ec2Query")

_ROOT = "CreateParticipantConnectionResponse"
_RESULT = "CreateParticipantConnectionResult"
#: Where the members of an error stand, from the root on.
_ERRORS = MappingProxyType(
    {
        "restXml": ("ErrorResponse", "Error"),
        "restXml-unwrapped": ("Error",),
        "awsQuery": ("ErrorResponse", "Error"),
        "ec2Query": ("Response", "Errors", "Error"),
    }
)
#: XML 1.0, section 2.2: all characters but these can stand in a document.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode_xml(body: bytes) -> ParticipantConnection:
    """Decode a document whose root is the operation's output. Raises :class:`UnusableReplyError`."""
    return _record(ParticipantConnection, _named(_parsed(body), _ROOT))


def read_xml(status: int, body: bytes, dialect: str) -> ParticipantConnection | ClassifiedError:
    """Take a whole reply of a protocol: a success or a classified error. Raises :class:`UnusableReplyError`."""
    if 200 <= status < 300:
        return _success(body, dialect)
    if 400 <= status < 600:
        return _classified(status, body, dialect)
    raise UnusableReplyError(f"HTTP status {status}")


def error_of_xml(code: str, body: bytes) -> ClassifiedError:
    """Read the element that holds the members of an error of a known type. Raises :class:`UnusableReplyError`."""
    message = _text(_parsed(body), "Message") if body else None
    return ClassifiedError(code, message, status=None)


def _success(body: bytes, dialect: str) -> ParticipantConnection:
    if not body and dialect.startswith("restXml"):
        return ParticipantConnection()
    root = _named(_parsed(body), _ROOT)
    if dialect != "awsQuery":
        return _record(ParticipantConnection, root)
    result = _child(root, _RESULT)
    # awsQuery compliance test QueryNoInputAndNoOutputWithResponseMetadata: there need not be one.
    return ParticipantConnection() if result is None else _record(ParticipantConnection, result)


def _classified(status: int, body: bytes, dialect: str) -> ClassifiedError:
    try:
        root = _parsed(body)
    except UnusableReplyError:
        # A proxy's page: it names no type.
        return ClassifiedError(None, None, status)
    name, *path = _ERRORS[dialect]
    found: Element | None = root if _name(root) == name else None
    for name in path:
        found = None if found is None else _child(found, name)
    if found is None:
        return ClassifiedError(None, None, status)
    return ClassifiedError(_text(found, "Code") or None, _text(found, "Message"), status)


def _parsed(body: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as wrong:
        # A document type and an encoding that nobody knows are values that are refused, too.
        raise UnusableReplyError(f"the body is no XML document: {wrong}") from wrong
    return root


def _named(root: Element, name: str) -> Element:
    if _name(root) != name:
        raise UnusableReplyError(f"the root element is {_name(root)}, not {name}")
    return root


def _name(element: Element) -> str:
    """Return an element's name without the namespace, which tells nothing here."""
    return element.tag.rpartition("}")[2]


def _child(element: Element, name: str) -> Element | None:
    return {_name(child): child for child in element}.get(name)


def _text(element: Element, name: str) -> str | None:
    child = _child(element, name)
    return None if child is None or len(child) else child.text or ""


def _record(kind: type[R], element: Element) -> R:
    """Take the members that are known; an unknown one, and text beside them, are ignored."""
    children = {_name(child): child for child in element}
    known = ((field, children[name]) for field, name in kind.names.items() if name in children)
    return kind(**{field: _member(kind, field, child) for field, child in known})


def _member(kind: type[Record], field: str, element: Element) -> object:
    if field in kind.records:
        return _record(kind.records[field], element)
    if len(element):
        raise UnusableReplyError(f"{_name(element)} holds elements, not a text")
    return element.text or ""


def encode_xml(value: Structure) -> bytes:
    """Write a value as a bare document in UTF-8. Raises :class:`UnwritableValueError`."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_written(_ROOT, value)}'.encode()


def _written(name: str, value: Value) -> str:
    match value:
        case Structure(members):
            content = "".join(_written(member, below) for member, below in members)
        case String(text) | Enum(text):
            content = _escaped(text)
        case _:
            raise UnwritableValueError(f"{name} is {value!r}: neither a structure nor a text")
    return f"<{name}>{content}</{name}>"


def _escaped(text: str) -> str:
    if found := _FORBIDDEN.search(text):
        raise UnwritableValueError(f"no XML document can hold the character U+{ord(found[0]):04X}")
    # XML 1.0, section 2.11: a carriage return becomes a line feed, unless it is a reference.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
