"""What an adapter is: its methods, and who it is of.

Owns the adapter's side of the boundary and every complaint about an unsound adapter. It must not know the checks.
An adapter is any object that has some of the methods of :data:`METHODS`; there is no base class and nothing to
register. A capability is a method that is there.
"""

from __future__ import annotations

import builtins
import difflib
import inspect
from collections.abc import Awaitable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from participant_strategies.contract import contract
from participant_strategies.reply import AdapterOutcome, ConnectionRequest, Rejected, Reply
from participant_strategies.value import Structure

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

#: How many arguments the methods of this edition's checks are called with.
ARGUMENTS = MappingProxyType(
    {
        "decode-json": 1,
        "decode-xml": 1,
        "encode-json": 1,
        "encode-xml": 1,
        "error-of-json": 2,
        "error-of-xml": 2,
        "read": 1,
        "read-xml": 2,
        "call": 2,
    }
)

#: The dialects of XML: the bare document of ``decode-xml``, and Smithy's protocols for ``read-xml``.
DIALECTS = ("bare", "restXml", "restXml-unwrapped", "awsQuery", "ec2Query")

Answer: TypeAlias = AdapterOutcome | Awaitable[AdapterOutcome]
#: What a method that writes gives: the text.
Written: TypeAlias = bytes | Rejected | Awaitable[bytes | Rejected]


@runtime_checkable
class DecodesJson(Protocol):
    """Capability ``decode-json``."""

    def decode_json(self, body: bytes, /) -> Answer:
        """Decode the body of a success reply and give what ``to_value`` makes of it."""


@runtime_checkable
class DecodesXml(Protocol):
    """Capability ``decode-xml``."""

    def decode_xml(self, body: bytes, /) -> Answer:
        """Decode a document whose root is the operation's output and give what ``to_value`` makes of it."""


@runtime_checkable
class EncodesJson(Protocol):
    """Capability ``encode-json``."""

    def encode_json(self, value: Structure, /) -> Written:
        """Write a value as a JSON text."""


@runtime_checkable
class EncodesXml(Protocol):
    """Capability ``encode-xml``."""

    def encode_xml(self, value: Structure, /) -> Written:
        """Write a value as a document whose root is the operation's output."""


@runtime_checkable
class ErrorsOfJson(Protocol):
    """Capability ``error-of-json``."""

    def error_of_json(self, code: str, body: bytes, /) -> Answer:
        """Say what the body of an error holds whose type is known to be ``code``."""


@runtime_checkable
class ErrorsOfXml(Protocol):
    """Capability ``error-of-xml``."""

    def error_of_xml(self, code: str, body: bytes, /) -> Answer:
        """Do the same for a text whose root is the element that holds the error's members."""


@runtime_checkable
class ReadsXml(Protocol):
    """Capability ``read-xml``."""

    def read_xml(self, reply: Reply, dialect: str, /) -> Answer:
        """Take a whole HTTP reply of an XML protocol: a success value or a classified error."""


@runtime_checkable
class Reads(Protocol):
    """Capability ``read``."""

    def read(self, reply: Reply, /) -> Answer:
        """Take a whole HTTP reply of the JSON protocol: a success value or a classified error."""


@runtime_checkable
class Calls(Protocol):
    """Capability ``call``."""

    def call(self, endpoint: str, request: ConnectionRequest, /) -> Answer:
        """Send a real HTTP request to ``endpoint`` (scheme, host, port and possibly a path) and take the reply.

        With the trait ``retries="switch"`` it takes the keyword ``retries``, a boolean: as the client does by default,
        or one request and no more. With ``limits`` it takes ``limit_s``: seconds after which one request is given up.
        """


