"""``list`` and ``explain``: the catalogue on the terminal."""

from __future__ import annotations

import pytest

from participant_conformance.requirements import Requirement, catalogue
from tests.cli.conftest import Command

REQUIREMENTS = list(catalogue())


def test_list_shows_every_requirement(command: Command) -> None:
    """One line each, in the order of the catalogue, with level and evidence."""
    answer = command("list")
    assert answer.code == 0
    rows = [line.split()[:3] for line in answer.text.splitlines()]
    assert rows == [[found.id, found.level.value, found.evidence] for found in REQUIREMENTS]


def test_lines_of_the_list_fit_a_terminal(command: Command) -> None:
    """No line is wider than 80 columns; a long statement is cut with an ellipsis."""
    lines = command("list").text.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.endswith("…") for line in lines)


@pytest.mark.parametrize("area", ["decode", "error", "request"])
def test_list_of_an_area(command: Command, area: str) -> None:
    """``--area`` keeps one area."""
    answer = command("list", "--area", area)
    expected = [found.id for found in REQUIREMENTS if found.area == area]
    assert [line.split()[0] for line in answer.text.splitlines()] == expected


@pytest.mark.parametrize("level", ["MUST", "must"])
def test_list_of_a_level(command: Command, level: str) -> None:
    """``--level`` keeps one level, written in any case."""
    answer = command("list", "--level", level)
    assert [line.split()[0] for line in answer.text.splitlines()] == [
        found.id for found in REQUIREMENTS if found.level == "MUST"
    ]


@pytest.mark.parametrize("arguments", [("--area", "eror"), ("--area", "error.modeled"), ("--level", "may")])
def test_a_list_of_something_unknown_ends_with_two(command: Command, arguments: tuple[str, ...]) -> None:
    """An area or a level that is not there is a wrong use, never an empty list."""
    answer = command("list", *arguments)
    assert answer.code == 2
    assert "Error: " in answer.text


@pytest.mark.parametrize("found", REQUIREMENTS, ids=lambda found: found.id)
def test_explain_says_all(command: Command, found: Requirement) -> None:
    """Statement, level, evidence, source, link, how it is checked, how to fix it."""
    answer = command("explain", found.id)
    assert answer.code == 0
    assert answer.text.splitlines()[0] == found.id
    for text in (found.level.value, f"{found.evidence}, ", found.fix):
        assert text in answer.lines
    assert found.url in answer.text
    for label in ("level", "evidence", "source", "needs", "after", "checked", "fix", "link"):
        assert f"\n  {label} " in answer.text


def test_explain_cuts_nothing(command: Command) -> None:
    """Every word of every statement, source and method stands there, however long it is."""
    for found in REQUIREMENTS:
        lines = command("explain", found.id).lines
        for text in (found.statement, found.source, found.checked):
            assert " ".join(text.split()) in lines, found.id


def test_explain_of_something_unknown_says_what_may_be_meant(command: Command) -> None:
    """A wrong id ends with 2 and a hint."""
    answer = command("explain", "decode.null-is-abscent")
    assert answer.code == 2
    assert "there is no requirement 'decode.null-is-abscent' in edition 1" in answer.lines
    assert "did you mean decode.null-is-absent" in answer.lines


def test_explain_of_something_far_away_names_the_list(command: Command) -> None:
    """Where nothing is near, the command that shows all is named."""
    answer = command("explain", "zzz")
    assert answer.code == 2
    assert "'participant-conformance list' shows them all" in answer.lines
