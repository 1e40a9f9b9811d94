"""The fixture that gives the event loop of pytest-asyncio's session scope.

Owns it alone, so that pytest-asyncio is imported only where an adapter is an async fixture.
"""

from __future__ import annotations

import asyncio

import pytest_asyncio


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def participant_event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop in which async fixtures of session scope run."""
    return asyncio.get_running_loop()
