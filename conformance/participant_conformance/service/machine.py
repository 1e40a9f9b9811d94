"""The operation itself: participants, what was scripted for them, and what each of their requests comes to.

Owns who is known and what is queued. It must not know HTTP beyond one request and its answer: ``front`` does. Which
state follows is looked up in ``lifecycle``, nowhere else.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from participant_conformance.links import Received
from participant_conformance.service.asking import Asked, asked_by
from participant_conformance.service.ids import Ids
from participant_conformance.service.lifecycle import TABLE, Effect, Event, State
from participant_conformance.service.moment import Moment
from participant_conformance.service.participants import URL_LIFETIME, Account, Participant
from participant_conformance.service.replies import failure, success
from participant_conformance.service.scripts import Failure, Scripted, checked
from participant_conformance.service.throttling import Throttle
from participant_strategies.contract import contract
from participant_strategies.delivery import Answer

#: Seconds beyond which no expiry lies: dates end somewhere.
_FAR = 30 * 365 * 86_400.0


class UnknownParticipantError(ValueError):
    """There is no participant with that token."""


class TakenTokenError(ValueError):
    """There is a participant with that token already."""


@dataclass(slots=True)
class Machine:
    """The service. ``origin``: where the WebSocket URLs lead. ``accept_any_token`` makes a participant of any token."""

    ids: Ids = field(default_factory=Ids)
    origin: str = "ws://127.0.0.1"
    accept_any_token: bool = False
    throttle: Throttle | None = None
    _accounts: dict[str, Account] = field(default_factory=dict)
    _script: deque[Scripted] = field(default_factory=deque)

    # What is done by who runs the service

    def create(
        self,
        *,
        token: str | None = None,
        contact_id: str | None = None,
        participant_id: str | None = None,
        url_lifetime: float = URL_LIFETIME,
        token_lifetime: float = contract().times.connection_token,
    ) -> Participant:
        """Make a participant; what is not given is made up. Raises ``ValueError`` for a token that cannot be one."""
        made = Participant(
            self.ids.token("participant") if token is None else token,
            contact_id or self.ids.guid("contact"),
            participant_id or self.ids.guid("participant"),
            url_lifetime,
            token_lifetime,
        )
        if not _is_token(made.token):
            raise ValueError("a participant token is 1 to 1000 characters of visible ASCII")
        if not all(-_FAR < lifetime < _FAR for lifetime in (url_lifetime, token_lifetime)):
            raise ValueError("a lifetime is a number of seconds, of less than thirty years")
        account = self._accounts.get(made.token, Account(made))
        if self._happens(Event.CREATE, account) is Effect.REFUSED:
            raise TakenTokenError("there is a participant with that token already")
        self._accounts[made.token] = account
        return made

    def expire(self, token: str) -> None:
        """Let a participant's token lose its validity. Raises :class:`UnknownParticipantError`."""
        self._happens(Event.EXPIRE, self._account(token))

    def end(self, token: str) -> None:
        """End the contact of a participant. Raises :class:`UnknownParticipantError`."""
        self._happens(Event.END, self._account(token))

    def state(self, token: str) -> State:
        """Tell where the participant with that token stands."""
        account = self._accounts.get(token)
        return account.state if account else State.UNKNOWN

    def script(self, *answers: Scripted, token: str | None = None) -> None:
        """Answer the next requests by these, one each; those of one participant alone, where a token is given.

        Raises ``ValueError`` for what cannot be sent, :class:`UnknownParticipantError` for a token nobody has.
        """
        queue = self._script if token is None else self._account(token).script
        queue.extend([checked(answer) for answer in answers])

    @property
    def scripted(self) -> int:
        """How many answers are still queued."""
        return len(self._script) + sum(len(account.script) for account in self._accounts.values())

    # What requests come to

    def answer(self, received: Received, at: Moment) -> Answer:
        """Answer a request of the operation."""
        account = self._asking(received)
        scripted = self._next_scripted(account)
        if scripted is not None:
            self._happens(Event.ASK_AS_SCRIPTED, account)
            return scripted if isinstance(scripted, Answer) else self._failed(scripted, at)
        asked = asked_by(received.body)
        effect = self._happens(self._event(asked, at), account)
        if effect is Effect.CONNECTION:
            return success(asked.types, account.participant, self.origin, self.ids, at)
        return self._failed(Failure(effect.value, asked.problem if effect is Effect.INVALID else None), at)

    def _event(self, asked: Asked, at: Moment) -> Event:
        if self.throttle is not None and not self.throttle.passes(at.now):
            return Event.ASK_TOO_OFTEN
        if asked.problem:
            return Event.ASK_WRONGLY
        return Event.ASK_TO_CONNECT if asked.connect else Event.ASK

    def _asking(self, received: Received) -> Account:
        """Return who asks: by the token in the header, if it stands there once."""
        tokens = received.values(contract().token_header)
        token = tokens[0] if len(tokens) == 1 else ""
        if self.accept_any_token and token not in self._accounts and _is_token(token):
            self.create(token=token)
        return self._accounts.get(token, Account(_NOBODY))

    def _next_scripted(self, account: Account) -> Scripted | None:
        queue = account.script or self._script
        return queue.popleft() if queue else None

    def _failed(self, told: Failure, at: Moment) -> Answer:
        return failure(told.error, told.code, told.message, self.ids, at)

    def _account(self, token: str) -> Account:
        try:
            return self._accounts[token]
        except KeyError:
            raise UnknownParticipantError("there is no participant with that token") from None

    @staticmethod
    def _happens(event: Event, account: Account) -> Effect:
        cell = TABLE[event, account.state]
        account.state = cell.state
        return cell.effect


#: Who asks with a token that nobody has.
_NOBODY = Participant("", "", "")


def _is_token(text: str) -> bool:
    shape = contract().shapes["ParticipantToken"]
    fits = (shape.minimum or 0) <= len(text) <= (shape.maximum or len(text))
    # RFC 9110, section 5.5: what a header field can hold (VCHAR).
    return fits and all("!" <= char <= "~" for char in text)
