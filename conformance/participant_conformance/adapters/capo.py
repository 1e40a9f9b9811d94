"""The adapters of capo-connectparticipant, its sync and its async client: anonymous, without any look-up."""

from __future__ import annotations

import socket
import threading
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final, cast

from capo_connectparticipant import AsyncConnectParticipantClient, ConnectParticipantClient
from capo_connectparticipant.errors import ConnectParticipantError, UnknownServiceError
from capo_connectparticipant.errors import ServiceError as CapoServiceError
from zapros import (
    AsyncStdNetworkHandler,
    BaseNetworkStream,
    StdNetworkHandler,
    SyncStream,
    SyncTransport,
    ZaprosError,
)

from participant_conformance.adapter import Implementation, Traits
from participant_conformance.adapters.in_one_loop import ClientsInOneLoop
from participant_strategies.reply import ConnectionRequest, Decoded, ServiceError
from participant_strategies.value import Structure

#: Seconds for connecting, and for each read or write, where a call is told none: the client itself has no limit.
TIMEOUT: Final = 4.0
#: The members of the response as capo names them.
NAMES: Final = MappingProxyType(
    {
        "websocket": "Websocket",
        "url": "Url",
        "connection_expiry": "ConnectionExpiry",
        "connection_credentials": "ConnectionCredentials",
        "connection_token": "ConnectionToken",
        "expiry": "Expiry",
        "web_rtc_connection": "WebRTCConnection",
        "attendee": "Attendee",
        "attendee_id": "AttendeeId",
        "join_token": "JoinToken",
        "meeting": "Meeting",
        "meeting_id": "MeetingId",
        "media_placement": "MediaPlacement",
        "audio_host_url": "AudioHostUrl",
        "audio_fallback_url": "AudioFallbackUrl",
        "signaling_url": "SignalingUrl",
        "event_ingestion_url": "EventIngestionUrl",
        "meeting_features": "MeetingFeatures",
        "audio": "Audio",
        "echo_reduction": "EchoReduction",
    }
)


def _who(name: str) -> Implementation:
    return Implementation(
        name=name,
        version=version("capo-connectparticipant"),
        runtime=f"zapros {version('zapros')}",
        errors=(ConnectParticipantError, ZaprosError),
        traits=Traits(retries="switch", limits=True),
    )


class _PromptTransport(SyncTransport):
    """The client's own transport, but that the body does not wait for the acknowledgement of the head.

    zapros writes them one after the other, and without this option each call takes 40 ms on Linux: measured 160 s in
    place of 8 s for the quick profile. What goes out stays the same.
    """

    def connect(self, *args: Any, **options: Any) -> BaseNetworkStream:
        stream = cast("SyncStream", super().connect(*args, **options))
        stream.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream


class Adapter:
    """Offers ``call`` by the sync client."""

    implementation = _who("capo")

    def __init__(self) -> None:
        self._clients: dict[tuple[str, bool, float | None], ConnectParticipantClient] = {}
        self._making = threading.Lock()

    def call(
        self, endpoint: str, request: ConnectionRequest, *, retries: bool = False, limit_s: float | None = None
    ) -> Decoded | ServiceError:
        """Call create_participant_connection."""
        client = self._client(endpoint, retries, limit_s)
        try:
            return _decoded(client.create_participant_connection(**_arguments(request)))
        except CapoServiceError as error:
            return _classified(error)

    def close(self) -> None:
        """Close the connections of all clients; for who made the adapter."""
        while self._clients:
            self._clients.popitem()[1].__exit__(None, None, None)

    def _client(self, endpoint: str, retries: bool, limit_s: float | None) -> ConnectParticipantClient:
        key = (endpoint, retries, limit_s)
        with self._making:
            if key not in self._clients:
                handler = StdNetworkHandler(transport=_PromptTransport(), **_timeouts(limit_s))
                self._clients[key] = ConnectParticipantClient(http_handler=handler, **_settings(endpoint, retries))
        return self._clients[key]


class AsyncAdapter:
    """Offers ``call`` by the async client."""

    implementation = _who("capo-async")

    def __init__(self) -> None:
        self._clients = ClientsInOneLoop(self._client)

    async def call(
        self, endpoint: str, request: ConnectionRequest, *, retries: bool = False, limit_s: float | None = None
    ) -> Decoded | ServiceError:
        """Call create_participant_connection."""
        client = await self._clients.get(endpoint, retries, limit_s)
        try:
            return _decoded(await client.create_participant_connection(**_arguments(request)))
        except CapoServiceError as error:
            return _classified(error)

    async def close(self) -> None:
        """Close the connections of all clients; for who made the adapter."""
        await self._clients.close()

    def _client(
        self, endpoint: str, retries: bool, limit_s: float | None
    ) -> AbstractAsyncContextManager[AsyncConnectParticipantClient]:
        handler = AsyncStdNetworkHandler(**_timeouts(limit_s))
        return AsyncConnectParticipantClient(http_handler=handler, **_settings(endpoint, retries))


def _settings(endpoint: str, retries: bool) -> dict[str, Any]:
    # The default of the client is what nobody names.
    told: dict[str, Any] = {} if retries else {"retry_max_attempts": 1}
    return {"endpoint": endpoint, "region": "us-east-1", "anonymous": True, **told}


def _timeouts(limit_s: float | None) -> dict[str, Any]:
    return dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), TIMEOUT if limit_s is None else limit_s)


def _arguments(request: ConnectionRequest) -> dict[str, Any]:
    told: dict[str, Any] = {"participant_token": request.participant_token}
    if request.type is not None:
        told["type"] = list(request.type)
    if request.connect_participant is not None:
        told["connect_participant"] = request.connect_participant
    return told


def _decoded(response: object) -> Decoded:
    return Decoded(Structure.from_plain(_renamed(response)), shown=(repr(response),))


def _renamed(value: Any) -> Any:
    """Give the members the names of the contract; a name that capo does not have stays as it is, and is seen."""
    if not isinstance(value, dict):
        return value
    return {NAMES.get(name, name): _renamed(member) for name, member in value.items()}


def _classified(error: CapoServiceError) -> ServiceError:
    return ServiceError(
        code=_text(error.code),
        message=_text(error.message),
        known=not isinstance(error, UnknownServiceError),
        status=error.response.status,
        shown=(str(error), repr(error)),
    )


def _text(item: object) -> str | None:
    return item if isinstance(item, str) else None
