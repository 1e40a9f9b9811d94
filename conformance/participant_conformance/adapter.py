"""What an adapter is: its methods, who it is of, and how a specification string becomes one.

Owns the adapter's side of the boundary and every complaint about a bad adapter. It must not know the checks.
An adapter is any object that has some of the methods of :data:`METHODS`; there is no base class and nothing to
register. A capability is a method that is there.
"""

from __future__ import annotations

import builtins
import difflib
import importlib
import importlib.metadata
import inspect
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from participant_strategies.contract import contract
from participant_strategies.reply import (
    AdapterOutcome,
    ConnectionRequest,
    Decoded,
    Refused,
    Rejected,
    Reply,
    ServiceError,
)
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure

ENTRY_POINTS = "participant_conformance.adapters"

#: Capability → the name of the method.
METHODS = MappingProxyType(
    {
        "decode-json": "decode_json",
        "decode-xml": "decode_xml",
        "encode-json": "encode_json",
        "encode-xml": "encode_xml",
        "error-of-json": "error_of_json",
        "error-of-xml": "error_of_xml",
        "read": "read",
        "read-xml": "read_xml",
        "call": "call",
        "session": "session",
    }
)

#: Which outcomes a capability may return. Those that are not listed are not used by this edition's checks.
OUTCOMES: MappingProxyType[str, tuple[type[AdapterOutcome], ...]] = MappingProxyType(
    {
        "decode-json": (Decoded, Rejected),
        "read": (Decoded, ServiceError, Rejected),
        "call": (Decoded, ServiceError, Rejected, Refused),
    }
)

Answer: TypeAlias = AdapterOutcome | Awaitable[AdapterOutcome]


@runtime_checkable
class DecodesJson(Protocol):
    """Capability ``decode-json``."""

    def decode_json(self, body: bytes, /) -> Answer:
        """Decode the body of a success reply and give what ``to_value`` makes of it."""


@runtime_checkable
class Reads(Protocol):
    """Capability ``read``."""

    def read(self, reply: Reply, /) -> Answer:
        """Take a whole HTTP reply of the JSON protocol: a success value or a classified error."""


@runtime_checkable
class Calls(Protocol):
    """Capability ``call``."""

    def call(self, endpoint: str, request: ConnectionRequest, /) -> Answer:
        """Send a real HTTP request to ``endpoint`` (scheme, host, port and possibly a path) and take the reply."""


class AdapterError(Exception):
    """The adapter broke its side: it cannot be made, offers nothing, or returned what it may not return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Where an implementation differs within what the contract leaves free.

    A trait turns a check into *not offered*, or widens what is accepted where the contract is silent; never more.
    ``no_code`` and ``no_message`` list what stands for "none"; ``"$status"`` is the reply's status as text.
    ``lacks`` lists members that an older model does not have, by path.
    """

    unknown_payload: Literal["message", "body"] = "message"
    no_code: tuple[str | None, ...] = (None, "")
    no_message: tuple[str | None, ...] = (None, "")
    lacks: tuple[str, ...] = ()
    dialects: tuple[str, ...] = ("bare",)
    retries: Literal["on", "off", "switch"] = "on"
    limits: bool = False
    notifies: tuple[str, ...] | None = None
    heartbeat: Literal["aws/heartbeat", "none"] = "aws/heartbeat"
    plans: tuple[str, ...] = ("chat",)
    cost: Literal["call", "process"] = "call"
    batch: bool = False

    def __post_init__(self) -> None:
        for name in ("no_code", "no_message", "lacks"):
            given: object = getattr(self, name)
            if not isinstance(given, tuple):
                raise AdapterError(f"trait {name}: give a tuple, not {_described(given)}")
        unknown = [path for path in self.lacks if contract().shape_at(tuple(path.split("."))) is None]
        if unknown:
            raise AdapterError(f"trait lacks: {contract().output} has no member {', '.join(unknown)}")

    def used(self) -> dict[str, object]:
        """Return the traits that differ from their default, for the report."""
        default = Traits.__dataclass_fields__
        return {name: value for name in default if (value := getattr(self, name)) != default[name].default}


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """Who is judged, and which exceptions are its own.

    ``errors`` are the classes by which the implementation itself says that something is wrong: one that escapes the
    adapter becomes ``Rejected``, anything else a crash of the implementation. Built-in classes are not accepted: a
    ``ValueError`` can come from anywhere. Raises :class:`AdapterError`.
    """

    name: str
    version: str
    language: str = "python"
    runtime: str = ""
    errors: tuple[type[Exception], ...] = ()
    traits: Traits = field(default_factory=Traits)

    def __post_init__(self) -> None:
        for name in ("name", "version", "language", "runtime"):
            text: object = getattr(self, name)
            if not isinstance(text, str):
                raise AdapterError(f"{name} of an Implementation is a text, not {_described(text)}")
        errors: object = self.errors
        if not isinstance(errors, tuple):
            raise AdapterError(f"errors of {self.name}: give a tuple of exception classes, not {_described(errors)}")
        traits: object = self.traits
        if not isinstance(traits, Traits):
            raise AdapterError(f"traits of {self.name}: give Traits(…), not {_described(traits)}")
        for error in self.errors:
            if not (isinstance(error, type) and issubclass(error, Exception)):
                raise AdapterError(f"errors of {self.name}: {error!r} is no exception class")
            if getattr(builtins, error.__name__, None) is error:
                raise AdapterError(
                    f"errors of {self.name}: the built-in {error.__name__} is not the implementation's own error; "
                    "name the classes that the implementation defines"
                )


