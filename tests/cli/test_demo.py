"""``participant-conformance demo``: the first look."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participant_conformance.cli import main


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """Run the demo once for all tests of this module."""
    folder = tmp_path_factory.mktemp("demo")
    return CliRunner().invoke(main, ["demo", "--report", str(folder)]), folder


def test_the_demo_succeeds(demo: tuple[Result, Path]) -> None:
    """A broken implementation is part of the show: exit code 0."""
    assert demo[0].exit_code == 0


def test_both_summaries_are_shown(demo: tuple[Result, Path]) -> None:
    """The reference conforms and the broken one does not."""
    text = demo[0].output
    reference, _, broken = text.partition("\nBroken\n")
    assert "gate: must → conforms" in reference
    assert "gate: must → does not conform" in broken
    assert text.count("gate: must →") == 2


def test_one_failure_is_shown_whole(demo: tuple[Result, Path]) -> None:
    """One failure stands there with rule, reply, expected, got and fix; of the others only how many there are."""
    text = demo[0].output
    assert len(re.findall("^✗ ", text, re.MULTILINE)) == 1
    for label in ("reply", "expected", "got", "fix", "again"):
        assert re.search(f"^  {label} ", text, re.MULTILINE)
    assert re.search(r"… and \d+ more, in the report", text)


def test_both_reports_are_written_and_named(demo: tuple[Result, Path]) -> None:
    """The three files of each lie where the output says."""
    result, folder = demo
    for name, conclusion in (("reference", "conforms"), ("broken", "does not conform")):
        assert {path.name for path in (folder / name).iterdir()} == {"report.json", "summary.md", "junit.xml"}
        assert json.loads((folder / name / "report.json").read_text())["gate"]["conclusion"] == conclusion
        assert f"report: {folder / name / 'summary.md'}" in result.output


def test_the_command_that_the_demo_shows_repeats_the_failure(
    demo: tuple[Result, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands behind *again* can be copied, and fails by the same requirement."""
    monkeypatch.chdir(tmp_path)
    found = re.search(r"again +participant-conformance (run .*)", demo[0].output)
    assert found is not None
    result = CliRunner().invoke(main, shlex.split(found[1]))
    assert result.exit_code == 1
    report = json.loads((tmp_path / "participant-report" / "report.json").read_text())
    assert [verdict["kind"] for verdict in report["verdicts"]] == ["failed"]
    assert report["verdicts"][0]["requirement"] in demo[0].output


def test_the_demo_says_what_to_do_next(demo: tuple[Result, Path]) -> None:
    """It ends with the next step."""
    assert "Next: write an adapter" in demo[0].output
    assert "participant-conformance run --adapter mypackage.testing:Adapter" in demo[0].output


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be is told without a traceback."""
    monkeypatch.setattr("participant_conformance.direct.registry", dict)  # nothing is judged: it is about the folder
    (tmp_path / "occupied").write_text("a file")
    result = CliRunner().invoke(main, ["demo", "--report", str(tmp_path / "occupied")])
    assert result.exit_code == 1
    assert "Error: the report cannot be written to" in result.output
