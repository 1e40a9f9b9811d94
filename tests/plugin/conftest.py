"""The project of the tests of the plugin."""

from __future__ import annotations

import pytest

# Loaded here, so that runs within this process do not load them anew each time.
import participant_conformance.links.respx_link
import participant_conformance.plugin
import participant_conformance.reference.adapter  # noqa: F401
from tests.plugin.project import Project


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return an empty project of a consumer, in which nothing tells that a test run is around it."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)
    return Project(pytester)
