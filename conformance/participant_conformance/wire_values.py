"""Values as plain JSON data, and back.

Owns the form of a value. It must not know what it is a value of. A value is an object with one key, its kind:
``{"Structure": [["Url", {"String": "wss://…"}]]}``, ``{"Enum": …}``, ``{"List": […]}``, ``{"Boolean": true}``.

Two things are ours. ``{"Foreign": {"kind": "int", "text": "5"}}`` is a leaf of no such kind, which only an
implementation can make; ``{"String": 5}`` and a bare ``5`` are read as one, too. ``"plain": true`` beside the structure
at the top says that its kinds were not given by the implementation. In their place ``{"Plain": {"Url": "wss://…"}}`` at
the top is read by the contract, as ``Structure.from_plain`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from participant_conformance.wire_data import Data, WireFormError, a_text, an_array, an_object, member
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value

#: How deep a value may be nested: the contract's own are five deep.
DEPTH: Final = 100


def value_form(value: Structure) -> Data:
    """Return the form of a value; ``plain`` is kept."""
    form = _value_form(value)
    return form | {"plain": True} if value.plain else form


def _value_form(value: Value) -> Data:
    match value:
        case Structure(members):
            return {"Structure": [[name, _value_form(member)] for name, member in members]}
        case List(items):
            return {"List": [_value_form(item) for item in items]}
        case String(text):
            return {"String": text}
        case Enum(text):
            return {"Enum": text}
        case Boolean(truth):
            return {"Boolean": truth}
        case _:
            return {"Foreign": {"kind": value.kind, "text": value.text}}


def value_of(data: object, place: str = "value") -> Structure:
    """Read a value of its form, whose top is a structure. Raises :class:`WireFormError`."""
    form = an_object(data, place)
    if "Plain" in form:
        _shallow(form["Plain"], place)
        return Structure.from_plain(an_object(form["Plain"], f"{place}.Plain"))
    value = _value(form, place, 0)
    if not isinstance(value, Structure):
        raise WireFormError(f"{place} is no Structure at the top")
    return Structure(value.members, plain=form.get("plain") is True)


def _shallow(data: object, place: str, depth: int = 0) -> None:
    """See that plain data can be walked through."""
    if depth > DEPTH:
        raise WireFormError(f"{place} is nested more than {DEPTH} deep")
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for item in items:
        _shallow(item, place, depth + 1)


def _value(data: object, place: str, depth: int) -> Value:
    if depth > DEPTH:
        raise WireFormError(f"{place[:80]}… is nested more than {DEPTH} deep")
    if isinstance(data, (int, float)) or data is None:
        return _foreign(data)
    form = an_object(data, place)
    kind = next((kind for kind in _KINDS if kind in form), None)
    if kind is None:
        raise WireFormError(f"{place} is none of {', '.join(_KINDS)}")
    return _KINDS[kind](form[kind], f"{place}.{kind}", depth)


def _structure(content: object, place: str, depth: int) -> Structure:
    members = (pair(item, f"{place}[{number}]") for number, item in enumerate(an_array(content, place)))
    return Structure(tuple((name, _value(member, f"{place}.{name[:40]}", depth + 1)) for name, member in members))


def pair(data: object, place: str) -> tuple[str, object]:
    """Read a pair of a name and something. Raises :class:`WireFormError`."""
    parts = an_array(data, place)
    if len(parts) != 2:
        raise WireFormError(f"{place} is no pair of a name and a value")
    return a_text(parts[0], place), parts[1]


def _list(content: object, place: str, depth: int) -> List:
    items = enumerate(an_array(content, place))
    return List(tuple(_value(item, f"{place}[{number}]", depth + 1) for number, item in items))


def _leaf(kind: Callable[[str], Value]) -> Callable[[object, str, int], Value]:
    # A leaf that is no text is the implementation's doing, whatever the adapter takes it for.
    return lambda content, _place, _depth: kind(content) if isinstance(content, str) else _foreign(content)


def _boolean(content: object, _place: str, _depth: int) -> Value:
    return _foreign(content)


def _foreign(content: object) -> Value:
    return Boolean(content) if isinstance(content, bool) else Foreign(type(content).__name__, _printed(content))


def _printed(content: object) -> str:
    try:
        return repr(content)
    except (RecursionError, ValueError):  # what is nested too deep, or a number of too many digits
        return "…"


def _named_foreign(content: object, place: str, _depth: int) -> Foreign:
    form = an_object(content, place)
    return Foreign(member(form, "kind", str, place), member(form, "text", str, place))


_KINDS: Final[Mapping[str, Callable[[object, str, int], Value]]] = MappingProxyType(
    {
        "Structure": _structure,
        "String": _leaf(String),
        "Enum": _leaf(Enum),
        "List": _list,
        "Boolean": _boolean,
        "Foreign": _named_foreign,
    }
)
