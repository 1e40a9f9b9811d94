"""``participant-conformance drift``: the contract against botocore's model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from participant_conformance import drift
from tests.cli.conftest import Command

SHIPPED = drift.contract_path()


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Put a copy of the contract in place of the shipped one; the test changes and writes it by :func:`put`."""
    monkeypatch.setattr(drift, "contract_path", lambda: tmp_path / "contract.json")
    data: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return data


def put(folder: Path, data: dict[str, Any]) -> None:
    """Write the contract that :func:`contract` put in place."""
    (folder / "contract.json").write_text(json.dumps(data), encoding="utf-8")


def test_the_shipped_contract_is_that_of_botocore(command: Command) -> None:
    """Nothing has changed since the contract was taken: exit code 0."""
    answer = command("drift")
    assert answer.text == "0 changes since the contract was taken\n"
    assert answer.code == 0


def test_a_change_is_told_with_its_place(command: Command, contract: dict[str, Any], tmp_path: Path) -> None:
    """One change: exit code 1, and a line with the path and both values."""
    contract["errors"]["ThrottlingException"]["status"] = 503
    put(tmp_path, contract)
    answer = command("drift")
    assert answer.code == 1
    assert answer.text.splitlines() == [
        "errors.ThrottlingException.status: 503 is now 429",
        "1 change since the contract was taken",
    ]


def test_what_is_new_gone_or_moved_is_told_apart(command: Command, contract: dict[str, Any], tmp_path: Path) -> None:
    """A member that the contract lacks is new, one that botocore lacks is gone, another order is said to be one."""
    shapes = contract["shapes"]
    del shapes["Websocket"]["members"]["ConnectionExpiry"]
    shapes["Gone"] = {"kind": "string"}
    members = contract["shapes"]["ConnectionCredentials"]["members"]
    shapes["ConnectionCredentials"]["members"] = dict(reversed(members.items()))
    put(tmp_path, contract)
    answer = command("drift")
    assert answer.code == 1
    assert 'shapes.Websocket.members.ConnectionExpiry: new ("ISO8601Datetime")' in answer.text
    assert 'shapes.Gone: gone (was {"kind": "string"})' in answer.text
    assert "shapes.ConnectionCredentials.members: another order (ConnectionToken, Expiry)" in answer.text
    assert "3 changes since the contract was taken" in answer.text


def test_without_botocore_it_cannot_be_said(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, and what to install."""
    monkeypatch.setitem(sys.modules, "botocore", None)
    answer = command("drift")
    assert answer.code == 2
    assert "Error: botocore is not installed; do: pip install 'participant-conformance[boto3]'" in answer.lines


def test_a_botocore_without_the_operation_is_told(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that no longer has the service or the operation cannot be compared: 2."""
    monkeypatch.setattr(drift, "SERVICE", "no-such-service")
    answer = command("drift")
    assert answer.code == 2
    assert "has no CreateParticipantConnection" in answer.lines
    monkeypatch.setattr(drift, "SERVICE", "connectparticipant")
    monkeypatch.setattr(drift, "OPERATION", "NoSuchOperation")
    assert command("drift").code == 2


def test_a_new_contract_can_be_written(command: Command, tmp_path: Path) -> None:
    """``--write`` writes the contract of the installed botocore, which is the shipped one but for when it was taken."""
    assert command("drift", "--write", "new.json").code == 0
    written, shipped = (json.loads(path.read_text()) for path in (tmp_path / "new.json", SHIPPED))
    for data in (written, shipped):
        for name in ("taken_from", "taken_on"):
            del data["model"][name]
    assert written == shipped


def test_a_file_that_cannot_be_written_is_told(command: Command) -> None:
    """``--write`` into a folder that is not there: 2, in one line."""
    answer = command("drift", "--write", "nowhere/new.json")
    assert answer.code == 2
    assert "No such file or directory" in answer.lines
    assert "Traceback" not in answer.text
