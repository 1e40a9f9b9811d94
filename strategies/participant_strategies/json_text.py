"""Every equivalent JSON spelling of a value, and the members that may stand beside it without meaning.

Owns the renderer: it is our own so that white space, member order and escapes can be drawn. It must not parse, and it
must not know HTTP. Source of the grammar: RFC 8259, sections 2, 4, 7 and 8.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import Path, contract
from participant_strategies.value import Boolean, Enum, List, String, Structure, Value


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object as pairs: its order is kept, and a name may stand twice."""

    members: tuple[tuple[str, Json], ...] = ()

    def __repr__(self) -> str:
        return render(self)


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number by its own spelling, which no Python number can always hold."""

    text: str


T = TypeVar("T")
Json: TypeAlias = "Object | Number | tuple[Json, ...] | str | bool | None"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One of the equivalent ways to write a JSON text.

    Each field is a pattern, used round and round: ``space`` at each place where white space may stand, ``escapes``
    for each character of a string, ``order`` at each member (which of those that remain is written next). Empty
    patterns give the compact text in the natural order.

    Escapes are ``"plain"`` (only what must be), ``"short"`` (``\\/`` and the other two-character forms), ``"lower"``
    and ``"upper"`` (``\\u00e9`` and ``\\u00E9``; outside of the BMP as a surrogate pair).
    """

    space: tuple[str, ...] = ()
    escapes: tuple[str, ...] = ()
    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """A member put into the object at ``path``, before its member number ``position``."""

    path: Path
    position: int
    name: str
    value: Json


COMPACT = Spelling()

_SHORT = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", '"': '"', "\\": "\\", "/": "/"}

#: Names that no shape of the contract has; some are near misses, some are special in some language.
UNKNOWN_NAMES = ("a", "Expiry2", "url ", "Websockets", "ResponseMetadata", "$a", "0", "\u00e9", "WebSocketUrl")

#: Values of every JSON type for members that mean nothing.
UNKNOWN_VALUES: tuple[Json, ...] = (
    "",
    "a",
    True,
    False,
    Number("0"),
    Number("-1.5e+3"),
    (),
    Object(),
    ("a", Number("1"), (Object(),)),
    Object((("Url", "a"), ("b", Object((("Websocket", Object()),))))),
    None,
)


def json_tree(value: Value) -> Json:
    """Turn a value into the JSON tree that spells it, members in their own order."""
    match value:
        case Structure(members):
            return Object(tuple((name, json_tree(member)) for name, member in members))
        case String(text) | Enum(text):
            return text
        case List(items):
            return tuple(map(json_tree, items))
        case Boolean(truth):
            return truth
        case _:
            raise TypeError(f"{value!r} is not a modelled value: only an implementation can make one")


def with_additions(tree: Object, additions: Iterable[Addition]) -> Object:
    """Put members into the objects of a tree; an addition whose path is not there is left out."""
    for addition in additions:
        tree = _added(tree, addition, addition.path)
    return tree


def _added(tree: Object, addition: Addition, path: Path) -> Object:
    members = list(tree.members)
    if not path:
        members.insert(min(addition.position, len(members)), (addition.name, addition.value))
        return Object(tuple(members))
    for index, (name, below) in enumerate(members):
        if name == path[0] and isinstance(below, Object):
            members[index] = (name, _added(below, addition, path[1:]))
    return Object(tuple(members))


def render(tree: Json, spelling: Spelling = COMPACT) -> str:
    """Write a JSON text in the given spelling. Lone surrogates are written as escapes."""
    writer = _Writer(spelling)
    writer.space()
    writer.value(tree)
    writer.space()
    return "".join(writer.parts)


