"""Mutants of ``error.*``: mistakes in what is made of the body of an error, and of a message in it."""

from __future__ import annotations

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.reply import Decoded, Reply
from participant_strategies.value import Structure
from tests.mutants.tampering import (
    Read,
    Taken,
    as_unknown,
    classifying,
    code_of,
    members_of,
    parsed,
    recoded,
    with_body,
    without_members,
)

_KEYS = ("Message", "message")


def _unusable(reply: Reply) -> bool:
    """Whether there is a message that is no text."""
    members = members_of(reply)
    return any(key in members and not isinstance(members[key], str) for key in _KEYS)


def _no_object(reply: Reply) -> bool:
    return bool(reply.body) and not isinstance(parsed(reply), dict)


# error.message-lower-case


@classifying("error.message-lower-case")
def message_by_its_modeled_name_alone(read: Read, reply: Reply) -> Taken:
    """Does not look at message in small letters."""
    return read(without_members(reply, "message"))


@classifying("error.message-lower-case")
def gateways_name_no_type(read: Read, reply: Reply) -> Taken:
    """Takes an error whose message stands under message for one of a gateway, and so for one of no type."""
    members = members_of(reply)
    return recoded(read(reply), None) if "message" in members and "Message" not in members else read(reply)


@classifying("error.message-lower-case")
def message_in_small_letters_of_the_body(read: Read, reply: Reply) -> Taken:
    """Reads message only where the body names the type, too."""
    return read(without_members(reply, "message") if reply.header(ERROR_TYPE_HEADER) else reply)


# error.message-unusable


@classifying("error.message-unusable")
def message_must_be_text(read: Read, reply: Reply) -> Taken:
    """Refuses an error whose message is no text."""
    if _unusable(reply):
        raise UnusableReplyError("Message is no text")
    return read(reply)


@classifying("error.message-unusable")
def no_text_no_type(read: Read, reply: Reply) -> Taken:
    """Gives the unknown error without a code where the message is no text."""
    return recoded(read(reply), None) if _unusable(reply) else read(reply)


@classifying("error.message-unusable")
def null_for_a_message_is_unknown(read: Read, reply: Reply) -> Taken:
    """Has a type of its own for an error only if its message is not null."""
    members = members_of(reply)
    return as_unknown(read(reply)) if "Message" in members and members["Message"] is None else read(reply)


# error.malformed-body


@classifying("error.malformed-body")
def body_before_header(read: Read, reply: Reply) -> Taken:
    """Parses the body first, and gives the unknown error where that fails."""
    return recoded(read(reply), None) if _no_object(reply) else read(reply)


@classifying("error.malformed-body")
def pages_are_internal_errors(read: Read, reply: Reply) -> Taken:
    """Takes whatever is no JSON for an InternalServerException, whatever the header says."""
    return recoded(read(reply), "InternalServerException") if _no_object(reply) else read(reply)


@classifying("error.malformed-body")
def lists_are_successes(read: Read, reply: Reply) -> Taken:
    """Looks for a type in the members of the body, and takes a list, which has none, for an empty success."""
    return Decoded(Structure()) if isinstance(parsed(reply), list) else read(reply)


# error.other-message-keys


def _with_message_of(reply: Reply, key: str) -> Reply:
    members = members_of(reply)
    return with_body(reply, {**members, "Message": members[key]}) if key in members else reply


@classifying("error.other-message-keys")
def error_message_is_read(read: Read, reply: Reply) -> Taken:
    """Reads errorMessage, as runtimes behind gateways write it."""
    return read(_with_message_of(reply, "errorMessage"))


@classifying("error.other-message-keys")
def message_in_a_header_is_read(read: Read, reply: Reply) -> Taken:
    """Reads the message from the header x-amzn-error-message."""
    told = reply.header("x-amzn-error-message")
    return read(with_body(reply, {**members_of(reply), "Message": told}) if told else reply)


# error.both-messages


@classifying("error.both-messages")
def small_message_wins(read: Read, reply: Reply) -> Taken:
    """Looks at message before Message."""
    return read(_with_message_of(reply, "message"))


@classifying("error.both-messages")
def last_message_wins(read: Read, reply: Reply) -> Taken:
    """Reads both, the later one over the earlier."""
    last = [key for key in members_of(reply) if key in _KEYS][-1:]
    return read(_with_message_of(reply, last[0]) if last else reply)


# error.code-or-dunder-type


@classifying("error.code-or-dunder-type")
def dunder_type_wins(read: Read, reply: Reply) -> Taken:
    """Looks at __type before code."""
    return read(without_members(reply, "code") if "__type" in members_of(reply) else reply)


@classifying("error.code-or-dunder-type")
def last_type_wins(read: Read, reply: Reply) -> Taken:
    """Reads both, the later one over the earlier."""
    found = [key for key in members_of(reply) if key in ("code", "__type")]
    return read(without_members(reply, *found[:-1]))


# error.value-case


@classifying("error.value-case")
def types_without_case(read: Read, reply: Reply) -> Taken:
    """Compares types without regard to case."""
    same = {"validationexception": "ValidationException"}
    code = code_of(taken := read(reply)) or ""
    return recoded(taken, same[code.lower()]) if code.lower() in same else taken


@classifying("error.value-case")
def types_must_begin_in_capitals(read: Read, reply: Reply) -> Taken:
    """Refuses a type that begins with a small letter."""
    if code_of(taken := read(reply)) == "validationexception":
        raise UnusableReplyError("no type begins like that")
    return taken


# error.capital-code


@classifying("error.capital-code")
def capital_code_is_read(read: Read, reply: Reply) -> Taken:
    """Reads Code, as XML protocols write it."""
    members = members_of(reply)
    return read(with_body(reply, {**members, "code": members["Code"]}) if "Code" in members else reply)


@classifying("error.capital-code")
def bare_type_is_read(read: Read, reply: Reply) -> Taken:
    """Reads type without underscores."""
    members = members_of(reply)
    return read(with_body(reply, {**members, "__type": members["type"]}) if "type" in members else reply)
