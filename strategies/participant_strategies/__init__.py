"""Hypothesis strategies for CreateParticipantConnection: replies with the outcome they must have, and requests.

The expected outcome is drawn first and the bytes are made from it, so that no second parser decides what is right.
"""

from participant_strategies.defects import Broken, Trouble, defective_replies, defects
from participant_strategies.error_defects import BrokenError, defective_errors
from participant_strategies.errors import Dress, Family, Message, Place, error_replies
from participant_strategies.json_text import Spelling, json_spellings
from participant_strategies.reply import (
    Case,
    ConnectionRequest,
    Decoded,
    Defect,
    Encoded,
    Refused,
    Rejected,
    Reply,
    ServiceError,
)
from participant_strategies.requests import connection_requests, participant_tokens
from participant_strategies.responses import connection_responses
from participant_strategies.successes import success_replies
from participant_strategies.value import Boolean, Enum, List, String, Structure, difference
from participant_strategies.xml_defects import BrokenXml, broken_documents
from participant_strategies.xml_documents import Dialect, XmlCase
from participant_strategies.xml_errors import XmlError, xml_errors
from participant_strategies.xml_spellings import xml_spellings
from participant_strategies.xml_text import XmlSpelling

__all__ = [
    "Boolean",
    "Broken",
    "BrokenError",
    "BrokenXml",
    "Case",
    "ConnectionRequest",
    "Decoded",
    "Defect",
    "Dialect",
    "Dress",
    "Encoded",
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
    "Trouble",
    "XmlCase",
    "XmlError",
    "XmlSpelling",
    "broken_documents",
    "connection_requests",
    "connection_responses",
    "defective_errors",
    "defective_replies",
    "defects",
    "difference",
    "error_replies",
    "json_spellings",
    "participant_tokens",
    "success_replies",
    "xml_errors",
    "xml_spellings",
]
