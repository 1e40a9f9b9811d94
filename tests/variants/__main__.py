"""Run every variant through every check, and write what came of it: ``python -m tests.variants``, at the root."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.mutants.bench import Bench
from tests.mutants.tables import settle
from tests.variants.tables import variant_row, variant_table
from tests.variants.variants import variants

VARIANT_TABLE = Path(__file__).parents[2] / "reports" / "variant-table.md"
#: Examples a check.
EXAMPLES = 50


def generated() -> dict[Path, str]:
    """Return the text of the file that is generated."""
    with Bench() as bench:
        rows = [
            variant_row(variant, bench.results(variant.make, EXAMPLES, part=variant.part, timed=variant.timed))
            for variant in variants().values()
        ]
    return {VARIANT_TABLE: variant_table(rows)}


def main() -> int:
    """Write the file, or with ``--check`` say how the one on disk differs; 1 if it does."""
    parser = argparse.ArgumentParser(prog="python -m tests.variants", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say what would change, and end with 1")
    return settle(generated(), check=parser.parse_args().check)


if __name__ == "__main__":
    raise SystemExit(main())
