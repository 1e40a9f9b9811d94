"""The suite's own strict reading of what an implementation wrote: JSON by RFC 8259, XML by XML 1.0.

Owns the way from a written text to the value in it, or to one sentence that says what is wrong. It must not know the
renderers of the strategies, nor what an implementation was asked to write: what it reads is compared elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NoReturn, TypeAlias
from xml.parsers import expat

from participant_conformance.subject import Form
from participant_strategies.contract import Shape, contract
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value

#: What stands where null was written: the contract has no such value.
NULL = Foreign("the JSON value", "null")


class StrictReadingError(Exception):
    """There is no value to be read; the message says in one sentence why."""


class IllFormedError(StrictReadingError):
    """The text is not of its form: no JSON text, no well-formed XML document."""


class NoValueError(StrictReadingError):
    """The text is well formed, and yet it holds no structure where one belongs."""


class _Pairs(tuple[tuple[str, object], ...]):
    """An object as pairs, so that a name that stands twice is seen."""

    __slots__ = ()


class _Number(str):
    """A number by its own spelling, of any length."""

    __slots__ = ()


def read_json(text: bytes) -> Structure:
    """Read a JSON text as the operation's output; null comes out as :data:`NULL`. Raises ``StrictReadingError``."""
    data = _json_data(text)
    if not isinstance(data, _Pairs):
        raise NoValueError("the JSON text is no object")
    try:
        value = _json_value(data, contract().shapes[contract().output])
    except RecursionError:
        raise NoValueError("the JSON text is nested too deep for any value of the operation") from None
    assert isinstance(value, Structure)  # noqa: S101 - an object becomes a structure
    return value


def _json_data(text: bytes) -> object:
    # RFC 8259, section 8.1: UTF-8, and no byte order mark is added.
    if text.startswith(b"\xef\xbb\xbf"):
        raise IllFormedError("a byte order mark stands before the text (RFC 8259, section 8.1)")
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise IllFormedError(f"the text is not UTF-8 at byte {wrong.start}: {wrong.reason}") from None
    try:
        return json.loads(
            decoded, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number, parse_constant=_no_constant
        )
    except json.JSONDecodeError as wrong:
        raise IllFormedError(f"no JSON text: {wrong}") from None
    except RecursionError:
        raise IllFormedError("the text is nested too deep to be read") from None


def _no_constant(name: str) -> NoReturn:
    raise IllFormedError(f"{name} is no JSON value (RFC 8259, section 6)")


def _json_value(data: object, shape: Shape | None) -> Value:
    match data:
        case _Pairs():
            return Structure(tuple((name, _json_value(item, _member(shape, name))) for name, item in data))
        case _Number():
            return Foreign("number", data)
        case str():
            return _leaf(data, shape)
        case bool():
            return Boolean(data)
        case list():
            return List(tuple(_json_value(item, None) for item in data))
        case _:
            return NULL


def _member(shape: Shape | None, name: str) -> Shape | None:
    target = shape.members.get(name) if shape else None
    return contract().shapes[target] if target else None


def _leaf(text: str, shape: Shape | None) -> String | Enum:
    return Enum(text) if shape and shape.kind == "enum" else String(text)


@dataclass(slots=True)
class Element:
    """An element of a document: its name, its attributes, and what it holds, in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)

    @property
    def local_name(self) -> str:
        """The name without the prefix of a namespace."""
        return self.name.rpartition(":")[2]

    @property
    def elements(self) -> list[Element]:
        """The elements in it."""
        return [item for item in self.content if isinstance(item, Element)]

    @property
    def text(self) -> str:
        """The text that stands in it directly; comments and processing instructions are no part of it."""
        return "".join(item for item in self.content if isinstance(item, str))


def read_xml(text: bytes) -> Structure:
    """Read a document whose root is the operation's output. Raises ``StrictReadingError``."""
    root = xml_tree(text)
    if root.local_name != contract().output:
        raise NoValueError(f"the root element is {root.local_name}, not {contract().output}")
    try:
        return _structure(root, contract().shapes[contract().output])
    except RecursionError:
        raise NoValueError("the document is nested too deep for any value of the operation") from None


def xml_tree(text: bytes) -> Element:
    """Parse a document by XML 1.0, without validating; return its root. Raises :class:`IllFormedError`."""
    document = Element("")
    open_elements = [document]
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        element = Element(name, attributes)
        open_elements[-1].content.append(element)
        open_elements.append(element)

    def end(_name: str) -> None:
        open_elements.pop()

    def text_found(data: str) -> None:
        open_elements[-1].content.append(data)

    def skipped(name: str, _parameter: bool) -> None:
        raise IllFormedError(f"the entity {name} is not declared (XML 1.0, section 4.1)")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text_found
    parser.SkippedEntityHandler = skipped
    try:
        parser.Parse(text, True)
    except expat.ExpatError as wrong:
        place = f"line {wrong.lineno}, column {wrong.offset}"
        raise IllFormedError(
            f"the document is not well-formed XML 1.0: {expat.ErrorString(wrong.code)}, {place}"
        ) from None
    except (ValueError, LookupError) as wrong:
        raise IllFormedError(f"the document's encoding cannot be read: {wrong}") from None
    return document.elements[0]


def _structure(element: Element, shape: Shape | None) -> Structure:
    # White space between elements is for people; the model knows no text there.
    if stray := element.text.strip(" \t\r\n"):
        raise NoValueError(f"{element.local_name} holds the text {stray[:40]!r} beside its members")
    members = ((child.local_name, _xml_value(child, _member(shape, child.local_name))) for child in element.elements)
    return Structure(tuple(members))


def _xml_value(element: Element, shape: Shape | None) -> Value:
    kind = shape.kind if shape else ("structure" if element.elements else "string")
    if kind == "structure":
        return _structure(element, shape)
    if element.elements:
        raise NoValueError(f"{element.local_name} holds elements where a text belongs")
    return _leaf(element.text, shape)


_Reader: TypeAlias = Callable[[bytes], Structure]
#: Form → what reads it.
READERS: MappingProxyType[Form, _Reader] = MappingProxyType({"json": read_json, "xml": read_xml})
