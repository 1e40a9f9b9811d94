"""Text for terminals: one failure in one look.

Owns wrapping and escaping. Whatever an implementation said is data: nothing of it may move a cursor, change a colour,
turn the direction of the text or end a line. Columns are counted as a terminal fills them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate

from participant_conformance.gate.verdicts import UNSEEN, Kind, Verdict
from participant_conformance.requirements import Requirement

WIDTH = 80
#: Lines of one labelled text before it is cut.
LINES = 5
_LABEL = 11
_INDENT = 2
_MARGIN = " " * (_INDENT + _LABEL)

SIGNS = {
    Kind.PASSED: "✓",
    Kind.FAILED: "✗",
    Kind.STALE: "✗",
    Kind.NOT_OBSERVED: "✗",
    Kind.NOT_RUN: "✗",
    Kind.WARNED: "!",
    Kind.ADAPTER_ERROR: "‼",
    Kind.SUITE_BUG: "‼",
}


def escaped(text: str) -> str:
    """Return the text with everything that is not printable written as an escape: ``\\x1b``, ``\\u202e``."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


#: What a CI system takes for a command: GitHub where a line begins (blanks before it do not count) or anywhere in it.
_AT_BEGIN = re.compile(r"\A(\s*):(?=:)")
_ANYWHERE = re.compile(r"##(?=\[|vso\[)")


def printable(line: str) -> str:
    """Return one line of output: escaped, and no command to a CI system."""
    return _AT_BEGIN.sub(r"\1\\x3a", _without_commands(line))


def _without_commands(text: str) -> str:
    return _ANYWHERE.sub(r"#\\x23", escaped(text))


def columns(text: str) -> int:
    """Return how many columns of a terminal a text fills: a wide character two, a combining one none."""
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    # Unicode Standard Annex 11: the wide and the full-width characters of East Asian scripts, and emoji.
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me") else 1


def _fitting(text: str, room: int) -> int:
    """Return how many characters of a text fit into so many columns, at least one of them."""
    return max(sum(filled <= room for filled in accumulate(map(_columns, text))), 1)


def one_line(text: str, width: int = WIDTH) -> str:
    """Return a text as one line of output, cut where it does not fit."""
    # Of a megabyte no more is looked at than can be shown.
    line = printable(text[: 4 * width])
    return line if columns(line) <= width else line[: _fitting(line, width - 1)].rstrip() + "…"


#: Columns below which no word begins that has to be broken.
_SCRAP = 8
_WORDS = re.compile(r"( *)([^ ]+)")


def wrapped(text: str, *, first: str = "", rest: str = "", width: int = WIDTH) -> list[str]:
    """Wrap a printable text at its blanks, a word that fits no line anywhere; ``first`` and ``rest`` are indents."""
    lines: list[str] = []
    line = fresh = first
    for gap, word in _WORDS.findall(text):
        room = width - columns(line + gap)
        # A word that is longer than any line begins on this one, if more than a scrap of it does.
        if line != fresh and columns(word) > room and (columns(rest + word) <= width or room < _SCRAP):
            lines.append(line)
            line = fresh = rest
        line += (gap if line != fresh or not lines else "") + (word if line != rest else _begun(word))
        while columns(line) > width:
            fits = _fitting(line, width)
            lines.append(line[:fits])
            line, fresh = rest + _begun(line[fits:]), rest
    return [*lines, line]


def _begun(word: str) -> str:
    """Return a word with which a line begins: no command to a CI system."""
    return _AT_BEGIN.sub(r"\\x3a", word)


def labelled(label: str, text: str, *, width: int = WIDTH, most: int = LINES) -> list[str]:
    """Lay out one labelled text, wrapped behind its label and cut after ``most`` lines."""
    # Of a megabyte no more is wrapped than can be shown.
    begin = text[: most * width]
    head = f"{' ' * _INDENT}{label:{_LABEL - 1}} "
    lines = wrapped(_without_commands(begin), first=head, rest=_MARGIN, width=width)
    if len(lines) > most or len(begin) < len(text):
        lines = [*lines[:most], f"{_MARGIN}… ({len(text)} characters)"]
    return [printable(line.rstrip()) for line in lines]


def failure_view(verdict: Verdict, requirement: Requirement, again: str) -> str:
    """Return the view of a verdict that needs attention: rule, source, example, expected, got, command."""
    head = f"{SIGNS.get(verdict.kind, '·')} {requirement.id}   {requirement.level} · {requirement.source}"
    lines = wrapped(head, rest=" " * (_INDENT + 2))
    lines += _paragraph(requirement.statement)
    example = verdict.counterexample
    if verdict.reason.startswith(UNSEEN):
        lines += labelled(Kind.NOT_OBSERVED.value, verdict.reason.removeprefix(UNSEEN))
    elif verdict.kind not in (Kind.FAILED, Kind.WARNED) or example is None:
        lines += labelled(verdict.kind.value, verdict.reason)
    elif example.reproduced < example.repeated:
        lines += labelled("flaky", verdict.reason)
    if verdict.because:
        lines += labelled("because", f"{verdict.because} stands behind it")
    for label, text in example.lines if example else ():
        lines += labelled(label, text)
    lines += labelled("fix", requirement.fix)
    # Never wrapped: it is there to be copied.
    lines.append(" " * _INDENT + "again".ljust(_LABEL) + again)
    return "\n".join(lines)


def _paragraph(text: str) -> Iterable[str]:
    indent = " " * _INDENT
    return wrapped(text, first=indent, rest=indent)
