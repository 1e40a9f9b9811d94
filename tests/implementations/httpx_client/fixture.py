"""The adapter as an async fixture: its methods run in the loop that made the client."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from tests.implementations.httpx_client.adapters import AsyncAdapter


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def participant_adapter() -> AsyncIterator[AsyncAdapter]:
    """The async client, which is closed in its own loop."""
    async with httpx.AsyncClient(trust_env=False, timeout=4) as http:
        yield AsyncAdapter(http)
