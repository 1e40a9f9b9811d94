"""Documents that mutants and variants write: the right form, with a hook at each place where one can go wrong.

Owns a small writer of XML of its own. It must not know which of its uses are mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from participant_conformance.reference.encoder import UnwritableValueError
from participant_strategies.contract import contract
from participant_strategies.value import Enum, String, Structure, Value

#: XML 1.0, section 2.2: what no document can hold.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text_of(value: Value) -> str:
    """Return the text of a leaf."""
    assert isinstance(value, (String, Enum))
    return value.text


def escaped(text: str) -> str:
    """Escape a text; raise the reference's own error where XML cannot hold it."""
    if found := UNWRITABLE.search(text):
        raise UnwritableValueError(f"XML cannot hold U+{ord(found[0]):04X}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def element(name: str, content: str, _path: tuple[str, ...] = ()) -> str:
    """Write an element."""
    return f"<{name}>{content}</{name}>"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes a value as a document: ``leaf`` writes a text, ``named`` an element of its content."""

    leaf: Callable[[str], str] = escaped
    named: Callable[[str, str, tuple[str, ...]], str] = element
    root: str = contract().output

    def __call__(self, value: Structure) -> str:
        """Write a document."""
        return self.named(self.root, self._content(value, ()), ())

    def _content(self, value: Structure, path: tuple[str, ...]) -> str:
        return "".join(self._member(name, member, (*path, name)) for name, member in value.members)

    def _member(self, name: str, member: Value, path: tuple[str, ...]) -> str:
        content = self._content(member, path) if isinstance(member, Structure) else self.leaf(text_of(member))
        return self.named(name, content, path)
