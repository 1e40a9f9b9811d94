"""The files of a report: their formats, and that they are whole or not there."""

from __future__ import annotations

import json
import os
import re
import stat
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from participant_conformance.gate.verdicts import Kind
from participant_conformance.report.files import ReportError, junit, report_data, summary_markdown, write_report
from participant_conformance.report.run import Run
from participant_conformance.requirements import catalogue
from tests.report.rows import HOSTILE, NAMES, SAMPLE, example, run, run_of_every_kind, verdict

AGAIN = {name: f"pytest -k {name}" for name in NAMES}
FILES = ("report.json", "summary.md", "junit.xml")
MEGABYTE = "x" * 1_000_000
RUNS = {
    "nothing": run(),
    "one-passed": run(verdict(Kind.PASSED)),
    "every-kind": run_of_every_kind("found", ("reply", "HTTP 200"), ("got", "a")),
    "hostile": run_of_every_kind(HOSTILE, ("reply", HOSTILE), ("got", HOSTILE)),
    "megabytes": run(verdict(Kind.FAILED, reason=MEGABYTE, counterexample=example(("got", MEGABYTE)))),
    "nobody": run(verdict(Kind.ADAPTER_ERROR, implementation={}), problems=(HOSTILE,)),
    "traits": run(
        verdict(Kind.PASSED, implementation=SAMPLE | {"traits": {"lacks": ["WebRTCConnection"], "notifies": None}})
    ),
}
EVERY_RUN = pytest.mark.parametrize("made", RUNS.values(), ids=RUNS)


@pytest.fixture(scope="module")
def validator() -> Any:
    """What holds data against the schema that is shipped."""
    text = resources.files("participant_conformance.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


# report.json


@EVERY_RUN
def test_the_report_is_valid_by_the_schema_that_is_shipped(made: Run, validator: Any, tmp_path: Path) -> None:
    """As it comes from the file."""
    write_report(made, tmp_path, AGAIN)
    validator.validate(json.loads((tmp_path / "report.json").read_text(encoding="utf-8")))


def test_the_schema_allows_nothing_beside(validator: Any) -> None:
    """A member that it does not know is an error: a new one needs a new version."""
    data = report_data(run(verdict(Kind.PASSED)), AGAIN)
    assert not validator.is_valid(data | {"host": "a"})
    data["verdicts"][0]["user"] = "b"
    assert not validator.is_valid(data)


def test_the_report_says_how_the_run_was_made() -> None:
    """Suite, edition, profile, link and platform."""
    data = report_data(run(verdict(Kind.PASSED)), AGAIN)
    assert {name: data[name] for name in ("schema", "suite", "run", "platform")} == {
        "schema": 1,
        "suite": {"name": "participant-conformance", "version": "0.1.0", "edition": 1},
        "run": {"level": "must", "profile": "gate", "examples": 100, "seed": 0, "link": "loopback"},
        "platform": {"python": "3.11.9", "system": "Linux", "hypothesis": "6.170.0"},
    }


def test_the_report_says_what_the_gate_makes_of_it() -> None:
    """In words and as a number."""
    data = report_data(run(verdict(Kind.FAILED), problems=("call is gone",)), AGAIN)
    assert data["gate"] == {
        "conclusion": "does not conform",
        "exit_code": 1,
        "problems": ["call is gone"],
        "judged_musts": 1,
    }


def test_the_report_says_who_was_judged() -> None:
    """Once, not with each verdict."""
    data = report_data(run(verdict(Kind.PASSED)), AGAIN)
    assert data["implementation"] == SAMPLE
    assert "implementation" not in data["verdicts"][0]


def test_a_report_of_nobody_says_so() -> None:
    """Where no adapter could be made."""
    assert report_data(RUNS["nobody"], AGAIN)["implementation"] is None


def test_a_row_of_the_report_can_be_read_alone() -> None:
    """Statement, source and the command stand beside the verdict."""
    counterexample = example(("got", "a"), reproduced=5, repeated=5, case={"text": "a"})
    found = verdict(Kind.FAILED, NAMES[0], counterexample=counterexample, examples=9, findings=("seen",))
    requirement = catalogue()[NAMES[0]]
    assert report_data(run(found), AGAIN)["verdicts"] == [
        {
            "requirement": NAMES[0],
            "level": "MUST",
            "kind": "failed",
            "reason": "found",
            "counterexample": {"lines": [["got", "a"]], "reproduced": 5, "repeated": 5, "crash": False},
            "examples": 9,
            "observed": 0,
            "because": None,
            "findings": ["seen"],
            "statement": requirement.statement,
            "evidence": requirement.evidence,
            "source": requirement.source,
            "url": requirement.url,
            "again": f"pytest -k {NAMES[0]}",
        }
    ]


def test_what_was_judged_stays_out_of_the_report() -> None:
    """It may be large, and has a file of its own."""
    found = verdict(Kind.FAILED, counterexample=example(("got", "a"), case=[MEGABYTE]))
    assert MEGABYTE not in json.dumps(report_data(run(found), AGAIN))


def test_a_row_without_a_command_has_none() -> None:
    """A run without pytest need not know one."""
    assert report_data(run(verdict(Kind.PASSED)), {})["verdicts"][0]["again"] is None


def test_any_text_survives_the_report(tmp_path: Path) -> None:
    """Lone surrogates too, which UTF-8 cannot hold and JSON can."""
    write_report(run(verdict(Kind.FAILED, reason=HOSTILE)), tmp_path, AGAIN)
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data["verdicts"][0]["reason"] == HOSTILE


# summary.md


def test_the_summary_is_a_heading_a_list_and_a_table() -> None:
    """And nothing else where nothing needs attention."""
    url = catalogue()[NAMES[0]].url
    assert summary_markdown(run(verdict(Kind.PASSED, reason="")), AGAIN).splitlines() == [
        "# sample 1.0 · python 3.11.9 · suite 0.1.0, edition 1",
        "",
        "- must    1 passed",
        f"- run: 1 of the {len(catalogue().side(of_service=False))} checks of edition 1",
        "- gate: must → conforms",
        "",
        "| requirement | level | verdict | what |",
        "| --- | --- | --- | --- |",
        f"| [decode.round-trip]({url}) | MUST | passed |  |",
    ]


@pytest.mark.parametrize("kind", Kind)
def test_what_needs_attention_has_a_section(kind: Kind) -> None:
    """Failures, warnings, listed deviations and what is broken; nothing else."""
    shown = kind not in {Kind.PASSED, Kind.NOTED, Kind.NOT_OFFERED, Kind.NOT_RUN}
    assert ("## decode.round-trip" in summary_markdown(run(verdict(kind)), AGAIN).splitlines()) == shown


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ("a|b", r"a\|b"),
        ("<script>&amp;", r"\<script\>\&amp;"),
        ("[a](b) ![c](d)", r"\[a\]\(b\) \!\[c\]\(d\)"),
        ("`a` *b* _c_ ~d~ #e \\f {g}", r"\`a\` \*b\* \_c\_ \~d\~ \#e \\f \{g\}"),
        ("a\n\n| b |", r"a\\n\\n\| b \|"),
        ("\u202e", r"\\u202e"),
    ],
    ids=["pipe", "html", "link", "emphasis", "line-end", "direction"],
)
def test_a_cell_shows_what_was_said_and_nothing_else(said: str, cell: str) -> None:
    """Whatever it would mean in Markdown or HTML."""
    row = summary_markdown(run(verdict(Kind.PASSED, reason=said)), AGAIN).splitlines()[-1]
    assert row.endswith(f" | passed | {cell} |")


