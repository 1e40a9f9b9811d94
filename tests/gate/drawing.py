"""Print everything that the checks of the suite draw, so that two processes can be compared.

``python -m tests.gate.drawing`` draws; with ``hostile`` behind it, after the consumer has registered profiles that
would thin out every test of theirs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

from hypothesis import Phase, settings

from participant_conformance.adapter import METHODS
from participant_conformance.checks import registry
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.stored import plain
from participant_conformance.subject import Subject
from tests.gate.synthetic import Recorded
from tests.harness.samples import implementation

EXAMPLES = 25


def all_capabilities() -> object:
    """Return an adapter that offers everything; it is never called."""
    methods = {name: lambda *_arguments: None for name in METHODS.values()}
    return type("All", (), methods | {"implementation": implementation()})()


def drawn() -> Iterator[str]:
    """Yield each case of each check, its bytes included."""
    adapter = all_capabilities()
    subject = Subject(adapter, link=LoopbackLink, quarantine=lambda _seconds: nullcontext(adapter))
    for name, check in registry().items():
        recorded = Recorded()
        result = run_check(replace(check, example=recorded), subject, Effort(EXAMPLES))
        yield f"{name}: {result.finding}, {result.examples}"
        # Whole: what is printed of a case leaves its control out.
        yield from (json.dumps(plain(case)) for case in recorded.cases)
    subject.close()


def register_hostile_profiles() -> None:
    """Do what a consumer's conftest may do."""
    hostile = settings(max_examples=3, derandomize=True, phases=[Phase.generate], report_multiple_bugs=True)
    for name in ("default", "ci", "hostile"):
        settings.register_profile(name, hostile)
    settings.load_profile("hostile")


if __name__ == "__main__":
    if "hostile" in sys.argv:
        register_hostile_profiles()
    for line in drawn():
        print(line)
