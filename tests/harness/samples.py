"""Small adapters, each of one capability, that do what they are told.

Owns what the tests of the harness, the gate and the report are run on. It must not know what is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from participant_conformance.adapter import Implementation, Traits
from participant_conformance.checks import registry
from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
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


class Mostly:
    """Reads as the reference does, but answers some replies in its own way: by an outcome, or by raising it."""

    def __init__(self, answers: Mapping[Reply, object], **traits: Any) -> None:
        self.implementation = Implementation(
            name="mostly", version="1.0", errors=(OwnError, UnusableReplyError), traits=Traits(**traits)
        )
        self._answers = answers
        self.taken: list[Reply] = []

    def read(self, reply: Reply) -> object:
        """Keep the reply and answer."""
        self.taken.append(reply)
        answer = self._answers[reply] if reply in self._answers else Reference().read(reply)
        if isinstance(answer, BaseException):
            raise answer
        return answer


class ErrorReader:
    """Offers ``error-of-json``, ``error-of-xml`` or both, and answers by a function of the format, code and body."""

    implementation = implementation()

    def __init__(self, answer: Callable[[str, str, bytes], object], *forms: str) -> None:
        for form in forms:
            setattr(self, f"error_of_{form}", lambda code, body, form=form: answer(form, code, body))


def judge(name: str, judged: Subject, case: Any) -> Any:
    """Let one check judge one case; return what it found."""
    return registry()[name].example(judged, case)
