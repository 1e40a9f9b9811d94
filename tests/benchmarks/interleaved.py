"""Take turns: measure several things round by round, so that a slow moment hits all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio that is promised: ``bound`` is its upper (or, with ``at_least``, its lower) limit."""

    name: str
    bound: float
    at_least: bool = False

    def met(self, ratio: float) -> bool:
        """Tell whether a measured ratio keeps the promise."""
        return ratio >= self.bound if self.at_least else ratio <= self.bound

    def told(self, ratio: float) -> str:
        """Say the ratio, the goal and whether it is met in one line."""
        sign = "at least" if self.at_least else "at most"
        return f"{self.name}: {ratio:.2f} (goal: {sign} {self.bound}) {'met' if self.met(ratio) else 'MISSED'}"


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def rounds(actions: Mapping[str, Callable[[], object]], count: int) -> dict[str, list[float]]:
    """Measure every action once a round, in alternating order, after one round that is not counted."""
    names = list(actions)
    for name in names:
        actions[name]()
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(count):
        for name in names if number % 2 else reversed(names):
            found[name].append(timed(actions[name]))
    return found


def ratio(above: list[float], below: list[float]) -> float:
    """Return the median of the ratios, round by round."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))
