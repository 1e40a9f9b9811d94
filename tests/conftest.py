"""What every test may use: pytester, for tests that run pytest themselves. No test reaches anything but loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from participant_conformance.loopback_only import only_loopback, take_tried

pytest_plugins = ["pytester"]


def pytest_configure(config: pytest.Config) -> None:
    """Let nothing but loopback through in this process, from here to the end of the session."""
    guard = ExitStack()
    guard.enter_context(only_loopback())
    config.add_cleanup(guard.close)


@pytest.fixture(autouse=True)
def _nothing_strays() -> Iterator[None]:
    """Fail a test that tried to reach anything else, and did not mean to."""
    yield
    assert take_tried() == ()
