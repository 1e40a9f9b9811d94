"""A child interpreter, its pipes and its end.

Owns the process: that a question gets its answer in time, what is told of a death, and that nothing of it is left. It
must not know what is asked. The other side is ``participant_conformance.quarantined``; what goes between the two is one
line of JSON a question and one an answer, over pipes of their own.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Final

from participant_conformance.adapter import AdapterError
from participant_conformance.wire_data import Data, an_object

#: Characters of what the child printed that are kept.
PRINTED: Final = 2_000
#: Seconds that a child whose pipe was closed may take to end by itself.
GRACE: Final = 1.0
#: Seconds after which it is looked whether a silent child still lives: who was forked from it may hold its pipes.
_LOOK: Final = 0.1
_CHUNK: Final = 1 << 16


class LateError(Exception):
    """No answer within the limit."""


class EndedError(Exception):
    """The child is gone."""


class Child:
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
        """Ask and return the answer. Raises :class:`LateError` or :class:`EndedError`."""
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
            raise LateError
        ready = {key.fd for key, _ in self._selector.select(min(left, _LOOK))}
        if self._prints.fileno() in ready and not self._keep_printed():
            self._selector.unregister(self._prints)
        if self._answers in ready:
            if not (read := os.read(self._answers, _CHUNK)):
                raise EndedError
            self._received += read
        elif not ready and self._process.poll() is not None:
            raise EndedError
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
        with suppress(LateError, EndedError):
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
