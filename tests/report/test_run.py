"""A run as a whole: which verdict stays, what is counted, what the exit code is, how it ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from participant_conformance.gate.verdicts import BROKEN, FAILING, Kind
from participant_conformance.report.run import How, Run, identity, notable_lines, summary_lines
from participant_conformance.report.text import WIDTH, columns
from participant_conformance.requirements import Level, catalogue
from tests.report.rows import HOSTILE, HOW, NAMES, SAMPLE, run, verdict

#: From the worst to the best.
ORDER = [
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
]


# Counting


def test_the_order_of_badness_is_complete() -> None:
    """Two verdicts of any kinds can be compared."""
    assert sorted(ORDER) == sorted(Kind)


@pytest.mark.parametrize(("worse", "better"), list(combinations(ORDER, 2)))
def test_of_two_verdicts_on_one_requirement_the_worse_stays(worse: Kind, better: Kind) -> None:
    """Whichever of two modules ran the suite first."""
    assert run(verdict(worse), verdict(better)).verdicts[0].kind is worse
    assert run(verdict(better), verdict(worse)).verdicts[0].kind is worse


def test_of_two_equal_verdicts_the_first_stays() -> None:
    """The second one says nothing new."""
    assert [found.reason for found in run(verdict(Kind.FAILED), verdict(Kind.FAILED, reason="b")).verdicts] == ["found"]


def test_verdicts_come_in_the_order_of_the_catalogue() -> None:
    """Whatever order they arrived in."""
    made = run(*(verdict(Kind.PASSED, name) for name in reversed(NAMES)))
    assert [found.requirement for found in made.verdicts] == list(NAMES)


def test_verdicts_are_counted_by_level() -> None:
    """In the order in which they are shown; what was not offered is not counted there."""
    made = run(
        verdict(Kind.FAILED, NAMES[0]),
        verdict(Kind.PASSED, NAMES[1]),
        verdict(Kind.PASSED, NAMES[2]),
        verdict(Kind.NOT_OFFERED, NAMES[3]),
        verdict(Kind.WARNED, NAMES[4], level="SHOULD"),
    )
    assert list(made.counts(Level.MUST).items()) == [(Kind.PASSED, 2), (Kind.FAILED, 1)]
    assert made.counts(Level.SHOULD) == {Kind.WARNED: 1}
    assert made.counts(Level.INFO) == {}


def test_requirements_are_grouped_by_reason() -> None:
    """Only those of the kinds asked for."""
    made = run(
        verdict(Kind.NOT_OFFERED, NAMES[0], "call is not offered"),
        verdict(Kind.NOT_OFFERED, NAMES[2], "plain"),
        verdict(Kind.NOT_OFFERED, NAMES[4], "call is not offered"),
        verdict(Kind.FAILED, NAMES[5], "plain"),
    )
    assert made.by_reason(Kind.NOT_OFFERED) == {"call is not offered": [NAMES[0], NAMES[4]], "plain": [NAMES[2]]}


@pytest.mark.parametrize(
    ("kind", "judged"),
    [(kind, kind not in {Kind.NOT_OFFERED, Kind.ADAPTER_ERROR, Kind.SUITE_BUG, Kind.NOT_RUN}) for kind in Kind],
)
def test_a_must_is_judged_well_or_badly(kind: Kind, judged: bool) -> None:
    """What was not offered, not run or broken is not judged."""
    assert run(verdict(kind)).judged_musts == judged


def test_a_should_is_no_must() -> None:
    """A run of nothing but SHOULDs judged no MUST."""
    assert run(verdict(Kind.PASSED, level="SHOULD")).judged_musts == 0


def test_the_implementation_is_that_of_the_first_verdict_that_knows_it() -> None:
    """A check whose process died knows nobody."""
    made = run(verdict(Kind.FAILED, NAMES[0], implementation={}), verdict(Kind.PASSED, NAMES[1]))
    assert made.implementation == SAMPLE


# Exit codes

FAILS, CONFORMS, NOT_JUDGED = 1, 0, 2
EXIT_CODES = {
    Kind.PASSED: CONFORMS,
    Kind.WARNED: CONFORMS,
    Kind.NOTED: CONFORMS,
    Kind.NOT_OFFERED: CONFORMS,
    Kind.FAILED: FAILS,
    Kind.NOT_OBSERVED: FAILS,
    Kind.EXPECTED: CONFORMS,
    Kind.STALE: FAILS,
    Kind.ADAPTER_ERROR: NOT_JUDGED,
    Kind.SUITE_BUG: NOT_JUDGED,
    Kind.NOT_RUN: NOT_JUDGED,
}


@pytest.mark.parametrize(("kind", "code"), EXIT_CODES.items())
def test_one_verdict_beside_a_passed_one_decides(kind: Kind, code: int) -> None:
    """0 conforms, 1 does not, 2 could not judge."""
    assert run(verdict(Kind.PASSED), verdict(kind, NAMES[1])).exit_code == code


@pytest.mark.parametrize("broken", sorted(BROKEN | {Kind.NOT_RUN}))
@pytest.mark.parametrize("failing", sorted(FAILING))
def test_a_failure_decides_before_what_could_not_be_judged(failing: Kind, broken: Kind) -> None:
    """It is known not to conform."""
    assert run(verdict(failing), verdict(broken, NAMES[1])).exit_code == FAILS


def test_a_problem_of_the_run_fails_it() -> None:
    """A capability that is gone fails, whatever passed."""
    assert run(verdict(Kind.PASSED), problems=("call is gone",)).exit_code == FAILS


@pytest.mark.parametrize(
    "made",
    [
        run(),
        run(verdict(Kind.NOT_OFFERED)),
        run(verdict(Kind.PASSED, level="SHOULD")),
        run(verdict(Kind.NOTED, level="INFO")),
    ],
    ids=["nothing", "not-offered", "should", "info"],
)
def test_a_run_that_judged_no_must_could_not_judge(made: Run) -> None:
    """Green without a single MUST would be a lie."""
    assert made.exit_code == NOT_JUDGED


@pytest.mark.parametrize(
    ("made", "conclusion"),
    [
        (run(verdict(Kind.PASSED)), "conforms"),
        (run(verdict(Kind.FAILED)), "does not conform"),
        (run(), "could not judge"),
    ],
    ids=["0", "1", "2"],
)
def test_the_exit_code_has_words(made: Run, conclusion: str) -> None:
    """They stand at the end of the summary and in the report."""
    assert made.conclusion == conclusion


# The summary


def test_the_summary_of_a_run_fits_a_few_lines() -> None:
    """Who, what, which of them were not offered, and what the gate makes of it."""
    made = run(
        verdict(Kind.PASSED, NAMES[0]),
        verdict(Kind.FAILED, NAMES[1]),
        verdict(Kind.EXPECTED, NAMES[2], "known since long"),
        verdict(Kind.NOT_OFFERED, NAMES[4], "call is not offered"),
        verdict(Kind.WARNED, NAMES[5], level="SHOULD"),
        problems=("call is listed and gone",),
    )
    assert summary_lines(made) == [
        "sample 1.0 · python 3.11.9 · suite 0.1.0, edition 1",
        "must    1 passed   1 failed   1 expected        should  1 warned",
        "not offered: request.line: call is not offered",
        "expected: error.modeled: known since long",
        "problem: call is listed and gone",
        f"run: 5 of the {len(catalogue().side(of_service=False))} checks of edition 1",
        "gate: must → does not conform",
    ]


def test_levels_that_do_not_fit_one_line_get_one_each() -> None:
    """A terminal has eighty columns."""
    musts = [Kind.PASSED, Kind.FAILED, Kind.NOT_OBSERVED, Kind.STALE, Kind.EXPECTED]
    made = run(
        *(verdict(kind, name) for kind, name in zip(musts, NAMES, strict=False)),
        verdict(Kind.WARNED, NAMES[5], level="SHOULD"),
    )
    assert summary_lines(made)[1:3] == [
        "must    1 passed   1 failed   1 not observed   1 stale   1 expected",
        "should  1 warned",
    ]


def test_what_was_not_judged_is_told_with_its_reason() -> None:
    """Few are named, many are counted."""
    made = run(
        verdict(Kind.ADAPTER_ERROR, NAMES[0], "no adapter"),
        verdict(Kind.ADAPTER_ERROR, NAMES[1], "no adapter"),
        verdict(Kind.ADAPTER_ERROR, NAMES[2], "no adapter"),
        verdict(Kind.SUITE_BUG, NAMES[3], "a bug"),
        verdict(Kind.NOT_RUN, NAMES[4], "too many hung"),
        verdict(Kind.NOT_RUN, NAMES[5], "too many hung"),
    )
    assert summary_lines(made)[2:5] == [
        "not judged: 3 checks: no adapter",
        "not judged: error.message: a bug",
        "not judged: request.line, request.bearer: too many hung",
    ]


@pytest.mark.parametrize("of_service", [False, True])
def test_a_whole_run_is_not_said_to_be_a_part(of_service: bool) -> None:
    """All checks of the edition ran that are of the side which is judged."""
    whole = catalogue().side(of_service=of_service)
    made = run(*(verdict(Kind.PASSED, requirement.id) for requirement in whole))
    assert summary_lines(made)[1:] == [f"must    {len(whole)} passed", "gate: must → conforms"]


def test_a_service_has_a_name_and_no_version() -> None:
    """No blank is left where the version would stand."""
    made = run(verdict(Kind.PASSED, "service.accepts-valid", implementation={"name": "service at a:1", "version": ""}))
    assert identity(made).startswith("service at a:1 · python ")


def test_a_part_of_the_checks_of_a_service_is_said_to_be_one() -> None:
    """Of those of its own side."""
    made = run(verdict(Kind.PASSED, "service.accepts-valid"))
    whole = len(catalogue().side(of_service=True))
    assert f"run: 1 of the {whole} checks of edition 1" in summary_lines(made)


def test_warnings_and_notes_have_a_line_each() -> None:
    """They fail nothing, and nobody is to miss them."""
    made = run(
        verdict(Kind.PASSED, NAMES[0]),
        verdict(Kind.NOTED, NAMES[1], "the last wins; the first is ignored", level="INFO"),
        verdict(Kind.WARNED, NAMES[2], "not observed: nothing", level="SHOULD"),
        verdict(Kind.FAILED, NAMES[3]),
    )
    assert notable_lines(made) == [
        "noted: decode.tags: the last wins; the first is ignored",
        "warned: error.modeled: not observed: nothing",
    ]


@pytest.mark.parametrize("reason", [HOSTILE, "語" * 100, "word " * 100, "::warning::" * 20, "x" * 10_000_000])
def test_a_line_of_a_warning_fits_a_terminal(reason: str) -> None:
    """It is cut, and one printable line."""
    [line] = notable_lines(run(verdict(Kind.WARNED, NAMES[0], reason, level="SHOULD")))
    assert line.isprintable()
    assert columns(line) <= WIDTH


def test_traits_are_told() -> None:
    """What was widened stands beside what was found."""
    traits = {"lacks": ["WebRTCConnection"], "limits": True}
    made = run(verdict(Kind.PASSED, implementation=SAMPLE | {"traits": traits}))
    assert summary_lines(made)[-2] == "traits: lacks=['WebRTCConnection'], limits=True"


@pytest.mark.parametrize(
    ("implementation", "how", "told"),
    [
        (SAMPLE, HOW, "sample 1.0 · python 3.11.9 · suite 0.1.0, edition 1"),
        (SAMPLE | {"runtime": "node 22"}, HOW, "sample 1.0 (node 22) · python 3.11.9 · suite 0.1.0, edition 1"),
        (SAMPLE, replace(HOW, seed=7), "sample 1.0 · python 3.11.9 · suite 0.1.0, edition 1 · seed 7"),
        ({}, HOW, "unknown implementation · python 3.11.9 · suite 0.1.0, edition 1"),
    ],
    ids=["plain", "runtime", "seed", "unknown"],
)
def test_one_line_names_implementation_and_suite(implementation: dict[str, str], how: How, told: str) -> None:
    """A run that explored names its seed; one that learnt no name says so."""
    assert identity(run(verdict(Kind.PASSED, implementation=implementation), how=how)) == told


def test_nothing_an_implementation_says_can_forge_a_line() -> None:
    """Names, reasons and problems are escaped, and each stays on its line."""
    made = run(
        verdict(Kind.NOT_OFFERED, NAMES[0], HOSTILE, implementation=SAMPLE | {"name": HOSTILE}),
        verdict(Kind.ADAPTER_ERROR, NAMES[1], HOSTILE),
        verdict(Kind.EXPECTED, NAMES[2], HOSTILE),
        problems=(HOSTILE,),
    )
    lines = summary_lines(made)
    assert all(line.isprintable() for line in lines)
    assert [line for line in lines if line.startswith("gate")] == ["gate: must → could not judge"] or lines[
        -1
    ].startswith("gate: must → does not conform")
    assert sum(line.startswith("gate:") for line in lines) == 1
