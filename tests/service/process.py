"""``participant-conformance serve`` as a process of its own.

Owns starting it, waiting until it listens, and ending it. Nothing of it outlives a test.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = (
    *(sys.executable, "-c"),
    "from participant_conformance.cli import main; main(prog_name='participant-conformance')",
)
#: Seconds after which a process that does not end is a failure.
PATIENCE = 60


@dataclass(slots=True)
class Serving:
    """A service that runs. ``greeting`` are the lines up to the one that says how it is ended."""

    process: subprocess.Popen[str]
    greeting: list[str]

    def told(self, label: str) -> str:
        """Return what stands behind a label of the greeting."""
        return next(line.removeprefix(label).strip() for line in self.greeting if line.startswith(label))

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return self.told("endpoint")

    def line(self) -> str:
        """Return the next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Send a signal; return the exit code, and what it printed until then."""
        self.process.send_signal(number)
        text, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, text


@contextmanager
def serving(*options: str, folder: Path) -> Iterator[Serving]:
    """Run ``serve`` with options in a folder."""
    process = subprocess.Popen(
        [*COMMAND, "serve", *options],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        greeting = []
        for line in process.stdout:
            greeting.append(line.rstrip("\n"))
            if line.startswith("Ctrl-C"):
                break
        yield Serving(process, greeting)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port on which nobody listens now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])
