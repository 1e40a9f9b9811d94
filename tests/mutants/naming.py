"""Mutants of ``error.of.*``: mistakes in what is made of the body of an error whose type is known."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from participant_conformance.reference.classifier import KNOWN
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import ServiceError
from tests.mutants.tampering import Mutant, altering, as_unknown, recoded, with_message

#: Says what the body of an error of a known type holds, as the reference does.
ErrorOf: TypeAlias = Callable[[str, bytes], ServiceError]
_METHODS = ("error_of_json", "error_of_xml")


def naming(breaks: str) -> Callable[[Callable[[ErrorOf, str, bytes], object]], Mutant]:
    """Make a mutant of a wrong way to do so, in both formats."""
    return altering(breaks, *_METHODS)


# error.of.modeled


@naming("error.of.modeled")
def throttling_has_no_case(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Has no case of its own for ThrottlingException."""
    error = error_of(code, body)
    return as_unknown(error) if code == "ThrottlingException" else error


@naming("error.of.modeled")
def cases_without_their_suffix(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Names the cases without their ending Exception."""
    error = error_of(code, body)
    return replace(error, code=code.removesuffix("Exception")) if code in KNOWN else error


@naming("error.of.modeled")
def says_the_name_for_the_message(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Gives the type for the message of an internal error, to hide what the server says."""
    return with_message(error_of(code, body), lambda said: code if code == "InternalServerException" else said)


@altering("error.of.modeled", "error_of_xml")
def keeps_references_in_xml(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Searches the text of a document for its message, and gives it as it is written there."""
    return with_message(error_of(code, body), html.escape)


# error.of.message-optional


@naming("error.of.message-optional")
def silent_errors_are_refused(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Refuses one of the four errors that comes without a message."""
    error = error_of(code, body)
    if error.known and error.message is None:
        raise UnusableReplyError("Message is missing")
    return error


@naming("error.of.message-optional")
def silent_errors_are_unknown(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Takes an error without a message, or with an empty one, for an unknown one."""
    error = error_of(code, body)
    return error if error.message else as_unknown(error)


# error.of.unknown


@naming("error.of.unknown")
def unknown_is_internal(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Takes every code that it does not know for InternalServerException."""
    return recoded(error_of(code, body), code if code in KNOWN else "InternalServerException")


@naming("error.of.unknown")
def unknown_loses_its_code(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Has one case for all other errors, which does not say which."""
    return recoded(error_of(code, body), code if code in KNOWN else None)


@naming("error.of.unknown")
def codes_by_their_beginning(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Takes a code for one of the four whose name begins with it."""
    return recoded(error_of(code, body), next((name for name in sorted(KNOWN) if name.startswith(code)), code))


@naming("error.of.unknown")
def codes_in_small_letters(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Gives an unknown code in small letters."""
    return recoded(error_of(code, body), code if code in KNOWN else code.lower())


# error.of.malformed


def _taken(error_of: ErrorOf, code: str, body: bytes) -> ServiceError | None:
    """Return what the reference makes of a body that fits; ``None`` for any other."""
    try:
        error = error_of(code, body)
    except UnusableReplyError:
        return None
    fits = error.message is not None or b"essage" not in body
    return error if fits else None


@naming("error.of.malformed")
def malformed_is_unknown(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Takes an error whose body does not fit for an unknown one."""
    return _taken(error_of, code, body) or ServiceError(code, None, known=False)


@naming("error.of.malformed")
def malformed_is_internal(error_of: ErrorOf, code: str, body: bytes) -> object:
    """Takes an error whose body does not fit for InternalServerException."""
    return _taken(error_of, code, body) or ServiceError("InternalServerException", None, known=True)
