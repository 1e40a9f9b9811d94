"""``participant-conformance demo``: the first look."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participant_conformance.checks import registry
from participant_conformance.cli import main


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """Run the demo once for all tests of this module."""
    folder = tmp_path_factory.mktemp("demo")
    with chdir(folder):
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
    demo: tuple[Result, Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What stands behind *again* can be copied, and shows the same failure."""
    result, folder = demo
    monkeypatch.chdir(folder)
    found = re.search(r"again +participant-conformance (replay .*)", result.output)
    assert found is not None
    assert CliRunner().invoke(main, shlex.split(found[1])).exit_code == 1
    view = capfd.readouterr().out
    assert view.startswith("✗ ")
    assert view in result.output


def test_every_failure_of_the_demo_can_be_judged_again(demo: tuple[Result, Path]) -> None:
    """The files that the report names are there."""
    folder = demo[1]
    report = json.loads((folder / "broken" / "report.json").read_text())
    failed = {row["requirement"]: row["again"] for row in report["verdicts"] if row["kind"] in ("failed", "warned")}
    assert {name: command.split()[2] for name, command in failed.items()} == {
        name: f".participant/{name}.json" for name in failed
    }
    assert {path.stem for path in (folder / ".participant").glob("*.json")} == set(failed)


def test_the_demo_says_what_to_do_next(demo: tuple[Result, Path]) -> None:
    """It ends with the next step."""
    assert "Next: write an adapter" in demo[0].output
    assert "participant-conformance run --adapter mypackage.testing:Adapter" in demo[0].output


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be is told without a traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("participant_conformance.direct.registry", dict)  # nothing is judged: it is about the folder
    (tmp_path / "occupied").write_text("a file")
    result = CliRunner().invoke(main, ["demo", "--report", str(tmp_path / "occupied")])
    assert result.exit_code == 1
    assert "Error: the report cannot be written to" in result.output


def test_counterexamples_that_cannot_be_stored_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The show goes on, and the command is one that works."""
    monkeypatch.chdir(tmp_path)
    check = registry()["error.namespace-stripped"]
    monkeypatch.setattr("participant_conformance.direct.registry", lambda: {check.requirement.id: check})
    (tmp_path / ".participant").write_text("a file")
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 0
    assert "note: counterexamples cannot be stored in .participant: File exists" in result.output
    spec = "participant_conformance.reference.broken:Broken"
    assert f"again      participant-conformance run --adapter {spec} --only {check.requirement.id}\n" in result.output
