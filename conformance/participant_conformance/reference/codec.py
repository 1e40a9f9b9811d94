"""Decode the JSON body of a success reply, and turn the result into the value of ``to_value``.

Owns the response as Python types, written out by hand from the API reference: it does not read the suite's contract
and knows nothing of its renderers, so that the two cannot share a mistake.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import ClassVar, Self

from participant_strategies.value import Enum, String, Structure, Value


class UnusableReplyError(Exception):
    """The reply is not what the protocol allows."""


class Record:
    """A structure of the response: a dataclass whose wire names stand in ``names``, absent members as ``None``."""

    names: ClassVar[MappingProxyType[str, str]]
    records: ClassVar[MappingProxyType[str, type[Record]]] = MappingProxyType({})
    enums: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Take the members that are known; a missing one and a null are absent, an unknown one is ignored."""
        if not isinstance(data, dict):
            raise UnusableReplyError(f"{cls.__name__} is {type(data).__name__}, not an object")
        return cls(**{field: cls._member(field, data[name]) for field, name in cls.names.items() if name in data})

    @classmethod
    def _member(cls, field: str, data: object) -> object:
        if data is None:
            return None
        if field in cls.records:
            return cls.records[field].from_json(data)
        if not isinstance(data, str):
            raise UnusableReplyError(f"{cls.names[field]} is {type(data).__name__}, not a string")
        return data

    def to_value(self) -> Structure:
        """Return the structure of the members that are present."""
        members = ((self.names[field.name], getattr(self, field.name), field.name) for field in fields(self))  # type: ignore[arg-type]  # every subclass is a dataclass
        return Structure(tuple((name, self._tagged(item, field)) for name, item, field in members if item is not None))

    def _tagged(self, item: object, field: str) -> Value:
        if isinstance(item, Record):
            return item.to_value()
        return Enum(str(item)) if field in self.enums else String(str(item))


@dataclass(frozen=True, slots=True)
class Websocket(Record):
    """Where to open the chat's WebSocket, and until when the URL is valid."""

    url: str | None = None
    connection_expiry: str | None = None
    names = MappingProxyType({"url": "Url", "connection_expiry": "ConnectionExpiry"})


@dataclass(frozen=True, slots=True)
class ConnectionCredentials(Record):
    """The token for the other operations of the service, and its expiry."""

    connection_token: str | None = None
    expiry: str | None = None
    names = MappingProxyType({"connection_token": "ConnectionToken", "expiry": "Expiry"})


@dataclass(frozen=True, slots=True)
class Attendee(Record):
    """Who joins the meeting."""

    attendee_id: str | None = None
    join_token: str | None = None
    names = MappingProxyType({"attendee_id": "AttendeeId", "join_token": "JoinToken"})


@dataclass(frozen=True, slots=True)
class MediaPlacement(Record):
    """The addresses of the meeting's media."""

    audio_host_url: str | None = None
    audio_fallback_url: str | None = None
    signaling_url: str | None = None
    event_ingestion_url: str | None = None
    names = MappingProxyType(
        {
            "audio_host_url": "AudioHostUrl",
            "audio_fallback_url": "AudioFallbackUrl",
            "signaling_url": "SignalingUrl",
            "event_ingestion_url": "EventIngestionUrl",
        }
    )


@dataclass(frozen=True, slots=True)
class AudioFeatures(Record):
    """The audio features of the meeting."""

    echo_reduction: str | None = None
    names = MappingProxyType({"echo_reduction": "EchoReduction"})
    enums = frozenset({"echo_reduction"})


@dataclass(frozen=True, slots=True)
class MeetingFeatures(Record):
    """The features of the meeting."""

    audio: AudioFeatures | None = None
    names = MappingProxyType({"audio": "Audio"})
    records = MappingProxyType({"audio": AudioFeatures})


@dataclass(frozen=True, slots=True)
class Meeting(Record):
    """The meeting to join."""

    meeting_id: str | None = None
    media_placement: MediaPlacement | None = None
    meeting_features: MeetingFeatures | None = None
    names = MappingProxyType(
        {"meeting_id": "MeetingId", "media_placement": "MediaPlacement", "meeting_features": "MeetingFeatures"}
    )
    records = MappingProxyType({"media_placement": MediaPlacement, "meeting_features": MeetingFeatures})


@dataclass(frozen=True, slots=True)
class WebRTCConnection(Record):
    """What is needed to join a WebRTC call."""

    attendee: Attendee | None = None
    meeting: Meeting | None = None
    names = MappingProxyType({"attendee": "Attendee", "meeting": "Meeting"})
    records = MappingProxyType({"attendee": Attendee, "meeting": Meeting})


@dataclass(frozen=True, slots=True)
class ParticipantConnection(Record):
    """The result of CreateParticipantConnection."""

    websocket: Websocket | None = None
    connection_credentials: ConnectionCredentials | None = None
    webrtc_connection: WebRTCConnection | None = None
    names = MappingProxyType(
        {
            "websocket": "Websocket",
            "connection_credentials": "ConnectionCredentials",
            "webrtc_connection": "WebRTCConnection",
        }
    )
    records = MappingProxyType(
        {
            "websocket": Websocket,
            "connection_credentials": ConnectionCredentials,
            "webrtc_connection": WebRTCConnection,
        }
    )


def parse(body: bytes) -> object:
    """Parse a body as JSON; an empty one is an empty object. Raises :class:`UnusableReplyError`."""
    if not body:
        return {}
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise UnusableReplyError(f"the body is no JSON text: {wrong}") from wrong


def decode(body: bytes) -> ParticipantConnection:
    """Decode the body of a success reply. Raises :class:`UnusableReplyError`."""
    return ParticipantConnection.from_json(parse(body))
