"""Stored counterexamples: ``.participant/<requirement>.json``, one file a verdict that needs attention.

Owns the format of the file, which holds what was judged (:mod:`~participant_conformance.stored`) and what came of it.
It must not know how a case is judged. A file is foreign data: every fault in one is a single clear sentence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from participant_conformance import atomic
from participant_conformance.gate.verdicts import Kind, Verdict
from participant_conformance.requirements import EDITION, Requirement, UnknownRequirementError, catalogue
from participant_conformance.stored import PlainFormError, from_plain

#: Beside the configuration; a folder of its own, which version control leaves alone.
FOLDER: Final = ".participant"
FORMAT: Final = 1
#: The verdicts of which the counterexample is stored.
STORED: Final = frozenset({Kind.FAILED, Kind.WARNED, Kind.NOT_OBSERVED})

T = TypeVar("T")


class CounterexampleError(Exception):
    """A counterexample cannot be stored or read; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class StoredCounterexample:
    """What a file holds. ``adapter`` is the specification it was found with, for information alone."""

    requirement: Requirement
    case: Any
    lines: tuple[tuple[str, str], ...]
    reason: str
    adapter: str | None
    implementation: str
    suite: str


def is_storable(verdict: Verdict) -> bool:
    """Tell whether there is something to judge again."""
    example = verdict.counterexample
    return verdict.kind in STORED and example is not None and example.case is not None


def store(verdict: Verdict, folder: Path, *, adapter: str | None = None) -> Path:
    """Write the counterexample of a verdict into ``folder``, which is made. Raises :class:`CounterexampleError`."""
    path = folder / f"{verdict.requirement}.json"
    text = json.dumps(_data(verdict, adapter), indent=1, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / ".gitignore").exists():
            atomic.write_text(folder / ".gitignore", "*\n")
        atomic.write_text(path, text)
    except OSError as wrong:
        told = f"counterexamples cannot be stored in {folder.name}: {wrong.strerror or wrong}"
        raise CounterexampleError(told) from wrong
    return path


def _data(verdict: Verdict, adapter: str | None) -> dict[str, Any]:
    requirement, example = catalogue()[verdict.requirement], verdict.counterexample
    assert example is not None  # noqa: S101 - is_storable() has seen it
    return {
        "format": FORMAT,
        "suite": version("participant-conformance"),
        "edition": EDITION,
        "requirement": requirement.id,
        "level": requirement.level.value,
        "statement": requirement.statement,
        "source": requirement.source,
        "adapter": adapter,
        "implementation": {name: verdict.implementation.get(name, "") for name in ("name", "version")},
        "lines": [list(line) for line in example.lines],
        "reason": verdict.reason,
        "case": example.case,
    }


def read(path: Path) -> StoredCounterexample:
    """Read a stored counterexample. Raises :class:`CounterexampleError`."""
    try:
        return _stored(_parsed(path))
    except _FaultError as wrong:
        raise CounterexampleError(f"{path}: {wrong}") from None


class _FaultError(Exception):
    """What is wrong with a file."""


def _parsed(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as missing:
        raise _FaultError(f"cannot be read: {missing.strerror or missing}") from None
    except UnicodeDecodeError:
        raise _FaultError("is no text in UTF-8") from None
    except RecursionError:
        raise _FaultError("is nested too deep") from None
    except ValueError as wrong:
        raise _FaultError(f"is no JSON: {wrong}") from None
    if not isinstance(data, dict) or "format" not in data:
        raise _FaultError("is no stored counterexample: it is not an object with a member 'format'")
    return data


def _stored(data: dict[str, object]) -> StoredCounterexample:
    if _member(data, "format", int) != FORMAT:
        raise _FaultError(f"has the format {data['format']}, and this version reads format {FORMAT}")
    if _member(data, "edition", int) > EDITION:
        told = (
            f"is of edition {data['edition']}, and this version has edition {EDITION}: update participant-conformance"
        )
        raise _FaultError(told)
    implementation = _member(data, "implementation", dict)
    named = [_member(implementation, name, str) for name in ("name", "version")]
    if "case" not in data:
        raise _FaultError("has no 'case'")
    return StoredCounterexample(
        requirement=_requirement(_member(data, "requirement", str)),
        case=_case(data["case"]),
        lines=_lines(_member(data, "lines", list)),
        reason=_member(data, "reason", str),
        adapter=None if data.get("adapter") is None else _member(data, "adapter", str),
        implementation=" ".join(named).strip(),
        suite=_member(data, "suite", str),
    )


_KINDS: Final = {int: "a whole number", str: "a text", list: "an array", dict: "an object"}


def _member(data: dict[str, object], name: str, kind: type[T]) -> T:
    found = data.get(name)
    if not isinstance(found, kind) or isinstance(found, bool):
        raise _FaultError(f"its {name!r} is missing or not {_KINDS[kind]}")
    return found


def _requirement(name: str) -> Requirement:
    try:
        return catalogue()[name]
    except UnknownRequirementError as unknown:
        raise _FaultError(str(unknown)) from None


def _lines(data: list[object]) -> tuple[tuple[str, str], ...]:
    pairs = [line for line in data if isinstance(line, list) and len(line) == 2]
    if len(pairs) < len(data) or not all(isinstance(text, str) for pair in pairs for text in pair):
        raise _FaultError("its 'lines' are not pairs of a label and a text")
    return tuple((label, text) for label, text in pairs)


def _case(data: object) -> Any:
    try:
        return from_plain(data)
    except PlainFormError as wrong:
        raise _FaultError(f"its case cannot be made again: {wrong}") from None
