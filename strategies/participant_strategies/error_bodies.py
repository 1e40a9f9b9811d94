"""Bodies of errors whose type is known already, in JSON and in XML: what ``error_of_json`` and ``error_of_xml`` take.

Owns both spellings of one statement, so that one rule judges whichever an implementation offers. It must not know how
the type was learnt. Source: the signature of ``error_of_json`` and ``error_of_xml`` in the OCaml binding; the service
model for the member ``Message``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.errors import MESSAGE_MEMBER, Family, codes, expected_error, status_of
from participant_strategies.json_text import Json, Number, Object, render
from participant_strategies.reply import Case, Reply
from participant_strategies.texts import EDGE_TEXTS, pooled_texts, xml_can_hold


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error of type ``code`` with a message, or without one; ``extra`` are unmodelled members that hold text."""

    code: str
    message: str | None
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def json(self) -> bytes:
        """The body in JSON."""
        return render(Object(self._members)).encode()

    @property
    def xml(self) -> bytes:
        """The body in XML: the root is the element that holds the members."""
        inner = "".join(f"<{name}>{escape(text, {chr(13): '&#13;'})}</{name}>" for name, text in self._members)
        return f"<Error>{inner}</Error>".encode()

    @property
    def _members(self) -> tuple[tuple[str, str], ...]:
        return (*(() if self.message is None else ((MESSAGE_MEMBER, self.message),)), *self.extra)

    def case(self, body: bytes) -> Case:
        """Return the outcome that one of the bodies must have, as a case."""
        expected = expected_error(self.code, self.message)
        return Case(Reply(status_of(self.code), (), body), expected, message_free=not self.message)


@cache
def _messages() -> SearchStrategy[str]:
    """Draw a message that both formats can hold; whether space around a text is kept is another rule."""
    seen = st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\ufffe\uffff")
    free = st.text(seen, min_size=1)
    listed = [text for text in EDGE_TEXTS if text == text.strip() and xml_can_hold(text)]
    return pooled_texts(["a", *listed], free)


_EXTRAS = ((), (("Type", "Sender"),), (("RequestId", "b"), ("Resource", "c")))


@cache
def modeled_bodies() -> SearchStrategy[ErrorBody]:
    """Draw one of the operation's errors with a message."""
    return st.builds(ErrorBody, codes([Family.MODELED]), _messages(), st.sampled_from(_EXTRAS))


@cache
def silent_bodies() -> SearchStrategy[ErrorBody]:
    """Draw one of the operation's errors without a message, or with an empty one."""
    return st.builds(ErrorBody, codes([Family.MODELED]), st.sampled_from([None, ""]), st.sampled_from(_EXTRAS))


@cache
def unknown_bodies() -> SearchStrategy[ErrorBody]:
    """Draw an error of a type that no operation models."""
    return st.builds(ErrorBody, codes([Family.UNKNOWN]), _messages(), st.sampled_from(_EXTRAS))


@dataclass(frozen=True, slots=True)
class MalformedBody:
    """A body that does not fit: ``json`` and ``xml`` are both broken in the way that ``what`` tells."""

    code: str
    what: str
    json: bytes
    xml: bytes

    @property
    def control(self) -> ErrorBody:
        """The error as it should have been written."""
        return ErrorBody(self.code, "a")


def _no_text(item: Json) -> bytes:
    return render(Object(((MESSAGE_MEMBER, item),))).encode()


#: In words what is wrong, the body in JSON, the body in XML.
_MALFORMED = (
    ("the message is null", _no_text(None), b"<Error><Message><b/></Message></Error>"),
    ("the message is an object", _no_text(Object()), b"<Error><Message><b>c</b></Message></Error>"),
    ("the message is a list", _no_text(("a",)), b"<Error><Message><b>c</b><b>d</b></Message></Error>"),
    ("the message is true", _no_text(True), b"<Error><Message><Message/></Message></Error>"),
    ("the message is a number", _no_text(Number("0")), b"<Error><Message><Code>c</Code></Message></Error>"),
    ("the body holds no members", b"[]", b"<Error>b</Error>"),
    ("the body is text", b'"b"', b"<Message>b</Message>"),
    ("the body is nothing", b"null", b"<b/>"),
)


@cache
def malformed_error_bodies() -> SearchStrategy[MalformedBody]:
    """Draw a body that does not fit."""
    listed = [MalformedBody(code, *malformed) for malformed in _MALFORMED for code in contract().modeled_errors]
    return st.sampled_from(listed)