def load_adapter(spec: str, *, root: Path | None = None) -> object:
    """Make the adapter that ``spec`` names: ``package.module:attribute``, or the name of an entry point.

    A class, or a function without capabilities of its own, is called without arguments. ``root`` is looked at last
    for modules that are not installed. Raises :class:`AdapterError` with one sentence that says what to do.
    """
    if spec.startswith("stdio:"):
        raise AdapterError("stdio: adapters are not supported by this version; give package.module:attribute")
    module_name, colon, attribute = spec.partition(":")
    if not colon:
        return _made(_from_entry_point(spec), spec)
    if not module_name or not attribute:
        raise AdapterError(f"adapter {spec!r}: give package.module:attribute")
    module = _imported(module_name, spec, root)
    found: object = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, [name for name in dir(found) if name[0] != "_"], n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise AdapterError(f"adapter {spec!r}: {module_name} has no attribute {attribute!r}{hint}")
        found = getattr(found, part)
    return _made(found, spec)


def _imported(name: str, spec: str, root: Path | None) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        first = name.partition(".")[0]
        if missing.name != first or root is None or str(root) in sys.path:
            raise AdapterError(f"adapter {spec!r}: cannot import {name}: {missing}") from missing
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {spec!r}: importing {name} raised {_told(broken)}") from broken
    # Last in the path: a folder of the user's must not shadow what is installed.
    sys.path.append(str(root))
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {spec!r}: cannot import {name}: {_told(broken)}") from broken


def _from_entry_point(name: str) -> object:
    points = {point.name: point for point in importlib.metadata.entry_points(group=ENTRY_POINTS)}
    if name not in points:
        known = ", ".join(sorted(points)) or "none"
        raise AdapterError(f"adapter {name!r}: give package.module:attribute, or one of the installed ones: {known}")
    try:
        return points[name].load()
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {name!r}: {points[name].value} cannot be loaded: {_told(broken)}") from broken


def _made(found: object, spec: str) -> object:
    if not isinstance(found, type) and (_methods(found) or not callable(found)):
        return found
    try:
        return found()
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {spec!r}: making it raised {_told(broken)}") from broken


def offered(adapter: object) -> frozenset[str]:
    """Return the adapter's capabilities. Raises :class:`AdapterError` if it is unsound."""
    name = type(adapter).__name__
    if inspect.iscoroutine(adapter) or inspect.isasyncgen(adapter):
        raise AdapterError(
            f"the adapter is a {name}, not an object: an async fixture needs @pytest_asyncio.fixture"
            ' with scope="session" and loop_scope="session"'
        )
    capabilities = _methods(adapter)
    _check_near_misses(adapter, name)
    if not capabilities:
        methods = ", ".join(METHODS.values())
        raise AdapterError(f"the adapter {name} offers nothing: it has none of the methods {methods}")
    implementation = getattr(adapter, "implementation", None)
    if not isinstance(implementation, Implementation):
        raise AdapterError(
            f"the adapter {name} needs an attribute 'implementation', an Implementation(name=…, version=…)"
        )
    for capability in capabilities & OUTCOMES.keys():
        _check_signature(adapter, METHODS[capability], 2 if capability == "call" else 1)
    return capabilities


