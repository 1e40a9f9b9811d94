"""The example of docs/httpx-clients.md: its blocks are the code that is run here, over both links, sync and async."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "httpx_client"
PAGE = HERE.parents[2] / "docs" / "httpx-clients.md"
CLIENT, ADAPTERS, ONE_LINE, FIXTURE = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project made of the blocks of the page."""
    package = tmp_path / "chat"
    package.mkdir()
    for name, text in {"__init__": "", "client": CLIENT, "adapters": ADAPTERS}.items():
        (package / f"{name}.py").write_text(text)
    (tmp_path / "test_contract.py").write_text(ONE_LINE)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n"
    )
    return tmp_path


def judged(project: Path, *options: str) -> dict[str, Any]:
    """Run pytest in the project and return the report."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    told = [f"--participant-{option}" for option in ("profile=quick", "level=should", "report=report", *options)]
    ran = subprocess.run([*command, *told], cwd=project, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report: dict[str, Any] = json.loads((project / "report" / "report.json").read_text())
    return report


def kinds(report: dict[str, Any]) -> dict[str, str]:
    """Return the verdict on each requirement that was judged."""
    return {row["requirement"]: row["kind"] for row in report["verdicts"] if row["kind"] != "not offered"}


@pytest.mark.parametrize("adapter", ["Adapter", "AsyncAdapter"])
def test_the_client_of_the_page_conforms_over_both_links(project: Path, adapter: str) -> None:
    """What is judged without a socket is judged in the same way on one, sync and async."""
    spec = f"adapter=chat.adapters:{adapter}"
    without = kinds(judged(project, spec, "link=respx"))
    on_sockets = kinds(judged(project, spec, "link=loopback"))
    assert without.items() <= on_sockets.items()
    assert "call.chunked" in on_sockets.keys() - without.keys()


@pytest.mark.parametrize("link", ["respx", "loopback"])
def test_the_adapter_may_come_from_an_async_fixture(project: Path, link: str) -> None:
    """The fixture of the page is awaited in a loop that lives for the run, and so are the calls."""
    (project / "conftest.py").write_text(FIXTURE)
    found = kinds(judged(project, f"link={link}", "only=decode", "only=error"))
    assert found["decode.round-trip"] == found["error.modeled"] == "passed"


@pytest.mark.parametrize(("name", "block"), [("client.py", CLIENT), ("adapters.py", ADAPTERS), ("fixture.py", FIXTURE)])
def test_a_block_of_the_page_is_a_module_that_is_linted_and_typed(name: str, block: str) -> None:
    """The blocks differ from the modules in this tree by the name of their package alone."""
    assert (HERE / name).read_text().replace("tests.implementations.httpx_client", "chat") == block
