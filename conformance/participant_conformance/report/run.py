"""A run as a whole: its verdicts, what was judged and how, and what the gate makes of it.

Owns counting and the exit code. It must not know pytest or any format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from participant_conformance.gate.verdicts import BROKEN, FAILING, UNJUDGED, Kind, Verdict
from participant_conformance.report.text import one_line, printable
from participant_conformance.requirements import EDITION, Catalogue, Level, catalogue

#: Where two results of one requirement meet, the one that comes first here wins.
_WORST = (
    Kind.SUITE_BUG,
    Kind.ADAPTER_ERROR,
    Kind.FAILED,
    Kind.STALE,
    Kind.NOT_OBSERVED,
    Kind.NOT_RUN,
    Kind.EXPECTED,
    Kind.WARNED,
    Kind.NOTED,
    Kind.NOT_OFFERED,
    Kind.PASSED,
)
#: The order in which a summary names what came of the checks.
_SHOWN = (
    Kind.PASSED,
    Kind.FAILED,
    Kind.NOT_OBSERVED,
    Kind.STALE,
    Kind.WARNED,
    Kind.NOTED,
    Kind.EXPECTED,
    Kind.ADAPTER_ERROR,
    Kind.SUITE_BUG,
    Kind.NOT_RUN,
)


@dataclass(frozen=True, slots=True)
class How:
    """How a run was made."""

    level: str
    profile: str
    examples: int
    seed: int
    link: str
    suite: str
    python: str
    system: str
    hypothesis: str


@dataclass
class Run:
    """The verdicts of a run, one a requirement. ``problems`` are failures that belong to no single requirement.

    ``interrupted``: it did not come to its end, so that what was judged says nothing about the rest.
    """

    how: How
    problems: list[str] = field(default_factory=list)
    found: dict[str, Verdict] = field(default_factory=dict)
    interrupted: bool = False

    def add(self, verdict: Verdict) -> None:
        """Take a verdict; where the requirement has one already (two modules run the suite), the worst stays."""
        before = self.found.get(verdict.requirement)
        if before is None or _WORST.index(verdict.kind) < _WORST.index(before.kind):
            self.found[verdict.requirement] = verdict

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdicts in the order of the catalogue."""
        return [self.found[requirement.id] for requirement in catalogue() if requirement.id in self.found]

    @property
    def side(self) -> Catalogue:
        """The requirements that a run like this one can judge: those of a client, or those of a service."""
        return catalogue().side(of_service=any(catalogue()[name].of_service for name in self.found))

    @property
    def implementation(self) -> dict[str, Any]:
        """Who was judged; empty if that was never learnt."""
        return next((verdict.implementation for verdict in self.verdicts if verdict.implementation), {})

    @property
    def judged_musts(self) -> int:
        """How many MUSTs were judged, well or badly."""
        return sum(verdict.level == Level.MUST and verdict.kind not in UNJUDGED for verdict in self.verdicts)

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 does not, 2 could not judge."""
        kinds = {verdict.kind for verdict in self.verdicts}
        if kinds & FAILING or self.problems:
            return 1
        unsure = self.interrupted or kinds & BROKEN or Kind.NOT_RUN in kinds
        return 2 if unsure or not self.judged_musts else 0

    def counts(self, level: Level) -> dict[Kind, int]:
        """Count the verdicts of one level, in the order in which they are shown."""
        counted = Counter(verdict.kind for verdict in self.verdicts if verdict.level == level)
        return {kind: counted[kind] for kind in _SHOWN if counted[kind]}

    def by_reason(self, *kinds: Kind) -> dict[str, list[str]]:
        """Return the requirements with one of these verdicts, by the reason."""
        reasons: dict[str, list[str]] = {}
        for verdict in self.verdicts:
            if verdict.kind in kinds:
                reasons.setdefault(verdict.reason, []).append(verdict.requirement)
        return reasons

    @property
    def conclusion(self) -> str:
        """Say in a few words what the gate makes of the run."""
        match self.exit_code:
            case 0:
                return "conforms"
            case 1:
                return "does not conform"
            case _:
                return "could not judge"


def summary_lines(run: Run) -> list[str]:
    """Return the end of a run in a few lines of plain text."""
    lines = [identity(run)]
    columns = [f"{level.lower():8}{_counted(run.counts(level))}" for level in Level if run.counts(level)]
    in_one = "        ".join(columns)
    lines += [in_one] if len(in_one) <= 76 else columns
    for reason, requirements in run.by_reason(Kind.NOT_OFFERED).items():
        lines.append(f"not offered: {_named(requirements)}: {reason}")
    for reason, requirements in run.by_reason(*BROKEN, Kind.NOT_RUN).items():
        lines.append(f"not judged: {_named(requirements)}: {reason}")
    lines += [f"expected: {v.requirement}: {v.reason}" for v in run.verdicts if v.kind is Kind.EXPECTED]
    lines += [f"problem: {problem}" for problem in run.problems]
    if run.interrupted:
        lines.append("interrupted: the run did not come to its end")
    if len(run.verdicts) < len(run.side):
        lines.append(f"run: {len(run.verdicts)} of the {len(run.side)} checks of edition {EDITION}")
    if used := run.implementation.get("traits"):
        lines.append("traits: " + ", ".join(f"{name}={value}" for name, value in used.items()))
    lines.append(f"gate: {run.how.level} → {run.conclusion}")
    # Names and reasons are an implementation's own words: none of them may end a line, or forge one.
    return [printable(line) for line in lines]


def notable_lines(run: Run) -> list[str]:
    """Return one line of plain text for each verdict that fails nothing and says something."""
    notable = [verdict for verdict in run.verdicts if verdict.kind in (Kind.WARNED, Kind.NOTED)]
    return [one_line(f"{verdict.kind}: {verdict.requirement}: {verdict.reason}") for verdict in notable]


def identity(run: Run) -> str:
    """Name the implementation and the suite in one line."""
    who = run.implementation
    name = f"{who['name']} {who['version']}".strip() if who else "unknown implementation"
    runtime = f" ({who['runtime']})" if who.get("runtime") else ""
    explored = f" · seed {run.how.seed}" if run.how.seed else ""
    return f"{name}{runtime} · python {run.how.python} · suite {run.how.suite}, edition {EDITION}{explored}"


def _counted(counts: dict[Kind, int]) -> str:
    return "   ".join(f"{number} {kind}" for kind, number in counts.items())


def _named(requirements: Iterable[str]) -> str:
    names = list(requirements)
    return ", ".join(names) if len(names) <= 2 else f"{len(names)} checks"
