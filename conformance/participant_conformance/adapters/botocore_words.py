"""What the clients built on botocore have in common: the arguments of a call, and what their answers mean.

Owns the way between botocore's dictionaries and outcomes. It must not know how a request is sent.
"""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from participant_strategies.reply import ConnectionRequest, Decoded, ServiceError
from participant_strategies.value import Structure

#: The errors of every client that is built on botocore.
ERRORS: Final = (BotoCoreError, ClientError)
#: A reply that names no type: botocore gives the status as the code.
NO_CODE: Final = (None, "", "$status")
#: Seconds for connecting, and for each read, where a call is told none.
TIMEOUT: Final = 4.0


def arguments(request: ConnectionRequest) -> dict[str, Any]:
    """Return the arguments of create_participant_connection; those that the caller did not give are left out."""
    told: dict[str, Any] = {"ParticipantToken": request.participant_token}
    if request.type is not None:
        told["Type"] = list(request.type)
    if request.connect_participant is not None:
        told["ConnectParticipant"] = request.connect_participant
    return told


def settings(*, retries: bool, limit_s: float | None) -> dict[str, Any]:
    """Return the settings of a client; the retries of its own default are those that nobody names."""
    seconds = TIMEOUT if limit_s is None else limit_s
    once = {} if retries else {"retries": {"total_max_attempts": 1, "mode": "standard"}}
    return {"proxies": {}, "connect_timeout": seconds, "read_timeout": seconds, **once}


def decoded(response: dict[str, Any]) -> Decoded:
    """Return a success. botocore adds a member to every result that is not of the operation."""
    plain = {name: value for name, value in response.items() if name != "ResponseMetadata"}
    return Decoded(Structure.from_plain(plain), shown=(repr(plain),))


def classified(error: ClientError) -> ServiceError:
    """Return an error of the service."""
    told = error.response.get("Error", {})
    return ServiceError(
        # What is no text in the reply is handed on by botocore as it is: to a caller there is no such text.
        code=_text(told.get("Code")),
        message=_text(told.get("Message")),
        # A modelled error is raised as a class of its own, an unknown one as ClientError itself.
        known=type(error) is not ClientError,
        status=error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
        shown=(str(error), repr(error)),
    )


def _text(item: object) -> str | None:
    return item if isinstance(item, str) else None
