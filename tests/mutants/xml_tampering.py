"""What mutants of ``xml.*`` are made of: the reference with one mistake in how it takes a document, in every dialect.

Owns the decorators, and ways to change a document. It must not know which changes are mistakes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from participant_strategies.contract import contract
from participant_strategies.reply import Reply
from tests.mutants.tampering import Mutant, Taken, altering

#: Takes the body of a document, right.
Take: TypeAlias = Callable[[bytes], Taken]
#: A wrong way to take one; it is given the right one.
Mistake: TypeAlias = Callable[[Take, bytes], Taken]


@dataclass(frozen=True, slots=True)
class Failed:
    """A failed reply of a dialect."""

    dialect: str
    status: int
    body: bytes


#: A wrong way to take the document of an error.
ErrorMistake: TypeAlias = Callable[[Take, Failed], Taken]

STRUCTURES = frozenset(path[-1] for path, shape in contract().paths() if shape.kind == "structure")
LEAVES = frozenset(path[-1] for path, shape in contract().paths() if shape.kind != "structure")
#: Elements around the members of a result.
ENVELOPE = frozenset({contract().output, f"{contract().operation}Result", "ResponseMetadata", "RequestId", "requestId"})


def documenting(breaks: str) -> Callable[[Mistake], Mutant]:
    """Make a mutant of a wrong way to take the document of a success."""

    def decorate(mistake: Mistake) -> Mutant:
        def altered(right: Callable[..., Taken], *given: Any) -> Taken:
            match given:
                case (bytes() as body,):
                    return mistake(right, body)
                case (Reply(status=200) as reply, dialect):
                    return mistake(lambda body: right(replace(reply, body=body), dialect), reply.body)
            return right(*given)

        return altering(breaks, "decode_xml", "read_xml")(_described(altered, mistake))

    return decorate


def classifying_xml(breaks: str) -> Callable[[ErrorMistake], Mutant]:
    """Make a mutant of a wrong way to take the document of an error."""

    def decorate(mistake: ErrorMistake) -> Mutant:
        def altered(right: Callable[..., Taken], reply: Reply, dialect: str) -> Taken:
            if reply.status < 400:
                return right(reply, dialect)
            failed = Failed(dialect, reply.status, reply.body)
            return mistake(lambda body: right(replace(reply, body=body), dialect), failed)

        return altering(breaks, "read_xml")(_described(altered, mistake))

    return decorate


def _described(altered: Callable[..., Taken], mistake: Callable[..., Taken]) -> Callable[..., Taken]:
    """Give a function the name, the place and the words of another one, but not its arguments."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(altered, name, getattr(mistake, name))
    return altered


def root_of(body: bytes, *, whole: bool = False) -> Element | None:
    """Parse a document, ``whole`` with its comments and instructions; ``None`` where it cannot or may not be parsed."""
    if b"<!DOCTYPE" in body:
        return None
    builder = ET.TreeBuilder(insert_comments=whole, insert_pis=whole)
    try:
        root: Element = ET.fromstring(body, ET.XMLParser(target=builder))
    except (ET.ParseError, ValueError, LookupError):
        return None
    return root


def changed(body: bytes, change: Callable[[Element], None], *, whole: bool = False) -> bytes:
    """Return a document with each of its elements changed; one that cannot be parsed as it is."""
    root = root_of(body, whole=whole)
    if root is None:
        return body
    for element in list(root.iter()):
        if isinstance(element.tag, str):
            change(element)
    # White space at the end of a line is kept by references alone.
    written: bytes = ET.tostring(root, encoding="utf-8")
    return written.replace(b"\r", b"&#13;")


def local(element: Element) -> str:
    """Return an element's name without the namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def is_leaf(element: Element) -> bool:
    """Whether it is a member that holds text."""
    return local(element) in LEAVES and not len(element)


def is_unknown(element: Element) -> bool:
    """Whether the model, and what stands around it, has no element of this name."""
    return local(element) not in STRUCTURES | LEAVES | ENVELOPE
