"""Small adapters, each of one capability, that do what they are told.

Owns what the tests of the harness, the gate and the report are run on. It must not know what is tested.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from participant_conformance.adapter import Implementation, Traits
from participant_conformance.subject import Subject
from participant_strategies.reply import ConnectionRequest, Decoded, Reply
from participant_strategies.value import Structure

OK = Reply(200, (), b"{}")
NOT_OK = Reply(403, (), b"{}")
EMPTY = Decoded(Structure())


class OwnError(Exception):
    """The error of the sample implementation."""


class NarrowerError(OwnError):
    """A kind of it."""


def implementation(**traits: Any) -> Implementation:
    """Return the sample implementation with these traits."""
    return Implementation(name="sample", version="1.0", errors=(OwnError,), traits=Traits(**traits))


class Reader:
    """Offers ``read`` and answers by a function."""

    implementation = implementation()

    def __init__(self, answer: Callable[[Reply], object] = lambda _reply: EMPTY) -> None:
        self._answer = answer
        self.taken: list[Reply] = []

    def read(self, reply: Reply) -> object:
        """Keep the reply and answer."""
        self.taken.append(reply)
        return self._answer(reply)


class Decoder:
    """Offers ``decode-json`` and answers by a function."""

    implementation = implementation()

    def __init__(self, answer: Callable[[bytes], object] = lambda _body: EMPTY) -> None:
        self._answer = answer
        self.taken: list[bytes] = []

    def decode_json(self, body: bytes) -> object:
        """Keep the body and answer."""
        self.taken.append(body)
        return self._answer(body)


class Caller:
    """Offers ``call`` and answers by a function."""

    implementation = implementation()

    def __init__(self, answer: Callable[[str, ConnectionRequest], object] = lambda _endpoint, _request: EMPTY) -> None:
        self._answer = answer
        self.taken: list[tuple[str, ConnectionRequest]] = []

    def call(self, endpoint: str, request: ConnectionRequest) -> object:
        """Keep what was given and answer."""
        self.taken.append((endpoint, request))
        return self._answer(endpoint, request)


def raising(error: BaseException) -> Callable[[object], object]:
    """Return a function that raises ``error`` whatever it is given."""

    def answer(_given: object) -> object:
        raise error

    return answer


def subject(answer: Callable[[Reply], object] = lambda _reply: EMPTY, **options: Any) -> Subject:
    """Return a subject that reads by a function."""
    return Subject(Reader(answer), **options)
