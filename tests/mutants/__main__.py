"""Run every mutant through every check, and write what came of it: ``python -m tests.mutants``, at the root."""

from __future__ import annotations

import argparse
from pathlib import Path

from participant_conformance.gate.settings import DEFAULT_PROFILE, PROFILES
from tests.mutants.judging import all_judged
from tests.mutants.tables import kill_table, proofs, settle

ROOT = Path(__file__).parents[2]
KILL_TABLE = ROOT / "reports" / "kill-table.md"
PROOFS = ROOT / "conformance" / "participant_conformance" / "requirements" / "proofs.json"


def generated(examples: int) -> dict[Path, str]:
    """Return the text of each file that is generated."""
    found = list(all_judged(examples))
    rows = [judged.row for _, judged in found]
    return {KILL_TABLE: kill_table(rows), PROOFS: proofs([mutant for mutant, judged in found if judged.killed])}


def main() -> int:
    """Write the files, or with ``--check`` say how those on disk differ; 1 if they do."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--profile", choices=["quick", "gate"], default=DEFAULT_PROFILE)
    parser.add_argument("--check", action="store_true", help="write nothing; say what would change, and end with 1")
    options = parser.parse_args()
    return settle(generated(PROFILES[options.profile]), check=options.check)


if __name__ == "__main__":
    raise SystemExit(main())
