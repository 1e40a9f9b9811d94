"""A second way to read a bare document: by the events of expat, without a tree of elements.

Owns this way, which shares nothing with that of the reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import Path, contract
from participant_strategies.value import Enum, String, Structure, Value


@dataclass
class _Open:
    """An element that is open: its name, its texts so far, its members so far."""

    name: str
    texts: list[str] = field(default_factory=list)
    members: dict[str, Value] = field(default_factory=dict)


class _Reading:
    def __init__(self) -> None:
        self.open = [_Open("")]

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.open.append(_Open(name.rpartition(" ")[2]))

    def text(self, text: str) -> None:
        self.open[-1].texts.append(text)

    def end(self, _name: str) -> None:
        ended = self.open.pop()
        value = self.value(ended, tuple(element.name for element in [*self.open[2:], ended]))
        if value is not None:
            self.open[-1].members[ended.name] = value

    def value(self, ended: _Open, path: Path) -> Value | None:
        shape = contract().shape_at(path) if len(self.open) > 1 else contract().shapes[contract().output]
        if shape is None:
            return None
        if shape.kind == "structure":
            return Structure(tuple(ended.members.items()))
        text = "".join(ended.texts)
        return Enum(text) if shape.kind == "enum" else String(text)


def _refused(*_given: object) -> NoReturn:
    raise UnusableReplyError("a document type")


def expat_value(body: bytes) -> Structure:
    """Read a bare document. Raises ``UnusableReplyError``."""
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reading.start
    parser.CharacterDataHandler = reading.text
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = _refused
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as wrong:
        raise UnusableReplyError(str(wrong)) from wrong
    root = reading.open[0].members.get(contract().output)
    if not isinstance(root, Structure):
        raise UnusableReplyError("another root")
    return root
