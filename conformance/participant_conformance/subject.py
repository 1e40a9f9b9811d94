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
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, TypeAlias

from participant_conformance.adapter import METHODS, AdapterError, Implementation, Traits, offered
from participant_conformance.limits import TimeLimitExceeded, call_within
from participant_conformance.links import CallLink, Exchange, Received
from participant_conformance.outcomes import check_outcome
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

#: JSON or XML.
Form: TypeAlias = Literal["json", "xml"]

#: Errors in a chain of causes that are looked at.
_LINKS = 20

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
    """What came of one ``call``: the outcome, the requests that arrived, how often the reply went out whole."""

    outcome: Outcome
    received: tuple[Received, ...]
    delivered: int


@dataclass
class Subject:
    """An adapter under judgement.

    ``link`` makes the link when the first call needs it. ``loop`` is the event loop in which async methods run; one of
    our own, made when it is needed, if there is none. ``watchdog``: the process is there for this run alone, and ends
    where a call cannot be interrupted (C code that does not return). ``quarantine`` makes, for calls of so many
    seconds, the same adapter in an interpreter of its own, for cases that may bring one down. Raises ``AdapterError``
    if the adapter is unsound.
    """

    adapter: object
    link: Callable[[], CallLink] | None = None
    loop: asyncio.AbstractEventLoop | None = None
    time_limit: float = TIME_LIMIT
    watchdog: bool = False
    quarantine: Callable[[float], AbstractContextManager[object]] | None = None
    abandoned: list[str] = field(default_factory=list)

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
            return self._outcome("read", repr(reply), reply)
        if "call" in self.capabilities:
            called = self.call(USUAL_REQUEST, reply)
            # An answer that no reply can have led to says nothing about how a reply is taken.
            if not called.delivered and isinstance(called.outcome, Decoded | ServiceError):
                return Refused(f"no request was sent, and yet: {called.outcome!r}")
            return called.outcome
        if "decode-json" in self.capabilities and 200 <= reply.status < 300:
            return self._outcome("decode-json", repr(reply), reply.body)
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
            return self._outcome("decode-xml", repr(reply), reply.body)
        return self._outcome("read-xml", f"{dialect}, {reply!r}", reply, dialect)

    def encode(self, form: Form, value: Structure) -> Outcome:
        """Let the implementation write a value."""
        return self._outcome(f"encode-{form}", repr(value), value)

    def error_of(self, form: Form, code: str, body: bytes) -> Outcome:
        """Let the implementation say what the body of an error of a known type holds."""
        return self._outcome(f"error-of-{form}", f"{code}, {shown_bytes(body)}", code, body)

    def call(self, request: ConnectionRequest, reply: Reply, *, path: str = "") -> Called:
        """Let the implementation send ``request`` to an endpoint with ``path`` that answers ``reply``."""
        if "call" not in self.capabilities:
            raise NotOfferedError("call is not offered")
        exchange = self._serving(reply, path)
        during = f"{request!r} answered by {reply!r}"
        outcome = self._outcome("call", during, exchange.endpoint, request)
        return Called(outcome, tuple(exchange.received), exchange.delivered)

    def ask(self, capability: str, *arguments: object) -> Outcome:
        """Call the method of a capability with these arguments, for who asks in the name of another interpreter."""
        return self._outcome(capability, capability, *arguments)

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
            yield replace(self, adapter=adapter, link=self._reached, time_limit=patience, watchdog=False)

    def release(self) -> None:
        """Give back what the link changed in the process; the next call takes it again."""
        if self._open_link is not None and not self._open_link.raw_bytes:
            self._open_link.close()

    def close(self) -> None:
        """Close the link and our own event loop."""
        if self._open_link is not None:
            self._open_link.close()
        if self._own_loop is not None and not self._own_loop.is_running():
            self._own_loop.run_until_complete(_end_tasks(self._own_loop))
            self._own_loop.run_until_complete(self._own_loop.shutdown_asyncgens())
            self._own_loop.close()

    def _serving(self, reply: Reply, path: str) -> Exchange:
        return self._linked().serve(reply, path=path)

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

    def _outcome(self, capability: str, during: str, *arguments: object) -> Outcome:
        if capability not in self.capabilities:
            raise NotOfferedError(f"{capability} is not offered")
        function = partial(getattr(self.adapter, METHODS[capability]), *arguments)
        try:
            with self._watched():
                returned = call_within(self.time_limit, lambda: self._run(function))
        except TimeLimitExceeded as late:
            self.abandoned.append(f"{capability} with {during}")
            raise ImplementationHungError(late.seconds, capability, during) from None
        except (AdapterError, KeyboardInterrupt):
            raise
        except CrashedElsewhereError as crash:
            return crash.outcome
        except self.implementation.errors as own:
            return Rejected(_said(own), type(own).__name__, _printed(own))
        except (Exception, SystemExit, GeneratorExit, asyncio.CancelledError) as foreign:  # noqa: BLE001 - it is judged
            return Crashed(_said(foreign), type(foreign).__name__, _place(foreign), _printed(foreign))
        except BaseException as strange:
            # pytest's own outcomes derive from BaseException: skipping is no answer.
            raise AdapterError(f"{METHODS[capability]} raised {type(strange).__name__}: {_said(strange)}") from strange
        try:
            return check_outcome(capability, returned)
        except RecursionError as beyond:
            return Crashed("what came back is nested too deep to be looked at", type(beyond).__name__)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        if not self.watchdog:
            yield
            return
        faulthandler.dump_traceback_later(self.time_limit + UNINTERRUPTIBLE, exit=True, file=2)
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


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as worse:  # noqa: BLE001 - the text of an error is foreign code too
        return f"(its text raised {type(worse).__name__})"


def _printed(error: BaseException) -> tuple[str, ...]:
    """Return what a traceback prints of an error and of those that led to it, without the frames."""
    texts: list[str] = []
    link: BaseException | None = error
    while link is not None and len(texts) < _LINKS:
        notes = vars(link).get("__notes__")
        texts += [_said(link), *(note for note in (notes if isinstance(notes, list) else ()) if isinstance(note, str))]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return tuple(texts)


def _place(error: BaseException) -> str:
    """Name the innermost frame by its module, never by a path: ``package.module:12 in function``."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or last.tb_frame.f_code.co_filename == __file__:
        return ""
    frame = last.tb_frame
    return f"{frame.f_globals.get('__name__', '?')}:{last.tb_lineno} in {frame.f_code.co_name}"
