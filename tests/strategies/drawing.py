"""Draw many examples, or look for the smallest one, from a seed.

Owns the settings by which the tests of the strategies draw, so that nothing of a run reaches what is drawn: no profile,
no database, no order of tests, no literals of other modules. It must not know what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, find, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from participant_conformance.gate.isolation import isolated_draws

T = TypeVar("T")


def draws(strategy: SearchStrategy[T], count: int = 1000, *, seed: int = 0) -> list[T]:
    """Return ``count`` drawn values (fewer where the strategy has no more)."""
    drawn: list[T] = []

    @seeded(seed)
    @_settings(count, Phase.generate)
    @given(strategy)
    def collect(value: T) -> None:
        drawn.append(value)

    with isolated_draws():
        collect()
    return drawn


def minimal(strategy: SearchStrategy[T], fault: Callable[[T], object], *, seed: int = 0) -> T:
    """Return the smallest value that has the fault, as Hypothesis shrinks it from what this seed finds first."""
    with isolated_draws():
        return find(
            strategy,
            lambda value: bool(fault(value)),
            settings=_settings(2000, Phase.generate, Phase.shrink),
            random=Random(seed),
        )


def _settings(count: int, *phases: Phase) -> settings:
    return settings(
        max_examples=count,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        backend="hypothesis",
    )
