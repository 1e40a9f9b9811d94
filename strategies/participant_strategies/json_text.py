"""Every equivalent JSON spelling of a value, and the members that may stand beside it without meaning.

Owns the renderer: it is our own so that white space, member order and escapes can be drawn. It must not parse, and it
must not know HTTP. Source of the grammar: RFC 8259, sections 2, 4, 7 and 8.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from typing import Literal, TypeAlias, TypeVar

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
        styles = self.spelling.escapes or ("plain",)
        first, count = self.characters, len(styles)
        self.characters += len(text)
        if count == 1:
            return f'"{text.translate(_STYLES[styles[0]])}"'
        spelled = [""] * len(text)
        for offset in range(count):
            style = _STYLES[styles[(first + offset) % count]]
            spelled[offset::count] = [style[ord(char)] for char in text[offset::count]]
        return f'"{"".join(spelled)}"'


class _Style(dict[int, str]):
    """How one style writes each character, by its code point; found out once for each that is met."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __missing__(self, point: int) -> str:
        self[point] = spelled = _character(chr(point), self.name)
        return spelled


_STYLES = {name: _Style(name) for name in ("plain", "short", "lower", "upper")}


def _character(char: str, style: str) -> str:
    must = char in '"\\' or char < " " or "\ud800" <= char <= "\udfff"
    if not must and (style == "plain" or (style == "short" and char not in _SHORT)):
        return char
    if style in ("plain", "short") and char in _SHORT:
        return "\\" + _SHORT[char]
    return _units(char, upper=style == "upper")


def _units(char: str, *, upper: bool) -> str:
    encoded = char.encode("utf-16-be", "surrogatepass")
    units = (encoded[i : i + 2].hex() for i in range(0, len(encoded), 2))
    return "".join("\\u" + (unit.upper() if upper else unit) for unit in units)


# Those that mix several stand where the steps of Hypothesis's shrinker (high bits off, half, minus two, minus one) lead
# from them to each of those that they mix.
_SPACES = st.sampled_from(
    [
        *((), (" ",), ("\n",), ("\t",), ("\r",), (" \t\r\n",), ("\n  ",), ("", " ")),
        *((), (), (), ("", "\r\n", " \t")),
    ]
)
_ESCAPES = st.sampled_from(
    [
        (),
        (),
        (),
        ("short",),
        ("lower",),
        ("upper",),
        ("plain", "lower"),
        ("short", "upper", "plain"),
        ("lower", "upper"),
    ]
)
_ORDERS = st.sampled_from([(), (), (1,), (0, 1), (2, 0), (-1,), (1, 0, 2)])


def drawn_spelling(draw: DrawFn) -> Spelling:
    """Draw what :func:`json_spellings` draws, from within another strategy."""
    return Spelling(draw(_SPACES), draw(_ESCAPES), draw(_ORDERS))


_spellings = st.composite(drawn_spelling)()


def json_spellings() -> SearchStrategy[Spelling]:
    """Draw one of the equivalent ways to write a JSON text: white space, escapes, member order."""
    return _spellings


@cache
def one_of_these(options: tuple[T, ...]) -> SearchStrategy[T]:
    """Return the strategy that picks one of ``options``, made once: making one costs more than drawing from it."""
    return st.sampled_from(options)


#: How many members are put in: mostly one, since a draw that shows little costs as much as any other.
_NUMBERS = {2: st.sampled_from([1, 1, 2]), 3: st.sampled_from([1, 1, 1, 2, 3])}


def drawn_additions(
    draw: DrawFn,
    value: Structure,
    *,
    names: tuple[str, ...] = UNKNOWN_NAMES,
    values: tuple[Json, ...] = UNKNOWN_VALUES,
    number: int | None = None,
) -> tuple[Addition, ...]:
    """Draw what :func:`additions` draws, from within another strategy: none is made. ``number`` says how many."""
    drawn: dict[tuple[Path, str], Addition] = {}
    for _ in range(draw(_NUMBERS[3]) if number is None else number):
        path, position = drawn_spot(draw, value)
        name = draw(one_of_these(names)) if len(names) > 1 else names[0]
        # RFC 8259, section 4: what a name that stands twice means is open, so that it may be refused.
        drawn[path, name] = Addition(path, position, name, draw(one_of_these(values)))
    return tuple(drawn.values())


