"""Expected deviations: ``participant-conformance.toml``."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project, Ran

#: Like boto3: it lets a token with line breaks through, and names the status where a reply names no type.
TRIMS = """
from dataclasses import replace
from participant_strategies.value import String

class Adapter(Reference):
    def read(self, reply):
        outcome = super().read(reply)
        if isinstance(outcome, ServiceError) and outcome.message:
            return replace(outcome, message=outcome.message.strip())
        return outcome
"""
ID = "error.message"
REASON = "trims messages: example/client#12"


def run(project: Project, toml: str, *arguments: str, adapter: str = TRIMS) -> Ran:
    """Run the check of messages with this configuration."""
    project.write("participant-conformance.toml", toml)
    return project.run(f"--participant-adapter={project.adapter(adapter)}", *arguments, only=ID)


def entry(*, requirement: str = ID, reason: str = REASON, more: str = "") -> str:
    """Write one entry."""
    return f'[[expected]]\nrequirement = "{requirement}"\nreason = "{reason}"\n{more}\n'


def test_without_an_entry_the_deviation_fails(project: Project) -> None:
    """The implementation of these tests does break the rule."""
    ran = run(project, "edition = 1\n")
    assert (ran.code, ran.kinds) == (1, {ID: "failed"})


def test_a_listed_deviation_is_expected(project: Project) -> None:
    """A listed deviation is an xfail to pytest, is shown with its reason, and does not fail the run."""
    ran = run(project, entry(more='issue = "https://example.org/12"\nuntil = 9999-12-31\n'))
    assert (ran.code, ran.kinds) == (0, {ID: "expected"})
    assert "1 expected" in ran.lines
    assert f"expected: {ID}: {REASON}" in ran.lines


def test_a_listed_deviation_is_an_xfail_of_pytest(project: Project) -> None:
    """Pytest's own tools see the outcome that they know."""
    ran = run(project, entry(), "--junitxml=own.xml")
    assert ran.code == 0
    assert "pytest.xfail" in (project.folder / "own.xml").read_text()


def test_a_listed_deviation_is_not_shrunk(project: Project) -> None:
    """What is expected costs no shrinking: fewer calls than the failure itself."""
    counting = TRIMS.replace("outcome = super()", 'open("calls", "a").write(".")\n        outcome = super()')
    run(project, entry(), adapter=counting)
    expected = len((project.folder / "calls").read_text())
    (project.folder / "calls").unlink()
    run(project, "edition = 1\n", adapter=counting)
    assert expected < len((project.folder / "calls").read_text())


def test_a_deviation_that_is_gone_is_stale(project: Project) -> None:
    """An entry that passes now fails the run, so that the list never outlives the faults."""
    ran = run(project, entry(), adapter="class Adapter(Reference): pass")
    assert (ran.code, ran.kinds) == (1, {ID: "stale"})
    assert "conforms now: take the entry out" in ran.lines
    assert REASON in ran.lines


def test_a_deviation_past_its_date_is_stale(project: Project) -> None:
    """``until`` is the last day on which the deviation is accepted."""
    ran = run(project, entry(more="until = 2020-02-29\n"))
    assert (ran.code, ran.kinds) == (1, {ID: "stale"})
    assert "until 2020-02-29, which is past" in ran.lines


