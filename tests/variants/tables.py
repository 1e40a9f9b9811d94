"""The table of the variants.

Owns how it is written down; the same results give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from participant_conformance.gate.verdicts import Finding
from tests.mutants.bench import Results
from tests.mutants.tables import code, prose, row, table
from tests.variants.variant import Variant

HEAD = ("variant", "freedom", "passed", "not offered", "fails")
INTRODUCTION = """\
# Variants

Each row is a correct implementation that differs from the reference where the contract is free: the proof that the
checks take nothing for a mistake that is none. Written by `python -m tests.variants`, never by hand.

- *not offered*: checks that need what the variant does not have, with the reason.
- *fails*: checks that do not pass it. Anything there would be a fault of this suite.
- What takes as long as a call may (call.ends) is judged of those that have a way of their own with time, alone.
"""


def variant_row(variant: Variant, results: Results) -> str:
    """Write the row of one variant."""
    passed = [name for name, result in results.items() if result.finding is Finding.CONFORMS]
    failed = list(wrong(results))
    count = f"{len(passed)} of {len(results)}"
    return row([code(variant.name), prose(variant.freedom), count, _not_offered(results), ", ".join(failed)])


def wrong(results: Results) -> dict[str, str]:
    """Return what was found by each check that neither passes the adapter nor leaves it out, by requirement."""
    right = (Finding.CONFORMS, Finding.NOT_OFFERED)
    return {
        name: f"{result.finding}: {result.reason}" for name, result in results.items() if result.finding not in right
    }


def variant_table(rows: Iterable[str]) -> str:
    """Write the whole page of the variants."""
    return f"{INTRODUCTION}\n{table(HEAD, rows)}"


def _not_offered(results: Results) -> str:
    by_reason: dict[str, list[str]] = {}
    for name, result in results.items():
        if result.finding is Finding.NOT_OFFERED:
            by_reason.setdefault(result.reason, []).append(name)
    return "<br>".join(f"{', '.join(names)}: {prose(reason)}" for reason, names in by_reason.items())
