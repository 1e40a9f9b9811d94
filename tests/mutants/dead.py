"""Dead adapters: they look at nothing and always give the same. None may pass any check.

Owns the seven answers and the four forms in which they are given.
"""

from __future__ import annotations

from contextlib import suppress
from types import MappingProxyType

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.caller import UnusableTokenError
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Rejected, Reply, ServiceError
from participant_strategies.successes import full
from participant_strategies.value import Structure
from tests.mutants.own_http import NoReplyError
from tests.mutants.sending import draft_of, send

#: What each of them gives; where there is a choice, what comes nearest to what checks expect.
ANSWERS: MappingProxyType[str, object] = MappingProxyType(
    {
        "returns None": None,
        "always an empty success": Decoded(Structure()),
        "always one full value": Decoded(full()),
        "always the unknown error": ServiceError("A", "a", known=False, status=400),
        "always AccessDenied": ServiceError("AccessDeniedException", "a", known=True, status=403),
        "always rejected": Rejected("unusable"),
        "always refused": Refused("not sent"),
    }
)


class DeadDecoder:
    """Takes no body."""

    implementation = Reference.implementation

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def decode_json(self, body: bytes) -> object:  # noqa: ARG002 - that is the point
        """Give the answer."""
        return self._answer


class DeadReader(DeadDecoder):
    """Takes no reply."""

    def read(self, reply: Reply) -> object:  # noqa: ARG002 - that is the point
        """Give the answer."""
        return self._answer


class DeadCaller:
    """Sends nothing."""

    implementation = Reference.implementation

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> object:  # noqa: ARG002
        """Give the answer, whatever is asked for: that is the point."""
        return self._answer


class DeafCaller:
    """Sends the right request, and does not look at the reply."""

    implementation = Reference.implementation

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> object:
        """Send the request and give the answer."""
        try:
            with suppress(NoReplyError):
                send(draft_of(endpoint, request), limit_s)
        except UnusableTokenError as unusable:
            return Refused(str(unusable))
        return self._answer