class AdapterError(Exception):
    """The adapter broke its side: it cannot be made, offers nothing, or returned what it may not return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Where an implementation differs within what the contract leaves free.

    A trait turns a check into *not offered*, or widens what is accepted where the contract is silent; never more.
    ``no_code`` and ``no_message`` list what stands for "none"; ``"$status"`` is the reply's status as text.
    ``unknown_payload``: what stands as the message of an unknown error, the message or the whole body.
    ``lacks`` lists members that an older model does not have, by path. ``retries``: ``call`` retries as the client does
    by default (``on``), never (``off``: then nothing can be said of that default), or as it is told (``switch``).
    ``limits``: ``call`` keeps the time limit it is given. ``cost``: a call takes a ``process``, so that fewer are made.
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
        for name in ("no_code", "no_message", "lacks", "dialects"):
            given: object = getattr(self, name)
            if not isinstance(given, tuple):
                raise AdapterError(f"trait {name}: give a tuple, not {described(given)}")
        if self.unknown_payload not in ("message", "body"):
            raise AdapterError(
                f"trait unknown_payload: give 'message' or 'body', not {described(self.unknown_payload)}"
            )
        for name, choices in (("retries", ("on", "off", "switch")), ("cost", ("call", "process"))):
            if getattr(self, name) not in choices:
                raise AdapterError(
                    f"trait {name}: there are {', '.join(choices)}; not {described(getattr(self, name))}"
                )
        if strange := [dialect for dialect in self.dialects if dialect not in DIALECTS]:
            raise AdapterError(f"trait dialects: there are {', '.join(DIALECTS)}; not {', '.join(map(str, strange))}")
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
                raise AdapterError(f"{name} of an Implementation is a text, not {described(text)}")
        errors: object = self.errors
        if not isinstance(errors, tuple):
            raise AdapterError(f"errors of {self.name}: give a tuple of exception classes, not {described(errors)}")
        traits: object = self.traits
        if not isinstance(traits, Traits):
            raise AdapterError(f"traits of {self.name}: give Traits(…), not {described(traits)}")
        for error in self.errors:
            if not (isinstance(error, type) and issubclass(error, Exception)):
                raise AdapterError(f"errors of {self.name}: {error!r} is no exception class")
            if getattr(builtins, error.__name__, None) is error:
                raise AdapterError(
                    f"errors of {self.name}: the built-in {error.__name__} is not the implementation's own error; "
                    "name the classes that the implementation defines"
                )


def offered(adapter: object) -> frozenset[str]:
    """Return the adapter's capabilities. Raises :class:`AdapterError` if it is unsound."""
    name = type(adapter).__name__
    if inspect.iscoroutine(adapter) or inspect.isasyncgen(adapter):
        raise AdapterError(
            f"the adapter is a {name}, not an object: an async fixture needs @pytest_asyncio.fixture"
            ' with scope="session" and loop_scope="session"'
        )
    capabilities = methods_of(adapter)
    _check_near_misses(adapter, name)
    if not capabilities:
        methods = ", ".join(METHODS.values())
        raise AdapterError(f"the adapter {name} offers nothing: it has none of the methods {methods}")
    implementation = getattr(adapter, "implementation", None)
    if not isinstance(implementation, Implementation):
        raise AdapterError(
            f"the adapter {name} needs an attribute 'implementation', an Implementation(name=…, version=…)"
        )
    for capability in sorted(capabilities & ARGUMENTS.keys()):
        options = call_options(implementation.traits) if capability == "call" else ()
        _check_signature(adapter, METHODS[capability], ARGUMENTS[capability], options)
    return capabilities


def call_options(traits: Traits) -> tuple[str, ...]:
    """Return the names of the keyword arguments that ``call`` takes, since the traits say so."""
    switch = ("retries",) if traits.retries == "switch" else ()
    return (*switch, "limit_s") if traits.limits else switch


def methods_of(adapter: object) -> frozenset[str]:
    """Return the capabilities whose methods are there, without a look at anything else."""
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


def _check_signature(adapter: object, method: str, arguments: int, options: tuple[str, ...]) -> None:
    try:
        signature = inspect.signature(getattr(adapter, method))
    except (TypeError, ValueError):  # a method written in C need not have one
        return
    try:
        signature.bind(*range(arguments), **dict.fromkeys(options))
    except TypeError as wrong:
        named = f" and {', '.join(f'{name}=' for name in options)} (its traits say so)" if options else ""
        raise AdapterError(
            f"the adapter {type(adapter).__name__}: {method}{signature} cannot be called with "
            f"{arguments} argument{'s' if arguments > 1 else ''}{named}: {wrong}"
        ) from None


def described(value: object) -> str:
    """Name a foreign object in a complaint: its type and the begin of what it prints."""
    try:
        return "None" if value is None else f"{type(value).__name__} {repr(value)[:80]}"
    except Exception:  # noqa: BLE001 - what it holds may be the very reason of the complaint
        return f"a {type(value).__name__} that cannot be printed"
