"""What mutants are made of: the reference with one mistake put before, behind or around one of its methods.

Owns the type of a mutant and the decorators that make one of a function, whose name and docstring are the mutant's.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.classifier import KNOWN
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Rejected, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure, Value
from tests.mutants.bench import Make, Part, reference
from tests.mutants.own_http import Draft, OwnHttp
from tests.mutants.sending import draft_of, send

Taken: TypeAlias = Decoded | ServiceError | Rejected
Read: TypeAlias = Callable[[Reply], Taken]
#: A wrong way to take a reply; it is given the right one.
Mistake: TypeAlias = Callable[[Read, Reply], Taken]
#: A way to take the reply to a request and to show something of either.
Leak: TypeAlias = Callable[[Read, Reply, ConnectionRequest], Taken]
#: A wrong way to write a request.
Writing: TypeAlias = Callable[[str, ConnectionRequest], Draft | Refused]
Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken implementation: ``breaks`` is the requirement, ``what`` says in words what it does wrong.

    ``spec`` names ``make`` as an adapter, for what runs it in another interpreter.
    """

    name: str
    breaks: str
    what: str
    part: Part
    make: Make
    spec: str


class Altered(Reference):
    """The reference, with one of its methods replaced: each call of it is given the right method and its arguments."""

    def __init__(self, method: str = "", mistake: Callable[..., Any] | None = None) -> None:
        if mistake is not None:
            setattr(self, method, functools.partial(mistake, getattr(reference(), method)))

    @property
    def _caller(self) -> Any:
        # One for all mutants: it keeps its connections.
        return reference()._caller


class Reader(Altered):
    """The reference, but for ``read``."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__("read", functools.partial(_bearing_depth, mistake))


class Leaker(Altered):
    """The reference, but for what it shows while it takes the reply to a request that it has sent."""

    def __init__(self, leak: Leak) -> None:
        super().__init__()
        self._leak = leak

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Any:
        """Send the right request, take the reply and leak."""
        return self._leak(reference().read, send(draft_of(endpoint, request), limit_s), request)


class Caller(Altered):
    """The reference, but for the request that ``call`` sends."""

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self._writing = writing

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Any:
        """Send a wrong request, and take the reply as the reference does."""
        draft = self._writing(endpoint, request)
        return draft if isinstance(draft, Refused) else self.read(send(draft, limit_s))


class Wired(OwnHttp, Altered):
    """The reference, but for HTTP: a mutant is a subclass that does one step of it wrong."""

    def call(self, endpoint: str, request: ConnectionRequest, *, limit_s: float | None = None) -> Any:
        """Send the right request, and take the reply as the reference does."""
        return self.taken(self.send(draft_of(endpoint, request), limit_s))

    def taken(self, reply: Reply) -> Taken:
        """Take the reply to a call."""
        return self.read(reply)


def reading(breaks: str) -> Callable[[Mistake | type[Mistake]], Mutant]:
    """Make a mutant of a wrong way to take a reply: a function, or a class where it remembers something."""

    def decorate(mistake: Mistake | type[Mistake]) -> Mutant:
        make = mistake if isinstance(mistake, type) else lambda: mistake
        return _mutant(mistake, breaks, Part.READ, lambda: Reader(make()))

    return decorate


def decoding(breaks: str) -> Callable[[Mistake], Mutant]:
    """Make a mutant of a wrong way to take a success; errors are taken right."""
    return lambda mistake: _mutant(mistake, breaks, Part.READ, lambda: Reader(_only(mistake, range(200, 300))))


def classifying(breaks: str) -> Callable[[Mistake], Mutant]:
    """Make a mutant of a wrong way to take an error; successes are taken right."""
    return lambda mistake: _mutant(mistake, breaks, Part.READ, lambda: Reader(_only(mistake, range(400, 600))))


def leaking(breaks: str) -> Callable[[Leak], Mutant]:
    """Make a mutant of a ``call`` that shows what it should not; its requests are the reference's."""
    return lambda leak: _mutant(leak, breaks, Part.CALL, lambda: Leaker(leak))


def calling(breaks: str) -> Callable[[Writing], Mutant]:
    """Make a mutant of a wrong way to write the request."""
    return lambda writing: _mutant(writing, breaks, Part.CALL, lambda: Caller(writing))


def wiring(breaks: str) -> Callable[[type[Wired]], Mutant]:
    """Make a mutant of a client that does one step of HTTP wrong."""
    return lambda wired: _mutant(wired, breaks, Part.CALL, wired)


def altering(breaks: str, *methods: str) -> Callable[[Callable[..., Any]], Mutant]:
    """Make a mutant of a wrong way to do what ``methods`` do; all are of one part.

    The function is given the right method, then the arguments; a class, where it remembers something, is made anew.
    """
    part = next(part for part in Part if part.has(methods[0]))

    def decorate(mistake: Callable[..., Any]) -> Mutant:
        make = mistake if isinstance(mistake, type) else lambda: mistake
        return _mutant(mistake, breaks, part, lambda: _altered(methods, make()))

    return decorate


