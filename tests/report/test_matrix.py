"""The matrix: what several reports say beside each other, and what is no report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from participant_conformance.gate.verdicts import Kind, Verdict
from participant_conformance.report.files import ReportError, report_data
from participant_conformance.report.matrix import (
    MARKS,
    Column,
    differs,
    matrix_data,
    matrix_markdown,
    read_columns,
    write_matrix,
)
from tests.report.rows import HOSTILE, NAMES, SAMPLE, run, run_of_every_kind, verdict

A, B, C = NAMES[:3]


def report(folder: Path, name: str, *verdicts: Verdict, **fields: Any) -> Path:
    """Write the report of a run on an implementation of that name; return its path."""
    who = SAMPLE | {"name": name} | fields
    data = report_data(run(*verdicts), {}) | {"implementation": who}
    path = folder / name / "report.json"
    path.parent.mkdir()
    path.write_text(json.dumps(data))
    return path


def columns(folder: Path, **verdicts: tuple[Verdict, ...]) -> tuple[Column, ...]:
    """Return the columns of reports with these verdicts, by the name of the implementation."""
    return read_columns([report(folder, name, *found) for name, found in verdicts.items()])


def markdown(found: tuple[Column, ...]) -> str:
    """Return the matrix as Markdown."""
    return matrix_markdown(found, title="All of them", written_by="make")


def row_of(text: str, begin: str) -> list[str]:
    """Return the cells of the line that begins so, after its first one."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {begin}"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_implementations_stand_across_by_name(tmp_path: Path) -> None:
    """The order of the reports, and of capital letters, does not matter."""
    found = columns(tmp_path, b=(verdict(Kind.PASSED),), C=(verdict(Kind.PASSED),), a=(verdict(Kind.PASSED),))
    assert [column.name for column in found] == ["a", "b", "C"]
    assert row_of(markdown(found), "requirement") == ["a", "b", "C"]


def test_a_requirement_has_the_mark_of_each_verdict(tmp_path: Path) -> None:
    """A blank stands where a report says nothing."""
    found = columns(tmp_path, a=(verdict(Kind.PASSED, A), verdict(Kind.EXPECTED, B)), b=(verdict(Kind.FAILED, A),))
    text = markdown(found)
    assert row_of(text, f"[{A}]") == ["✓", "✗"]
    assert row_of(text, f"[{B}]") == ["x", ""]
    assert f"[{C}]" not in text