def _methods(adapter: object) -> frozenset[str]:
    return frozenset(name for name, method in METHODS.items() if callable(getattr(adapter, method, None)))


def _check_near_misses(adapter: object, name: str) -> None:
    public = [attribute for attribute in dir(adapter) if not attribute.startswith("_")]
    for attribute in public:
        if attribute in METHODS.values():
            if not callable(getattr(adapter, attribute, None)):
                raise AdapterError(f"the adapter {name} has an attribute {attribute} that is not a method")
        elif (meant := _meant(attribute)) and meant not in public and callable(getattr(adapter, attribute, None)):
            raise AdapterError(
                f"the adapter {name} has a method {attribute}: is {meant} meant? (a name of its own needs a leading _)"
            )


def _meant(attribute: str) -> str | None:
    plain = attribute.replace("_", "").lower()
    for method in METHODS.values():
        target = method.replace("_", "")
        # Short names have too many neighbours (ready, recall): only their case and plural count.
        near = len(target) > 6 and difflib.SequenceMatcher(None, plain, target).ratio() >= 0.85
        if near or plain in (target, f"{target}s"):
            return method
    return None


def _check_signature(adapter: object, method: str, arguments: int) -> None:
    try:
        signature = inspect.signature(getattr(adapter, method))
    except (TypeError, ValueError):  # a method written in C need not have one
        return
    try:
        signature.bind(*range(arguments))
    except TypeError as wrong:
        raise AdapterError(
            f"the adapter {type(adapter).__name__}: {method}{signature} cannot be called with "
            f"{arguments} argument{'s' if arguments > 1 else ''}: {wrong}"
        ) from None


def check_outcome(capability: str, outcome: object) -> AdapterOutcome:
    """Return ``outcome`` if the capability may return it; raise :class:`AdapterError` otherwise."""
    method, allowed = METHODS[capability], OUTCOMES[capability]
    match outcome:
        case Decoded() | ServiceError() | Rejected() | Refused() if isinstance(outcome, allowed):
            if problem := _outcome_problem(outcome):
                raise AdapterError(f"{method} {problem}")
            return outcome
        case _:
            names = ", ".join(kind.__name__ for kind in allowed)
            raise AdapterError(f"{method} may return {names}, not {_described(outcome)}")


#: The fields of an outcome besides its value, and of which types they may be.
_FIELDS: MappingProxyType[type, Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        ServiceError: {
            "code": (str, type(None)),
            "message": (str, type(None)),
            "known": (bool,),
            "status": (int, type(None)),
        },
        Rejected: {"reason": (str,), "error": (str,)},
        Refused: {"reason": (str,)},
    }
)


def _outcome_problem(outcome: AdapterOutcome) -> str | None:
    # What an adapter returns is foreign input: its fields need not be of the declared types.
    if isinstance(outcome, Decoded):
        value: object = outcome.value
        if not isinstance(value, Structure):
            return f"returned Decoded({_described(value)}): the value is a Structure; see Structure.from_plain"
        problem = _value_problem(value)
        return f"returned a value with {problem}; see Structure.from_plain" if problem else None
    kinds = next(fields for kind, fields in _FIELDS.items() if isinstance(outcome, kind))
    wrong = [name for name, kind in kinds.items() if not isinstance(getattr(outcome, name), kind)]
    shown = ", ".join(f"{name} is {_described(getattr(outcome, name))}" for name in wrong)
    return f"returned a {type(outcome).__name__} whose {shown}" if wrong else None


def _value_problem(value: object) -> str | None:
    """Say what within a value is ill made, or ``None``."""
    match value:
        case Structure(members=tuple() as members):
            return next(filter(None, map(_member_problem, members)), None)
        case List(items=tuple() as items):
            return next(filter(None, map(_value_problem, items)), None)
        case String(text=str()) | Enum(text=str()) | Boolean(value=bool()) | Foreign(kind=str(), text=str()):
            return None
        case _:
            return f"{_described(value)} in it"


def _member_problem(member: object) -> str | None:
    if isinstance(member, tuple) and len(member) == 2 and isinstance(member[0], str):
        return _value_problem(member[1])
    return f"the member {_described(member)}, which is no pair of a name and a value"


def _described(value: object) -> str:
    try:
        return "None" if value is None else f"{type(value).__name__} {repr(value)[:80]}"
    except Exception:  # noqa: BLE001 - what it holds may be the very reason of the complaint
        return f"a {type(value).__name__} that cannot be printed"


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
