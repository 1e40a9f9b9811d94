"""What is judged here: services that are wrong, free in their ways or dead, each with the words for its row.

Owns these types, the decorators that make one of a function, and the run of all checks on one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from participant_conformance.checks.of_service import service_registry
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Result
from participant_conformance.links import Received
from participant_conformance.links.server import Respond, Server
from participant_conformance.service_subject import ServiceSubject
from participant_strategies.delivery import Answer
from participant_strategies.reply import Reply
from tests.of_service.fakes import Fake, fake, served
from tests.of_service.proxies import Beyond, Proxy, proxied, proxy

#: Gives what is judged for the time of a ``with``.
Open = Callable[[], AbstractContextManager[ServiceSubject]]
Results = dict[str, Result]


@dataclass(frozen=True, slots=True)
class Mutant:
    """Something that plays the service, or stands before it, with one mistake; ``breaks`` is the requirement."""

    name: str
    breaks: str
    what: str
    open: Open


@dataclass(frozen=True, slots=True)
class Variant:
    """Something that plays the service, or stands before it, correctly and in its own way."""

    name: str
    freedom: str
    open: Open


@contextmanager
def opened(play: Callable[[Received], Answer | Reply], *tokens: str) -> Iterator[ServiceSubject]:
    """Put a fake on a port, and give it as the checks see it."""
    with served(play) as server, closing(ServiceSubject(server.origin, tokens=tokens)) as subject:
        yield subject


def faking(breaks: str) -> Callable[[Callable[[Fake, Received], Reply]], Mutant]:
    """Make a mutant of a wrong way to reply; it is given the right one."""
    return lambda wrong: Mutant(_name(wrong), breaks, str(wrong.__doc__), lambda: opened(partial(wrong, fake)))


def remembering(breaks: str) -> Callable[[Callable[[], Callable[[Fake, Received], Reply]]], Mutant]:
    """Make a mutant of what gives a wrong way to reply, one that remembers something."""
    return lambda make: Mutant(_name(make), breaks, str(make.__doc__), lambda: opened(partial(make(), fake)))


#: Turns of a loop after which all that has arrived has been read.
_TURNS = 20


class _Mixing:
    """Answers requests that arrive at once together, in the wrong way, and one that arrives alone rightly."""

    def __init__(self, wrong: Callable[[list[Received]], list[Reply]]) -> None:
        self._wrong = wrong
        self._begun = 0
        self._waiting: list[tuple[Received, Respond]] = []

    def begun(self) -> bool:
        """Count a request of which the head has arrived."""
        self._begun += 1
        return False

    def request(self, received: Received, respond: Respond) -> None:
        """Wait until nothing else is to be read."""
        self._waiting.append((received, respond))
        self._turn(_TURNS)

    def _turn(self, left: int) -> None:
        if left:
            asyncio.get_running_loop().call_soon(self._turn, left - 1)
        elif self._waiting and len(self._waiting) == self._begun:
            waiting = sorted(self._waiting, key=lambda pair: pair[0].connection)
            self._begun, self._waiting = 0, []
            requests = [received for received, _ in waiting]
            replies = self._wrong(requests) if len(requests) > 1 else [fake(requests[0])]
            for (_, respond), reply in zip(waiting, replies, strict=True):
                respond(Answer(reply))


def mixing(breaks: str) -> Callable[[Callable[[list[Received]], list[Reply]]], Mutant]:
    """Make a mutant of a wrong way to reply to several callers at once."""

    def decorate(wrong: Callable[[list[Received]], list[Reply]]) -> Mutant:
        @contextmanager
        def mixed() -> Iterator[ServiceSubject]:
            with closing(Server(_Mixing(wrong))) as server, closing(ServiceSubject(server.origin)) as subject:
                yield subject

        return Mutant(_name(wrong), breaks, str(wrong.__doc__), mixed)

    return decorate


def proxying(breaks: str) -> Callable[[Proxy], Mutant]:
    """Make a mutant of a wrong way to pass a request on."""
    return lambda wrong: Mutant(_name(wrong), breaks, str(wrong.__doc__), lambda: proxied(wrong))


def replying(breaks: str) -> Callable[[Callable[[Reply], Reply]], Mutant]:
    """Make a mutant of a wrong way to pass a reply on."""

    def decorate(wrong: Callable[[Reply], Reply]) -> Mutant:
        def play(beyond: Beyond, received: Received) -> Reply:
            return wrong(proxy(beyond, received))

        return Mutant(_name(wrong), breaks, str(wrong.__doc__), lambda: proxied(play))

    return decorate


def variant(make: Open) -> Variant:
    """Make a variant of what opens one."""
    return Variant(_name(make), str(make.__doc__), make)


def results(open_it: Open, examples: int, *, shrunk: Collection[str] = ()) -> Results:
    """Run all checks on what is opened, anew for each of them; shrink the counterexamples of some."""
    found: Results = {}
    for name, check in service_registry().items():
        with open_it() as subject:
            found[name] = run_check(check, subject, Effort(examples, shrink=name in shrunk))
    return found


def result(mutant: Mutant, examples: int, run_seed: int = 0) -> Result:
    """Run the check of what a mutant breaks."""
    with mutant.open() as subject:
        return run_check(service_registry()[mutant.breaks], subject, Effort(examples, run_seed, shrink=False))


def with_headers(reply: Reply, *headers: tuple[str, str], without: str = "") -> Reply:
    """Return a reply with other headers."""
    kept = tuple(pair for pair in reply.headers if pair[0].lower() != without.lower())
    return replace(reply, headers=(*kept, *headers))


def _name(function: Callable[..., object]) -> str:
    return function.__name__.replace("_", "-")
