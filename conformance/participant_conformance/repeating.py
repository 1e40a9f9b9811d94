"""How a verdict can be had again: the stored counterexample, and the command to give.

Owns where counterexamples go and the words of the commands. It must not know what runs them.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Final

from participant_conformance.counterexamples import FOLDER, CounterexampleError, is_storable, store
from participant_conformance.gate.verdicts import Verdict

#: Added to the exit code of a process that judged one again: an implementation that leaves early gives another one.
JUDGED: Final = 64
#: The variable of the environment that holds tokens of the user's, separated by blanks.
TOKENS_FROM: Final = "PARTICIPANT_CONFORMANCE_TOKEN"


def run_command(spec: str, requirement: str, options: str = "") -> str:
    """Return the command that runs one check again."""
    return f"participant-conformance run {_judged(spec)} --only {requirement}{options}"


def replay_command(file: str, spec: str, options: str = "") -> str:
    """Return the command that judges one stored counterexample again."""
    return f"participant-conformance replay {shlex.quote(file)} {_judged(spec)}{options}"


def is_service(spec: str) -> bool:
    """Whether this names what plays the service, by its URL, and no adapter."""
    return spec.startswith(("http://", "https://"))


def _judged(spec: str) -> str:
    return f"{'--service' if is_service(spec) else '--adapter'} {shlex.quote(spec)}"


def call_options(link: str, seconds: float | None) -> str:
    """Return the options by which calls are made in the same way: the link, and the limit if it is not the usual."""
    told = "" if link == "loopback" else f" --link {link}"
    return told + ("" if seconds is None else f" --time-limit {seconds:g}")


def service_options(upstream: int | None, *, tokens: bool, seconds: float | None) -> str:
    """Return the options by which a service is judged in the same way; tokens are named by their variable alone."""
    told = "" if upstream is None else f" --upstream {upstream}"
    told += f' --token "${TOKENS_FROM}"' if tokens else ""
    return told + call_options("loopback", seconds)


class Keeper:
    """Keeps the counterexamples of a run in a folder of ``root``; ``here`` is where commands are given.

    ``problems`` are the reasons, each once, for which some could not be kept.
    """

    def __init__(self, root: Path, here: Path) -> None:
        self._folder = root / FOLDER
        self._here = here
        self.problems: list[str] = []

    def keep(self, verdict: Verdict, spec: str | None, options: str = "") -> str | None:
        """Store the counterexample of a verdict; return the command that judges it again, if there is one.

        ``spec`` names the adapter, where a command can make it.
        """
        if not is_storable(verdict):
            return None
        try:
            path = store(verdict, self._folder, adapter=spec)
        except CounterexampleError as wrong:
            if str(wrong) not in self.problems:
                self.problems.append(str(wrong))
            return None
        if spec is None:
            return None
        return replay_command(os.path.relpath(path, self._here), spec, options)
