"""The reference implementation with one planted fault.

Owns what each of its methods shows to the conditions of a fault, and what comes out where they hold. It must not know
where faults are listed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure, Value
from tests.strategies.planted_faults import PlantedFault, Then

#: What the reference makes of what arrived.
Right: TypeAlias = Decoded | ServiceError | UnusableReplyError


class Faulty(Reference):
    """Does what the reference does, but where the fault's conditions hold."""

    def __init__(self, fault: PlantedFault) -> None:
        self._fault = fault
        self._before: str | None = None

    def decode_json(self, body: bytes) -> Any:
        """Decode the body of a success reply."""
        return self._taken({"body": _text(body)}, None, lambda: Reference.decode_json(self, body))

    def decode_xml(self, body: bytes) -> Any:
        """Decode a document."""
        return self._taken({"body": _text(body), "dialect": "bare"}, None, lambda: Reference.decode_xml(self, body))

    def error_of_json(self, code: str, body: bytes) -> Any:
        """Say what the body of an error holds."""
        seen = {"body": _text(body), "code": code}
        return self._taken(seen, None, lambda: Reference.error_of_json(self, code, body))

    def error_of_xml(self, code: str, body: bytes) -> Any:
        """Do the same for an element."""
        seen = {"body": _text(body), "code": code}
        return self._taken(seen, None, lambda: Reference.error_of_xml(self, code, body))

    def read(self, reply: Reply) -> Any:
        """Take a whole reply."""
        return self._taken(_parts(reply), reply.status, lambda: Reference.read(self, reply))

    def read_xml(self, reply: Reply, dialect: str) -> Any:
        """Take a whole reply of an XML protocol."""
        seen = _parts(reply) | {"dialect": dialect}
        return self._taken(seen, reply.status, lambda: Reference.read_xml(self, reply, dialect))

    def encode_json(self, value: Structure) -> bytes:
        """Write a value."""
        return self._written(value, super().encode_json)

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value as a document."""
        return self._written(value, super().encode_xml)

    def call(
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Decoded | ServiceError | Refused:
        """Send a request, or none at all."""
        if self._fault.shows({"request": repr(request), "endpoint": endpoint}, None):
            return Refused("planted")
        return super().call(endpoint, request, limit_s=limit_s)

    def _written(self, value: Structure, write: Callable[[Structure], bytes]) -> bytes:
        if not self._fault.shows({"value": repr(value)}, None):
            return write(value)
        if self._fault.then is Then.EMPTY_TEXT:
            return b""
        _raise(self._fault.then)
        return write(Structure())

    def _taken(self, seen: dict[str, str], status: int | None, take: Callable[[], Decoded | ServiceError]) -> Any:
        """Take what arrived; ``outcome`` is what the reference makes of it."""
        right: Right
        try:
            right = take()
        except UnusableReplyError as unusable:
            right = unusable
        seen["outcome"] = f"rejected: {right}" if isinstance(right, UnusableReplyError) else repr(right)
        seen |= {} if self._before is None else {"before": self._before}
        self._before = seen["body"]
        if self._fault.shows(seen, status):
            return _wrong(right, self._fault.then or _usual(right))
        if isinstance(right, UnusableReplyError):
            raise right
        return right


def _text(body: bytes) -> str:
    return body.decode("utf-8", "backslashreplace")


def _parts(reply: Reply) -> dict[str, str]:
    headers = "\n".join(f"{name}: {value}" for name, value in reply.headers)
    return {"body": _text(reply.body), "header": headers}


def _wrong(right: Right, then: Then) -> Decoded | ServiceError:
    _raise(then)
    if then is Then.UNKNOWN_ERROR:
        return ServiceError("Planted", None, known=False)
    if isinstance(right, Decoded) and then is Then.ENUMS_AS_STRINGS:
        return Decoded(_without_enums(right.value))
    if isinstance(right, Decoded) and then is Then.MEMBERS_TWICE:
        return Decoded(Structure(right.value.members * 2))
    return Decoded(Structure())


def _without_enums(value: Structure) -> Structure:
    return Structure(tuple((name, _untagged(member)) for name, member in value.members))


def _untagged(value: Value) -> Value:
    match value:
        case Structure():
            return _without_enums(value)
        case Enum(text):
            return String(text)
        case _:
            return value


def _raise(then: Then | None) -> None:
    if then is Then.REJECTED:
        raise UnusableReplyError("planted")
    if then is Then.CRASH:
        raise RuntimeError("planted")


def _usual(right: Right) -> Then:
    """Return what is wrong where ``right`` is right."""
    if isinstance(right, ServiceError):
        return Then.UNKNOWN_ERROR
    return Then.REJECTED if right == Decoded(Structure()) else Then.EMPTY_SUCCESS
