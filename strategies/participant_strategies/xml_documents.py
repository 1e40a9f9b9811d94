"""Documents of the XML dialects: successes, and what may stand in them without meaning.

Owns how a value becomes a document of a dialect, with the outcome it must have. It must not know how a document is
spelled or delivered. A case is independent of the dialect: it gives a reply for each.

Sources: Smithy 2.0, AWS restXml, awsQuery and ec2Query protocols, and their compliance tests; none of them is what the
live service speaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from participant_strategies.contract import Path, contract
from participant_strategies.json_text import drawn_spot, one_of_these
from participant_strategies.reply import Case, Decoded, Reply
from participant_strategies.successes import at, remove, sample_member
from participant_strategies.value import String, Structure
from participant_strategies.xml_text import PLAIN_XML, Element, XmlSpelling, render_xml, xml_tree


class Dialect(StrEnum):
    """The document alone, and Smithy's protocols: of two restXml is the one that wraps errors."""

    BARE = "bare"
    REST = "restXml"
    UNWRAPPED = "restXml-unwrapped"
    QUERY = "awsQuery"
    EC2 = "ec2Query"


#: Those in which a document is the body of a whole reply, and so may be an error.
REPLY_DIALECTS = tuple(dialect for dialect in Dialect if dialect is not Dialect.BARE)

#: As the compliance tests have them. That of restXml is named by its section "Content-Type".
_MEDIA_TYPES = {
    Dialect.REST: "application/xml",
    Dialect.UNWRAPPED: "application/xml",
    Dialect.QUERY: "text/xml",
    Dialect.EC2: "text/xml",
}
#: An identifier as those of the compliance tests, for what a service always sends beside the result.
REQUEST_ID = "00000000-0000-0000-0000-000000000001"


@dataclass(frozen=True, slots=True)
class XmlAddition:
    """An element put into the structure at ``path``, before its element number ``position``."""

    path: Path
    position: int
    element: Element


@dataclass(frozen=True, slots=True)
class XmlCase:
    """A value in XML, in a spelling, with elements added that mean nothing.

    ``namespace`` is the default namespace of the root; empty for none. ``control`` is the case without what makes this
    one special.
    """

    value: Structure
    spelling: XmlSpelling = PLAIN_XML
    additions: tuple[XmlAddition, ...] = ()
    namespace: str = ""
    control: XmlCase | None = None

    def document(self, dialect: str) -> str:
        """Write the document of a dialect."""
        attributes = (("xmlns", self.namespace),) if self.namespace else ()
        output = with_elements(xml_tree(contract().output, self.value), self.additions)
        return render_xml(_wrapped(output, Dialect(dialect), attributes), self.spelling)

    def in_dialect(self, dialect: str) -> Case:
        """Make the reply of a dialect, and the outcome it must have."""
        control = self.control.in_dialect(dialect) if self.control else None
        return Case(xml_reply(dialect, self.document(dialect).encode()), Decoded(self.value), control=control)

    def __repr__(self) -> str:
        return f"{self.document(Dialect.BARE)} → {self.value!r}"


def xml_reply(dialect: str, body: bytes, status: int = 200) -> Reply:
    """Make the reply of a dialect with this body; of ``bare`` the body is all there is."""
    media_type = _MEDIA_TYPES.get(Dialect(dialect))
    return Reply(status, (("Content-Type", media_type),) if media_type else (), body)


def _wrapped(output: Element, dialect: Dialect, attributes: tuple[tuple[str, str], ...]) -> Element:
    members = output.content
    assert isinstance(members, tuple)  # noqa: S101 - the output is a structure
    match dialect:
        case Dialect.QUERY:
            # awsQuery protocol, "Response serialization".
            result = Element(f"{contract().operation}Result", members)
            metadata = Element("ResponseMetadata", (Element("RequestId", REQUEST_ID),))
            return Element(f"{contract().operation}Response", (result, metadata), attributes)
        case Dialect.EC2:
            # ec2Query compliance test Ec2SimpleScalarProperties.
            identifier = Element("requestId", REQUEST_ID)
            return Element(f"{contract().operation}Response", (*members, identifier), attributes)
        case _:
            # XML bindings, "Structure and union serialization": the shape's name is that of the outermost element.
            return Element(output.name, members, attributes)


