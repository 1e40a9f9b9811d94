"""The commands by which a verdict can be had again."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from participant_conformance.gate.verdicts import Counterexample, Kind
from participant_conformance.repeating import Keeper, call_options, replay_command, run_command
from tests.report.rows import example, verdict

SPEC = "my package:Adapter"
FAILED = verdict(Kind.FAILED, counterexample=Counterexample((("got", "a"),), case="a"))


def test_a_run_of_one_check_is_named() -> None:
    """With the options that it was made with."""
    assert run_command("reference", "error.message", " --profile quick") == (
        "participant-conformance run --adapter reference --only error.message --profile quick"
    )


@pytest.mark.parametrize("command", [run_command(SPEC, "a.b"), replay_command("a b.json", SPEC)])
def test_a_command_can_be_copied_into_a_shell(command: str) -> None:
    """Whatever the specification and the file are."""
    assert SPEC in shlex.split(command)


@pytest.mark.parametrize(
    ("link", "seconds", "options"),
    [
        ("loopback", None, ""),
        ("respx", None, " --link respx"),
        ("loopback", 2.5, " --time-limit 2.5"),
        ("respx", 60.0, " --link respx --time-limit 60"),
    ],
)
def test_calls_are_made_in_the_same_way(link: str, seconds: float | None, options: str) -> None:
    """What is usual is not said."""
    assert call_options(link, seconds) == options


def test_a_counterexample_is_kept_below_the_root(tmp_path: Path) -> None:
    """And named as seen from where the command is given."""
    keeper = Keeper(tmp_path, tmp_path / "below")
    command = "participant-conformance replay ../.participant/decode.round-trip.json --adapter 'my package:Adapter'"
    assert keeper.keep(FAILED, SPEC) == command
    assert (tmp_path / ".participant" / "decode.round-trip.json").exists()


def test_without_a_specification_it_is_kept_and_no_command_named(tmp_path: Path) -> None:
    """Nothing could make the adapter."""
    assert Keeper(tmp_path, tmp_path).keep(FAILED, None) is None
    assert (tmp_path / ".participant" / "decode.round-trip.json").exists()


@pytest.mark.parametrize("kind", [Kind.PASSED, Kind.FAILED])
def test_what_has_no_case_is_not_kept(tmp_path: Path, kind: Kind) -> None:
    """There is no folder then either."""
    assert Keeper(tmp_path, tmp_path).keep(verdict(kind, counterexample=example(("got", "a"))), SPEC) is None
    assert list(tmp_path.iterdir()) == []


def test_a_problem_is_told_once(tmp_path: Path) -> None:
    """However many cannot be kept."""
    (tmp_path / ".participant").write_text("a file")
    keeper = Keeper(tmp_path, tmp_path)
    assert [keeper.keep(FAILED, SPEC) for _ in range(3)] == [None] * 3
    assert keeper.problems == ["counterexamples cannot be stored in .participant: File exists"]
