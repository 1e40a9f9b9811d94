"""Documents that may harm whoever parses them: entities within entities, and what is to be fetched from elsewhere.

Owns these documents. It must not know who listens where they point: that is told when a document is written. Source:
Extensible Markup Language (XML) 1.0, fifth edition, sections 2.8 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from participant_strategies.defects import Broken
from participant_strategies.reply import Defect, Reply
from participant_strategies.xml_defects import SAMPLE, broken
from participant_strategies.xml_documents import Dialect, XmlCase, xml_reply

#: What an entity holds, so that it can be found again. No value that is drawn elsewhere holds it.
EXPANSION = "expanded-entity"


class Growth(StrEnum):
    """How entities grow."""

    NESTED = "each entity holds the one before it several times"
    LONG = "a long entity is used many times"
    LOOP = "two entities hold each other"


@dataclass(frozen=True, slots=True)
class EntityDocument:
    """A document whose type declares entities.

    ``NESTED``: on each of ``levels`` levels ``copies`` of the one below. ``LONG``: an entity of ``10 ** levels`` words
    is used ``copies`` times.
    """

    growth: Growth
    levels: int = 2
    copies: int = 2
    control: XmlCase = SAMPLE

    def in_dialect(self, dialect: str) -> Broken:
        """Make the reply of a dialect, beside its control."""
        bodies = self._bodies()
        declared = "".join(f'<!ENTITY e{number} "{body}">' for number, body in enumerate(bodies))
        used = self.copies if self.growth is Growth.LONG else 1
        reply = _planted(self.control, dialect, f"&e{len(bodies) - 1};" * used, declared=f"[{declared}]")
        what = str(self.growth) if self.growth is Growth.LOOP else f"{self.growth}: {self.levels}, {self.copies}"
        return broken(self.control, dialect, reply, Defect("entities", what))

    def _bodies(self) -> list[str]:
        match self.growth:
            case Growth.NESTED:
                return [EXPANSION, *(f"&e{level};" * self.copies for level in range(self.levels - 1))]
            case Growth.LONG:
                return [EXPANSION * 10**self.levels]
            case _:
                return [f"{EXPANSION}&e1;", f"{EXPANSION}&e0;"]

    def __repr__(self) -> str:
        return repr(self.in_dialect(Dialect.BARE))


def _planted(
    control: XmlCase, dialect: str, text: str = "", *, declared: str = "", attributes: str = "", prolog: str = ""
) -> Reply:
    """Put a document type and a prolog before the root, attributes into it, and a text to that of the leaf."""
    document = control.document(dialect)
    root = document[1 : document.index(">")]
    doctype = f"<!DOCTYPE {root} {declared}>" if declared else ""
    rest = document.removeprefix(f"<{root}").replace("<Url>", f"<Url>{text}", 1)
    return xml_reply(dialect, f"{prolog}{doctype}<{root}{attributes}{rest}".encode())


#: Small ones, then more than any parser can hold if it expands them: there are no others.
ENTITIES = (
    *(EntityDocument(Growth.NESTED, levels, copies) for copies in (2, 3, 10) for levels in (2, 3, 5, 12)),
    *(EntityDocument(Growth.LONG, levels, copies) for levels, copies in ((2, 1_000), (3, 1_000), (3, 10_000))),
    EntityDocument(Growth.LOOP),
)


class Pointer(StrEnum):
    """What points out of the document."""

    ENTITY = "an external entity"
    PUBLIC_ENTITY = "an external entity with a public identifier"
    PARAMETER_ENTITY = "an external parameter entity"
    TYPE = "an external document type"
    PUBLIC_TYPE = "an external document type with a public identifier"
    INCLUSION = "an inclusion"
    SCHEMA = "the place of a schema"
    STYLE_SHEET = "a style sheet"


#: What stands behind a pointer: declarations, or the text itself.
_DECLARING = (Pointer.PARAMETER_ENTITY, Pointer.TYPE, Pointer.PUBLIC_TYPE)
_DECLARED = {
    Pointer.ENTITY: '[<!ENTITY foreign SYSTEM "%s">]',
    Pointer.PUBLIC_ENTITY: '[<!ENTITY foreign PUBLIC "-//a//b" "%s">]',
    Pointer.PARAMETER_ENTITY: '[<!ENTITY % parameter SYSTEM "%s"> %parameter;]',
    Pointer.TYPE: 'SYSTEM "%s"',
    Pointer.PUBLIC_TYPE: 'PUBLIC "-//a//b" "%s"',
}
_INCLUSION = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="%s" parse="text"/>'
_SCHEMA = ' xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:noNamespaceSchemaLocation="%s"'
_STYLE_SHEET = '<?xml-stylesheet type="text/xsl" href="%s"?>'


@dataclass(frozen=True, slots=True)
class PointingDocument:
    """A document that points to a place elsewhere, where ``answer`` stands."""

    pointer: Pointer
    in_file: bool = False
    control: XmlCase = SAMPLE

    @property
    def answer(self) -> bytes:
        """What is found at the other place."""
        declared = self.pointer in _DECLARING
        return (f'<!ENTITY foreign "{EXPANSION}">' if declared else EXPANSION).encode()

    @property
    def url(self) -> str:
        """An address where nobody listens, to show the document with."""
        return "file:///a" if self.in_file else "http://127.0.0.1/a"

    def in_dialect(self, dialect: str, url: str = "") -> Broken:
        """Make the reply of a dialect that points to ``url``, beside its control."""
        reply = self._reply(dialect, url or self.url)
        return broken(self.control, dialect, reply, Defect("pointer", str(self.pointer)))

    def _reply(self, dialect: str, url: str) -> Reply:
        match self.pointer:
            case Pointer.INCLUSION:
                return _planted(self.control, dialect, _INCLUSION.replace("%s", url))
            case Pointer.SCHEMA:
                return _planted(self.control, dialect, attributes=_SCHEMA.replace("%s", url))
            case Pointer.STYLE_SHEET:
                return _planted(self.control, dialect, prolog=_STYLE_SHEET.replace("%s", url))
            case _:
                declared = _DECLARED[self.pointer].replace('"%s"', f'"{url}"')
                return _planted(self.control, dialect, "&foreign;", declared=declared)

    def __repr__(self) -> str:
        return repr(self.in_dialect(Dialect.BARE))


#: Each pointer, to a server and to a file: there are no others.
POINTING = tuple(PointingDocument(pointer, in_file=in_file) for in_file in (False, True) for pointer in Pointer)