def test_a_long_reason_is_cut_in_the_table() -> None:
    """A row stays a row."""
    row = summary_markdown(run(verdict(Kind.PASSED, reason=MEGABYTE)), AGAIN).splitlines()[-1]
    assert row.endswith(r"x… \(1000000 characters\) |")
    assert len(row) < 600


def test_a_reason_that_just_fits_is_not_cut() -> None:
    """Three hundred characters do."""
    row = summary_markdown(run(verdict(Kind.PASSED, reason="x" * 300)), AGAIN).splitlines()[-1]
    assert row.endswith(f" | {'x' * 300} |")


@pytest.mark.parametrize("name", ["hostile", "nobody"])
def test_no_text_leaves_its_place_in_the_summary(name: str) -> None:
    """Outside of the indented views there are headings, list items and rows of ours alone."""
    lines = summary_markdown(RUNS[name], AGAIN).split("\n")
    assert all(re.match(r"    |# |## [a-z.-]+$|- |\| |$", line) for line in lines)
    assert all(line.isprintable() for line in lines)


# junit.xml


def parsed(made: Run) -> ET.Element:
    """Return the JUnit form, as an XML parser understands it."""
    return ET.fromstring(junit(made, AGAIN).encode())


@EVERY_RUN
def test_junit_is_well_formed(made: Run, tmp_path: Path) -> None:
    """Also with characters that XML cannot hold, and as it comes from the file."""
    write_report(made, tmp_path, AGAIN)
    suite = ET.parse(tmp_path / "junit.xml").getroot()
    assert len(suite.findall("testcase")) == len(made.verdicts)


def test_what_xml_cannot_hold_is_replaced() -> None:
    """By the character that stands for such."""
    failure = parsed(run(verdict(Kind.FAILED, reason=HOSTILE))).find("testcase/failure")
    assert failure is not None
    assert failure.get("message", "").startswith("failed: \ufffd[2J\ufffd[31mred\ufffd")
    assert not re.search("[\x00\x1b\ud800\ufffe]", ET.tostring(failure, encoding="unicode"))


