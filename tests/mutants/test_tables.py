"""What is written into a cell cannot end it, and the same files are found current."""

from __future__ import annotations

from pathlib import Path

from participant_conformance.gate.verdicts import Counterexample
from tests.mutants.tables import code, in_short, prose, stale, write


def test_a_bar_does_not_end_the_cell() -> None:
    """A bar in a text is escaped."""
    assert code("a|b") == "`a\\|b`"


def test_backticks_are_fenced_by_more_of_them() -> None:
    """A text with backticks stands between longer runs of them."""
    assert code("a``b") == "``` a``b ```"


def test_a_sentence_holds_no_markup() -> None:
    """What Markdown would take for markup is escaped."""
    assert prose("__type & *") == "\\_\\_type \\& \\*"


def test_a_long_line_is_cut() -> None:
    """A counterexample's line is shown by its beginning."""
    assert in_short(Counterexample((("got", "a" * 500),))) == f"got: `{'a' * 110}…`"


def test_three_lines_are_shown() -> None:
    """The lines behind the third one are left out."""
    assert in_short(Counterexample((("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")))) == "a: `1`<br>b: `2`<br>c: `3`"


def test_what_was_written_is_current(tmp_path: Path) -> None:
    """Files are current as soon as they are written."""
    files = {tmp_path / "reports" / "a.md": "a\n"}
    write(files)
    assert stale(files) == ""


def test_a_changed_line_is_told(tmp_path: Path) -> None:
    """A file that differs is told with the line on disk and the line that should stand there."""
    path = tmp_path / "a.md"
    path.write_text("a\nold\n", encoding="utf-8")
    assert stale({path: "a\nnew\n"}).splitlines()[-2:] == ["-old", "+new"]


def test_a_missing_file_is_not_current(tmp_path: Path) -> None:
    """A file that is not there differs by all its lines."""
    assert "+a" in stale({tmp_path / "a.md": "a\n"})
