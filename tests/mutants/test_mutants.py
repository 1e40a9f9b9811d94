"""Every check can fail: each mutant is killed by the check of the requirement that it breaks, and by few others."""

from __future__ import annotations

from functools import cache, partial

import pytest

from participant_conformance.checks import registry
from participant_conformance.gate.runner import Effort
from participant_conformance.gate.settings import PROFILES
from participant_conformance.gate.verdicts import decide
from participant_conformance.report.text import failure_view
from participant_conformance.requirements import catalogue
from tests.mutants.__main__ import KILL_TABLE, PROOFS
from tests.mutants.bench import Bench
from tests.mutants.catalogue import mutants
from tests.mutants.judging import judged, killed_by_other_draws, usual_findings
from tests.mutants.tables import code, is_killed, kill_row, kill_table, made_with, proofs, row_words
from tests.mutants.tampering import Mutant

EXAMPLES = PROFILES["gate"]
#: The part of the other checks that must pass a mutant: what it breaks is one rule, and little else.
SPARED = 0.8
#: Lines of a terminal that a failure may take.
TERMINAL = 25

#: Of the rows and of the other seeds the tests take a third, in turn; ``python -m tests.mutants --check`` and
#: ``--seeds`` take all.
SAMPLE = 3

every_mutant = pytest.mark.parametrize("mutant", mutants().values(), ids=mutants())
#: Those whose cases depend on the seed: what runs in an interpreter of its own is judged by fixed cases first, and some
#: requirements have no others.
drawn = {
    name: mutant
    for name, mutant in mutants().items()
    if not (catalogue()[mutant.breaks].isolated or registry()[mutant.breaks].finite)
}


@cache
def published() -> dict[str, str]:
    """Return the rows of the published table by the mutant's name as it is written there."""
    lines = KILL_TABLE.read_text(encoding="utf-8").splitlines()
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line.startswith("| `")}


def without_rows(page: str) -> list[str]:
    """Return the lines of a page that are no row of a mutant."""
    return [line for line in page.splitlines() if not line.startswith("| `")]


def comparable(line: str) -> str:
    """Return the part of a row that must be as published: all of it, where the same versions draw the same."""
    same_draws = made_with() in KILL_TABLE.read_text(encoding="utf-8")
    return line if same_draws else " | ".join(line.split(" | ")[:3])


def test_every_requirement_has_a_mutant() -> None:
    """A check whose failure nobody has ever seen is no check."""
    assert set(registry()) == {mutant.breaks for mutant in mutants().values()}


@every_mutant
def test_the_check_kills_the_mutant(bench: Bench, mutant: Mutant) -> None:
    """The check of the broken requirement fails by a wrong outcome, not by a crash."""
    result = bench.result(mutant.breaks, mutant.make, Effort(EXAMPLES, shrink=False), spec=mutant.spec)
    assert is_killed(result, usual_findings(bench, EXAMPLES, mutant.breaks))


@pytest.mark.parametrize(
    ("mutant", "run_seed"),
    [(mutant, 1 + place % SAMPLE) for place, mutant in enumerate(drawn.values())],
    ids=drawn,
)
def test_other_draws_kill_the_mutant_too(bench: Bench, mutant: Mutant, run_seed: int) -> None:
    """It is no luck of the draws that the check fails."""
    assert killed_by_other_draws(bench, mutant, EXAMPLES, run_seed)


sampled = pytest.mark.parametrize("mutant", list(mutants().values())[::SAMPLE], ids=list(mutants())[::SAMPLE])


@sampled
def test_the_published_row_is_what_comes_out(bench: Bench, mutant: Mutant) -> None:
    """Running the mutant through all checks gives its row of the published table."""
    row = kill_row(mutant, judged(bench, mutant, EXAMPLES), partial(usual_findings, bench, EXAMPLES))
    assert comparable(published()[code(mutant.name)]) == comparable(row)


@every_mutant
def test_the_failure_fits_a_terminal(bench: Bench, mutant: Mutant) -> None:
    """The view of the smallest example found takes no more than 25 lines."""
    requirement = catalogue()[mutant.breaks]
    result = bench.result(mutant.breaks, mutant.make, Effort(EXAMPLES), spec=mutant.spec)
    verdict = decide(requirement, result, level="should")
    assert len(failure_view(verdict, requirement, "participant-conformance run").splitlines()) <= TERMINAL


@every_mutant
def test_most_other_checks_pass_the_mutant(mutant: Mutant) -> None:
    """At least four fifths of the other checks are not concerned, by the published row."""
    cells = published()[code(mutant.name)].split(" | ")[3:6]
    concerned = {name.strip("* ") for cell in cells for name in cell.split(",") if name.strip()} - {mutant.breaks}
    others = len(registry()) - 1
    assert others - len(concerned) >= SPARED * others


def test_the_table_has_a_row_for_each_mutant() -> None:
    """No row is missing, none is of a mutant that is no more, and their order is that of the requirements."""
    assert list(published()) == [row_words(mutant)[0] for mutant in mutants().values()]


def test_the_page_around_the_rows_is_current() -> None:
    """The words around the rows are those that the generator writes, but for the versions they were made with."""
    page = [line for line in without_rows(KILL_TABLE.read_text(encoding="utf-8")) if "Hypothesis" not in line]
    assert page == [line for line in without_rows(kill_table([])) if "Hypothesis" not in line]


def test_the_proofs_are_the_mutants() -> None:
    """What explain tells of mutants is what there is: no mutant is missing, none is left from before."""
    assert PROOFS.read_text(encoding="utf-8") == proofs(mutants().values())
