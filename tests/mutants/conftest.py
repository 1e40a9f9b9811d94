"""The bench, one for all tests of the run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mutants.bench import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """Give the bench; close it behind the last test."""
    with Bench() as bench:
        yield bench
