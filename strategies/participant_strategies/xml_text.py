"""Every equivalent spelling of an XML document.

Owns the renderer: it is our own so that comments, CDATA sections, references and white space can be drawn. It must not
parse, and it must not know which document stands for what. Source of the grammar: Extensible Markup Language (XML) 1.0,
fifth edition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from typing import Literal, TypeAlias

from participant_strategies.value import Enum, String, Structure, Value


@dataclass(frozen=True, slots=True)
class Element:
    """An element. ``content`` is the text of a leaf, or the elements of a structure: an empty one is ``()``."""

    name: str
    content: str | tuple[Element, ...] = ""
    attributes: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return render_xml(self)


#: How a character of a text is written: as it is, where that may be; by one of the five entities, where there is one;
#: by its number; in a CDATA section.
Escape: TypeAlias = Literal["plain", "entity", "decimal", "hex", "HEX", "cdata"]


@dataclass(frozen=True, slots=True)
class XmlSpelling:
    """One of the equivalent ways to write a document.

    ``prolog`` and ``epilog`` stand before and behind the root. Each other field is a pattern, used round and round:
    ``gaps`` between the elements of a structure and ``inside`` between the characters of a text (white space in the
    first alone, comments, processing instructions); ``stray`` beside the elements of a structure that has some (text);
    ``tags`` behind the name in a start tag (white space, attributes), ``ends`` in an end tag; ``empty`` at each empty
    element (whether one tag stands for both); ``escapes`` for each character of a text; ``order`` at each element of a
    structure (which of those that remain is written next). Empty patterns give the shortest text in the natural order.
    """

    prolog: str = ""
    epilog: str = ""
    gaps: tuple[str, ...] = ()
    stray: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    empty: tuple[bool, ...] = ()
    escapes: tuple[Escape, ...] = ()
    inside: tuple[str, ...] = ()
    order: tuple[int, ...] = ()


PLAIN_XML = XmlSpelling()

#: So many characters of a text are spelled by the patterns, the rest in the shortest way: a person has to read it.
_SPELLED = 100

#: Section 4.6: the entities that need no declaration.
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&apos;", '"': "&quot;"}


def xml_tree(name: str, value: Value) -> Element:
    """Turn a value into the element that spells it, members in their own order.

    Source: Smithy 2.0, XML bindings, "Structure and union serialization": an element for each member, of its name.
    """
    match value:
        case Structure(members):
            return Element(name, tuple(xml_tree(member, below) for member, below in members))
        case String(text) | Enum(text):
            return Element(name, text)
        case _:
            raise TypeError(f"{value!r} is no value of the operation's output")


def render_xml(root: Element, spelling: XmlSpelling = PLAIN_XML) -> str:
    """Write a document in the given spelling. Its texts are to hold nothing that XML 1.0 cannot (section 2.2)."""
    writer = _Writer(spelling)
    writer.element(root)
    return spelling.prolog + "".join(writer.parts) + spelling.epilog


class _Writer:
    """Walks a tree once, and each pattern of the spelling round and round."""

    def __init__(self, spelling: XmlSpelling) -> None:
        self.parts: list[str] = []
        self.gaps = cycle(spelling.gaps or ("",))
        self.stray = cycle(spelling.stray or ("",))
        self.tags = cycle(spelling.tags or ("",))
        self.ends = cycle(spelling.ends or ("",))
        self.empty = cycle(spelling.empty or (False,))
        self.escapes = cycle(spelling.escapes or ("plain",))
        self.inside = cycle(spelling.inside or ("",))
        self.order = cycle(spelling.order or (0,))
        self.ordered = bool(spelling.order)
        self.spelled_text = bool(spelling.escapes or spelling.inside)

    def element(self, element: Element) -> None:
        attributes = "".join(f' {name}="{_attribute(value)}"' for name, value in element.attributes)
        start = f"<{element.name}{attributes}{next(self.tags)}"
        if not element.content and next(self.empty):
            self.parts.append(f"{start}/>")
            return
        self.parts.append(f"{start}>")
        if isinstance(element.content, str):
            self.text(element.content)
        else:
            self.structure(element.content)
        self.parts.append(f"</{element.name}{next(self.ends)}>")

    def structure(self, elements: tuple[Element, ...]) -> None:
        self.parts.append(next(self.gaps))
        for element in self.in_order(elements):
            self.parts.append(next(self.stray))
            self.element(element)
            self.parts.append(next(self.gaps))
        if elements:
            self.parts.append(next(self.stray))

    def in_order(self, elements: tuple[Element, ...]) -> Iterable[Element]:
        if not self.ordered:
            return elements
        remaining = list(elements)
        return [remaining.pop(next(self.order) % len(remaining)) for _ in elements]

    def text(self, text: str) -> None:
        if not self.spelled_text:
            self.parts.append(_shortest(text))
            return
        section = False
        for index, char in enumerate(text[:_SPELLED]):
            between, escape = next(self.inside), next(self.escapes)
            before = text[max(0, index - 2) : index]
            # Section 2.11: a CR would become a line feed, in a section too.
            within = escape == "cdata" and char != "\r"
            # Section 2.7: "]]>" ends a section, so that one that is meant stands in two of them.
            if section and (between or not within or (char == ">" and before == "]]")):
                self.parts.append("]]>")
                section = False
            self.parts.append(between)
            if within and not section:
                self.parts.append("<![CDATA[")
                section = True
            self.parts.append(char if within else _character(char, escape, before))
        # Whatever stood before it, a ">" that is a reference ends no section.
        self.parts += ["]]>"] * section + [next(self.inside), _shortest(text[_SPELLED:]).replace(">", "&gt;")]


def _shortest(text: str) -> str:
    # Section 2.4: "&" and "<" never stand as themselves, ">" not behind "]]". Section 2.11: a CR is lost.
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;")
    return escaped.replace("\r", "&#13;")


def _character(char: str, escape: Escape, before: str) -> str:
    # Section 4.1: the "x" of a reference is small, the digits behind it are of either case.
    match escape:
        case "decimal":
            return f"&#{ord(char)};"
        case "hex":
            return f"&#x{ord(char):x};"
        case "HEX":
            return f"&#x{ord(char):X};"
    if char == "\r":
        return "&#13;"
    must = char in "&<" or (char == ">" and before == "]]")
    return _ENTITIES[char] if must or (escape == "entity" and char in _ENTITIES) else char


def _attribute(value: str) -> str:
    # Section 3.3.3: white space in an attribute becomes a space unless it is a reference.
    numbers = {char: f"&#{ord(char)};" for char in "\t\n\r"}
    return "".join(numbers.get(char, _ENTITIES.get(char, char)) for char in value)