def with_elements(tree: Element, additions: Iterable[XmlAddition]) -> Element:
    """Put elements into the structures of a tree; an addition whose path is not there is left out."""
    for addition in additions:
        tree = _with_element(tree, addition, addition.path)
    return tree


def _with_element(tree: Element, addition: XmlAddition, path: Path) -> Element:
    if isinstance(tree.content, str):
        return tree
    elements = list(tree.content)
    if path:
        elements = [_with_element(below, addition, path[1:]) if below.name == path[0] else below for below in elements]
    else:
        elements.insert(addition.position, addition.element)
    return Element(tree.name, tuple(elements), tree.attributes)


#: Names that no shape of the contract has; some are near misses, one is that of an element around a result.
UNKNOWN_ELEMENT_NAMES = ("a", "Expiry2", "Urls", "Websockets", "Result", "_", "a.b-c", "\u00e9")
#: What stands in elements that mean nothing: some of it would mean something elsewhere.
UNKNOWN_CONTENTS: tuple[str | tuple[Element, ...], ...] = (
    "",
    "a",
    " ",
    (),
    (Element("a", "b"),),
    (Element("Url", "a"), Element("Websocket", (Element("Url", "b"),))),
    (Element("b", (Element("c", (Element("Expiry", "a"), Element("c", "d"))),)),),
)

_NUMBERS = st.sampled_from([1, 1, 1, 2, 3])


def drawn_elements(draw: DrawFn, value: Structure) -> tuple[XmlAddition, ...]:
    """Draw one to three elements that the model does not have, for any structure within ``value``."""
    drawn: dict[tuple[Path, str], XmlAddition] = {}
    for _ in range(draw(_NUMBERS)):
        path, position = drawn_spot(draw, value)
        name = draw(one_of_these(UNKNOWN_ELEMENT_NAMES))
        # Whether an element stands twice is a rule of its own.
        drawn[path, name] = XmlAddition(path, position, Element(name, draw(one_of_these(UNKNOWN_CONTENTS))))
    return tuple(drawn.values())


def empty_text(path: Path, *, one_tag: bool) -> XmlCase:
    """Make the case of a leaf that is empty, by one tag or by two; in the control it is not."""
    spelling = XmlSpelling(empty=(one_tag,))
    return XmlCase(at(path, String("")), spelling, control=XmlCase(at(path, String("a"))))


def doubled(path: Path) -> XmlCase:
    """Make the case of a leaf that stands twice; the value is that of the first, which is as good as any."""
    second = XmlAddition(path[:-1], 1, Element(path[-1], "last"))
    return XmlCase(at(path, String("first")), additions=(second,), control=XmlCase(at(path, String("last"))))


def miscased_element(path: Path, name: str, *, both: bool, position: int = 0) -> XmlCase:
    """Make the case of a member whose name differs in case, alone or beside the exact one, which then decides.

    The control has the exact one alone. ``position`` is where the other stands: before the exact one (0) or behind it.
    """
    exact = at(path, sample_member(path))
    rival = sample_member(path)
    other = String("another") if isinstance(rival, String) else Structure()
    added = XmlAddition(path[:-1], position, xml_tree(name, other if both else rival))
    return XmlCase(exact if both else remove(exact, path), additions=(added,), control=XmlCase(exact))


def leaf_paths() -> tuple[Path, ...]:
    """Return the paths of the leaves that may hold any text: no enum, no pattern."""
    return tuple(path for path, shape in contract().paths() if shape.kind == "string" and not shape.pattern)
