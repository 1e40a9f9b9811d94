"""Strategies of valid response values.

Owns which members are present and what stands in them. It must not know how a value is spelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import Path, contract
from participant_strategies.texts import Gone, Leaves, TextLimits, leaves
from participant_strategies.value import Enum, String, Structure, Value


@dataclass(frozen=True, slots=True)
class _Limits:
    without: frozenset[Path]
    texts: TextLimits


#: The members of a structure, each with what draws it: the texts of a string, or a strategy that draws the member's
#: value; either draws ``None`` for an absent member.
_Members: TypeAlias = "tuple[tuple[str, Leaves | _Below | SearchStrategy[Value | None]], ...]"


def connection_responses(
    *, without: Iterable[str] = (), free_text: bool = True, alphabet: str | None = None, xml: bool = False
) -> SearchStrategy[Structure]:
    """Draw a valid value of the operation's output: any subset of its members, at every depth.

    ``without`` leaves members out for good, each named by its path (``"WebRTCConnection.Meeting"``).
    ``free_text=False`` keeps leaves to the listed edge values; ``alphabet`` keeps all text to these characters,
    ``xml`` to those that XML 1.0 can hold: no control characters but tab and line ends, no U+FFFE, no U+FFFF.
    Raises ``ValueError`` for a path that the contract does not have.
    """
    paths = frozenset(tuple(path.split(".")) for path in without)
    unknown = sorted(".".join(path) for path in paths if contract().shape_at(path) is None)
    if unknown:
        raise ValueError(f"no such member in {contract().output}: {', '.join(unknown)}")
    return _responses(_Limits(paths, TextLimits(free_text, alphabet, xml)))


@cache
def _responses(limits: _Limits) -> SearchStrategy[Structure]:
    members = _members((), contract().output, limits)

    @st.composite
    def responses(draw: DrawFn) -> Structure:
        return _content(draw, members) or Structure()

    return responses()


def _members(path: Path, name: str, limits: _Limits) -> _Members:
    """Prepare the members of a structure. Of one below the top the first leaf says whether the structure is there."""
    drawn: list[tuple[str, Leaves | _Below | SearchStrategy[Value | None]]] = []
    for member, target in contract().shapes[name].members.items():
        below = (*path, member)
        if below in limits.without:
            continue
        values = _listed(below, target, limits)
        if values is not None:
            drawn.append((member, st.sampled_from([None, *values])))
        elif contract().shapes[target].kind == "structure":
            drawn.append((member, _structures(below, target, limits)))
        else:
            # Made anew for each member: of two alike, Hypothesis copies what one drew into the place of the other.
            opens = path and not drawn
            drawn.append((member, leaves(target, limits.texts, gone=_absence(path) if opens else 0)))
    return tuple(drawn)


def _listed(path: Path, name: str, limits: _Limits) -> list[Value] | None:
    """List the values of a shape that holds nothing but enums, the smallest first; ``None`` for any other shape."""
    shape = contract().shapes[name]
    if shape.kind != "structure":
        return [Enum(text) for text in shape.values] or None
    each: list[list[tuple[tuple[str, Value], ...]]] = []
    for member, target in shape.members.items():
        if (*path, member) in limits.without:
            continue
        values = _listed((*path, member), target, limits)
        if values is None:
            return None
        each.append([(), *(((member, value),) for value in values)])
    return [Structure(sum(chosen, ())) for chosen in product(*each)]


@dataclass(frozen=True, slots=True)
class _Below:
    """A structure within another one: ``presence`` tells whether it is there, where its first leaf does not."""

    members: _Members
    presence: SearchStrategy[bool] | None


def _structures(path: Path, name: str, limits: _Limits) -> _Below:
    members = _members(path, name, limits)
    if members and isinstance(members[0][1], Leaves):
        return _Below(members, None)
    return _Below(members, st.sampled_from([False] + [True] * round(1 / _absence(path) - 1)))


def _absence(path: Path) -> float:
    """Return how often a structure is absent: at depth five an even coin would show a member in one draw of 32."""
    return 0.3 if len(path) == 1 else 0.25


def _content(draw: DrawFn, members: _Members) -> Structure | None:
    content: list[tuple[str, Value]] = []
    for name, below in members:
        value: Value | None
        if isinstance(below, Leaves):
            text = below.draw(draw)
            if isinstance(text, Gone):
                return None
            value = None if text is None else String(text)
        elif isinstance(below, _Below):
            value = _content(draw, below.members) if below.presence is None or draw(below.presence) else None
        else:
            value = draw(below)
        if value is not None:
            content.append((name, value))
    return Structure(tuple(content))