class _Writer:
    """Walks a tree once; the three counters are the positions in the spelling's patterns."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.parts: list[str] = []
        self.spaces = self.characters = self.picks = 0

    def space(self) -> None:
        if pattern := self.spelling.space:
            self.parts.append(pattern[self.spaces % len(pattern)])
            self.spaces += 1

    def value(self, tree: Json) -> None:
        match tree:
            case Object(members):
                self.sequence("{", self.ordered(members), "}")
            case tuple():
                self.sequence("[", tree, "]")
            case str():
                self.parts.append(self.string(tree))
            case Number(text):
                self.parts.append(text)
            case _:
                self.parts.append({None: "null", True: "true", False: "false"}[tree])

    def sequence(self, opening: str, items: Iterable[tuple[str, Json] | Json], closing: str) -> None:
        self.parts.append(opening)
        self.space()
        for index, item in enumerate(items):
            if index:
                self.parts.append(",")
                self.space()
            self.item(item, named=opening == "{")
            self.space()
        self.parts.append(closing)

    def item(self, item: tuple[str, Json] | Json, *, named: bool) -> None:
        if named and isinstance(item, tuple):
            self.parts.append(self.string(str(item[0])))
            self.space()
            self.parts.append(":")
            self.space()
            item = item[1]
        self.value(item)

    def ordered(self, members: tuple[tuple[str, Json], ...]) -> Iterable[tuple[str, Json]]:
        pattern = self.spelling.order
        if not pattern:
            return members
        remaining, written = list(members), []
        while remaining:
            written.append(remaining.pop(pattern[self.picks % len(pattern)] % len(remaining)))
            self.picks += 1
        return written

    def string(self, text: str) -> str:
        return '"' + "".join(map(self.character, text)) + '"'

    def character(self, char: str) -> str:
        pattern = self.spelling.escapes
        escape = pattern[self.characters % len(pattern)] if pattern else "plain"
        self.characters += 1
        must = char in '"\\' or char < " " or "\ud800" <= char <= "\udfff"
        if not must and (escape == "plain" or (escape == "short" and char not in _SHORT)):
            return char
        if escape in ("plain", "short") and char in _SHORT:
            return "\\" + _SHORT[char]
        return _units(char, upper=escape == "upper")


def _units(char: str, *, upper: bool) -> str:
    encoded = char.encode("utf-16-be", "surrogatepass")
    units = (encoded[i : i + 2].hex() for i in range(0, len(encoded), 2))
    return "".join("\\u" + (unit.upper() if upper else unit) for unit in units)


_SPACES = st.sampled_from(
    [(), (" ",), ("\n",), ("\t",), ("\r",), ("", " "), ("\n  ",), (" \t\r\n",), ("", "\r\n", " \t")]
)
_ESCAPES = st.sampled_from(
    [(), ("short",), ("lower",), ("upper",), ("plain", "lower"), ("short", "upper", "plain"), ("lower", "upper")]
)
_ORDERS = st.sampled_from([(), (1,), (0, 1), (2, 0), (-1,), (1, 0, 2)])


@st.composite
def _spellings(draw: DrawFn) -> Spelling:
    # Drawn here rather than by st.builds, which costs as much again as the three draws.
    return Spelling(draw(_SPACES), draw(_ESCAPES), draw(_ORDERS))


@cache
def json_spellings() -> SearchStrategy[Spelling]:
    """Draw one of the equivalent ways to write a JSON text: white space, escapes, member order."""
    return _spellings()


#: Whole numbers that pick one of a few places: which places there are is known only when the value is.
_PICKS = st.integers(0, 15)
_POSITIONS = st.integers(0, 4)


@st.composite
def additions(
    draw: DrawFn,
    value: Structure,
    *,
    names: tuple[str, ...] = UNKNOWN_NAMES,
    values: tuple[Json, ...] = UNKNOWN_VALUES,
    max_size: int = 3,
) -> tuple[Addition, ...]:
    """Draw one to ``max_size`` members with names the model does not have, for any structure within ``value``."""
    places = [(), *(path for path, member in value.paths() if isinstance(member, Structure))]
    drawn = (
        Addition(
            path=places[draw(_PICKS) % len(places)],
            position=draw(_POSITIONS),
            name=draw(one_of_these(names)),
            value=draw(one_of_these(values)),
        )
        for _ in range(draw(one_of_these(tuple(range(1, max_size + 1)))))
    )
    # RFC 8259, section 4: what a name that stands twice means is open, so that it may be refused.
    return tuple({(addition.path, addition.name): addition for addition in drawn}.values())


@cache
def one_of_these(options: tuple[T, ...]) -> SearchStrategy[T]:
    """Return the strategy that picks one of ``options``, made once: making one costs more than drawing from it."""
    return st.sampled_from(options)


@st.composite
def nulls(draw: DrawFn, value: Structure) -> tuple[Addition, ...]:
    """Draw members that the contract has and ``value`` lacks, written as null: at least one, at any depth.

    ``value`` must lack something; one that has every member raises ``ValueError``.
    """
    places = absent_members(value)
    if not places:
        raise ValueError("every member is present: none is left to be null")
    chosen = {places[draw(_PICKS) % len(places)]: None for _ in range(draw(one_of_these((1, 2, 3))))}
    return tuple(Addition(path[:-1], draw(_POSITIONS), path[-1], None) for path in chosen)


def absent_members(value: Structure) -> list[Path]:
    """List the contract's members that ``value`` lacks although the structure around them is present."""
    return [
        path
        for path, _ in contract().paths()
        if value.get(*path) is None and (len(path) == 1 or value.get(*path[:-1]) is not None)
    ]


def miscased(name: str) -> tuple[str, ...]:
    """List other spellings of a member's name that differ in case alone (each is an unknown name)."""
    forms = (name.lower(), name.upper(), name[0].lower() + name[1:], name.swapcase())
    return tuple(dict.fromkeys(form for form in forms if form != name))
