"""Faults to be planted in the reference implementation, as ``tests/data/shrinking.toml`` lists them.

Owns the reading of that file and every complaint about it. It must not know which faults are listed, or how an
implementation comes to have one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from participant_conformance.checks import registry

FILE = Path(__file__).parent.parent / "data" / "shrinking.toml"

#: What a condition can look at, each a text or absent: a fault with a condition on what is absent does not show.
TEXTS = ("body", "header", "outcome", "value", "request", "endpoint", "code", "dialect", "before")
_CONDITIONS = (*TEXTS, "status")
_KEYS = ("name", "requirement", "when", "then", "minimum")


class Then(StrEnum):
    """What comes out where the fault shows."""

    EMPTY_SUCCESS = "empty success"
    UNKNOWN_ERROR = "unknown error"
    REJECTED = "rejected"
    CRASH = "crash"
    EMPTY_TEXT = "empty text"
    ENUMS_AS_STRINGS = "enums as strings"
    MEMBERS_TWICE = "members twice"


class FaultError(Exception):
    """The data file is wrong; the message names the entry and what to do."""


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One entry of the file. ``texts`` are patterns, by what they look at; ``minimum`` are lines, by their label.

    The empty label stands for the first line, which says what the implementation was given.
    """

    name: str
    requirement: str
    texts: Mapping[str, re.Pattern[str]]
    status: int | None
    then: Then | None
    minimum: Mapping[str, str]

    def shows(self, seen: Mapping[str, str], status: int | None) -> bool:
        """Tell whether all conditions hold."""
        texts = all(key in seen and pattern.search(seen[key]) for key, pattern in self.texts.items())
        return texts and self.status in (None, status)


def load_faults(path: Path = FILE) -> list[PlantedFault]:
    """Read the file. Raises :class:`FaultError` for an entry that is wrong, by its name where it has one."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise FaultError(f"{path.name}: is no TOML: {wrong}") from wrong
    entries = data.get("fault")
    if set(data) != {"fault"} or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FaultError(f"{path.name}: holds [[fault]] tables and nothing else")
    faults = [_fault(entry, f"{path.name}, fault {number}") for number, entry in enumerate(entries, 1)]
    names = [fault.name for fault in faults]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise FaultError(f"{path.name}: two faults are called {twice!r}")
    return faults


def _fault(entry: Mapping[str, object], place: str) -> PlantedFault:
    place += f" ({entry['name']})" if "name" in entry else ""
    _only(entry, _KEYS, place)
    when, then = entry.get("when"), entry.get("then")
    if not isinstance(when, dict) or not when:
        raise FaultError(f"{place}: when is a table of at least one condition")
    _only(when, _CONDITIONS, f"{place}, when")
    if "status" in when and type(when["status"]) is not int:
        raise FaultError(f"{place}, when: status is a number")
    if then is not None and then not in tuple(Then):
        raise FaultError(f"{place}: then is one of {', '.join(Then)}; got {then!r}")
    return PlantedFault(
        name=_text(entry, "name", place),
        requirement=_requirement(_text(entry, "requirement", place), place),
        texts={key: _pattern(when, key, f"{place}, when") for key in when if key != "status"},
        status=when.get("status"),
        then=None if then is None else Then(str(then)),
        minimum=_minimum(entry, place),
    )


def _only(table: Mapping[str, object], known: tuple[str, ...], place: str) -> None:
    if unknown := next((key for key in table if key not in known), None):
        raise FaultError(f"{place}: there is no key {unknown!r}; there are {', '.join(known)}")


def _text(table: Mapping[str, object], key: str, place: str) -> str:
    text = table.get(key)
    if not isinstance(text, str) or not text:
        raise FaultError(f"{place}: {key} is missing or no text")
    return text


def _requirement(name: str, place: str) -> str:
    if name not in registry():
        raise FaultError(f"{place}: there is no check of a requirement {name!r}")
    return name


def _pattern(when: Mapping[str, object], key: str, place: str) -> re.Pattern[str]:
    try:
        return re.compile(_text(when, key, place), re.MULTILINE)
    except re.error as wrong:
        raise FaultError(f"{place}: {key} is no regular expression: {wrong}") from wrong


def _minimum(entry: Mapping[str, object], place: str) -> Mapping[str, str]:
    minimum = entry.get("minimum")
    if isinstance(minimum, dict) and minimum:
        return {label: _text(minimum, label, f"{place}, minimum") for label in minimum}
    return {"": _text(entry, "minimum", place)}
