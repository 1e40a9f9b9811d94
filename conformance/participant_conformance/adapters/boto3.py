"""The adapter of boto3: unsigned, without retries, without any look-up outside of the loopback.

It drives the public client over a real connection; ``read`` is not offered, since boto3 has no public way to parse a
reply that it did not receive itself.
"""

from __future__ import annotations

import functools
from typing import Any

import boto3
import botocore
import botocore.exceptions
from botocore.config import Config

from participant_conformance.adapter import Implementation, Traits
from participant_strategies.reply import ConnectionRequest, Decoded, ServiceError
from participant_strategies.value import Structure


class Adapter:
    """Offers ``call``."""

    implementation = Implementation(
        name="boto3",
        version=boto3.__version__,
        runtime=f"botocore {botocore.__version__}",
        errors=(botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError),
        # A reply that names no type: botocore gives the status as the code.
        traits=Traits(retries="off", no_code=(None, "", "$status")),
    )

    def call(self, endpoint: str, request: ConnectionRequest) -> Decoded | ServiceError:
        """Call create_participant_connection; arguments that the caller did not give are left out."""
        arguments: dict[str, Any] = {"ParticipantToken": request.participant_token}
        if request.type is not None:
            arguments["Type"] = list(request.type)
        if request.connect_participant is not None:
            arguments["ConnectParticipant"] = request.connect_participant
        client = self._client(endpoint)
        try:
            response = client.create_participant_connection(**arguments)
        except botocore.exceptions.ClientError as error:
            return self._classified(error)
        # boto3 adds this member to every result; it is not of the operation.
        response.pop("ResponseMetadata", None)
        return Decoded(Structure.from_plain(response), shown=(repr(response),))

    @functools.lru_cache(maxsize=32)  # noqa: B019 - one adapter lives for a run
    def _client(self, endpoint: str) -> Any:
        config = Config(
            signature_version=botocore.UNSIGNED,
            retries={"total_max_attempts": 1, "mode": "standard"},
            proxies={},
            connect_timeout=4,
            read_timeout=4,
        )
        return self._session.client("connectparticipant", endpoint_url=endpoint, config=config)

    @functools.cached_property
    def _session(self) -> boto3.session.Session:
        # One for all endpoints (it holds the parsed models), without a profile: no credential provider is asked.
        return boto3.session.Session(region_name="us-east-1")

    def _classified(self, error: botocore.exceptions.ClientError) -> ServiceError:
        told = error.response.get("Error", {})
        return ServiceError(
            # What is no text in the reply is handed on by boto3 as it is: to a caller there is no such text.
            code=_text(told.get("Code")),
            message=_text(told.get("Message")),
            # A modelled error is raised as a class of its own, an unknown one as ClientError itself.
            known=type(error) is not botocore.exceptions.ClientError,
            status=error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
            shown=(str(error), repr(error)),
        )


def _text(item: object) -> str | None:
    return item if isinstance(item, str) else None
