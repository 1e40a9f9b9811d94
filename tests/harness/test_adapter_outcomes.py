"""What an adapter may return, and what is said where it returns something else."""

from __future__ import annotations

from typing import Any

import pytest

from participant_conformance.adapter import AdapterError
from participant_conformance.outcomes import check_outcome
from participant_strategies.reply import AdapterOutcome, Crashed, Decoded, Refused, Rejected, ServiceError
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


@pytest.mark.parametrize(
    ("capability", "outcome"),
    [
        ("decode-json", DECODED),
        ("decode-json", REJECTED),
        ("read", DECODED),
        ("read", ERROR),
        ("read", REJECTED),
        ("call", DECODED),
        ("call", ERROR),
        ("call", REJECTED),
        ("call", REFUSED),
    ],
    ids=str,
)
def test_what_a_capability_may_return_comes_out_unchanged(capability: str, outcome: AdapterOutcome) -> None:
    """A proper outcome is handed on as the object that it is."""
    assert check_outcome(capability, outcome) is outcome


@pytest.mark.parametrize(
    ("capability", "outcome", "told"),
    [
        ("decode-json", ERROR, r"^decode_json may return Decoded, Rejected, not ServiceError unknown error"),
        ("decode-json", REFUSED, r"^decode_json may return Decoded, Rejected, not Refused request refused"),
        ("read", REFUSED, r"^read may return Decoded, ServiceError, Rejected, not Refused request refused"),
        ("read", Crashed("a", "b"), r"^read may return Decoded, ServiceError, Rejected, not Crashed crash, b"),
        ("call", None, r"^call may return Decoded, ServiceError, Rejected, Refused, not None$"),
        ("read", {"Websocket": {}}, r"^read may return .*, not dict \{'Websocket': \{\}\}$"),
        ("read", "x" * 1000, r"^read may return .*, not str 'x{79}$"),
    ],
    ids=["error-of-decode", "refused-of-decode", "refused-of-read", "crash", "none", "dict", "long"],
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
        (ServiceError(403, None, known=False), r"^call returned a ServiceError whose code is int 403$"),  # type: ignore[arg-type]
        (ServiceError(None, b"a", known=False), r"message is bytes b'a'$"),  # type: ignore[arg-type]
        (ServiceError(None, None, known=None), r"known is None$"),  # type: ignore[arg-type]
        (ServiceError(None, None, known=True, status="403"), r"status is str '403'$"),  # type: ignore[arg-type]
        (ServiceError(1, 2, known=True), r"whose code is int 1, message is int 2$"),  # type: ignore[arg-type]
        (Rejected(None), r"^call returned a Rejected whose reason is None$"),  # type: ignore[arg-type]
        (Rejected("a", ValueError), r"^call returned a Rejected whose error is type <class 'ValueError'>$"),  # type: ignore[arg-type]
        (Refused(ValueError("a")), r"^call returned a Refused whose reason is ValueError ValueError\('a'\)$"),  # type: ignore[arg-type]
    ],
    ids=["code", "message", "known", "status", "two", "reason", "error", "refused"],
)
def test_a_field_of_the_wrong_type_is_the_adapters_mistake(error: AdapterOutcome, told: str) -> None:
    """Each field that is wrong is named with what it holds."""
    with pytest.raises(AdapterError, match=told):
        check_outcome("call", error)
