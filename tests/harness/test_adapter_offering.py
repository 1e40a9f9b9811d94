"""Which capabilities an adapter has, who it says it is, and every complaint about an unsound one."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from participant_conformance.adapter import (
    ARGUMENTS,
    DIALECTS,
    METHODS,
    AdapterError,
    Calls,
    DecodesJson,
    DecodesXml,
    EncodesJson,
    EncodesXml,
    ErrorsOfJson,
    ErrorsOfXml,
    Implementation,
    Reads,
    ReadsXml,
    Traits,
    methods_of,
    offered,
)
from participant_strategies.reply import Reply
from tests.harness.samples import Caller, Decoder, OwnError, Reader


def named(**attributes: object) -> object:
    """Return an adapter of class ``Sample`` with these attributes, which reads."""
    return type("Sample", (Reader,), attributes)()


@pytest.mark.parametrize(
    ("adapter", "capability"),
    [(Reader(), "read"), (Decoder(), "decode-json"), (Caller(), "call")],
    ids=["read", "decode-json", "call"],
)
def test_a_capability_is_a_method_that_is_there(adapter: object, capability: str) -> None:
    """Nothing is registered: the method alone counts."""
    assert offered(adapter) == {capability}


def test_every_method_in_the_table_is_a_capability() -> None:
    """The names with a hyphen and those with an underscore are the same."""
    methods = {name: lambda *_arguments: None for name in METHODS.values()}
    assert offered(named(**methods)) == set(METHODS)


#: Capability → the protocol that a type checker knows of it.
PROTOCOLS: dict[str, type] = {
    "decode-json": DecodesJson,
    "decode-xml": DecodesXml,
    "encode-json": EncodesJson,
    "encode-xml": EncodesXml,
    "error-of-json": ErrorsOfJson,
    "error-of-xml": ErrorsOfXml,
    "read": Reads,
    "read-xml": ReadsXml,
    "call": Calls,
}


def alone(capability: str, method: object = lambda *_arguments: None) -> object:
    """Return an adapter of class ``Sample`` with this one method."""
    return type("Sample", (), {METHODS[capability]: method, "implementation": Reader.implementation})()


@pytest.mark.parametrize("capability", PROTOCOLS)
def test_the_protocols_describe_the_methods(capability: str) -> None:
    """A type checker's protocol and the harness agree on what is offered, one by one."""
    adapter = alone(capability)
    assert offered(adapter) == methods_of(adapter) == {capability}
    assert [name for name, protocol in PROTOCOLS.items() if isinstance(adapter, protocol)] == [capability]


def test_every_method_that_is_called_has_its_protocol() -> None:
    """A session is for a later edition."""
    assert PROTOCOLS.keys() == ARGUMENTS.keys() == METHODS.keys() - {"session"}


def parameters(count: int) -> object:
    """Return a function of so many parameters beside ``self``."""
    names = ("self", *"abc"[:count])
    made: dict[str, object] = {}
    exec(f"def method({', '.join(names)}): pass", made)
    return made["method"]


@pytest.mark.parametrize("capability", ARGUMENTS)
def test_a_method_takes_its_arguments(capability: str) -> None:
    """As many as it is called with, no more and no fewer."""
    right = ARGUMENTS[capability]
    assert offered(alone(capability, parameters(right))) == {capability}
    plural = "s" if right > 1 else ""
    for count, reason in ((right - 1, "too many positional arguments"), (right + 1, "missing a required argument")):
        method = rf"^the adapter Sample: {METHODS[capability]}\([abc, ]*\)"
        with pytest.raises(AdapterError, match=rf"{method} cannot be called with {right} argument{plural}: {reason}"):
            offered(alone(capability, parameters(count)))


def test_a_method_of_a_later_edition_may_take_anything() -> None:
    """Nothing calls it yet."""
    assert offered(alone("session", parameters(0))) == {"session"}


def test_a_coroutine_is_no_adapter() -> None:
    """An async fixture that pytest-asyncio does not know hands over a coroutine; the message says what to write."""

    async def fixture() -> None:
        """Is never awaited."""

    coroutine = fixture()
    with pytest.raises(AdapterError, match=r"the adapter is a coroutine, not an object: .*loop_scope=\"session\"$"):
        offered(coroutine)
    coroutine.close()


