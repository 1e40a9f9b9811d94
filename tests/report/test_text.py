"""Text for terminals: what a failure looks like, and that nothing an implementation says moves a cursor."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from participant_conformance.gate.verdicts import Kind
from participant_conformance.report.text import (
    LINES,
    SIGNS,
    WIDTH,
    columns,
    escaped,
    failure_view,
    labelled,
    one_line,
    printable,
    wrapped,
)
from participant_conformance.requirements import Requirement, catalogue
from tests.gate.synthetic import requirement
from tests.report.rows import HOSTILE, verdict
from tests.report.rows import example as counterexample

NAMESPACE = catalogue()["error.namespace-stripped"]
#: The same with texts of one line each.
SHORT = requirement(NAMESPACE.id)
AGAIN = "participant-conformance run --adapter mypackage.testing:Adapter --only error.namespace-stripped"


# Escaping


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, é, 語, 🙂, ✓", "plain text, é, 語, 🙂, ✓"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b31m", r"\x9b31m"),
        ("a\r\nb\tc\x00", r"a\r\nb\tc\x00"),
        ("\x07\x08\x7f", r"\x07\x08\x7f"),
        ("\u202e\u2066\u200f", r"\u202e\u2066\u200f"),
        ("\u2028\u2029\x85", r"\u2028\u2029\x85"),
        ("\u200b\ufeff\xad\xa0", r"\u200b\ufeff\xad\xa0"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
    ids=["printable", "ansi", "c1", "line-ends", "bell", "direction", "separators", "invisible", "surrogate", "tags"],
)
def test_what_is_not_printable_is_written_as_an_escape(text: str, shown: str) -> None:
    """Control characters, escape sequences, direction marks, ends of lines, lone surrogates."""
    assert escaped(text) == shown


@settings(derandomize=True, database=None)
@given(st.text())
def test_escaped_text_is_one_printable_line(text: str) -> None:
    """Whatever goes in."""
    assert escaped(text).isprintable()


# One labelled text


def test_a_label_stands_before_its_text() -> None:
    """Texts begin in the same column."""
    assert labelled("got", "a") == ["  got        a"]


@pytest.mark.parametrize("kind", Kind)
def test_every_verdict_stands_apart_from_its_reason(kind: Kind) -> None:
    """Also those whose name is longer than the column."""
    assert labelled(kind.value, "reason")[0].startswith(f"  {kind.value} ")


def test_a_long_text_is_wrapped_behind_its_label() -> None:
    """The label stands once."""
    assert labelled("got", "word " * 20) == [
        "  got        word word word word word word word word word word word word word",
        "             word word word word word word word",
    ]


def test_a_text_without_spaces_is_wrapped_too() -> None:
    """A body of JSON has none."""
    assert [len(line) for line in labelled("got", "x" * 100)] == [WIDTH, 13 + 33]


def test_hyphens_do_not_end_a_line() -> None:
    """An id is not torn apart."""
    line = labelled("because", "y" * 60 + " error.header-before-code")[-1]
    assert line.strip() == "error.header-before-code"


def test_an_empty_text_leaves_its_label() -> None:
    """And no space behind it."""
    assert labelled("got", "") == ["  got"]


def test_a_text_of_many_lines_is_cut_and_says_how_long_it_was() -> None:
    """Five lines are enough to see what it is."""
    lines = labelled("got", "word " * 1000)
    assert len(lines) == LINES + 1
    assert lines[-1] == "             … (5000 characters)"


def test_a_text_of_as_many_lines_as_fit_is_not_cut() -> None:
    """The last of them stands."""
    assert len(labelled("got", "x" * (67 * LINES))) == LINES


@pytest.mark.parametrize(
    "text", ["x" * 10_000_000, "x y " * 2_500_000, " " * 10_000_000], ids=["word", "words", "blank"]
)
def test_a_text_of_megabytes_is_cut_before_it_is_wrapped(text: str) -> None:
    """A wall of text costs no more than a screen of it."""
    assert labelled("got", text)[-1] == "             … (10000000 characters)"


def test_blanks_do_not_hide_that_a_text_was_cut() -> None:
    """What stands behind them is not shown, so it is said that there is more."""
    assert labelled("got", "a" + " " * 1000 + "b")[-1] == "             … (1002 characters)"


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("語言", 4), ("ｆｗ", 4), ("é", 1), ("e\u0301", 1), ("🙂", 2), ("ｱ", 1), ("한국", 4), ("", 0)],
    ids=["latin", "han", "full-width", "composed", "combining", "emoji", "half-width", "hangul", "empty"],
)
def test_columns_are_those_of_a_terminal(text: str, width: int) -> None:
    """A wide character fills two, a combining one none."""
    assert columns(text) == width


def test_wide_text_is_wrapped_by_its_columns() -> None:
    """Sixty-seven columns are left: thirty-three wide characters."""
    assert labelled("got", "語" * 40) == ["  got        " + "語" * 33, "             " + "語" * 7]


def test_a_mark_stays_with_its_letter() -> None:
    """A line does not begin with what combines with the end of the one before."""
    lines = labelled("got", "e\u0301" * 100)
    assert [columns(line) for line in lines] == [WIDTH, 13 + 33]
    assert lines[1].strip().startswith("e")


@pytest.mark.parametrize("text", ["::warning::" * 40, "x" * 67 + "::error::a", "a " * 33 + ":: b", "##[group]" * 40])
def test_no_line_of_a_wrapped_text_is_a_command_or_too_long(text: str) -> None:
    """What is written in place of a command counts as what it is."""
    lines = labelled("got", text)
    assert max(map(columns, lines)) <= WIDTH
    assert [printable(line) for line in lines] == lines


@settings(derandomize=True, database=None)
@given(st.text("a :語\u0301é##[-", max_size=400), st.integers(20, 90))
def test_wrapping_loses_nothing_but_blanks(text: str, width: int) -> None:
    """And no line is wider than it may be."""
    lines = wrapped(text, first="  ", rest="    ", width=width)
    assert max(map(columns, lines)) <= width
    told = "".join(lines).replace(" ", "").replace(r"\x3a", ":")
    assert told == text.replace(" ", "").replace(r"\x3a", ":")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb", r"a\nb"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("語" * 41, "語" * 39 + "…"),
        ("a" * 78 + " b c", "a" * 78 + "…"),
        ("::error::a", r"\x3a:error::a"),
        ("", ""),
    ],
    ids=["line-end", "fits", "cut", "wide", "blank", "command", "empty"],
)
def test_one_line_is_cut_where_a_terminal_ends(text: str, line: str) -> None:
    """With a sign that there is more."""
    assert one_line(text) == line


# The view


def test_a_failure_is_told_in_one_look() -> None:
    """Rule, source, example, expected, got, what to do, how to see it again."""
    found = counterexample(
        ("reply", "HTTP 403 · X-Amzn-Errortype: a#AccessDeniedException · {}"),
        ("expected", "AccessDeniedException, known, message none"),
        ("got", 'unknown error, code "a#AccessDeniedException", message none'),
    )
    failed = verdict(Kind.FAILED, NAMESPACE.id, counterexample=found)
    assert failure_view(failed, SHORT, AGAIN).splitlines() == [
        "✗ error.namespace-stripped   MUST · A source",
        "  It is so.",
        "  reply      HTTP 403 · X-Amzn-Errortype: a#AccessDeniedException · {}",
        "  expected   AccessDeniedException, known, message none",
        '  got        unknown error, code "a#AccessDeniedException", message none',
        "  fix        Make it so.",
        f"  again      {AGAIN}",
    ]


@pytest.mark.parametrize("rule", list(catalogue()), ids=lambda rule: rule.id)
def test_a_view_has_eighty_columns(rule: Requirement) -> None:
    """But for the command, which is there to be copied."""
    found = counterexample(("reply", "HTTP 200 · " + "x" * 300), ("got", "word " * 30))
    view = failure_view(verdict(Kind.FAILED, rule.id, counterexample=found), rule, "x" * 200)
    assert max(len(line) for line in view.splitlines()[:-1]) <= WIDTH
    assert view.splitlines()[-1] == "  again      " + "x" * 200


@pytest.mark.parametrize("kind", Kind)
def test_a_view_begins_with_the_sign_of_its_verdict(kind: Kind) -> None:
    """What needs no attention has a dot."""
    view = failure_view(verdict(kind, NAMESPACE.id), NAMESPACE, AGAIN)
    assert view.startswith(f"{SIGNS.get(kind, '·')} error.namespace-stripped   MUST · ")


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.FAILED, Kind.WARNED}))
def test_a_verdict_that_no_counterexample_explains_gives_its_reason(kind: Kind) -> None:
    """Under its own name."""
    found = verdict(kind, NAMESPACE.id, "the reason", counterexample=counterexample(("got", "a")))
    assert labelled(kind.value, "the reason")[0] in failure_view(found, NAMESPACE, AGAIN).splitlines()


@pytest.mark.parametrize("kind", [Kind.FAILED, Kind.WARNED])
def test_a_failure_without_a_counterexample_gives_its_reason(kind: Kind) -> None:
    """A lost capability has no example."""
    view = failure_view(verdict(kind, NAMESPACE.id, "call is gone"), NAMESPACE, AGAIN)
    assert labelled(kind.value, "call is gone")[0] in view.splitlines()


@pytest.mark.parametrize("kind", [Kind.FAILED, Kind.WARNED])
def test_a_failure_with_a_counterexample_gives_no_reason(kind: Kind) -> None:
    """It would say the same twice."""
    found = verdict(
        kind, NAMESPACE.id, "expected a", counterexample=counterexample(("got", "b"), reproduced=5, repeated=5)
    )
    assert "expected a" not in failure_view(found, NAMESPACE, AGAIN)


def test_a_warning_of_what_was_not_observed_says_so() -> None:
    """The example alone would look like a wrong outcome."""
    found = verdict(
        Kind.WARNED, NAMESPACE.id, "not observed: 0 of 9", counterexample=counterexample(("got", "a")), level="SHOULD"
    )
    view = failure_view(found, SHORT, AGAIN).splitlines()
    assert view[2:4] == ["  not observed 0 of 9", "  got        a"]


def test_a_view_of_wide_text_has_eighty_columns() -> None:
    """In each of its parts."""
    found = verdict(Kind.NOT_OBSERVED, NAMESPACE.id, "語" * 90, counterexample=counterexample(("got", "言 語" * 90)))
    assert max(columns(line) for line in failure_view(found, NAMESPACE, "a").splitlines()) <= WIDTH


def test_a_failure_that_cannot_be_reproduced_says_so() -> None:
    """Before the example."""
    flaky = counterexample(("got", "a"), ("but also", "b"), reproduced=2, repeated=5)
    view = failure_view(verdict(Kind.FAILED, NAMESPACE.id, "2 of 5", counterexample=flaky), SHORT, AGAIN)
    assert view.splitlines()[2:5] == ["  flaky      2 of 5", "  got        a", "  but also   b"]


def test_the_requirement_behind_a_verdict_is_told() -> None:
    """That is where to look first."""
    view = failure_view(verdict(Kind.NOT_OBSERVED, NAMESPACE.id, because="error.type-in-header"), NAMESPACE, AGAIN)
    assert "  because    error.type-in-header stands behind it" in view.splitlines()


@settings(derandomize=True, database=None, deadline=None)
@given(st.text())
@example(HOSTILE)
def test_nothing_an_implementation_says_gets_into_a_view_as_it_is(text: str) -> None:
    """Every line is printable, and none is forged."""
    found = verdict(Kind.NOT_OBSERVED, NAMESPACE.id, text, counterexample=counterexample(("got", text)))
    lines = failure_view(found, NAMESPACE, AGAIN).split("\n")
    assert all(line.isprintable() and columns(line) <= WIDTH for line in lines[:-1])
    assert lines[-1] == f"  again      {AGAIN}"
