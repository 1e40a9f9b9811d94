"""What a participant goes through: one table of what happens, in which state, and what comes of it.

Owns the states, the events and the table; it is the only place where a participant's state changes. It must not know
requests, replies or time: ``machine`` says which event a request is, and what an effect looks like on the wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Where a participant stands. ``unknown``: there is no participant with that token."""

    UNKNOWN = "unknown"
    CREATED = "created"
    CONNECTED = "connected"
    EXPIRED = "expired"
    ENDED = "ended"


class Event(StrEnum):
    """What happens to a participant: something is done by who runs the service, or a request arrives."""

    CREATE = "create"
    ASK = "ask"
    ASK_TO_CONNECT = "ask to connect"
    ASK_WRONGLY = "ask wrongly"
    ASK_TOO_OFTEN = "ask too often"
    ASK_AS_SCRIPTED = "ask as scripted"
    EXPIRE = "expire"
    END = "end"


class Effect(StrEnum):
    """What comes of it: an error by its type, or something else. The last two answer who runs the service."""

    CONNECTION = "connection"
    DENIED = "AccessDeniedException"
    INVALID = "ValidationException"
    THROTTLED = "ThrottlingException"
    SCRIPTED = "as scripted"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Cell:
    """The state that follows, and the effect."""

    state: State
    effect: Effect


def _stays(effect: Effect) -> tuple[tuple[State, Effect], ...]:
    return tuple((state, effect) for state in State)


#: A row an event; its cells are in the order of the states: unknown, created, connected, expired, ended.
#:
#: The sources are the API reference of the operation: the participant token is valid as long as the participant is part
#: of a contact; ``ConnectParticipant`` marks the participant as connected. Who has no such token is told nothing about
#: the request, not even that it is wrong.
_ROWS: Final[Mapping[Event, tuple[tuple[State, Effect], ...]]] = {
    Event.CREATE: (
        (State.CREATED, Effect.DONE),
        (State.CREATED, Effect.REFUSED),
        (State.CONNECTED, Effect.REFUSED),
        (State.EXPIRED, Effect.REFUSED),
        (State.ENDED, Effect.REFUSED),
    ),
    Event.ASK: (
        (State.UNKNOWN, Effect.DENIED),
        (State.CREATED, Effect.CONNECTION),
        (State.CONNECTED, Effect.CONNECTION),
        (State.EXPIRED, Effect.DENIED),
        (State.ENDED, Effect.DENIED),
    ),
    Event.ASK_TO_CONNECT: (
        (State.UNKNOWN, Effect.DENIED),
        (State.CONNECTED, Effect.CONNECTION),
        (State.CONNECTED, Effect.CONNECTION),
        (State.EXPIRED, Effect.DENIED),
        (State.ENDED, Effect.DENIED),
    ),
    Event.ASK_WRONGLY: (
        (State.UNKNOWN, Effect.DENIED),
        (State.CREATED, Effect.INVALID),
        (State.CONNECTED, Effect.INVALID),
        (State.EXPIRED, Effect.DENIED),
        (State.ENDED, Effect.DENIED),
    ),
    Event.ASK_TOO_OFTEN: _stays(Effect.THROTTLED),
    Event.ASK_AS_SCRIPTED: _stays(Effect.SCRIPTED),
    Event.EXPIRE: (
        (State.UNKNOWN, Effect.REFUSED),
        (State.EXPIRED, Effect.DONE),
        (State.EXPIRED, Effect.DONE),
        (State.EXPIRED, Effect.DONE),
        (State.ENDED, Effect.DONE),
    ),
    Event.END: (
        (State.UNKNOWN, Effect.REFUSED),
        (State.ENDED, Effect.DONE),
        (State.ENDED, Effect.DONE),
        (State.ENDED, Effect.DONE),
        (State.ENDED, Effect.DONE),
    ),
}

#: Every event in every state.
TABLE: Final[Mapping[tuple[Event, State], Cell]] = MappingProxyType(
    {(event, state): Cell(*cell) for event, row in _ROWS.items() for state, cell in zip(State, row, strict=True)}
)
