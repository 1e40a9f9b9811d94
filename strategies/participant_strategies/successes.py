"""Success replies, and small values made for one purpose.

Owns how a value becomes a reply with the outcome it must have. It must not know how the reply is delivered.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies import json_text
from participant_strategies.contract import Path, contract
from participant_strategies.json_text import (
    COMPACT,
    Addition,
    Object,
    Spelling,
    absent_members,
    json_spellings,
    json_tree,
    miscased,
    one_of_these,
    render,
    with_additions,
)
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Decoded, Reply
from participant_strategies.responses import connection_responses
from participant_strategies.texts import edge_values
from participant_strategies.value import Enum, String, Structure, Value


def success_case(
    value: Structure,
    *,
    spelling: Spelling = COMPACT,
    additions: Iterable[Addition] = (),
    status: int = 200,
    control: Case | None = None,
    note: str = "",
) -> Case:
    """Make the reply that spells ``value``, with members that mean nothing added, and the outcome it must have."""
    tree = json_tree(value)
    assert isinstance(tree, Object)  # noqa: S101 - a structure becomes an object
    body = render(with_additions(tree, additions), spelling).encode()
    return Case(Reply(status, (JSON_CONTENT_TYPE,), body), Decoded(value), control=control, note=note)


def value_of(case: Case) -> Structure:
    """Return the value that a success case must become. Raises ``TypeError`` for a case of anything else."""
    if not isinstance(case.expected, Decoded):
        raise TypeError(f"no success: {case!r}")
    return case.expected.value


@st.composite
def success_replies(
    draw: DrawFn,
    *,
    values: SearchStrategy[Structure] | None = None,
    spellings: bool = True,
    unknown_members: bool = True,
    nulls: bool = True,
    dunder_type: bool = True,
    miscased_names: bool = False,
) -> Case:
    """Draw a success reply and the value it must become.

    ``values`` defaults to ``connection_responses()``. The flags allow: any equivalent JSON spelling instead of the
    compact one, members that the model does not have, absent members written as null, ``__type``, and members whose
    names differ from a known one in case alone (which are unknown members too).
    """
    value = draw(connection_responses() if values is None else values)
    allowed = (unknown_members, nulls and bool(absent_members(value)), dunder_type, miscased_names)
    unknown, null, dunder, miscase = draw(one_of_these(_combinations(allowed)))
    added: list[Addition] = []
    if unknown:
        added += draw(json_text.additions(value))
    if null:
        added += draw(json_text.nulls(value))
    if dunder:
        added += draw(json_text.additions(value, names=("__type",), values=_DUNDER_TYPES, max_size=1))
    if miscase:
        added.append(draw(_miscased_members(value)))
    return success_case(value, spelling=draw(json_spellings()) if spellings else COMPACT, additions=added)


_DUNDER_TYPES = ("a", "com.amazonaws.connectparticipant#CreateParticipantConnectionResponse")


@cache
def _combinations(allowed: tuple[bool, ...]) -> tuple[tuple[bool, ...], ...]:
    """List the combinations of what is allowed, none of it first."""
    return tuple(product(*((False, True) if flag else (False,) for flag in allowed)))


@st.composite
def _miscased_members(draw: DrawFn, value: Structure) -> Addition:
    places = tuple(path for path, _ in contract().paths() if len(path) == 1 or value.get(*path[:-1]) is not None)
    path = draw(one_of_these(places))
    name = draw(one_of_these(miscased(path[-1])))
    return Addition(path[:-1], 0, name, json_tree(sample_member(path)))


def at(path: Path, value: Value) -> Structure:
    """Return the smallest value of the operation's output that holds ``value`` at ``path``."""
    for name in reversed(path):
        value = Structure(((name, value),))
    assert isinstance(value, Structure)  # noqa: S101 - a path is never empty
    return value


def sample(*path: str) -> Structure:
    """Return the smallest value in which the member at ``path`` is present, with content."""
    return at(path, sample_member(path))


def sample_member(path: Path) -> Value:
    """Return a short valid value for the member at ``path``; a structure gets its first member."""
    shape = contract().shape_at(path)
    if shape is None:
        raise ValueError(f"no such member: {'.'.join(path)}")
    if shape.kind == "structure":
        name = next(iter(shape.members))
        return Structure(((name, sample_member((*path, name))),))
    text = edge_values(shape.name)[0]
    return Enum(text) if shape.kind == "enum" else String(text)


@cache
def full(text: str | None = None) -> Structure:
    """Return the value in which every member is present; with ``text`` in every leaf, where it is given."""
    value = Structure()
    for path, shape in contract().paths():
        if shape.kind != "structure":
            leaf = Enum if shape.kind == "enum" else String
            value = put(value, path, sample_member(path) if text is None else leaf(text))
    return value


@cache
def structure_paths() -> tuple[Path, ...]:
    """Return the paths of all structures below the output itself."""
    return tuple(path for path, shape in contract().paths() if shape.kind == "structure")


def put(value: Structure, path: Path, member: Value) -> Structure:
    """Return ``value`` with ``member`` at ``path``; structures on the way are made where they are absent."""
    name, rest = path[0], path[1:]
    old = value.get(name)
    if rest:
        member = put(old if isinstance(old, Structure) else Structure(), rest, member)
    kept = tuple((key, item if key != name else member) for key, item in value.members)
    return Structure(kept if old is not None else (*kept, (name, member)))


def remove(value: Structure, path: Path) -> Structure:
    """Return ``value`` without the member at ``path``."""
    name, rest = path[0], path[1:]
    below = value.get(name)
    if rest and isinstance(below, Structure):
        return put(value, (name,), remove(below, rest))
    return Structure(tuple((key, item) for key, item in value.members if key != name))
