"""The project of the tests of the plugin."""

from __future__ import annotations

import pytest

# Loaded here, so that runs within this process do not load them anew each time.
import participant_conformance.links.respx_link
import participant_conformance.plugin
import participant_conformance.reference.adapter  # noqa: F401
from tests.plugin.project import Project


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    """Return an empty project of a consumer."""
    return Project(pytester)
