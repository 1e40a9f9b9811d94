"""A message with its outcome in the form of Smithy's HTTP protocol compliance tests.

Owns the fields: those of ``httpResponseTests`` and ``httpRequestTests``, and a few more where these have no place for
what is known. It must not know requirements.

====================  =================================================================================================
``appliesTo``         ``client``: the implementation takes or sends the message; ``server``: it writes it of ``params``
``outcome``           ``success`` or ``error``; missing where more than one is right
``error``, ``known``  the error's shape or its unknown code; whether it is one of the operation's own
``bodyEncoding``      ``base64`` where the body is no UTF-8
``repeatedHeaders``   pairs of name and value, where ``headers`` cannot hold all of them
====================  =================================================================================================

Source: Smithy 2.0, HTTP Protocol Compliance Tests, https://smithy.io/2.0/additional-specs/http-protocol-compliance-tests.html
"""

from __future__ import annotations

import base64
import json
from typing import Any, TypeAlias

from participant_strategies.contract import contract
from participant_strategies.errors import MESSAGE_MEMBER
from participant_strategies.reply import JSON_CONTENT_TYPE, ConnectionRequest, Decoded, Outcome, Reply, ServiceError
from participant_strategies.successes import success_case
from participant_strategies.value import Enum, String, Structure, Value
from participant_strategies.xml_documents import Dialect, XmlCase

#: Bytes of the longest body that is written out.
LONGEST = 16_384

Message: TypeAlias = dict[str, Any]

PROTOCOL = "aws.protocols#restJson1"
XML_PROTOCOL = "aws.protocols#restXml"


class NoVectorError(Exception):
    """A case that makes no vector; the message says why."""


def response(protocol: str, reply: Reply, expected: Outcome | None = None, **free: bool) -> Message:
    """Write a reply that an implementation is given, and what must come of it, where that is settled.

    ``message_free`` and ``known_free`` are those of a case. Raises :class:`NoVectorError`.
    """
    return {
        "protocol": protocol,
        "appliesTo": "client",
        "code": reply.status,
        **_headers(reply.headers),
        **_body(reply.body),
        **_expected(expected, **free),
    }


def _expected(expected: Outcome | None, *, message_free: bool = False, known_free: bool = False) -> Message:
    match expected:
        case Decoded(value):
            return {"outcome": "success", "params": plain(value)}
        case ServiceError(code=str()) as error:
            known = {} if known_free else {"known": error.known}
            silent = message_free or error.message is None
            params = {} if silent else {MESSAGE_MEMBER: error.message}
            return {"outcome": "error", "error": error.code, **known, "params": params}
        case _:
            # An error without a code may as well be rejected.
            return {}


def _headers(headers: tuple[tuple[str, str], ...]) -> Message:
    first: dict[str, str] = {}
    repeated: list[list[str]] = []
    for name, value in headers:
        if name.lower() in map(str.lower, first):
            repeated.append([name, value])
        else:
            first[name] = value
    return {"headers": first, **({"repeatedHeaders": repeated} if repeated else {})}


def _body(body: bytes) -> Message:
    if len(body) > LONGEST:
        raise NoVectorError(f"their bodies are longer than {LONGEST} bytes")
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode("ascii"), "bodyEncoding": "base64"}


def request(asked: ConnectionRequest, path: str = "") -> Message:
    """Write the request that an implementation has to send to an endpoint with ``path``."""
    operation = contract()
    members = asked.members
    return {
        "protocol": PROTOCOL,
        "appliesTo": "client",
        "method": operation.method,
        **({"host": f"example.com{path}"} if path else {}),
        "uri": path.rstrip("/") + operation.uri,
        "headers": {operation.token_header: asked.participant_token, **dict([JSON_CONTENT_TYPE])},
        "body": json.dumps(members, separators=(",", ":")),
        "bodyMediaType": "application/json",
        "params": {"ParticipantToken": asked.participant_token, **members},
    }


def written_json(value: Structure) -> Message:
    """Write the reply that an implementation has to write, as JSON."""
    return _written(PROTOCOL, "application/json", success_case(value).reply.body.decode(), value)


def written_xml(value: Structure) -> Message:
    """Write the reply that an implementation has to write, as XML."""
    return _written(XML_PROTOCOL, "application/xml", XmlCase(value).document(Dialect.REST), value)


def _written(protocol: str, media_type: str, body: str, value: Structure) -> Message:
    return {
        "protocol": protocol,
        "appliesTo": "server",
        "code": 200,
        "headers": {"Content-Type": media_type},
        "body": body,
        "bodyMediaType": media_type,
        "params": plain(value),
    }


def plain(value: Value) -> Any:
    """Return a value of the operation as plain data: what ``params`` holds."""
    if isinstance(value, Structure):
        return {name: plain(member) for name, member in value.members}
    assert isinstance(value, String | Enum)  # noqa: S101 - the operation's output holds nothing else
    return value.text
