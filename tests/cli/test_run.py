"""``participant-conformance run``: the suite without a repository around it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from participant_conformance.requirements import catalogue
from tests.cli.conftest import Command

QUICK = ("--profile", "quick")
ONE = (*QUICK, "--only", "error.modeled")
BROKEN = "participant_conformance.reference.broken:Broken"

ADAPTER = """
import os, signal
from participant_conformance.reference.adapter import Reference
from participant_strategies.reply import Rejected

class Adapter(Reference):
    def read(self, reply):
        {}
"""


def adapter(folder: Path, body: str) -> str:
    """Write an adapter whose ``read`` does this; return its specification."""
    (folder / "adapting.py").write_text(ADAPTER.format(body), encoding="utf-8")
    return "adapting:Adapter"


def test_a_conforming_implementation_ends_with_zero(command: Command) -> None:
    """The reference conforms: exit code 0, a summary, and a report in the default folder."""
    answer = command("run", "--adapter", "reference", *ONE)
    assert answer.code == 0
    assert "gate: must → conforms" in answer.lines
    assert f"report: {Path('participant-report') / 'summary.md'}" in answer.lines
    assert answer.kinds == {"error.modeled": "passed"}


def test_a_broken_implementation_ends_with_one(command: Command) -> None:
    """The broken one does not conform: exit code 1, and the failure in one look with the command to repeat it."""
    answer = command("run", "--adapter", BROKEN, *QUICK, "--only", "error.namespace-stripped")
    assert answer.code == 1
    assert "✗ error.namespace-stripped MUST" in answer.lines
    again = f"participant-conformance replay .participant/error.namespace-stripped.json --adapter {BROKEN}"
    assert f"again {again}" in answer.lines
    assert answer.text.count("✗ error.namespace-stripped") == 1
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("nowhere.at.all:Adapter", "cannot import nowhere.at.all"),
        ("adapting:Adaptor", "did you mean Adapter?"),
        ("unheard-of", "give package.module:attribute, or one of the installed ones"),
        ("adapting:Adapter", "read may return Decoded, ServiceError, Rejected, not None"),
    ],
)
def test_a_bad_adapter_ends_with_two(command: Command, tmp_path: Path, spec: str, told: str) -> None:
    """What cannot be judged: exit code 2, one message, no passed check."""
    adapter(tmp_path, "return None")
    answer = command("run", "--adapter", spec, *ONE)
    assert answer.code == 2
    assert told in answer.lines
    assert answer.kinds == {"error.modeled": "adapter error"}
    assert "Traceback" not in answer.text


def test_nothing_offered_ends_with_two(command: Command, tmp_path: Path) -> None:
    """A run in which no MUST was judged is no success."""
    (tmp_path / "adapting.py").write_text(
        "from participant_conformance.reference.adapter import Reference\n"
        "class Adapter:\n    implementation = Reference.implementation\n    decode_json = Reference.decode_json\n"
    )
    answer = command("run", "--adapter", "adapting:Adapter", *QUICK, "--only", "request")
    assert answer.code == 2
    assert set(answer.kinds.values()) == {"not offered"}
    assert "could not judge" in answer.lines


@pytest.mark.parametrize(
    ("name", "hint"), [("error.modelled", "did you mean error.modeled"), ("xyz", "participant-conformance list")]
)
def test_an_unknown_requirement_ends_with_two(command: Command, name: str, hint: str) -> None:
    """``--only`` with something unknown is refused before anything is started."""
    answer = command("run", "--adapter", "reference", "--only", name)
    assert answer.code == 2
    assert f"--only: there is no requirement '{name}' in edition 1" in answer.lines
    assert hint in answer.lines


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--adapter", "reference", "--level", "may"),
        ("--adapter", "reference", "--profile", "slow"),
        ("--adapter", "reference", "--jobs", "0"),
        ("--adapter", "reference", "--time-limit", "0"),
        ("--adapter", "reference", "--time-limit", "nan"),
        ("--adapter", "reference", "--explore", "soon"),
        ("--adapter", "reference", "--link", "smoke"),
        ("--adapter", "reference", "--unheard-of"),
        ("--adapter", "reference", "--config", "nowhere.toml"),
        ("--adapter", "reference", "--explore", "0"),
        ("--adapter", "reference", *ONE, "--", "--unheard-of"),
        ("--adapter", "reference", *ONE, "--", "-k", "nothing_of_that_name"),
    ],
)
def test_a_wrong_option_ends_with_two(command: Command, arguments: tuple[str, ...]) -> None:
    """Whatever keeps a run from judging, a wrong use included, ends with 2."""
    answer = command("run", *arguments)
    assert answer.code == 2
    assert "Traceback" not in answer.text
    assert not (answer.folder / "participant-report" / "report.json").exists()


def test_the_options_reach_the_run(command: Command, tmp_path: Path) -> None:
    """Level, profile, link, seed, configuration and the report's folder are those that were given."""
    (tmp_path / "own.toml").write_text('[[expected]]\nrequirement = "error.modeled"\nreason = "known"\n')
    options = {
        "--level": "should",
        "--profile": "quick",
        "--link": "respx",
        "--explore": "5",
        "--time-limit": "2.5",
        "--config": "own.toml",
        "--report": "deep/down",
        "--only": "error.modeled",
    }
    spec = adapter(tmp_path, "return Rejected('no')")
    answer = command("run", "--adapter", spec, *(part for option in options.items() for part in option))
    assert answer.code == 0
    report = json.loads((tmp_path / "deep" / "down" / "report.json").read_text())
    assert report["run"] == {"level": "should", "profile": "quick", "examples": 25, "seed": 5, "link": "respx"}
    assert report["verdicts"][0]["kind"] == "expected"
    assert report["verdicts"][0]["again"] == (
        "participant-conformance run --adapter adapting:Adapter --only error.modeled"
        " --profile quick --link respx --time-limit 2.5 --explore 5"
    )


