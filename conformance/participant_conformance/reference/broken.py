"""A broken implementation, to be seen failing: three believable mistakes over the reference.

Owns what ``participant-conformance demo`` shows beside the reference. It is no example of anything else.
"""

from __future__ import annotations

from dataclasses import replace

from participant_conformance.reference.adapter import Reference
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError
from participant_strategies.value import String, Structure, Value


class Broken(Reference):
    """Trims text, takes empty structures for absent ones, and compares types with their namespace."""

    implementation = replace(Reference.implementation, name="broken", version="0.1.0")

    def decode_json(self, body: bytes) -> Decoded:
        """Decode, then "clean up" what came out."""
        return Decoded(_cleaned(super().decode_json(body).value))

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a whole reply."""
        return self._spoiled(super().read(_qualified(reply)))

    def call(
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Decoded | ServiceError | Refused:
        """Send a request."""
        outcome = super().call(endpoint, request, limit_s=limit_s)
        return outcome if isinstance(outcome, Refused) else self._spoiled(outcome)

    def _spoiled(self, outcome: Decoded | ServiceError) -> Decoded | ServiceError:
        return Decoded(_cleaned(outcome.value)) if isinstance(outcome, Decoded) else outcome


def _cleaned(value: Structure) -> Structure:
    members: list[tuple[str, Value]] = []
    for name, member in value.members:
        cleaned = _cleaned(member) if isinstance(member, Structure) else member
        if isinstance(cleaned, String):
            cleaned = String(cleaned.text.strip())
        if cleaned != Structure():
            members.append((name, cleaned))
    return Structure(tuple(members))


def _qualified(reply: Reply) -> Reply:
    # As a client does that looks the whole text of the header up in its table of errors.
    headers = tuple(
        (name, value.replace("#", "_") if "errortype" in name.lower() else value) for name, value in reply.headers
    )
    return replace(reply, headers=headers)
