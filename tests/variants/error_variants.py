"""Variants that take errors in their own way, where the contract leaves it free, and that show less or more."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError
from tests.mutants.bench import Part
from tests.mutants.tampering import Taken, mapped_texts, members_of, parsed, recoded, with_body
from tests.variants.payload_variants import is_success
from tests.variants.variant import variant

# What becomes of errors.


@variant(Part.READ)
class RefusesMalformedErrors(Reference):
    """Raises an error of its own for an error whose body is no JSON object, whatever the header says."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        if reply.status >= 400 and reply.body and not isinstance(parsed(reply), dict):
            raise UnusableReplyError(f"HTTP status {reply.status} with a body that is no JSON object")
        return super().read(reply)


@variant(Part.READ)
class GivesPagesAsMessages(Reference):
    """Gives the body of an error as its message where it is no JSON object."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        page = bool(reply.body) and not isinstance(parsed(reply), dict)
        text = reply.body.decode("utf-8", "replace")
        return replace(taken, message=text) if page and isinstance(taken, ServiceError) else taken


@variant(Part.READ)
class EmptyCode(Reference):
    """Gives an empty code for an error that names no type."""

    def read(self, reply: Reply) -> Taken:  # type: ignore[override]  # as above
        """Take a reply."""
        taken = super().read(reply)
        return recoded(taken, taken.code or "") if isinstance(taken, ServiceError) else taken


@variant(Part.READ)
class ReadsMoreKeys(Reference):
    """Reads message before Message, errorMessage and Code, and compares types without regard to case."""

    def read(self, reply: Reply) -> Taken:  # type: ignore[override]  # as above
        """Take a reply."""
        if reply.status < 400:
            return super().read(reply)
        members = members_of(reply)
        read = {"Message": ("errorMessage", "message"), "code": ("Code",)}
        found = {name: members[key] for name, keys in read.items() for key in keys if isinstance(members.get(key), str)}
        taken = super().read(with_body(reply, {**found, **members, **found}) if found else reply)
        return recoded(taken, _listed(taken.code)) if isinstance(taken, ServiceError) else taken


def _listed(code: str | None) -> str | None:
    return next((name for name in contract().modeled_errors if code and name.lower() == code.lower()), code)


@variant(Part.READ)
class NamedSuccessIsAnError(Reference):
    """Takes a success for an error if the header, or a code, names one of the four."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        named = reply.header(ERROR_TYPE_HEADER) or members_of(reply).get("code")
        failed = is_success(reply) and named in contract().modeled_errors
        return super().read(replace(reply, status=400) if failed else reply)


@variant(Part.READ)
class RedirectsAreUnknownErrors(Reference):
    """Takes any status that is no success for an error."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        if 300 <= reply.status < 400:
            return ServiceError(None, None, known=False, status=reply.status, shown=(f"HTTP {reply.status}",))
        return super().read(reply)


@variant(Part.ERROR_OF)
class TypeOfAnyBody(Reference):
    """Gives an error of a known type without a message where its body does not fit."""

    def error_of_json(self, code: str, body: bytes) -> ServiceError:
        """Say what the body holds."""
        return _typed(super().error_of_json, code, body)

    def error_of_xml(self, code: str, body: bytes) -> ServiceError:
        """Say what the body holds."""
        return _typed(super().error_of_xml, code, body)


def _typed(error_of: Callable[[str, bytes], ServiceError], code: str, body: bytes) -> ServiceError:
    try:
        return error_of(code, body)
    except UnusableReplyError:
        return ServiceError(code, None, known=code in contract().modeled_errors)


@variant(Part.ERROR_OF)
class MessagesBecomeText(Reference):
    """Makes text of whatever stands where the message of an error belongs."""

    def error_of_json(self, code: str, body: bytes) -> ServiceError:
        """Say what the body holds."""
        error, data = super().error_of_json(code, body), json.loads(body)
        return replace(error, message=str(data["Message"])) if data.get("Message") is not None else error


@variant(Part.ERROR_OF)
class RefusesErrorsThatDoNotFit(Reference):
    """Refuses an error whose message is no text."""

    def error_of_json(self, code: str, body: bytes) -> ServiceError:
        """Say what the body holds."""
        if not isinstance(json.loads(body), dict) or not isinstance(json.loads(body).get("Message", ""), str):
            raise UnusableReplyError("the body does not fit")
        return super().error_of_json(code, body)


# What is shown.


@variant(Part.READ)
class HidesTokensInPrint(Reference):
    """Prints stars for the tokens of a value, and for what stands in it behind a question mark."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read(reply)
        masked = mapped_texts(taken, lambda name, text: "***" if name.endswith("Token") else text.partition("?")[0])
        return replace(taken, shown=(repr(masked),)) if isinstance(taken, Decoded) else taken


@variant(Part.CALL)
class ShowsNothing(Reference):
    """Does not tell what it would print."""

    def call(
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Decoded | ServiceError | Refused:
        """Send the request."""
        return replace(super().call(endpoint, request, limit_s=limit_s), shown=())


@variant(Part.CALL)
class LogsForDebugging(Reference):
    """Logs all that it sends and receives, but below the default level; at that, the beginning of a token."""

    def call(
        self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None
    ) -> Decoded | ServiceError | Refused:
        """Send the request."""
        log = logging.getLogger(__name__)
        log.debug("asking %s with %s", endpoint, request)
        taken = super().call(endpoint, request, limit_s=limit_s)
        log.info("got %r", taken)
        if isinstance(taken, ServiceError):
            log.warning("%s on HTTP status %s, token %s…", taken.code, taken.status, request.participant_token[:4])
        return taken