def test_a_deviation_that_is_not_offered_stays_not_offered(project: Project) -> None:
    """An entry for a check that is not offered is neither expected nor stale."""
    adapter = """
    class Adapter:
        implementation = Reference.implementation
        def read(self, reply): return Reference().read(reply)
    """
    ran = run(project, entry(requirement="request.line"), "--participant-only=request.line", adapter=adapter)
    assert ran.kinds == {ID: "passed", "request.line": "not offered"}
    assert ran.code == 0


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        pytest.param(f'[[expected]]\nrequirement = "{ID}"\n', "reason is missing or no text", id="no-reason"),
        pytest.param(entry(reason=" "), "reason is missing or no text", id="empty-reason"),
        pytest.param('[[expected]]\nreason = "a"\n', "requirement is missing or no text", id="no-requirement"),
        pytest.param(entry(requirement="error.mesage"), "did you mean error.message", id="unknown-id"),
        pytest.param(entry(requirement="error"), "there is no requirement 'error'", id="an-area"),
        pytest.param(entry() + entry(), f"{ID} is listed twice", id="twice"),
        pytest.param(entry(more='expires = "now"\n'), "there is no key 'expires'", id="unknown-key-inside"),
        pytest.param(entry(more='untill = "now"\n'), "did you mean until?", id="near-key"),
        pytest.param(entry(more='until = "2030-01-01"\n'), "until is a date, written without quotes", id="text-date"),
        pytest.param("expect = []\n", "there is no key 'expect'; did you mean expected?", id="unknown-key"),
        pytest.param("edition = 99\n", "edition is 99; this version has the editions 1 to 1", id="edition"),
        pytest.param('edition = "1"\n', "edition is '1'", id="edition-text"),
        pytest.param('capabilities = ["reed"]\n', "capabilities is a list of decode-json", id="capability"),
        pytest.param("expected = 3\n", "expected is written as [[expected]] tables", id="no-tables"),
        pytest.param("expected = [3]\n", "[[expected]] number 1: is no table", id="no-table"),
        pytest.param("edition = \n", "participant-conformance.toml: is no TOML", id="no-toml"),
    ],
)
def test_a_fault_in_the_file_is_one_clear_error(project: Project, toml: str, told: str) -> None:
    """A fault is told with the file's name, before anything is judged; the exit code is that of a wrong usage."""
    ran = run(project, toml)
    assert ran.code == 4
    assert "ERROR: participant-conformance.toml" in ran.text
    assert told in ran.lines
    assert "Traceback" not in ran.text
    assert not ran.reported


def test_a_fault_in_the_file_is_told_under_xdist_too(project: Project) -> None:
    """A worker could not say it: the controller looks first."""
    ran = run(project, "edition = 99\n", "-n", "2")
    assert ran.code == 4
    assert "edition is 99" in ran.lines
    assert "INTERNALERROR" not in ran.text


def test_another_file_may_be_named(project: Project) -> None:
    """``--participant-config`` names the file, from the folder in which pytest was called."""
    project.write("ci/deviations.toml", entry())
    ran = run(project, "edition = 1\n", "--participant-config=ci/deviations.toml")
    assert ran.kinds == {ID: "expected"}


def test_a_named_file_has_to_be_there(project: Project) -> None:
    """A file that was asked for and is missing is an error."""
    ran = run(project, "edition = 1\n", "--participant-config=nowhere.toml")
    assert ran.code == 4
    assert "nowhere.toml: cannot be read: No such file or directory" in ran.lines


def test_a_capability_that_is_gone_fails(project: Project) -> None:
    """A capability that the project counts on and the adapter no longer offers is a failure, not a skip."""
    adapter = """
    class Adapter:
        implementation = Reference.implementation
        def read(self, reply): return Reference().read(reply)
    """
    ran = run(project, 'capabilities = ["read", "call"]\n', "--participant-only=request.line", adapter=adapter)
    assert ran.kinds == {ID: "passed", "request.line": "failed"}
    assert ran.code == 1
    assert ran.report["gate"]["problems"] == [
        "call (call) is listed in participant-conformance.toml and no longer offered"
    ]


def test_a_capability_that_is_gone_fails_also_where_another_stands_in(project: Project) -> None:
    """Though the checks can still be judged in another way, the run does not conform."""
    adapter = """
    class Adapter:
        implementation = Reference.implementation
        def read(self, reply): return Reference().read(reply)
    """
    ran = run(project, 'capabilities = ["decode-json"]\n', adapter=adapter)
    assert (ran.code, ran.kinds) == (1, {ID: "passed"})
    assert "problem: decode-json (decode_json) is listed in participant-conformance.toml" in ran.lines


def test_capabilities_that_are_there_are_fine(project: Project) -> None:
    """Listing what is offered changes nothing."""
    ran = run(project, 'capabilities = ["decode-json", "read", "call"]\n', adapter="class Adapter(Reference): pass")
    assert (ran.code, ran.kinds) == (0, {ID: "passed"})
