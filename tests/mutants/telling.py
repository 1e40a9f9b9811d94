"""Mutants of ``secret.*``: implementations that show what they received, or what they were given."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from dataclasses import replace

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import ConnectionRequest, Decoded, Reply, ServiceError
from participant_strategies.value import Structure
from tests.mutants.tampering import Read, Taken, decoding, leaking, mapped_texts, members_of

_LOG = logging.getLogger(__name__)
# As libraries do: who does not look for the log does not see it.
_LOG.addHandler(logging.NullHandler())
#: A library that sets a level of its own tells whatever the user's level is.
_CHATTY = _LOG.getChild("chatty")
_CHATTY.setLevel(logging.DEBUG)


def _text(reply: Reply) -> str:
    return reply.body.decode("utf-8", "replace")


def _join_token(reply: Reply) -> str:
    """Return what stands behind the name of the join token, whatever stands around it."""
    return _text(reply).partition('"JoinToken":')[2].strip('[{"')[:40]


# secret.join-token


@decoding("secret.join-token")
def attendee_in_errors(read: Read, reply: Reply) -> Taken:
    """Quotes the attendee in the error that says that it has the wrong type."""
    try:
        return read(reply)
    except UnusableReplyError as wrong:
        attendee = (members_of(reply).get("WebRTCConnection") or {}).get("Attendee")
        raise UnusableReplyError(f"{wrong}: {json.dumps(attendee)}" if attendee else str(wrong)) from wrong


@decoding("secret.join-token")
def join_token_in_a_cause(read: Read, reply: Reply) -> Taken:
    """Raises a plain error of its own, and leaves one behind it that quotes the join token."""
    try:
        return read(reply)
    except UnusableReplyError as wrong:
        raise UnusableReplyError("the reply is unusable") from ValueError(f"at {_join_token(reply)}: {wrong}")


@decoding("secret.join-token")
def join_token_in_the_log(read: Read, reply: Reply) -> Taken:
    """Warns in the log of a reply that cannot be used, with the join token in it."""
    try:
        return read(reply)
    except UnusableReplyError:
        if token := _join_token(reply):
            _LOG.warning("cannot join with %s", token)
        raise


# secret.tokens-in-errors


def _shown(taken: Taken, *texts: str) -> Taken:
    return replace(taken, shown=(*taken.shown, *texts)) if isinstance(taken, ServiceError) else taken


@leaking("secret.tokens-in-errors")
def body_in_errors(read: Read, reply: Reply, _request: ConnectionRequest) -> Taken:
    """Puts the body into the text of an error that the service answered."""
    return _shown(read(reply), f"HTTP {reply.status}: {_text(reply)}")


@leaking("secret.tokens-in-errors")
def request_in_errors(read: Read, reply: Reply, request: ConnectionRequest) -> Taken:
    """Prints the request's headers with an error, the participant token among them (axios does)."""
    return _shown(read(reply), f"HTTP {reply.status} to a request with X-Amz-Bearer {request.participant_token}")


@leaking("secret.tokens-in-errors")
def url_in_errors(read: Read, reply: Reply, _request: ConnectionRequest) -> Taken:
    """Quotes the websocket's URL, query and all, in the error for a reply that cannot be used."""
    try:
        return read(reply)
    except UnusableReplyError as wrong:
        url = _text(reply).partition('"Url":"')[2].partition('"')[0]
        raise UnusableReplyError(f"{wrong}, cannot connect to {url}") from wrong


@leaking("secret.tokens-in-errors")
def body_in_a_note(read: Read, reply: Reply, _request: ConnectionRequest) -> Taken:
    """Adds the credentials of a reply that cannot be used to its error as a note."""
    try:
        return read(reply)
    except UnusableReplyError as wrong:
        wrong.add_note(_text(reply).partition('"ConnectionCredentials":')[2].partition("}")[0])
        raise


# secret.tokens-in-logs


@leaking("secret.tokens-in-logs")
def failed_requests_in_the_log(read: Read, reply: Reply, request: ConnectionRequest) -> Taken:
    """Logs the request, token and all, where the service answers with an error."""
    if reply.status >= 400:
        _LOG.error("request failed: %s", request)
    return read(reply)


@leaking("secret.tokens-in-logs")
def failed_bodies_in_the_log(read: Read, reply: Reply, _request: ConnectionRequest) -> Taken:
    """Logs the body of an error as a warning."""
    if reply.status >= 400:
        _LOG.warning("HTTP %d: %s", reply.status, _text(reply))
    return read(reply)


@leaking("secret.tokens-in-logs")
def chatty_log(read: Read, reply: Reply, _request: ConnectionRequest) -> Taken:
    """Logs URLs for debugging, and sets the level of its log so that they are always written."""
    taken = read(reply)
    if isinstance(taken, Decoded):
        _CHATTY.debug("connecting to %r", taken.value.get("Websocket", "Url"))
    return taken


@leaking("secret.tokens-in-logs")
def prints_credentials(read: Read, reply: Reply, _request: ConnectionRequest) -> Taken:
    """Prints the credentials to standard output, as somebody once did to see them."""
    taken = read(reply)
    if isinstance(taken, Decoded) and (credentials := taken.value.get("ConnectionCredentials")):
        sys.stdout.write(f"{credentials}\n")
    return taken


@leaking("secret.tokens-in-logs")
def warns_of_members(read: Read, reply: Reply, _request: ConnectionRequest) -> Taken:
    """Warns of the members of a success in an error, with what they hold."""
    if reply.status >= 400 and "Websocket" in members_of(reply):
        warnings.warn(f"unexpected: {members_of(reply)['Websocket']}", stacklevel=2)
    return read(reply)


# secret.in-print


def _told(taken: Taken, value: Structure) -> Taken:
    return replace(taken, shown=(repr(value),)) if isinstance(taken, Decoded) else taken


def _masked(taken: Taken, *names: str) -> Taken:
    masked = mapped_texts(taken, lambda name, text: "***" if name in names else text)
    return _told(taken, masked.value) if isinstance(masked, Decoded) else taken


@decoding("secret.in-print")
def hides_tokens_in_print(read: Read, reply: Reply) -> Taken:
    """Prints stars for the tokens of a value."""
    return _masked(read(reply), "ConnectionToken", "JoinToken")


@decoding("secret.in-print")
def hides_queries_in_print(read: Read, reply: Reply) -> Taken:
    """Prints URLs without their query."""
    taken = read(reply)
    cut = mapped_texts(taken, lambda name, text: text.partition("?")[0] if name == "Url" else text)
    return _told(taken, cut.value) if isinstance(cut, Decoded) else taken
