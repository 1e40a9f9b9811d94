"""Several reports beside each other: requirements down, implementations across.

Owns what is read of a report file, which is foreign input, and the two forms of the matrix. It must not judge: a mark
says what a report says. The same reports give the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from participant_conformance import atomic
from participant_conformance.gate.verdicts import Kind
from participant_conformance.report.files import SCHEMA_VERSION, ReportError, cell
from participant_conformance.requirements import EDITION, Requirement, catalogue

MATRIX_VERSION: Final = 1

#: Verdict → its mark, and what the legend says of it.
MARKS: Final = MappingProxyType(
    {
        Kind.PASSED: ("✓", "passed"),
        Kind.FAILED: ("✗", "failed"),
        Kind.NOT_OBSERVED: ("?", "not observed, which fails"),
        Kind.STALE: ("§", "a listed deviation that is gone or past its date, which fails"),
        Kind.EXPECTED: ("x", "a deviation that is listed, with its confirmed reason"),
        Kind.WARNED: ("!", "a SHOULD that is not kept, and not listed"),
        Kind.NOTED: ("i", "observed, never judged"),
        Kind.NOT_OFFERED: ("–", "not offered"),
        Kind.NOT_RUN: ("·", "not run"),
        Kind.ADAPTER_ERROR: ("‼", "a mistake of the adapter"),
        Kind.SUITE_BUG: ("‽", "a bug of the suite"),
    }
)
#: What stands where a report says nothing of a requirement: it was made with a part of the checks.
ABSENT: Final = " "


@dataclass(frozen=True, slots=True)
class Judged:
    """What one report says of one requirement."""

    kind: Kind
    reason: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One report: who was judged, how, and what came of it."""

    name: str
    version: str
    runtime: str
    language: str
    profile: str
    link: str
    conclusion: str
    judged: Mapping[str, Judged]

    @property
    def counts(self) -> Counter[Kind]:
        """How often each verdict stands in the report."""
        return Counter(found.kind for found in self.judged.values())


def read_columns(paths: Iterable[Path]) -> tuple[Column, ...]:
    """Read report files; return their columns by name. Raises :class:`ReportError` for what is no report of ours."""
    columns = sorted(map(_column, paths), key=lambda column: (column.name.casefold(), column.name))
    if not columns:
        raise ReportError("a matrix needs at least one report.json")
    names = Counter(column.name for column in columns)
    if twice := [name for name, count in names.items() if count > 1]:
        raise ReportError(f"there are two reports on {twice[0]}: a matrix has one column for each implementation")
    return tuple(columns)


def _column(path: Path) -> Column:
    # The folder says which report it is; a whole path would name the machine.
    where = f"{path.parent.name}/{path.name}"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as missing:
        raise ReportError(f"{where}: cannot be read: {missing.strerror}") from missing
    except (ValueError, RecursionError) as wrong:
        raise ReportError(f"{where}: is no JSON: {wrong}") from wrong
    if not isinstance(data, dict) or data.get("schema") != SCHEMA_VERSION:
        raise ReportError(f"{where}: is no report of schema {SCHEMA_VERSION}: write it with --report")
    try:
        return _columns_of(data, where)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise ReportError(f"{where}: is no whole report: {type(wrong).__name__}: {wrong}") from wrong


def _columns_of(data: dict[str, Any], where: str) -> Column:
    who, run = data["implementation"], data["run"]
    if who is None:
        raise ReportError(f"{where}: names no implementation: its adapter could not be made")
    if data["suite"]["edition"] != EDITION:
        raise ReportError(f"{where}: is of edition {data['suite']['edition']}, not {EDITION}: make it anew")
    return Column(
        name=_text(who["name"]),
        version=_text(who["version"]),
        runtime=_text(who["runtime"]),
        language=_text(who["language"]),
        profile=_text(run["profile"]),
        link=_text(run["link"]),
        conclusion=_text(data["gate"]["conclusion"]),
        judged={_text(row["requirement"]): _judged(row) for row in data["verdicts"]},
    )


def _judged(row: dict[str, Any]) -> Judged:
    return Judged(Kind(row["kind"]), _text(row["reason"]), tuple(map(_text, row["findings"])))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def write_matrix(columns: Sequence[Column], stem: Path, *, title: str, written_by: str) -> None:
    """Write the matrix as ``stem``.md and ``stem``.json. Raises :class:`ReportError`."""
    data = json.dumps(matrix_data(columns), indent=2, ensure_ascii=False) + "\n"
    try:
        atomic.write_text(stem.with_suffix(".md"), matrix_markdown(columns, title=title, written_by=written_by))
        atomic.write_text(stem.with_suffix(".json"), data)
    except OSError as wrong:
        raise ReportError(f"the matrix cannot be written to {stem.parent}: {wrong.strerror or wrong}") from wrong


