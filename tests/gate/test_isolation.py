"""While a check runs, Hypothesis sees no literals of the consumer's modules; afterwards it sees them again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from participant_conformance.gate.isolation import isolated_draws, isolation_problem
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from tests.gate.synthetic import Recorded, check
from tests.harness.samples import subject

hypothesis: Any = providers
NAMES = ("_get_local_constants", "CONSTANTS_CACHE", "Constants")
#: A text that no check would draw by itself.
TELLTALE = "a literal of the consumer's"


def local_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Hypothesis believe that the consumer's modules hold the telltale."""
    constants = hypothesis.Constants(strings={TELLTALE})
    monkeypatch.setattr(providers, "_get_local_constants", lambda: constants)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", type(hypothesis.CONSTANTS_CACHE)(1024))


def test_the_installed_hypothesis_can_be_isolated() -> None:
    """If this fails, a new Hypothesis has other private names: examples then depend on the consumer's code."""
    assert isolation_problem() is None


def test_local_constants_are_hidden_within() -> None:
    """There are none of any kind."""
    with isolated_draws():
        found = hypothesis._get_local_constants()
    assert [*found.integers, *found.floats, *found.bytes, *found.strings] == []


def test_the_cache_is_a_fresh_one_within() -> None:
    """What is cached by the kind of draw would hold the literals found so far."""
    with isolated_draws():
        assert not list(hypothesis.CONSTANTS_CACHE)


def names() -> tuple[object, ...]:
    """Return what stands behind the private names now."""
    return tuple(getattr(hypothesis, name) for name in NAMES)


def test_everything_is_restored_after() -> None:
    """The very objects that were there."""
    before = names()
    with isolated_draws():
        """Nothing is drawn."""
    assert names() == before


def test_everything_is_restored_after_an_exception() -> None:
    """However a check ends."""
    before = names()
    with pytest.raises(KeyboardInterrupt), isolated_draws():
        raise KeyboardInterrupt
    assert names() == before


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_private_name_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The summary of a run says that its examples are not isolated."""
    monkeypatch.delattr(providers, name)
    assert isolation_problem() == (
        f"this Hypothesis has no {name}: unrelated edits of the tested project may change examples"
    )


def test_several_missing_names_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence."""
    for name in NAMES[:2]:
        monkeypatch.delattr(providers, name)
    assert str(isolation_problem()).startswith("this Hypothesis has no _get_local_constants, CONSTANTS_CACHE: ")


def test_without_the_private_names_checks_run_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the isolation is lost; what is there is left alone."""
    monkeypatch.delattr(providers, "Constants")
    before = hypothesis.CONSTANTS_CACHE
    with isolated_draws():
        assert hypothesis.CONSTANTS_CACHE is before


def drawn() -> list[str]:
    """Return the texts that a check of free text draws."""
    recorded = Recorded()
    result = run_check(check(recorded, st.text), subject(), Effort(200))
    assert result.finding is Finding.CONFORMS
    return [str(case) for case in recorded.cases]


def test_a_check_draws_nothing_of_the_consumers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same examples come out, whatever is written in the tested project."""
    before = drawn()
    local_constants(monkeypatch)
    assert drawn() == before


def test_without_the_isolation_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above sees what it is there to see."""
    local_constants(monkeypatch)
    monkeypatch.setattr("participant_conformance.gate.isolation._NAMES", ("no such name",))
    assert any(TELLTALE in text for text in drawn())
