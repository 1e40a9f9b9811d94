"""The finite cases of the edition as data, for suites in other languages.

Owns the form of a vector: the fields of Smithy's HTTP protocol compliance tests (``httpResponseTests``,
``httpRequestTests``), and a few more where these have no place for what is known. It must not know how a case is judged.

========================  =============================================================================================
``id``                    requirement and number: ``decode.null-is-absent/1``; ``.2`` or ``.awsQuery`` behind it where
                          one case is several messages
``tags``                  area, level, requirement
``appliesTo``             ``client``: the implementation takes the message, or sends it; ``server``: it writes one from
                          ``params``
``outcome``               ``success`` or ``error``; missing where the rule allows more than one, as ``documentation`` says
``error``, ``known``      the error's shape or its unknown code; whether it is one of the operation's own
``bodyEncoding``          ``base64`` where the body is no UTF-8
``repeatedHeaders``       pairs, where ``headers`` cannot hold all of them
========================  =============================================================================================

Source: Smithy 2.0, HTTP Protocol Compliance Tests, https://smithy.io/2.0/additional-specs/http-protocol-compliance-tests.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from participant_conformance.checks import registry
from participant_conformance.checks.encode import held_by_xml
from participant_conformance.requirements import Level, Requirement
from participant_strategies.contract import contract
from participant_strategies.error_bodies import ErrorBody
from participant_strategies.errors import ERROR_TYPE_HEADER, MESSAGE_MEMBER
from participant_strategies.json_text import Object, json_tree, render
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, ConnectionRequest, Decoded, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure, Value
from participant_strategies.xml_documents import REPLY_DIALECTS, Dialect, XmlCase

#: Bytes of the longest body that is written out.
LONGEST = 16_384

Vector: TypeAlias = dict[str, Any]

_RESTJSON = "aws.protocols#restJson1"
_PROTOCOLS = MappingProxyType(
    {
        Dialect.REST: "aws.protocols#restXml",
        # With the trait's noErrorWrapping.
        Dialect.UNWRAPPED: "aws.protocols#restXml",
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
#: Rules whose cases are no single message, each with the reason.
_NO_MESSAGE = MappingProxyType(
    {
        "encode.stable": "two texts of one run are compared",
        "request.header-injection": "what is judged is what must not be sent",
        "xml.nothing-is-fetched": "the documents point to a place that listens while they are judged",
    }
)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors, and what is left out: the ids of cases, or of a requirement's cases, with the reason."""

    vectors: list[Vector] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


class _LeftOutError(Exception):
    """A case that makes no vector; the message says why."""


@cache
def edition_vectors() -> Vectors:
    """Return the vectors of this edition, in the order of the catalogue."""
    found = Vectors()
    for check in registry().values():
        requirement = check.requirement
        if check.vectors and requirement.id in _NO_MESSAGE:
            found.left_out[requirement.id] = _NO_MESSAGE[requirement.id]
            continue
        for number, case in enumerate(check.vectors, 1):
            name = f"{requirement.id}/{number}"
            try:
                found.vectors.extend([_whole(requirement, name, *made) for made in _messages(requirement, case)])
            except _LeftOutError as reason:
                found.left_out[name] = str(reason)
    return found


def vectors_text() -> str:
    """Return the vectors as a JSON list. All that is not ASCII is escaped, so that nothing in a text is overlooked."""
    return json.dumps(edition_vectors().vectors, indent=2) + "\n"


def _whole(requirement: Requirement, name: str, part: str, note: str, message: Vector) -> Vector:
    told = f"{requirement.statement} Here: {note}" if note else requirement.statement
    tags = [requirement.area, requirement.level.value, requirement.id]
    return {"id": f"{name}.{part}" if part else name, "documentation": told, "tags": tags, **message}


def _messages(requirement: Requirement, case: Any) -> Iterator[tuple[str, str, Vector]]:
    """Yield the messages of a case: what tells each from the others, what is special about it, the fields."""
    settled = requirement.level is not Level.INFO
    match case:
        case ConnectionRequest():
            yield "", "", _request(case)
        case str():
            # request.endpoint-path: an endpoint's path.
            yield "", "", {**_request(ConnectionRequest("a")), "host": f"example.com{case}", **_under(case)}
        case Structure() | (Structure(), Structure()):
            # encode: the value; the second one of a pair is the control.
            yield "", "", _written("xml" in requirement.id, case if isinstance(case, Structure) else case[0])
        case tuple():
            for number, one in enumerate(case, 1):
                yield str(number), f"number {number} of {len(case)}, in this order", _reply_of(one, settled=settled)
        case ErrorBody():
            named = Reply(case.case(b"").reply.status, (JSON_CONTENT_TYPE, (ERROR_TYPE_HEADER, case.code)), case.json)
            yield "", "", _response(_RESTJSON, named, case.case(case.json), settled=settled)
        case _ if hasattr(case, "in_dialect"):
            yield from _in_dialects(requirement, case, settled=settled)
        case _:
            yield "", _note(case), _reply_of(case, settled=settled)


