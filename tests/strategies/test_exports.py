"""What the package of the strategies exports, and that it is imported only when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import participant_strategies


@pytest.mark.parametrize("name", participant_strategies.__all__)
def test_each_exported_name_is_there(name: str) -> None:
    """A name of the list is what its module defines under that name."""
    found = getattr(participant_strategies, name)
    assert found.__name__ == name
    assert found.__module__.startswith("participant_strategies.")


def test_the_names_are_listed() -> None:
    """The directory of the package shows what can be imported from it."""
    assert set(participant_strategies.__all__) <= set(dir(participant_strategies))


def test_another_name_is_an_attribute_error() -> None:
    """What is not exported cannot be had."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        participant_strategies.nothing  # noqa: B018 - the look is the point


def test_outcomes_are_to_be_had_without_hypothesis() -> None:
    """An interpreter that needs no draws does not pay for them."""
    code = "import sys, participant_strategies.reply as r; r.Decoded; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
