"""What the adapter of the command line makes of what a command prints, and what becomes of its processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("awscli") is None:
    pytest.skip("awscli is not installed: tox run -e client-awscli", allow_module_level=True)

from participant_conformance.adapters import awscli
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Rejected, ServiceError
from participant_strategies.value import Structure

FAILED = "An error occurred ({}) when calling the CreateParticipantConnection operation{}: {}"


def made_of(code: int, out: str = "", err: str = "") -> Decoded | ServiceError | Rejected:
    """Return the outcome of a command that ended so."""
    return awscli._outcome(code, out.encode(), err.encode())


def test_an_object_is_a_success() -> None:
    """And nothing at all is one without members."""
    assert made_of(0, '{"Websocket": {}}\n') == Decoded(Structure.from_plain({"Websocket": {}}))
    assert made_of(0) == Decoded(Structure(()))


@pytest.mark.parametrize("tries", ["", " (reached max retries: 4)"])
def test_an_error_is_read_from_its_line(tries: str) -> None:
    """A message keeps its own ends of lines."""
    told = made_of(255, err="\n" + FAILED.format("AccessDeniedException", tries, "a\nb\n") + "\n")
    assert told == ServiceError("AccessDeniedException", "a\nb\n", known=True)


def test_an_unknown_error_keeps_its_name() -> None:
    """Who calls the command line knows an error by it."""
    assert made_of(255, err="\n" + FAILED.format("X", "", "a") + "\n") == ServiceError("X", "a", known=False)


def test_anything_else_is_an_error_of_the_commands_own() -> None:
    """In its own words."""
    assert made_of(255, err="\nParameter validation failed:\nno\n") == Rejected("Parameter validation failed:\nno")


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [(-9, "", ""), (1, "", "Traceback (most recent call last):\n  …"), (0, "[]", "")],
    ids=["a signal", "a traceback", "no object"],
)
def test_a_command_that_breaks_is_no_answer(code: int, out: str, err: str) -> None:
    """It escapes the adapter, and so is a crash."""
    with pytest.raises(awscli.CommandBrokeError):
        made_of(code, out, err)


def test_a_nul_is_refused_before_a_process_starts() -> None:
    """No argument of a command can hold one."""
    assert isinstance(awscli.Adapter().call("http://127.0.0.1:9", ConnectionRequest("a\0", None, None)), Refused)


def test_all_processes_of_a_command_that_is_late_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The group is killed, the child of a child too."""
    number = tmp_path / "number"
    grandchild = f"import os, pathlib, time; pathlib.Path({str(number)!r}).write_text(str(os.getpid())); time.sleep(60)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    monkeypatch.setattr(awscli, "PATIENCE", 3.0)
    with pytest.raises(subprocess.TimeoutExpired):
        awscli._run([sys.executable, "-c", child], dict(os.environ))
    assert ended(int(number.read_text()))


def ended(process: int) -> bool:
    """Wait for a process that is not ours to wait for."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        # A killed one that nobody has waited for yet.
        if Path(f"/proc/{process}/stat").exists() and " Z " in Path(f"/proc/{process}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


def test_the_package_is_not_imported() -> None:
    """It would put its own botocore in the place of the one that boto3 uses."""
    look = "import sys, participant_conformance.adapters.awscli as a; a.Adapter().implementation; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert not {"awscli", "botocore"} & set(ran.stdout.split())


def test_it_says_which_botocore_it_brings_along() -> None:
    """In the words of the command itself."""
    told = awscli.Adapter().implementation
    assert told.version == awscli.VERSION
    assert told.runtime.startswith("botocore 1.")
