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
class _Leaf:
    texts: Leaves
    kind: type[String] | type[Enum]


@dataclass(frozen=True, slots=True)
class _Node:
    members: dict[str, _Node | _Leaf]
    options: SearchStrategy[_Presence]


#: The members that are present: name by name, with what is present below a structure that has one member at most
#: (its presence is drawn together with its parent's), or ``None`` where nothing more is known yet.
_Presence: TypeAlias = "tuple[tuple[str, _Presence | None], ...]"


def connection_responses(
    *, without: Iterable[str] = (), free_text: bool = True, alphabet: str | None = None
) -> SearchStrategy[Structure]:
    """Draw a valid value of the operation's output: any subset of its members, at every depth.

    ``without`` leaves members out for good, each named by its path (``"WebRTCConnection.Meeting"``).
    ``free_text=False`` keeps leaves to the listed edge values; ``alphabet`` keeps all text to these characters.
    Raises ``ValueError`` for a path that the contract does not have.
    """
    paths = frozenset(tuple(path.split(".")) for path in without)
    unknown = sorted(".".join(path) for path in paths if not path or contract().shape_at(path) is None)
    if unknown:
        raise ValueError(f"no such member in {contract().output}: {', '.join(unknown)}")
    return _responses(paths, free_text, alphabet)


@cache
def _responses(without: frozenset[Path], free_text: bool, alphabet: str | None) -> SearchStrategy[Structure]:
    root = _node((), contract().output, without, free_text, alphabet)

    @st.composite
    def responses(draw: DrawFn) -> Structure:
        # Presence first: a counterexample loses members before it loses characters.
        return _content(draw, root, _complete(draw, root, draw(root.options)))

    return responses()


def _node(path: Path, name: str, without: frozenset[Path], free_text: bool, alphabet: str | None) -> _Node:
    members: dict[str, _Node | _Leaf] = {}
    for member, target in contract().shapes[name].members.items():
        if (*path, member) in without:
            continue
        shape = contract().shapes[target]
        if shape.kind == "structure":
            members[member] = _node((*path, member), target, without, free_text, alphabet)
        else:
            kind = Enum if shape.kind == "enum" else String
            members[member] = _Leaf(leaves(target, free_text=free_text, alphabet=alphabet), kind)
    return _Node(members, st.sampled_from(_weighted_options(members, deep=bool(path))))


def _weighted_options(members: dict[str, _Node | _Leaf], *, deep: bool) -> list[_Presence]:
    options = _options(members)
    # Below the top everything is drawn more often: at depth five an even coin would show a member in one draw of 32.
    return options + [options[-1]] * (len(options) // 3 if deep else 0)


def _options(members: dict[str, _Node | _Leaf]) -> list[_Presence]:
    """List every set of present members, the smallest first."""
    each = [[None, *((name, below) for below in _below(child))] for name, child in members.items()]
    options = [tuple(member for member in option if member) for option in product(*each)]
    return sorted(options, key=_size)


def _below(child: _Node | _Leaf) -> list[_Presence | None]:
    # A chain of structures with one member each is a ladder: a draw of its own for every rung buys nothing.
    if isinstance(child, _Node) and len(child.members) <= 1:
        return list(_options(child.members))
    return [None]


def _size(presence: _Presence) -> int:
    return sum(1 + _size(below or ()) for _, below in presence)


def _complete(draw: DrawFn, node: _Node, presence: _Presence) -> _Presence:
    return tuple((name, _rest(draw, node.members[name], below)) for name, below in presence)


def _rest(draw: DrawFn, child: _Node | _Leaf, below: _Presence | None) -> _Presence | None:
    if below is None and isinstance(child, _Node):
        return _complete(draw, child, draw(child.options))
    return below


def _content(draw: DrawFn, node: _Node, presence: _Presence) -> Structure:
    members: list[tuple[str, Value]] = []
    for name, below in presence:
        child = node.members[name]
        if isinstance(child, _Leaf):
            members.append((name, child.kind(child.texts.draw(draw))))
        else:
            members.append((name, _content(draw, child, below or ())))
    return Structure(tuple(members))
