"""A consumer's project in a folder of its own, in which pytest runs.

Owns how such a project is written and run, and how its report is read. It must not know what a test expects.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from participant_conformance.requirements import catalogue

ONE_LINE = "from participant_conformance.checks import *\n"

_INI = """
[pytest]
asyncio_default_fixture_loop_scope = function
"""


def left_out(kept: int = 1) -> int:
    """Return how many checks are deselected where so many of them are kept."""
    return len(catalogue().side(of_service=False)) - kept


def of_area(name: str) -> list[str]:
    """Return the requirements of an area, in the order of the catalogue."""
    return [requirement.id for requirement in catalogue() if requirement.area == name]


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one run of pytest. ``files`` are those of the report, by name."""

    code: int
    text: str
    outcomes: Mapping[str, int]
    files: Mapping[str, str]

    @property
    def report(self) -> dict[str, Any]:
        """The report as data."""
        data: dict[str, Any] = json.loads(self.files["report.json"])
        return data

    @property
    def reported(self) -> bool:
        """Whether there is a report at all."""
        return "report.json" in self.files

    @property
    def verdicts(self) -> dict[str, dict[str, Any]]:
        """The verdicts by requirement."""
        return {verdict["requirement"]: verdict for verdict in self.report["verdicts"]}

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each verdict by requirement."""
        return {name: verdict["kind"] for name, verdict in self.verdicts.items()}

    @property
    def lines(self) -> str:
        """The output on one line, so that wrapped texts can be found."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Project:
    """A consumer's project. It has the one-line test module; everything else is written by the test."""

    pytester: pytest.Pytester

    @property
    def folder(self) -> Path:
        """The root of the project."""
        return self.pytester.path

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def ini(self, text: str) -> None:
        """Write the pytest configuration: the lines of its section."""
        self.write("pytest.ini", _INI + dedent(text))

    def adapter(self, text: str) -> str:
        """Write the module ``adapting`` and return the specification of its ``Adapter``."""
        self.write("adapting.py", _IMPORTS + dedent(text))
        return "adapting:Adapter"

    def reads(self, body: str) -> str:
        """Write an adapter like the reference, but for the body of its ``read``; return its specification."""
        return self.adapter("class Adapter(Reference):\n    def read(self, reply):\n" + indent(dedent(body), " " * 8))

    def run(
        self,
        *arguments: str,
        only: str | None = "error.modeled",
        apart: bool = False,
        suite: bool = True,
        shuffle: int | None = None,
    ) -> Ran:
        """Run pytest, quick and in a fixed order (or that of the seed ``shuffle``); ``apart``: in its own process."""
        if not (self.folder / "pytest.ini").exists() and not (self.folder / "pyproject.toml").exists():
            self.ini("")
        if suite and not (self.folder / "test_contract.py").exists():
            self.write("test_contract.py", ONE_LINE)
        given = [
            *(("-p", "no:randomly") if shuffle is None else (f"--randomly-seed={shuffle}",)),
            *("-p", "no:cacheprovider"),
            *("--participant-profile=quick", "--participant-report=report"),
            *([f"--participant-only={only}"] if only else []),
            *arguments,
        ]
        result = self.pytester.runpytest_subprocess(*given) if apart else self.pytester.runpytest_inprocess(*given)
        text = result.stdout.str() + result.stderr.str()
        return Ran(int(result.ret), text, _outcomes(result), self._report())

    def _report(self) -> dict[str, str]:
        files = (self.folder / "report").glob("*")
        # Taken away, so that the next run cannot be mistaken for this one.
        found = {path.name: path.read_text(encoding="utf-8") for path in files}
        shutil.rmtree(self.folder / "report", ignore_errors=True)
        return found


_IMPORTS = """\
import asyncio
from participant_conformance.adapter import Implementation
from participant_conformance.reference.adapter import Reference
from participant_strategies.reply import Decoded, Rejected, ServiceError
from participant_strategies.value import Structure

"""


def _outcomes(result: pytest.RunResult) -> Mapping[str, int]:
    try:
        return result.parseoutcomes()
    except ValueError:  # a run that ended before its last line
        return {}
