"""Text for terminals: one failure in one look.

Owns wrapping and escaping. Whatever an implementation said is data: nothing of it may move a cursor, change a colour,
turn the direction of the text or end a line.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from participant_conformance.gate.verdicts import Kind, Verdict
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
_COMMANDS = re.compile(r"\A(\s*):(?=:)|(#)#(?=\[|vso\[)")


def printable(line: str) -> str:
    """Return one line of output: escaped, and no command to a CI system."""
    return _COMMANDS.sub(lambda found: rf"{found[1]}\x3a" if found[2] is None else r"#\x23", escaped(line))


def labelled(label: str, text: str, *, width: int = WIDTH) -> list[str]:
    """Lay out one labelled text, wrapped behind its label and cut after a few lines."""
    # Of a megabyte no more is wrapped than can be shown.
    begin = text[: LINES * width]
    head = f"{' ' * _INDENT}{label:{_LABEL - 1}} "
    lines = textwrap.wrap(
        escaped(begin), width, initial_indent=head, subsequent_indent=_MARGIN, break_on_hyphens=False
    ) or [head]
    if len(lines) > LINES or len(begin) < len(text):
        lines = [*lines[:LINES], f"{_MARGIN}… ({len(text)} characters)"]
    return [printable(line.rstrip()) for line in lines]


def failure_view(verdict: Verdict, requirement: Requirement, again: str) -> str:
    """Return the view of a verdict that needs attention: rule, source, example, expected, got, command."""
    head = f"{SIGNS.get(verdict.kind, '·')} {requirement.id}   {requirement.level} · {requirement.source}"
    lines = textwrap.wrap(head, WIDTH, subsequent_indent=" " * (_INDENT + 2), break_on_hyphens=False)
    lines += _paragraph(requirement.statement)
    example = verdict.counterexample
    if verdict.kind not in (Kind.FAILED, Kind.WARNED) or example is None:
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
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