def test_only_may_be_repeated(command: Command) -> None:
    """Several ids and areas can be given."""
    answer = command("run", "--adapter", "reference", *ONE, "--only", "error.type-in-code")
    assert list(answer.kinds) == ["error.modeled", "error.type-in-code"]


def test_explore_without_a_seed_prints_one(command: Command) -> None:
    """``--explore`` alone draws a seed, shows it, and leaves the options behind it alone."""
    answer = command("run", "--adapter", "reference", "--explore", *ONE)
    assert answer.code == 0
    seed = answer.report["run"]["seed"]
    assert seed > 0
    assert f"seed {seed}" in answer.lines


def test_what_follows_the_dashes_goes_to_pytest(command: Command) -> None:
    """Options of pytest's stand behind ``--``."""
    answer = command("run", "--adapter", "reference", *QUICK, "--", "-k", "test_error_modeled or type_in_code")
    assert answer.code == 0
    assert list(answer.kinds) == ["error.modeled", "error.type-in-code"]


def test_a_deviations_file_of_the_folder_is_read(command: Command, tmp_path: Path) -> None:
    """``participant-conformance.toml`` in the current folder counts without being named."""
    (tmp_path / "participant-conformance.toml").write_text(
        '[[expected]]\nrequirement = "error.modeled"\nreason = "known"\n'
    )
    answer = command("run", "--adapter", adapter(tmp_path, "return Rejected('no')"), *ONE)
    assert (answer.code, answer.kinds) == (0, {"error.modeled": "expected"})


def test_jobs_spread_a_run(command: Command, tmp_path: Path) -> None:
    """``--jobs 2`` gives the report of one process, and both processes have a part in it."""
    body = "open(os.environ.get('PYTEST_XDIST_WORKER', 'alone') + '.seen', 'w').close(); return super().read(reply)"
    spec = adapter(tmp_path, body)
    answers = [command("run", "--adapter", spec, *QUICK, "--only", "error", *jobs) for jobs in ((), ("--jobs", "2"))]
    assert [answer.code for answer in answers] == [0, 0]
    assert {path.name for path in tmp_path.glob("*.seen")} == {"alone.seen", "gw0.seen", "gw1.seen"}
    assert answers[1].text.count("gate: must → conforms") == 1
    assert list(answers[1].kinds) == [requirement.id for requirement in catalogue() if requirement.area == "error"]


