"""The variants: the reference with one freedom used, each a small class whose docstring names the freedom."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx

from participant_conformance.adapter import Implementation, Traits
from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure, Value
from tests.mutants.bench import Part, reference
from tests.mutants.own_http import Draft, NoReplyError
from tests.mutants.sending import draft_of, members_to_send, send
from tests.mutants.tampering import Taken, members_of, without_members
from tests.variants import (
    encode_variants,
    error_variants,
    payload_variants,
    retry_variants,
    wire_variants,
    xml_variants,
)
from tests.variants.payload_variants import is_success
from tests.variants.variant import Variant, variant, variants_of


def variants() -> MappingProxyType[str, Variant]:
    """Return every variant by its name."""
    own = (wire_variants, retry_variants, payload_variants, error_variants, encode_variants, xml_variants)
    modules = (globals(), *map(vars, own))
    found = [item for module in modules for item in variants_of(module)]
    return MappingProxyType({item.name: item for item in found})


def _with_traits(traits: Traits) -> Implementation:
    return replace(Reference.implementation, traits=traits)


# What comes out of a reply.


@variant(Part.READ)
class MembersInAnotherOrder(Reference):
    """to_value names the members from the last to the first."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        return Decoded(_reversed(taken.value)) if isinstance(taken, Decoded) else taken


def _reversed(value: Structure) -> Structure:
    members = reversed(value.members)
    return Structure(tuple((name, _reversed(item) if isinstance(item, Structure) else item) for name, item in members))


@variant(Part.READ)
class PlainValues(Reference):
    """Gives plain data without tags: structures as dictionaries, everything else as text."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        return Decoded(Structure.from_plain(_plain(taken.value))) if isinstance(taken, Decoded) else taken


def _plain(value: Structure) -> dict[str, object]:
    return {name: _plain(item) if isinstance(item, Structure) else _text(item) for name, item in value.members}


def _text(value: Value) -> str:
    assert isinstance(value, (String, Enum))
    return value.text


@variant(Part.READ)
class OlderModel(Reference):
    """Was made of an older model, without WebRTCConnection (trait lacks)."""

    implementation = _with_traits(Traits(lacks=("WebRTCConnection",)))

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        return super().read(without_members(reply, "WebRTCConnection") if is_success(reply) else reply)


@variant(Part.READ)
class RefusesDoubledNames(Reference):
    """Refuses a JSON text in which an object names a member twice, which RFC 8259 leaves open."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        if reply.body and is_success(reply):
            json.loads(reply.body, object_pairs_hook=_unique)
        return taken


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise UnusableReplyError("a name stands twice")
    return dict(pairs)


@variant(Part.READ)
class AllErrorsOfTheServiceAreKnown(Reference):
    """Has a type of its own for the errors of the service's other operations too."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        return replace(taken, known=taken.code in contract().errors) if isinstance(taken, ServiceError) else taken


@variant(Part.READ)
class OwnMessage(Reference):
    """Says something of its own where the service says nothing."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        silent = isinstance(taken, ServiceError) and not taken.message
        return replace(taken, message=f"HTTP {reply.status}") if silent and isinstance(taken, ServiceError) else taken


@variant(Part.READ)
class EmptyMessage(Reference):
    """Gives an empty message where there is none."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        return replace(taken, message=taken.message or "") if isinstance(taken, ServiceError) else taken


@variant(Part.READ)
class PayloadOfUnknownErrors(Reference):
    """Gives the body as the message of an unknown error (trait unknown_payload)."""

    implementation = _with_traits(Traits(unknown_payload="body"))

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        unknown = isinstance(taken, ServiceError) and not taken.known
        text = reply.body.decode("utf-8", "replace")
        return replace(taken, message=text) if unknown and isinstance(taken, ServiceError) else taken


@variant(Part.READ)
class StatusForCode(Reference):
    """Gives the status as the code of an error that names no type (trait no_code)."""

    implementation = _with_traits(Traits(no_code=("$status",)))

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        return replace(taken, code=taken.code or str(reply.status)) if isinstance(taken, ServiceError) else taken


@variant(Part.READ)
class RefusesUntypedErrors(Reference):
    """Raises an error of its own for a failed reply that names no type."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        if isinstance(taken, ServiceError) and taken.code is None:
            raise UnusableReplyError(f"HTTP status {reply.status} without a type")
        return taken


