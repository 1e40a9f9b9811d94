"""Read the text that this product started from: documentation and signature of the operation's OCaml binding.

Owns the facts in the text, in plain types. It must not know the contract that they are compared with.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "CreateParticipantConnectionResponse.txt"
SECONDS = {"s": 1, "seconds": 1, "day": 86400}


@dataclass(frozen=True, slots=True)
class Level:
    """What the members of the structures at one depth may be: structures, strings of named modules, enums.

    The type is merged: of several modules whose type is the same the compiler shows one.
    """

    structures: bool
    strings: tuple[str, ...]
    enums: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """What the text says. Fields and errors are mapped to their types, as these are written."""

    output: str
    fields: dict[str, str]
    error: dict[str, str]
    error_of_json: dict[str, str]
    error_of_xml: dict[str, str]
    levels: tuple[Level, ...]
    dial_window: int
    participant_gone: int
    connection_token: int
    subscribe: object


def read(text: str) -> Signature:
    """Read the text. Raises ``ValueError`` or ``AttributeError`` where it is of another form."""
    # Of the declarations only the line ends and blanks are the page's own.
    flat = " ".join(text.split())
    return Signature(
        output=_one(flat, r"^Values\.(\w+?)Source"),
        fields=_fields(_between(flat, "type nonrec t = {", "}")),
        error=_cases(_between(flat, "type nonrec error = [", "]")),
        error_of_json=_cases(_between(flat, "val error_of_json : string -> Yojson.Safe.t -> [>", "]")),
        error_of_xml=_cases(_between(flat, "val error_of_xml : string -> Awso.Xml.t -> [>", "]")),
        levels=_levels(flat.partition("val to_value : t -> ")[2]),
        dial_window=_seconds(flat, r"connect expiry timeout of (\d+)(s)\."),
        participant_gone=_seconds(flat, r"disconnected for (\d+) (seconds),"),
        connection_token=_seconds(flat, r"Expiry time for the connection token is (\d+) (day)\."),
        subscribe=json.loads(_one(flat, r"publish the following on the established websocket connection: (\{.*?\}\})")),
    )


def _between(text: str, begin: str, end: str) -> str:
    return text.partition(begin)[2].partition(end)[0]


def _fields(record: str) -> dict[str, str]:
    return dict(re.findall(r"(\w+) : ([\w. ]+);", record))


def _cases(variant: str) -> dict[str, str]:
    return {name: of.strip() for name, of in re.findall(r"`(\w+) of ([^|]+)", variant)}


def _levels(type_: str) -> tuple[Level, ...]:
    """Split a type into the alternatives of each depth: each structure holds pairs of a name and the next type."""
    levels: list[Level] = []
    rest = type_
    while rest:
        # What stands before the bracket of the next type is this one.
        own, _, rest = rest.removeprefix("[> ").partition("(string * [>")
        levels.append(Level("`Structure" in own, tuple(re.findall(r"`String of (\w+)\.t", own)), "`Enum" in own))
        rest = rest.strip()
    return tuple(levels)


def _seconds(text: str, pattern: str) -> int:
    """Return the one time that the text states by a pattern, however often it does."""
    (found,) = set(re.findall(pattern, text))
    return int(found[0]) * SECONDS[found[1]]


def _one(text: str, pattern: str) -> str:
    (found,) = re.findall(pattern, text)
    return str(found)
