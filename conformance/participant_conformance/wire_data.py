"""The parts of plain JSON data that somebody else wrote, each taken with one clear complaint.

Owns the complaint. It must not know what the data stands for.
"""

from __future__ import annotations

import base64
from typing import Any, Final, TypeAlias, TypeVar

#: An object of JSON.
Data: TypeAlias = dict[str, Any]
T = TypeVar("T")


class WireFormError(ValueError):
    """Data that is not of the form: one sentence that names the place."""


def an_object(data: object, place: str) -> Data:
    """Take an object."""
    if not isinstance(data, dict):
        raise WireFormError(f"{place} is {_described(data)}, not an object")
    return data


def an_array(data: object, place: str) -> list[object]:
    """Take an array."""
    if not isinstance(data, list):
        raise WireFormError(f"{place} is {_described(data)}, not an array")
    return data


def a_text(data: object, place: str) -> str:
    """Take a text."""
    if not isinstance(data, str):
        raise WireFormError(f"{place} is {_described(data)}, not a text")
    return data


def texts(data: object, place: str) -> tuple[str, ...]:
    """Take an array of texts."""
    return tuple(a_text(item, f"{place}[{number}]") for number, item in enumerate(an_array(data, place)))


_NAMES: Final = {str: "a text", int: "a whole number", bool: "true or false"}


def member(form: Data, name: str, kind: type[T], place: str) -> T:
    """Take a member of an object, of one kind."""
    found = form.get(name)
    # A truth value is a number to Python.
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise WireFormError(f"{place}.{name} is {_described(found)}, not {_NAMES[kind]}")
    return found


def optional(form: Data, name: str, kind: type[T], place: str) -> T | None:
    """Take a member that may be missing or null."""
    return None if form.get(name) is None else member(form, name, kind, place)


def base64_text(body: bytes) -> str:
    """Write bytes as text."""
    return base64.b64encode(body).decode("ascii")


def base64_bytes(form: Data, name: str, place: str) -> bytes:
    """Take a member that holds bytes."""
    text = member(form, name, str, place)
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise WireFormError(f"{place}.{name} is no base64") from None


def _described(data: object) -> str:
    named = {dict: "an object", list: "an array", str: "a text", type(None): "nothing"}
    return named.get(type(data), "true or false" if isinstance(data, bool) else "a number")
