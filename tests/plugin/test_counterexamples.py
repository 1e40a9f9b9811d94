"""Counterexamples of a run: where they are stored, and the command that judges one again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from participant_conformance.cli import main
from participant_conformance.counterexamples import read
from participant_conformance.requirements import Level, catalogue
from tests.plugin.project import ONE_LINE, Project, left_out

ALL_FAIL = 'return Rejected("no")'
FIXTURE = """
import pytest
from adapting import Adapter

@pytest.fixture(scope="session")
def participant_adapter():
    return Adapter()
"""


def stored(project: Project) -> dict[str, dict[str, Any]]:
    """Return what the stored counterexamples hold, by requirement."""
    files = sorted((project.folder / ".participant").glob("*.json"))
    return {path.stem: json.loads(path.read_text("utf-8")) for path in files}


def test_a_failure_is_stored_and_the_command_names_the_file(project: Project) -> None:
    """In the root of the project, in the view and in the report."""
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}")
    command = "participant-conformance replay .participant/error.modeled.json --adapter adapting:Adapter"
    assert ran.verdicts["error.modeled"]["again"] == command
    assert f"again {command}" in ran.lines
    assert f"again      {command}" in ran.files["summary.md"]
    [data] = stored(project).values()
    assert (data["adapter"], data["implementation"]["name"]) == ("adapting:Adapter", "reference")
    assert data["lines"] == ran.verdicts["error.modeled"]["counterexample"]["lines"]


def test_the_command_works(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    """And shows what the run showed."""
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}")
    capfd.readouterr()
    again = shlex.split(ran.verdicts["error.modeled"]["again"])[1:]
    assert CliRunner().invoke(main, again).exit_code == 1
    view = capfd.readouterr().out
    assert view.startswith("✗ error.modeled")
    assert view in ran.text


@pytest.fixture
def level() -> Iterator[Callable[[Level], None]]:
    """Give a function that sets the level of ``error.modeled``."""
    requirement = catalogue()["error.modeled"]
    before = requirement.level
    yield lambda level: object.__setattr__(requirement, "level", level)
    object.__setattr__(requirement, "level", before)


def test_a_warning_is_stored_too(project: Project, level: Callable[[Level], None]) -> None:
    """It can be looked at again as a failure can."""
    level(Level.SHOULD)
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}")
    assert ran.kinds == {"error.modeled": "warned"}
    assert set(stored(project)) == {"error.modeled"}
    assert ran.verdicts["error.modeled"]["again"].startswith("participant-conformance replay ")


def test_what_was_not_observed_is_stored_too(project: Project) -> None:
    """With the control that came out wrong."""
    spec = project.adapter(
        """
        import re

        class Adapter(Reference):
            odd = None
            def read(self, reply):
                # What comes behind a type with a URI is rejected: there, that is the control.
                before, self.odd = self.odd, re.search(r"\\w:", f"{reply.header('X-Amzn-Errortype')}{reply.body}")
                return Rejected("no") if before else super().read(reply)
        """
    )
    ran = project.run(f"--participant-adapter={spec}", only="error.uri-stripped")
    assert ran.kinds == {"error.uri-stripped": "not observed"}
    assert set(stored(project)) == {"error.uri-stripped"}
    assert ran.verdicts["error.uri-stripped"]["again"].startswith("participant-conformance replay ")


def test_what_passes_and_what_is_listed_is_not_stored(project: Project) -> None:
    """A listed deviation is looked for anew."""
    project.write("participant-conformance.toml", '[[expected]]\nrequirement = "error.modeled"\nreason = "known"\n')
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}", "--participant-only=request.line")
    assert ran.kinds == {"error.modeled": "expected", "request.line": "passed"}
    assert not (project.folder / ".participant").exists()
    again = ran.verdicts["error.modeled"]["again"]
    assert again == "participant-conformance run --adapter adapting:Adapter --only error.modeled --profile quick"


def test_the_report_does_not_hold_the_case(project: Project) -> None:
    """It may be large."""
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}")
    assert set(ran.verdicts["error.modeled"]["counterexample"]) == {"lines", "reproduced", "repeated", "crash"}


def test_the_options_of_a_call_are_told(project: Project) -> None:
    """Link and limit are those of the run."""
    options = ("--participant-link=respx", "--participant-time-limit=2.5")
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}", *options)
    assert ran.verdicts["error.modeled"]["again"].endswith(" --adapter adapting:Adapter --link respx --time-limit 2.5")


def test_an_adapter_of_a_fixture_has_no_such_command(project: Project) -> None:
    """The case is stored all the same: another adapter can be given."""
    project.reads(ALL_FAIL)
    project.write("conftest.py", FIXTURE)
    ran = project.run()
    assert ran.verdicts["error.modeled"]["again"] == "pytest test_contract.py::test_error_modeled"
    assert stored(project)["error.modeled"]["adapter"] is None


def test_the_file_is_named_as_seen_from_where_pytest_was_called(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is that of the root."""
    spec = project.reads(ALL_FAIL)
    project.write("deep/below/test_below.py", ONE_LINE)
    project.ini("")
    monkeypatch.chdir(project.folder / "deep" / "below")
    project.pytester.runpytest_inprocess(
        *("-p", "no:cacheprovider", f"--rootdir={project.folder}", f"--participant-adapter={spec}"),
        *("--participant-profile=quick", "--participant-only=error.modeled", "--participant-report=report"),
    )
    [row] = json.loads((project.folder / "deep" / "below" / "report" / "report.json").read_text())["verdicts"]
    assert f" replay ../../.participant/error.modeled.json --adapter {spec}" in row["again"]
    assert set(stored(project)) == {"error.modeled"}


