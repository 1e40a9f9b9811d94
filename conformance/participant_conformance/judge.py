"""The judge of a run under pytest: takes checks, records verdicts, tells pytest what came of each.

Owns the way from a check to a verdict that is on record. It must not know hooks, options or reports.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pytest

from participant_conformance.checks.check import Check
from participant_conformance.environment import quiet_environment
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.settings import FILE_NAME, Configuration
from participant_conformance.gate.verdicts import (
    BROKEN,
    FAILING,
    Finding,
    GateLevel,
    Kind,
    Result,
    Verdict,
    decide,
)
from participant_conformance.subject import Subject, described


@dataclass(frozen=True, slots=True)
class Gate:
    """What a run is judged by."""

    level: GateLevel
    examples: int
    seed: int
    configuration: Configuration
    patient: bool = True


class Judge:
    """Takes the checks of a run, one after the other, and records a verdict for each."""

    def __init__(self, subject: Subject, gate: Gate) -> None:
        self._subject = subject
        self._gate = gate
        self.verdicts: dict[str, Verdict] = {}

    def run(self, check: Check) -> None:
        """Judge one requirement and tell pytest what came of it."""
        verdict = self._verdict(check)
        self.verdicts[check.requirement.id] = verdict
        match verdict.kind:
            case Kind.NOT_OFFERED:
                pytest.skip(verdict.reason)
            case Kind.EXPECTED:
                pytest.xfail(verdict.reason)
            case kind if kind in FAILING | BROKEN or kind is Kind.NOT_RUN:
                pytest.fail(verdict.reason, pytrace=False)

    def _verdict(self, check: Check) -> Verdict:
        requirement, gate = check.requirement, self._gate
        if self._subject.exhausted:
            abandoned = self._subject.abandoned
            told = f"not run: {len(abandoned)} calls did not come back, the last one {abandoned[-1]}"
            return Verdict(
                requirement.id, requirement.level.value, Kind.NOT_RUN, told, implementation=self.implementation
            )
        expectation = gate.configuration.expected.get(requirement.id)
        effort = Effort(gate.examples, gate.seed, shrink=expectation is None, patient=gate.patient)
        # What plays the service runs elsewhere, and need not be on this machine.
        surroundings = nullcontext() if requirement.of_service else quiet_environment()
        try:
            with surroundings:
                result = self._lost_capability(check) or run_check(check, self._subject, effort)
        finally:
            self._subject.release()
        return decide(
            requirement,
            result,
            level=gate.level,
            expectation=expectation,
            today=datetime.now(UTC).date(),
            implementation=self.implementation,
        )

    def _lost_capability(self, check: Check) -> Result | None:
        """Fail a check whose capability the user's configuration counts on, and which is gone."""
        lost = [name for name in check.requirement.needs if name in self._gate.configuration.capabilities]
        if lost and self._subject.capabilities.isdisjoint(check.requirement.needs):
            return Result(Finding.VIOLATES, f"{lost[0]} is listed in {FILE_NAME} and no longer offered")
        return None

    @cached_property
    def implementation(self) -> dict[str, Any]:
        """Who is judged, in plain types."""
        return described(self._subject)