@variant(Part.READ)
class DunderTypeBeforeCode(Reference):
    """Looks at __type before code: the specification names no order for the two."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        both = reply.status >= 400 and "__type" in members_of(reply)
        return super().read(without_members(reply, "code") if both else reply)


# How a request is sent.


class _Sender(Reference):
    def _draft(self, endpoint: str, request: ConnectionRequest) -> Draft:
        return draft_of(endpoint, request)

    def call(
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Decoded | ServiceError | Refused:
        """Send the request; a bad token raises, and is not refused."""
        return self.read(send(self._draft(endpoint, request), limit_s))


@variant(Part.CALL)
class RaisesForBadTokens(_Sender):
    """Raises an error of its own for a token that cannot stand in a header, instead of refusing it."""


@variant(Part.CALL)
class EncodesBadTokens(_Sender):
    """Refuses no token: percent-encodes the characters that cannot stand in a header."""

    def _draft(self, endpoint: str, request: ConnectionRequest) -> Draft:
        token = "".join(char if " " < char <= "~" else quote(char) for char in request.participant_token)
        return draft_of(endpoint, replace(request, participant_token=token))


@variant(Part.CALL)
class DropsBadCharacters(_Sender):
    """Refuses no token: leaves the characters out that cannot stand in a header."""

    def _draft(self, endpoint: str, request: ConnectionRequest) -> Draft:
        return draft_of(endpoint, replace(request, participant_token=re.sub("[^!-~]", "", request.participant_token)))


@variant(Part.CALL)
class RefusesLongTokens(_Sender):
    """Refuses a token that is longer than the model allows."""

    def call(
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Decoded | ServiceError | Refused:
        """Send the request."""
        maximum = contract().shapes["ParticipantToken"].maximum or 0
        too_long = len(request.participant_token) > maximum
        return Refused("the token is too long") if too_long else super().call(endpoint, request, limit_s=limit_s)


@variant(Part.CALL)
class MoreHeaders(_Sender):
    """Sends headers that nobody asked for, as SDKs do."""

    def _draft(self, endpoint: str, request: ConnectionRequest) -> Draft:
        draft = draft_of(endpoint, request)
        more = (
            ("User-Agent", "a/1 md/b#c"),
            ("amz-sdk-request", "attempt=1; max=3"),
            ("X-Amz-Date", "20260101T000000Z"),
        )
        return replace(draft, headers=(*more, *draft.headers))


@variant(Part.CALL)
class HeaderNamesInSmallLetters(_Sender):
    """Writes the names of headers in small letters, and a charset behind the media type."""

    def _draft(self, endpoint: str, request: ConnectionRequest) -> Draft:
        headers = (("x-amz-bearer", request.participant_token), ("content-type", "application/json; charset=utf-8"))
        return replace(draft_of(endpoint, request), headers=headers)


@variant(Part.CALL)
class BodyInAnotherSpelling(_Sender):
    """Spells the body with white space, members in another order and text that is not escaped."""

    def _draft(self, endpoint: str, request: ConnectionRequest) -> Draft:
        members = dict(reversed(members_to_send(request).items()))
        return replace(draft_of(endpoint, request), body=json.dumps(members, indent=2, ensure_ascii=False).encode())


# Which methods there are.


@variant()
class CallAlone:
    """Offers call alone."""

    implementation = Reference.implementation

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Taken | Refused:
        """Send the request."""
        return reference().call(endpoint, request, limit_s=limit_s)


@variant()
class CallWithRetries:
    """Offers call alone, follows redirects, and calls again where the service is out of order or throttles."""

    implementation = Reference.implementation

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Taken | Refused:
        """Send the request, up to three times."""
        draft = draft_of(endpoint, request)
        for _ in range(2):
            reply = _followed(draft, limit_s)
            if reply.status not in (429, 503):
                return reference().read(reply)
        return reference().read(_followed(draft, limit_s))


def _followed(draft: Draft, limit_s: float | None) -> Reply:
    for _ in range(4):
        reply = send(draft, limit_s)
        place = reply.header("Location")
        if not (300 <= reply.status < 400 and place is not None):
            return reply
        moved = urljoin(draft.url, place)
        if urlsplit(moved)[:2] != urlsplit(draft.url)[:2]:
            raise NoReplyError("the reply leads to another origin")
        draft = replace(draft, url=moved)
    raise NoReplyError("the reply leads nowhere")


@variant()
class ReadAlone:
    """Offers read alone."""

    implementation = Reference.implementation

    def read(self, reply: Reply) -> Taken:
        """Take a reply."""
        return reference().read(reply)


@variant()
class DecodeJsonAlone:
    """Offers decode-json alone."""

    implementation = Reference.implementation

    def decode_json(self, body: bytes) -> Decoded:
        """Decode a body."""
        return reference().decode_json(body)


@variant()
class Asynchronous:
    """All methods are coroutines."""

    implementation = Reference.implementation

    async def decode_json(self, body: bytes) -> Decoded:
        """Decode a body."""
        return reference().decode_json(body)

    async def read(self, reply: Reply) -> Taken:
        """Take a reply."""
        return reference().read(reply)

    async def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Taken:
        """Send the request."""
        draft = draft_of(endpoint, request)
        try:
            async with asyncio.timeout(limit_s), httpx.AsyncClient(trust_env=False, verify=False) as client:
                response = await client.post(draft.url, headers=list(draft.headers), content=draft.body)
        except TimeoutError:
            raise NoReplyError("too late") from None
        return await self.read(Reply(response.status_code, tuple(response.headers.multi_items()), response.content))
