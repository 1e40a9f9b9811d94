"""A client of CreateParticipantConnection on httpx, sync and async."""

from __future__ import annotations

import json
from typing import Any

import httpx

STRINGS: tuple[str, ...]
STRINGS = ("Url", "ConnectionExpiry", "ConnectionToken", "Expiry", "AttendeeId", "JoinToken", "MeetingId")
STRINGS += ("AudioHostUrl", "AudioFallbackUrl", "SignalingUrl", "EventIngestionUrl", "EchoReduction")
MEMBERS: dict[str, tuple[str, ...]] = {
    "": ("Websocket", "ConnectionCredentials", "WebRTCConnection"),
    "Websocket": STRINGS[:2],
    "ConnectionCredentials": STRINGS[2:4],
    "WebRTCConnection": ("Attendee", "Meeting"),
    "Attendee": STRINGS[4:6],
    "Meeting": ("MediaPlacement", "MeetingFeatures", "MeetingId"),
    "MediaPlacement": STRINGS[7:11],
    "MeetingFeatures": ("Audio",),
    "Audio": STRINGS[11:],
}
ERRORS = ("AccessDeniedException", "InternalServerException", "ThrottlingException", "ValidationException")


class ChatError(Exception):
    """What this client raises: the reply is unusable, or the token is."""


class ServiceError(ChatError):
    """The service answered with an error."""

    def __init__(self, code: str | None, message: str | None, status: int) -> None:
        super().__init__(f"{code or 'unknown error'} (status {status})")
        self.code, self.message, self.status = code, message, status


class Client:
    def __init__(self, endpoint: str, http: httpx.Client) -> None:
        self._endpoint, self._http = endpoint, http

    def connect(self, token: str, **asked: Any) -> dict[str, Any]:
        return read(self._http.post(**request(self._endpoint, token, asked)))


class AsyncClient:
    def __init__(self, endpoint: str, http: httpx.AsyncClient) -> None:
        self._endpoint, self._http = endpoint, http

    async def connect(self, token: str, **asked: Any) -> dict[str, Any]:
        return read(await self._http.post(**request(self._endpoint, token, asked)))


def request(endpoint: str, token: str, asked: dict[str, Any]) -> dict[str, Any]:
    if not token or not all(" " < char <= "~" for char in token):
        raise ChatError("a participant token is made of visible ASCII characters")
    return {
        "url": f"{endpoint.rstrip('/')}/participant/connection",
        "headers": {"X-Amz-Bearer": token, "Content-Type": "application/json"},
        "content": json.dumps(asked),
    }


def read(response: httpx.Response) -> dict[str, Any]:
    if response.is_success:
        return members(body(response), "")
    if not response.is_error:
        raise ChatError(f"status {response.status_code}")
    try:
        told = body(response)
    except ChatError:
        told = {}
    kinds = (response.headers.get("X-Amzn-Errortype", "").strip(), told.get("code"), told.get("__type"))
    kind = next((kind for kind in kinds if isinstance(kind, str) and kind), "")
    code = kind.partition(":")[0].rpartition("#")[2] or None
    message = next((told[name] for name in ("Message", "message") if isinstance(told.get(name), str)), None)
    raise ServiceError(code, message, response.status_code)


def body(response: httpx.Response) -> dict[str, Any]:
    try:
        value = json.loads(response.content.decode() or "{}")
    except (ValueError, RecursionError) as wrong:
        raise ChatError("the reply is no JSON") from wrong
    if not isinstance(value, dict):
        raise ChatError("the reply is no object")
    return value


def members(value: object, shape: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ChatError(f"{shape} is no object")
    found = {name: value[name] for name in MEMBERS[shape] if value.get(name) is not None}
    if wrong := [name for name in found if name in STRINGS and not isinstance(found[name], str)]:
        raise ChatError(f"{wrong[0]} is no text")
    return {name: item if name in STRINGS else members(item, name) for name, item in found.items()}
