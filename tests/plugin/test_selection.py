"""Which checks run: our own option, and pytest's."""

from __future__ import annotations

import re

import pytest

from participant_conformance.requirements import catalogue
from tests.plugin.project import ONE_LINE, Project, left_out

REFERENCE = "--participant-adapter=reference"


def collected(project: Project, *arguments: str, only: str | None = None) -> list[str]:
    """Return the node ids that a run would take."""
    ran = project.run(REFERENCE, "--collect-only", "-q", *arguments, only=only)
    return [line for line in ran.text.splitlines() if "::" in line]


def functions(*requirements: str) -> list[str]:
    """Return the node ids of requirements, in the order of the catalogue."""
    return [f"test_contract.py::{catalogue()[name].function_name}" for name in requirements]


def test_one_line_collects_every_requirement(project: Project) -> None:
    """The one-line module gives one test a requirement, named after it, in the order of the catalogue."""
    assert collected(project) == functions(*(requirement.id for requirement in catalogue().side(of_service=False)))


def test_only_an_id(project: Project) -> None:
    """``--participant-only`` with an id keeps that check."""
    assert collected(project, only="error.modeled") == functions("error.modeled")


def test_only_an_area(project: Project) -> None:
    """``--participant-only`` with an area keeps its checks, all of them."""
    area = [requirement.id for requirement in catalogue() if requirement.area == "request"]
    assert collected(project, only="request") == functions(*area)


def test_only_may_be_repeated(project: Project) -> None:
    """Several selectors keep what any of them names."""
    found = collected(project, "--participant-only=error.modeled", only="decode.tags")
    assert found == functions("decode.tags", "error.modeled")


def test_only_leaves_the_users_own_tests_alone(project: Project) -> None:
    """The option is about checks: tests of the user's are not deselected by it."""
    project.write("test_own.py", "def test_own(): pass\n")
    ran = project.run(REFERENCE)
    assert ran.outcomes == {"passed": 2, "deselected": left_out()}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("error.modelled", "did you mean error.modeled"),
        ("eror", "did you mean error"),
        ("mod", "'participant-conformance list' shows them all"),
        ("", "there is no requirement ''"),
    ],
)
@pytest.mark.parametrize("jobs", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_only_something_unknown_is_an_error(project: Project, name: str, hint: str, jobs: tuple[str, ...]) -> None:
    """A selector that names nothing is refused with what may be meant, and nothing is judged."""
    ran = project.run(REFERENCE, f"--participant-only={name}", *jobs, only=None)
    assert ran.code == 4
    assert "ERROR: --participant-only: there is no requirement" in ran.text
    assert hint in ran.lines
    assert "INTERNALERROR" not in ran.text
    assert not ran.reported


def test_k_selects_by_name(project: Project) -> None:
    """``-k`` works on checks as on any test."""
    assert collected(project, "-k", "null_is_absent") == functions("decode.null-is-absent")


def test_a_mark_selects_by_level(project: Project) -> None:
    """``-m participant_must`` keeps the MUSTs; strict markers know the marks."""
    client = catalogue().side(of_service=False)
    must = [requirement.id for requirement in client if requirement.level == "MUST"]
    assert collected(project, "--strict-markers", "-m", "participant_must") == functions(*must)
    others = [requirement.id for requirement in client if requirement.level != "MUST"]
    assert collected(project, "--strict-markers", "-m", "participant_should or participant_info") == functions(*others)


def test_a_node_id_selects_one(project: Project) -> None:
    """A check can be named as any test is."""
    ran = project.run(REFERENCE, "test_contract.py::test_error_modeled", only=None)
    assert (ran.code, ran.kinds) == (0, {"error.modeled": "passed"})


FAILS = """
class Adapter(Reference):
    def read(self, reply):
        if reply.header("X-Amzn-Errortype") == "ThrottlingException":
            return Rejected("no")
        return super().read(reply)
"""


def test_x_stops_at_the_first_failure(project: Project) -> None:
    """``-x`` ends the run, and what was judged is reported with how much of the catalogue that was."""
    ran = project.run(f"--participant-adapter={project.adapter(FAILS)}", "-x", only="error")
    assert ran.kinds == {"error.modeled": "failed"}
    assert ran.code == 1
    assert f"run: 1 of the {len(catalogue().side(of_service=False))} checks" in ran.lines


def test_lf_repeats_what_failed(project: Project) -> None:
    """``--lf`` runs the failed checks alone."""
    spec = project.adapter(FAILS)
    cached = (f"--participant-adapter={spec}", "-p", "cacheprovider", "--participant-only=error.type-in-code")
    project.run(*cached)
    ran = project.run(*cached, "--lf")
    assert ran.kinds == {"error.modeled": "failed"}
    assert "rerun previous 1 failure" in ran.lines


def test_no_cache_is_needed(project: Project) -> None:
    """``-p no:cacheprovider`` leaves no trace of the suite in the project."""
    project.run(REFERENCE)
    assert sorted(path.name for path in project.folder.iterdir() if path.name != "__pycache__") == [
        "pytest.ini",
        "test_contract.py",
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_another_order_gives_the_same_verdicts(project: Project, seed: int) -> None:
    """pytest-randomly shuffles the checks and seeds random: counterexamples are those of the fixed order."""
    spec = project.adapter(FAILS)
    ordered = project.run(f"--participant-adapter={spec}", "-v", only="error")
    shuffled = project.run(f"--participant-adapter={spec}", "-v", only="error", shuffle=seed)
    assert re.findall(r"::\w+ (?=PASS|FAIL)", shuffled.text) != re.findall(r"::\w+ (?=PASS|FAIL)", ordered.text)
    assert shuffled.files == ordered.files


def test_other_names_of_functions_still_collect_the_checks(project: Project) -> None:
    """``python_functions = check_*`` is about the user's tests: ours are collected all the same."""
    project.ini("python_functions = check_*")
    project.write("test_own.py", "def check_own(): pass\ndef test_not(): raise AssertionError\n")
    ran = project.run(REFERENCE)
    assert ran.code == 0
    assert ran.outcomes == {"passed": 2, "deselected": left_out()}


def test_the_import_mode_does_not_matter(project: Project) -> None:
    """``--import-mode=importlib`` collects and judges the same."""
    ran = project.run(REFERENCE, "--import-mode=importlib")
    assert (ran.code, ran.kinds) == (0, {"error.modeled": "passed"})


def test_a_check_may_be_left_out(project: Project) -> None:
    """Some checks can be imported by name, and only these run."""
    project.write("test_contract.py", "from participant_conformance.checks import test_error_modeled\n")
    ran = project.run(REFERENCE, only=None)
    assert ran.kinds == {"error.modeled": "passed"}


def test_a_module_may_stand_in_a_package_beside_other_tests(project: Project) -> None:
    """The star import does not bring anything else: tests in the same module are collected once."""
    project.write("own/__init__.py", "")
    project.write("own/test_contract.py", ONE_LINE + "\n\ndef test_own(): pass\n")
    ran = project.run(REFERENCE, "own", suite=False)
    assert ran.outcomes == {"passed": 2, "deselected": left_out()}