@st.composite
def additions(
    draw: DrawFn,
    value: Structure,
    *,
    names: tuple[str, ...] = UNKNOWN_NAMES,
    values: tuple[Json, ...] = UNKNOWN_VALUES,
    max_size: Literal[1, 2, 3] = 3,
) -> tuple[Addition, ...]:
    """Draw one to ``max_size`` members with names the model does not have, for any structure within ``value``."""
    number = draw(_NUMBERS[max_size]) if max_size > 1 else 1
    return drawn_additions(draw, value, names=names, values=values, number=number)


def drawn_nulls(draw: DrawFn, value: Structure, *, number: int | None = None) -> tuple[Addition, ...]:
    """Draw what :func:`nulls` draws, from within another strategy; none where what was drawn is there."""
    drawn = (drawn_null(draw, value) for _ in range(draw(_NUMBERS[3]) if number is None else number))
    absent = (null for null in drawn if value.get(*null.path, null.name) is None)
    return tuple({(null.path, null.name): null for null in absent}.values())


def drawn_null(draw: DrawFn, value: Structure) -> Addition:
    """Draw a member that is null: one that ``value`` lacks, or has; then it is to be taken out of the value."""
    behind, index = divmod(draw(_MEMBERS), len(member_slots()))
    path = member_slots()[index]
    path = absent_at(value, path) or path
    return Addition(path[:-1], behind, path[-1], None)


@st.composite
def nulls(draw: DrawFn, value: Structure) -> tuple[Addition, ...]:
    """Draw members that the contract has and ``value`` lacks, written as null: at least one, at any depth.

    ``value`` must lack something; one that has every member raises ``ValueError``.
    """
    absent = absent_members(value)
    if not absent:
        raise ValueError("every member is present: none is left to be null")
    return drawn_nulls(draw, value) or (Addition(absent[0][:-1], 0, absent[0][-1], None),)


# A number stands for the same place in every value: were it one of the places that this value has, a counterexample
# could not lose a member without moving what was added. The place is in the number's lower bits, which are kept when it
# gets smaller; hence lists of a power of two.
_SPOTS, _MEMBERS = st.integers(0, 63), st.integers(0, 127)


def drawn_spot(draw: DrawFn, value: Structure) -> tuple[Path, int]:
    """Draw a structure within ``value``, or itself, and the number of the member before which something is put."""
    behind, index = divmod(draw(_SPOTS), len(_structure_slots()))
    path = _structure_slots()[index]
    # Where it is absent, the next one around it that is there.
    while not isinstance(found := value.get(*path), Structure):
        path = path[:-1]
    size = len(found.members)
    return path, min((0, size, 1, 2)[behind % 4], size)


@cache
def _structure_slots() -> tuple[Path, ...]:
    return _filled([(), *(path for path, shape in contract().paths() if shape.kind == "structure")], [()])


@cache
def member_slots() -> tuple[Path, ...]:
    """List the paths of all members of the contract, some of the top ones again, a power of two in all."""
    paths = _paths()
    return _filled(list(paths), [path for path in paths if len(path) == 1])


def _filled(paths: list[Path], others: list[Path]) -> tuple[Path, ...]:
    return (*paths, *islice(cycle(others), 2 ** (len(paths) - 1).bit_length() - len(paths)))


def absent_at(value: Structure, path: Path) -> Path | None:
    """Return ``path`` if it is absent, or the outermost structure on the way to it that is; ``None`` if it is there."""
    ends = range(1, len(path) + 1)
    return next((path[:end] for end in ends if value.get(*path[:end]) is None), None)


def absent_members(value: Structure) -> list[Path]:
    """List the contract's members that ``value`` lacks although the structure around them is present."""
    present = {(), *(path for path, _ in value.paths())}
    return [path for path in _paths() if path not in present and path[:-1] in present]


@cache
def _paths() -> tuple[Path, ...]:
    return tuple(path for path, _ in contract().paths())


def miscased(name: str) -> tuple[str, ...]:
    """List other spellings of a member's name that differ in case alone (each is an unknown name)."""
    forms = (name.lower(), name.upper(), name[0].lower() + name[1:], name.swapcase())
    return tuple(dict.fromkeys(form for form in forms if form != name))
