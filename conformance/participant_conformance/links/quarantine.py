"""The same adapter in an interpreter of its own, for cases that may bring one down.

Owns the child process: that it is started when it is needed, that it answers in time, what is told of its death, and
that nothing of it is left. It must not know what is asked. The other side is ``participant_conformance.quarantined``;
what goes between the two is one line of JSON a question and one an answer, over pipes of their own.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from participant_conformance.adapter import ARGUMENTS, METHODS, AdapterError, offered
from participant_conformance.limits import TimeLimitExceeded
from participant_conformance.subject import START_LIMIT, CrashedElsewhereError
from participant_conformance.wire_data import Data, WireFormError, an_object
from participant_conformance.wire_form import outcome_of, question
from participant_strategies.reply import AdapterOutcome, Crashed, Encoded, Outcome

#: Ends of the interpreter by one question after which its answer is known, and hangs in all that are waited for.
ENDS: Final = 3
#: Characters of what the child printed that are kept.
PRINTED: Final = 2_000
#: Seconds that a child whose pipe was closed may take to end by itself.
GRACE: Final = 1.0
#: Seconds after which it is looked whether a silent child still lives: who was forked from it may hold its pipes.
_LOOK: Final = 0.1
_CHUNK: Final = 1 << 16
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
        self._child: _Child | None = None
        self._hangs = 0
        self._ends: dict[str, list[Crashed]] = {}

    def ask(self, capability: str, *arguments: Any) -> AdapterOutcome | bytes:
        """Let the child call the method of a capability; return the outcome or what was written."""
        outcome = self._outcome(question(capability, *arguments))
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
        except _LateError:
            ended = Crashed(f"did not return within {self._seconds:g} s", "hang", shown=self._end(child))
            self._hangs += 1
        except _EndedError:
            told, name = child.death()
            ended = Crashed(f"the interpreter {told}", name, shown=self._end(child))
        else:
            return _read(answer)
        self._ends.setdefault(key, []).append(ended)
        if self._hangs > ENDS and len(self._ends[key]) == 1:
            # One case after the other hangs: what is told of one more is not worth its time.
            raise TimeLimitExceeded(self._seconds)
        return ended

    def _started(self) -> _Child:
        if self._child is None:
            child = _Child()
            try:
                self._make_adapter(child)
            except BaseException:
                child.kill()
                raise
            self._child = child
        return self._child

    def _make_adapter(self, child: _Child) -> None:
        # The way in which modules are found here: a consumer's tests may have changed it.
        start = self._start | {"path": sys.path, "seconds": self._seconds}
        try:
            answer = child.exchange(start, START_LIMIT)
        except _LateError:
            raise AdapterError(f"{_MAKING} was not ready within {START_LIMIT:g} s") from None
        except _EndedError:
            raise AdapterError(f"{_MAKING} {child.death()[0]}") from None
        if "fault" in answer:
            raise AdapterError(str(answer["fault"]))

    def _end(self, child: _Child) -> tuple[str, ...]:
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


class _LateError(Exception):
    """No answer within the limit."""


class _EndedError(Exception):
    """The child is gone."""


class _Child:
    """One child interpreter: its process, which leads a group of its own, its pipes and what it printed last."""

    def __init__(self) -> None:
        questions, self._questions = os.pipe()
        self._answers, answers = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                # -P: a module of the current folder must not shadow what is installed.
                [sys.executable, "-P", "-m", "participant_conformance.quarantined", str(questions), str(answers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(questions, answers),
                start_new_session=True,
            )
        except BaseException:
            os.close(self._questions)
            os.close(self._answers)
            raise
        finally:
            os.close(questions)
            os.close(answers)
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        self._prints = self._process.stdout
        self._printed = b""
        self._received = bytearray()
        self._number = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._answers, selectors.EVENT_READ)
        self._selector.register(self._prints, selectors.EVENT_READ)
        # What is to be written may be more than a pipe holds; what is to be read may be held open by a grandchild.
        os.set_blocking(self._questions, False)
        os.set_blocking(self._prints.fileno(), False)

    @property
    def printed(self) -> str:
        """The last of what the child printed, by any of its ways."""
        return self._printed.decode("utf-8", "backslashreplace")

    def exchange(self, asked: Data, seconds: float) -> Data:
        """Ask and return the answer. Raises :class:`_LateError` or :class:`_EndedError`."""
        self._number += 1
        # Surrogates as they are: escaped, two halves that are characters of their own would be read as one.
        text = json.dumps({"id": self._number, **asked}, ensure_ascii=False)
        until = time.monotonic() + seconds
        self._send(memoryview(text.encode("utf-8", "surrogatepass") + b"\n"), until)
        while True:
            if (answer := self._answer()) is not None:
                return answer
            self._wait(until)

    def _send(self, line: memoryview, until: float) -> None:
        self._selector.register(self._questions, selectors.EVENT_WRITE)
        try:
            while line:
                if self._questions in self._wait(until):
                    with suppress(BrokenPipeError):  # the next wait sees the end
                        line = line[os.write(self._questions, line) :]
        finally:
            self._selector.unregister(self._questions)

    def _answer(self) -> Data | None:
        """Return the answer to the last question, if it is there."""
        while (end := self._received.find(b"\n")) >= 0:
            line = bytes(self._received[:end])
            del self._received[: end + 1]
            try:
                answer = an_object(json.loads(line.decode("utf-8", "surrogatepass")), "the answer")
            except (ValueError, RecursionError) as wrong:
                raise AdapterError(f"the interpreter of its own answered badly: {wrong}") from None
            # That of a question which was given up, or of a process that was forked from the child.
            if answer.get("id") == self._number:
                return answer
        return None

    def _wait(self, until: float) -> set[int]:
        """Wait until something can be read or written, and read it; return what is ready."""
        left = until - time.monotonic()
        if left <= 0:
            raise _LateError
        ready = {key.fd for key, _ in self._selector.select(min(left, _LOOK))}
        if self._prints.fileno() in ready and not self._keep_printed():
            self._selector.unregister(self._prints)
        if self._answers in ready:
            if not (read := os.read(self._answers, _CHUNK)):
                raise _EndedError
            self._received += read
        elif not ready and self._process.poll() is not None:
            raise _EndedError
        return ready

    def _keep_printed(self) -> bool:
        """Read what was printed; return whether there may be more."""
        with suppress(BlockingIOError):
            read = os.read(self._prints.fileno(), _CHUNK)
            self._printed = (self._printed + read)[-PRINTED:]
            return bool(read)
        return True

    def death(self) -> tuple[str, str]:
        """Say how the child ended, and name it."""
        # Once is enough: the pipe of one that is dead holds no more.
        self._keep_printed()
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            return "stopped answering", "exit"
        if code >= 0:
            return f"ended with code {code}", "exit"
        with suppress(ValueError):
            return f"died by {signal.Signals(-code).name}", signal.Signals(-code).name
        return f"died by signal {-code}", f"signal {-code}"

    def finish(self) -> None:
        """Let the child end by itself, for a while."""
        os.close(self._questions)
        self._questions = -1
        until = time.monotonic() + GRACE
        with suppress(_LateError, _EndedError):
            while True:
                self._wait(until)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(until - time.monotonic(), 0))

    def kill(self) -> None:
        """End the child and all that it started, and close the pipes. Safe to call twice."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._selector.close()
        self._prints.close()
        for pipe in (self._questions, self._answers):
            if pipe >= 0:
                os.close(pipe)
        self._questions = self._answers = -1
