"""Mutants of ``xml.error.*``: mistakes in how the document of an error becomes a classified error."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from participant_conformance.reference.classifier import KNOWN
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.reply import Decoded, ServiceError
from participant_strategies.value import Structure
from tests.mutants.tampering import Taken, code_of, recoded, with_message
from tests.mutants.xml_tampering import Failed, Take, classifying_xml, root_of

_BY_STATUS = {contract().errors[name].status: name for name in contract().modeled_errors}
_UNKNOWN = ServiceError(None, None, known=False)


@classifying_xml("xml.error.wrapped")
def expects_no_wrapping(take: Take, failed: Failed) -> Taken:
    """Expects Error to be the root, in restXml and awsQuery too."""
    return _UNKNOWN if b"<ErrorResponse>" in failed.body else take(failed.body)


@classifying_xml("xml.error.wrapped")
def takes_the_type_for_the_code(take: Take, failed: Failed) -> Taken:
    """Takes Type, which says whose fault it is, for the code where errors are wrapped."""
    root = root_of(failed.body)
    found = None if root is None else root.findtext("Error/Type")
    return recoded(take(failed.body), found) if found else take(failed.body)


@classifying_xml("xml.error.wrapped")
def cuts_wrapped_messages(take: Take, failed: Failed) -> Taken:
    """Cuts the messages of awsQuery behind 255 characters."""
    taken = take(failed.body)
    return with_message(taken, lambda text: text[:255]) if failed.dialect == "awsQuery" else taken


@classifying_xml("xml.error.unwrapped")
def expects_wrapping(take: Take, failed: Failed) -> Taken:
    """Expects ErrorResponse to be the root, without wrapping too."""
    return _UNKNOWN if failed.dialect == "restXml-unwrapped" else take(failed.body)


@classifying_xml("xml.error.unwrapped")
def message_beside_the_error(take: Take, failed: Failed) -> Taken:
    """Looks for the message of an unwrapped error where that of a wrapped one stands."""
    taken = take(failed.body)
    lost = failed.dialect == "restXml-unwrapped" and isinstance(taken, ServiceError) and taken.message
    return replace(taken, message=None) if lost and isinstance(taken, ServiceError) else taken


@classifying_xml("xml.error.ec2")
def knows_no_errors_element(take: Take, failed: Failed) -> Taken:
    """Looks for Error in the root of ec2Query, not within Errors."""
    return _UNKNOWN if failed.dialect == "ec2Query" else take(failed.body)


@classifying_xml("xml.error.ec2")
def message_with_the_request(take: Take, failed: Failed) -> Taken:
    """Appends the request's id to the message in ec2Query."""
    taken = take(failed.body)
    return with_message(taken, lambda text: f"{text} (request 1)") if failed.dialect == "ec2Query" else taken


@classifying_xml("xml.error.other-elements-ignored")
def first_code_of_the_document(take: Take, failed: Failed) -> Taken:
    """Searches the document for the first Code in it."""
    root = root_of(failed.body)
    first = None if root is None else next((found.text for found in root.iter("Code")), None)
    taken = take(failed.body)
    return recoded(taken, first) if first and code_of(taken) else taken


@classifying_xml("xml.error.other-elements-ignored")
def refuses_further_elements(take: Take, failed: Failed) -> Taken:
    """Refuses an error with elements that it does not know."""
    known = rb"ErrorResponse|Response|Errors|Error|Type|Code|Message|RequestI[dD]"
    strange = [name for name in re.findall(rb"<([\w.\-]+)", failed.body) if not re.fullmatch(known, name)]
    if strange and failed.body.startswith((b"<Error", b"<Response")):
        raise UnusableReplyError("an unknown element")
    return take(failed.body)


@classifying_xml("xml.error.other-elements-ignored")
def last_element_is_the_message(take: Take, failed: Failed) -> Taken:
    """Takes the element behind Code for the message, whatever its name is."""
    root = root_of(failed.body)
    errors = [] if root is None else [found for found in root.iter("Error") if found.find("Code") is not None]
    behind = [below for error in errors[:1] for before, below in pairwise(error) if before.tag == "Code"]
    told = next((below.text or "" for below in behind if below.tag not in ("Message", "RequestId")), None)
    return take(failed.body) if told is None else with_message(take(failed.body), lambda _: told)


@classifying_xml("xml.error.message-optional")
def needs_a_message(take: Take, failed: Failed) -> Taken:
    """Takes an error without a Message for one that names no type."""
    taken = take(failed.body)
    silent = isinstance(taken, ServiceError) and taken.code and taken.message is None
    return _UNKNOWN if silent else taken


@classifying_xml("xml.error.message-optional")
def empty_message_is_none(take: Take, failed: Failed) -> Taken:
    """Takes an empty Message for none."""
    taken = take(failed.body)
    return replace(taken, message=taken.message or None) if isinstance(taken, ServiceError) else taken


@classifying_xml("xml.error.unknown-code-kept")
def unknown_codes_by_status(take: Take, failed: Failed) -> Taken:
    """Knows an error whose Code it does not know by its status."""
    taken = take(failed.body)
    by_status = _BY_STATUS.get(failed.status)
    return recoded(taken, by_status) if by_status and code_of(taken) and code_of(taken) not in KNOWN else taken


@classifying_xml("xml.error.unknown-code-kept")
def unknown_codes_are_lost(take: Take, failed: Failed) -> Taken:
    """Does not tell a Code that it does not know."""
    taken = take(failed.body)
    return recoded(taken, None) if code_of(taken) not in KNOWN else taken


@classifying_xml("xml.error.unknown-code-kept")
def drops_the_ending_of_codes(take: Take, failed: Failed) -> Taken:
    """Cuts Exception off a Code that it does not know."""
    taken = take(failed.body)
    code = code_of(taken)
    return recoded(taken, code.removesuffix("Exception")) if code and code not in KNOWN else taken


@classifying_xml("xml.error.no-code")
def no_code_is_a_status(take: Take, failed: Failed) -> Taken:
    """Knows an error that names no type by its status."""
    taken = take(failed.body)
    return taken if code_of(taken) else recoded(taken, _BY_STATUS.get(failed.status, "AccessDeniedException"))


@classifying_xml("xml.error.no-code")
def pages_are_successes(take: Take, failed: Failed) -> Taken:
    """Makes an empty success of a page."""
    return Decoded(Structure()) if b"<html>" in failed.body else take(failed.body)


@classifying_xml("xml.error.no-code")
def message_for_the_code(take: Take, failed: Failed) -> Taken:
    """Gives the message as the code where there is none."""
    taken = take(failed.body)
    silent = isinstance(taken, ServiceError) and not taken.code and taken.message
    return recoded(taken, taken.message) if silent and isinstance(taken, ServiceError) else taken
