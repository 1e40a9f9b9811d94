"""The same adapter in an interpreter of its own, for cases that may bring one down.

Owns what becomes of a question: which outcome an answer, a death and silence are; when a child is started again, and
when that is not worth it. It must not know processes and pipes, which are those of ``links.child``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from participant_conformance.adapter import ARGUMENTS, METHODS, AdapterError, offered
from participant_conformance.limits import TimeLimitExceeded
from participant_conformance.links.child import Child, EndedError, LateError
from participant_conformance.subject import START_LIMIT, CrashedElsewhereError
from participant_conformance.wire_data import Data, WireFormError
from participant_conformance.wire_form import outcome_of, question
from participant_strategies.reply import AdapterOutcome, Crashed, Encoded, Outcome

#: Ends of the interpreter by one question after which its answer is known, and hangs in all that are waited for.
ENDS: Final = 3
_MAKING: Final = "the interpreter of its own in which the adapter is made"


def quarantine(
    spec: str, adapter: object, *, root: Path | None = None
) -> Callable[[float], AbstractContextManager[object]]:
    """Return what makes, for calls of so many seconds, the adapter of ``spec`` anew in an interpreter of its own.

    What the context manager gives offers the same methods as ``adapter``, and names its implementation. A crash in the
    other interpreter is raised as ``CrashedElsewhereError``; so is its end. Raises ``AdapterError`` where the adapter
    cannot be made there, at the first call.
    """
    start = {"op": "start", "spec": spec, "root": None if root is None else str(root)}

    @contextmanager
    def made(seconds: float) -> Iterator[object]:
        ward = _Ward(start, seconds)
        capabilities = offered(adapter) & ARGUMENTS.keys()
        methods = {METHODS[capability]: partial(ward.ask, capability) for capability in sorted(capabilities)}
        try:
            yield SimpleNamespace(implementation=adapter.implementation, **methods)  # type: ignore[attr-defined]  # offered() has seen it
        finally:
            ward.close()

    return made


class _Ward:
    """Asks the child of one check; starts another one where it ended."""

    def __init__(self, start: Data, seconds: float) -> None:
        self._start = start
        self._seconds = seconds
        self._child: Child | None = None
        self._hangs = 0
        self._ends: dict[str, list[Crashed]] = {}

    def ask(self, capability: str, *arguments: Any, **options: Any) -> AdapterOutcome | bytes:
        """Let the child call the method of a capability; return the outcome or what was written."""
        outcome = self._outcome(question(capability, *arguments, **options))
        match outcome:
            case Crashed():
                raise CrashedElsewhereError(outcome)
            case Encoded(body):
                return body
            case _:
                return outcome

    def _outcome(self, asked: Data) -> Outcome:
        key = json.dumps(asked)
        if len(ends := self._ends.get(key, [])) >= ENDS:
            return ends[-1]
        child = self._started()
        try:
            answer = child.exchange(asked, self._seconds)
        except LateError:
            ended = Crashed(f"did not return within {self._seconds:g} s", "hang", shown=self._end(child))
            self._hangs += 1
        except EndedError:
            told, name = child.death()
            ended = Crashed(f"the interpreter {told}", name, shown=self._end(child))
        else:
            return _read(answer)
        self._ends.setdefault(key, []).append(ended)
        if self._hangs > ENDS and len(self._ends[key]) == 1:
            # One case after the other hangs: what is told of one more is not worth its time.
            raise TimeLimitExceeded(self._seconds)
        return ended

    def _started(self) -> Child:
        if self._child is None:
            child = Child()
            try:
                self._make_adapter(child)
            except BaseException:
                child.kill()
                raise
            self._child = child
        return self._child

    def _make_adapter(self, child: Child) -> None:
        # The way in which modules are found here: a consumer's tests may have changed it.
        start = self._start | {"path": sys.path, "seconds": self._seconds}
        try:
            answer = child.exchange(start, START_LIMIT)
        except LateError:
            raise AdapterError(f"{_MAKING} was not ready within {START_LIMIT:g} s") from None
        except EndedError:
            raise AdapterError(f"{_MAKING} {child.death()[0]}") from None
        if "fault" in answer:
            raise AdapterError(str(answer["fault"]))

    def _end(self, child: Child) -> tuple[str, ...]:
        """Forget a child and leave nothing of it; return what it printed last."""
        self._child = None
        child.kill()
        return (child.printed,) if child.printed else ()

    def close(self) -> None:
        """End the child, by itself if it can."""
        if self._child is not None:
            self._child.finish()
            self._end(self._child)


def _read(answer: Data) -> Outcome:
    if "fault" in answer:
        raise AdapterError(str(answer["fault"]))
    try:
        return outcome_of(answer.get("outcome"))
    except WireFormError as wrong:
        raise AdapterError(f"the interpreter of its own answered badly: {wrong}") from None
