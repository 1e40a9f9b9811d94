"""Run every mutant through every check, and write what came of it: ``python -m tests.mutants``, at the root."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from participant_conformance.gate.settings import DEFAULT_PROFILE, PROFILES
from participant_conformance.requirements import Level, catalogue
from tests.mutants.bench import Bench, Results
from tests.mutants.catalogue import mutants
from tests.mutants.tables import is_killed, kill_row, kill_table, proofs, settle
from tests.mutants.tampering import Mutant

ROOT = Path(__file__).parents[2]
KILL_TABLE = ROOT / "reports" / "kill-table.md"
PROOFS = ROOT / "conformance" / "participant_conformance" / "requirements" / "proofs.json"


def judged(bench: Bench, mutant: Mutant, examples: int) -> Results:
    """Run a mutant through all checks; that of the requirement it breaks shrinks what it finds."""
    return bench.results(mutant.make, examples, part=mutant.part, shrunk={mutant.breaks}, spec=mutant.spec)


def usual_findings(bench: Bench, examples: int, name: str) -> tuple[str, ...] | None:
    """Return what a check of level INFO finds of the reference; ``None`` for any other."""
    return bench.findings(name, examples) if catalogue()[name].level is Level.INFO else None


def generated(examples: int) -> dict[Path, str]:
    """Return the text of each file that is generated."""
    rows, killed = [], []
    with Bench() as bench:
        for mutant in mutants().values():
            results = judged(bench, mutant, examples)
            usual = partial(usual_findings, bench, examples)
            rows.append(kill_row(mutant, results, usual))
            killed += [mutant] if is_killed(results[mutant.breaks], usual(mutant.breaks)) else []
    return {KILL_TABLE: kill_table(rows), PROOFS: proofs(killed)}


def main() -> int:
    """Write the files, or with ``--check`` say how those on disk differ; 1 if they do."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--profile", choices=["quick", "gate"], default=DEFAULT_PROFILE)
    parser.add_argument("--check", action="store_true", help="write nothing; say what would change, and end with 1")
    options = parser.parse_args()
    return settle(generated(PROFILES[options.profile]), check=options.check)


if __name__ == "__main__":
    raise SystemExit(main())
