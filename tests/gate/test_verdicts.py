"""The whole table from findings to verdicts: by the requirement's level, the gate's level, a listed deviation."""

from __future__ import annotations

import json
from datetime import date
from itertools import product

import pytest

from participant_conformance.gate.verdicts import (
    BROKEN,
    FAILING,
    UNJUDGED,
    Counterexample,
    Expectation,
    Finding,
    GateLevel,
    Kind,
    Result,
    Verdict,
    decide,
)
from participant_conformance.requirements import Level
from tests.gate.synthetic import requirement

TODAY = date(2027, 1, 31)
EXPECTATIONS = {
    "not-listed": None,
    "listed": Expectation("decode.round-trip", "known since long"),
    "listed-until-today": Expectation("decode.round-trip", "known since long", until=TODAY),
    "listed-until-tomorrow": Expectation("decode.round-trip", "known since long", until=date(2027, 2, 1)),
    "listed-until-yesterday": Expectation("decode.round-trip", "known since long", until=date(2027, 1, 30)),
}
LISTED = [name for name in EXPECTATIONS if name != "not-listed"]
IN_TIME = [name for name in LISTED if name != "listed-until-yesterday"]
GATES: tuple[GateLevel, ...] = ("must", "should")

#: (finding, requirement's level, gate, expectation) → verdict, row by row.
TABLE: dict[tuple[Finding, Level, GateLevel, str], Kind] = {}

# What was not judged stays what it is, whoever asks.
for finding, kind in {
    Finding.NOT_OFFERED: Kind.NOT_OFFERED,
    Finding.ADAPTER_ERROR: Kind.ADAPTER_ERROR,
    Finding.SUITE_BUG: Kind.SUITE_BUG,
}.items():
    TABLE |= dict.fromkeys(product([finding], Level, GATES, EXPECTATIONS), kind)
# INFO binds nobody, and so no deviation from it can be listed.
JUDGED = [Finding.CONFORMS, Finding.VIOLATES, Finding.NOT_OBSERVED]
TABLE |= dict.fromkeys(product(JUDGED, [Level.INFO], GATES, EXPECTATIONS), Kind.NOTED)
# What binds passes or fails; a SHOULD binds where the gate says so.
BINDING = [Level.MUST, Level.SHOULD]
TABLE |= dict.fromkeys(product([Finding.CONFORMS], BINDING, GATES, ["not-listed"]), Kind.PASSED)
TABLE |= dict.fromkeys(product([Finding.VIOLATES], [Level.MUST], GATES, ["not-listed"]), Kind.FAILED)
TABLE[Finding.VIOLATES, Level.SHOULD, "should", "not-listed"] = Kind.FAILED
TABLE[Finding.VIOLATES, Level.SHOULD, "must", "not-listed"] = Kind.WARNED
# What was never seen fails what binds, listed or not; what does not bind cannot fail by it.
TABLE |= dict.fromkeys(product([Finding.NOT_OBSERVED], BINDING, GATES, EXPECTATIONS), Kind.NOT_OBSERVED)
TABLE |= dict.fromkeys(product([Finding.NOT_OBSERVED], [Level.SHOULD], ["must"], EXPECTATIONS), Kind.WARNED)
# A listed deviation is expected until its last day, and stale once it is gone or past that day.
TABLE |= dict.fromkeys(product([Finding.CONFORMS], BINDING, GATES, LISTED), Kind.STALE)
TABLE |= dict.fromkeys(product([Finding.VIOLATES], BINDING, GATES, IN_TIME), Kind.EXPECTED)
TABLE |= dict.fromkeys(product([Finding.VIOLATES], BINDING, GATES, ["listed-until-yesterday"]), Kind.STALE)


def decided(finding: Finding, level: Level, gate: GateLevel, expectation: str, reason: str = "found") -> Verdict:
    """Return the verdict on a synthetic requirement of a level."""
    return decide(
        requirement(level=level),
        Result(finding, reason),
        level=gate,
        expectation=EXPECTATIONS[expectation],
        today=TODAY,
    )


def test_the_table_is_complete() -> None:
    """Every finding, level, gate and expectation is in it."""
    assert set(TABLE) == set(product(Finding, Level, GATES, EXPECTATIONS))


@pytest.mark.parametrize(
    ("row", "kind"), TABLE.items(), ids=lambda part: "-".join(part) if type(part) is tuple else None
)
def test_a_finding_becomes_the_verdict_of_the_table(row: tuple[Finding, Level, GateLevel, str], kind: Kind) -> None:
    """Row by row."""
    assert decided(*row).kind is kind


