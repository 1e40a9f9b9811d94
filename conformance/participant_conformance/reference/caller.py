"""Call the operation over HTTP, with httpx."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from participant_conformance.reference.classifier import ClassifiedError, classify
from participant_conformance.reference.codec import ParticipantConnection, UnusableReplyError, decode

#: Seconds for connecting, and for each read.
TIMEOUT = 10.0


class UnusableTokenError(ValueError):
    """The participant token cannot stand in a header."""


class Caller:
    """A client of the operation; it keeps its connections. Environment variables (proxies) are not looked at."""

    def __init__(self) -> None:
        self._http = httpx.Client(trust_env=False, timeout=TIMEOUT, follow_redirects=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def create_participant_connection(
        self,
        endpoint: str,
        participant_token: str,
        *,
        type: tuple[str, ...] | None = None,  # noqa: A002 - the API's own name
        connect_participant: bool | None = None,
        limit_s: float | None = None,
    ) -> ParticipantConnection | ClassifiedError:
        """Send the request; return the connection, or the error that the service answered.

        ``limit_s``: seconds after which the call is given up, wherever it stands; not within a running event loop.
        Raises :class:`UnusableTokenError` before anything is sent, ``UnusableReplyError`` for a reply that is neither,
        ``httpx.HTTPError`` where there is no reply.
        """
        # RFC 9110, section 5.5: a field value holds no CR, LF or NUL.
        if not participant_token or not all(" " < char <= "~" for char in participant_token):
            raise UnusableTokenError("a participant token is made of visible ASCII characters")
        asked = {"Type": type, "ConnectParticipant": connect_participant}
        response = self._post(
            limit_s,
            url=endpoint.rstrip("/") + "/participant/connection",
            headers={"Content-Type": "application/json", "X-Amz-Bearer": participant_token},
            content=json.dumps({name: value for name, value in asked.items() if value is not None}),
        )
        return read(response.status_code, response.headers.multi_items(), response.content)

    def _post(self, limit_s: float | None, **request: Any) -> httpx.Response:
        if limit_s is None:
            return self._http.post(**request)
        # httpx limits each read: a reply that comes byte by byte would have no end. A loop of its own, which is never
        # the current one, so that the caller's thread is left as it was.
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(_post_within(limit_s, request))
        finally:
            loop.close()


async def _post_within(limit_s: float, request: dict[str, Any]) -> httpx.Response:
    try:
        async with (
            asyncio.timeout(limit_s),
            httpx.AsyncClient(trust_env=False, timeout=limit_s, follow_redirects=False) as http,
        ):
            return await http.post(**request)
    except TimeoutError:
        raise httpx.ReadTimeout(f"no whole reply within {limit_s:g} s") from None


def read(
    status: int, headers: list[tuple[str, str]] | tuple[tuple[str, str], ...], body: bytes
) -> ParticipantConnection | ClassifiedError:
    """Take a whole reply: a success or a classified error. Raises ``UnusableReplyError`` for any other status."""
    if 200 <= status < 300:
        return decode(body)
    if 400 <= status < 600:
        return classify(status, headers, body)
    raise UnusableReplyError(f"HTTP status {status}")
