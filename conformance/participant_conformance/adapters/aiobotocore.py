"""The adapter of aiobotocore: unsigned, without any look-up outside of the loopback."""

from __future__ import annotations

import functools
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiobotocore
import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session
from botocore.exceptions import ClientError

from participant_conformance.adapter import Implementation, Traits
from participant_conformance.adapters.botocore_words import ERRORS, NO_CODE, arguments, classified, decoded, settings
from participant_conformance.adapters.in_one_loop import ClientsInOneLoop
from participant_strategies.reply import ConnectionRequest, Decoded, ServiceError


class Adapter:
    """Offers ``call``, as a coroutine."""

    implementation = Implementation(
        name="aiobotocore",
        version=aiobotocore.__version__,
        runtime=f"botocore {botocore.__version__}",
        errors=ERRORS,
        traits=Traits(retries="switch", limits=True, no_code=NO_CODE),
    )

    def __init__(self) -> None:
        self._clients = ClientsInOneLoop(self._client)

    async def call(
        self, endpoint: str, request: ConnectionRequest, *, retries: bool = False, limit_s: float | None = None
    ) -> Decoded | ServiceError:
        """Call create_participant_connection."""
        client = await self._clients.get(endpoint, retries, limit_s)
        try:
            return decoded(await client.create_participant_connection(**arguments(request)))
        except ClientError as error:
            return classified(error)

    async def close(self) -> None:
        """Close the connections of all clients; for who made the adapter."""
        await self._clients.close()

    def _client(self, endpoint: str, retries: bool, limit_s: float | None) -> AbstractAsyncContextManager[Any]:
        config = AioConfig(signature_version=botocore.UNSIGNED, **settings(retries=retries, limit_s=limit_s))
        made: AbstractAsyncContextManager[Any] = self._session.create_client(
            "connectparticipant", region_name="us-east-1", endpoint_url=endpoint, config=config
        )
        return made

    @functools.cached_property
    def _session(self) -> AioSession:
        # One for all endpoints: it holds the parsed models.
        return get_session()
