"""Every check of a service can fail: each mutant is killed by the check of what it breaks, and by few others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from participant_conformance.gate.verdicts import Finding, decide
from participant_conformance.report.text import failure_view
from participant_conformance.requirements import catalogue
from tests.mutants.tables import code, is_killed, made_with
from tests.of_service.__main__ import EXAMPLES, KILL_TABLE, PROOFS, judged
from tests.of_service.bench import Mutant, Results, result
from tests.of_service.mutants import mutants
from tests.of_service.tables import kill_row, kill_table, proofs, row_words

#: The part of the other checks that must pass a mutant.
SPARED = 0.8
#: Lines of a terminal that a failure may take.
TERMINAL = 25

every_mutant = pytest.mark.parametrize("mutant", mutants().values(), ids=mutants())


@pytest.fixture(scope="module")
def found() -> Callable[[Mutant], Results]:
    """Give what runs a mutant through all checks, once."""
    return cache(judged)


def published() -> dict[str, str]:
    """Return the rows of the published table by the mutant's name as it is written there."""
    lines = KILL_TABLE.read_text(encoding="utf-8").splitlines()
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line.startswith("| `")}


def comparable(line: str) -> str:
    """Return the part of a row that must be as published: all of it, where the same versions draw the same."""
    same_draws = made_with() in KILL_TABLE.read_text(encoding="utf-8")
    return line if same_draws else " | ".join(line.split(" | ")[:3])


def test_every_requirement_of_a_service_has_two_mutants() -> None:
    """A check whose failure nobody has ever seen is no check."""
    broken = [mutant.breaks for mutant in mutants().values()]
    assert all(broken.count(requirement.id) >= 2 for requirement in catalogue().side(of_service=True))


@every_mutant
def test_the_check_kills_the_mutant(found: Callable[[Mutant], Results], mutant: Mutant) -> None:
    """The check of the broken requirement fails by a wrong outcome, each time again."""
    own = found(mutant)[mutant.breaks]
    assert is_killed(own)
    assert own.counterexample is not None
    assert own.counterexample.reproduced == own.counterexample.repeated


@every_mutant
def test_other_draws_kill_the_mutant_too(mutant: Mutant) -> None:
    """It is no luck of the draws that the check fails."""
    assert is_killed(result(mutant, EXAMPLES, run_seed=1))


@every_mutant
def test_most_other_checks_pass_the_mutant(found: Callable[[Mutant], Results], mutant: Mutant) -> None:
    """At least four fifths of the others that can be judged are not concerned."""
    others = {name: result for name, result in found(mutant).items() if name != mutant.breaks}
    judged_ones = [one for one in others.values() if "--upstream" not in one.reason]
    passed = sum(one.finding is Finding.CONFORMS for one in judged_ones)
    assert passed >= SPARED * len(judged_ones)


@every_mutant
def test_the_published_row_is_what_comes_out(found: Callable[[Mutant], Results], mutant: Mutant) -> None:
    """Running the mutant through all checks gives its row of the published table."""
    assert comparable(published()[code(mutant.name)]) == comparable(kill_row(mutant, found(mutant)))


@every_mutant
def test_the_failure_fits_a_terminal(found: Callable[[Mutant], Results], mutant: Mutant) -> None:
    """The view of the smallest example found takes no more than 25 lines."""
    requirement = catalogue()[mutant.breaks]
    verdict = decide(requirement, found(mutant)[mutant.breaks], level="should")
    assert len(failure_view(verdict, requirement, "participant-conformance run").splitlines()) <= TERMINAL


def test_the_table_has_a_row_for_each_mutant() -> None:
    """No row is missing, none is of a mutant that is no more, and their order is that of the requirements."""
    assert list(published()) == [row_words(mutant)[0] for mutant in mutants().values()]


def test_the_page_around_the_rows_is_current() -> None:
    """The words around the rows are those that the generator writes, but for the versions they were made with."""

    def words(page: str) -> list[str]:
        return [line for line in page.splitlines() if not line.startswith("| `") and "Hypothesis" not in line]

    assert words(KILL_TABLE.read_text(encoding="utf-8")) == words(kill_table([]))


def test_the_proofs_are_the_mutants() -> None:
    """What explain tells of mutants is what there is."""
    assert PROOFS.read_text(encoding="utf-8") == proofs(mutants().values())
