"""The respx link: for implementations built on httpx, sync or async, without a socket.

Owns one router that answers every request for the endpoint's host; a request to any other host is refused by respx
and so cannot leave. The bytes on the wire are not seen, so checks that need them are not offered through it.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Mapping
from typing import Final

import httpx
import respx

from participant_conformance.links import Exchange, Received
from participant_strategies.delivery import Answer
from participant_strategies.reply import Reply

HOST = "participant.test"
#: respx asks for the signature at every request, and that costs as much as all the rest of it.
_SIGNATURE: Final = inspect.Signature([inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)])


class RespxLink:
    """Serve replies to httpx clients at ``https://participant.test``.

    The router patches httpx's transports for the whole process, so it is entered by :meth:`open` and left by
    :meth:`close` around each check: a user's own tests never run under it.
    """

    name = "respx"
    raw_bytes = False

    def __init__(self) -> None:
        self._router = respx.mock(assert_all_called=False)

        def answer(request: httpx.Request) -> httpx.Response:
            return self._answer(request)

        answer.__signature__ = _SIGNATURE  # type: ignore[attr-defined]  # what inspect looks for
        self._router.route(host=HOST).mock(side_effect=answer)
        self._exchange: Exchange | None = None
        self._entered = False

    def serve(
        self,
        *answers: Reply | Answer,
        path: str = "",
        own: Mapping[str, Reply | Answer] | None = None,
        together: int = 1,
    ) -> Exchange:
        """Serve the replies of these answers until others are. How they go out is not seen through httpx."""
        if not self._entered:
            self._router.start()
            self._entered = True
        self._exchange = exchange = Exchange.of(f"https://{HOST}{path}", answers, own, together)
        return exchange

    def close(self) -> None:
        """Give httpx its own transports back. Serving again patches them again."""
        if self._entered:
            self._router.stop(clear=False, quiet=True)
            self._router.calls.reset()
            self._entered = False

    def _answer(self, request: httpx.Request) -> httpx.Response:
        exchange = self._exchange
        assert exchange is not None  # noqa: S101 - the router is entered by serve alone
        exchange.received.append(
            Received(
                method=request.method,
                target=request.url.raw_path.decode("ascii"),
                headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw),
                body=request.content,
                at=time.monotonic(),
            )
        )
        exchange.delivered += 1
        reply = exchange.answer_to(exchange.received[-1]).reply
        headers = [(key.encode("ascii"), value.encode("latin-1")) for key, value in reply.headers]
        # With its request: a response without one is copied.
        return httpx.Response(reply.status, headers=headers, content=reply.body, request=request)
