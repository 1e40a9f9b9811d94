"""Planted faults: for each that ``tests/data/shrinking.toml`` lists, its check tells the smallest case of it.

From the fault to the report: an implementation that has it, the check's draws, the runner, the lines of the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from participant_conformance.checks import registry
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding, Result
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.subject import Subject
from tests.strategies.faulty import Faulty
from tests.strategies.planted_faults import PlantedFault, load_faults

SEEDS = (1, 2, 3, 4, 5)
EXAMPLES = 1000
FAULTS = load_faults()


@pytest.fixture(name="link", scope="module")
def link_fixture() -> Iterator[LoopbackLink]:
    """Give one link, which is opened when the first request is sent."""
    link = LoopbackLink()
    yield link
    link.close()


def searched(fault: PlantedFault, seed: int, link: LoopbackLink) -> Result:
    """Let the check look for the fault; its vectors would find it before anything is drawn, and are not shrunk."""
    adapter = Faulty(fault)
    check = replace(registry()[fault.requirement], vectors=())
    try:
        return run_check(check, Subject(adapter, link=lambda: link), Effort(EXAMPLES, run_seed=seed))
    finally:
        adapter.close()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_planted_fault_shrinks_to_its_minimum(fault: PlantedFault, seed: int, link: LoopbackLink) -> None:
    """What is told is the smallest case that shows the fault, whatever was found first."""
    result = searched(fault, seed, link)
    assert (result.finding, result.reason) != (Finding.CONFORMS, ""), "the fault was not found: its conditions are rare"
    assert result.finding is Finding.VIOLATES, result
    assert result.counterexample is not None
    told = {"": result.counterexample.lines[0][1], **dict(result.counterexample.lines)}
    assert {label: told.get(label) for label in fault.minimum} == fault.minimum


def test_the_faults_are_many_and_of_every_kind() -> None:
    """At least thirty, among them some of values, spellings, errors, requests, pairs, XML and written texts."""
    assert len(FAULTS) >= 30
    areas = {fault.requirement.split(".")[0] for fault in FAULTS}
    assert areas >= {"decode", "error", "request", "xml", "encode"}
    assert {key for fault in FAULTS for key in fault.texts} >= {
        "body",
        "header",
        "outcome",
        "before",
        "request",
        "value",
    }
