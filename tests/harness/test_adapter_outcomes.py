"""What an adapter may return, and what is said where it returns something else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from participant_conformance.adapter import ARGUMENTS, METHODS, AdapterError
from participant_conformance.outcomes import OUTCOMES, check_outcome
from participant_strategies.reply import AdapterOutcome, Crashed, Decoded, Encoded, Refused, Rejected, ServiceError
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure

VALUE = Structure(
    (
        ("Websocket", Structure((("Url", String("a")),))),
        ("a", List((Enum("b"), Boolean(value=True), Foreign("int", "1")))),
    )
)
DECODED = Decoded(VALUE)
ERROR = ServiceError("a", None, known=False, status=400)
REJECTED = Rejected("no JSON", "ParseError")
REFUSED = Refused("no token")


#: Capability → the outcomes that its method may return, as the documentation has them.
ALLOWED: dict[str, tuple[AdapterOutcome, ...]] = {
    "decode-json": (DECODED, REJECTED),
    "decode-xml": (DECODED, REJECTED),
    "encode-json": (REJECTED,),
    "encode-xml": (REJECTED,),
    "error-of-json": (ERROR, REJECTED),
    "error-of-xml": (ERROR, REJECTED),
    "read": (DECODED, ERROR, REJECTED),
    "read-xml": (DECODED, ERROR, REJECTED),
    "call": (DECODED, ERROR, REJECTED, REFUSED),
}
#: What no method may return, whatever it is.
NEVER: tuple[object, ...] = (Crashed("a", "b"), Encoded(b"a"), None, "text", {"Websocket": {}}, bytearray(b"a"))


def test_every_capability_of_this_edition_has_its_outcomes() -> None:
    """Those that are called with arguments are those that may return something."""
    assert OUTCOMES.keys() == ALLOWED.keys() == ARGUMENTS.keys()


@pytest.mark.parametrize(
    ("capability", "outcome"), [(name, outcome) for name, allowed in ALLOWED.items() for outcome in allowed], ids=str
)
def test_what_a_capability_may_return_comes_out_unchanged(capability: str, outcome: AdapterOutcome) -> None:
    """A proper outcome is handed on as the object that it is."""
    assert check_outcome(capability, outcome) is outcome


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff"], ids=repr)
@pytest.mark.parametrize("capability", ["encode-json", "encode-xml"])
def test_what_is_written_is_bytes(capability: str, body: bytes) -> None:
    """Whatever they hold: that is judged elsewhere."""
    assert check_outcome(capability, body) == Encoded(body)


@pytest.mark.parametrize(
    ("capability", "outcome"),
    [
        (name, outcome)
        for name, allowed in ALLOWED.items()
        for outcome in (DECODED, ERROR, REJECTED, REFUSED, *NEVER)
        if outcome not in allowed
    ],
    ids=str,
)
def test_nothing_else_may_be_returned(capability: str, outcome: object) -> None:
    """The complaint names the method, and what it may return."""
    names = [type(allowed).__name__ for allowed in ALLOWED[capability]]
    names = ["bytes", *names] if capability.startswith("encode") else names
    with pytest.raises(AdapterError, match=rf"^{METHODS[capability]} may return {', '.join(names)}, not "):
        check_outcome(capability, outcome)


@pytest.mark.parametrize("capability", [name for name in ALLOWED if not name.startswith("encode")])
def test_bytes_are_what_encoders_return(capability: str) -> None:
    """And nobody else."""
    with pytest.raises(AdapterError, match=r", not bytes b'a'$"):
        check_outcome(capability, b"a")


@pytest.mark.parametrize(
    ("capability", "outcome", "told"),
    [
        ("decode-json", ERROR, r"^decode_json may return Decoded, Rejected, not ServiceError unknown error"),
        ("encode-xml", "<a/>", r"^encode_xml may return bytes, Rejected, not str '<a/>'$"),
        ("read", REFUSED, r"^read may return Decoded, ServiceError, Rejected, not Refused request refused"),
        ("read", Crashed("a", "b"), r"^read may return Decoded, ServiceError, Rejected, not Crashed crash, b"),
        ("call", None, r"^call may return Decoded, ServiceError, Rejected, Refused, not None$"),
        ("read", {"Websocket": {}}, r"^read may return .*, not dict \{'Websocket': \{\}\}$"),
        ("read", "x" * 1000, r"^read may return .*, not str 'x{79}$"),
    ],
    ids=["error-of-decode", "text-of-encode", "refused-of-read", "crash", "none", "dict", "long"],
)
def test_what_a_capability_may_not_return_is_complained_about(capability: str, outcome: object, told: str) -> None:
    """The message names the method, what it may return, and what it did return."""
    with pytest.raises(AdapterError, match=told):
        check_outcome(capability, outcome)


def test_a_plain_dictionary_is_no_value() -> None:
    """The message names the function that makes a value of plain data."""
    plain: Any = {"Websocket": {}}
    with pytest.raises(
        AdapterError, match=r"^read returned Decoded\(dict .*\): the value is a Structure; see Structure.f"
    ):
        check_outcome("read", Decoded(plain))


@pytest.mark.parametrize(
    "value",
    [
        Structure({"Url": String("a")}),  # type: ignore[arg-type]
        Structure([("Url", String("a"))]),  # type: ignore[arg-type]
        Structure((["Url", String("a")],)),  # type: ignore[arg-type]
        Structure((("Url",),)),  # type: ignore[arg-type]
        Structure(((1, String("a")),)),  # type: ignore[arg-type]
        Structure((("Url", "a"),)),  # type: ignore[arg-type]
        Structure((("Url", None),)),  # type: ignore[arg-type]
        Structure((("Url", String(5)),)),  # type: ignore[arg-type]
        Structure((("Url", Enum(None)),)),  # type: ignore[arg-type]
        Structure((("a", Boolean("true")),)),  # type: ignore[arg-type]
        Structure((("a", Foreign("int", 1)),)),  # type: ignore[arg-type]
        Structure((("a", List([])),)),  # type: ignore[arg-type]
        Structure((("a", List(("a",))),)),  # type: ignore[arg-type]
        Structure((("Websocket", Structure((("Url", "a"),))),)),  # type: ignore[arg-type]
    ],
    ids=[
        "dictionary",
        "list-of-members",
        "member-is-a-list",
        "member-without-value",
        "name-is-a-number",
        "text-instead-of-a-string",
        "none-instead-of-absent",
        "string-of-a-number",
        "enum-of-none",
        "boolean-of-a-text",
        "foreign-of-a-number",
        "list-of-a-list",
        "list-of-a-text",
        "at-depth",
    ],
)
def test_a_value_that_is_ill_made_is_the_adapters_mistake(value: Structure) -> None:
    """It is found where it is returned: further on it would look like a fault of somebody else."""
    with pytest.raises(AdapterError, match=r"^read returned a value with "):
        check_outcome("read", Decoded(value))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ServiceError(403, None, known=False), "^call returned a ServiceError whose code is int 403, not a text"),  # type: ignore[arg-type]
        (ServiceError(None, b"a", known=False), r"message is bytes b'a', not a text or None$"),  # type: ignore[arg-type]
        (ServiceError(None, None, known=None), r"known is None, not True or False$"),  # type: ignore[arg-type]
        (ServiceError(None, None, known=True, status="403"), r"status is str '403', not a number or None$"),  # type: ignore[arg-type]
        (ServiceError(1, 2, known=True), "code is int 1, not a text or None, message is int 2, not a text or None$"),  # type: ignore[arg-type]
        (Rejected(None), r"^call returned a Rejected whose reason is None, not a text$"),  # type: ignore[arg-type]
        (Rejected("a", ValueError), r"^call returned a Rejected whose error is type <class 'ValueError'>, not a text$"),  # type: ignore[arg-type]
        (Refused(ValueError("a")), r"whose reason is ValueError ValueError\('a'\), not a text$"),  # type: ignore[arg-type]
    ],
    ids=["code", "message", "known", "status", "two", "reason", "error", "refused"],
)
def test_a_field_of_the_wrong_type_is_the_adapters_mistake(error: AdapterOutcome, told: str) -> None:
    """Each field that is wrong is named with what it holds."""
    with pytest.raises(AdapterError, match=told):
        check_outcome("call", error)


@pytest.mark.parametrize(
    "outcome",
    [Decoded(VALUE), ServiceError("a", None, known=False), Rejected("a"), Refused("a")],
    ids=lambda outcome: type(outcome).__name__,
)
@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("text", "str 'text'"),
        (["text"], r"list \['text'\]"),
        (None, "None"),
        ((1,), r"tuple \(1,\)"),
        (("text", None), r"tuple \('text', None\)"),
    ],
    ids=["text", "list", "none", "number", "none-within"],
)
def test_what_is_shown_is_a_tuple_of_texts(outcome: AdapterOutcome, shown: Any, told: str) -> None:
    """A lone text would be searched letter by letter."""
    name = type(outcome).__name__
    with pytest.raises(AdapterError, match=rf"^call returned a {name} whose shown is {told}: give a tuple of texts$"):
        check_outcome("call", replace(outcome, shown=shown))


def test_what_is_shown_may_be_nothing_or_several_texts() -> None:
    """Both are tuples of texts."""
    for shown in ((), ("a",), ("a", "b")):
        assert check_outcome("call", Rejected("a", shown=shown)).shown == shown


def test_what_is_wrong_with_the_outcome_itself_is_told_first() -> None:
    """One complaint at a time."""
    wrong: Any = Rejected(None, shown=None)  # type: ignore[arg-type]
    with pytest.raises(AdapterError, match=r"whose reason is None, not a text$"):
        check_outcome("call", wrong)