def matrix_data(columns: Sequence[Column]) -> dict[str, Any]:
    """Return the matrix as data."""
    return {
        "matrix": MATRIX_VERSION,
        "edition": EDITION,
        "implementations": [
            {
                "name": column.name,
                "version": column.version,
                "runtime": column.runtime,
                "language": column.language,
                "profile": column.profile,
                "link": column.link,
                "conclusion": column.conclusion,
                "counts": {kind.value: column.counts[kind] for kind in Kind if column.counts[kind]},
            }
            for column in columns
        ],
        "requirements": [
            {
                "requirement": requirement.id,
                "level": requirement.level.value,
                "differs": differs(columns, requirement.id),
                "verdicts": {
                    column.name: {"kind": found.kind.value, "reason": found.reason, "findings": list(found.findings)}
                    for column in columns
                    if (found := column.judged.get(requirement.id))
                },
            }
            for requirement in _rows(columns)
        ],
    }


def _rows(columns: Sequence[Column]) -> list[Requirement]:
    """Return the requirements of which a report says something, in the order of the catalogue."""
    known = list(catalogue())
    strange = {name for column in columns for name in column.judged} - {requirement.id for requirement in known}
    if strange:
        raise ReportError(f"the catalogue has no requirement {min(strange)}: make the reports anew")
    return [requirement for requirement in known if any(requirement.id in column.judged for column in columns)]


def differs(columns: Sequence[Column], name: str) -> bool:
    """Tell whether implementations that offer what is judged were seen to do different things."""
    found = [column.judged[name] for column in columns if name in column.judged]
    offered = [judged for judged in found if judged.kind is not Kind.NOT_OFFERED]
    return len({(judged.kind, judged.findings) for judged in offered}) > 1


def matrix_markdown(columns: Sequence[Column], *, title: str, written_by: str) -> str:
    """Return the matrix as Markdown."""
    used = {found.kind for column in columns for found in column.judged.values()}
    lines = [
        f"# {title}",
        "",
        f"What the published reports say, edition {EDITION}. Written by `{written_by}`, never by hand.",
        "",
        *_table("", columns, _about(columns)),
        "",
        *(f"- {mark} {meaning}" for kind, (mark, meaning) in MARKS.items() if kind in used),
        "",
        "## Requirements",
        "",
        *_table("requirement", columns, ((_named(row), _marks(columns, row.id)) for row in _rows(columns))),
    ]
    different = [row for row in _rows(columns) if differs(columns, row.id)]
    for row in different:
        lines += ["", f"## {row.id}", "", cell(row.statement), ""]
        lines += [f"- {_who(names)}: {cell(said)}" for said, names in _said(columns, row.id).items()]
    return "\n".join(lines) + "\n"


def _about(columns: Sequence[Column]) -> Iterable[tuple[str, list[str]]]:
    yield "version", [cell(column.version) for column in columns]
    yield "runtime", [cell(column.runtime) for column in columns]
    yield "profile, link", [cell(f"{column.profile}, {column.link}") for column in columns]
    yield "gate", [cell(column.conclusion) for column in columns]
    for kind, (mark, _) in MARKS.items():
        if any(column.counts[kind] for column in columns):
            yield f"{mark} {kind}", [str(column.counts[kind]) for column in columns]


def _table(head: str, columns: Sequence[Column], rows: Iterable[tuple[str, list[str]]]) -> list[str]:
    names = " | ".join(cell(column.name) for column in columns)
    lines = [f"| {head} | {names} |", f"| --- |{' :-: |' * len(columns)}"]
    return lines + [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]


def _named(requirement: Requirement) -> str:
    return f"[{requirement.id}]({requirement.url}) {requirement.level}"


def _marks(columns: Sequence[Column], name: str) -> list[str]:
    return [MARKS[column.judged[name].kind][0] if name in column.judged else ABSENT for column in columns]


def _said(columns: Sequence[Column], name: str) -> dict[str, list[str]]:
    """Return what was seen of one requirement, and of whom: those of whom the same was seen stand together."""
    said: dict[str, list[str]] = {}
    for column in columns:
        if found := column.judged.get(name):
            told = "; ".join(found.findings) or found.reason
            said.setdefault(f"{found.kind}{f': {told}' if told else ''}", []).append(column.name)
    return said


def _who(names: Iterable[str]) -> str:
    return ", ".join(f"**{cell(name)}**" for name in names)
