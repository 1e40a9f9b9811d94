"""A request as it was kept."""

from __future__ import annotations

import pytest

from participant_conformance.links import Exchange, Received
from participant_strategies.reply import Reply


@pytest.mark.parametrize("name", ["X-A", "x-a", "X-a"])
def test_values_are_found_whatever_the_case_of_the_name(name: str) -> None:
    """All of them, in order."""
    received = Received(headers=(("X-A", "1"), ("B", "2"), ("x-a", "3")))
    assert received.values(name) == ["1", "3"]


def test_a_header_that_is_not_there_has_no_values() -> None:
    """An empty list is no ``None``."""
    assert Received().values("X-A") == []


def test_an_exchange_begins_empty() -> None:
    """Nothing has arrived, nothing has gone out."""
    exchange = Exchange.of("http://127.0.0.1:1", (Reply(200, (), b""),))
    assert (exchange.received, exchange.delivered) == ([], 0)
