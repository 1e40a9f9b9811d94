"""The adapter of the reference implementation: an example of what an adapter looks like."""

from __future__ import annotations

import functools

import httpx

from participant_conformance.adapter import Implementation
from participant_conformance.reference.caller import Caller, UnusableTokenError, read
from participant_conformance.reference.classifier import ClassifiedError
from participant_conformance.reference.codec import ParticipantConnection, UnusableReplyError, decode
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError


class Reference:
    """Offers ``decode-json``, ``read`` and ``call``."""

    implementation = Implementation(
        name="reference", version="0.1.0", errors=(UnusableReplyError, UnusableTokenError, httpx.HTTPError)
    )

    @functools.cached_property
    def _caller(self) -> Caller:
        return Caller()

    def close(self) -> None:
        """Close the connections, if any were made; for who made the adapter."""
        if "_caller" in vars(self):
            self._caller.close()

    def decode_json(self, body: bytes) -> Decoded:
        """Decode the body of a success reply."""
        return self._told(decode(body))

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a whole reply."""
        return self._answer(read(reply.status, reply.headers, reply.body))

    def call(self, endpoint: str, request: ConnectionRequest) -> Decoded | ServiceError | Refused:
        """Send a request with httpx."""
        try:
            result = self._caller.create_participant_connection(
                endpoint,
                request.participant_token,
                type=request.type,
                connect_participant=request.connect_participant,
            )
        except UnusableTokenError as unusable:
            return Refused(str(unusable))
        return self._answer(result)

    def _answer(self, result: ParticipantConnection | ClassifiedError) -> Decoded | ServiceError:
        if isinstance(result, ClassifiedError):
            return ServiceError(result.code, result.message, result.known, result.status)
        return self._told(result)

    def _told(self, connection: ParticipantConnection) -> Decoded:
        value = connection.to_value()
        return Decoded(value, shown=(repr(value),))
