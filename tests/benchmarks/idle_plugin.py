"""What the plugin costs a project that does not run the suite: ``pytest --collect-only`` with it and without it.

Two copies of this environment are made of links; in one of them our entry point is taken out. Nothing else differs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import participant_conformance
import participant_strategies
from tests.benchmarks.interleaved import Goal, ratio, rounds

IDLE = Goal("collect-only with the plugin against the same without its entry point", 1.05)
_MODULES, _TESTS = 20, 10


def environment(folder: Path, *, entry_point: bool) -> Path:
    """Make a folder of links to everything that is installed, with our own metadata as asked."""
    folder.mkdir()
    ours = Path(str(distribution("participant-conformance").locate_file("")))
    metadata = next(ours.glob("participant_conformance-*.dist-info"))
    packages = [Path(module.__file__ or "").parent for module in (participant_conformance, participant_strategies)]
    own = {path.name for path in packages} | {"_participant_pytest_plugin.py", metadata.name}
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if path.name not in own and path.suffix != ".pth":
            (folder / path.name).symlink_to(path)
    for path in (*packages, packages[0].parent / "_participant_pytest_plugin.py"):
        (folder / path.name).symlink_to(path)
    shutil.copytree(metadata, folder / metadata.name)
    if not entry_point:
        points = folder / metadata.name / "entry_points.txt"
        sections = points.read_text().split("\n[")
        points.write_text("\n[".join(section for section in sections if not section.lstrip("[").startswith("pytest11")))
    return folder


def project(folder: Path) -> Path:
    """Make a project of plain tests."""
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    tests = "\n".join(f"def test_{number}():\n    assert True\n" for number in range(_TESTS))
    for number in range(_MODULES):
        (folder / f"test_module_{number}.py").write_text(tests)
    return folder


def collecting(place: Path, site: Path, **variables: str) -> Callable[[], None]:
    """Return an action that collects the project in that environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "COV"))}
    # -S: no site-packages but the folder of links.
    command = [sys.executable, "-S", "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", str(place)]

    def collect() -> None:
        subprocess.run(
            command, env=clean | {"PYTHONPATH": str(site)} | variables, cwd=place, check=True, stdout=subprocess.DEVNULL
        )

    return collect


def main(count: int) -> bool:
    """Measure and print; return whether the goal is met."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        place = project(root / "project")
        with_it = environment(root / "with", entry_point=True)
        without = environment(root / "without", entry_point=False)
        found = rounds(
            {
                "with": collecting(place, with_it),
                "without": collecting(place, without),
                "bare": collecting(place, without, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
            },
            count,
        )
    idle = ratio(found["with"], found["without"])
    print(IDLE.told(idle))
    print(f"the same against pytest without any plugin: {ratio(found['with'], found['bare']):.2f} (reported)")
    return IDLE.met(idle)
