"""Runs spread over processes by pytest-xdist."""

from __future__ import annotations

import re

from tests.plugin.project import Project

#: Enough for two processes to have a part.
SOME = tuple(f"--participant-only=error.{rule}" for rule in ("type-in-header", "type-in-code", "message"))

#: Wrong on one error of four, and tells in which process it was called.
FAILS = """
import os, pathlib

class Adapter(Reference):
    def read(self, reply):
        pathlib.Path(os.environ.get("PYTEST_XDIST_WORKER", "alone") + ".seen").touch()
        if reply.header("X-Amzn-Errortype") == "ThrottlingException":
            return Rejected("no")
        return super().read(reply)
"""

DIES = """
import os

class Adapter(Reference):
    def read(self, reply):
        if reply.header("X-Amzn-Errortype") == "ThrottlingException":
            os._exit(0)
        return super().read(reply)
"""


def test_two_processes_give_the_same_report_as_one(project: Project) -> None:
    """The controller writes one report, the same to the byte as that of one process."""
    spec = f"--participant-adapter={project.adapter(FAILS)}"
    alone = project.run(spec, *SOME)
    spread = project.run(spec, *SOME, "-n", "2")
    assert {path.name for path in project.folder.glob("*.seen")} == {"alone.seen", "gw0.seen", "gw1.seen"}
    assert "failed" in alone.kinds.values()
    assert spread.files == alone.files
    assert spread.code == alone.code == 1
    assert spread.text.count("gate: must → does not conform") == 1


def test_a_worker_that_dies_in_a_check_fails_that_check(project: Project) -> None:
    """A process that an implementation takes down is a failure of the check it was in; the others are judged."""
    spec = f"--participant-adapter={project.adapter(DIES)}"
    ran = project.run(spec, "-n", "2", "--participant-only=error.type-in-code")
    assert ran.kinds == {"error.modeled": "failed", "error.type-in-code": "passed"}
    assert ran.code == 1
    reason = ran.verdicts["error.modeled"]["reason"]
    assert reason.startswith("the process died during this check: ")
    assert "crashed while running" in reason


def test_the_controller_meets_the_suite_by_its_reports(project: Project) -> None:
    """Without any option that names checks the controller, which collects nothing, reports them all the same."""
    some = ("test_contract.py::test_error_modeled", "test_contract.py::test_error_type_in_code")
    project.write("test_own.py", "def test_own(): pass\ndef test_fails(): assert False\n")
    ran = project.run(*some, "test_own.py", "--participant-adapter=reference", "-n", "2", only=None)
    assert ran.kinds == {"error.modeled": "passed", "error.type-in-code": "passed"}
    assert ran.outcomes == {"passed": 3, "failed": 1}
    assert ran.code == 1


def test_a_worker_that_dies_before_any_report_is_no_silence(project: Project) -> None:
    """Also where no report of a check ever arrived, the check is known by its name."""
    # No option of ours that would have the controller look at it before.
    spec = f"--participant-adapter={project.adapter(DIES)}"
    ran = project.run("test_contract.py::test_error_modeled", spec, "-n", "1", only=None)
    assert (ran.code, ran.kinds) == (1, {"error.modeled": "failed"})
    assert "does not conform" in ran.lines


def test_a_chosen_seed_is_printed_and_all_workers_use_it(project: Project) -> None:
    """``--participant-explore`` without a seed draws one on the controller; every worker takes it."""
    spec = f"--participant-adapter={project.adapter(FAILS.replace('ThrottlingException', 'AccessDeniedException'))}"
    ran = project.run(spec, *SOME, "-n", "2", "--participant-explore")
    assert {path.name for path in project.folder.glob("*.seen")} == {"gw0.seen", "gw1.seen"}
    seed = ran.report["run"]["seed"]
    assert seed > 0
    assert f"seed {seed}" in ran.lines
    again = [verdict["again"] for verdict in ran.verdicts.values() if verdict["kind"] == "passed"]
    assert again
    assert {re.sub("--only [^ ]+ ", "", command) for command in again} == {
        f"participant-conformance run --adapter adapting:Adapter --profile quick --explore {seed}"
    }


def test_a_seed_repeats_a_run(project: Project) -> None:
    """The printed seed gives the same report again, spread over processes or not."""
    spec = f"--participant-adapter={project.adapter(FAILS)}"
    spread = project.run(spec, *SOME, "-n", "2", "--participant-explore=7")
    alone = project.run(spec, *SOME, "--participant-explore=7")
    assert spread.files == alone.files
    assert alone.report["run"]["seed"] == 7


def test_a_bad_adapter_ends_with_two(project: Project) -> None:
    """The exit code is that of one process."""
    ran = project.run("--participant-adapter=nowhere:Adapter", *SOME, "-n", "2")
    assert ran.code == 2
    assert set(ran.kinds.values()) == {"adapter error"}


def test_in_a_run_without_checks_nothing_is_shown(project: Project) -> None:
    """Workers and controller leave a project alone that does not run the suite."""
    project.write("test_own.py", "def test_own(): pass\n")
    ran = project.run("-n", "2", only=None, suite=False)
    assert ran.code == 0
    assert "participant-conformance ===" not in ran.text
    assert not ran.reported
