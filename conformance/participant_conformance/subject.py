"""An adapter as the checks see it: time limits, blame, evidence, the wire log.

Owns the way from a call on an adapter to an outcome. It must not know requirements or verdicts. Three blames are kept
apart: what escapes the implementation is an outcome (``Rejected`` or ``Crashed``) and judged; a mistake of the adapter
is an ``AdapterError``; anything else that goes wrong here is a bug of this suite.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from participant_conformance.adapter import METHODS, AdapterError, Implementation, Traits, call_options, offered
from participant_conformance.at_once import call_all
from participant_conformance.escaped import place, printed, said
from participant_conformance.limits import TimeLimitExceeded, call_within
from participant_conformance.links import CallLink, Exchange, Received
from participant_conformance.outcomes import check_outcome
from participant_strategies.contract import contract
from participant_strategies.delivery import PLAIN_DELIVERY, Answer
from participant_strategies.reply import (
    ConnectionRequest,
    Crashed,
    Decoded,
    Outcome,
    Refused,
    Rejected,
    Reply,
    ServiceError,
    shown_bytes,
)
from participant_strategies.value import Structure

#: Seconds a call may take; an option.
TIME_LIMIT = 5.0
#: Calls that did not come back before a run is given up: each may hold memory, locks and sockets.
ABANDONED_CALLS = 3

T = TypeVar("T")

#: JSON or XML.
Form: TypeAlias = Literal["json", "xml"]

#: Seconds that a cancelled task is waited for.
_PATIENCE = 0.1

#: Seconds beyond the limit after which a call that nothing interrupts takes its process along, where that is allowed.
UNINTERRUPTIBLE = 3.0

#: Seconds that an interpreter may take to start and to make the adapter.
START_LIMIT = 30.0
NO_QUARANTINE = (
    "it may bring the interpreter down, so that it is judged in another one, "
    "which needs an adapter that is named by package.module:attribute"
)

#: What is asked for where a check is about the reply.
USUAL_REQUEST = ConnectionRequest("participant-token", ("WEBSOCKET", "CONNECTION_CREDENTIALS"))

#: What a request gets that bears none of the tokens of the calls that are made at once.
_NOT_ONE_OF_THEM = Answer(Reply(400, (("X-Amzn-Errortype", "ValidationException"),), b'{"Message":"not this token"}'))


class ImplementationHungError(TimeLimitExceeded):
    """A call into the implementation did not come back; ``during`` says which, and with what."""

    def __init__(self, seconds: float, capability: str, during: str) -> None:
        super().__init__(seconds)
        self.capability = capability
        self.during = during


class NotOfferedError(Exception):
    """What a check needs is not there; the message says what, and why."""


class CrashedElsewhereError(Exception):
    """Carries a crash that happened in another process, where the adapter runs, to who judges it here."""

    def __init__(self, outcome: Crashed) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Called:
    """What came of one ``call``: the outcome, the requests that arrived, how often a reply went out whole.

    ``elsewhere`` are the requests that arrived at the other origin, ``seconds`` is how long the call took.
    """

    outcome: Outcome
    received: tuple[Received, ...]
    delivered: int
    elsewhere: tuple[Received, ...] = ()
    seconds: float = 0.0


@dataclass
class Subject:
    """An adapter under judgement.

    ``link`` makes the link when the first call needs it. ``loop`` is the event loop in which async methods run; one of
    our own, made when it is needed, if there is none. ``watchdog``: the process is there for this run alone, and ends
    where a call cannot be interrupted (C code that does not return). ``quarantine`` makes, for calls of so many
    seconds, the same adapter in an interpreter of its own, for cases that may bring one down. Raises ``AdapterError``
    if the adapter is unsound. ``owned``: the adapter was made for this subject, which closes it.
    """

    adapter: object
    link: Callable[[], CallLink] | None = None
    loop: asyncio.AbstractEventLoop | None = None
    time_limit: float = TIME_LIMIT
    watchdog: bool = False
    quarantine: Callable[[float], AbstractContextManager[object]] | None = None
    abandoned: list[str] = field(default_factory=list)
    owned: bool = False

    def __post_init__(self) -> None:
        self.capabilities = offered(self.adapter)
        self._open_link: CallLink | None = None
        self._own_loop: asyncio.AbstractEventLoop | None = None

    @property
    def implementation(self) -> Implementation:
        """Who is judged."""
        implementation = self.adapter.implementation  # type: ignore[attr-defined]  # offered() has seen it
        assert isinstance(implementation, Implementation)  # noqa: S101
        return implementation

    @property
    def traits(self) -> Traits:
        """Where the implementation differs within what is free."""
        return self.implementation.traits

    @property
    def exhausted(self) -> bool:
        """Whether so many calls were abandoned that the run is to end."""
        return len(self.abandoned) > ABANDONED_CALLS

    def receive(self, reply: Reply) -> Outcome:
        """Let the implementation take ``reply``, by the cheapest of its ways that can show it.

        ``read`` if it is there, else ``call`` over a link, else ``decode-json`` for the body of a success.
        """
        if "read" in self.capabilities:
            return self._outcome("read", lambda: repr(reply), reply)
        if "call" in self.capabilities:
            called = self.call(USUAL_REQUEST, reply)
            # An answer that no reply can have led to says nothing about how a reply is taken.
            if not called.delivered and isinstance(called.outcome, Decoded | ServiceError):
                return Refused(f"no request was sent, and yet: {called.outcome!r}")
            return called.outcome
        if "decode-json" in self.capabilities and 200 <= reply.status < 300:
            return self._outcome("decode-json", lambda: repr(reply), reply.body)
        raise NotOfferedError("none of read, call and decode-json is offered for this reply")

    @property
    def dialects(self) -> tuple[str, ...]:
        """The dialects of XML that the implementation takes: what it declares, as far as the methods are there."""
        ways = {dialect: "decode-xml" if dialect == "bare" else "read-xml" for dialect in self.traits.dialects}
        return tuple(dialect for dialect, capability in ways.items() if capability in self.capabilities)

    def receive_xml(self, reply: Reply, dialect: str) -> Outcome:
        """Let the implementation take a reply in XML: by ``decode-xml`` a bare document, by ``read-xml`` any other."""
        if dialect not in self.dialects:
            raise NotOfferedError(f"the dialect {dialect} is not offered")
        if dialect == "bare":
            return self._outcome("decode-xml", lambda: repr(reply), reply.body)
        return self._outcome("read-xml", lambda: f"{dialect}, {reply!r}", reply, dialect)

    def encode(self, form: Form, value: Structure) -> Outcome:
        """Let the implementation write a value."""
        return self._outcome(f"encode-{form}", lambda: repr(value), value)

    def error_of(self, form: Form, code: str, body: bytes) -> Outcome:
        """Let the implementation say what the body of an error of a known type holds."""
        return self._outcome(f"error-of-{form}", lambda: f"{code}, {shown_bytes(body)}", code, body)

    def call(
        self,
        request: ConnectionRequest,
        *answers: Reply | Answer,
        path: str = "",
        by_default: bool = False,
        limit: float | None = None,
        patience: float | None = None,
    ) -> Called:
        """Let the implementation send ``request`` to an endpoint with ``path`` that gives these answers, one by one.

        ``by_default``: with the retries that the client makes by default. ``limit``: seconds that the implementation is
        given for one request. ``patience``: seconds after which the call is given up here. Raises
        :class:`NotOfferedError` where it cannot be done so.
        """
        options = self._call_options(by_default=by_default, limit=limit)
        exchange = self._serving(answers, path=path)
        started = time.monotonic()

        def during() -> str:
            return f"{request!r} answered by {', '.join(map(repr, answers))}"

        outcome = self._outcome("call", during, exchange.endpoint, request, patience=patience, **options)
        return _called(outcome, exchange, time.monotonic() - started)

    def call_at_once(
        self, answers: Mapping[str, Reply | Answer], *, patience: float | None = None
    ) -> dict[str, Called]:
        """Send a request with each of these participant tokens, all at once; each token has an answer of its own.

        The answers go out when all requests have arrived, or half a second after the first: in the order in which
        a mistake is seen best.
        """
        options = self._call_options(by_default=False, limit=None)
        exchange = self._linked().serve(_NOT_ONE_OF_THEM, own=answers, together=len(answers))
        call = partial(getattr(self.adapter, METHODS["call"]), exchange.endpoint, **options)
        functions = [partial(call, ConnectionRequest(token, USUAL_REQUEST.type)) for token in answers]
        told = f"{len(answers)} calls at once"
        returned = self._limited("call", lambda: told, patience, lambda: call_all(functions, self._run))
        header = contract().token_header
        called: dict[str, Called] = {}
        for token, answer in zip(answers, returned, strict=True):
            arrived = tuple(one for one in exchange.received if token in one.values(header))
            called[token] = Called(self._judged("call", answer), arrived, len(arrived))
        return called

    def _call_options(self, *, by_default: bool, limit: float | None) -> dict[str, object]:
        if "call" not in self.capabilities:
            raise NotOfferedError("call is not offered")
        traits = self.traits
        if by_default and traits.retries == "off":
            raise NotOfferedError("the adapter has switched the client's retries off (trait retries)")
        if limit is not None and not traits.limits:
            raise NotOfferedError("call keeps no time limit that it is given (trait limits)")
        told: dict[str, object] = {"retries": by_default, "limit_s": limit}
        return {name: told[name] for name in call_options(traits) if told[name] is not None}

    def ask(self, capability: str, *arguments: object, **options: Any) -> Outcome:
        """Call the method of a capability with these arguments, for who asks in the name of another interpreter."""
        return self._outcome(capability, lambda: capability, *arguments, **options)

    def sees_raw_bytes(self) -> bool:
        """Whether the link shows the bytes of a request as they were on the wire."""
        return self._linked().raw_bytes

    @contextlib.contextmanager
    def quarantined(self) -> Iterator[Subject]:
        """Give the same adapter in an interpreter of its own. Raises :class:`NotOfferedError` where there is no way."""
        if self.quarantine is None:
            raise NotOfferedError(NO_QUARANTINE)
        with self.quarantine(self.time_limit) as adapter:
            # The other side keeps the limit, and takes its time to start.
            patience = self.time_limit + START_LIMIT
            yield replace(self, adapter=adapter, link=self._reached, time_limit=patience, watchdog=False, owned=False)

    def release(self) -> None:
        """Give back what the link changed in the process; the next call takes it again."""
        if self._open_link is not None and not self._open_link.raw_bytes:
            self._open_link.close()

    def close(self) -> None:
        """Close the adapter if it is ours, in the loop of its calls; then the link and our own event loop."""
        close = getattr(self.adapter, "close", None)
        if self.owned and callable(close):
            # No verdict is about it.
            with contextlib.suppress(Exception, TimeLimitExceeded):
                call_within(self.time_limit, lambda: self._run(close))
        if self._open_link is not None:
            self._open_link.close()
        if self._own_loop is not None and not self._own_loop.is_running():
            self._own_loop.run_until_complete(_end_tasks(self._own_loop))
            self._own_loop.run_until_complete(self._own_loop.shutdown_asyncgens())
            self._own_loop.close()

    def _serving(self, answers: tuple[Reply | Answer, ...], *, path: str) -> Exchange:
        link = self._linked()
        if not link.raw_bytes and any(isinstance(one, Answer) and one.delivery != PLAIN_DELIVERY for one in answers):
            raise NotOfferedError(f"through the {link.name} link no bytes go out")
        return link.serve(*answers, path=path)

    def _reached(self) -> CallLink:
        link = self._linked()
        if not link.raw_bytes:
            raise NotOfferedError(f"the {link.name} link does not reach another interpreter")
        return link

    def _linked(self) -> CallLink:
        if self._open_link is None:
            if self.link is None:
                raise NotOfferedError("there is no link to call over")
            self._open_link = self.link()
        return self._open_link

    def _outcome(
        self,
        capability: str,
        during: Callable[[], str],
        *arguments: object,
        patience: float | None = None,
        **options: object,
    ) -> Outcome:
        if capability not in self.capabilities:
            raise NotOfferedError(f"{capability} is not offered")
        function = partial(getattr(self.adapter, METHODS[capability]), *arguments, **options)
        return self._judged(
            capability, lambda: self._limited(capability, during, patience, lambda: self._run(function))
        )

    def _limited(
        self, capability: str, during: Callable[[], str], patience: float | None, function: Callable[[], T]
    ) -> T:
        seconds = self.time_limit if patience is None else patience
        try:
            with self._watched(seconds):
                return call_within(seconds, function)
        except TimeLimitExceeded as late:
            told = during()
            self.abandoned.append(f"{capability} with {told}")
            raise ImplementationHungError(late.seconds, capability, told) from None

    def _judged(self, capability: str, answer: Callable[[], object]) -> Outcome:
        try:
            returned = answer()
        except (AdapterError, KeyboardInterrupt, TimeLimitExceeded):
            raise
        except CrashedElsewhereError as crash:
            return crash.outcome
        except self.implementation.errors as own:
            return Rejected(said(own), type(own).__name__, printed(own))
        except (Exception, SystemExit, GeneratorExit, asyncio.CancelledError) as foreign:  # noqa: BLE001 - it is judged
            return Crashed(said(foreign), type(foreign).__name__, place(foreign, harness=__name__), printed(foreign))
        except BaseException as strange:
            # pytest's own outcomes derive from BaseException: skipping is no answer.
            raise AdapterError(f"{METHODS[capability]} raised {type(strange).__name__}: {said(strange)}") from strange
        try:
            return check_outcome(capability, returned)
        except RecursionError as beyond:
            return Crashed("what came back is nested too deep to be looked at", type(beyond).__name__)

    @contextlib.contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        if not self.watchdog:
            yield
            return
        faulthandler.dump_traceback_later(seconds + UNINTERRUPTIBLE, exit=True, file=2)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _run(self, function: Callable[[], object]) -> object:
        returned = function()
        if not inspect.isawaitable(returned):
            return returned
        loop = self._running_loop()
        task = asyncio.ensure_future(returned, loop=loop)
        try:
            return loop.run_until_complete(task)
        except BaseException:
            if not task.done():
                # Interrupted from outside: leave no task behind that goes on with the next example.
                task.cancel()
                with contextlib.suppress(BaseException):
                    loop.run_until_complete(asyncio.wait({task}, timeout=_PATIENCE))
            raise

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self.loop is not None and not self.loop.is_closed():
            return self.loop
        # One that runs belongs to a call that was abandoned, in another thread.
        if self._own_loop is None or self._own_loop.is_running():
            # Never set as the current loop: the consumer's own tests must not find it.
            self._own_loop = asyncio.new_event_loop()
        return self._own_loop


def _called(outcome: Outcome, exchange: Exchange, seconds: float) -> Called:
    return Called(outcome, tuple(exchange.received), exchange.delivered, tuple(exchange.elsewhere), seconds)


async def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what the implementation left running, as ``asyncio.run`` does; do not wait long for it."""
    tasks = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_PATIENCE)


def described(subject: Subject) -> dict[str, Any]:
    """Say who is judged, in plain types, for reports."""
    told = subject.implementation
    return {
        "name": told.name,
        "version": told.version,
        "language": told.language,
        "runtime": told.runtime,
        "capabilities": sorted(subject.capabilities),
        "errors": [error.__name__ for error in told.errors],
        "traits": {n: list(v) if isinstance(v, tuple) else v for n, v in told.traits.used().items()},
    }
