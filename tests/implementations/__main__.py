"""Publish what the real implementations do: ``python -m tests.implementations`` writes reports/NAME/.

Each implementation is a folder here with its configuration; the adapter is the entry point of the same name.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
REPORTS = HERE.parent.parent / "reports"


def implementations() -> list[str]:
    """Return the names of the implementations that have a folder here."""
    return sorted(path.parent.name for path in HERE.glob("*/participant-conformance.toml"))


def judge(name: str, report: Path) -> int:
    """Run the suite on one implementation in the gate profile; return the exit code."""
    config = HERE / name / "participant-conformance.toml"
    command = ["participant-conformance", "run", "--adapter", name, "--config", str(config), "--report", str(report)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(max(judge(name, REPORTS / name) for name in implementations()))