def test_two_processes_leave_the_same_files_as_one(project: Project) -> None:
    """The controller stores them, byte by byte the same."""
    spec = f"--participant-adapter={project.reads(ALL_FAIL)}"
    some = (spec, "--participant-only=error.type-in-code", "--participant-only=decode.round-trip")
    alone = project.run(*some)
    files = {path.name: path.read_bytes() for path in (project.folder / ".participant").iterdir()}
    for path in (project.folder / ".participant").iterdir():
        path.unlink()
    spread = project.run(*some, "-n", "2")
    assert {path.name: path.read_bytes() for path in (project.folder / ".participant").iterdir()} == files
    assert spread.files == alone.files
    assert "again participant-conformance replay .participant/error.type-in-code.json" in spread.lines
    assert len(files) == 4


def test_a_folder_that_cannot_be_written_costs_no_verdict(project: Project) -> None:
    """It is told in one line, and the command is one that works."""
    project.write(".participant", "a file")
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}", "--participant-only=error.type-in-code")
    assert (ran.code, set(ran.kinds.values())) == (1, {"failed"})
    assert ran.text.count("note: counterexamples cannot be stored in .participant: File exists") == 1
    again = "participant-conformance run --adapter adapting:Adapter --only error.modeled --profile quick"
    assert ran.verdicts["error.modeled"]["again"] == again
    assert f"again {again}" in ran.lines


def test_of_two_modules_the_worst_is_stored(project: Project) -> None:
    """Whichever comes last."""
    spec = project.adapter(
        """
        class Adapter(Reference):
            bad = ""
            def read(self, reply):
                return Rejected(self.bad) if self.bad else super().read(reply)
        """
    )
    project.write("test_a.py", ONE_LINE)
    project.write("test_z.py", ONE_LINE)
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(autouse=True)
        def bad(request, participant_adapter):
            participant_adapter.bad = {"test_a.py": "first", "test_z.py": "second"}[request.path.name]
        """,
    )
    ran = project.run("test_a.py", "test_z.py", f"--participant-adapter={spec}")
    assert ran.outcomes == {"failed": 2, "deselected": 2 * left_out()}
    assert dict(stored(project)["error.modeled"]["lines"])["got"] == 'rejected: "first"'


# An interpreter of its own

DEPTH = ("--participant-only=decode.depth",)
DIES = """
import os

class Adapter(Reference):
    def read(self, reply):
        if len(reply.body) > 999:
            os.kill(os.getpid(), 11)
        return super().read(reply)
"""


def test_what_may_bring_the_interpreter_down_is_judged_in_another_one(project: Project) -> None:
    """An implementation that dies fails its check, and the run goes on."""
    ran = project.run(f"--participant-adapter={project.adapter(DIES)}", *DEPTH)
    assert ran.kinds["error.modeled"] == "passed"
    example = ran.verdicts["decode.depth"]["counterexample"]
    assert dict(example["lines"])["got"] == 'crash, SIGSEGV: "the interpreter died by SIGSEGV"'
    assert (example["reproduced"], example["repeated"]) == (5, 5)
    assert read(project.folder / ".participant" / "decode.depth.json").requirement.id == "decode.depth"


def test_an_adapter_of_a_fixture_is_not_judged_there(project: Project) -> None:
    """It is known to this process alone; the reason says what would help."""
    project.reads("return super().read(reply)")
    project.write("conftest.py", FIXTURE)
    ran = project.run(*DEPTH)
    assert ran.kinds["decode.depth"] == "not offered"
    assert ran.verdicts["decode.depth"]["reason"].endswith("named by package.module:attribute")


def test_an_adapter_that_a_fixture_wraps_is_not_judged_there(project: Project) -> None:
    """The specification would make another one."""
    spec = project.reads("return super().read(reply)")
    project.write(
        "conftest.py",
        """
        import pytest

        class Wrapped:
            def __init__(self, adapter):
                self.implementation, self.read = adapter.implementation, adapter.read

        @pytest.fixture(scope="session")
        def participant_adapter(participant_adapter):
            return Wrapped(participant_adapter)
        """,
    )
    ran = project.run(f"--participant-adapter={spec}", *DEPTH)
    assert ran.kinds == {"decode.depth": "not offered", "error.modeled": "passed"}
