"""How a function that judges one case becomes a check, and how checks are found."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from participant_conformance.checks.check import ATTRIBUTE, Check, check, checks_of
from participant_conformance.requirements import UnknownRequirementError, catalogue
from participant_conformance.subject import Subject
from tests.strategies.drawing import draws


def example(name: str) -> Callable[[Subject, int], None]:
    """Return a function that judges nothing and has the name of a check."""

    def judge_nothing(_subject: Subject, _case: int) -> None:
        """Judge nothing."""

    judge_nothing.__name__ = name
    return judge_nothing


round_trip, tags = example("test_decode_round_trip"), example("test_decode_tags")


class Recorder:
    """A judge that remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[Check] = []

    def run(self, made: Check) -> None:
        """Remember."""
        self.given.append(made)


def made(function: Any) -> Check:
    """Return the check of a test function."""
    found = getattr(function, ATTRIBUTE)
    assert isinstance(found, Check)
    return found


def test_the_function_that_pytest_calls_hands_the_check_to_the_judge() -> None:
    """It draws nothing and judges nothing itself."""
    function = check("decode.round-trip", st.integers, vectors=(1, 2))(round_trip)
    judge = Recorder()
    function(judge)
    assert judge.given == [Check(catalogue()["decode.round-trip"], round_trip, st.integers, (1, 2))]


def test_the_function_asks_for_a_fixture_that_nobody_else_has() -> None:
    """``subject`` would be overridden by a consumer's own."""
    function = check("decode.round-trip", st.integers)(round_trip)
    assert list(inspect.signature(function).parameters) == ["participant_subject"]


def test_the_function_is_no_hypothesis_test() -> None:
    """Neither Hypothesis nor its plugin sees anything of their own in it."""
    function = check("decode.round-trip", st.integers)(round_trip)
    assert not hasattr(function, "is_hypothesis_test")
    assert not hasattr(function, "hypothesis")


def test_making_a_check_draws_nothing() -> None:
    """The strategy is made when the check runs."""

    def cases() -> st.SearchStrategy[int]:
        raise AssertionError("the strategy was made")

    assert made(check("decode.round-trip", cases)(round_trip)).cases is cases


def test_a_check_of_an_unknown_requirement_cannot_be_made() -> None:
    """The catalogue comes first."""
    with pytest.raises(UnknownRequirementError, match=r"no requirement 'decode\.unheard-of'"):
        check("decode.unheard-of", st.integers)


def test_a_check_is_named_by_its_requirement() -> None:
    """Another name would break the way back from a test to its requirement."""
    with pytest.raises(
        NameError, match=r"the check of decode\.tags is named test_decode_tags, not test_decode_round_t"
    ):
        check("decode.tags", st.integers)(round_trip)


def test_checks_are_found_in_the_order_of_the_catalogue() -> None:
    """Whatever order a module has them in, and whatever else is in it."""
    namespace: dict[str, object] = {
        "b": check("decode.tags", st.integers)(tags),
        "other": 5,
        "a": check("decode.round-trip", st.integers)(round_trip),
    }
    assert [found.requirement.id for found in checks_of(namespace)] == ["decode.round-trip", "decode.tags"]


def test_a_check_without_a_strategy_has_its_vectors_alone() -> None:
    """They are all there is, and can be drawn by who wants some."""
    finite = made(check("decode.round-trip", vectors=(2, 1))(round_trip))
    assert (finite.finite, finite.vectors, draws(finite.cases(), 10)) == (True, (2, 1), [2, 1])
    assert not made(check("decode.round-trip", st.integers, vectors=(2, 1))(round_trip)).finite
