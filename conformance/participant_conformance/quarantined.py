"""The main module of an interpreter of its own, in which an adapter runs that may bring it down.

Owns the side of the child: it makes the adapter of a specification anew, asks it what it is asked for, and says what
came of it. It must not know why. It ends when its pipe is closed, so that none outlives the process that started it.
Run as ``python -m participant_conformance.quarantined QUESTIONS ANSWERS``, the numbers of two pipes.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from participant_conformance.adapter import AdapterError
from participant_conformance.environment import quiet_environment
from participant_conformance.loading import load_adapter
from participant_conformance.subject import START_LIMIT, Subject
from participant_conformance.wire_data import Data
from participant_conformance.wire_form import outcome_form, question_of
from participant_strategies.reply import Crashed

#: Bytes of memory that the implementation may take beyond what is used when it has been made.
MEMORY: Final = 1 << 30
#: Seconds beyond the limit after which the child ends a call itself: then nobody is there any more to do it.
ALONE: Final = 5.0
#: Seconds that the end of the interpreter may take: threads of the implementation's may keep it.
_LEAVING: Final = 2.0


def main(questions: int, answers: int) -> None:
    """Answer questions until there are no more."""
    with os.fdopen(questions, "rb") as lines, os.fdopen(answers, "wb") as out:
        for pipe in (questions, answers):
            os.set_inheritable(pipe, False)
        with quiet_environment(), suppress(BrokenPipeError):
            for told in served(lines):
                out.write(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
                out.flush()
        faulthandler.dump_traceback_later(_LEAVING, exit=True, file=2)


def served(lines: Iterable[bytes]) -> Iterator[Data]:
    """Yield the answer to each question; the first one says which adapter to make."""
    subject: Subject | None = None
    for line in lines:
        asked = json.loads(line.decode("utf-8", "surrogatepass"))
        if subject is None:
            try:
                subject = _made(asked)
            except AdapterError as wrong:
                yield {"id": asked["id"], "fault": str(wrong)}
                return
            limit_memory()
            yield {"id": asked["id"], "hello": {}}
        else:
            yield {"id": asked["id"], **answer(subject, asked)}


def _made(start: Data) -> Subject:
    without_core()
    sys.path[:] = start["path"]
    faulthandler.dump_traceback_later(START_LIMIT + ALONE, exit=True, file=2)
    try:
        adapter = load_adapter(start["spec"], root=start["root"] and Path(start["root"]))
    finally:
        faulthandler.cancel_dump_traceback_later()
    return Subject(adapter, time_limit=start["seconds"] + ALONE, watchdog=True)


def answer(subject: Subject, asked: Data) -> Data:
    """Answer one question: by an outcome, or by a fault that is not the implementation's."""
    try:
        wanted = question_of(asked)
        return {"outcome": outcome_form(subject.ask(wanted.capability, *wanted.arguments, **wanted.options))}
    except AdapterError as wrong:
        return {"fault": str(wrong)}
    except (MemoryError, RecursionError) as beyond:
        return {"outcome": outcome_form(Crashed("what came back cannot be looked at", type(beyond).__name__))}
    except KeyboardInterrupt as foreign:
        # Nobody presses keys here.
        return {"outcome": outcome_form(Crashed(str(foreign), type(foreign).__name__))}
    except Exception as ours:  # noqa: BLE001 - whatever it is, it is told and not taken for the implementation's
        return {"fault": f"the interpreter of its own: {type(ours).__name__}: {ours}"}


def without_core() -> None:
    """Write no core file: a death here is nothing that is looked into."""
    _limit("RLIMIT_CORE", lambda: 0)


def limit_memory() -> None:
    """Bear a limit on memory, where there is one: what asks for more gets a ``MemoryError``."""
    _limit("RLIMIT_AS", lambda: _used() + MEMORY)


def _limit(name: str, value: Callable[[], int]) -> None:
    # No such module, or not this limit, or no right to it: then without.
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        limit = getattr(resource, name)
        _, hard = resource.getrlimit(limit)
        wanted = value()
        resource.setrlimit(limit, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _used() -> int:
    # proc(5): the first number is the size of the address space, in pages.
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
