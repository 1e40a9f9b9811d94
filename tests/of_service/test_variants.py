"""No check fails a correct service or proxy, and what is dead passes none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from participant_conformance.gate.verdicts import Finding
from participant_conformance.requirements import Level, catalogue
from tests.of_service.__main__ import EXAMPLES, VARIANT_TABLE
from tests.of_service.bench import Results, Variant, opened, results
from tests.of_service.fakes import fake
from tests.of_service.tables import variant_row, variant_table, wrong
from tests.of_service.variants import DEAD, variants

every_variant = pytest.mark.parametrize("variant", variants().values(), ids=variants())


@pytest.fixture(scope="module")
def found() -> Callable[[Variant], Results]:
    """Give what runs a variant through all checks, once."""
    return cache(lambda variant: results(variant.open, EXAMPLES))


def test_the_small_fake_passes_all_that_is_about_a_service() -> None:
    """It is what the mutants are made of."""
    findings = {name: result.finding for name, result in results(lambda: opened(fake), EXAMPLES).items()}
    assert findings == {
        requirement.id: Finding.CONFORMS if requirement.area == "service" else Finding.NOT_OFFERED
        for requirement in catalogue().side(of_service=True)
    }


@every_variant
def test_no_check_fails_the_variant(found: Callable[[Variant], Results], variant: Variant) -> None:
    """A check passes the variant, or needs what it does not have."""
    assert wrong(found(variant)) == {}


@every_variant
def test_the_published_row_is_what_comes_out(found: Callable[[Variant], Results], variant: Variant) -> None:
    """Running the variant through all checks gives its row of the published table."""
    assert variant_row(variant, found(variant)) in VARIANT_TABLE.read_text(encoding="utf-8").splitlines()


def test_the_table_has_no_other_rows() -> None:
    """The published page is that of these variants, with nothing left from before."""
    page = VARIANT_TABLE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert (len(rows), page) == (len(variants()), variant_table(rows))


@pytest.mark.parametrize("name", DEAD)
def test_what_is_dead_passes_no_more_than_it_keeps(name: str) -> None:
    """Who looks at nothing scores nothing, but for what its one reply really is."""
    open_it, kept = DEAD[name]
    passed = [found for found, result in results(open_it, 5).items() if result.finding is Finding.CONFORMS]
    assert [found for found in passed if catalogue()[found].level is Level.MUST] == list(kept)
