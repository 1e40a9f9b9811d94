"""Cases as plain data: what a check judged, so that it can be judged again.

Owns the plain form of a case and the way back. It must not know checks or files. The form is closed: besides texts,
numbers, bytes and tuples it holds nothing but frozen dataclasses and enumerations of text that a module of
``participant_strategies`` defines, each named by its module and class. Reading makes nothing else, and imports from
that package alone.

================================  ==================================================
in Python                         in JSON
================================  ==================================================
``None``, ``True``, ``1``, ``"a"``  the same
``(1, 2)``                        ``[1, 2]``
``b"a"``                          ``{"text": "a"}``; ``{"base64": …}`` what is no UTF-8
``inf``                           ``{"float": "inf"}``
``"\\ud83d" + "\\ude00"``           ``{"joined": […, …]}``, since JSON reads them as one
``Reply(200, (), b"")``           ``{"reply.Reply": {"status": 200, …}}``
``Place.CODE``                    ``{"errors.Place": "code"}``
================================  ==================================================
"""

from __future__ import annotations

import base64
import importlib
import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final

_PACKAGE: Final = "participant_strategies"
#: How deep a case may be nested: far deeper than any, and far from what an interpreter can bear.
DEPTH: Final = 100
#: Bits of the longest whole number: Python reads and writes no more than 4300 digits.
_BITS: Final = 14_000

#: ``json_text.Number``: one that could be anything but a module and a class is none.
_KIND = re.compile(r"([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)\.([A-Za-z_][A-Za-z0-9_]*)")
#: Between two halves of a surrogate pair that are characters of their own.
_HALVES = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")


class PlainFormError(ValueError):
    """A case that has no plain form, or data that is the plain form of nothing; the message names the place."""


def plain(case: object) -> Any:
    """Return the plain form of a case: what JSON can hold. Raises :class:`PlainFormError`."""
    return _plain(case, 0)


def _plain(value: object, depth: int) -> Any:
    if depth > DEPTH:
        raise PlainFormError(f"the case is nested more than {DEPTH} deep")
    kind = type(value)
    if kind is str:
        return _plain_text(str(value))
    if isinstance(value, int) and kind in (int, bool):
        if value.bit_length() > _BITS:
            raise PlainFormError(f"a number of {value.bit_length()} bits has no plain form")
        return value
    if value is None:
        return None
    if isinstance(value, float) and kind is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, bytes) and kind is bytes:
        return _plain_bytes(value)
    if isinstance(value, tuple) and kind is tuple:
        return [_plain(item, depth + 1) for item in value]
    return _plain_object(value, depth)


def _plain_text(text: str) -> Any:
    parts = _HALVES.split(text)
    return text if len(parts) == 1 else {"joined": parts}


def _plain_bytes(value: bytes) -> Any:
    try:
        return {"text": value.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def _plain_object(value: object, depth: int) -> Any:
    kind = type(value)
    name = f"{kind.__module__.removeprefix(f'{_PACKAGE}.')}.{kind.__qualname__}"
    if not kind.__module__.startswith(f"{_PACKAGE}.") or _kind(name, "the case") is not kind:
        raise PlainFormError(f"a {kind.__module__}.{kind.__qualname__} has no plain form")
    if isinstance(value, StrEnum):
        return {name: value.value}
    return {name: {found: _plain(getattr(value, found), depth + 1) for found in _arguments(kind)}}


def from_plain(data: object) -> Any:
    """Make the case of its plain form, which may be anything at all. Raises :class:`PlainFormError`."""
    return _value(data, "the case", 0)


def _value(data: object, place: str, depth: int) -> Any:
    if depth > DEPTH:
        raise PlainFormError(f"the case is nested more than {DEPTH} deep")
    match data:
        case None | bool() | int() | float() | str():
            return data
        case list():
            return tuple(_value(item, f"{place}[{number}]", depth + 1) for number, item in enumerate(data))
        case dict() if len(data) == 1:
            [(name, content)] = data.items()
            return _named(str(name), content, place, depth)
        case _:
            raise PlainFormError(f"{place} is {_described(data)}, which stands for nothing")


def _named(name: str, content: object, place: str, depth: int) -> Any:
    match name, content:
        case "text", str():
            return _encoded(content, place)
        case "base64", str():
            return _decoded(content, place)
        case "float", "nan" | "inf" | "-inf":
            return float(str(content))
        case "joined", list() if all(isinstance(part, str) for part in content):
            return "".join(content)
        case _:
            return _made(_kind(name, place), content, place, depth)


def _encoded(text: str, place: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise PlainFormError(f"{place} is a text that UTF-8 cannot hold") from None


def _decoded(text: str, place: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise PlainFormError(f"{place} is no base64") from None


def _kind(name: str, place: str) -> type:
    """Return the class that a name stands for, if it may stand in a case."""
    split = _KIND.fullmatch(name)
    try:
        module = importlib.import_module(f"{_PACKAGE}.{split[1]}") if split else None
    except ImportError:
        module = None
    found = getattr(module, split[2], None) if module and split else None
    # What a module only imports belongs to another one.
    if not (isinstance(found, type) and module and found.__module__ == module.__name__ and _may_stand(found)):
        raise PlainFormError(f"{place} is of the kind {name[:80]!r}, which {_PACKAGE} does not have")
    return found


def _may_stand(kind: type) -> bool:
    parameters = getattr(kind, "__dataclass_params__", None)
    return issubclass(kind, StrEnum) or (is_dataclass(kind) and bool(getattr(parameters, "frozen", False)))


def _made(kind: type, content: object, place: str, depth: int) -> Any:
    given: tuple[object, ...] = ()
    named: dict[str, object] = {}
    if issubclass(kind, StrEnum):
        given = (content,)
    else:
        named = _fields_of(kind, content, place, depth)
    try:
        return kind(*given, **named)
    except Exception as wrong:  # noqa: BLE001 - what a file holds may be anything, and a class may refuse it
        raise PlainFormError(f"{place} cannot be made: {type(wrong).__name__}: {str(wrong)[:200]}") from None


def _fields_of(kind: type, content: object, place: str, depth: int) -> dict[str, object]:
    if not isinstance(content, Mapping):
        raise PlainFormError(f"{place} is a {kind.__name__} of {_described(content)} in place of its fields")
    known = _arguments(kind)
    if strange := [name for name in content if name not in known]:
        raise PlainFormError(f"{place}: a {kind.__name__} has no field {str(strange[0])[:80]!r}")
    missing = [name for name, found in known.items() if name not in content and _needed(found)]
    if missing:
        raise PlainFormError(f"{place}: a {kind.__name__} needs the field {missing[0]!r}")
    return {name: _value(item, f"{place}.{name}", depth + 1) for name, item in content.items()}


def _arguments(kind: type) -> dict[str, Field[Any]]:
    """Return the fields by which a dataclass is made."""
    return {found.name: found for found in fields(kind) if found.init}


def _needed(found: Field[Any]) -> bool:
    return found.default is MISSING and found.default_factory is MISSING


def _described(data: object) -> str:
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(data), "a number")
