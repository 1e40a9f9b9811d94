"""Published clients under the suite: their verdicts, and the proof that each listed deviation is the client's own.

A client that is not installed is skipped, with its name: tox has an environment for each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from participant_conformance.environment import QUIET, is_scrubbed
from participant_conformance.report.matrix import matrix_data, matrix_markdown, read_columns
from tests.implementations.__main__ import CLIENTS, HERE, REPORTS, Client, judge

#: Each script once, with a client of its folder.
SCRIPTS = [
    (client, script)
    for folder, client in {client.folder: client for client in CLIENTS}.items()
    for script in sorted(folder.glob("confirm_*.py"))
]


def expected(client: Client) -> list[dict[str, str]]:
    """Return the deviations that are listed for a client."""
    entries: list[dict[str, str]] = tomllib.loads(client.config.read_text())["expected"]
    return entries


def require_installed(client: Client) -> None:
    """Skip, by name, what is judged in an environment of its own, and versions of which nobody says what they do."""
    if client.version is None:
        pytest.skip(f"{client.distribution} is not installed: tox run -e client-{client.folder.name}")
    if Version(client.version) < Version(client.pinned):
        pytest.skip(f"the deviations are those of {client.name} {client.pinned}; {client.version} is installed")


@pytest.fixture(scope="module", params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Client:
    """Each of the clients that are installed."""
    found: Client = request.param
    require_installed(found)
    return found


@pytest.fixture(scope="module")
def report(client: Client, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of the gate profile on the installed client."""
    folder = tmp_path_factory.mktemp(client.name)
    code = judge(client, folder)
    data: dict[str, Any] = json.loads((folder / "report.json").read_text())
    fine = ("passed", "expected", "not offered", "noted")
    assert code == 0, [row for row in data["verdicts"] if row["kind"] not in fine]
    return data


def test_a_client_does_all_that_it_is_not_known_to_fail(client: Client, report: dict[str, Any]) -> None:
    """The deviations are exactly those that are listed, also where a SHOULD alone is not kept."""
    kinds = {row["requirement"]: row["kind"] for row in report["verdicts"]}
    deviating = {name for name, kind in kinds.items() if kind in ("expected", "warned")}
    assert deviating == {entry["requirement"] for entry in expected(client)}
    assert "warned" not in kinds.values()


def test_the_published_report_agrees_with_this_run(client: Client, report: dict[str, Any]) -> None:
    """Where the version is the published one, requirement by requirement, so are the verdicts."""
    published = json.loads((REPORTS / client.name / "report.json").read_text())
    if published["implementation"]["version"] != report["implementation"]["version"]:
        pytest.skip(f"published for {client.name} {published['implementation']['version']}")
    rows = [{row["requirement"]: row["kind"] for row in data["verdicts"]} for data in (published, report)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(("client", "script"), SCRIPTS, ids=lambda found: getattr(found, "stem", None))
def test_a_deviation_shows_on_the_bare_client(client: Client, script: Path) -> None:
    """A script of at most 20 lines (blank ones aside), with nothing of ours, shows what the suite found."""
    text = script.read_text()
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 20
    assert "participant_conformance" not in text
    assert "participant_strategies" not in text
    require_installed(client)
    environment = {name: value for name, value in os.environ.items() if not is_scrubbed(name)} | QUIET
    found = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_every_listed_deviation_has_its_script(client: Client) -> None:
    """Each entry of the expected-deviations file names a script that exists, and each script is named."""
    reasons = " ".join(entry["reason"] for entry in expected(client))
    named = {word.strip("(),;") for word in reasons.split() if word.strip("(),;").startswith("confirm_")}
    assert {path.name for path in client.folder.glob("confirm_*.py")} == named
    assert all("confirm_" in entry["reason"] for entry in expected(client))


def test_every_client_has_pinned_versions() -> None:
    """The gate judges one version of each client, which the folder names: that of the published report."""
    for client in CLIENTS:
        published = json.loads((REPORTS / client.name / "report.json").read_text())["implementation"]
        assert published["version"] == client.pinned


def test_the_published_matrix_is_that_of_the_published_reports() -> None:
    """Both of its files are made of the reports that stand beside them."""
    columns = read_columns(REPORTS / client.name / "report.json" for client in CLIENTS)
    text = matrix_markdown(columns, title="Python clients", written_by="tox run -e implementations")
    assert (REPORTS / "python-clients.md").read_text() == text
    assert json.loads((REPORTS / "python-clients.json").read_text()) == matrix_data(columns)


def test_every_folder_here_is_of_a_client_or_of_the_example() -> None:
    """No folder is left over."""
    folders = {path.parent.name for path in HERE.glob("*/__init__.py")}
    assert folders == {client.folder.name for client in CLIENTS} | {"httpx_client"}
