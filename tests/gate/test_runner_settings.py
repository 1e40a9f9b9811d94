"""Nothing of the consumer's Hypothesis reaches a check: no profile, no hash seed, no other process."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings

from participant_conformance.checks import registry
from participant_conformance.gate import runner
from participant_conformance.gate.runner import check_settings
from tests.gate.drawing import EXAMPLES

ROOT = Path(__file__).parents[2]


def test_every_setting_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is left out would come from the consumer's profile."""
    made = Mock()
    monkeypatch.setattr(runner, "settings", made)
    check_settings(5)
    parameters = set(inspect.signature(settings.__init__).parameters) - {"self", "parent"}
    assert set(made.call_args.kwargs) == parameters


def test_nothing_is_kept_and_nothing_is_printed() -> None:
    """No database in the consumer's folder, no text of Hypothesis in the output."""
    made = check_settings(5)
    assert (made.database, made.verbosity, made.print_blob) == (None, Verbosity.quiet, False)


def test_one_failure_is_looked_for_without_a_limit_of_time() -> None:
    """Limits of time are ours; what comes out of a check is a single counterexample."""
    made = check_settings(5)
    assert (made.max_examples, made.deadline, made.report_multiple_bugs, made.derandomize) == (5, None, False, False)
    assert set(made.suppress_health_check) == set(HealthCheck)


@pytest.mark.parametrize(
    ("shrink", "phases"),
    [(True, (Phase.generate, Phase.shrink)), (False, (Phase.generate,))],
    ids=["shrink", "no-shrink"],
)
def test_examples_are_neither_reused_nor_explained(shrink: bool, phases: tuple[Phase, ...]) -> None:
    """Only drawing and, where it is wanted, shrinking."""
    assert check_settings(5, shrink=shrink).phases == phases


def drawn(*arguments: str, hash_seed: str = "0") -> str:
    """Return everything that the checks draw in a process of its own."""
    command = [sys.executable, "-m", "tests.gate.drawing", *arguments]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def usual() -> str:
    """What is drawn where nothing is special."""
    return drawn()


def test_every_check_draws_all_its_examples(usual: str) -> None:
    """But for a few of which there are fewer cases."""
    counts = {
        name: int(number) for name, number in re.findall(r"^([a-z0-9.-]+): conforms, (\d+)$", usual, re.MULTILINE)
    }
    assert set(counts) == set(registry())
    few = {name for name, count in counts.items() if count < EXAMPLES and not registry()[name].finite}
    assert "decode.empty-body" in few
    assert len(few) < len(counts) / 5


def test_the_hash_seed_changes_nothing(usual: str) -> None:
    """No set decides about an example."""
    assert drawn(hash_seed="1") == usual


def test_a_hostile_profile_changes_nothing(usual: str) -> None:
    """A consumer who registered "default" with three examples gets all of ours."""
    assert drawn("hostile") == usual
