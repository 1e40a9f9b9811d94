"""What a run leaves behind: reports, pytest's JUnit, the terminal; and that foreign text is data in all of them."""

from __future__ import annotations

import json
from importlib import resources
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from participant_conformance.requirements import catalogue
from tests.plugin.project import ONE_LINE, Project, Ran, of_area

FAILS = """
class Adapter(Reference):
    def read(self, reply):
        if reply.header("X-Amzn-Errortype") == "ThrottlingException":
            return Rejected("no")
        return super().read(reply)
"""


def schema() -> jsonschema.Draft202012Validator:
    """Return the validator of ``report.json``."""
    text = resources.files("participant_conformance.report").joinpath("report.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def test_the_report_is_as_its_schema_says(project: Project) -> None:
    """A report with passed, failed, expected and not-offered verdicts is valid by the shipped schema."""
    project.write(
        "participant-conformance.toml", '[[expected]]\nrequirement = "error.type-in-header"\nreason = "known"\n'
    )
    spec = project.adapter(FAILS)
    links = ("--participant-link=respx", "--participant-only=request")
    ran = project.run(f"--participant-adapter={spec}", *links, only="error")
    assert {"passed", "failed", "expected", "not offered"} <= set(ran.kinds.values())
    schema().validate(ran.report)


def test_a_report_of_nothing_judged_is_valid_too(project: Project) -> None:
    """Without an adapter nobody is named, and the report says so within its schema."""
    ran = project.run()
    assert ran.report["implementation"] is None
    schema().validate(ran.report)


def test_the_report_follows_the_catalogue(project: Project) -> None:
    """Rows stand in the order of the catalogue with statement, source and level, whatever order the checks ran in."""
    ran = project.run("--participant-adapter=reference", only="request", shuffle=3)
    assert list(ran.verdicts) == [requirement.id for requirement in catalogue() if requirement.area == "request"]
    for name, verdict in ran.verdicts.items():
        known = catalogue()[name]
        assert (verdict["statement"], verdict["level"], verdict["url"]) == (known.statement, known.level, known.url)


def test_two_runs_give_the_same_bytes(project: Project) -> None:
    """The same verdicts give the same three files, without a date, a duration, a port or an order in them."""
    spec = f"--participant-adapter={project.adapter(FAILS)}"
    some = (spec, "--participant-only=request.line", "--participant-only=error.message")
    first, second = project.run(*some), project.run(*some)
    assert set(first.files) == {"report.json", "summary.md", "junit.xml"}
    assert first.files == second.files


def test_reports_name_no_machine_and_no_path(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """No report holds an absolute path, the folder of the project, the user's name, the host's or a loopback port."""
    for name in ("USER", "LOGNAME", "HOSTNAME"):
        monkeypatch.setenv(name, "canary")
    for name in ("socket.gethostname", "platform.node", "getpass.getuser"):
        monkeypatch.setattr(name, lambda: "canary")
    spec = project.adapter(FAILS.replace('return Rejected("no")', "raise LookupError('gone')"))
    ran = project.run(f"--participant-adapter={spec}", "--participant-only=request", only="error")
    assert "crash, LookupError" in ran.files["summary.md"]
    for text in ran.files.values():
        for secret in (str(project.folder), project.folder.name, "/site-packages/", "127.0.0.1", "canary"):
            assert secret not in text


def test_the_summary_is_a_table_with_the_failures(project: Project) -> None:
    """The Markdown summary has a row a requirement and a view for each failure."""
    ran = project.run(f"--participant-adapter={project.adapter(FAILS)}", only="error")
    lines = ran.files["summary.md"].splitlines()
    rows = [line for line in lines if line.startswith("| [error.")]
    assert len(rows) == len(of_area("error"))
    assert all(row.count(" | ") == 3 for row in rows)
    assert "## error.modeled" in lines


def test_our_junit_has_a_case_a_requirement(project: Project) -> None:
    """The JUnit file is well formed; a case is named by its id and carries level, evidence and verdict."""
    ran = project.run(f"--participant-adapter={project.adapter(FAILS)}", only="error")
    suite = ET.fromstring(ran.files["junit.xml"])
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert list(cases) == list(ran.verdicts)
    modeled = cases["error.modeled"]
    properties = {prop.get("name"): prop.get("value") for prop in modeled.iter("property")}
    assert properties == {"level": "MUST", "evidence": "M", "verdict": "failed"}
    assert modeled.find("failure") is not None
    assert suite.get("tests") == str(len(of_area("error")))
    assert suite.get("failures") == str(sum(kind == "failed" for kind in ran.kinds.values()))


def test_pytests_own_junit_carries_the_properties(project: Project) -> None:
    """``--junitxml`` gets requirement, level and verdict of each check as properties."""
    project.run(
        f"--participant-adapter={project.adapter(FAILS)}", "--junitxml=own.xml", "--participant-only=error.type-in-code"
    )
    cases = ET.parse(project.folder / "own.xml").getroot().iter("testcase")
    found = {
        case.get("name"): {prop.get("name"): prop.get("value") for prop in case.iter("property")} for case in cases
    }
    assert found == {
        "test_error_modeled": {"requirement": "error.modeled", "level": "MUST", "verdict": "failed"},
        "test_error_type_in_code": {"requirement": "error.type-in-code", "level": "MUST", "verdict": "passed"},
    }


def test_without_a_folder_nothing_is_written(project: Project) -> None:
    """The plugin writes only where it was told to."""
    project.ini("participant_adapter = reference")
    project.write("test_contract.py", ONE_LINE)
    before = {path.name for path in project.folder.iterdir()}
    arguments = ("-p", "no:cacheprovider", "--participant-profile=quick", "--participant-only=error.modeled")
    assert project.pytester.runpytest_inprocess(*arguments).ret == 0
    assert {path.name for path in project.folder.iterdir()} - {"__pycache__"} == before


def test_a_report_that_cannot_be_written_fails_the_run(project: Project) -> None:
    """A folder that cannot be made is told in the summary; the run is not green, and nothing else is concluded."""
    project.write("occupied", "a file")
    ran = project.run("--participant-adapter=reference", "--participant-report=occupied")
    assert ran.code == 2
    assert "gate: must → conforms problem: the report cannot be written to" in ran.lines


def test_a_report_is_replaced_as_a_whole(project: Project) -> None:
    """The report of the last run stands there, and no temporary file beside it."""
    project.write("kept/report.json", "of another run")
    project.run("--participant-adapter=reference", "--participant-report=kept")
    assert {path.name for path in (project.folder / "kept").iterdir()} == {"report.json", "summary.md", "junit.xml"}
    assert json.loads((project.folder / "kept" / "report.json").read_text())["schema"] == 1


# Text of an implementation is data

HOSTILE = (
    "::warning::first \x1b[31mred\x1b[0m \x1b]0;title\x07 \u202egnirts \u2066x <script>alert(1)</script> | a | b\n"
    "::warning::injected\n::error file=a::b\n# heading\n`code` [link](http://example.org) & \ud800 \x00 \x85 \u2028 end"
)


#: Wherever it is wrapped, a line begins with a command to GitHub.
COMMANDS = "::warning::a ##[warning]b ##vso[task.logissue]c " * 8


def hostile_adapter() -> str:
    """Return an adapter that says hostile things wherever it can say anything."""
    return f"""
HOSTILE = {HOSTILE!r}

NAME = {HOSTILE.replace(chr(0), "").replace(chr(0xD800), "")!r}
Own, Crash = type(NAME, (Exception,), {{}}), type(NAME, (Exception,), {{}})

class Adapter(Reference):
    implementation = Implementation(name=HOSTILE, version=HOSTILE, runtime=HOSTILE, language=HOSTILE, errors=(Own,))

    def read(self, reply):
        if reply.header("X-Amzn-Errortype"):
            return ServiceError(HOSTILE, HOSTILE, known=False)
        raise (Crash if b'"code"' in reply.body else Own)(HOSTILE)
"""


def hostile_run(project: Project, *arguments: str) -> Ran:
    """Run three checks of it: one outcome, one crash, one error of its own."""
    spec = project.adapter(hostile_adapter())
    more = ("--participant-only=error.type-in-code", "--participant-only=error.type-in-dunder-type")
    return project.run(f"--participant-adapter={spec}", *more, *arguments)


@pytest.mark.parametrize("jobs", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_hostile_text_is_escaped_on_the_terminal(project: Project, jobs: tuple[str, ...]) -> None:
    """Nothing that an implementation says moves a cursor, turns text round or speaks to a CI system."""
    ran = hostile_run(project, *jobs)
    assert ran.code == 1
    for char in ("\x1b", "\x07", "\u202e", "\u2066", "\x00", "\x85", "\u2028", "\ud800"):
        assert char not in ran.text
    for line in ran.text.splitlines():
        assert not line.lstrip().startswith("::")
    assert "\\x1b[31mred" in ran.text


def test_no_wrapped_line_is_a_command_of_a_ci_system(project: Project) -> None:
    """A line that begins with ``::``, blanks or not, and ``##[`` anywhere, are commands: nobody is to give us some."""
    spec = project.reads(f"raise LookupError({COMMANDS!r})")
    ran = project.run(f"--participant-adapter={spec}")
    assert "warning::a" in ran.text
    assert not any(command in ran.text for command in ("##[", "##vso["))
    assert not any(line.lstrip().startswith("::") for line in ran.text.splitlines())


def test_hostile_text_is_escaped_in_markdown(project: Project) -> None:
    """Tables keep their columns; no tag, heading, link or control character of an implementation gets through."""
    ran = hostile_run(project)
    text = ran.files["summary.md"]
    lines = text.splitlines()
    assert not any(char in text for char in "\x1b\x07\u202e\u2066\x00\x85\u2028")
    for row in (line for line in lines if line.startswith("| [error.")):
        assert row.replace("\\|", "").count("|") == 5
    outside = [line for line in lines if not line.startswith("    ")]
    assert not any("<script>" in line.replace("\\<", "") for line in outside)
    assert not any(line.startswith("::") for line in lines)
    assert [line for line in lines if line.startswith("# ")] == lines[:1]


def test_hostile_text_leaves_the_other_files_well_formed(project: Project) -> None:
    """JSON and XML of such a run can be read, and say what was said."""
    ran = hostile_run(project)
    schema().validate(ran.report)
    ET.fromstring(ran.files["junit.xml"])
    assert "\x1b[31mred" in ran.report["implementation"]["name"]


def test_pytests_junit_stays_well_formed_with_hostile_text(project: Project) -> None:
    """What goes to pytest's own report through us is no trouble there."""
    hostile_run(project, "--junitxml=own.xml")
    assert ET.parse(project.folder / "own.xml").getroot().tag == "testsuites"


def test_long_text_is_cut(project: Project) -> None:
    """A wall of text of an implementation's is cut where people look, with its length."""
    spec = project.reads("raise LookupError('x' * 9999)")
    ran = project.run(f"--participant-adapter={spec}")
    assert len(ran.text) < 6000
    assert len(ran.files["summary.md"]) < 6000


def test_a_hostile_reason_of_a_bad_adapter_is_escaped_too(project: Project) -> None:
    """The message of an exception in the adapter's own construction is foreign text as well."""
    spec = project.adapter(f"def Adapter():\n    raise LookupError({HOSTILE!r})\n")
    ran = project.run(f"--participant-adapter={spec}")
    assert ran.code == 2
    assert "\x1b" not in ran.text
    assert not any(line.lstrip().startswith("::") for line in ran.text.splitlines())
