"""boto3 under the suite: its verdicts, and the proof that each listed deviation is the client's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from participant_conformance.environment import QUIET, is_scrubbed
from participant_conformance.requirements import catalogue
from tests.implementations.__main__ import HERE, REPORTS, judge

pytest.importorskip("boto3", reason="the extra [boto3] is not installed")

FOLDER = HERE / "boto3"
SCRIPTS = sorted(FOLDER.glob("confirm_*.py"))
EXPECTED = tomllib.loads((FOLDER / "participant-conformance.toml").read_text())["expected"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of the gate profile on the installed boto3."""
    folder = tmp_path_factory.mktemp("boto3")
    code = judge("boto3", folder)
    data: dict[str, Any] = json.loads((folder / "report.json").read_text())
    assert code == 0, [row for row in data["verdicts"] if row["kind"] not in ("passed", "expected", "not offered")]
    return data


def test_boto3_passes_all_it_is_not_known_to_fail(report: dict[str, Any]) -> None:
    """The deviations are exactly those that are listed; nothing else fails, and what needs more is not offered."""
    kinds = {row["requirement"]: row["kind"] for row in report["verdicts"]}
    assert list(kinds) == [requirement.id for requirement in catalogue()]
    assert {name for name, kind in kinds.items() if kind == "expected"} == {entry["requirement"] for entry in EXPECTED}
    not_offered = {name for name, kind in kinds.items() if kind == "not offered"}
    plain = {"decode.tags", "decode.no-duplicate-members"}
    assert not_offered == plain | {found.id for found in catalogue() if "call" not in found.needs}


def test_the_published_report_agrees_with_this_run(report: dict[str, Any]) -> None:
    """Where the version is the published one, requirement by requirement, so are the verdicts."""
    published = json.loads((REPORTS / "boto3" / "report.json").read_text())
    if published["implementation"]["version"] != report["implementation"]["version"]:
        pytest.skip(f"published for boto3 {published['implementation']['version']}: run tox -e tables")
    rows = [
        {row["requirement"]: (row["kind"], row["counterexample"]) for row in data["verdicts"]}
        for data in (published, report)
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_deviation_shows_on_the_bare_client(script: Path) -> None:
    """A script of at most 20 lines (blank ones aside), with nothing of ours, shows what the suite found."""
    text = script.read_text()
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 20
    assert "participant_conformance" not in text
    assert "participant_strategies" not in text
    environment = {name: value for name, value in os.environ.items() if not is_scrubbed(name)} | QUIET
    found = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_listed_deviation_has_its_script() -> None:
    """Each entry of the expected-deviations file names a script that exists, and each script is named."""
    named = {name for entry in EXPECTED for name in entry["reason"].replace("(", " ").replace(")", " ").split()}
    assert {path.name for path in SCRIPTS} == {name for name in named if name.startswith("confirm_")}
