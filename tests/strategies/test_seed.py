"""The text that this product started from, held against the contract: neither may change without the other."""

from __future__ import annotations

import copy
import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from participant_strategies.contract import Contract, contract, parse_contract
from tests.strategies.signature import FILE, Level, Signature, read
from tests.strategies.validity import FACTS, SHAPES

SHA256 = "169e35f02aa806d3a58769cbcfadc60403635e1354c8d3507b729c27abad1b95"
TEXT = FILE.read_text(encoding="utf-8")

Facts = dict[str, Any]


def field_of(member: str) -> str:
    """Return the name of a member as OCaml has it: a field begins with a small letter."""
    return member[0].lower() + member[1:]


def fields_of(operation: Contract) -> dict[str, str]:
    """Return the fields that the output's record must have; a member that is not required is an option."""
    shape = operation.shapes[operation.output]
    optional = {name: "" if name in shape.required else " option" for name in shape.members}
    return {field_of(name): f"{target}.t{optional[name]}" for name, target in shape.members.items()}


def levels_of(operation: Contract) -> tuple[Level, ...]:
    """Return what the members at each depth are, with all string shapes of that depth."""
    found = [Level(structures=True, strings=(), enums=False)]
    depth = 1
    while at_depth := [shape for path, shape in operation.paths() if len(path) == depth]:
        kinds = {shape.kind for shape in at_depth}
        strings = dict.fromkeys(shape.name for shape in at_depth if shape.kind == "string")
        found.append(Level("structure" in kinds, tuple(strings), "enum" in kinds))
        depth += 1
    return tuple(found)


def errors_of(operation: Contract) -> dict[str, str]:
    """Return the cases that the error type must have: the four, and one for any other code with what is known of it."""
    return {name: f"{name}.t" for name in operation.modeled_errors} | {
        "Unknown_operation_error": "string * string option"
    }


def level_disagreement(depth: int, read_from_text: Level, modeled: Level) -> str | None:
    """Say how one depth differs. Of the strings' modules the compiler shows the first one of the type it merged."""
    kinds = (read_from_text.structures, bool(read_from_text.strings), read_from_text.enums)
    if kinds != (modeled.structures, bool(modeled.strings), modeled.enums):
        return f"kinds at depth {depth}"
    return f"strings at depth {depth}" if read_from_text.strings != modeled.strings[:1] else None


def disagreements(text: Signature, operation: Contract) -> list[str]:
    """List what the text and the contract tell differently."""
    told = {
        "output": text.output == operation.output,
        "fields": text.fields == fields_of(operation),
        "error": text.error == errors_of(operation),
        "error_of_json": text.error_of_json == errors_of(operation),
        "error_of_xml": text.error_of_xml == errors_of(operation),
        "depth": len(text.levels) == len(levels_of(operation)),
        "dial window": text.dial_window == operation.times.dial_window,
        "participant gone": text.participant_gone == operation.times.participant_gone,
        "connection token": text.connection_token == operation.times.connection_token,
    }
    pairs = zip(text.levels, levels_of(operation), strict=False)
    levels = [level_disagreement(depth, *pair) for depth, pair in enumerate(pairs)]
    return [name for name, same in told.items() if not same] + [level for level in levels if level]


def test_the_text_is_kept_as_it_came() -> None:
    """Byte by byte."""
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


def test_the_contract_is_what_the_text_says() -> None:
    """Fields, kinds and named types at every depth, errors, times."""
    assert disagreements(read(TEXT), contract()) == []


def test_the_value_is_five_structures_deep() -> None:
    """The tree of the type, depth by depth, as it is printed."""
    assert read(TEXT).levels == (
        Level(structures=True, strings=(), enums=False),
        Level(structures=True, strings=(), enums=False),
        Level(structures=True, strings=("PreSignedConnectionUrl",), enums=False),
        Level(structures=True, strings=("AttendeeId",), enums=False),
        Level(structures=True, strings=("URI",), enums=False),
        Level(structures=False, strings=(), enums=True),
    )


def test_the_output_has_three_members() -> None:
    """Each in the record, under its OCaml name."""
    assert read(TEXT).fields == {
        "websocket": "Websocket.t option",
        "connectionCredentials": "ConnectionCredentials.t option",
        "webRTCConnection": "WebRTCConnection.t option",
    }


def test_an_unknown_error_has_a_code_and_perhaps_something_more() -> None:
    """The type says no more of the second part than that it is a text."""
    assert read(TEXT).error["Unknown_operation_error"] == "string * string option"


def test_the_three_lists_of_errors_are_one() -> None:
    """The type and both functions name the same cases."""
    text = read(TEXT)
    assert Counter(text.error) == Counter(text.error_of_json) == Counter(text.error_of_xml)
    assert len(text.error) == 5


