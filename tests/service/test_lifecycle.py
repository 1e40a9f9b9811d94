"""Every event in every state: by the table, and by what the service does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from participant_conformance.service.lifecycle import TABLE, Cell, Effect, Event, State
from participant_conformance.service.machine import Machine, TakenTokenError, UnknownParticipantError
from participant_conformance.service.scripts import Failure
from participant_conformance.service.throttling import Throttle
from tests.service.asking import AT, TOKEN, answered, request

#: How a participant comes into each state.
WAYS: dict[State, tuple[Event, ...]] = {
    State.UNKNOWN: (),
    State.CREATED: (Event.CREATE,),
    State.CONNECTED: (Event.CREATE, Event.ASK_TO_CONNECT),
    State.EXPIRED: (Event.CREATE, Event.EXPIRE),
    State.ENDED: (Event.CREATE, Event.END),
}

STATUSES = {
    (200, None): Effect.CONNECTION,
    (403, "AccessDeniedException"): Effect.DENIED,
    (400, "ValidationException"): Effect.INVALID,
    (429, "ThrottlingException"): Effect.THROTTLED,
    (503, "Scripted"): Effect.SCRIPTED,
}


def _asked(body: object) -> Callable[[Machine], Effect]:
    return lambda machine: STATUSES[answered(machine.answer(request(body), AT))]


def _too_often(machine: Machine) -> Effect:
    machine.throttle = Throttle(0, 1)
    machine.throttle.passes(AT.now)
    try:
        return _asked({})(machine)
    finally:
        machine.throttle = None


def _as_scripted(machine: Machine) -> Effect:
    machine.script(Failure("Scripted", status=503))
    return _asked({})(machine)


def _by_hand(act: Callable[[Machine], object]) -> Callable[[Machine], Effect]:
    def happen(machine: Machine) -> Effect:
        try:
            act(machine)
        except (UnknownParticipantError, TakenTokenError):
            return Effect.REFUSED
        return Effect.DONE

    return happen


#: How each event is brought about.
ACTS: dict[Event, Callable[[Machine], Effect]] = {
    Event.CREATE: _by_hand(lambda machine: machine.create(token=TOKEN)),
    Event.ASK: _asked({"Type": ["WEBSOCKET"]}),
    Event.ASK_TO_CONNECT: _asked({"ConnectParticipant": True}),
    Event.ASK_WRONGLY: _asked({"Type": []}),
    Event.ASK_TOO_OFTEN: _too_often,
    Event.ASK_AS_SCRIPTED: _as_scripted,
    Event.EXPIRE: _by_hand(lambda machine: machine.expire(TOKEN)),
    Event.END: _by_hand(lambda machine: machine.end(TOKEN)),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_each_event_in_each_state_comes_to_what_the_table_says(event: Event, state: State) -> None:
    """On the service itself, brought into that state by what really happens."""
    machine = Machine()
    for step in WAYS[state]:
        ACTS[step](machine)
    assert machine.state(TOKEN) is state
    effect = ACTS[event](machine)
    assert Cell(machine.state(TOKEN), effect) == TABLE[event, state]


def test_the_table_has_every_event_in_every_state() -> None:
    """And nothing else."""
    assert set(TABLE) == {(event, state) for event in Event for state in State}


@pytest.mark.parametrize("state", [State.EXPIRED, State.ENDED])
def test_nothing_leads_out_of_the_end(state: State) -> None:
    """A token that is no longer valid never is again."""
    assert {TABLE[event, state].state for event in Event} <= {State.EXPIRED, State.ENDED}


@pytest.mark.parametrize("event", [Event.ASK, Event.ASK_TO_CONNECT, Event.ASK_WRONGLY])
def test_who_has_no_valid_token_learns_nothing_else(event: Event) -> None:
    """Unknown, expired and ended are answered alike, whatever is asked."""
    assert {TABLE[event, state].effect for state in (State.UNKNOWN, State.EXPIRED, State.ENDED)} == {Effect.DENIED}
