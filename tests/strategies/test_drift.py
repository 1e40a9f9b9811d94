"""The contract against botocore's service model: nothing has changed, and what would have changed is told."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from participant_conformance import drift
from participant_conformance.drift import DriftError, contract_path, differences, digest, extract, write
from participant_strategies.contract import contract
from tests.strategies.validity import FACTS


def version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version."""
    return tuple(map(int, re.findall(r"\d+", text)))


@pytest.fixture(name="botocore")
def botocore_fixture() -> Any:
    """Return botocore, or skip: it is an extra, and one older than the contract knows less."""
    botocore = pytest.importorskip("botocore", reason="botocore is not installed: the model cannot be read")
    pytest.importorskip("botocore.loaders")
    taken = contract().model.taken_from
    if version(botocore.__version__) < version(taken):
        pytest.skip(f"botocore {botocore.__version__} is older than the contract, which is of {taken}")
    return botocore


@pytest.fixture(name="serve")
def serve_fixture(botocore: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Return what makes botocore load another model of the service, or fail to."""

    def serve(model: Any) -> None:
        def load(_loader: object, _service: str, _type: str) -> Any:
            if isinstance(model, Exception):
                raise model
            return model

        monkeypatch.setattr(botocore.loaders.Loader, "load_service_model", load)

    return serve


@pytest.fixture(name="model")
def model_fixture(botocore: Any) -> Any:
    """Return a fresh copy of botocore's model of the service."""
    loaded = botocore.loaders.Loader().load_service_model("connectparticipant", "service-2")
    return json.loads(json.dumps(loaded))


# The installed model


@pytest.mark.usefixtures("botocore")
def test_the_contract_has_not_drifted() -> None:
    """The installed botocore says what ``contract.json`` says."""
    assert drift.drift() == []


@pytest.mark.usefixtures("botocore")
def test_the_shipped_file_can_be_written_again(tmp_path: Path) -> None:
    """Written anew, the file is the same byte for byte, but for where and when it was taken."""
    written = tmp_path / "contract.json"
    write(written)

    def timeless(path: Path) -> bytes:
        return re.sub(rb'"(taken_from|taken_on)": "[^"]*"', b"", path.read_bytes())

    assert timeless(written) == timeless(contract_path())


def test_the_extracted_facts_say_where_and_when_they_were_taken(botocore: Any) -> None:
    """The version of botocore and the day are part of the file, not of its facts."""
    model = extract(today="2030-01-02")["model"]
    assert (model["taken_from"], model["taken_on"]) == (f"botocore {botocore.__version__}", "2030-01-02")


@pytest.mark.usefixtures("botocore")
def test_the_day_is_today_in_utc_unless_it_is_given() -> None:
    """Two people in two time zones write the same day."""
    before = datetime.now(UTC).date().isoformat()
    taken = extract()["model"]["taken_on"]
    assert taken in {before, datetime.now(UTC).date().isoformat()}


@pytest.mark.usefixtures("botocore")
def test_the_times_are_carried_over() -> None:
    """They are the reference page's, and no part of the model."""
    assert extract()["times"] == FACTS["times"]


def test_the_digest_of_the_file_is_the_one_it_states() -> None:
    """Nobody has edited the facts by hand."""
    assert digest(FACTS) == FACTS["model"]["sha256"] == contract().model.sha256


def test_the_digest_is_that_of_the_facts_alone() -> None:
    """Where, when and the times do not matter to it; each part of the facts does, and its order."""
    assert digest(FACTS | {"model": {}, "times": {}}) == digest(FACTS)
    others = [FACTS | {part: {}} for part in ("operation", "shapes", "errors")]
    others.append(FACTS | {"shapes": dict(reversed(FACTS["shapes"].items()))})
    assert len({digest(facts) for facts in (FACTS, *others)}) == 5


# What has changed is told


@pytest.mark.parametrize(
    ("ours", "theirs", "lines"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a: 1 is now 2"]),
        ({"a": {"b": "c"}}, {"a": {"b": "d"}}, ['a.b: "c" is now "d"']),
        ({"a": {"b": 1}}, {"a": {}}, ["a.b: gone (was 1)"]),
        ({"a": {}}, {"a": {"b": [1]}}, ["a.b: new ([1])"]),
        ({"a": [1, 2]}, {"a": [2, 1]}, ["a: [1, 2] is now [2, 1]"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "b": 1}}, ["a: another order (c, b)"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "b": 1}}, ["a.c: 2 is now 3", "a: another order (c, b)"]),
        ({"a": 1, "b": 2}, {"c": 3, "b": 2}, ["a: gone (was 1)", "c: new (3)"]),
        ({"a": {}}, {"a": 1}, ["a: {} is now 1"]),
        ({"a": 1}, {"a": {}}, ["a: 1 is now {}"]),
        ({"a": 1}, {"a": None}, ["a: 1 is now null"]),
    ],
    ids=str,
)
def test_every_difference_is_told_by_its_path(ours: object, theirs: object, lines: list[str]) -> None:
    """Changed, gone, new and put into another order: one line each."""
    assert list(differences(ours, theirs)) == lines


