"""Run every mutant through every check, and write what came of it: ``python -m tests.mutants``, at the root."""

from __future__ import annotations

import argparse
from pathlib import Path

from participant_conformance.checks import registry
from participant_conformance.gate.settings import DEFAULT_PROFILE, PROFILES
from participant_conformance.requirements import catalogue
from tests.mutants.bench import Bench
from tests.mutants.catalogue import mutants
from tests.mutants.judging import all_judged, killed_by_other_draws
from tests.mutants.tables import kill_table, proofs, settle

ROOT = Path(__file__).parents[2]
KILL_TABLE = ROOT / "reports" / "kill-table.md"
PROOFS = ROOT / "conformance" / "participant_conformance" / "requirements" / "proofs.json"


#: Seeds of the draws beside that of every gate.
EXPLORED = (1, 2, 3)


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
    parser.add_argument("--seeds", action="store_true", help="write nothing; kill each mutant with three other seeds")
    options = parser.parse_args()
    if options.seeds:
        return _with_other_seeds(PROFILES[options.profile])
    return settle(generated(PROFILES[options.profile]), check=options.check)


def _with_other_seeds(examples: int) -> int:
    """Say which mutants survive with the draws of other seeds; 1 if one does."""
    survivors = 0
    with Bench() as bench:
        for mutant in mutants().values():
            # What is finite has no other draws; what runs in another interpreter has fixed cases first.
            if registry()[mutant.breaks].finite or catalogue()[mutant.breaks].isolated:
                continue
            for seed in EXPLORED:
                if not killed_by_other_draws(bench, mutant, examples, seed):
                    survivors += 1
                    print(f"{mutant.name} survives with seed {seed}")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
