"""Publish what the real implementations do.

``python -m tests.implementations [NAME …]`` judges the clients that are installed, or those that are named, and writes
reports/NAME/; ``python -m tests.implementations matrix`` sets the published reports beside each other. The clients do
not all fit into one environment: ``tox run -e implementations`` does all of it.

A client has a folder here with its configuration and the scripts that confirm it; its adapter is the entry point of
its name.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from participant_conformance.report.matrix import read_columns, write_matrix

HERE = Path(__file__).parent
REPORTS = HERE.parent.parent / "reports"
MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class Client:
    """A published client: the name of its adapter, the distribution that is judged, and where it is described."""

    name: str
    distribution: str
    folder: Path
    options: tuple[str, ...] = ()

    @property
    def installed(self) -> bool:
        """Whether it can be judged here."""
        return self.version is not None

    @property
    def version(self) -> str | None:
        """Which version is installed, if one is."""
        try:
            return version(self.distribution)
        except PackageNotFoundError:
            return None

    @property
    def pinned(self) -> str:
        """The version of the published report."""
        versions = (self.folder / "pinned.txt").read_text(encoding="utf-8")
        return next(line.partition("==")[2] for line in versions.split() if line.startswith(f"{self.distribution}=="))

    @property
    def config(self) -> Path:
        """The file of its known deviations."""
        return self.folder / "participant-conformance.toml"


CLIENTS = (
    Client("aiobotocore", "aiobotocore", HERE / "aiobotocore"),
    # A process a call, which starts in half a second and, on a busy machine, in several.
    Client("awscli", "awscli", HERE / "awscli", ("--time-limit", "30")),
    Client("boto3", "boto3", HERE / "boto3"),
    Client("capo", "capo-connectparticipant", HERE / "capo"),
    Client("capo-async", "capo-connectparticipant", HERE / "capo"),
)


def judge(client: Client, report: Path) -> int:
    """Run the suite on one client in the gate profile; return the exit code."""
    command = [str(Path(sys.executable).with_name("participant-conformance")), "run", "--adapter", client.name]
    command += ["--config", str(client.config)]
    return subprocess.run([*command, "--report", str(report), *client.options], check=False).returncode


def publish(names: list[str]) -> int:
    """Judge the clients of these names, or all that are installed; return the worst exit code."""
    if unknown := set(names) - {client.name for client in CLIENTS}:
        sys.exit(f"there are {', '.join(client.name for client in CLIENTS)}; not {', '.join(sorted(unknown))}")
    chosen = [client for client in CLIENTS if (client.name in names if names else client.installed)]
    return max(judge(client, REPORTS / client.name) for client in chosen)


def write_published_matrix() -> None:
    """Set the published reports on the clients beside each other."""
    columns = read_columns(REPORTS / client.name / "report.json" for client in CLIENTS)
    write_matrix(
        columns,
        REPORTS / "python-clients",
        title="Python clients",
        written_by="tox run -e implementations",
    )


if __name__ == "__main__":
    if sys.argv[1:] == [MATRIX]:
        write_published_matrix()
    else:
        sys.exit(publish(sys.argv[1:]))
