"""Mutants of ``error.*``: mistakes in which of several things decides what an error is."""

from __future__ import annotations

from dataclasses import replace

from participant_conformance.reference.classifier import KNOWN
from participant_strategies.contract import contract
from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.reply import Decoded, Reply, ServiceError
from participant_strategies.value import Structure
from tests.mutants.tampering import (
    Read,
    Taken,
    as_unknown,
    classifying,
    code_of,
    decoding,
    members_of,
    reading,
    recoded,
    spoken_type,
    with_message,
    without_header,
    without_members,
)

_STATUSES = {name: contract().errors[name].status for name in contract().modeled_errors}
_BY_STATUS = {status: name for name, status in _STATUSES.items()}


# error.header-before-dunder-type


@classifying("error.header-before-dunder-type")
def dunder_type_before_header(read: Read, reply: Reply) -> Taken:
    """Looks at __type before the header."""
    return read(without_header(reply) if members_of(reply).get("__type") else reply)


@classifying("error.header-before-dunder-type")
def known_dunder_type_before_header(read: Read, reply: Reply) -> Taken:
    """Prefers __type to the header where it alone names an error of its own."""
    known = members_of(reply).get("__type") in KNOWN and reply.header(ERROR_TYPE_HEADER) not in KNOWN
    return read(without_header(reply) if known else reply)


# error.off-operation-code-kept


@classifying("error.off-operation-code-kept")
def off_operation_errors_lose_their_code(read: Read, reply: Reply) -> Taken:
    """Has errors of the whole service, and for those of other operations one without a code."""
    return recoded(taken, None) if code_of(taken := read(reply)) in contract().other_errors else taken


@classifying("error.off-operation-code-kept")
def conflicts_are_invalid(read: Read, reply: Reply) -> Taken:
    """Makes a ValidationException of the errors of other operations that blame the caller."""
    return recoded(taken, "ValidationException") if code_of(taken := read(reply)) in contract().other_errors else taken


@classifying("error.off-operation-code-kept")
def resources_are_not_found(read: Read, reply: Reply) -> Taken:
    """Names ResourceNotFoundException by another word."""
    return recoded(taken, "NotFound") if code_of(taken := read(reply)) == "ResourceNotFoundException" else taken


# error.type-before-status


@classifying("error.type-before-status")
def status_before_type(read: Read, reply: Reply) -> Taken:
    """Chooses among the four errors by the status, where it is that of one of them."""
    taken = read(reply)
    return recoded(taken, _BY_STATUS.get(reply.status, code_of(taken))) if code_of(taken) in KNOWN else taken


@classifying("error.type-before-status")
def known_on_its_own_status(read: Read, reply: Reply) -> Taken:
    """Knows an error on the status that the model gives it, and on no other."""
    taken = read(reply)
    return taken if _STATUSES.get(code_of(taken) or "") == reply.status else as_unknown(taken)


@classifying("error.type-before-status")
def servers_are_at_fault(read: Read, reply: Reply) -> Taken:
    """Takes one of the four errors for InternalServerException on any status from 500."""
    fault = code_of(taken := read(reply)) in KNOWN and reply.status >= 500
    return recoded(taken, "InternalServerException") if fault else taken


# error.never-from-status


def _untyped(read: Read, reply: Reply, code: str | None) -> Taken:
    return recoded(taken, code) if code_of(taken := read(reply)) is None and code else taken


@classifying("error.never-from-status")
def type_of_the_status(read: Read, reply: Reply) -> Taken:
    """Knows an error that names no type by its status."""
    return _untyped(read, reply, _BY_STATUS.get(reply.status))


@classifying("error.never-from-status")
def forbidden_is_access_denied(read: Read, reply: Reply) -> Taken:
    """Takes every 403 for AccessDeniedException."""
    return _untyped(read, reply, "AccessDeniedException" if reply.status == 403 else None)


@classifying("error.never-from-status")
def too_many_requests_is_throttling(read: Read, reply: Reply) -> Taken:
    """Takes every 429 for ThrottlingException."""
    return _untyped(read, reply, "ThrottlingException" if reply.status == 429 else None)


# error.no-type-at-all


@classifying("error.no-type-at-all")
def gateways_are_servers(read: Read, reply: Reply) -> Taken:
    """Takes an error of a gateway for InternalServerException."""
    return _untyped(read, reply, "InternalServerException" if reply.status in (502, 503, 504) else None)


