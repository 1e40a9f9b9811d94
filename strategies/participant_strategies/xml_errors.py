"""Error documents of the XML dialects, with the outcome they must have.

Owns which type a document names, and where. It must not know how an implementation learns it. Sources: Smithy 2.0, AWS
restXml protocol, "Error response serialization"; AWS awsQuery and ec2Query protocols, "Operation error serialization";
their compliance tests.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.errors import MESSAGE_MEMBER, Family, codes, expected_error, status_of
from participant_strategies.json_text import one_of_these
from participant_strategies.reply import Case, ServiceError
from participant_strategies.texts import EDGE_TEXTS, NO_XML, pooled_texts, xml_can_hold
from participant_strategies.xml_documents import REQUEST_ID, UNKNOWN_CONTENTS, Dialect, xml_reply
from participant_strategies.xml_text import PLAIN_XML, Element, XmlSpelling, render_xml

#: The dialects whose errors have the same form.
WRAPPED = (Dialect.REST, Dialect.QUERY)
UNWRAPPED = (Dialect.UNWRAPPED,)
EC2 = (Dialect.EC2,)


@dataclass(frozen=True, slots=True)
class XmlError:
    """An error in XML: the elements within its ``Error``, and what they say.

    ``message_free``: what comes out as the message is not settled.
    """

    code: str
    message: str | None
    elements: tuple[Element, ...]
    status: int
    spelling: XmlSpelling = PLAIN_XML
    message_free: bool = False
    control: XmlError | None = None

    def document(self, dialect: str) -> str:
        """Write the document of a dialect."""
        return render_xml(error_document(dialect, self.elements), self.spelling)

    def in_dialect(self, dialect: str) -> Case:
        """Make the reply of a dialect, and the outcome it must have."""
        return Case(
            xml_reply(dialect, self.document(dialect).encode(), self.status),
            expected_error(self.code, self.message),
            message_free=self.message_free,
            control=self.control.in_dialect(dialect) if self.control else None,
        )

    def __repr__(self) -> str:
        return f"HTTP {self.status}, {self.document(Dialect.UNWRAPPED)} → {expected_error(self.code, self.message)!r}"


def error_document(dialect: str, elements: tuple[Element, ...] | None) -> Element:
    """Put the elements of an error where the dialect has them; ``None`` leaves the element ``Error`` out."""
    error = () if elements is None else (Element("Error", elements),)
    match Dialect(dialect):
        case Dialect.EC2:
            # Ec2InvalidGreetingError; the page of the protocol writes RequestId.
            return Element("Response", (Element("Errors", error), Element("RequestID", REQUEST_ID)))
        case Dialect.UNWRAPPED:
            # S3OperationNoErrorWrappingResponse; the request's id stands within the error.
            identifier = Element("RequestId", REQUEST_ID)
            return Element("Error" if error else "Response", (*(elements or ()), identifier))
        case _:
            # InvalidGreetingError, QueryInvalidGreetingError.
            return Element("ErrorResponse", (*error, Element("RequestId", REQUEST_ID)))


def xml_error(
    code: str,
    message: str | None = "a",
    *,
    type_: str | None = "Sender",
    extra: tuple[Element, ...] = (),
    position: int = 0,
    status: int | None = None,
    spelling: XmlSpelling = PLAIN_XML,
    control: XmlError | None = None,
) -> XmlError:
    """Make the error document of a type. ``message`` and ``type_`` are left out where they are ``None``.

    ``extra`` are further elements within ``Error``, before its element number ``position``. ``status`` defaults to the
    one that the service models for the error.
    """
    named = {"Type": type_, "Code": code, MESSAGE_MEMBER: message}
    elements = [Element(name, text) for name, text in named.items() if text is not None]
    elements[position:position] = extra
    own = status_of(code) if status is None else status
    # Without a message an implementation may say something of its own; an empty one is looked at where it is the rule.
    return XmlError(code, message, tuple(elements), own, spelling, message_free=not message, control=control)


_LISTED = ("a", "Access denied", *(text for text in EDGE_TEXTS if text.strip() and xml_can_hold(text)), "a" * 2000)


@cache
def xml_messages() -> SearchStrategy[str]:
    """Draw the text of a message that XML can hold, neither empty nor blank."""
    free = st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters=sorted(NO_XML))
    return pooled_texts(_LISTED, st.text(free, min_size=1, max_size=40))


@st.composite
def xml_errors(draw: DrawFn, *, families: Collection[Family] = (Family.MODELED, Family.UNKNOWN)) -> XmlError:
    """Draw an error of one of the families, with a message."""
    return xml_error(draw(codes(families)), draw(xml_messages()))


#: Elements beside Code and Message that decide nothing: some hold what would decide elsewhere.
_OTHERS = (
    Element("Type", "Receiver"),
    Element("AnotherSetting", "setting"),
    Element("Detail", (Element("Code", "ThrottlingException"), Element("Message", "b"))),
    Element("Errors", (Element("Error", (Element("Code", "ValidationException"),)),)),
    Element("Resource"),
)
_POSITIONS = st.integers(0, 2)
_OTHER_NAMES = ("AnotherSetting", "Resource", "HostId", "_", "\u00e9")


@st.composite
def crowded_errors(draw: DrawFn) -> XmlError:
    """Draw an error with further elements beside its Code and Message; the control has none."""
    code, message = draw(codes((Family.MODELED,))), draw(xml_messages())
    other = draw(one_of_these((*_OTHERS, None)))
    if other is None:
        other = Element(draw(one_of_these(_OTHER_NAMES)), draw(one_of_these(UNKNOWN_CONTENTS)))
    plain = xml_error(code, message, type_=None)
    return replace(
        xml_error(code, message, type_=None, extra=(other,), position=draw(_POSITIONS)),
        control=plain,
    )


def crowded_error(other: Element) -> XmlError:
    """Make an error with a further element before its Code; the control has none."""
    plain = xml_error("AccessDeniedException", type_=None)
    return xml_error("AccessDeniedException", type_=None, extra=(other,), control=plain)


CROWDED = tuple(map(crowded_error, _OTHERS))


class NoCode(StrEnum):
    """Ways in which a failed reply names no type."""

    NO_CODE = "no Code"
    EMPTY_CODE = "an empty Code"
    NO_ERROR = "no Error"
    EMPTY_ERROR = "an empty Error"
    OTHER_ROOT = "another root"
    PAGE = "a page"
    TEXT = "a text"
    NOTHING = "no body"


#: Those that are no documents of any dialect; the page is not well-formed.
_NO_DOCUMENTS = {
    NoCode.PAGE: b"<!DOCTYPE html>\n<html><body><h1>Bad Gateway</h1><hr><p>Code<br>Message</body></html>",
    NoCode.TEXT: b"upstream connect error",
    NoCode.NOTHING: b"",
}
#: What stands in Error, where there is one.
_UNTYPED: dict[NoCode, tuple[Element, ...] | None] = {
    NoCode.NO_CODE: (Element(MESSAGE_MEMBER, "a"),),
    NoCode.EMPTY_CODE: (Element("Code"), Element(MESSAGE_MEMBER, "a")),
    NoCode.EMPTY_ERROR: (),
    NoCode.NO_ERROR: None,
}


@dataclass(frozen=True, slots=True)
class UntypedXmlError:
    """A failed reply that names no type, and in words how; the control is an error that names one."""

    kind: NoCode
    status: int
    control: XmlError

    def in_dialect(self, dialect: str) -> Case:
        """Make the reply of a dialect; what is expected is the unknown error without a code."""
        reply = xml_reply(dialect, self._body(dialect), self.status)
        unknown = ServiceError(None, None, known=False)
        return Case(reply, unknown, message_free=True, control=self.control.in_dialect(dialect), note=str(self.kind))

    def _body(self, dialect: str) -> bytes:
        if self.kind in _NO_DOCUMENTS:
            return _NO_DOCUMENTS[self.kind]
        if self.kind is NoCode.OTHER_ROOT:
            return render_xml(Element("html", (Element("body", "Bad Gateway"),))).encode()
        return render_xml(error_document(dialect, _UNTYPED[self.kind])).encode()


def untyped(kind: NoCode, status: int = 400) -> UntypedXmlError:
    """Make a failed reply that names no type."""
    return UntypedXmlError(kind, status, xml_error(contract().modeled_errors[0]))


UNTYPED = tuple(map(untyped, NoCode))
