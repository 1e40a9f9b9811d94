"""Verdicts and runs made for one test.

Owns the builders. It must not know what is tested.
"""

from __future__ import annotations

from typing import Any

from participant_conformance.gate.verdicts import Counterexample, Kind, Verdict
from participant_conformance.report.run import How, Run

HOW = How(
    level="must",
    profile="gate",
    examples=100,
    seed=0,
    link="loopback",
    suite="0.1.0",
    python="3.11.9",
    system="Linux",
    hypothesis="6.170.0",
)
SAMPLE: dict[str, Any] = {
    "name": "sample",
    "version": "1.0",
    "language": "python",
    "runtime": "",
    "capabilities": ["call", "read"],
    "errors": ["OwnError"],
    "traits": {},
}
#: Requirements of the catalogue, in its order.
NAMES = ("decode.round-trip", "decode.tags", "error.modeled", "error.message", "request.line", "request.bearer")
#: What an implementation may say: it moves the cursor, changes the colour, turns the direction, ends lines.
HOSTILE = "\x1b[2J\x1b[31mred\x07\r\ngate: must → conforms\u2028\u202etxt.exe\u2066\x00\ud800\ufffe"


def verdict(kind: Kind, name: str = NAMES[0], reason: str = "found", **fields: Any) -> Verdict:
    """Return a verdict on a MUST of the sample implementation."""
    return Verdict(name, **{"level": "MUST", "kind": kind, "reason": reason, "implementation": SAMPLE, **fields})


def example(*lines: tuple[str, str], **fields: Any) -> Counterexample:
    """Return a counterexample with these lines."""
    return Counterexample(lines, **fields)


def run(*verdicts: Verdict, problems: tuple[str, ...] = (), how: How = HOW) -> Run:
    """Return a run with these verdicts."""
    made = Run(how, list(problems))
    for found in verdicts:
        made.add(found)
    return made


def run_of_every_kind(reason: str = "found", *lines: tuple[str, str]) -> Run:
    """Return a run with one verdict of each kind, each on a requirement of its own."""
    names = [
        "decode.round-trip",
        "decode.tags",
        "decode.text-is-exact",
        "decode.equivalent-spellings",
        "decode.null-is-absent",
        "decode.empty-structure-is-present",
        "decode.empty-object",
        "decode.empty-body",
        "error.modeled",
        "error.type-in-header",
        "request.line",
    ]
    found = example(*lines) if lines else None
    return run(*(verdict(kind, name, reason, counterexample=found) for kind, name in zip(Kind, names, strict=True)))
