"""The contract against the service model of an installed botocore: extract, compare, write.

Owns how the facts of ``contract.json`` are read off botocore's model of the Participant Service. It must not judge
an implementation. The times are not in the model: they are the reference page's own and are carried over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

OPERATION = "CreateParticipantConnection"
SERVICE = "connectparticipant"
# botocore spells the protocol's name its own way; Smithy's is the one people look up.
PROTOCOLS = {"rest-json": "restJson1"}


class DriftError(Exception):
    """The model cannot be read: botocore is missing, or no longer has the service."""


def contract_path() -> Path:
    """Return the place of the shipped ``contract.json``."""
    return Path(str(resources.files("participant_strategies").joinpath("contract.json")))


def extract(*, today: str | None = None) -> dict[str, Any]:
    """Read the contract's facts off the installed botocore; the times are carried over from the shipped file.

    Raises :class:`DriftError` where botocore is not installed or does not know the operation.
    """
    try:
        import botocore
        import botocore.exceptions
        import botocore.loaders
    except ImportError as missing:
        raise DriftError("botocore is not installed; do: pip install 'participant-conformance[boto3]'") from missing
    try:
        model = botocore.loaders.Loader().load_service_model(SERVICE, "service-2")
        facts = _facts(model)
    except (botocore.exceptions.UnknownServiceError, KeyError) as absent:
        raise DriftError(f"botocore {botocore.__version__} has no {OPERATION}: {absent}") from absent
    metadata = model["metadata"]
    return {
        "model": {
            "service_id": metadata["serviceId"],
            "api_version": metadata["apiVersion"],
            "protocol": PROTOCOLS.get(metadata["protocol"], metadata["protocol"]),
            "taken_from": f"botocore {botocore.__version__}",
            "taken_on": today or datetime.now(UTC).date().isoformat(),
            "sha256": digest(facts),
        },
        **facts,
        "times": json.loads(contract_path().read_text(encoding="utf-8"))["times"],
    }


def digest(facts: Mapping[str, Any]) -> str:
    """Hash the extracted facts: the SHA-256 of their JSON text, order of members included."""
    kept = {name: facts[name] for name in ("operation", "shapes", "errors")}
    return hashlib.sha256(json.dumps(kept, separators=(",", ":")).encode()).hexdigest()


def differences(ours: object, theirs: object, path: str = "") -> Iterator[str]:
    """Yield one line for each place where two JSON values differ, with its path."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in [*ours, *(key for key in theirs if key not in ours)]:
            below = f"{path}.{name}" if path else name
            if name not in theirs:
                yield f"{below}: gone (was {json.dumps(ours[name])})"
            elif name not in ours:
                yield f"{below}: new ({json.dumps(theirs[name])})"
            else:
                yield from differences(ours[name], theirs[name], below)
        if set(ours) == set(theirs) and list(ours) != list(theirs):
            yield f"{path}: another order ({', '.join(theirs)})"
    elif ours != theirs:
        yield f"{path}: {json.dumps(ours)} is now {json.dumps(theirs)}"


def drift() -> list[str]:
    """Say what has changed in the installed model since ``contract.json`` was taken; empty where nothing has."""
    ours = json.loads(contract_path().read_text(encoding="utf-8"))
    theirs = extract()
    # Where and when it was taken is not a fact of the contract; the hash follows from the facts.
    for data in (ours, theirs):
        for name in ("taken_from", "taken_on", "sha256"):
            del data["model"][name]
    return list(differences(ours, theirs))


def write(path: Path) -> None:
    """Write the contract of the installed botocore to ``path``."""
    path.write_text(json.dumps(extract(), indent=2) + "\n", encoding="utf-8")


def _facts(model: Mapping[str, Any]) -> dict[str, Any]:
    operation, shapes = model["operations"][OPERATION], model["shapes"]
    bound = operation["input"]["shape"], operation["output"]["shape"]
    names: dict[str, None] = {}
    for name in bound:
        _closure(name, shapes, names)
    headers = [
        member["locationName"] for member in shapes[bound[0]]["members"].values() if member.get("location") == "header"
    ]
    return {
        "operation": {
            "name": OPERATION,
            "method": operation["http"]["method"],
            "uri": operation["http"]["requestUri"],
            "token_header": headers[0],
            "input": bound[0],
            "output": bound[1],
            "errors": [error["shape"] for error in operation["errors"]],
        },
        "shapes": {name: _shape(shapes[name]) for name in names},
        "errors": {name: _error(shape) for name, shape in shapes.items() if shape.get("exception")},
    }


def _closure(name: str, shapes: Mapping[str, Any], found: dict[str, None]) -> None:
    if name in found:
        return
    found[name] = None
    shape = shapes[name]
    for member in (*shape.get("members", {}).values(), *([shape["member"]] if "member" in shape else [])):
        _closure(member["shape"], shapes, found)


def _shape(shape: Mapping[str, Any]) -> dict[str, Any]:
    kind = "enum" if "enum" in shape else shape["type"]
    data: dict[str, Any] = {"kind": kind}
    if "members" in shape:
        data["members"] = {name: member["shape"] for name, member in shape["members"].items()}
    if "enum" in shape:
        data["values"] = shape["enum"]
    if "member" in shape:
        data["item"] = shape["member"]["shape"]
    data |= {name: shape[name] for name in ("required", "min", "max", "pattern", "sensitive") if name in shape}
    return data


def _error(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": shape["error"]["httpStatusCode"],
        "fault": "server" if shape.get("fault") else "client",
        "members": list(shape["members"]),
        "required": shape.get("required", []),
    }
