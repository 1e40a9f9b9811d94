"""What ``to_value`` yields: structures, strings, enums, lists, booleans; compared as values.

Owns equality, the first difference between two values and how a value is printed. It must not know JSON or XML.
The algebra is that of the signature of ``to_value`` in the OCaml binding of the operation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from participant_strategies.contract import Path, Shape, contract

#: How many characters of one text are printed before it is cut.
TEXT_SHOWN = 120


@dataclass(frozen=True, slots=True)
class String:
    """A leaf that is text."""

    text: str

    def __repr__(self) -> str:
        return shown_text(self.text)


@dataclass(frozen=True, slots=True)
class Enum:
    """A leaf whose values the model lists; the set is open, so any text can stand here."""

    text: str

    def __repr__(self) -> str:
        return f"enum {shown_text(self.text)}"


@dataclass(frozen=True, slots=True)
class Boolean:
    """A leaf that is true or false."""

    value: bool

    def __repr__(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True)
class List:
    """A sequence of values; its order counts."""

    items: tuple[Value, ...] = ()

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self.items))}]"


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that is none of the modelled kinds, such as a number: always the implementation's own doing."""

    kind: str
    text: str

    def __repr__(self) -> str:
        return f"{self.kind} {self.text[:TEXT_SHOWN]}"


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """Named members, as pairs, so that a member that is named twice can be seen. Their order is free.

    ``plain`` tells that the tags were not given by the implementation but derived from the contract
    (:meth:`from_plain`); it is no part of the value.
    """

    members: tuple[tuple[str, Value], ...] = ()
    plain: bool = field(default=False)

    @classmethod
    def from_plain(cls, data: Mapping[str, object]) -> Structure:
        """Make the operation's output of plain data: nested mappings with text at the leaves.

        Kinds are taken from the contract. Absent members are to be left out: a ``None``, a number, anything that is
        no text, becomes :class:`Foreign` and is judged as the implementation's doing.
        """
        output = contract().shapes[contract().output]
        members = tuple((name, _tagged(name, value, output)) for name, value in data.items())
        return cls(members, plain=True)

    def get(self, *path: str) -> Value | None:
        """Return the member at ``path``, or ``None`` if it is absent."""
        value: Value = self
        for name in path:
            found = dict(value.members).get(name) if isinstance(value, Structure) else None
            if found is None:
                return None
            value = found
        return value

    def paths(self, path: Path = ()) -> Iterator[tuple[Path, Value]]:
        """Yield every member that is present with its path, parents first; a duplicate is yielded twice."""
        for name, value in self.members:
            yield (*path, name), value
            if isinstance(value, Structure):
                yield from value.paths((*path, name))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Structure):
            return NotImplemented
        names = [name for name, _ in self.members]
        # In the same order, as nearly always, nothing has to be counted.
        if len(set(names)) == len(names) and names == [name for name, _ in other.members]:
            return self.members == other.members
        return Counter(self.members) == Counter(other.members)

    def __hash__(self) -> int:
        return hash(frozenset(Counter(self.members).items()))

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name}: {value!r}" for name, value in self.members) + "}"


Value: TypeAlias = Structure | String | Enum | List | Boolean | Foreign


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which two values differ. ``None`` stands for an absent member."""

    path: Path
    expected: Value | None
    got: Value | None

    def __str__(self) -> str:
        place = ".".join(self.path) or "the value itself"
        return f"at {place}: expected {_or_absent(self.expected)}, got {_or_absent(self.got)}"


def difference(expected: Value, got: Value, path: Path = ()) -> Difference | None:
    """Return the first difference, in the order of ``expected``, or ``None`` if both are the same value."""
    match expected, got:
        case Structure(), Structure():
            return _member_difference(expected, got, path)
        case List(wanted), List(found) if len(wanted) == len(found):
            pairs = enumerate(zip(wanted, found, strict=True))
            return next((d for i, (w, f) in pairs if (d := difference(w, f, (*path, str(i))))), None)
        case _:
            return None if expected == got else Difference(path, expected, got)


def _member_difference(expected: Structure, got: Structure, path: Path) -> Difference | None:
    unmatched = list(got.members)
    for name, value in expected.members:
        # Of several members of one name the equal one first: their order is free too.
        same = [member for member in unmatched if member[0] == name]
        if not same:
            return Difference((*path, name), value, None)
        member = next((member for member in same if member[1] == value), same[0])
        unmatched.remove(member)
        found = difference(value, member[1], (*path, name))
        if found:
            return found
    if unmatched:
        name, value = unmatched[0]
        return Difference((*path, name), None, value)
    return None


def duplicated(value: Structure) -> Path | None:
    """Return the path of the first member that is named twice within one structure, or ``None``."""
    seen: set[Path] = set()
    for path, _ in value.paths():
        if path in seen:
            return path
        seen.add(path)
    return None


def shown_text(text: str) -> str:
    """Quote a text as JSON would, control characters and lone surrogates escaped, cut where it is long."""
    quoted = json.dumps(text, ensure_ascii=not text.isprintable())
    if len(quoted) > TEXT_SHOWN:
        return f'{quoted[: TEXT_SHOWN - 20]}…" ({len(text)} characters)'
    return quoted


def _tagged(name: str, value: object, parent: Shape | None) -> Value:
    target = parent.members.get(name) if parent else None
    shape = contract().shapes[target] if target else None
    match value:
        case Mapping():
            return Structure(tuple((str(key), _tagged(str(key), item, shape)) for key, item in value.items()))
        case bool():
            return Boolean(value)
        case str():
            # A subclass of str, such as a StrEnum, is text all the same.
            return Enum(str.__str__(value)) if shape and shape.kind == "enum" else String(str.__str__(value))
        case list() | tuple():
            return List(tuple(_tagged(name, item, None) for item in value))
        case _:
            return Foreign(type(value).__name__, repr(value))


def _or_absent(value: Value | None) -> str:
    return "nothing (absent)" if value is None else repr(value)
