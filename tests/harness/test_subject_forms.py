"""The ways into an implementation beside ``receive`` and ``call``, and what of an error is told as shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from participant_conformance.adapter import DIALECTS, METHODS, AdapterError
from participant_conformance.subject import NO_QUARANTINE, NotOfferedError, Subject
from participant_strategies.reply import Crashed, Decoded, Encoded, Outcome, Rejected, Reply, ServiceError
from participant_strategies.value import Structure
from tests.harness.samples import EMPTY, OK, OwnError, Reader, implementation, raising, subject

ERROR = ServiceError("A", "m", known=False)


class Everything:
    """Has the methods of some capabilities, keeps what they are given, and answers by one function."""

    def __init__(self, answer: Callable[..., object], *capabilities: str, **traits: Any) -> None:
        self.implementation = implementation(**traits)
        self.asked: list[tuple[str, tuple[object, ...]]] = []
        for capability in capabilities:
            setattr(self, METHODS[capability], self._method(capability, answer))

    def _method(self, capability: str, answer: Callable[..., object]) -> Callable[..., object]:
        def method(*given: object) -> object:
            self.asked.append((capability, given))
            return answer(*given)

        return method


def asking(
    adapter: Everything, ask: Callable[[Subject], Outcome]
) -> tuple[Outcome, list[tuple[str, tuple[object, ...]]]]:
    """Return the outcome of a question, and what the adapter was asked by it."""
    return ask(Subject(adapter)), adapter.asked


# XML


@pytest.mark.parametrize(
    ("declared", "capabilities", "taken"),
    [
        (("bare",), ("decode-xml",), ("bare",)),
        (("bare",), ("read-xml",), ()),
        (("restXml", "bare", "ec2Query"), ("read-xml",), ("restXml", "ec2Query")),
        (DIALECTS, ("decode-xml", "read-xml"), DIALECTS),
        ((), ("decode-xml", "read-xml"), ()),
        (DIALECTS, ("read",), ()),
    ],
)
def test_a_dialect_is_taken_that_is_declared_and_has_its_method(
    declared: tuple[str, ...], capabilities: tuple[str, ...], taken: tuple[str, ...]
) -> None:
    """``bare`` is for ``decode_xml``, all others for ``read_xml``; in the order of the declaration."""
    adapter = Everything(lambda *_given: EMPTY, *capabilities, dialects=declared)
    assert Subject(adapter).dialects == taken


def test_a_bare_document_is_the_body_alone() -> None:
    """It is given to ``decode_xml``."""
    adapter = Everything(lambda _body: EMPTY, "decode-xml", "read-xml", dialects=DIALECTS)
    outcome, asked = asking(adapter, lambda judged: judged.receive_xml(OK, "bare"))
    assert (outcome, asked) == (EMPTY, [("decode-xml", (OK.body,))])


@pytest.mark.parametrize("dialect", DIALECTS[1:])
def test_a_reply_of_a_protocol_is_given_whole(dialect: str) -> None:
    """With the name of the dialect."""
    adapter = Everything(lambda *_given: ERROR, "decode-xml", "read-xml", dialects=DIALECTS)
    outcome, asked = asking(adapter, lambda judged: judged.receive_xml(OK, dialect))
    assert (outcome, asked) == (ERROR, [("read-xml", (OK, dialect))])


@pytest.mark.parametrize("dialect", ["bare", "awsQuery", "yaml"])
def test_a_dialect_that_is_not_taken_is_not_offered(dialect: str) -> None:
    """The reason names it."""
    adapter = Everything(lambda *_given: EMPTY, "read-xml", dialects=("bare", "restXml"))
    with pytest.raises(NotOfferedError, match=rf"^the dialect {dialect} is not offered$"):
        Subject(adapter).receive_xml(OK, dialect)


# Writing, and errors of a known type


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_value_is_written(form: Any) -> None:
    """The text is what comes of it."""
    adapter = Everything(lambda _value: b"text", "encode-json", "encode-xml")
    outcome, asked = asking(adapter, lambda judged: judged.encode(form, Structure()))
    assert (outcome, asked) == (Encoded(b"text"), [(f"encode-{form}", (Structure(),))])


@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_error_of_a_known_type_is_asked_for(form: Any) -> None:
    """By its code and its body."""
    adapter = Everything(lambda *_given: ERROR, "error-of-json", "error-of-xml")
    outcome, asked = asking(adapter, lambda judged: judged.error_of(form, "A", b"body"))
    assert (outcome, asked) == (ERROR, [(f"error-of-{form}", ("A", b"body"))])


def test_a_method_is_asked_by_its_capability() -> None:
    """For who asks in the name of another interpreter."""
    adapter = Everything(lambda *_given: ERROR, "read-xml")
    outcome, asked = asking(adapter, lambda judged: judged.ask("read-xml", OK, "restXml"))
    assert (outcome, asked) == (ERROR, [("read-xml", (OK, "restXml"))])


@pytest.mark.parametrize(
    ("ask", "missing"),
    [
        (lambda judged: judged.encode("xml", Structure()), "encode-xml"),
        (lambda judged: judged.error_of("json", "A", b""), "error-of-json"),
        (lambda judged: judged.ask("decode-xml", b""), "decode-xml"),
    ],
    ids=["encode", "error of", "ask"],
)
def test_a_method_that_is_not_there_is_not_offered(ask: Callable[[Subject], Outcome], missing: str) -> None:
    """The reason names the capability."""
    with pytest.raises(NotOfferedError, match=rf"^{missing} is not offered$"):
        ask(subject())


def test_an_own_error_of_a_writer_is_a_rejection() -> None:
    """As everywhere."""
    judged = Subject(Everything(raising(OwnError("a")), "encode-json"))
    assert judged.encode("json", Structure()) == Rejected("a", "OwnError")


def test_an_outcome_of_another_kind_is_the_adapter_s_mistake() -> None:
    """A writer decodes nothing."""
    judged = Subject(Everything(lambda _value: EMPTY, "encode-json"))
    with pytest.raises(AdapterError, match=r"^encode_json may return bytes, Rejected, not Decoded"):
        judged.encode("json", Structure())


def test_a_value_too_deep_to_be_looked_at_is_a_crash() -> None:
    """An implementation that hands on what is nested without end is judged for it; nothing of ours breaks."""
    value = Structure()
    for _ in range(20_000):
        value = Structure((("a", value),))
    got = subject(lambda _reply: Decoded(value)).receive(OK)
    # Taken apart from outside: to free it all at once needs as much of the stack.
    assert isinstance(got, Crashed)
    assert got.error == "RecursionError"
    while value.members:
        value = value.members[0][1]  # type: ignore[assignment]


def test_without_a_way_into_another_interpreter_none_is_given() -> None:
    """The reason says what it takes."""
    with pytest.raises(NotOfferedError) as unable, subject().quarantined():
        """Not reached."""
    assert str(unable.value) == NO_QUARANTINE


# What is shown


def shown(error: BaseException) -> tuple[str, ...]:
    """Return the texts that are shown of an error that escapes."""
    outcome = subject(raising(error)).receive(OK)
    assert isinstance(outcome, Rejected | Crashed)
    return outcome.shown


def linked(*texts: str, cause: bool, kind: type[Exception] = OwnError) -> BaseException:
    """Return an error that was led to by others, the first text its own."""
    error: BaseException | None = None
    for text in reversed(texts):
        above = kind(text)
        if cause:
            above.__cause__ = error
        else:
            above.__context__ = error
        error = above
    assert error is not None
    return error


@pytest.mark.parametrize("kind", [OwnError, KeyError])
@pytest.mark.parametrize("cause", [True, False], ids=["cause", "context"])
def test_the_texts_of_an_error_and_of_what_led_to_it_are_shown(cause: bool, kind: type[Exception]) -> None:
    """As a traceback prints them, of rejections and of crashes; the last one first."""
    quote = "'" if kind is KeyError else ""
    assert shown(linked("a", "b", "c", cause=cause, kind=kind)) == tuple(f"{quote}{text}{quote}" for text in "abc")


def test_what_is_hidden_from_a_traceback_is_not_shown() -> None:
    """``raise … from None`` says that the context is nobody's business."""
    error = linked("a", "b", cause=False)
    error.__suppress_context__ = True
    assert shown(error) == ("a",)


