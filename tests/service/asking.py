"""Requests for the service, without a socket.

Owns what a plain request looks like. It must not know what is expected of an answer.
"""

from __future__ import annotations

import json
from typing import Any

from participant_conformance.links import Received
from participant_conformance.service.front import Front
from participant_conformance.service.machine import Machine
from participant_conformance.service.moment import Moment
from participant_conformance.service.origins import local_authorities
from participant_strategies.delivery import Answer

PORT = 8000
HOST = f"127.0.0.1:{PORT}"
TOKEN = "token-of-a-participant"
#: 2026-01-02T03:04:05.678Z
AT = Moment(1000.0, 1_767_323_045.678)


def request(
    body: object = None,
    *headers: tuple[str, str],
    token: str | None = TOKEN,
    method: str = "POST",
    target: str = "/participant/connection",
    host: str = HOST,
) -> Received:
    """Return a request; a body that is no bytes is written as JSON."""
    bearer = [] if token is None else [("X-Amz-Bearer", token)]
    text = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    return Received(method, target, (("Host", host), *bearer, *headers), text)


def front(machine: Machine | None = None) -> Front:
    """Return what stands before a service on port 8000."""
    return Front(machine or Machine(), local_authorities("http", PORT))


def answered(answer: Answer) -> tuple[int, str | None]:
    """Return the status of an answer, and the type of the error that it is."""
    return answer.reply.status, answer.reply.header("x-amzn-ErrorType")


def said(answer: Answer) -> Any:
    """Return what an answer's body says."""
    return json.loads(answer.reply.body)