def _in_dialects(requirement: Requirement, case: Any, *, settled: bool) -> Iterator[tuple[str, str, Vector]]:
    seen: list[Reply] = []
    for dialect in _DIALECTS.get(requirement.id, REPLY_DIALECTS):
        one = case.in_dialect(dialect)
        if one.reply not in seen:
            seen.append(one.reply)
            expected = one if isinstance(one, Case) else None
            yield dialect, _note(one), _response(_PROTOCOLS[dialect], one.reply, expected, settled=settled)


def _note(case: Any) -> str:
    return str(case.note) if isinstance(case, Case) else str(case.defect.what)


def _reply_of(case: Any, *, settled: bool) -> Vector:
    return _response(_RESTJSON, case.reply, case if isinstance(case, Case) else None, settled=settled)


def _response(protocol: str, reply: Reply, case: Case | None, *, settled: bool) -> Vector:
    expected = _expected(case) if case is not None and settled else {}
    return {
        "protocol": protocol,
        "appliesTo": "client",
        "code": reply.status,
        **_headers(reply.headers),
        **_body(reply.body),
        **expected,
    }


def _expected(case: Case) -> Vector:
    match case.expected:
        case Decoded(value):
            return {"outcome": "success", "params": plain(value)}
        case ServiceError(code=str()) as error:
            known = {} if case.known_free else {"known": error.known}
            message = None if case.message_free else error.message
            params = {} if message is None else {MESSAGE_MEMBER: message}
            return {"outcome": "error", "error": error.code, **known, "params": params}
        case _:
            # An error without a code may as well be rejected.
            return {}


def _headers(headers: tuple[tuple[str, str], ...]) -> Vector:
    first: dict[str, str] = {}
    repeated: list[list[str]] = []
    for name, value in headers:
        if name.lower() in map(str.lower, first):
            repeated.append([name, value])
        else:
            first[name] = value
    return {"headers": first, **({"repeatedHeaders": repeated} if repeated else {})}


def _body(body: bytes) -> Vector:
    if len(body) > LONGEST:
        raise _LeftOutError(f"its body is longer than {LONGEST} bytes")
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode("ascii"), "bodyEncoding": "base64"}


def _request(request: ConnectionRequest) -> Vector:
    operation = contract()
    asked = {"Type": request.type and list(request.type), "ConnectParticipant": request.connect_participant}
    members = {name: item for name, item in asked.items() if item is not None}
    return {
        "protocol": _RESTJSON,
        "appliesTo": "client",
        "method": operation.method,
        "uri": operation.uri,
        "headers": {operation.token_header: request.participant_token, **dict([JSON_CONTENT_TYPE])},
        "body": json.dumps(members, separators=(",", ":")),
        "bodyMediaType": "application/json",
        "params": {"ParticipantToken": request.participant_token, **members},
    }


def _under(path: str) -> Vector:
    return {"uri": path.rstrip("/") + contract().uri}


def _written(in_xml: bool, value: Structure) -> Vector:  # noqa: FBT001 - private, and named where it is given
    if in_xml and not held_by_xml(value):
        raise _LeftOutError("XML cannot hold its text, and how that is told is free")
    body = XmlCase(value).document(Dialect.REST) if in_xml else _compact(value)
    media_type = "application/xml" if in_xml else "application/json"
    return {
        "protocol": _PROTOCOLS[Dialect.REST] if in_xml else _RESTJSON,
        "appliesTo": "server",
        "code": 200,
        "headers": {"Content-Type": media_type},
        "body": body,
        "bodyMediaType": media_type,
        "params": plain(value),
    }


def _compact(value: Structure) -> str:
    tree = json_tree(value)
    assert isinstance(tree, Object)  # noqa: S101 - a structure becomes an object
    return render(tree)


def plain(value: Value) -> Any:
    """Return a value of the operation as plain data: what ``params`` holds."""
    if isinstance(value, Structure):
        return {name: plain(member) for name, member in value.members}
    assert isinstance(value, String | Enum)  # noqa: S101 - the operation's output holds nothing else
    return value.text
