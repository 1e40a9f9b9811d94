"""No check fails a correct implementation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import pytest

from participant_conformance.checks import registry
from tests.mutants.bench import Bench, Results
from tests.variants.__main__ import EXAMPLES, VARIANT_TABLE
from tests.variants.tables import variant_row, variant_table, wrong
from tests.variants.variant import Variant
from tests.variants.variants import variants

Judged: TypeAlias = Callable[[Variant], Results]
every_variant = pytest.mark.parametrize("variant", variants().values(), ids=variants())


@pytest.fixture(scope="module")
def judged(bench: Bench) -> Judged:
    """Give what runs a variant through all checks, once."""
    return cache(lambda variant: bench.results(variant.make, EXAMPLES, part=variant.part, timed=variant.timed))


@every_variant
def test_no_check_fails_the_variant(judged: Judged, variant: Variant) -> None:
    """A check passes the variant, or needs what it does not have."""
    assert wrong(judged(variant)) == {}


@every_variant
def test_the_published_row_is_what_comes_out(judged: Judged, variant: Variant) -> None:
    """Running the variant through all checks gives its row of the published table."""
    row = variant_row(variant, judged(variant))
    assert row in VARIANT_TABLE.read_text(encoding="utf-8").splitlines()


def test_the_table_has_no_other_rows() -> None:
    """The published page is that of these variants, with nothing left from before."""
    page = VARIANT_TABLE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert (len(rows), page) == (len(variants()), variant_table(rows))


def test_a_variant_passes_every_check() -> None:
    """There is a variant that is offered all of them."""
    assert f"| {len(registry())} of {len(registry())} |" in VARIANT_TABLE.read_text(encoding="utf-8")
