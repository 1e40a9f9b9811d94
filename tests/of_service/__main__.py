"""Run mutants and variants of a service through the checks, and write what came: ``python -m tests.of_service``."""

from __future__ import annotations

import argparse
from pathlib import Path

from participant_conformance.gate.settings import PROFILES
from tests.mutants.tables import is_killed, settle
from tests.of_service.bench import Mutant, Results, results
from tests.of_service.mutants import mutants
from tests.of_service.tables import kill_row, kill_table, proofs, variant_row, variant_table
from tests.of_service.variants import variants

ROOT = Path(__file__).parents[2]
KILL_TABLE = ROOT / "reports" / "service-kill-table.md"
VARIANT_TABLE = ROOT / "reports" / "service-variant-table.md"
PROOFS = ROOT / "conformance" / "participant_conformance" / "requirements" / "service_proofs.json"
#: Examples a check.
EXAMPLES = PROFILES["quick"]


def judged(mutant: Mutant) -> Results:
    """Run a mutant through all checks; that of the requirement it breaks shrinks what it finds."""
    return results(mutant.open, EXAMPLES, shrunk={mutant.breaks})


def generated() -> dict[Path, str]:
    """Return the text of each file that is generated."""
    rows, killed = [], []
    for mutant in mutants().values():
        found = judged(mutant)
        rows.append(kill_row(mutant, found))
        killed += [mutant] if is_killed(found[mutant.breaks]) else []
    free = [variant_row(variant, results(variant.open, EXAMPLES)) for variant in variants().values()]
    return {KILL_TABLE: kill_table(rows), VARIANT_TABLE: variant_table(free), PROOFS: proofs(killed)}


def main() -> int:
    """Write the files, or with ``--check`` say how those on disk differ; 1 if they do."""
    parser = argparse.ArgumentParser(prog="python -m tests.of_service", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say what would change, and end with 1")
    return settle(generated(), check=parser.parse_args().check)


if __name__ == "__main__":
    raise SystemExit(main())
