"""The adapter of the reference implementation: an example of what an adapter looks like."""

from __future__ import annotations

import functools

import httpx

from participant_conformance.adapter import DIALECTS, Implementation, Traits
from participant_conformance.reference.caller import Caller, UnusableTokenError, read
from participant_conformance.reference.classifier import ClassifiedError, error_of_json
from participant_conformance.reference.codec import ParticipantConnection, UnusableReplyError, decode
from participant_conformance.reference.encoder import UnwritableValueError, encode_json
from participant_conformance.reference.xml_codec import decode_xml, encode_xml, error_of_xml, read_xml
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError
from participant_strategies.value import Structure


class Reference:
    """Offers every capability but ``session``."""

    implementation = Implementation(
        name="reference",
        version="0.1.0",
        errors=(UnusableReplyError, UnusableTokenError, UnwritableValueError, httpx.HTTPError),
        traits=Traits(dialects=DIALECTS, limits=True),
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

    def decode_xml(self, body: bytes) -> Decoded:
        """Decode a document whose root is the operation's output."""
        return self._told(decode_xml(body))

    def encode_json(self, value: Structure) -> bytes:
        """Write a value."""
        return encode_json(value)

    def encode_xml(self, value: Structure) -> bytes:
        """Write a value as a document."""
        return encode_xml(value)

    def error_of_json(self, code: str, body: bytes) -> ServiceError:
        """Say what the body of an error of a known type holds."""
        return self._classified(error_of_json(code, body))

    def error_of_xml(self, code: str, body: bytes) -> ServiceError:
        """Do the same for the element that holds the error's members."""
        return self._classified(error_of_xml(code, body))

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a whole reply."""
        return self._answer(read(reply.status, reply.headers, reply.body))

    def read_xml(self, reply: Reply, dialect: str) -> Decoded | ServiceError:
        """Take a whole reply of an XML protocol."""
        return self._answer(read_xml(reply.status, reply.body, dialect))

    def call(
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Decoded | ServiceError | Refused:
        """Send a request with httpx, and give it up after ``limit_s`` seconds."""
        try:
            result = self._caller.create_participant_connection(
                endpoint,
                request.participant_token,
                type=request.type,
                connect_participant=request.connect_participant,
                limit_s=limit_s,
            )
        except UnusableTokenError as unusable:
            return Refused(str(unusable))
        return self._answer(result)

    def _answer(self, result: ParticipantConnection | ClassifiedError) -> Decoded | ServiceError:
        return self._classified(result) if isinstance(result, ClassifiedError) else self._told(result)

    def _classified(self, error: ClassifiedError) -> ServiceError:
        return ServiceError(error.code, error.message, error.known, error.status, shown=(str(error),))

    def _told(self, connection: ParticipantConnection) -> Decoded:
        value = connection.to_value()
        return Decoded(value, shown=(repr(value),))