def longer(model: Any) -> None:
    """Raise a limit."""
    model["shapes"]["ParticipantToken"]["max"] = 2000


def grown(model: Any) -> None:
    """Add a type of connection."""
    model["shapes"]["ConnectionType"]["enum"].append("VIDEO")


def moved(model: Any) -> None:
    """Change the status of an error."""
    model["shapes"]["ThrottlingException"]["error"]["httpStatusCode"] = 503


def blamed(model: Any) -> None:
    """Put the service at fault."""
    model["shapes"]["ConflictException"]["fault"] = True


def added(model: Any) -> None:
    """Add a member of a shape that nothing named before."""
    model["shapes"]["New"] = {"type": "string"}
    model["shapes"]["Websocket"]["members"]["New"] = {"shape": "New"}


def dropped(model: Any) -> None:
    """Drop an error of the operation."""
    del model["operations"]["CreateParticipantConnection"]["errors"][0]


def turned(model: Any) -> None:
    """Put two members into another order."""
    shape = model["shapes"]["WebRTCMediaPlacement"]
    shape["members"] = dict(reversed(shape["members"].items()))


def rebound(model: Any) -> None:
    """Change the protocol to one that goes by its own name."""
    model["metadata"]["protocol"] = "smithy-rpc-v2-cbor"


def cyclic(model: Any) -> None:
    """Let a structure hold itself."""
    model["shapes"]["Websocket"]["members"]["Old"] = {"shape": "Websocket"}


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (longer, ["shapes.ParticipantToken.max: 1000 is now 2000"]),
        (grown, ["shapes.ConnectionType.values: ", '"VIDEO"]']),
        (moved, ["errors.ThrottlingException.status: 429 is now 503"]),
        (blamed, ['errors.ConflictException.fault: "client" is now "server"']),
        (added, ['shapes.Websocket.members.New: new ("New")', 'shapes.New: new ({"kind": "string"})']),
        (dropped, ["operation.errors: "]),
        (turned, ["shapes.WebRTCMediaPlacement.members: another order (EventIngestionUrl, "]),
        (rebound, ['model.protocol: "restJson1" is now "smithy-rpc-v2-cbor"']),
        (cyclic, ['shapes.Websocket.members.Old: new ("Websocket")']),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_change_of_the_model_is_told(
    change: Callable[[Any], None], lines: list[str], model: Any, serve: Callable[[Any], None]
) -> None:
    """Whatever changes in what the contract holds is found in the model, and nothing else is told."""
    change(model)
    serve(model)
    told = "\n".join(drift.drift())
    assert all(line in told for line in lines)
    assert told.count("\n") <= len(lines) - 1


def test_what_the_contract_does_not_hold_may_change(model: Any, serve: Callable[[Any], None]) -> None:
    """Other operations and all documentation are no part of the contract."""
    model["operations"]["New"] = {}
    model["shapes"]["Unused"] = {"type": "string"}
    model["shapes"]["ParticipantToken"]["documentation"] = "new"
    serve(model)
    assert drift.drift() == []


# What cannot be read


@pytest.mark.parametrize("missing", ["botocore", "botocore.loaders"])
def test_without_botocore_the_error_says_how_to_get_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore is an extra: the message names the command that installs it."""
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(DriftError, match=r"botocore is not installed; do: pip install '.*\[boto3\]'") as raised:
        extract()
    assert isinstance(raised.value.__cause__, ImportError)


@pytest.mark.parametrize(
    "model", [{"operations": {}, "shapes": {}}, {"metadata": {}}], ids=["another operation", "another file"]
)
def test_a_model_without_the_operation_is_told(model: Any, serve: Callable[[Any], None]) -> None:
    """A botocore that is too old, or no longer has the operation, is named with its version."""
    serve(model)
    with pytest.raises(DriftError, match=r"^botocore \d\S* has no CreateParticipantConnection: "):
        extract()


def test_an_unknown_service_is_told(botocore: Any, serve: Callable[[Any], None]) -> None:
    """The same where botocore has never heard of the service."""
    serve(botocore.exceptions.UnknownServiceError(service_name="connectparticipant", known_service_names="none"))
    with pytest.raises(DriftError, match="has no CreateParticipantConnection: Unknown service"):
        extract()