@classifying("error.no-type-at-all")
def too_large_is_invalid(read: Read, reply: Reply) -> Taken:
    """Takes a 413 for ValidationException, since something is wrong with the request."""
    return _untyped(read, reply, "ValidationException" if reply.status == 413 else None)


@classifying("error.no-type-at-all")
def not_found_is_nothing(read: Read, reply: Reply) -> Taken:
    """Makes an empty success of a 404 that names no type."""
    untyped = code_of(taken := read(reply)) is None
    return Decoded(Structure()) if untyped and reply.status == 404 else taken


# error.query-header-ignored


def _query_error(reply: Reply) -> str | None:
    return (reply.header("x-amzn-query-error") or "").partition(";")[0] or None


@classifying("error.query-header-ignored")
def query_error_before_type(read: Read, reply: Reply) -> Taken:
    """Takes the code of x-amzn-query-error for the type."""
    return recoded(read(reply), code) if (code := _query_error(reply)) else read(reply)


@classifying("error.query-header-ignored")
def query_error_in_the_message(read: Read, reply: Reply) -> Taken:
    """Puts the code of x-amzn-query-error before the message."""
    return with_message(read(reply), lambda said: f"{code}: {said}" if (code := _query_error(reply)) else said)


# error.unusable-type-is-absent


@classifying("error.unusable-type-is-absent")
def empty_header_decides(read: Read, reply: Reply) -> Taken:
    """Looks no further where the header is there, be it empty."""
    return recoded(read(reply), None) if reply.header(ERROR_TYPE_HEADER) == "" else read(reply)


@classifying("error.unusable-type-is-absent")
def code_that_is_there_decides(read: Read, reply: Reply) -> Taken:
    """Looks no further than code where it is there, be it null."""
    unusable = "code" in members_of(reply) and not spoken_type(reply)
    return read(without_members(reply, "__type") if unusable else reply)


@classifying("error.unusable-type-is-absent")
def code_becomes_text(read: Read, reply: Reply) -> Taken:
    """Turns a code that is no text into text."""
    code = members_of(reply).get("code")
    spoken = reply.header(ERROR_TYPE_HEADER) or isinstance(code, str) or not code
    return read(reply) if spoken else recoded(read(reply), str(code))


# error.redirect-is-no-success


@reading("error.redirect-is-no-success")
def below_400_is_a_success(read: Read, reply: Reply) -> Taken:
    """Takes every status below 400 for a success (response.ok of some clients)."""
    return read(replace(reply, status=200) if reply.status < 400 else reply)


@reading("error.redirect-is-no-success")
def not_modified_is_a_success(read: Read, reply: Reply) -> Taken:
    """Makes an empty success of a 304."""
    return Decoded(Structure()) if reply.status == 304 else read(reply)


@reading("error.redirect-is-no-success")
def redirects_without_a_place_are_replies(read: Read, reply: Reply) -> Taken:
    """Takes the body of a redirect that names no place for that of a success."""
    nowhere = 300 <= reply.status < 400 and not reply.header("Location")
    return read(replace(reply, status=200) if nowhere else reply)


# error.on-200


@decoding("error.on-200")
def header_means_error(read: Read, reply: Reply) -> Taken:
    """Takes a success with the header for an error."""
    return read(replace(reply, status=400) if reply.header(ERROR_TYPE_HEADER) else reply)


@decoding("error.on-200")
def code_means_error(read: Read, reply: Reply) -> Taken:
    """Takes a success with a code that names one of the four errors for that error."""
    return read(replace(reply, status=400) if members_of(reply).get("code") in KNOWN else reply)


# error.status-within-reach


def _on(taken: Taken, status: int | None) -> Taken:
    return replace(taken, status=status) if isinstance(taken, ServiceError) else taken


@classifying("error.status-within-reach")
def forgets_the_status(read: Read, reply: Reply) -> Taken:
    """Does not keep the status of an error."""
    return _on(read(reply), None)


@classifying("error.status-within-reach")
def status_of_the_model(read: Read, reply: Reply) -> Taken:
    """Gives the status that the model has for a type, and 400 for any other."""
    taken = read(reply)
    return _on(taken, _STATUSES.get(code_of(taken) or "", 400))


@classifying("error.status-within-reach")
def status_by_its_class(read: Read, reply: Reply) -> Taken:
    """Tells only whether the caller or the server is at fault: 400 or 500."""
    return _on(read(reply), reply.status // 100 * 100)
