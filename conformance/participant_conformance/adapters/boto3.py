"""The adapter of boto3: unsigned, without any look-up outside of the loopback.

It drives the public client over a real connection; ``read`` is not offered, since boto3 has no public way to parse a
reply that it did not receive itself.
"""

from __future__ import annotations

import functools
import threading
from typing import Any

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

from participant_conformance.adapter import Implementation, Traits
from participant_conformance.adapters.botocore_words import ERRORS, NO_CODE, arguments, classified, decoded, settings
from participant_strategies.reply import ConnectionRequest, Decoded, ServiceError


class Adapter:
    """Offers ``call``."""

    implementation = Implementation(
        name="boto3",
        version=boto3.__version__,
        runtime=f"botocore {botocore.__version__}",
        errors=ERRORS,
        traits=Traits(retries="switch", limits=True, no_code=NO_CODE),
    )

    def __init__(self) -> None:
        self._clients: dict[tuple[str, bool, float | None], Any] = {}
        # boto3, guide, "Multithreading": clients may be shared by threads, sessions and the making of clients may not.
        self._making = threading.Lock()

    def call(
        self, endpoint: str, request: ConnectionRequest, *, retries: bool = False, limit_s: float | None = None
    ) -> Decoded | ServiceError:
        """Call create_participant_connection."""
        client = self._client(endpoint, retries, limit_s)
        try:
            return decoded(client.create_participant_connection(**arguments(request)))
        except ClientError as error:
            return classified(error)

    def close(self) -> None:
        """Close the connections of all clients; for who made the adapter."""
        while self._clients:
            self._clients.popitem()[1].close()

    def _client(self, endpoint: str, retries: bool, limit_s: float | None) -> Any:
        key = (endpoint, retries, limit_s)
        with self._making:
            if key not in self._clients:
                config = Config(signature_version=botocore.UNSIGNED, **settings(retries=retries, limit_s=limit_s))
                self._clients[key] = self._session.client("connectparticipant", endpoint_url=endpoint, config=config)
        return self._clients[key]

    @functools.cached_property
    def _session(self) -> boto3.session.Session:
        # One for all endpoints (it holds the parsed models), without a profile: no credential provider is asked.
        return boto3.session.Session(region_name="us-east-1")
