"""Calls on an adapter and their outcomes as plain JSON data, for adapters that are reached over a pipe.

Owns the forms of requests, replies, questions (the single-shot operations) and outcomes, both ways. It must not know
pipes, ids or processes. What comes in is foreign: every fault in it is a ``WireFormError`` of one sentence that names
the place. A crash has its innermost frame beside it, as ``"place"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from participant_conformance.wire_data import (
    Data,
    WireFormError,
    a_text,
    an_array,
    an_object,
    base64_bytes,
    base64_text,
    member,
    optional,
    texts,
)
from participant_conformance.wire_values import pair, value_form, value_of
from participant_strategies.reply import (
    ConnectionRequest,
    Crashed,
    Decoded,
    Encoded,
    Outcome,
    Refused,
    Rejected,
    Reply,
    ServiceError,
)

# Requests and replies


def request_form(request: ConnectionRequest) -> Data:
    """Return the form of a request: what the caller did not give is not there."""
    given = {
        "ParticipantToken": request.participant_token,
        "Type": None if request.type is None else list(request.type),
        "ConnectParticipant": request.connect_participant,
    }
    return {name: value for name, value in given.items() if value is not None}


def request_of(data: object, place: str = "request") -> ConnectionRequest:
    """Read a request of its form. Raises :class:`WireFormError`."""
    form = an_object(data, place)
    types = None if form.get("Type") is None else texts(form["Type"], f"{place}.Type")
    connect = form.get("ConnectParticipant")
    if connect is not None:
        connect = member(form, "ConnectParticipant", bool, place)
    return ConnectionRequest(member(form, "ParticipantToken", str, place), types, connect)


def reply_form(reply: Reply) -> Data:
    """Return the form of a reply: headers as pairs, in order; the body in base64."""
    headers = [list(header) for header in reply.headers]
    return {"status": reply.status, "headers": headers, "body": base64_text(reply.body)}


def reply_of(data: object, place: str = "reply") -> Reply:
    """Read a reply of its form. Raises :class:`WireFormError`."""
    form = an_object(data, place)
    lines = enumerate(an_array(form.get("headers"), f"{place}.headers"))
    pairs = [pair(line, f"{place}.headers[{number}]") for number, line in lines]
    headers = tuple((name, a_text(value, f"{place}.headers.{name[:40]}")) for name, value in pairs)
    return Reply(member(form, "status", int, place), headers, base64_bytes(form, "body", place))


# Questions: the single-shot operations


def question(capability: str, *arguments: Any, **options: Any) -> Data:
    """Return the operation that asks for a call on the method of a capability with these arguments.

    ``options`` are those of ``call``: ``retries``, ``limit_s``.
    """
    match capability, arguments:
        case "call", (endpoint, request):
            return {"op": "call", "endpoint": endpoint, "request": request_form(request), **options}
        case "read", (reply,):
            return {"op": "read", **reply_form(reply)}
        case "read-xml", (reply, dialect):
            return {"op": "read_xml", **reply_form(reply), "dialect": dialect}
        case _:
            operation, _, form = capability.rpartition("-")
            return {"op": operation.replace("-", "_"), "format": form, **_formed(operation, arguments)}


def _formed(operation: str, arguments: tuple[Any, ...]) -> Data:
    match operation, arguments:
        case "decode", (body,):
            return {"body": base64_text(body)}
        case "encode", (value,):
            return {"value": value_form(value)}
        case "error-of", (code, body):
            return {"code": code, "body": base64_text(body)}
        case _:
            raise ValueError(f"there is no operation for {operation} with {len(arguments)} arguments")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a call on the method of a capability."""

    capability: str
    arguments: tuple[object, ...]
    options: Mapping[str, object] = field(default_factory=dict)


