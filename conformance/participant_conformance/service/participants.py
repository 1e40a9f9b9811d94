"""Participants: who they are, and what the service keeps of each.

Owns both. It must not know requests; tokens are printed by their beginning and their length alone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from participant_conformance.service.lifecycle import State
from participant_conformance.service.scripts import Scripted
from participant_strategies.contract import contract

#: Seconds from a reply to the ``ConnectionExpiry`` in it; the API reference gives no number.
URL_LIFETIME = 3600.0
#: Characters of a token that are shown; of a short one no more than a third.
_TOKEN_SHOWN = 6


@dataclass(frozen=True, slots=True, repr=False)
class Participant:
    """A participant as ``StartChatContact`` would have made it.

    ``url_lifetime`` and ``token_lifetime`` are the seconds from each reply to its ``ConnectionExpiry`` and ``Expiry``;
    below 0 they have passed when the reply arrives.
    """

    token: str
    contact_id: str
    participant_id: str
    url_lifetime: float = URL_LIFETIME
    token_lifetime: float = float(contract().times.connection_token)

    def __repr__(self) -> str:
        return f"Participant(token={shown_token(self.token)}, contact_id={self.contact_id!r})"


@dataclass(slots=True)
class Account:
    """What is kept of one participant: the state it is in, and what its next requests get."""

    participant: Participant
    state: State = State.UNKNOWN
    script: deque[Scripted] = field(default_factory=deque)


def shown_token(token: str) -> str:
    """Show how a token begins and how long it is, and not the token."""
    return f"{token[: min(_TOKEN_SHOWN, len(token) // 3)]}… ({len(token)} characters)"
