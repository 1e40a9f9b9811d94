"""The operation as data: shapes, members, enums, limits, errors, HTTP binding and times.

Owns the typed view of ``contract.json``, which is the only place where these facts stand. It must not know how a
value is drawn, spelled or judged. ``participant-conformance drift`` compares the file with an installed botocore
and writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["structure", "string", "enum", "list", "boolean"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of the service model.

    ``members`` maps a member's name to the name of its shape, in the model's order. ``minimum`` and ``maximum``
    count characters (of a string) or items (of a list); ``None`` where the model sets no limit.
    """

    name: str
    kind: Kind
    members: Mapping[str, str]
    required: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    item: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """An error of the service: its HTTP status, whose fault it is, its members."""

    name: str
    status: int
    fault: Literal["client", "server"]
    members: tuple[str, ...]
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Which service model the facts were taken from, and when. ``sha256`` is that of the extracted facts."""

    service_id: str
    api_version: str
    protocol: str
    taken_from: str
    taken_on: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Times:
    """Times that the reference page of the operation states, in seconds."""

    dial_window: int
    participant_gone: int
    connection_token: int
    source: str


@dataclass(frozen=True, slots=True)
class Contract:
    """Everything this product takes for given about CreateParticipantConnection."""

    model: Model
    operation: str
    method: str
    uri: str
    token_header: str
    input: str
    output: str
    modeled_errors: tuple[str, ...]
    shapes: Mapping[str, Shape]
    errors: Mapping[str, ErrorShape]
    times: Times

    @property
    def other_errors(self) -> tuple[str, ...]:
        """Errors that the service models for other operations than this one."""
        return tuple(name for name in self.errors if name not in self.modeled_errors)

    def shape_at(self, path: Path) -> Shape | None:
        """Return the shape of the output's member at ``path``; ``None`` if the model has no such member."""
        shape = self.shapes[self.output]
        for name in path:
            target = shape.members.get(name)
            if target is None:
                return None
            shape = self.shapes[target]
        return shape

    def paths(self, root: str | None = None) -> Iterator[tuple[Path, Shape]]:
        """Yield every member of the output with its path, parents before their children."""
        yield from self._below((), self.shapes[root or self.output])

    def _below(self, path: Path, shape: Shape) -> Iterator[tuple[Path, Shape]]:
        for name, target in shape.members.items():
            member = self.shapes[target]
            yield (*path, name), member
            yield from self._below((*path, name), member)


@cache
def contract() -> Contract:
    """Load the contract (once a process)."""
    text = resources.files(__package__).joinpath("contract.json").read_text(encoding="utf-8")
    return parse_contract(json.loads(text))


def parse_contract(data: Mapping[str, Any]) -> Contract:
    """Make a :class:`Contract` of the JSON form; the file is ours, so a fault in it is a ``KeyError``."""
    operation, shapes, errors = data["operation"], data["shapes"], data["errors"]
    return Contract(
        model=Model(**data["model"]),
        operation=operation["name"],
        method=operation["method"],
        uri=operation["uri"],
        token_header=operation["token_header"],
        input=operation["input"],
        output=operation["output"],
        modeled_errors=tuple(operation["errors"]),
        shapes=MappingProxyType({name: _shape(name, shape) for name, shape in shapes.items()}),
        errors=MappingProxyType({name: _error(name, error) for name, error in errors.items()}),
        times=Times(**data["times"]),
    )


def _shape(name: str, data: Mapping[str, Any]) -> Shape:
    return Shape(
        name=name,
        kind=data["kind"],
        members=MappingProxyType(dict(data.get("members", {}))),
        required=tuple(data.get("required", ())),
        values=tuple(data.get("values", ())),
        item=data.get("item"),
        minimum=data.get("min"),
        maximum=data.get("max"),
        pattern=data.get("pattern"),
        sensitive=data.get("sensitive", False),
    )


def _error(name: str, data: Mapping[str, Any]) -> ErrorShape:
    return ErrorShape(
        name=name,
        status=data["status"],
        fault=data["fault"],
        members=tuple(data["members"]),
        required=tuple(data["required"]),
    )
