"""The tables of services and proxies: mutants and variants, in the style of those of clients.

Owns how they are written down; the same results give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from participant_conformance.gate.verdicts import Finding
from tests.mutants.tables import code, in_short, is_killed, made_with, names, prose, row, table
from tests.of_service.bench import Mutant, Results, Variant

KILL_HEAD = ("mutant", "breaks", "what it does", "killed by", "also fails", "not offered", "counterexample")
KILL_PAGE = """\
# Mutants of a service and of a proxy

Each row is a small correct fake of the service, or a small correct proxy, with one mistake, and what the checks of
`run --service` say of it. Written by `python -m tests.of_service`, never by hand; {made_with}, and other versions draw
other examples. The columns are those of [the table of clients](kill-table.md); what needs a proxy is not offered by a
fake, and not listed.

{table}"""
VARIANT_HEAD = ("variant", "freedom", "passed", "not offered", "fails")
VARIANT_PAGE = """\
# Variants of a service and of a proxy

Each row is a correct fake or proxy that uses a freedom of the contract: the proof that the checks take nothing for a
mistake that is none. Written by `python -m tests.of_service`, never by hand.

{table}"""


def kill_row(mutant: Mutant, results: Results) -> str:
    """Write the row of one mutant."""
    killed = sorted((n for n, result in results.items() if is_killed(result)), key=lambda name: name != mutant.breaks)
    missing = [name for name in results if not_offered(name, results)]
    failed = [n for n, result in results.items() if result.finding in _UNSEEN and n not in killed]
    killed_by = names(killed) if mutant.breaks in killed else f"**survives** {names(killed)}".strip()
    evidence = in_short(results[mutant.breaks].counterexample)
    return row([*row_words(mutant), killed_by, names(failed), names(missing), evidence])


_UNSEEN = (Finding.NOT_OBSERVED, Finding.ADAPTER_ERROR, Finding.SUITE_BUG)


def not_offered(name: str, results: Results) -> bool:
    """Whether a check is left out for another reason than that there is no proxy."""
    result = results[name]
    return result.finding is Finding.NOT_OFFERED and "--upstream" not in result.reason


def row_words(mutant: Mutant) -> tuple[str, str, str]:
    """Return the cells of a mutant's row that do not depend on any result."""
    return code(mutant.name), mutant.breaks, prose(mutant.what)


def variant_row(variant: Variant, results: Results) -> str:
    """Write the row of one variant."""
    passed = sum(result.finding is Finding.CONFORMS for result in results.values())
    reasons: dict[str, list[str]] = {}
    for name, result in results.items():
        if result.finding is Finding.NOT_OFFERED:
            reasons.setdefault(result.reason, []).append(name)
    told = "<br>".join(f"{', '.join(found)}: {prose(reason)}" for reason, found in reasons.items())
    cells = [code(variant.name), prose(variant.freedom), f"{passed} of {len(results)}", told, names(wrong(results))]
    return row(cells)


def wrong(results: Results) -> dict[str, str]:
    """Return what was found by each check that neither passes the variant nor leaves it out."""
    right = (Finding.CONFORMS, Finding.NOT_OFFERED)
    return {name: f"{found.finding}: {found.reason}" for name, found in results.items() if found.finding not in right}


def kill_table(rows: Iterable[str]) -> str:
    """Write the whole page of the mutants."""
    return KILL_PAGE.format(made_with=made_with(), table=table(KILL_HEAD, rows))


def variant_table(rows: Iterable[str]) -> str:
    """Write the whole page of the variants."""
    return VARIANT_PAGE.format(table=table(VARIANT_HEAD, rows))


def proofs(killed: Iterable[Mutant]) -> str:
    """Write the proofs as JSON: for each requirement the mutants that its check kills, in words."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for mutant in killed:
        found.setdefault(mutant.breaks, []).append({"mutant": mutant.name, "what": mutant.what})
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
