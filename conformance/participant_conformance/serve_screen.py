"""What ``serve`` prints: where the service is, how it is called, and each request as it arrives.

Owns the words and the table. Whatever a request holds is data: it is escaped before it is printed.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from participant_conformance.report.text import one_line, printable
from participant_conformance.service.moment import iso
from participant_conformance.service.seen import Seen
from participant_strategies.contract import contract

_ASKED: Final = {"Type": ["WEBSOCKET", "CONNECTION_CREDENTIALS"]}
#: Rows of the table, lines around them, columns of a text.
_ROWS: Final = 15
_AROUND: Final = 6
_WIDTH: Final = 100


def greeting(endpoint: str, tokens: list[str], ca_file: Path | None) -> Iterator[str]:
    """Say where the service is, and how it is called."""
    yield f"endpoint           {endpoint}"
    for token in tokens:
        yield f"participant token  {printable(token)}"
    certified = []
    if ca_file is not None:
        yield f"authority          {printable(str(ca_file))}"
        certified = ["--cacert", str(ca_file)]
    headers = [f"{contract().token_header}: {tokens[0]}", "Content-Type: application/json"]
    command = ["curl", "-sS", *certified, f"{endpoint}{contract().uri}"]
    command += [part for header in headers for part in ("-H", header)]
    yield f"try                {printable(shlex.join([*command, '-d', json.dumps(_ASKED)]))}"
    yield "Ctrl-C ends it"


def show(arrived: SimpleQueue[Seen | None]) -> None:
    """Show requests until there is none: in a table on a terminal, else a line each."""
    console = Console()
    if sys.stdout.isatty() and not console.is_dumb_terminal:
        _show_table(arrived, console)
    else:
        for seen in iter(arrived.get, None):
            click.echo("  ".join(_cells(seen)))


def _cells(seen: Seen) -> tuple[str, ...]:
    asked = f"no HTTP request: {seen.problem}" if seen.problem else f"{seen.method} {seen.path}"
    told = (iso(seen.at)[11:23], asked, seen.shown_token, seen.body.decode("utf-8", "backslashreplace"), seen.came_to)
    return tuple(one_line(text, _WIDTH) for text in told)


def _show_table(arrived: SimpleQueue[Seen | None], console: Console) -> None:
    rows: deque[tuple[str, ...]] = deque(maxlen=max(min(_ROWS, console.height - _AROUND), 1))
    with Live(_table(rows), console=console, auto_refresh=False) as live:
        for seen in iter(arrived.get, None):
            rows.append(_cells(seen))
            live.update(_table(rows), refresh=True)


def _table(rows: deque[tuple[str, ...]]) -> Table:
    table = Table("time", "request", "participant token", "body", "answer", expand=True)
    for row in rows:
        # Text of its own, so that nothing of it is taken for markup.
        cells = [Text(cell, no_wrap=True, overflow="ellipsis") for cell in row]
        cells[-1].stylize("green" if row[-1].startswith("2") else "red")
        table.add_row(*cells)
    return table