def test_every_verdict_has_a_mark_of_its_own(tmp_path: Path) -> None:
    """The legend explains those that are used."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report_data(run_of_every_kind(), {})))
    text = markdown(read_columns([path]))
    assert MARKS.keys() == set(Kind)
    assert len({mark for mark, _ in MARKS.values()}) == len(MARKS)
    assert all(f"- {mark} {meaning}" in text for mark, meaning in MARKS.values())


def test_the_legend_leaves_out_what_is_not_used(tmp_path: Path) -> None:
    """Of one mark nothing else is explained."""
    text = markdown(columns(tmp_path, a=(verdict(Kind.PASSED),)))
    assert "- ✓ passed" in text
    assert "- ✗" not in text


def test_verdicts_are_counted(tmp_path: Path) -> None:
    """Each kind that a report has, by implementation."""
    found = columns(tmp_path, a=(verdict(Kind.PASSED, A), verdict(Kind.PASSED, B)), b=(verdict(Kind.FAILED, A),))
    text = markdown(found)
    assert row_of(text, "✓ passed") == ["2", "0"]
    assert row_of(text, "✗ failed") == ["0", "1"]


def test_what_differs_is_told_with_its_reasons(tmp_path: Path) -> None:
    """Implementations of which the same was seen stand together."""
    free = {"level": "INFO", "reason": ""}
    found = columns(
        tmp_path,
        a=(verdict(Kind.PASSED, A, ""), verdict(Kind.NOTED, B, findings=("the first wins",), **free)),
        b=(verdict(Kind.PASSED, A, ""), verdict(Kind.NOTED, B, findings=("the last wins",), **free)),
        c=(verdict(Kind.EXPECTED, A, "it lies"), verdict(Kind.NOTED, B, findings=("the last wins",), **free)),
        d=(verdict(Kind.PASSED, C),),
    )
    text = markdown(found)
    assert f"## {A}\n" in text
    assert "- **a**, **b**: passed\n- **c**: expected: it lies\n" in text
    assert "- **a**: noted: the first wins\n- **b**, **c**: noted: the last wins\n" in text


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (Kind.PASSED, Kind.PASSED, False),
        (Kind.PASSED, Kind.FAILED, True),
        (Kind.PASSED, Kind.NOT_OFFERED, False),
        (Kind.EXPECTED, Kind.PASSED, True),
    ],
)
def test_what_is_not_offered_makes_no_difference(tmp_path: Path, first: Kind, second: Kind, *, told: bool) -> None:
    """Two implementations differ where both were judged."""
    found = columns(tmp_path, a=(verdict(first),), b=(verdict(second),))
    assert differs(found, A) is told
    assert matrix_data(found)["requirements"][0]["differs"] is told


def test_what_an_implementation_says_stays_in_its_cell(tmp_path: Path) -> None:
    """No line, column, link or control sequence comes of its names and reasons."""
    said = f"a|b\n## c <b> [d](e) {HOSTILE}"
    paths = [
        report(tmp_path, "a", verdict(Kind.PASSED), version=said),
        report(tmp_path, "b", verdict(Kind.FAILED, A, said)),
    ]
    text = markdown(read_columns(paths))
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Requirements", f"## {A}"]
    assert len(row_of(text.replace(r"\|", ""), "version")) == 2
    assert "\x1b" not in text
    assert "<b>" not in text


def test_the_data_holds_all_verdicts(tmp_path: Path) -> None:
    """Who was judged, and of each requirement what came of it."""
    data = matrix_data(columns(tmp_path, a=(verdict(Kind.FAILED, A, "why", findings=("seen",)),)))
    who = data["implementations"][0]
    assert (who["name"], who["version"], who["profile"], who["counts"]) == ("a", "1.0", "gate", {"failed": 1})
    assert data["requirements"] == [
        {
            "requirement": A,
            "level": "MUST",
            "differs": False,
            "verdicts": {"a": {"kind": "failed", "reason": "why", "findings": ["seen"]}},
        }
    ]


def test_both_files_are_written_and_the_same_each_time(tmp_path: Path) -> None:
    """The same reports, in whatever order, give the same bytes."""
    paths = [report(tmp_path, name, verdict(Kind.PASSED)) for name in ("b", "a")]
    for stem, given in {"one": paths, "two": paths[::-1]}.items():
        write_matrix(read_columns(given), tmp_path / stem, title="T", written_by="make")
    assert (tmp_path / "one.md").read_bytes() == (tmp_path / "two.md").read_bytes()
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert json.loads((tmp_path / "one.json").read_text())["edition"] == 1


def test_a_matrix_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    """It names the folder and the cause."""
    found = columns(tmp_path, a=(verdict(Kind.PASSED),))
    with pytest.raises(ReportError, match=r"cannot be written to .*nowhere: No such file or directory$"):
        write_matrix(found, tmp_path / "nowhere" / "m", title="T", written_by="make")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON: "),
        ("[" * 100_000, "is no JSON: "),
        ("[]", "is no report of schema 1"),
        ('{"schema": 2}', "is no report of schema 1"),
        ('{"schema": 1}', "is no whole report: KeyError: 'implementation'"),
    ],
)
def test_a_file_that_is_no_report_is_one_error(tmp_path: Path, text: str, told: str) -> None:
    """It says which file, by its folder alone, and what is wrong."""
    path = tmp_path / "client" / "report.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ReportError) as wrong:
        read_columns([path])
    assert str(wrong.value).startswith(f"client/report.json: {told}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"implementation": None}, "names no implementation: its adapter could not be made"),
        ({"suite": {"edition": 7}}, "is of edition 7, not 1: make it anew"),
        (
            {"verdicts": [{"requirement": A, "kind": "grand", "reason": "", "findings": []}]},
            "'grand' is not a valid Kind",
        ),
        ({"verdicts": [{"requirement": 5}]}, "TypeError: 5 is no text"),
        ({"verdicts": 5}, "is no whole report: TypeError"),
        ({"gate": []}, "is no whole report: TypeError"),
    ],
)
def test_a_report_with_something_else_in_it_is_one_error(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    """Nothing is taken for granted of a file that others may have written."""
    path = report(tmp_path, "a", verdict(Kind.PASSED))
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ReportError) as wrong:
        read_columns([path])
    assert told in str(wrong.value)


def test_a_report_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    """It says which, and why."""
    with pytest.raises(ReportError, match=r"^a/report.json: cannot be read: No such file or directory$"):
        read_columns([tmp_path / "a" / "report.json"])


def test_two_reports_on_one_implementation_are_refused(tmp_path: Path) -> None:
    """A column has one report."""
    path = report(tmp_path, "a", verdict(Kind.PASSED))
    with pytest.raises(ReportError, match=r"^there are two reports on a: "):
        read_columns([path, path])


def test_a_matrix_of_nothing_is_refused() -> None:
    """An empty file would look like a result."""
    with pytest.raises(ReportError, match=r"^a matrix needs at least one report.json$"):
        read_columns([])


def test_a_requirement_that_the_catalogue_does_not_have_is_refused(tmp_path: Path) -> None:
    """A report of another version does not pass for one of this."""
    path = report(tmp_path, "a", verdict(Kind.PASSED))
    path.write_text(path.read_text().replace(A, "decode.once-upon-a-time"))
    with pytest.raises(ReportError, match=r"^the catalogue has no requirement decode.once-upon-a-time: "):
        matrix_data(read_columns([path]))
