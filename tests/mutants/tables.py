"""Markdown tables, and the one of the mutants: what each is, and which checks it fails.

Owns how results are written down; the same results give the same bytes.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import hypothesis

from participant_conformance.gate.verdicts import Counterexample, Finding, Result
from tests.mutants.bench import Results
from tests.mutants.tampering import Mutant

#: Characters of one line of a counterexample that the table shows.
LINE_SHOWN = 110
#: Lines of a counterexample that the table shows.
LINES_SHOWN = 3

#: What a check that only observes finds of the reference; ``None`` for any other.
Usual: TypeAlias = Callable[[str], tuple[str, ...] | None]

KILL_HEAD = ("mutant", "breaks", "what it does", "killed by", "also fails", "not offered", "counterexample")
KILL_PAGE = """\
# Mutants

Each row is a broken copy of the reference implementation, and what the checks say of it: the proof that every check
can fail. Written by `python -m tests.mutants`, never by hand; {made_with}, and other versions draw other examples.

- *killed by*: the checks that fail with a wrong outcome; that of the broken requirement stands first. *survives* would
  stand there if that one passed.
- *also fails*: checks that fail because too few examples showed what they judge, or with a crash.
- A check of level INFO judges nothing: it *kills* a mutant of which it finds something else than of the reference.
- *not offered*: checks that are left out because what they presuppose is broken.
- All other checks pass. What takes as long as a call may (call.ends) is judged of its own mutants alone.
- *counterexample*: the smallest one of the first check, in short.

{table}"""


def row(cells: Iterable[str]) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(cells)} |"


def table(head: tuple[str, ...], rows: Iterable[str]) -> str:
    """Write a table of rows that are written already."""
    return "\n".join([row(head), row("---" for _ in head), *rows, ""])


def code(text: str) -> str:
    """Write a text as it is, in a cell."""
    # A backslash before the bar: in a cell it would end the cell, also within code.
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    padding = " " if "`" in text else ""
    return f"{fence}{padding}{text}{padding}{fence}".replace("|", "\\|")


def prose(text: str) -> str:
    """Write a sentence in a cell, so that nothing in it is taken for markup."""
    return re.sub(r"([\\|`*_<>&#\[\]])", r"\\\1", text)


def names(found: Iterable[str]) -> str:
    """Write ids in a cell."""
    return ", ".join(found)


def kill_row(mutant: Mutant, results: Results, usual: Usual) -> str:
    """Write the row of one mutant."""
    killers = (name for name, result in results.items() if is_killed(result, usual(name)))
    killed = sorted(killers, key=lambda name: name != mutant.breaks)
    missing = [name for name, result in results.items() if result.finding is Finding.NOT_OFFERED]
    failed = [
        name
        for name, result in results.items()
        if result.finding is not Finding.CONFORMS and name not in {*killed, *missing}
    ]
    own = results[mutant.breaks]
    killed_by = names(killed) if mutant.breaks in killed else f"**survives** {names(killed)}".strip()
    return row([*row_words(mutant), killed_by, names(failed), names(missing), _evidence(own)])


def _evidence(own: Result) -> str:
    return in_short(own.counterexample) or prose(_cut("; ".join(own.findings)))


def row_words(mutant: Mutant) -> tuple[str, str, str]:
    """Return the cells of a mutant's row that do not depend on any result."""
    return code(mutant.name), mutant.breaks, prose(mutant.what)


def is_killed(result: Result, usual: tuple[str, ...] | None = None) -> bool:
    """Whether the check failed by a wrong outcome, not by a crash.

    ``usual`` is what a check that only observes finds of the reference: it then has to find something else.
    """
    if usual is not None:
        return result.finding is Finding.CONFORMS and result.findings != usual
    example = result.counterexample
    return result.finding is Finding.VIOLATES and example is not None and not example.crash


def in_short(example: Counterexample | None) -> str:
    """Write the first lines of a counterexample in a cell."""
    lines = example.lines[:LINES_SHOWN] if example else ()
    return "<br>".join(f"{label}: {code(_cut(text))}" for label, text in lines)


def _cut(text: str) -> str:
    return text if len(text) <= LINE_SHOWN else f"{text[:LINE_SHOWN]}…"


def kill_table(rows: Iterable[str]) -> str:
    """Write the whole page of the mutants."""
    return KILL_PAGE.format(made_with=made_with(), table=table(KILL_HEAD, rows))


def made_with() -> str:
    """Name the versions on which draws depend."""
    return f"with Hypothesis {hypothesis.__version__} on Python {sys.version_info.major}.{sys.version_info.minor}"


def proofs(killed: Iterable[Mutant]) -> str:
    """Write the proofs as JSON: for each requirement the mutants that its check kills, in words."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for mutant in killed:
        found.setdefault(mutant.breaks, []).append({"mutant": mutant.name, "what": mutant.what})
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def stale(files: Mapping[Path, str]) -> str:
    """Say how files on disk differ from what they should be; an empty text if they do not."""
    told: list[str] = []
    for path, text in files.items():
        on_disk = path.read_text(encoding="utf-8") if path.exists() else ""
        told += difflib.unified_diff(
            on_disk.splitlines(), text.splitlines(), f"{path.name} on disk", path.name, n=0, lineterm=""
        )
    return "\n".join(told)


def write(files: Mapping[Path, str]) -> None:
    """Write the files."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def settle(files: Mapping[Path, str], *, check: bool) -> int:
    """Write the files, or say how those on disk differ; return the exit code, 1 if they do."""
    if not check:
        write(files)
        return 0
    difference = stale(files)
    print(difference or "what is on disk is current")
    return 1 if difference else 0