def question_of(data: object) -> Question:
    """Read an operation. Raises :class:`WireFormError`."""
    form = an_object(data, "the question")
    operation = member(form, "op", str, "the question")
    if operation == "call":
        arguments = member(form, "endpoint", str, "call"), request_of(form.get("request"))
        return Question("call", arguments, _call_options(form))
    if operation == "read":
        return Question("read", (reply_of(form, "read"),))
    if operation == "read_xml":
        return Question("read-xml", (reply_of(form, "read_xml"), member(form, "dialect", str, "read_xml")))
    if operation not in _FORMED:
        raise WireFormError(f"there is no operation {operation[:80]!r}")
    written = member(form, "format", str, operation)
    if written not in ("json", "xml"):
        raise WireFormError(f"{operation}.format is {written[:80]!r}, neither 'json' nor 'xml'")
    return Question(f"{operation.replace('_', '-')}-{written}", _FORMED[operation](form))


def _call_options(form: Data) -> dict[str, object]:
    kinds: dict[str, tuple[type, ...]] = {"retries": (bool,), "limit_s": (int, float)}
    given = {name: form[name] for name in kinds if form.get(name) is not None}
    for name, value in given.items():
        # bool is a kind of int to Python, and none to who writes 5.
        if not isinstance(value, kinds[name]) or (isinstance(value, bool) and name == "limit_s"):
            raise WireFormError(f"call.{name} is {value!r:.80}, which is no {kinds[name][-1].__name__}")
    return given


_FORMED: Final[Mapping[str, Callable[[Data], tuple[object, ...]]]] = MappingProxyType(
    {
        "decode": lambda form: (base64_bytes(form, "body", "decode"),),
        "encode": lambda form: (value_of(form.get("value"), "encode.value"),),
        "error_of": lambda form: (member(form, "code", str, "error_of"), base64_bytes(form, "body", "error_of")),
    }
)


# Outcomes


def outcome_form(outcome: Outcome) -> Data:
    """Return the form of an outcome."""
    shown = {"shown": list(outcome.shown)} if outcome.shown else {}
    match outcome:
        case Decoded(value):
            return {"decoded": value_form(value), **shown}
        case ServiceError(code, message, known, status):
            told = {"code": code, "message": message, "known": known, "status": status}
            return {"service_error": told, **shown}
        case Rejected(reason, error):
            return {"rejected": reason, "class": error, **shown}
        case Encoded(body):
            return {"body": base64_text(body), **shown}
        case Crashed(reason, error, place):
            return {"crashed": reason, "class": error, "place": place, **shown}
        case _:
            return {"refused": outcome.reason, **shown}


def outcome_of(data: object) -> Outcome:
    """Read an outcome. Raises :class:`WireFormError`."""
    form = an_object(data, "outcome")
    kinds = [kind for kind in _OUTCOMES if kind in form]
    if len(kinds) != 1:
        told = f"both {kinds[0]} and {kinds[1]}" if kinds else f"none of {', '.join(_OUTCOMES)}"
        raise WireFormError(f"outcome holds {told}")
    shown = () if form.get("shown") is None else texts(form["shown"], "outcome.shown")
    return _OUTCOMES[kinds[0]](form, shown)


def _service_error(form: Data, shown: tuple[str, ...]) -> ServiceError:
    told, place = an_object(form["service_error"], "outcome.service_error"), "outcome.service_error"
    return ServiceError(
        code=optional(told, "code", str, place),
        message=optional(told, "message", str, place),
        known=member(told, "known", bool, place),
        status=optional(told, "status", int, place),
        shown=shown,
    )


def _class(form: Data) -> str:
    return optional(form, "class", str, "outcome") or ""


_OUTCOMES: Final[Mapping[str, Callable[[Data, tuple[str, ...]], Outcome]]] = MappingProxyType(
    {
        "decoded": lambda form, shown: Decoded(value_of(form["decoded"], "outcome.decoded"), shown),
        "service_error": _service_error,
        "rejected": lambda form, shown: Rejected(member(form, "rejected", str, "outcome"), _class(form), shown),
        "body": lambda form, shown: Encoded(base64_bytes(form, "body", "outcome"), shown),
        "refused": lambda form, shown: Refused(member(form, "refused", str, "outcome"), shown),
        "crashed": lambda form, shown: Crashed(
            member(form, "crashed", str, "outcome"),
            _class(form),
            optional(form, "place", str, "outcome") or "",
            shown,
        ),
    }
)
