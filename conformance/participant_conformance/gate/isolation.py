"""Keep Hypothesis's draws to what the check is made of.

Owns the one place where private names of Hypothesis are touched. Hypothesis also draws literals that it finds in the
modules of the project under test: an unrelated edit there would change our examples. While a check runs it sees none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAMES = ("_get_local_constants", "CONSTANTS_CACHE", "Constants")


def isolation_problem() -> str | None:
    """Say what is missing in the installed Hypothesis for draws to be isolated, or ``None``."""
    from hypothesis.internal.conjecture import providers

    missing = [name for name in _NAMES if not hasattr(providers, name)]
    if not missing:
        return None
    return f"this Hypothesis has no {', '.join(missing)}: unrelated edits of the tested project may change examples"


@contextmanager
def isolated_draws() -> Iterator[None]:
    """Hide the consumer's literals from Hypothesis for a while; do nothing where that is not possible."""
    from hypothesis.internal.conjecture import providers

    if isolation_problem():
        yield
        return
    module: Any = providers
    before = module._get_local_constants, module.CONSTANTS_CACHE
    nothing = module.Constants()
    module._get_local_constants = lambda: nothing
    # What is cached by the kind of draw holds the literals found so far.
    module.CONSTANTS_CACHE = type(before[1])(1024)
    try:
        yield
    finally:
        module._get_local_constants, module.CONSTANTS_CACHE = before
