"""A subject whose calls come out as a test says, without a socket: for what checks make of a call.

Owns the script. It must not know checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from participant_conformance.adapter import Traits
from participant_conformance.links import Received
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import USUAL_REQUEST, Called, Subject
from participant_strategies.delivery import PLAIN_DELIVERY, Answer
from participant_strategies.reply import ConnectionRequest, Outcome, Reply

ARRIVED = Received("POST", "/participant/connection", (("X-Amz-Bearer", USUAL_REQUEST.participant_token),), b"{}")

#: What comes of a call that gets these answers one after the other: the outcome alone stands for one request.
Script = Callable[[ConnectionRequest, tuple[Answer, ...]], Outcome | Called]


def right(answer: Answer) -> Outcome:
    """Return what the reference makes of the reply, however it goes out."""
    return Reference().read(answer.reply)


def came(outcome: Outcome, *received: Received) -> Called:
    """Return what came of a call that sent these requests."""
    return Called(outcome, received, len(received))


def plainly(script: Script) -> Script:
    """Return the script of a call that is right for one plain success and as told for everything else."""

    def call(request: ConnectionRequest, answers: tuple[Answer, ...]) -> Outcome | Called:
        first = answers[0]
        plain = first.delivery == PLAIN_DELIVERY and first.reply.status == 200 and request == USUAL_REQUEST
        return right(first) if plain else script(request, answers)

    return call


class Scripted:
    """Stands for a subject; keeps the options of each call."""

    time_limit = 5.0

    def __init__(self, script: Script, **traits: Any) -> None:
        self._script = script
        self.traits = Traits(**traits)
        self.options: list[dict[str, Any]] = []

    def call(self, request: ConnectionRequest, *answers: Reply | Answer, **options: Any) -> Called:
        """Give what the script says."""
        self.options.append(options)
        told = self._script(request, tuple(one if isinstance(one, Answer) else Answer(one) for one in answers))
        return told if isinstance(told, Called) else came(told, ARRIVED)

    def call_at_once(self, answers: Mapping[str, Reply], **options: Any) -> dict[str, Called]:
        """Give what the script says of each token."""
        self.options.append(options)
        calls = {token: self._script(ConnectionRequest(token), (Answer(reply),)) for token, reply in answers.items()}
        return {token: told if isinstance(told, Called) else came(told, ARRIVED) for token, told in calls.items()}


def scripted(script: Script, **traits: Any) -> Subject:
    """Return such a subject, for checks."""
    return cast("Subject", Scripted(script, **traits))
