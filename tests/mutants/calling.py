"""Mutants of ``request.*``: mistakes in the request that a call puts on the wire."""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest, Refused
from tests.mutants.own_http import Draft
from tests.mutants.sending import draft_of, members_to_send
from tests.mutants.tampering import calling

_LISTED = contract().shapes["ConnectionType"].values


def _with_token(draft: Draft, *values: str) -> Draft:
    kept = tuple(header for header in draft.headers if header[0] != "X-Amz-Bearer")
    return replace(draft, headers=(*kept, *(("X-Amz-Bearer", value) for value in values)))


def _with_content_type(draft: Draft, *values: str) -> Draft:
    kept = tuple(header for header in draft.headers if header[0] != "Content-Type")
    return replace(draft, headers=(*(("Content-Type", value) for value in values), *kept))


def _with_header(draft: Draft, name: str, value: str) -> Draft:
    return replace(draft, headers=(*draft.headers, (name, value)))


def _with_members(endpoint: str, request: ConnectionRequest, **members: Any) -> Draft:
    return replace(draft_of(endpoint, request), body=json.dumps(members_to_send(request) | members).encode())


def _unchecked(endpoint: str, request: ConnectionRequest) -> Draft:
    return draft_of(endpoint, request, checked=False)


@calling("request.line")
def puts(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sends PUT where the caller wants to be connected."""
    return replace(draft_of(endpoint, request), method="PUT" if request.connect_participant else "POST")


@calling("request.line")
def connect_participant_in_query(endpoint: str, request: ConnectionRequest) -> Draft:
    """Repeats ConnectParticipant in a query, where the caller gave it."""
    draft = draft_of(endpoint, request)
    given = request.connect_participant is not None
    return replace(draft, url=f"{draft.url}?connect={request.connect_participant}") if given else draft


@calling("request.line")
def slash_at_the_end(endpoint: str, request: ConnectionRequest) -> Draft:
    """Ends the path with '/' where there is nothing to put into the body."""
    draft = draft_of(endpoint, request)
    return draft if members_to_send(request) else replace(draft, url=f"{draft.url}/")


@calling("request.endpoint-path")
def drops_endpoint_path(endpoint: str, request: ConnectionRequest) -> Draft:
    """Resolves the operation's path against the endpoint (urljoin), so that the endpoint's own path is lost."""
    return replace(draft_of(endpoint, request), url=urljoin(endpoint, "/participant/connection"))


@calling("request.endpoint-path")
def doubles_slash(endpoint: str, request: ConnectionRequest) -> Draft:
    """Puts the operation's path behind an endpoint that ends in '/' as it is."""
    return replace(draft_of(endpoint, request), url=f"{endpoint}/participant/connection")


@calling("request.endpoint-path")
def drops_last_segment(endpoint: str, request: ConnectionRequest) -> Draft:
    """Resolves a relative path (urljoin), so that an endpoint without a '/' at its end loses its last segment."""
    base = endpoint if urlsplit(endpoint).path else f"{endpoint}/"
    return replace(draft_of(endpoint, request), url=urljoin(base, "participant/connection"))


@calling("request.bearer")
def bearer_scheme(endpoint: str, request: ConnectionRequest) -> Draft:
    """Puts the scheme Bearer before the token, as in Authorization."""
    return _with_token(draft_of(endpoint, request), f"Bearer {request.participant_token}")


@calling("request.bearer")
def encodes_token(endpoint: str, request: ConnectionRequest) -> Draft:
    """Percent-encodes the token, as if it stood in a URL."""
    return _with_token(draft_of(endpoint, request), quote(request.participant_token, safe="~"))


@calling("request.bearer")
def drops_padding(endpoint: str, request: ConnectionRequest) -> Draft:
    """Cuts '=' off the end of the token, as if it were padding."""
    return _with_token(draft_of(endpoint, request), request.participant_token.rstrip("=") or "=")


@calling("request.bearer")
def cuts_long_tokens(endpoint: str, request: ConnectionRequest) -> Draft:
    """Cuts a token behind 512 characters."""
    return _with_token(draft_of(endpoint, request), request.participant_token[:512])


@calling("request.bearer")
def splits_token_at_comma(endpoint: str, request: ConnectionRequest) -> Draft:
    """Takes a comma in the token for the end of a value, and sends the header twice."""
    return _with_token(draft_of(endpoint, request), *request.participant_token.split(","))


@calling("request.body")
def type_once_each(endpoint: str, request: ConnectionRequest) -> Draft:
    """Keeps Type as a set, so that a value that is asked for twice is sent once."""
    unique = None if request.type is None else tuple(dict.fromkeys(request.type))
    return draft_of(endpoint, replace(request, type=unique))


@calling("request.body")
def sorts_type(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sorts Type."""
    return draft_of(endpoint, replace(request, type=None if request.type is None else tuple(sorted(request.type))))


@calling("request.body")
def null_for_absent_type(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sends null for a Type that the caller did not give."""
    return _with_members(endpoint, request, Type=request.type)


@calling("request.body")
def false_is_absent(endpoint: str, request: ConnectionRequest) -> Draft:
    """Leaves ConnectParticipant out where it is false."""
    return draft_of(endpoint, replace(request, connect_participant=request.connect_participant or None))


@calling("request.body")
def absent_is_false(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sends false for a ConnectParticipant that the caller did not give."""
    return _with_members(endpoint, request, ConnectParticipant=bool(request.connect_participant))


@calling("request.body")
def no_body_for_nothing(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sends an empty body instead of {} where the caller gave neither member."""
    draft = draft_of(endpoint, request)
    return draft if members_to_send(request) else replace(draft, body=b"")


@calling("request.body")
def single_type_alone(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sends a Type of one value as a text instead of a list."""
    single = request.type is not None and len(request.type) == 1
    return (
        _with_members(endpoint, request, Type=request.type[0])
        if single and request.type
        else draft_of(endpoint, request)
    )


@calling("request.unknown-type-sent")
def validates_type(endpoint: str, request: ConnectionRequest) -> Draft | Refused:
    """Refuses a Type that the model does not list."""
    unknown = next((name for name in request.type or () if name not in _LISTED), None)
    return draft_of(endpoint, request) if unknown is None else Refused(f"{unknown} is no ConnectionType")


@calling("request.unknown-type-sent")
def leaves_unknown_types_out(endpoint: str, request: ConnectionRequest) -> Draft:
    """Leaves a Type out that the model does not list."""
    return draft_of(endpoint, replace(request, type=request.type and tuple(t for t in request.type if t in _LISTED)))


@calling("request.unknown-type-sent")
def types_in_capitals(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sends Type in capitals."""
    return draft_of(endpoint, replace(request, type=request.type and tuple(map(str.upper, request.type))))


@calling("request.content-type")
def no_content_type_for_nothing(endpoint: str, request: ConnectionRequest) -> Draft:
    """Leaves Content-Type out where the body is {}."""
    draft = draft_of(endpoint, request)
    return draft if members_to_send(request) else _with_content_type(draft)


@calling("request.content-type")
def content_type_of_aws_json(endpoint: str, request: ConnectionRequest) -> Draft:
    """Says application/x-amz-json-1.1, the media type of another protocol."""
    return _with_content_type(draft_of(endpoint, request), "application/x-amz-json-1.1")


@calling("request.content-type")
def content_type_twice(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sets Content-Type beside the one that is set by default where there is a Type."""
    values = ["application/json"] * (2 if request.type else 1)
    return _with_content_type(draft_of(endpoint, request), *values)


@calling("request.header-injection")
def token_as_it_is(endpoint: str, request: ConnectionRequest) -> Draft:
    """Writes the token into the request's head without a look at it."""
    return _unchecked(endpoint, request)


@calling("request.header-injection")
def lets_folded_lines_through(endpoint: str, request: ConnectionRequest) -> Draft | Refused:
    """Refuses a line break in the token unless white space follows it (as Python's http.client does)."""
    rest = request.participant_token.replace("\r\n ", "").replace("\n\t", "")
    folded = not any(char in rest for char in "\r\n\0")
    return _unchecked(endpoint, request) if folded else Refused("a line break in the token")


@calling("request.header-injection")
def lets_empty_lines_through(endpoint: str, request: ConnectionRequest) -> Draft | Refused:
    """Refuses a line break in the token, and not an empty line, which ends the request's head."""
    rest = request.participant_token.replace("\r\n\r\n", "")
    broken = any(char in rest for char in "\r\n\0")
    return Refused("a line break in the token") if broken else _unchecked(endpoint, request)


@calling("request.header-injection")
def lets_nul_through(endpoint: str, request: ConnectionRequest) -> Draft | Refused:
    """Refuses CR and LF in the token, and not NUL."""
    broken = any(char in request.participant_token for char in "\r\n")
    return Refused("a line break in the token") if broken else _unchecked(endpoint, request)


@calling("request.token-in-header-alone")
def token_in_body(endpoint: str, request: ConnectionRequest) -> Draft:
    """Writes ParticipantToken into the body too, beside a Type."""
    return _with_members(endpoint, request, **({"ParticipantToken": request.participant_token} if request.type else {}))


@calling("request.token-in-header-alone")
def token_in_query(endpoint: str, request: ConnectionRequest) -> Draft:
    """Puts the token into the query too, for the access log."""
    draft = draft_of(endpoint, request)
    return replace(draft, url=f"{draft.url}?token={quote(request.participant_token, safe='')}")


@calling("request.token-in-header-alone")
def token_in_cookie(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sets a cookie that holds the token."""
    return _with_header(draft_of(endpoint, request), "Cookie", f"participant={request.participant_token}")


@calling("request.token-in-header-alone")
def token_in_authorization(endpoint: str, request: ConnectionRequest) -> Draft:
    """Sends the token as Authorization too."""
    return _with_header(draft_of(endpoint, request), "Authorization", f"Bearer {request.participant_token}")


@calling("request.limits-are-the-servers")
def sends_empty_tokens(endpoint: str, request: ConnectionRequest) -> Draft:
    """Leaves it to the service to refuse an empty token."""
    return draft_of(endpoint, request, checked=bool(request.participant_token))


@calling("request.limits-are-the-servers")
def refuses_long_tokens(endpoint: str, request: ConnectionRequest) -> Draft | Refused:
    """Refuses a token that is longer than the model allows."""
    maximum = contract().shapes["ParticipantToken"].maximum or 0
    too_long = len(request.participant_token) > maximum
    return Refused("the token is too long") if too_long else draft_of(endpoint, request)


@calling("request.limits-are-the-servers")
def leaves_empty_lists_out(endpoint: str, request: ConnectionRequest) -> Draft:
    """Leaves Type out where the list is empty."""
    return draft_of(endpoint, replace(request, type=request.type or None))


@calling("request.unsigned")
def signs(endpoint: str, request: ConnectionRequest) -> Draft:
    """Signs the request by Signature Version 4, as the model says that the service authenticates."""
    draft = draft_of(endpoint, request)
    scope = "AKIDEXAMPLE/20260101/us-east-1/execute-api/aws4_request"
    signature = hmac.digest(b"example", draft.body, "sha256").hex()
    value = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={signature}"
    return _with_header(draft, "Authorization", value)


@calling("request.works-without-credentials")
def takes_them_for_credentials_of_aws(endpoint: str, request: ConnectionRequest) -> Draft | Refused:
    """Looks for credentials of AWS in the environment where CONNECTION_CREDENTIALS are asked for."""
    needed = "CONNECTION_CREDENTIALS" in (request.type or ())
    missing = needed and "AWS_ACCESS_KEY_ID" not in os.environ
    return Refused("unable to locate credentials") if missing else draft_of(endpoint, request)
