"""Hypothesis strategies for CreateParticipantConnection: replies with the outcome they must have, and requests.

The expected outcome is drawn first and the bytes are made from it, so that no second parser decides what is right.
"""

from participant_strategies.errors import Dress, Family, Message, Place, error_replies
from participant_strategies.json_text import Spelling, json_spellings
from participant_strategies.reply import (
    Case,
    ConnectionRequest,
    Decoded,
    Refused,
    Rejected,
    Reply,
    ServiceError,
)
from participant_strategies.requests import connection_requests, participant_tokens
from participant_strategies.responses import connection_responses
from participant_strategies.successes import success_replies
from participant_strategies.value import Boolean, Enum, List, String, Structure, difference

__all__ = [
    "Boolean",
    "Case",
    "ConnectionRequest",
    "Decoded",
    "Dress",
    "Enum",
    "Family",
    "List",
    "Message",
    "Place",
    "Refused",
    "Rejected",
    "Reply",
    "ServiceError",
    "Spelling",
    "String",
    "Structure",
    "connection_requests",
    "connection_responses",
    "difference",
    "error_replies",
    "json_spellings",
    "participant_tokens",
    "success_replies",
]
