"""Read XML by expat: what the documents of the strategies really say.

Owns this one independent reading. It must not know how a document was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from participant_strategies.value import Enum, String, Structure, Value


@dataclass
class Read:
    """An element as it was read: text beside its elements is kept apart."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    elements: list[Read] = field(default_factory=list)

    def at(self, *path: str) -> Read:
        """Return the element at a path of names, each of which stands once."""
        if not path:
            return self
        [found] = [element for element in self.elements if element.name == path[0]]
        return found.at(*path[1:])


def read(text: str | bytes) -> Read:
    """Read a document. Raises ``expat.ExpatError`` where it is not well-formed."""
    document = Read("")
    stack = [document]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        element = Read(name, attributes)
        stack[-1].elements.append(element)
        stack.append(element)

    def characters(data: str) -> None:
        stack[-1].text += data

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: stack.pop()
    parser.CharacterDataHandler = characters
    parser.Parse(text, True)
    [root] = document.elements
    return root


def is_well_formed(body: bytes) -> bool:
    """Tell whether expat takes a document."""
    try:
        read(body)
    except (expat.ExpatError, ValueError):
        return False
    return True


def value_of(element: Read, like: Value) -> Value:
    """Return what an element says, of the kinds that another value has: a document does not tell them apart."""
    match like:
        case Structure():
            pairs = ((below.name, like.get(below.name)) for below in element.elements)
            kinds = [(name, String("") if kind is None else kind) for name, kind in pairs]
            return Structure(
                tuple(
                    (name, value_of(below, kind)) for (name, kind), below in zip(kinds, element.elements, strict=True)
                )
            )
        case Enum():
            return Enum(element.text)
        case _:
            return String(element.text)