def test_the_subscribe_message_stands_in_the_text() -> None:
    """What is sent on an open websocket of a chat."""
    assert read(TEXT).subscribe == {"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}}


# Neither can change unnoticed


def without_member(shape: str, member: str) -> Callable[[Facts], None]:
    """Take a member out of a shape."""
    return lambda facts: facts["shapes"][shape]["members"].pop(member)


def of_kind(shape: str, kind: str) -> Callable[[Facts], None]:
    """Give a shape another kind."""
    return lambda facts: facts["shapes"][shape].update(kind=kind)


def with_member(shape: str, member: str, target: str) -> Callable[[Facts], None]:
    """Put a member into a shape."""
    return lambda facts: facts["shapes"][shape]["members"].update({member: target})


def at_time(name: str, seconds: int) -> Callable[[Facts], None]:
    """Change a time."""
    return lambda facts: facts["times"].update({name: seconds})


CHANGES_OF_THE_CONTRACT: dict[str, tuple[Callable[[Facts], object], list[str]]] = {
    "a member less at the top": (
        without_member("CreateParticipantConnectionResponse", "Websocket"),
        ["fields", "strings at depth 2"],
    ),
    "a member more at the top": (with_member("CreateParticipantConnectionResponse", "A", "Attendee"), ["fields"]),
    "a member that is required": (
        lambda facts: facts["shapes"]["CreateParticipantConnectionResponse"].update(required=["Websocket"]),
        ["fields"],
    ),
    "no Url": (without_member("Websocket", "Url"), ["strings at depth 2"]),
    "no AttendeeId": (without_member("Attendee", "AttendeeId"), ["strings at depth 3"]),
    "no media": (without_member("WebRTCMeeting", "MediaPlacement"), ["kinds at depth 4"]),
    "no features": (without_member("WebRTCMeeting", "MeetingFeatures"), ["depth", "kinds at depth 4"]),
    "no enum": (without_member("AudioFeatures", "EchoReduction"), ["depth"]),
    "an enum turned string": (of_kind("MeetingFeatureStatus", "string"), ["kinds at depth 5"]),
    "a string turned enum": (of_kind("ISO8601Datetime", "enum"), ["kinds at depth 2"]),
    "a text at the top": (
        with_member("CreateParticipantConnectionResponse", "A", "URI"),
        ["fields", "kinds at depth 1"],
    ),
    "an error less": (lambda facts: facts["operation"]["errors"].pop(), ["error", "error_of_json", "error_of_xml"]),
    "another dial window": (at_time("dial_window", 60), ["dial window"]),
    "another time of absence": (at_time("participant_gone", 100), ["participant gone"]),
    "another life of a token": (at_time("connection_token", 3600), ["connection token"]),
}


@pytest.mark.parametrize(("change", "told"), CHANGES_OF_THE_CONTRACT.values(), ids=CHANGES_OF_THE_CONTRACT)
def test_a_change_of_the_contract_is_noticed(change: Callable[[Facts], object], told: list[str]) -> None:
    """And told by what it is about."""
    facts = copy.deepcopy(FACTS)
    change(facts)
    assert disagreements(read(TEXT), parse_contract(facts)) == told


CHANGES_OF_THE_TEXT = {
    "another output": ("CreateParticipantConnectionResponse", "CreateParticipantResponse", ["output"]),
    "another field": ("webRTCConnection : ", "webRtcConnection : ", ["fields"]),
    "a field that is required": ("websocket : Websocket.t option", "websocket : Websocket.t", ["fields"]),
    "another url": ("PreSignedConnectionUrl.t", "SyntheticUrl.t", ["strings at depth 2"]),
    "another id": ("AttendeeId.t", "URI.t", ["strings at depth 3"]),
    "an enum turned string": ("`Enum of string", "`String of MeetingFeatureStatus.t", ["kinds at depth 5"]),
    "a structure less": ("(string * [> `Enum of string ])", "unit", ["depth"]),
    "an error less": (
        "| `ThrottlingException of ThrottlingException.t",
        "",
        ["error", "error_of_json", "error_of_xml"],
    ),
    "another unknown error": (
        "`Unknown_operation_error of string * string option",
        "`Unknown_operation_error of string",
        ["error", "error_of_json", "error_of_xml"],
    ),
    "another dial window": ("timeout of 100s", "timeout of 60s", ["dial window"]),
    "another time of absence": ("for 60 seconds", "for 61 seconds", ["participant gone"]),
    "another life of a token": ("token is 1 day", "token is 2 day", ["connection token"]),
}


@pytest.mark.parametrize(("old", "new", "told"), CHANGES_OF_THE_TEXT.values(), ids=CHANGES_OF_THE_TEXT)
def test_a_change_of_the_text_is_noticed(old: str, new: str, told: list[str]) -> None:
    """And told by what it is about."""
    assert old in TEXT
    assert disagreements(read(TEXT.replace(old, new)), contract()) == told


def test_two_times_for_one_thing_are_noticed() -> None:
    """The time of absence is stated twice."""
    with pytest.raises(ValueError, match="too many values"):
        read(TEXT.replace("for 60 seconds", "for 61 seconds", 1))


def test_every_shape_of_the_output_is_looked_at() -> None:
    """What the comparison walks is all there is below the output."""
    listed = {shape.name for _, shape in contract().paths()} | {contract().output}
    others = {"CreateParticipantConnectionRequest", "ConnectionTypeList", "ConnectionType", "Bool"}
    assert listed == set(SHAPES) - others
