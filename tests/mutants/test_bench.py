"""The bench gives what the runner gives, only faster."""

from __future__ import annotations

import pytest

from participant_conformance.checks import registry
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from tests.mutants.bench import TIMED, Bench, Make
from tests.mutants.catalogue import mutants
from tests.mutants.dead import ANSWERS, DeadReader

EXAMPLES = 5


def dead() -> DeadReader:
    """Return an adapter that many checks do not observe."""
    return DeadReader(ANSWERS["always AccessDenied"])


@pytest.mark.parametrize("make", [mutants()["requires-url"].make, dead], ids=["mutant", "dead"])
def test_a_replayed_result_is_that_of_the_runner(bench: Bench, make: Make) -> None:
    """Each check of an adapter comes out as it does when the runner draws the cases itself."""
    effort = Effort(EXAMPLES, shrink=False)
    checks = {name: check for name, check in registry().items() if name not in TIMED}
    drawn = {name: run_check(check, bench.subject(make()), effort) for name, check in checks.items()}
    results = bench.results(make, EXAMPLES)
    assert {name: results[name] for name in checks} == drawn


@pytest.mark.parametrize("name", ["status-for-header", "bearer-scheme"])
def test_only_checks_of_the_broken_method_are_concerned(bench: Bench, name: str) -> None:
    """The checks that are left out, because they look at a method that is the reference's, would pass."""
    mutant = mutants()[name]
    part = bench.results(mutant.make, EXAMPLES, part=mutant.part)
    whole = bench.results(mutant.make, EXAMPLES)
    assert {name: result.finding for name, result in part.items()} == {
        name: result.finding for name, result in whole.items()
    }


def test_a_check_that_is_not_offered_is_not_passed(bench: Bench) -> None:
    """An adapter without call is left out by the checks of requests."""
    assert bench.result("request.line", dead, Effort(EXAMPLES)).finding is Finding.NOT_OFFERED
