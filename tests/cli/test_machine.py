"""What a machine may lack: IPv6, a port, the server, room on the disk. One clear error, and the right exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from participant_conformance.atomic import write_text
from participant_conformance.links import LinkError, check_link
from tests.plugin.project import Project

#: Offers ``call`` alone, so that every check goes over the link.
CALLS = """
class Adapter:
    implementation = Implementation(name="calls", version="1")

    def __init__(self):
        self._reference = Reference()

    def call(self, endpoint, request, **options):
        return self._reference.call(endpoint, request, **options)
"""
NO_IPV6 = "the link loopback6 needs ::1, and there is none here: Cannot assign requested address"
#: A machine without ::1, as a module that the interpreter loads at its start.
WITHOUT_IPV6 = """
import socket

bind = socket.socket.bind

def without(self, address):
    if self.family == socket.AF_INET6:
        raise OSError(99, "Cannot assign requested address")
    return bind(self, address)

socket.socket.bind = without
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    """An empty project of a consumer."""
    return Project(pytester)


def ran(folder: Path, *arguments: str, begin: str = "", file_size: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder; ``begin`` runs in each interpreter first, ``file_size`` limits each file."""
    (folder / "begin").mkdir(exist_ok=True)
    (folder / "begin" / "sitecustomize.py").write_text(begin, encoding="utf-8")
    limited = f"""
        import os, resource, sys
        if {file_size}:
            resource.setrlimit(resource.RLIMIT_FSIZE, ({file_size}, {file_size}))
        command = "from participant_conformance.cli import main; main()"
        os.execv(sys.executable, [sys.executable, "-c", command, *sys.argv[1:]])
    """
    # Coverage writes files of its own, for which there would be no room either.
    kept = {name: value for name, value in os.environ.items() if not (file_size and name.startswith("COV"))}
    return subprocess.run(
        [sys.executable, "-c", dedent(limited), *arguments],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(folder / "begin")},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def told(result: subprocess.CompletedProcess[str]) -> str:
    """Return all that was said, on one line."""
    return " ".join((result.stdout + result.stderr).split())


# IPv6


def test_a_run_over_ipv6_gives_the_verdicts_of_one_over_ipv4(project: Project) -> None:
    """By the link's name; skipped where there is no ::1."""
    try:
        check_link("loopback6")
    except LinkError as missing:
        pytest.skip(str(missing))
    spec = f"--participant-adapter={project.adapter(CALLS)}"
    four = project.run(spec, only="request.body")
    six = project.run(spec, "--participant-link=loopback6", only="request.body")
    assert (six.kinds, six.code) == (four.kinds, four.code) == ({"request.body": "passed"}, 0)
    assert six.report["run"]["link"] == "loopback6"


@pytest.mark.parametrize("option", ["", "participant_link = loopback6"], ids=["option", "ini"])
def test_a_test_run_without_ipv6_says_so_before_anything_is_judged(project: Project, option: str) -> None:
    """As a mistake of usage, without a traceback."""
    project.ini(option)
    project.write("conftest.py", WITHOUT_IPV6)
    arguments = () if option else ("--participant-link=loopback6",)
    result = project.run("--participant-adapter=reference", *arguments, apart=True)
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {NO_IPV6}" in result.lines
    assert "Traceback" not in result.text


def test_workers_of_xdist_do_not_say_it_each(project: Project) -> None:
    """The controller sees it first."""
    project.write("conftest.py", WITHOUT_IPV6)
    options = ("--participant-link=loopback6", "-n", "2")
    result = project.run("--participant-adapter=reference", *options, apart=True)
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert result.text.count(NO_IPV6) == 1


def test_run_without_ipv6_could_not_judge(tmp_path: Path) -> None:
    """2, and the reason."""
    result = ran(tmp_path, "run", "--adapter", "reference", "--link", "loopback6", begin=WITHOUT_IPV6)
    assert result.returncode == 2
    assert NO_IPV6 in told(result)
    assert "Traceback" not in told(result)


def test_replay_without_ipv6_could_not_judge(tmp_path: Path) -> None:
    """2, and the reason."""
    broken = ("--adapter", "participant_conformance.reference.broken:Broken")
    ran(tmp_path, "run", *broken, "--only", "error.namespace-stripped", "--profile", "quick")
    file = ".participant/error.namespace-stripped.json"
    result = ran(tmp_path, "replay", file, *broken, "--link", "loopback6", begin=WITHOUT_IPV6)
    assert (result.returncode, told(result)) == (2, f"Error: {NO_IPV6}")


# The server

FORBIDDEN = """
import asyncio

async def refused(*_arguments, **_options):
    raise PermissionError(1, "Operation not permitted")

asyncio.base_events.BaseEventLoop.create_server = refused
"""
#: The thread of the server ends at the first request.
KILLED = """
def ends(*_arguments):
    raise SystemExit("killed")

from participant_conformance.links import loopback
loopback._Calls.request = ends
"""


def test_without_a_port_nothing_is_judged(project: Project) -> None:
    """The reason of the system is told, and no check has a verdict on the implementation."""
    project.write("conftest.py", FORBIDDEN)
    result = project.run(f"--participant-adapter={project.adapter(CALLS)}", apart=True)
    assert (result.code, result.kinds) == (2, {"error.modeled": "suite bug"})
    reason = "no port of 127.0.0.1 can be had: Operation not permitted"
    assert result.verdicts["error.modeled"]["reason"] == reason
    assert f"not judged: error.modeled: {reason}" in result.lines
    assert "Traceback" not in result.text


def test_a_server_that_was_killed_is_no_fault_of_the_implementation_s_next_call(project: Project) -> None:
    """The thread is gone: that is told, and nothing hangs."""
    project.write("conftest.py", KILLED)
    options = ("--participant-time-limit=0.5", "--participant-only=request.line")
    result = project.run(f"--participant-adapter={project.adapter(CALLS)}", *options, only="request.body", apart=True)
    assert "suite bug" in result.kinds.values()
    reasons = {verdict["reason"] for verdict in result.verdicts.values()}
    assert any(reason.startswith("the server on loopback") for reason in reasons)
    assert "Traceback" not in result.text


# The disk


def test_a_report_for_which_there_is_no_room_is_told_and_the_verdicts_shown(tmp_path: Path) -> None:
    """2: there is no report of this run; nothing half is left, and nothing else is said of the implementation."""
    result = ran(
        tmp_path, "run", "--adapter", "reference", "--only", "error.modeled", "--profile", "quick", file_size=1000
    )
    assert result.returncode == 2
    assert "gate: must → conforms problem: the report cannot be written to" in told(result)
    assert told(result).endswith("File too large")
    assert list((tmp_path / "participant-report").iterdir()) == []


def test_a_counterexample_for_which_there_is_no_room_costs_its_file_alone(tmp_path: Path) -> None:
    """A note says so; the verdict is the same."""
    broken = "participant_conformance.reference.broken:Broken"
    options = ("--only", "decode.text-is-exact", "--only", "error.namespace-stripped", "--profile", "quick")
    whole = ran(tmp_path, "run", "--adapter", broken, *options)
    folder = tmp_path / ".participant"
    sizes = [path.stat().st_size for path in folder.glob("*.json")]
    for path in folder.iterdir():
        path.unlink()
    result = ran(tmp_path, "run", "--adapter", broken, *options, file_size=min(sizes) - 1)
    assert (whole.returncode, result.returncode) == (1, 2)
    assert "note: counterexamples cannot be stored in .participant: File too large" in told(result)
    assert list(folder.glob("*.json")) == []


def test_vectors_for_which_there_is_no_room_are_not_half_there(tmp_path: Path) -> None:
    """2, one error."""
    result = ran(tmp_path, "vectors", "-o", "vectors.json", file_size=1000)
    assert result.returncode == 2
    assert "Error: -o: vectors.json cannot be written: File too large" in told(result)
    assert not (tmp_path / "vectors.json").exists()


def test_a_device_is_written_to_and_stays_a_device(tmp_path: Path) -> None:
    """What is no file is not replaced by one, whoever runs us: here a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "a\ud800")
        assert os.read(reader, 100) == b"a\\ud800"
        assert pipe.is_fifo()
    finally:
        os.close(reader)