def test_a_test_case_is_named_by_its_requirement() -> None:
    """The same in every language, so that runs line up."""
    suite = parsed(run(verdict(Kind.PASSED, "error.modeled")))
    case = suite.find("testcase")
    assert case is not None
    assert (case.get("classname"), case.get("name")) == ("error", "error.modeled")
    assert {item.get("name"): item.get("value") for item in case.iter("property")} == {
        "level": "MUST",
        "evidence": "M",
        "verdict": "passed",
    }


def test_junit_counts_failures_errors_and_skipped() -> None:
    """A failing verdict is a failure, a broken one an error, one that was not judged skipped."""
    suite = parsed(run_of_every_kind())
    assert dict(suite.attrib) == {
        "name": "participant-conformance",
        "tests": "11",
        "failures": "3",
        "errors": "3",
        "skipped": "2",
    }


@pytest.mark.parametrize(
    ("kind", "tag"),
    [
        (Kind.PASSED, None),
        (Kind.WARNED, None),
        (Kind.NOTED, None),
        (Kind.FAILED, "failure"),
        (Kind.NOT_OBSERVED, "failure"),
        (Kind.STALE, "failure"),
        (Kind.ADAPTER_ERROR, "error"),
        (Kind.SUITE_BUG, "error"),
        (Kind.NOT_RUN, "error"),
        (Kind.NOT_OFFERED, "skipped"),
        (Kind.EXPECTED, "skipped"),
    ],
)
def test_a_verdict_has_its_element_in_junit(kind: Kind, tag: str | None) -> None:
    """With its reason as the message, and the view as the text."""
    case = parsed(run(verdict(kind))).find("testcase")
    assert case is not None
    told = [(part.tag, part.get("message"), str(part.text)[2:19]) for part in case if part.tag != "properties"]
    assert told == ([] if tag is None else [(tag, f"{kind}: found", "decode.round-trip")])


# Writing


def test_all_files_are_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    """Nothing else is left there."""
    folder = tmp_path / "a" / "b"
    write_report(run(verdict(Kind.PASSED)), folder, AGAIN)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


def test_a_report_can_be_read_by_others(tmp_path: Path) -> None:
    """A temporary file is private by nature; a report is not."""
    write_report(run(verdict(Kind.PASSED)), tmp_path, AGAIN)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in FILES} == {0o644}


def test_the_same_verdicts_give_the_same_bytes(tmp_path: Path) -> None:
    """No file holds a date."""
    for folder in ("first", "second"):
        write_report(RUNS["every-kind"], tmp_path / folder, AGAIN)
    assert [(tmp_path / "first" / name).read_bytes() for name in FILES] == [
        (tmp_path / "second" / name).read_bytes() for name in FILES
    ]


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    """In place."""
    write_report(run(verdict(Kind.FAILED)), tmp_path, AGAIN)
    write_report(run(verdict(Kind.PASSED)), tmp_path, AGAIN)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["gate"]["exit_code"] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_a_file_that_cannot_be_written_whole_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk does not cost the last report, and leaves no scrap of the new one."""
    write_report(run(verdict(Kind.FAILED)), tmp_path, AGAIN)
    before = (tmp_path / "report.json").read_bytes()

    def full(_path: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReportError, match=r": No space left on device$"):
        write_report(run(verdict(Kind.PASSED)), tmp_path, AGAIN)
    assert (tmp_path / "report.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_a_folder_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    """It says where and why."""
    place = tmp_path / "report"
    place.write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match=rf"^the report cannot be written to {re.escape(str(place))}: File exists$"):
        write_report(run(verdict(Kind.PASSED)), place, AGAIN)


def test_a_folder_below_a_file_is_one_clear_error(tmp_path: Path) -> None:
    """There is no way to make it."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match=r"^the report cannot be written to .*: Not a directory$"):
        write_report(run(verdict(Kind.PASSED)), tmp_path / "file" / "report", AGAIN)


def test_a_folder_that_may_not_be_written_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a user without the right."""

    def denied(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(ReportError, match=r"^the report cannot be written to .*: Permission denied$"):
        write_report(run(verdict(Kind.PASSED)), tmp_path, AGAIN)


def test_an_error_without_a_text_of_the_system_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every ``OSError`` has one."""

    def fails(*_arguments: object, **_options: object) -> None:
        raise OSError("strange")

    monkeypatch.setattr(Path, "mkdir", fails)
    with pytest.raises(ReportError, match=r": strange$"):
        write_report(run(verdict(Kind.PASSED)), tmp_path, AGAIN)
