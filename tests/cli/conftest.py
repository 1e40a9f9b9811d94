"""How the tests call the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from participant_conformance.cli import main


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said and how it ended. ``text`` is all of its output, that of a child process included."""

    code: int
    text: str
    folder: Path

    @property
    def lines(self) -> str:
        """The text on one line, so that wrapped sentences can be found."""
        return " ".join(self.text.split())

    @property
    def report(self) -> dict[str, Any]:
        """The report that a run left in its default folder."""
        path = self.folder / "participant-report" / "report.json"
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return data

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each verdict of the report."""
        return {verdict["requirement"]: verdict["kind"] for verdict in self.report["verdicts"]}


Command = Callable[..., Answer]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Return a function that calls ``participant-conformance`` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PY_COLORS", "0")
    for name in ("FORCE_COLOR", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Answer:
        result = CliRunner().invoke(main, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        child = capfd.readouterr()
        return Answer(result.exit_code, result.output + child.out + child.err, tmp_path)

    return call
