"""The client under the suite: one adapter for each of its two forms."""

from __future__ import annotations

from typing import Any

import httpx

from participant_conformance.adapter import Implementation
from participant_strategies.reply import ConnectionRequest, Decoded, ServiceError
from participant_strategies.value import Structure
from tests.implementations.httpx_client import client

IMPLEMENTATION = Implementation(
    name="chat",
    version="1.0",
    runtime=f"httpx {httpx.__version__}",
    errors=(client.ChatError, httpx.HTTPError),
)


class Adapter:
    implementation = IMPLEMENTATION

    def __init__(self) -> None:
        # One for the whole run: making one takes 20 ms and more.
        self._http = httpx.Client(trust_env=False, timeout=4)

    def call(self, endpoint: str, request: ConnectionRequest) -> Decoded | ServiceError:
        try:
            return decoded(client.Client(endpoint, self._http).connect(request.participant_token, **asked(request)))
        except client.ServiceError as error:
            return classified(error)

    def close(self) -> None:
        self._http.close()


class AsyncAdapter:
    implementation = IMPLEMENTATION

    def __init__(self, http: httpx.AsyncClient | None = None) -> None:
        self._http = http or httpx.AsyncClient(trust_env=False, timeout=4)

    async def call(self, endpoint: str, request: ConnectionRequest) -> Decoded | ServiceError:
        try:
            made = client.AsyncClient(endpoint, self._http)
            return decoded(await made.connect(request.participant_token, **asked(request)))
        except client.ServiceError as error:
            return classified(error)

    async def close(self) -> None:
        await self._http.aclose()


def asked(request: ConnectionRequest) -> dict[str, Any]:
    told = {"Type": request.type, "ConnectParticipant": request.connect_participant}
    return {name: value for name, value in told.items() if value is not None}


def decoded(value: dict[str, Any]) -> Decoded:
    return Decoded(Structure.from_plain(value))


def classified(error: client.ServiceError) -> ServiceError:
    known = error.code in client.ERRORS
    return ServiceError(error.code, error.message, known, error.status, shown=(str(error),))