def test_an_async_generator_is_no_adapter() -> None:
    """The same holds for an async fixture that yields."""

    async def fixture() -> Any:
        yield

    with pytest.raises(AdapterError, match=r"the adapter is a async_generator, not an object"):
        offered(fixture())


def test_an_adapter_without_methods_is_told_which_ones_there_are() -> None:
    """The whole list of methods stands in the message."""
    with pytest.raises(
        AdapterError, match=r"the adapter object offers nothing: .* decode_json, decode_xml, .* session$"
    ):
        offered(object())


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("decodeJson", "decode_json"),
        ("decode_jsn", "decode_json"),
        ("Call", "call"),
        ("calls", "call"),
        ("reads", "read"),
        ("sessions", "session"),
        ("errors_of_json", "error_of_json"),
    ],
)
def test_a_near_miss_is_complained_about(wrong: str, meant: str) -> None:
    """A method that is almost a capability is a mistake: without a word it would never be called."""
    bare = type("Bare", (), {wrong: lambda *_arguments: None, "encode_xml": lambda *_arguments: None})()
    with pytest.raises(AdapterError, match=rf"has a method {wrong}: is {meant} meant\? \(a name of its own needs"):
        offered(bare)


@pytest.mark.parametrize("name", ["ready", "recall", "close", "_reads", "name"])
def test_a_name_of_its_own_is_left_alone(name: str) -> None:
    """Methods that only look a little like a capability are the adapter's business."""
    assert offered(named(**{name: lambda _self: None})) == {"read"}


def test_a_near_miss_beside_the_right_method_is_left_alone() -> None:
    """An alias of a capability that is there is no mistake."""
    assert offered(named(reads=lambda _self, _reply: None)) == {"read"}


def test_a_near_miss_that_is_no_method_is_left_alone() -> None:
    """A counter called ``calls`` is no capability."""
    assert offered(named(calls=0)) == {"read"}


def test_a_capability_that_is_no_method_is_complained_about() -> None:
    """A plain attribute cannot be called."""
    with pytest.raises(AdapterError, match=r"the adapter Sample has an attribute call that is not a method$"):
        offered(named(call="call"))


@pytest.mark.parametrize("given", [None, "sample", Implementation])
def test_an_adapter_says_whose_it_is(given: object) -> None:
    """Without an Implementation there is no one to judge."""
    with pytest.raises(
        AdapterError, match=r"the adapter Sample needs an attribute 'implementation', an Implementation\("
    ):
        offered(named(implementation=given))


def test_a_method_with_too_few_arguments_is_complained_about() -> None:
    """The signature is looked at before anything is called."""
    with pytest.raises(AdapterError, match=r"the adapter Sample: read\(\) cannot be called with 1 argument: too many"):
        offered(named(read=lambda _self: None))


def test_a_method_with_too_many_arguments_is_complained_about() -> None:
    """``call`` is given the endpoint and the request, and nothing else."""
    with pytest.raises(AdapterError, match=r"call\(a, b, c\) cannot be called with 2 arguments: missing a required"):
        offered(named(call=lambda _self, a, b, c: None))  # noqa: ARG005


def test_a_method_without_a_signature_is_taken_on_trust() -> None:
    """A method written in C need not tell its arguments."""

    class Opaque:
        __signature__ = 5

        def __call__(self, _reply: Reply) -> None:
            """Answer nothing."""

    assert offered(named(read=Opaque())) == {"read"}


def test_an_error_of_the_implementation_is_an_exception_class() -> None:
    """Anything else could not be caught."""
    with pytest.raises(AdapterError, match=r"^errors of sample: 'Error' is no exception class$"):
        Implementation(name="sample", version="1", errors=("Error",))  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_error_of_the_implementation_is_an_exception_that_may_be_caught(error: type[Any]) -> None:
    """What ends a program is nobody's own error."""
    with pytest.raises(AdapterError, match=r"is no exception class$"):
        Implementation(name="sample", version="1", errors=(error,))


