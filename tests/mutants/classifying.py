"""Mutants of ``error.*``: mistakes in how a failed reply becomes a classified error."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from participant_conformance.reference.classifier import KNOWN
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.reply import Reply, ServiceError
from tests.mutants.tampering import (
    Read,
    Taken,
    as_unknown,
    classifying,
    code_of,
    members_of,
    recoded,
    spoken_type,
    with_body,
    with_message,
    without_header,
    without_members,
)

_SPELLED, _LOWER = ERROR_TYPE_HEADER, ERROR_TYPE_HEADER.lower()
_BY_STATUS = {contract().errors[name].status: name for name in contract().modeled_errors}


def _stripped(text: str) -> str:
    return text.partition(":")[0].rpartition("#")[2]


@classifying("error.modeled")
def throttling_has_no_class(read: Read, reply: Reply) -> Taken:
    """Has no error of its own for ThrottlingException."""
    return as_unknown(taken) if code_of(taken := read(reply)) == "ThrottlingException" else taken


@classifying("error.modeled")
def hides_messages_of_the_server(read: Read, reply: Reply) -> Taken:
    """Says a sentence of its own where the service reports a fault of the server."""
    return with_message(read(reply), lambda said: "internal error" if reply.status == 500 else said)


@classifying("error.type-in-header")
def status_for_header(read: Read, reply: Reply) -> Taken:
    """Knows an error whose type stands in the header by its status alone."""
    named = reply.header(ERROR_TYPE_HEADER) is not None
    return recoded(read(reply), _BY_STATUS.get(reply.status)) if named else read(reply)


@classifying("error.type-in-header")
def known_types_in_header_only(read: Read, reply: Reply) -> Taken:
    """Looks at the header for one of the four types, and at the body for any other."""
    return read(reply if _stripped(reply.header(ERROR_TYPE_HEADER) or "") in KNOWN else without_header(reply))


@classifying("error.type-in-code")
def code_is_not_read(read: Read, reply: Reply) -> Taken:
    """Does not look at code."""
    return read(without_members(reply, "code"))


@classifying("error.type-in-code")
def code_ends_in_exception(read: Read, reply: Reply) -> Taken:
    """Takes code for a type only if it ends in Exception."""
    named = _stripped(str(members_of(reply).get("code"))).endswith("Exception")
    return read(reply if named else without_members(reply, "code"))


@classifying("error.type-in-dunder-type")
def dunder_type_is_not_read(read: Read, reply: Reply) -> Taken:
    """Does not look at __type, as if it were AWS JSON's alone."""
    return read(without_members(reply, "__type"))


@classifying("error.type-in-dunder-type")
def dunder_type_needs_a_namespace(read: Read, reply: Reply) -> Taken:
    """Takes a __type for a type only if a namespace stands before it."""
    return read(reply if "#" in str(members_of(reply).get("__type")) else without_members(reply, "__type"))


@classifying("error.uri-stripped")
def keeps_the_uri(read: Read, reply: Reply) -> Taken:
    """Cuts the namespace and keeps the URI."""
    spoken = spoken_type(reply)
    return recoded(read(reply), re.sub(r"\A[^:#]*#", "", spoken) or None)


@classifying("error.uri-stripped")
def cuts_at_last_colon(read: Read, reply: Reply) -> Taken:
    """Cuts the type at its last ':' instead of its first one."""
    head, colon, tail = spoken_type(reply).rpartition(":")
    return recoded(read(reply), re.sub(r"\A[^:#]*#", "", head if colon else tail) or None)


@classifying("error.uri-stripped")
def keeps_the_uri_in_the_body(read: Read, reply: Reply) -> Taken:
    """Cuts the URI in the header, and not in the body."""
    with_uri = re.sub(r"\A[^:#]*#", "", spoken_type(reply)) or None
    return read(reply) if reply.header(ERROR_TYPE_HEADER) else recoded(read(reply), with_uri)


@classifying("error.namespace-stripped")
def keeps_the_namespace(read: Read, reply: Reply) -> Taken:
    """Cuts the URI and keeps the namespace."""
    return recoded(read(reply), spoken_type(reply).partition(":")[0] or None)


@classifying("error.namespace-stripped")
def cuts_at_hash_before_colon(read: Read, reply: Reply) -> Taken:
    """Keeps what follows the last '#', and only then cuts at ':', so that a '#' within the URI counts."""
    return recoded(read(reply), spoken_type(reply).rpartition("#")[2].partition(":")[0] or None)


@classifying("error.namespace-stripped")
def keeps_the_namespace_in_code(read: Read, reply: Reply) -> Taken:
    """Cuts the namespace in the header and in __type, and not in code."""
    code = members_of(reply).get("code")
    bare = reply.header(ERROR_TYPE_HEADER) is not None or not isinstance(code, str)
    return read(reply) if bare else recoded(read(reply), str(code).partition(":")[0])


@classifying("error.namespace-stripped")
def cuts_at_last_dot(read: Read, reply: Reply) -> Taken:
    """Takes what follows the last '.' for the type, as if a namespace were a package."""
    bare = spoken_type(reply).partition(":")[0]
    return recoded(read(reply), bare.rpartition("." if "." in bare else "#")[2] or None)


@classifying("error.foreign-namespace")
def own_namespace_alone(read: Read, reply: Reply) -> Taken:
    """Cuts the namespaces of AWS alone."""
    return recoded(
        read(reply), re.sub(r"\A(?:com\.amazon|aws)[^#]*#", "", spoken_type(reply).partition(":")[0]) or None
    )


