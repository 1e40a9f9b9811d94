"""The finite cases of the edition as data, for suites in other languages.

Owns which cases there are, their ids, and what is left out for which reason. It must not know how a case is judged.

=================  ====================================================================================================
``id``             requirement and number: ``decode.null-is-absent/1``; behind it ``.2`` or ``.awsQuery`` where one case
                   is several messages
``documentation``  the requirement's statement, and what is special about the case
``tags``           area, level, requirement; of a reply in XML the dialect, too: ``restXml-unwrapped`` is restXml with
                   the trait's ``noErrorWrapping``
the other fields   see :mod:`vector_messages`
=================  ====================================================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from participant_conformance.checks import registry
from participant_conformance.checks.check import Check
from participant_conformance.checks.encode import held_by_xml
from participant_conformance.requirements import Level, Requirement
from participant_conformance.vector_messages import (
    PROTOCOL,
    XML_PROTOCOL,
    Message,
    NoVectorError,
    request,
    response,
    written_json,
    written_xml,
)
from participant_strategies.error_bodies import ErrorBody
from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, ConnectionRequest, Reply
from participant_strategies.value import Structure
from participant_strategies.xml_documents import REPLY_DIALECTS, Dialect

_PROTOCOLS = MappingProxyType(
    {
        Dialect.REST: XML_PROTOCOL,
        Dialect.UNWRAPPED: XML_PROTOCOL,
        Dialect.QUERY: "aws.protocols#awsQuery",
        Dialect.EC2: "aws.protocols#ec2Query",
    }
)
#: The dialects that a rule is about, where it is not about all. A bare document is the body of restXml's reply.
_DIALECTS = MappingProxyType(
    {
        "xml.default-namespace": (Dialect.QUERY, Dialect.EC2),
        "xml.error.wrapped": (Dialect.REST, Dialect.QUERY),
        "xml.error.unwrapped": (Dialect.UNWRAPPED,),
        "xml.error.ec2": (Dialect.EC2,),
    }
)
#: Rules whose cases are no message, each with the reason.
_ON_THE_WAY = "what is judged is how the reply goes out, which a message does not hold"
_SEVERAL = "several requests and replies are one case"
_NO_MESSAGE = MappingProxyType(
    {
        "decode.cut-body": _ON_THE_WAY,
        "error.header-space-trimmed": _ON_THE_WAY,
        "call.chunked": _ON_THE_WAY,
        "call.interim-replies": _ON_THE_WAY,
        "call.close-delimited": _ON_THE_WAY,
        "call.ends": _ON_THE_WAY,
        "call.not-mixed": _SEVERAL,
        "call.denied-is-final": "the requests are counted, and the message is one of error.modeled",
        "call.recovers-or-surfaces": _SEVERAL,
        "call.bounded": _SEVERAL,
        "call.waits-between": _SEVERAL,
        "request.token-not-redirected": "the redirect leads to an origin that listens while it is judged",
        "encode.stable": "two texts of one run are compared",
        "request.header-injection": "what is judged is what must not be sent",
        "xml.nothing-is-fetched": "the documents point to a place that listens while they are judged",
    }
)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors; what is left out (a requirement, or one of its cases) with the reason."""

    vectors: list[Message] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


@cache
def edition_vectors() -> Vectors:
    """Return the vectors of this edition, in the order of the catalogue."""
    found = Vectors()
    for check in registry().values():
        if check.vectors and check.requirement.id in _NO_MESSAGE:
            found.left_out[check.requirement.id] = _NO_MESSAGE[check.requirement.id]
        else:
            _add(found, check)
    return found


def vectors_text() -> str:
    """Return the vectors as a JSON list, one a line; what is not ASCII is escaped, so that nothing is overlooked."""
    return "[\n" + ",\n".join(map(json.dumps, edition_vectors().vectors)) + "\n]\n"


def _add(found: Vectors, check: Check) -> None:
    seen: list[Message] = []
    for number, case in enumerate(check.vectors, 1):
        name = f"{check.requirement.id}/{number}"
        try:
            made = list(_messages(check.requirement, case))
        except NoVectorError as reason:
            found.left_out[name] = str(reason)
            continue
        # Two cases of a rule may be one message.
        found.vectors.extend(_whole(check.requirement, name, *one) for one in made if one[2] not in seen)
        seen += [message for _, _, message in made]


def _whole(requirement: Requirement, name: str, part: str, note: str, message: Message) -> Message:
    told = f"{requirement.statement} Here: {note}." if note else requirement.statement
    tags = [requirement.area, requirement.level.value, requirement.id, *([part] if part in REPLY_DIALECTS else [])]
    return {"id": f"{name}.{part}" if part else name, "documentation": told, "tags": tags, **message}


#: What tells a message from the others of its case, what is special about it, and its fields.
_Made = tuple[str, str, Message]


def _messages(requirement: Requirement, case: Any) -> Iterator[_Made]:
    match case:
        case ConnectionRequest():
            yield "", "", request(case)
        case str():
            # The path of an endpoint.
            yield "", "", request(ConnectionRequest("a"), case)
        case Structure() | (Structure(), Structure()):
            # The second one of a pair is the control.
            yield "", "", _written(requirement, case if isinstance(case, Structure) else case[0])
        case tuple():
            for number, one in enumerate(case, 1):
                yield str(number), f"number {number} of {len(case)}, in this order", _given(requirement, PROTOCOL, one)
        case ErrorBody():
            # That the type is known already is told by the header.
            told = case.case(case.json)
            headers = (JSON_CONTENT_TYPE, (ERROR_TYPE_HEADER, case.code))
            reply = Reply(told.reply.status, headers, case.json)
            yield "", "", response(PROTOCOL, reply, told.expected, message_free=told.message_free)
        case _ if hasattr(case, "in_dialect"):
            yield from _in_dialects(requirement, case)
        case _:
            yield "", _note(case), _given(requirement, PROTOCOL, case)


def _in_dialects(requirement: Requirement, case: Any) -> Iterator[_Made]:
    seen: list[Reply] = []
    for dialect in _DIALECTS.get(requirement.id, REPLY_DIALECTS):
        one = case.in_dialect(dialect)
        if one.reply not in seen:
            seen.append(one.reply)
            yield dialect, _note(one), _given(requirement, _PROTOCOLS[dialect], one)


def _given(requirement: Requirement, protocol: str, case: Any) -> Message:
    # What is planted into a broken reply may come out in more than one way, and INFO settles nothing.
    if not isinstance(case, Case) or requirement.level is Level.INFO:
        return response(protocol, case.reply)
    return response(protocol, case.reply, case.expected, message_free=case.message_free, known_free=case.known_free)


def _note(case: Any) -> str:
    return str(case.note) if isinstance(case, Case) else str(case.defect.what)


def _written(requirement: Requirement, value: Structure) -> Message:
    if "encode-json" in requirement.needs:
        return written_json(value)
    if not held_by_xml(value):
        raise NoVectorError("XML cannot hold their text, and what comes of it is free")
    return written_xml(value)
