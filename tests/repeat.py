"""The same command, again and again: the same verdicts, the same counterexamples, the same bytes.

Ten times in a row; once with both cores kept busy; once under ``--jobs 2``; once with another ``PYTHONHASHSEED``.
Run it with ``tox run -e repeat``; ``--quick`` does fewer.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: A correct implementation, one with failures (whose counterexamples are compared too), and a real one.
SPECS = ("reference", "participant_conformance.reference.broken:Broken", "boto3")
TIMES = 10


def report(spec: str, *options: str, **environment: str) -> bytes:
    """Run the suite once; return its report."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["participant-conformance", "run", "--adapter", spec, "--report", "report", *options]
        found = subprocess.run(
            command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        path = Path(folder) / "report" / "report.json"
        if not path.exists():
            raise SystemExit(f"{' '.join(command)}: exit {found.returncode}\n{found.stdout}{found.stderr}")
        return path.read_bytes()


@contextmanager
def busy_cores() -> Iterator[None]:
    """Keep every core busy for a while."""
    processes = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(os.cpu_count() or 1)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _spin() -> None:
    while True:
        pass


def runs(spec: str, profile: str, times: int) -> Iterator[tuple[str, bytes]]:
    """Yield each run with what was special about it."""
    options = ("--profile", profile)
    for number in range(1, times + 1):
        yield f"run {number}", report(spec, *options)
    with busy_cores():
        yield "with busy cores", report(spec, *options)
    yield "under --jobs 2", report(spec, *options, "--jobs", "2")
    yield "with PYTHONHASHSEED=1", report(spec, *options, PYTHONHASHSEED="1")


def main() -> int:
    """Repeat; return 0 if all runs agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the quick profile for all, three times in a row")
    quick = parser.parse_args().quick
    differing = 0
    for spec in SPECS:
        # A real client costs a socket for every example: its full profile is in the tests.
        profile = "quick" if quick or spec == "boto3" else "gate"
        first: bytes | None = None
        for what, found in runs(spec, profile, 3 if quick else TIMES):
            first = first or found
            same = found == first
            differing += not same
            print(f"{spec}, {what}: {'the same' if same else 'DIFFERENT'}", flush=True)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