@pytest.mark.parametrize(
    ("finding", "level", "expectation", "reason"),
    [
        (Finding.VIOLATES, Level.MUST, "not-listed", "found"),
        (Finding.VIOLATES, Level.SHOULD, "not-listed", "found"),
        (Finding.VIOLATES, Level.INFO, "not-listed", "found"),
        (Finding.NOT_OBSERVED, Level.MUST, "not-listed", "found"),
        (Finding.NOT_OBSERVED, Level.SHOULD, "not-listed", "not observed: found"),
        (Finding.NOT_OBSERVED, Level.INFO, "not-listed", "not observed: found"),
        (Finding.NOT_OFFERED, Level.MUST, "listed", "found"),
        (Finding.VIOLATES, Level.MUST, "listed", "known since long"),
        (
            Finding.CONFORMS,
            Level.MUST,
            "listed",
            "listed as a deviation (known since long) but conforms now: take the entry out",
        ),
        (
            Finding.VIOLATES,
            Level.MUST,
            "listed-until-yesterday",
            "listed as a deviation until 2027-01-30, which is past: known since long",
        ),
    ],
    ids=[
        "failed",
        "warned",
        "noted",
        "not-observed",
        "not-observed-warned",
        "not-observed-noted",
        "not-offered",
        "expected",
        "stale-by-conforming",
        "stale-by-date",
    ],
)
def test_the_reason_says_what_came_of_it(finding: Finding, level: Level, expectation: str, reason: str) -> None:
    """For a listed deviation it is the listed reason that counts."""
    assert decided(finding, level, "must", expectation).reason == reason


@pytest.mark.parametrize(("level", "reason"), [(Level.MUST, ""), (Level.INFO, "nothing to tell")])
def test_what_conforms_needs_no_reason(level: Level, reason: str) -> None:
    """Only a note says so in words."""
    assert decided(Finding.CONFORMS, level, "must", "not-listed", reason="").reason == reason


@pytest.mark.parametrize("finding", [Finding.CONFORMS, Finding.VIOLATES])
def test_a_note_tells_what_was_found(finding: Finding) -> None:
    """In words, one finding after the other."""
    found = Result(finding, "hung", findings=("the first wins", "or the last"))
    verdict = decide(requirement(level=Level.INFO), found, level="should")
    assert (verdict.kind, verdict.reason) == (Kind.NOTED, "the first wins; or the last")
    assert verdict.findings == ("the first wins", "or the last")


def test_without_a_date_of_today_nothing_is_past() -> None:
    """Who judges without a calendar sees no stale entry."""
    violated, expectation = Result(Finding.VIOLATES), EXPECTATIONS["listed-until-yesterday"]
    assert decide(requirement(), violated, level="must", expectation=expectation).kind is Kind.EXPECTED


def test_a_verdict_carries_what_was_found() -> None:
    """Evidence and counts go with it, and who was judged."""
    example = Counterexample((("got", "a"),), 3, 5, crash=True)
    found = Result(Finding.VIOLATES, "found", example, 10, 8, "decode.tags", ("seen",))
    assert decide(requirement(), found, level="must", implementation={"name": "sample"}) == Verdict(
        requirement="decode.round-trip",
        level="MUST",
        kind=Kind.FAILED,
        reason="found",
        counterexample=example,
        examples=10,
        observed=8,
        because="decode.tags",
        findings=("seen",),
        implementation={"name": "sample"},
    )


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict("decode.round-trip", "MUST", Kind.PASSED),
        Verdict("decode.round-trip", "MUST", Kind.FAILED, "a", Counterexample((("b", "c"), ("d", "e")), 5, 5), 1, 1),
        Verdict("decode.round-trip", "MUST", Kind.FAILED, "a", Counterexample((("b", "c"),), case={"a": [1]})),
        Verdict("decode.round-trip", "SHOULD", Kind.NOT_OFFERED, because="a.b", implementation={"traits": {"a": [1]}}),
        Verdict("decode.gzip", "INFO", Kind.NOTED, "a; b", findings=("a", "b")),
    ],
    ids=["bare", "with-counterexample", "with-case", "with-parent", "with-findings"],
)
def test_a_verdict_crosses_as_plain_data(verdict: Verdict) -> None:
    """Through JSON and back it is the same."""
    assert Verdict.from_plain(json.loads(json.dumps(verdict.to_plain()))) == verdict


def test_making_a_verdict_leaves_the_plain_data_alone() -> None:
    """A report that is read twice says the same twice."""
    plain = Verdict("decode.round-trip", "MUST", Kind.FAILED, "a", Counterexample((("b", "c"),))).to_plain()
    before = json.dumps(plain)
    Verdict.from_plain(plain)
    assert json.dumps(plain) == before


def test_no_verdict_is_of_two_kinds_at_once() -> None:
    """What fails was judged; what was not judged does not fail the implementation."""
    assert not FAILING & UNJUDGED
    assert BROKEN < UNJUDGED