@classifying("error.foreign-namespace")
def namespace_in_small_letters(read: Read, reply: Reply) -> Taken:
    """Expects a namespace of small letters and dots, and cuts no other."""
    return recoded(read(reply), re.sub(r"\A[a-z.]+#", "", spoken_type(reply).partition(":")[0]) or None)


@classifying("error.header-name-any-case")
def header_as_written(read: Read, reply: Reply) -> Taken:
    """Finds the header only as the specification writes its name."""
    return read(replace(reply, headers=tuple(h for h in reply.headers if h[0].lower() != _LOWER or h[0] == _SPELLED)))


@classifying("error.header-name-any-case")
def header_in_two_cases(read: Read, reply: Reply) -> Taken:
    """Finds the header in small letters and as the specification writes it, and in no other case."""
    names = (_SPELLED, _LOWER)
    return read(replace(reply, headers=tuple(h for h in reply.headers if h[0].lower() != _LOWER or h[0] in names)))


@classifying("error.header-before-code")
def code_before_header(read: Read, reply: Reply) -> Taken:
    """Looks at code before the header."""
    return read(without_header(reply) if members_of(reply).get("code") else reply)


@classifying("error.header-before-code")
def known_code_before_header(read: Read, reply: Reply) -> Taken:
    """Prefers code to the header where it alone names an error of its own."""
    known = members_of(reply).get("code") in KNOWN and reply.header(ERROR_TYPE_HEADER) not in KNOWN
    return read(without_header(reply) if known else reply)


@classifying("error.nested-type-ignored")
def first_type_in_the_text(read: Read, reply: Reply) -> Taken:
    """Searches the text of the body for the first "__type"."""
    return _searched(read, reply, 0)


@classifying("error.nested-type-ignored")
def last_type_in_the_text(read: Read, reply: Reply) -> Taken:
    """Takes the last "__type" that the parser comes across, at any depth."""
    return _searched(read, reply, -1)


def _searched(read: Read, reply: Reply, which: int) -> Taken:
    found = re.findall(r'"__type"\s*:\s*"([^"]*)"', reply.body.decode("utf-8", "replace"))
    return read(with_body(reply, {**members_of(reply), "__type": found[which]}) if found else reply)


@classifying("error.unknown-code-kept")
def type_by_its_beginning(read: Read, reply: Reply) -> Taken:
    """Takes a type for one of the four whose name begins with it."""
    code = code_of(taken := read(reply))
    return recoded(taken, next((name for name in sorted(KNOWN) if code and name.startswith(code)), code))


@classifying("error.unknown-code-kept")
def throttling_by_status(read: Read, reply: Reply) -> Taken:
    """Takes every error on 429 for ThrottlingException, whatever its type."""
    return recoded(read(reply), "ThrottlingException") if reply.status == 429 else read(reply)


@classifying("error.unknown-code-kept")
def unknown_errors_of_the_server(read: Read, reply: Reply) -> Taken:
    """Takes an unknown type on a status from 500 for InternalServerException."""
    unknown = code_of(taken := read(reply)) not in KNOWN
    return recoded(taken, "InternalServerException") if unknown and reply.status >= 500 else taken


@classifying("error.unknown-code-kept")
def exceptions_without_their_suffix(read: Read, reply: Reply) -> Taken:
    """Gives an unknown type without its ending Exception."""
    code = code_of(taken := read(reply))
    return recoded(taken, code.removesuffix("Exception")) if code and code not in KNOWN else taken


@classifying("error.message")
def trims_messages(read: Read, reply: Reply) -> Taken:
    """Trims the message."""
    return with_message(read(reply), str.strip)


@classifying("error.message")
def cuts_long_messages(read: Read, reply: Reply) -> Taken:
    """Cuts a message behind 1024 characters."""
    return with_message(read(reply), lambda said: said[:1024])


@classifying("error.message")
def unescapes_messages(read: Read, reply: Reply) -> Taken:
    """Takes &amp; in a message for an ampersand."""
    return with_message(read(reply), html.unescape)


@classifying("error.message-optional")
def empty_body_has_no_type(read: Read, reply: Reply) -> Taken:
    """Takes a failure of the server without a body for an unknown error, whatever the header says."""
    return recoded(read(reply), None) if reply.status >= 500 and not reply.body else read(reply)


@classifying("error.message-optional")
def message_is_required(read: Read, reply: Reply) -> Taken:
    """Refuses an error of its own that comes without a message."""
    taken = read(reply)
    if isinstance(taken, ServiceError) and taken.known and taken.message is None:
        raise UnusableReplyError("Message is missing")
    return taken


@classifying("error.message-optional")
def no_message_no_error(read: Read, reply: Reply) -> Taken:
    """Gives the unknown error without a code where the message is empty."""
    return recoded(read(reply), None) if members_of(reply).get("Message") == "" else read(reply)


@classifying("error.never-success")
def body_decides(read: Read, reply: Reply) -> Taken:
    """Takes an object that names no error's type for a success, whatever the status."""
    untyped = code_of(taken := read(reply)) is None
    return read(replace(reply, status=200)) if untyped and reply.body.startswith(b"{") else taken


@classifying("error.never-success")
def websocket_means_success(read: Read, reply: Reply) -> Taken:
    """Takes every body that holds a Websocket for a success."""
    return read(replace(reply, status=200)) if "Websocket" in members_of(reply) else read(reply)


@classifying("error.never-success")
def few_statuses_are_errors(read: Read, reply: Reply) -> Taken:
    """Takes a status that the model does not name for a success, unless the reply names a type."""
    failed = reply.status in _BY_STATUS or spoken_type(reply)
    return read(reply if failed else replace(reply, status=200))
