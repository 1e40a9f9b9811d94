"""Replies as the service writes them: restJson1, with the headers that each of them bears.

Owns what stands in a success and in an error. It must not know what a request was, or why it is answered so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from participant_conformance.service.ids import Ids
from participant_conformance.service.moment import Moment, basic_iso, http_date, iso
from participant_conformance.service.participants import Participant
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer
from participant_strategies.reply import JSON_CONTENT_TYPE, Reply

#: AWS General Reference, common errors: "UnknownOperationException", 404.
UNKNOWN_OPERATION: Final = ("UnknownOperationException", 404)
#: RFC 2606: no name below it is ever resolved, so that no media leave for anywhere.
_MEDIA: Final = "media.invalid"

_MESSAGES: Final[Mapping[str, str]] = {
    "AccessDeniedException": "Access denied",
    "InternalServerException": "Internal server error",
    "ThrottlingException": "Rate exceeded",
    "ValidationException": "The request does not fulfil the constraints of the operation",
}


def failure(error: str, status: int, text: str | None, ids: Ids, at: Moment) -> Answer:
    """Answer by an error: its type in the header, its message in the body."""
    told = _MESSAGES.get(error, error) if text is None else text
    return _answer(status, {"Message": told}, ids, at, ("x-amzn-ErrorType", error))


def success(types: tuple[str, ...], participant: Participant, origin: str, ids: Ids, at: Moment) -> Answer:
    """Answer by the connection: exactly the members that were asked for. ``origin``: where the URL leads."""
    made = {MEMBERS[name][0]: MEMBERS[name][1] for name in MEMBERS if name in types}
    body = {member: make(participant, origin, ids, at) for member, make in made.items()}
    return _answer(200, body, ids, at)


def _answer(status: int, body: Mapping[str, object], ids: Ids, at: Moment, *own: tuple[str, str]) -> Answer:
    usual = (("Date", http_date(at.wall)), ("x-amzn-RequestId", ids.guid("request")), JSON_CONTENT_TYPE)
    return Answer(Reply(status, (*usual, *own), json.dumps(body).encode("ascii")))


def _websocket(participant: Participant, origin: str, ids: Ids, at: Moment) -> dict[str, object]:
    # The names of the query are those of a URL presigned by Signature Version 4; X-Amz-Expires is the time within
    # which it has to be dialled.
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": basic_iso(at.wall),
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Expires": contract().times.dial_window,
        "X-Amz-Credential": f"AKIDEXAMPLE/{basic_iso(at.wall)[:8]}/us-east-1/execute-api/aws4_request",
        "X-Amz-Signature": ids.signature("url"),
    }
    expiry = iso(at.wall + participant.url_lifetime)
    return {"Url": f"{origin}/socket?{urlencode(query)}", "ConnectionExpiry": expiry}


def _credentials(participant: Participant, _origin: str, ids: Ids, at: Moment) -> dict[str, object]:
    expiry = iso(at.wall + participant.token_lifetime)
    return {"ConnectionToken": ids.token("connection"), "Expiry": expiry}


def _webrtc(participant: Participant, _origin: str, ids: Ids, _at: Moment) -> dict[str, object]:
    # The same in every reply: the API reference has the join token valid for the lifetime of the participant in the
    # call, and the meeting is the contact's.
    meeting = ids.guid_of("meeting", participant.contact_id)
    return {
        "Attendee": {
            "AttendeeId": ids.guid_of("attendee", participant.token),
            "JoinToken": ids.token_of("join", participant.token),
        },
        "Meeting": {
            "MediaPlacement": {
                "AudioHostUrl": f"audio.{_MEDIA}:3478",
                "AudioFallbackUrl": f"wss://fallback.{_MEDIA}/calls/{meeting}",
                "SignalingUrl": f"wss://signal.{_MEDIA}/control/{meeting}",
                "EventIngestionUrl": f"https://events.{_MEDIA}/v1/client-events",
            },
            "MeetingFeatures": {"Audio": {"EchoReduction": "AVAILABLE"}},
            "MeetingId": meeting,
        },
    }


#: The member that answers each type, and what makes it.
MEMBERS: Final[Mapping[str, tuple[str, Callable[[Participant, str, Ids, Moment], dict[str, object]]]]] = {
    "WEBSOCKET": ("Websocket", _websocket),
    "CONNECTION_CREDENTIALS": ("ConnectionCredentials", _credentials),
    "WEBRTC_CONNECTION": ("WebRTCConnection", _webrtc),
}