def test_jobs_need_xdist(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pytest-xdist ``--jobs`` says what to install."""
    monkeypatch.setattr("participant_conformance.cli.find_spec", {}.get)
    answer = command("run", "--adapter", "reference", "--jobs", "2")
    assert answer.code == 2
    assert "pip install 'participant-conformance[xdist]'" in answer.lines


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV"])
def test_a_process_that_dies_by_a_signal_ends_with_two(command: Command, tmp_path: Path, name: str) -> None:
    """An implementation that takes its process down does not take the verdict along: 2, and which signal it was."""
    answer = command("run", "--adapter", adapter(tmp_path, f"os.kill(os.getpid(), signal.{name})"), *ONE)
    assert answer.code == 2
    assert f"the process of the run died by {name}; nothing was judged" in answer.lines


@pytest.mark.parametrize("code", [0, 1])
def test_a_process_that_leaves_early_ends_with_two(command: Command, tmp_path: Path, code: int) -> None:
    """An implementation that ends its process with 0 is not green, and with 1 not judged."""
    answer = command("run", "--adapter", adapter(tmp_path, f"os._exit({code})"), *ONE)
    assert answer.code == 2
    assert "nothing was judged" in answer.lines


def test_an_old_report_does_not_stand_for_a_run_that_died(command: Command, tmp_path: Path) -> None:
    """A report of an earlier run is no sign that this one came to its end."""
    assert command("run", "--adapter", "reference", *ONE).code == 0
    answer = command("run", "--adapter", adapter(tmp_path, "os._exit(0)"), *ONE)
    assert answer.code == 2


def test_the_folder_does_not_get_in(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pytest settings nor a conftest nor modules with taken names of the current folder change a run."""
    for name in ("conftest.py", "random.py", "httpx.py", "test_contract.py", "pytest.py"):
        (tmp_path / name).write_text("raise RuntimeError('the folder got in')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --unheard-of\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--also-unheard-of")
    monkeypatch.setenv("PYTEST_PLUGINS", "unheard_of")
    answer = command("run", "--adapter", adapter(tmp_path, "return super().read(reply)"), *ONE)
    assert "the folder got in" not in answer.text
    assert (answer.code, answer.kinds) == (0, {"error.modeled": "passed"})


def test_a_report_that_cannot_be_written_is_told_at_once(command: Command, tmp_path: Path) -> None:
    """A file where the folder should be: refused before anything is judged."""
    (tmp_path / "occupied").write_text("a file")
    answer = command("run", "--adapter", "reference", *ONE, "--report", "occupied")
    assert answer.code == 2
    assert "Error: --report: occupied cannot be made: File exists" in answer.lines
    assert "gate:" not in answer.text


def test_a_hang_is_ended(command: Command, tmp_path: Path) -> None:
    """``--time-limit`` ends a call that does not come back."""
    spec = adapter(tmp_path, "__import__('time').sleep(3600)")
    answer = command("run", "--adapter", spec, *ONE, "--time-limit", "0.3")
    assert answer.code == 1
    assert "did not return within 0.3 s" in answer.lines


def test_a_call_that_nothing_interrupts_takes_its_process_along(command: Command, tmp_path: Path) -> None:
    """C code that does not return to the interpreter: no verdict, and the command does not hang."""
    body = "import signal; signal.sigwait({signal.SIGUSR2})"
    spec = adapter(tmp_path, body)
    answer = command("run", "--adapter", spec, "--only", "error.modeled", "--time-limit", "0.3")
    assert answer.code == 2
    assert "a call could not be interrupted" in answer.lines