def _altered(methods: tuple[str, ...], mistake: Callable[..., Any]) -> Altered:
    altered = Altered()
    for method in methods:
        setattr(altered, method, functools.partial(mistake, getattr(reference(), method)))
    return altered


def mutants_of(namespace: dict[str, object]) -> tuple[Mutant, ...]:
    """Return the mutants in a module's namespace, in the order in which they stand there."""
    return tuple(item for item in namespace.values() if isinstance(item, Mutant))


def named_after(source: Any) -> str:
    """Return the name of a function or a class with hyphens between its words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", source.__name__).replace("_", "-").lower()


def _mutant(source: Any, breaks: str, part: Part, make: Make) -> Mutant:
    spec = f"{source.__module__}:{source.__name__}.make"
    return Mutant(named_after(source), breaks, str(source.__doc__), part, make, spec)


def _only(mistake: Mistake, statuses: range) -> Mistake:
    return lambda read, reply: mistake(read, reply) if reply.status in statuses else read(reply)


def _bearing_depth(mistake: Mistake, read: Read, reply: Reply) -> Taken:
    try:
        return mistake(read, reply)
    except RecursionError as deep:
        # Of what is too deep for it, a mutant makes what the reference makes: that is another rule.
        raise UnusableReplyError("the body is nested too deep") from deep


def parsed(reply: Reply) -> Json:
    """Return the body as JSON data; ``None`` where there is none."""
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def members_of(reply: Reply) -> dict[str, Json]:
    """Return the members of the body; none where it is no object."""
    data = parsed(reply)
    return data if isinstance(data, dict) else {}


def with_body(reply: Reply, data: Json) -> Reply:
    """Return the reply with other JSON data."""
    return replace(reply, body=json.dumps(data).encode())


def mapped_objects(data: Json, change: Callable[[dict[str, Json]], dict[str, Json]]) -> Json:
    """Return JSON data with every object in it changed, the innermost first."""
    if isinstance(data, dict):
        return change({name: mapped_objects(item, change) for name, item in data.items()})
    return [mapped_objects(item, change) for item in data] if isinstance(data, list) else data


def with_objects(reply: Reply, change: Callable[[dict[str, Json]], dict[str, Json]]) -> Reply:
    """Return the reply with every object of its body changed; as it is where the body is no object."""
    data = parsed(reply)
    return with_body(reply, mapped_objects(data, change)) if isinstance(data, dict) else reply


def mapped_structures(
    taken: Taken, change: Callable[[Iterable[tuple[str, Value]]], Iterable[tuple[str, Value]]]
) -> Taken:
    """Return the outcome with the members of every structure of its value changed, the innermost first."""

    def mapped(value: Value) -> Value:
        if not isinstance(value, Structure):
            return value
        return Structure(tuple(change([(name, mapped(member)) for name, member in value.members])))

    if not isinstance(taken, Decoded):
        return taken
    value = mapped(taken.value)
    assert isinstance(value, Structure)
    return replace(taken, value=value)


def mapped_texts(taken: Taken, change: Callable[[str, str], str]) -> Taken:
    """Return the outcome with every text of its value changed; the change is given the member's name and the text."""

    def changed(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        for name, member in members:
            match member:
                case String(text):
                    yield name, String(change(name, text))
                case Enum(text):
                    yield name, Enum(change(name, text))
                case _:
                    yield name, member

    return mapped_structures(taken, changed)


def recoded(taken: Taken, code: str | None) -> Taken:
    """Return the error with another type."""
    return replace(taken, code=code, known=code in KNOWN) if isinstance(taken, ServiceError) else taken


def code_of(taken: Taken) -> str | None:
    """Return the error's type; ``None`` for anything that has none."""
    return taken.code if isinstance(taken, ServiceError) else None


def as_unknown(taken: Taken) -> Taken:
    """Return the error as one that has no type of its own."""
    return replace(taken, known=False) if isinstance(taken, ServiceError) else taken


def with_message(taken: Taken, change: Callable[[str], str]) -> Taken:
    """Return the error with its message changed, if it has one."""
    if not isinstance(taken, ServiceError) or taken.message is None:
        return taken
    return replace(taken, message=change(taken.message))


def spoken_type(reply: Reply) -> str:
    """Return the text that names the type, as it is spelled: in the header, else in ``code``, else in ``__type``."""
    members = members_of(reply)
    found = reply.header(ERROR_TYPE_HEADER) or members.get("code") or members.get("__type")
    return found if isinstance(found, str) else ""


def without_header(reply: Reply) -> Reply:
    """Return the reply without the header that names the type."""
    return replace(reply, headers=tuple(h for h in reply.headers if h[0].lower() != ERROR_TYPE_HEADER.lower()))


def without_members(reply: Reply, *names: str) -> Reply:
    """Return the reply without these members of its body."""
    members = members_of(reply)
    if not members.keys() & set(names):
        return reply
    return with_body(reply, {name: item for name, item in members.items() if name not in names})
