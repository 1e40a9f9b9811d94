"""How fast values are drawn, against the floor of Hypothesis itself and against the plain way to write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies.contract import Shape, contract
from participant_strategies.errors import error_replies
from participant_strategies.requests import connection_requests
from participant_strategies.responses import connection_responses
from participant_strategies.successes import success_replies
from tests.benchmarks.interleaved import Goal, ratio, rounds

EXAMPLES = 1000
FLOOR = Goal("a valid response against a 64-bit integer", 3.0)
PLAIN = Goal("fixed_dictionaries against a valid response", 1.3, at_least=True)


def drawing(strategy: SearchStrategy[Any]) -> Callable[[], None]:
    """Return an action that draws many examples."""

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(_value: object) -> None:
        pass

    return draw


def plain_responses() -> SearchStrategy[Mapping[str, object]]:
    """Write the response as one would at first: optional keys, text, formatted times and ids."""
    return _plain(contract().shapes[contract().output])


def _plain(shape: Shape) -> SearchStrategy[Any]:
    if shape.kind == "structure":
        members = {name: _plain(contract().shapes[target]) for name, target in shape.members.items()}
        return st.fixed_dictionaries({}, optional=members)
    if shape.kind == "enum":
        return st.sampled_from(shape.values)
    if shape.name == "ISO8601Datetime":
        return st.datetimes().map(lambda when: f"{when.isoformat()}Z")
    if shape.pattern:
        return st.uuids().map(str)
    return st.text(min_size=1, max_size=40)


def main(count: int) -> bool:
    """Measure and print; return whether the goals are met."""
    found = rounds(
        {
            "integer": drawing(st.integers(0, 2**64 - 1)),
            "response": drawing(connection_responses()),
            "plain": drawing(plain_responses()),
            "success reply": drawing(success_replies()),
            "error reply": drawing(error_replies()),
            "request": drawing(connection_requests()),
        },
        count,
    )
    floor, plain = ratio(found["response"], found["integer"]), ratio(found["plain"], found["response"])
    print(FLOOR.told(floor))
    print(PLAIN.told(plain))
    for name in ("success reply", "error reply", "request"):
        print(f"a drawn {name} against a 64-bit integer: {ratio(found[name], found['integer']):.2f} (reported)")
    return FLOOR.met(floor) and PLAIN.met(plain)