def test_a_cause_comes_before_a_context() -> None:
    """A traceback prints one of them."""
    error = OwnError("a")
    error.__context__ = OwnError("context")
    error.__cause__ = OwnError("cause")
    assert shown(error) == ("a", "cause")


def test_notes_are_shown() -> None:
    """They stand behind the text."""
    error = OwnError("a")
    error.add_note("b")
    error.add_note("c")
    assert shown(error) == ("a", "b", "c")


@pytest.mark.parametrize("notes", [5, None, "text", [5, None, "b"]], ids=repr)
def test_notes_that_are_none_harm_nobody(notes: object) -> None:
    """The attribute is foreign; what is text in a list of notes is shown."""
    error = OwnError("a")
    error.__notes__ = notes  # type: ignore[assignment]
    assert shown(error) == (("a", "b") if isinstance(notes, list) else ("a",))


def test_errors_that_lead_to_each_other_come_to_an_end() -> None:
    """A circle is cut."""
    error = OwnError("a")
    error.__cause__ = OwnError("b")
    error.__cause__.__cause__ = error
    assert set(shown(error)) == {"a", "b"}
    assert len(shown(error)) == 20


def test_a_text_that_cannot_be_made_is_told_as_such() -> None:
    """It is foreign code too."""

    class MuteError(OwnError):
        def __str__(self) -> str:
            raise ValueError

    assert shown(MuteError()) == ("(its text raised ValueError)",)


def test_what_an_outcome_shows_is_the_adapter_s_word() -> None:
    """Nothing is added to it."""
    outcome = subject(lambda _reply: Rejected("a", shown=("b",))).receive(OK)
    assert isinstance(outcome, Rejected)
    assert outcome.shown == ("b",)


def test_what_cannot_be_taken_at_all_is_not_offered() -> None:
    """Who only decodes takes no failed reply."""
    adapter = Everything(lambda _body: EMPTY, "decode-json")
    with pytest.raises(NotOfferedError, match=r"^none of read, call and decode-json is offered for this reply$"):
        Subject(adapter).receive(Reply(403, (), b"{}"))


def answers() -> Iterator[object]:
    """Yield a success."""
    yield Decoded(Structure())


def test_a_generator_is_no_answer() -> None:
    """Nor anything else that has to be gone through first."""
    with pytest.raises(AdapterError, match=r"^read may return .*, not generator "):
        Subject(Reader(lambda _reply: answers())).receive(OK)
