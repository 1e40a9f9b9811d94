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
from participant_strategies.texts import Leaves, leaves
from participant_strategies.value import Enum, String, Structure, Value


@dataclass(frozen=True, slots=True)
class _Limits:
    without: frozenset[Path]
    free_text: bool
    alphabet: str | None


#: The members of a structure, each with what draws it: the texts of a string, or a strategy that draws the member's
#: value; either draws ``None`` for an absent member.
_Members: TypeAlias = "tuple[tuple[str, Leaves | SearchStrategy[Value | None]], ...]"


def connection_responses(
    *, without: Iterable[str] = (), free_text: bool = True, alphabet: str | None = None
) -> SearchStrategy[Structure]:
    """Draw a valid value of the operation's output: any subset of its members, at every depth.

    ``without`` leaves members out for good, each named by its path (``"WebRTCConnection.Meeting"``).
    ``free_text=False`` keeps leaves to the listed edge values; ``alphabet`` keeps all text to these characters.
    Raises ``ValueError`` for a path that the contract does not have.
    """
    paths = frozenset(tuple(path.split(".")) for path in without)
    unknown = sorted(".".join(path) for path in paths if contract().shape_at(path) is None)
    if unknown:
        raise ValueError(f"no such member in {contract().output}: {', '.join(unknown)}")
    return _responses(_Limits(paths, free_text, alphabet))


@cache
def _responses(limits: _Limits) -> SearchStrategy[Structure]:
    members = _members((), contract().output, limits)

    @st.composite
    def responses(draw: DrawFn) -> Structure:
        return _content(draw, members)

    return responses()


def _members(path: Path, name: str, limits: _Limits) -> _Members:
    drawn: list[tuple[str, Leaves | SearchStrategy[Value | None]]] = []
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
            drawn.append((member, leaves(target, free_text=limits.free_text, alphabet=limits.alphabet)))
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


def _structures(path: Path, name: str, limits: _Limits) -> SearchStrategy[Value | None]:
    members = _members(path, name, limits)
    # Below the top more often: at depth five an even coin would show a member in one draw of 32.
    presence = st.sampled_from([None, *[members] * (2 if len(path) == 1 else 3)])

    # A strategy of its own, so that Hypothesis can take the structure away as a whole, without its neighbours.
    def structures(draw: DrawFn, _path: Path = path) -> Structure | None:
        present = draw(presence)
        return None if present is None else _content(draw, present)

    # Hypothesis copies what one strategy drew into other places of the same strategy, and such copies take the place of
    # fresh draws. It tells strategies apart by the function's defaults, older versions by its name.
    structures.__qualname__ = ".".join(path)
    return st.composite(structures)()


def _content(draw: DrawFn, members: _Members) -> Structure:
    content: list[tuple[str, Value]] = []
    for name, below in members:
        value: Value | None
        if isinstance(below, Leaves):
            text = below.draw(draw)
            value = None if text is None else String(text)
        else:
            value = draw(below)
        if value is not None:
            content.append((name, value))
    return Structure(tuple(content))