@pytest.mark.parametrize(
    "name", ["Exception", "ValueError", "TypeError", "KeyError", "AttributeError", "RuntimeError", "OSError"]
)
def test_a_built_in_error_is_nobodys_own(name: str) -> None:
    """A built-in error can come from anywhere, so it stays a crash."""
    with pytest.raises(AdapterError, match=rf"the built-in {name} is not the implementation's own error"):
        Implementation(name="sample", version="1", errors=(OwnError, getattr(builtins, name)))


def test_an_error_named_like_a_built_in_one_is_accepted() -> None:
    """It is the class that counts, not its name."""
    own = type("ValueError", (Exception,), {})
    assert Implementation(name="sample", version="1", errors=(own,)).errors == (own,)


@pytest.mark.parametrize("given", [[OwnError], OwnError, None])
def test_the_errors_are_a_tuple(given: Any) -> None:
    """A list could not stand in an ``except``; the mistake is found before the first call."""
    with pytest.raises(AdapterError, match=r"^errors of sample: give a tuple of exception classes, not "):
        Implementation(name="sample", version="1", errors=given)


@pytest.mark.parametrize("name", ["name", "version", "language", "runtime"])
def test_what_an_implementation_is_called_is_text(name: str) -> None:
    """A version that is a tuple would make the report invalid."""
    with pytest.raises(AdapterError, match=rf"^{name} of an Implementation is a text, not tuple \(1, 2\)$"):
        Implementation(**{"name": "sample", "version": "1", name: (1, 2)})  # type: ignore[arg-type]


def test_traits_are_given_as_traits() -> None:
    """A dictionary of traits is answered by the class."""
    with pytest.raises(AdapterError, match=r"^traits of sample: give Traits\(…\), not dict "):
        Implementation(name="sample", version="1", traits={"lacks": ()})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["no_code", "no_message", "lacks", "dialects"])
def test_a_trait_of_several_values_is_a_tuple(name: str) -> None:
    """A lone text would be taken for its letters."""
    with pytest.raises(AdapterError, match=rf"^trait {name}: give a tuple, not str 'a'$"):
        Traits(**{name: "a"})  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["code", "", None, True])
def test_an_unknown_error_carries_its_message_or_its_body(given: Any) -> None:
    """There is no third thing that could stand there."""
    with pytest.raises(AdapterError, match=r"^trait unknown_payload: give 'message' or 'body', not "):
        Traits(unknown_payload=given)


def test_dialects_are_known_by_their_names() -> None:
    """A misspelled one would be judged by nothing."""
    told = r"^trait dialects: there are bare, restXml, restXml-unwrapped, awsQuery, ec2Query; not restxml, 5$"
    with pytest.raises(AdapterError, match=told):
        Traits(dialects=("bare", "restxml", 5))  # type: ignore[arg-type]


@pytest.mark.parametrize("dialects", [(), DIALECTS, ("ec2Query",)], ids=str)
def test_any_dialects_can_be_declared(dialects: tuple[str, ...]) -> None:
    """All of them, or none."""
    assert Traits(dialects=dialects).used() == {"dialects": dialects}


def test_without_a_word_a_decoder_of_xml_takes_the_bare_document() -> None:
    """And an unknown error carries its message."""
    assert (Traits().dialects, Traits().unknown_payload) == (("bare",), "message")


def test_only_members_of_the_contract_can_be_lacking() -> None:
    """A misspelled path would widen nothing, silently."""
    told = r"^trait lacks: CreateParticipantConnectionResponse has no member Websocket\.url, a$"
    with pytest.raises(AdapterError, match=told):
        Traits(lacks=("Websocket.url", "WebRTCConnection", "a"))


def test_used_traits_are_those_that_differ_from_the_default() -> None:
    """The report names what is special and nothing else."""
    traits = Traits(lacks=("WebRTCConnection",), limits=True, no_code=(None, ""), unknown_payload="body")
    assert traits.used() == {"unknown_payload": "body", "lacks": ("WebRTCConnection",), "limits": True}
    assert Traits().used() == {}
