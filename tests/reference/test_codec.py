"""The reference decoder, by replies written out by hand."""

from __future__ import annotations

import pytest

from participant_conformance.reference.codec import (
    Attendee,
    AudioFeatures,
    ConnectionCredentials,
    MediaPlacement,
    Meeting,
    MeetingFeatures,
    ParticipantConnection,
    UnusableReplyError,
    WebRTCConnection,
    Websocket,
    decode,
)
from participant_strategies.value import Enum, String, Structure

FULL_BODY = b"""{
  "ConnectionCredentials": {"ConnectionToken": "token", "Expiry": "2026-01-01T00:00:00.000Z"},
  "WebRTCConnection": {
    "Attendee": {"AttendeeId": "attendee", "JoinToken": "join"},
    "Meeting": {
      "MediaPlacement": {
        "AudioFallbackUrl": "wss://fallback",
        "AudioHostUrl": "host:3478",
        "EventIngestionUrl": "https://events",
        "SignalingUrl": "wss://signal"
      },
      "MeetingFeatures": {"Audio": {"EchoReduction": "AVAILABLE"}},
      "MeetingId": "01234567-89ab-cdef-0123-456789abcdef"
    }
  },
  "Websocket": {"ConnectionExpiry": "2026-01-01T01:00:00.000Z", "Url": "wss://a/b?c=d"}
}"""
FULL = ParticipantConnection(
    websocket=Websocket(url="wss://a/b?c=d", connection_expiry="2026-01-01T01:00:00.000Z"),
    connection_credentials=ConnectionCredentials(connection_token="token", expiry="2026-01-01T00:00:00.000Z"),
    webrtc_connection=WebRTCConnection(
        attendee=Attendee(attendee_id="attendee", join_token="join"),
        meeting=Meeting(
            meeting_id="01234567-89ab-cdef-0123-456789abcdef",
            media_placement=MediaPlacement(
                audio_host_url="host:3478",
                audio_fallback_url="wss://fallback",
                signaling_url="wss://signal",
                event_ingestion_url="https://events",
            ),
            meeting_features=MeetingFeatures(audio=AudioFeatures(echo_reduction="AVAILABLE")),
        ),
    ),
)
NOTHING = ParticipantConnection()


def url(text: str) -> ParticipantConnection:
    """Return the connection with this URL alone."""
    return ParticipantConnection(websocket=Websocket(url=text))


def structure(**members: Structure | String | Enum) -> Structure:
    """Return a structure with these members."""
    return Structure(tuple(members.items()))


def test_every_member_is_read() -> None:
    """From a reply in which all of them stand."""
    assert decode(FULL_BODY) == FULL


def test_every_member_comes_out_of_to_value() -> None:
    """Under its wire name; the only enum is tagged as one."""
    assert FULL.to_value() == structure(
        Websocket=structure(Url=String("wss://a/b?c=d"), ConnectionExpiry=String("2026-01-01T01:00:00.000Z")),
        ConnectionCredentials=structure(ConnectionToken=String("token"), Expiry=String("2026-01-01T00:00:00.000Z")),
        WebRTCConnection=structure(
            Attendee=structure(AttendeeId=String("attendee"), JoinToken=String("join")),
            Meeting=structure(
                MeetingId=String("01234567-89ab-cdef-0123-456789abcdef"),
                MediaPlacement=structure(
                    AudioHostUrl=String("host:3478"),
                    AudioFallbackUrl=String("wss://fallback"),
                    SignalingUrl=String("wss://signal"),
                    EventIngestionUrl=String("https://events"),
                ),
                MeetingFeatures=structure(Audio=structure(EchoReduction=Enum("AVAILABLE"))),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("body", "connection"),
    [
        (b"", NOTHING),
        (b"{}", NOTHING),
        (b" \r\n\t{ } ", NOTHING),
        (b'{"Websocket":null,"WebRTCConnection":null,"ConnectionCredentials":null}', NOTHING),
        (b'{"Websocket":{}}', ParticipantConnection(websocket=Websocket())),
        (b'{"Websocket":{"Url":null}}', ParticipantConnection(websocket=Websocket())),
        (b'{"Websocket":{"Url":""}}', url("")),
        (b'{"__type":"a#B","Websocket":{"Url":"a","__type":"c"}}', url("a")),
        (b'{"websocket":{"Url":"b"},"Websocket":{"url":"c","Url":"a"},"Extra":[1,{"Url":true}]}', url("a")),
        (b'{"Websocket":{"Url":"\\u00e9\\u00E9\\/\\ud83d\\ude42"}}', url("\u00e9\u00e9/\U0001f642")),
        ('{"Websocket":{"Url":" \u00e9e\u0301\u212b\u2028 "}}'.encode(), url(" \u00e9e\u0301\u212b\u2028 ")),
    ],
    ids=[
        "empty-body",
        "empty-object",
        "white-space",
        "null-structures",
        "empty-structure",
        "null-text",
        "empty-text",
        "dunder-type",
        "unknown-members",
        "escapes",
        "unicode",
    ],
)
def test_a_body_is_decoded_by_the_rules_of_rest_json(body: bytes, connection: ParticipantConnection) -> None:
    """Absent is what is missing or null; what is unknown is ignored; text is kept as it is."""
    assert decode(body) == connection


def test_an_enum_value_that_is_not_listed_is_kept() -> None:
    """The set of its values is open."""
    body = b'{"WebRTCConnection":{"Meeting":{"MeetingFeatures":{"Audio":{"EchoReduction":"LATER"}}}}}'
    assert decode(body).to_value().get(
        "WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction"
    ) == Enum("LATER")


def test_an_empty_structure_is_present_in_the_value() -> None:
    """It is not the same as an absent one."""
    assert decode(b'{"Websocket":{}}').to_value() == structure(Websocket=structure())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"not json", "the body is no JSON text: Expecting value"),
        (b'{"Websocket":', "the body is no JSON text: Expecting value"),
        (b'{"a":"\xff"}', "the body is no JSON text: 'utf-8' codec can't decode"),
        (b"[" * 100_000, "the body is no JSON text: "),
        (b"[]", "ParticipantConnection is list, not an object"),
        (b'"a"', "ParticipantConnection is str, not an object"),
        (b'{"Websocket":"a"}', "Websocket is str, not an object"),
        (b'{"Websocket":{"Url":1}}', "Url is int, not a string"),
        (b'{"Websocket":{"Url":{}}}', "Url is dict, not a string"),
    ],
    ids=["text", "cut", "no-utf-8", "deep", "list", "string", "no-structure", "number", "structure-for-text"],
)
def test_an_unusable_body_is_refused_by_an_error_of_its_own(body: bytes, told: str) -> None:
    """It says where and why."""
    with pytest.raises(UnusableReplyError) as unusable:
        decode(body)
    assert str(unusable.value).startswith(told)
