"""Hypothesis strategies for CreateParticipantConnection: replies with the outcome they must have, and requests.

The expected outcome is drawn first and the bytes are made from it, so that no second parser decides what is right.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from participant_strategies.defects import Broken, Trouble, defective_replies
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
    from participant_strategies.xml_errors import XmlError
    from participant_strategies.xml_text import XmlSpelling

#: Where each name is defined. It is imported when it is asked for: the outcomes alone are to be had without Hypothesis.
_MODULES = {
    "Boolean": "value",
    "Broken": "defects",
    "BrokenError": "error_defects",
    "BrokenXml": "xml_defects",
    "Case": "reply",
    "ConnectionRequest": "reply",
    "Decoded": "reply",
    "Defect": "reply",
    "Dialect": "xml_documents",
    "Dress": "errors",
    "Encoded": "reply",
    "Enum": "value",
    "Family": "errors",
    "List": "value",
    "Message": "errors",
    "Place": "errors",
    "Refused": "reply",
    "Rejected": "reply",
    "Reply": "reply",
    "ServiceError": "reply",
    "Spelling": "json_text",
    "String": "value",
    "Structure": "value",
    "Trouble": "defects",
    "XmlCase": "xml_documents",
    "XmlError": "xml_errors",
    "XmlSpelling": "xml_text",
    "broken_documents": "xml_defects",
    "connection_requests": "requests",
    "connection_responses": "responses",
    "defective_errors": "error_defects",
    "defective_replies": "defects",
    "difference": "value",
    "error_replies": "errors",
    "json_spellings": "json_text",
    "participant_tokens": "requests",
    "success_replies": "successes",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})


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
    "difference",
    "error_replies",
    "json_spellings",
    "participant_tokens",
    "success_replies",
]
