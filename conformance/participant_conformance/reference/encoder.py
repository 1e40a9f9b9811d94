"""Write a value as a JSON text: what ``encode-json`` of the reference implementation does.

Owns the JSON form of a value. It must not know the renderer of the strategies, nor the suite's own strict reading.
"""

from __future__ import annotations

import json
from typing import TypeAlias

from participant_strategies.value import Enum, String, Structure, Value

_Json: TypeAlias = "dict[str, _Json] | str"


class UnwritableValueError(Exception):
    """The value is none that the operation's output can have."""


def encode_json(value: Structure) -> bytes:
    """Write a value as compact JSON in UTF-8, members in their order. Raises :class:`UnwritableValueError`."""
    text = json.dumps(_object(value), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as wrong:
        raise UnwritableValueError(f"a text holds half of a surrogate pair: {wrong.reason}") from wrong


def _object(value: Structure) -> dict[str, _Json]:
    return {name: _json(name, member) for name, member in value.members}


def _json(name: str, member: Value) -> _Json:
    match member:
        case Structure():
            return _object(member)
        case String(text) | Enum(text):
            return text
        case _:
            raise UnwritableValueError(f"{name} is {member!r}: neither a structure nor a text")
