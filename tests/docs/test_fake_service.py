"""docs/fake-service.md: every block of code does what the page says, and its table is that of the product."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from participant_conformance.service.lifecycle import TABLE, Event, State
from participant_conformance.serving import ParticipantService
from tests.docs.blocks import blocks, running
from tests.service.process import free_port

PAGE = Path(__file__).parents[2] / "docs" / "fake-service.md"


def test_every_block_is_run_and_does_what_it_says(tmp_path: Path) -> None:
    """In the order of the page, each for real; none is left out."""
    found = blocks(PAGE)
    ports = {name: str(free_port()) for name in ("8123", "8124")}
    with running(tmp_path, ports) as page:
        for block in found:
            page.run(block)
    assert Counter(page.ran) == Counter(block.kind for block in found)
    assert len(page.ran) == PAGE.read_text(encoding="utf-8").count("\n```") / 2


def test_a_block_of_a_kind_that_nobody_can_run_is_told(tmp_path: Path) -> None:
    """It is not passed over."""
    page = tmp_path / "page.md"
    page.write_text("```yaml\na: 1\n```\n", encoding="utf-8")
    with running(tmp_path, {}) as ran, pytest.raises(KeyError, match="unknown"):
        ran.run(blocks(page)[0])


def test_a_block_that_does_not_do_what_it_says_is_told(tmp_path: Path) -> None:
    """The check of the page can fail."""
    page = tmp_path / "page.md"
    page.write_text("```python\nassert False, 'as it says'\n```\n", encoding="utf-8")
    with running(tmp_path, {}) as ran, pytest.raises(AssertionError, match="as it says"):
        ran.run(blocks(page)[0])


def test_the_table_of_the_page_is_that_of_the_service() -> None:
    """Every event in every state."""
    text = PAGE.read_text(encoding="utf-8").partition("<!-- lifecycle -->\n")[2].partition("<!-- /lifecycle -->")[0]
    assert text.splitlines() == _table()


def _table() -> list[str]:
    rows = [["", *State], ["---"] * (len(State) + 1)]
    for event in Event:
        cells = [TABLE[event, state] for state in State]
        moved = [(cell, cell.state is not state) for cell, state in zip(cells, State, strict=True)]
        rows.append([event, *(f"{cell.effect} → {cell.state}" if new else str(cell.effect) for cell, new in moved)])
    return ["| " + " | ".join(row).lstrip() + " |" for row in rows]


@pytest.mark.parametrize(
    "name",
    ["create_participant", "fail_next", "answer_next", "expire", "end", "state", "throttle", "requests", "close"],
)
def test_the_handle_has_what_the_page_names(name: str) -> None:
    """And the page names what the handle has, but for the closing of a context manager."""
    assert hasattr(ParticipantService, name)
    assert name == "close" or f"`{name}" in PAGE.read_text(encoding="utf-8")
