"""The built wheel: what is in it, and that it works in somebody else's repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from email.parser import Parser
from pathlib import Path, PurePosixPath
from textwrap import dedent
from zipfile import ZipFile

import pytest

from participant_conformance.requirements import Level, catalogue

ROOT = Path(__file__).parents[2]
SOURCES = {"participant_strategies": ROOT / "strategies", "participant_conformance": ROOT / "conformance"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, with the installed hatchling and without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel, which is all that an installation does with one of pure Python."""
    folder = tmp_path_factory.mktemp("site")
    with ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def names(wheel: Path) -> set[str]:
    """Return the names of the files in the wheel."""
    with ZipFile(wheel) as file:
        return set(file.namelist())


def text(wheel: Path, name: str) -> str:
    """Return one file of the wheel's metadata."""
    with ZipFile(wheel) as file:
        (found,) = [entry for entry in file.namelist() if entry.endswith(f".dist-info/{name}")]
        return file.read(found).decode("utf-8")


# What is in it


def test_nothing_else_stands_at_the_top(wheel: Path) -> None:
    """Two packages, one plugin module, the metadata: no name that could collide with one of a user's."""
    top = {PurePosixPath(name).parts[0] for name in names(wheel)}
    (metadata,) = [name for name in top if name.endswith(".dist-info")]
    assert top == {*SOURCES, "_participant_pytest_plugin.py", metadata}
    assert metadata.startswith("participant_conformance-")


