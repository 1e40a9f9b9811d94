"""Mutants judged in several processes: each has a bench of its own.

Owns what one mutant becomes in the table. It must not know what is written where.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context

from participant_conformance.gate.runner import Effort
from participant_conformance.requirements import Level, catalogue
from tests.mutants.bench import Bench, Results, reference
from tests.mutants.catalogue import mutants
from tests.mutants.tables import is_killed, kill_row
from tests.mutants.tampering import Mutant

#: Processes, and how many mutants one of them is given at once: the cases are recorded anew in each.
PROCESSES = 2
_PART = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a mutant: its row, and whether its own check kills it."""

    row: str
    killed: bool


def judged(bench: Bench, mutant: Mutant, examples: int) -> Results:
    """Run a mutant through all checks; that of the requirement it breaks shrinks what it finds."""
    return bench.results(mutant.make, examples, part=mutant.part, shrunk={mutant.breaks}, spec=mutant.spec)


def usual_findings(bench: Bench, examples: int, name: str) -> tuple[str, ...] | None:
    """Return what a check of level INFO finds of the reference; ``None`` for any other."""
    return bench.findings(name, examples) if catalogue()[name].level is Level.INFO else None


def killed_by_other_draws(bench: Bench, mutant: Mutant, examples: int, run_seed: int) -> bool:
    """Tell whether the check of the broken requirement kills a mutant with the draws of another seed, too."""
    effort = Effort(examples, run_seed=run_seed, shrink=False)
    observes = catalogue()[mutant.breaks].level is Level.INFO
    usual = bench.judged(mutant.breaks, reference, effort).findings if observes else None
    return is_killed(bench.judged(mutant.breaks, mutant.make, effort), usual)


def all_judged(examples: int) -> Iterator[tuple[Mutant, Judged]]:
    """Yield every mutant with what came of it, in their order."""
    # Not forked: this process may have threads.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        found = pool.map(partial(_judged_alone, examples=examples), mutants(), chunksize=_PART)
        yield from zip(mutants().values(), found, strict=True)


def _judged_alone(name: str, *, examples: int) -> Judged:
    bench, mutant = _bench(), mutants()[name]
    results = judged(bench, mutant, examples)
    usual = partial(usual_findings, bench, examples)
    return Judged(kill_row(mutant, results, usual), is_killed(results[mutant.breaks], usual(mutant.breaks)))


@cache
def _bench() -> Bench:
    made = Bench()
    atexit.register(made.close)
    return made
