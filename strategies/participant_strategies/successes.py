"""Success replies, and small values made for one purpose.

Owns how a value becomes a reply with the outcome it must have. It must not know how the reply is delivered.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import Path, contract
from participant_strategies.json_text import (
    COMPACT,
    Addition,
    Object,
    Spelling,
    absent_at,
    drawn_additions,
    drawn_null,
    drawn_nulls,
    drawn_spelling,
    json_tree,
    member_slots,
    miscased,
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

    ``values`` defaults to ``connection_responses()``; given ones are kept whole. The flags allow: any equivalent JSON
    spelling instead of the compact one, members that the model does not have, absent members written as null,
    ``__type``, and members whose names differ from a known one in case alone (which are unknown members too).
    """
    value = draw(connection_responses() if values is None else values)
    # Each by a draw of its own, so that a counterexample loses what does not matter.
    added: list[Addition] = []
    if nulls and values is None:
        value, absent = drawn_nulled(draw, value, draw(_NULL_NUMBERS))
        added += absent
    elif nulls:
        added += drawn_nulls(draw, value, number=draw(_NULL_NUMBERS))
    if unknown_members:
        added += drawn_additions(draw, value, number=draw(_NUMBERS))
    if dunder_type and draw(_DUNDER_TYPE):
        added += drawn_additions(draw, value, names=("__type",), values=_DUNDER_TYPES, number=1)
    if miscased_names and draw(_MISCASED):
        added.append(_miscased_member(draw, value))
    return success_case(value, spelling=drawn_spelling(draw) if spellings else COMPACT, additions=added)


_DUNDER_TYPES = ("a", "com.amazonaws.connectparticipant#CreateParticipantConnectionResponse")
# Mostly none, since each of them costs draws. A strategy for each: of two alike, Hypothesis copies what one drew.
_NUMBERS = st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2])
_NULL_NUMBERS = st.sampled_from([0, 0, 0, 0, 0, 0, 1, 1, 2])
_DUNDER_TYPE = st.sampled_from([False, False, False, False, True])
_MISCASED = st.sampled_from([False, False, False, True])


def drawn_nulled(draw: DrawFn, value: Structure, number: int) -> tuple[Structure, tuple[Addition, ...]]:
    """Draw members that are null, from within another strategy; and return what is left of the value without them."""
    drawn: dict[Path, Addition] = {}
    for _ in range(number):
        null = drawn_null(draw, value)
        path = (*null.path, null.name)
        drawn[path] = null
        value = remove(value, path)
    return value, tuple(drawn.values())


def _miscased_member(draw: DrawFn, value: Structure) -> Addition:
    way, index = divmod(draw(_MEMBERS), len(member_slots()))
    path = member_slots()[index]
    path = absent_at(value, path) or path
    forms = miscased(path[-1])
    return Addition(path[:-1], 0, forms[way % len(forms)], json_tree(sample_member(path)))


#: Which member, and in its higher bits which form: see where ``json_text`` draws nulls.
_MEMBERS = st.integers(0, 127)


def at(path: Path, value: Value) -> Structure:
    """Return the smallest value of the operation's output that holds ``value`` at ``path``."""
    for name in reversed(path):
        value = Structure(((name, value),))
    assert isinstance(value, Structure)  # noqa: S101 - a path is never empty
    return value


def sample(*path: str) -> Structure:
    """Return the smallest value in which the member at ``path`` is present, with content."""
    return at(path, sample_member(path))


@cache
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