@pytest.mark.parametrize("package", SOURCES)
def test_a_package_is_whole(wheel: Path, package: str) -> None:
    """Every file of the source tree is in the wheel, and nothing that is not one."""
    folder = SOURCES[package]
    source = {
        path.relative_to(folder).as_posix()
        for path in (folder / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {name for name in names(wheel) if name.startswith(f"{package}/")} == source


@pytest.mark.parametrize(
    "name",
    [
        "participant_strategies/py.typed",
        "participant_strategies/contract.json",
        "participant_conformance/py.typed",
        "participant_conformance/requirements/decode.toml",
        "participant_conformance/requirements/error.toml",
        "participant_conformance/requirements/request.toml",
        "participant_conformance/requirements/proofs.json",
        "participant_conformance/report/report.schema.json",
        "participant_conformance/suite/pytest.ini",
        "participant_conformance/suite/test_participant_conformance.py",
    ],
)
def test_what_is_read_at_run_time_is_there(wheel: Path, name: str) -> None:
    """Data and marks that no import would miss are in the wheel."""
    assert name in names(wheel)


def test_the_licence_goes_along(wheel: Path) -> None:
    """The text of the licence is in the metadata, as it stands in the repository."""
    assert text(wheel, "licenses/LICENSE") == (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_entry_points_are_there(wheel: Path) -> None:
    """The command, the plugin of pytest and the named adapters are those of the project's file."""
    points = ConfigParser(delimiters=("=",))
    points.read_string(text(wheel, "entry_points.txt"))
    assert {name: dict(points[name]) for name in points.sections()} == {
        "console_scripts": {"participant-conformance": "participant_conformance.cli:main"},
        "pytest11": {"participant_conformance": "_participant_pytest_plugin"},
        "participant_conformance.adapters": {
            "aiobotocore": "participant_conformance.adapters.aiobotocore:Adapter",
            "awscli": "participant_conformance.adapters.awscli:Adapter",
            "boto3": "participant_conformance.adapters.boto3:Adapter",
            "capo": "participant_conformance.adapters.capo:Adapter",
            "capo-async": "participant_conformance.adapters.capo:AsyncAdapter",
            "reference": "participant_conformance.reference.adapter:Reference",
        },
    }


def test_the_metadata_is_that_of_the_project(wheel: Path) -> None:
    """Name, version, Python, licence and dependencies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metadata = Parser().parsestr(text(wheel, "METADATA"))
    assert (metadata["Name"], metadata["Version"]) == (project["name"], project["version"])
    assert (metadata["Requires-Python"], metadata["License-Expression"]) == (">=3.11", "Apache-2.0")
    required = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert len(required) == len(project["dependencies"])


# In somebody else's repository

CONSUMER = {
    "pyproject.toml": """
        [tool.pytest.ini_options]
        participant_adapter = "conformance.adapting:Adapter"
        participant_profile = "quick"
        filterwarnings = ["error"]
        xfail_strict = true
        addopts = ["-n", "2", "--strict-markers", "--strict-config"]
        asyncio_default_fixture_loop_scope = "function"
        pythonpath = ["."]
    """,
    # Both names are those of folders in the repository of the suite.
    "conformance/__init__.py": "OWN = True\n",
    "conformance/adapting.py": """
        from participant_conformance.reference.adapter import Reference

        class Adapter(Reference):
            pass
    """,
    "strategies/__init__.py": """
        from hypothesis import strategies as st

        NUMBERS = st.integers()
    """,
    "tests/conftest.py": """
        from hypothesis import settings

        settings.register_profile("own", max_examples=7, derandomize=True)
        settings.load_profile("own")
    """,
    "tests/test_contract.py": "from participant_conformance.checks import *\n",
    "tests/test_own.py": """
        import asyncio
        from pathlib import Path

        import conformance
        import participant_conformance.checks
        import participant_strategies.contract
        import pytest
        from hypothesis import given, settings
        from strategies import NUMBERS

        HERE = Path(__file__).parents[1]
        SITE = Path({site!r})

        def test_own_packages():
            assert conformance.OWN
            assert Path(conformance.__file__).is_relative_to(HERE)

        def test_installed_packages():
            for module in (participant_conformance.checks, participant_strategies.contract):
                assert Path(module.__file__).is_relative_to(SITE)

        def test_own_profile():
            calls = []

            @given(NUMBERS)
            def counted(number):
                calls.append(number)

            counted()
            assert len(calls) == 7
            assert settings.default.max_examples == 7

        @pytest.mark.asyncio
        async def test_own_loop():
            await asyncio.sleep(0)
    """,
}


@pytest.fixture
def repository(tmp_path: Path, site: Path) -> Path:
    """Write a consumer's repository."""
    for name, content in CONSUMER.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content).replace("{site!r}", repr(str(site))), encoding="utf-8")
    return tmp_path


def python(repository: Path, site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call Python in the repository, with the wheel before anything else that is installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
    environment["PYTHONPATH"] = str(site)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)


def test_the_suite_runs_in_a_repository_with_habits(repository: Path, site: Path) -> None:
    """Own packages of like names, an own profile, random order, two processes, warnings as errors: all pass."""
    ran = python(repository, site, "-m", "pytest", "--participant-report=report")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    side = catalogue().side(of_service=False)
    # In the quick profile, which leaves out what waits for retries.
    binding = [found for found in side if found.level is not Level.INFO and not found.patient]
    # With the four of the repository's own.
    assert f"{len(binding) + 4} passed" in ran.stdout
    assert "gate: must → conforms" in ran.stdout
    assert "random seed" in ran.stdout or "--randomly-seed" in ran.stdout
    report = json.loads((repository / "report" / "report.json").read_text(encoding="utf-8"))
    assert {verdict["kind"] for verdict in report["verdicts"]} == {"passed", "noted", "not offered"}
    assert len(report["verdicts"]) == len(side)


def test_the_command_runs_from_the_wheel(repository: Path, site: Path) -> None:
    """``run`` finds the adapter in the repository's own package and leaves its pytest configuration alone."""
    call = "from participant_conformance.cli import main; main(prog_name='participant-conformance')"
    options = ("--adapter", "conformance.adapting:Adapter", "--profile", "quick", "--only", "request.line")
    ran = python(repository, site, "-P", "-c", call, "run", *options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "gate: must → conforms" in ran.stdout
    assert (repository / "participant-report" / "summary.md").exists()


def test_the_wheel_is_what_is_imported(repository: Path, site: Path) -> None:
    """The proof that the tests above are about the wheel, and not about the source tree."""
    code = "import _participant_pytest_plugin as a, participant_strategies as b; print(a.__file__, b.__file__)"
    for path in python(repository, site, "-P", "-c", code).stdout.split():
        assert Path(path).is_relative_to(site)
