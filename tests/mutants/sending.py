"""The request that the reference would send, as data, so that a mutant changes one thing of it; and a way to send it.

Owns what stands in the request. How it is sent is ``own_http``'s.
"""

from __future__ import annotations

import json
from typing import Any

from participant_conformance.reference.caller import UnusableTokenError
from participant_strategies.reply import ConnectionRequest, Reply
from tests.mutants.own_http import Draft, OwnHttp


def members_to_send(request: ConnectionRequest) -> dict[str, Any]:
    """Return the members of the body: those that the caller gave."""
    asked = {"Type": request.type, "ConnectParticipant": request.connect_participant}
    return {name: value for name, value in asked.items() if value is not None}


def draft_of(endpoint: str, request: ConnectionRequest, *, checked: bool = True) -> Draft:
    """Write the right request. Raises ``UnusableTokenError`` for a token that cannot stand in a header."""
    token = request.participant_token
    if checked and not (token and all(" " < char <= "~" for char in token)):
        raise UnusableTokenError("a participant token is made of visible ASCII characters")
    headers = (("Content-Type", "application/json"), ("X-Amz-Bearer", token))
    return Draft(
        f"{endpoint.rstrip('/')}/participant/connection", headers, json.dumps(members_to_send(request)).encode()
    )


def send(draft: Draft, limit_s: float | None = None) -> Reply:
    """Send the request and return the reply. Raises ``NoReplyError``, within ``limit_s`` seconds."""
    return OwnHttp().send(draft, limit_s)
