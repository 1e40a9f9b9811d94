"""A small validator of response values and of requests, by the facts of ``contract.json`` and nothing else.

Owns a second reading of the contract, so that the strategies are not judged by their own code. It must not use it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

from participant_strategies.reply import ConnectionRequest
from participant_strategies.value import Enum, String, Structure, Value

FACTS: dict[str, Any] = json.loads(resources.files("participant_strategies").joinpath("contract.json").read_text())
SHAPES: dict[str, Any] = FACTS["shapes"]
OUTPUT: str = FACTS["operation"]["output"]


def below(shape_name: str = OUTPUT, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path and the shape's name of every member of a structure, at every depth."""
    for name, target in SHAPES[shape_name].get("members", {}).items():
        yield (*path, name), target
        yield from below(target, (*path, name))


#: Every member of the output, and of these the ones that hold text.
PATHS = tuple(below())
LEAVES = tuple((path, shape) for path, shape in PATHS if SHAPES[shape]["kind"] != "structure")
STRUCTURES = tuple((path, shape) for path, shape in PATHS if SHAPES[shape]["kind"] == "structure")


def complaints(value: Value, shape_name: str = OUTPUT) -> list[str]:
    """List what is wrong with a value by the model; nothing for a valid one."""
    shape = SHAPES[shape_name]
    match shape["kind"], value:
        case "structure", Structure(members):
            return _of_members(members, shape["members"])
        case "string", String(text):
            return text_complaints(text, shape_name)
        case "enum", Enum(text):
            return [] if text in shape["values"] else [f"{text!r} is no {shape_name}"]
    return [f"{value!r} is no {shape['kind']}"]


def _of_members(members: tuple[tuple[str, Value], ...], known: dict[str, str]) -> list[str]:
    names = [name for name, _ in members]
    found = [f"{name} stands twice" for name in set(names) if names.count(name) > 1]
    found += [f"there is no member {name}" for name in names if name not in known]
    return found + [line for name, value in members if name in known for line in complaints(value, known[name])]


def text_complaints(text: str, shape_name: str) -> list[str]:
    """List which limits of a string shape a text breaks."""
    shape = SHAPES[shape_name]
    found = [] if shape.get("min", 0) <= len(text) <= shape.get("max", len(text)) else [f"length {len(text)}"]
    if "pattern" in shape and not re.fullmatch(shape["pattern"], text, re.ASCII):
        found.append(f"{text!r} does not match {shape['pattern']}")
    if any("\ud800" <= char <= "\udfff" for char in text):
        found.append(f"{text!r} holds a lone surrogate, which no UTF-8 text can")
    return found


def request_complaints(request: ConnectionRequest, *, known_types: bool = True) -> list[str]:
    """List what is wrong with a request by the model; ``known_types=False`` asks for a type it does not list."""
    found = text_complaints(request.participant_token, "ParticipantToken")
    # RFC 9110, section 5.5: a field value of VCHAR alone survives every hop as it is.
    found += [f"{char!r} in the token" for char in request.participant_token if not "!" <= char <= "~"]
    listed = set(SHAPES["ConnectionType"]["values"])
    given = request.type
    if given is not None and len(given) < SHAPES["ConnectionTypeList"]["min"]:
        found.append("an empty Type")
    if (given is None or set(given) <= listed) is not known_types:
        found.append(f"Type is {given}")
    return found
