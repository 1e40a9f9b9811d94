"""Mutants of ``call.not-mixed``: clients that share what belongs to one call among those that call at once."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock
from typing import Any

from participant_strategies.reply import ConnectionRequest, Reply
from tests.mutants.own_http import Draft
from tests.mutants.sending import draft_of
from tests.mutants.tampering import Wired, wiring


@wiring("call.not-mixed")
class AsksOnceForAll(Wired):
    """Sends one request where several callers ask the same endpoint at once, and gives its reply to all of them."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._asked: dict[str, Future[Reply]] = {}

    def send(self, draft: Draft, limit_s: float | None = None) -> Reply:
        """Send the request, or wait for the reply to the one that is under way."""
        with self._lock:
            other = self._asked.get(draft.url)
            own = self._asked.setdefault(draft.url, Future())
        if other is None:
            try:
                own.set_result(super().send(draft, limit_s))
            except BaseException as error:
                own.set_exception(error)
                raise
            finally:
                del self._asked[draft.url]
        return own.result()


@wiring("call.not-mixed")
class TokenBeforeItsTurn(Wired):
    """Sends one request after the other, and sets the header on the shared client before it waits for its turn."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = Lock()
        self._token = ""

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Any:
        """Send the request with the token that was set last."""
        draft_of(endpoint, request)
        self._token = request.participant_token
        with self._turn:
            late = ConnectionRequest(self._token, request.type, request.connect_participant)
            return super().call(endpoint, late, limit_s=limit_s)
