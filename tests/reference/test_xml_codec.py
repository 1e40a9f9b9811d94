"""The reference's XML, by documents written out by hand."""

from __future__ import annotations

import pytest

from participant_conformance.reference.classifier import ClassifiedError
from participant_conformance.reference.codec import (
    AudioFeatures,
    Meeting,
    MeetingFeatures,
    ParticipantConnection,
    UnusableReplyError,
    WebRTCConnection,
    Websocket,
)
from participant_conformance.reference.encoder import UnwritableValueError
from participant_conformance.reference.xml_codec import decode_xml, encode_xml, error_of_xml, read_xml
from participant_strategies.value import Boolean, Enum, String, Structure

DIALECTS = ("restXml", "restXml-unwrapped", "awsQuery", "ec2Query")
NOTHING = ParticipantConnection()
URL = ParticipantConnection(websocket=Websocket(url="wss://a"))
DEEP = ParticipantConnection(
    webrtc_connection=WebRTCConnection(
        meeting=Meeting(meeting_features=MeetingFeatures(audio=AudioFeatures(echo_reduction="LATER")))
    )
)
MEMBERS = "<Websocket><Url>wss://a</Url></Websocket>"
AUDIO = "<Audio><EchoReduction>LATER</EchoReduction></Audio>"
ROOT = "CreateParticipantConnectionResponse"
RESULT = "CreateParticipantConnectionResult"


def bare(content: str, attributes: str = "") -> bytes:
    """Return a document of the operation's output with this content."""
    return f"<{ROOT}{attributes}>{content}</{ROOT}>".encode()


def url(text: str) -> ParticipantConnection:
    """Return the connection with this URL alone."""
    return ParticipantConnection(websocket=Websocket(url=text))


# Successes


@pytest.mark.parametrize(
    ("content", "connection"),
    [
        ("", NOTHING),
        (MEMBERS, URL),
        ("<Websocket/>", ParticipantConnection(websocket=Websocket())),
        ("<Websocket>\n</Websocket>", ParticipantConnection(websocket=Websocket())),
        ("<Websocket><Url/></Websocket>", url("")),
        ("<Websocket><Url> a\n </Url></Websocket>", url(" a\n ")),
        ("<Websocket><Url>&amp;lt;&#xD;&#10;</Url></Websocket>", url("&lt;\r\n")),
        ("<Websocket><Url>a<!--b-->c<![CDATA[<]]><?d?>e</Url></Websocket>", url("ac<e")),
        ("a<Websocket>b<Url>wss://a</Url><![CDATA[c]]></Websocket>d", URL),
        (f"<Other><Url>b</Url></Other>{MEMBERS}<websocket><Url>c</Url></websocket>", URL),
        (f'<Websocket><Url a="b" xml:lang="en">wss://a</Url></Websocket><!--{MEMBERS}-->', URL),
        ("<Websocket><Url>b</Url><Url>wss://a</Url></Websocket>", URL),
        (
            f"<WebRTCConnection><Meeting><MeetingFeatures>{AUDIO}</MeetingFeatures></Meeting></WebRTCConnection>",
            DEEP,
        ),
    ],
)
def test_a_document_is_decoded(content: str, connection: ParticipantConnection) -> None:
    """Text as it is, unknown elements and all that is no element ignored."""
    assert decode_xml(bare(content)) == connection


def test_a_namespace_changes_nothing() -> None:
    """A default one, and a prefix."""
    assert decode_xml(bare(MEMBERS, ' xmlns="urn:a"')) == URL
    prefixed = bare(MEMBERS, ' xmlns:b="urn:a"').decode().replace("<", "<b:").replace("<b:/", "</b:")
    assert decode_xml(prefixed.encode()) == URL


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        ("restXml", bare(MEMBERS)),
        ("restXml-unwrapped", bare(MEMBERS)),
        ("awsQuery", bare(f"<ResponseMetadata/><{RESULT}>{MEMBERS}</{RESULT}>")),
        ("ec2Query", bare(f"<requestId>a</requestId>{MEMBERS}")),
    ],
)
@pytest.mark.parametrize("status", [200, 299])
def test_a_success_is_read_from_its_place(dialect: str, body: bytes, status: int) -> None:
    """Which is the root but in awsQuery."""
    assert read_xml(status, body, dialect) == URL


def test_in_query_members_beside_the_result_are_none() -> None:
    """There need not be a result."""
    assert read_xml(200, bare(MEMBERS), "awsQuery") == NOTHING


@pytest.mark.parametrize("dialect", ["restXml", "restXml-unwrapped"])
def test_no_body_is_nothing_in_rest_xml(dialect: str) -> None:
    """Where members could stand in headers."""
    assert read_xml(200, b"", dialect) == NOTHING


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "the body is no XML document: no element found"),
        (b"a", "the body is no XML document: syntax error"),
        (bare("") + b"a", "the body is no XML document: junk after document element"),
        (bare("<a>"), "the body is no XML document: mismatched tag"),
        (b"\xff", "the body is no XML document: "),
        (b'<?xml version="1.0" encoding="none"?>' + bare(""), "the body is no XML document: unknown encoding"),
        (b'<?xml version="1.0" encoding="utf-32"?>' + bare(""), "the body is no XML document: "),
        (b"<!DOCTYPE a>" + bare(""), "the body is no XML document: DTDForbidden("),
        (b"<a/>", f"the root element is a, not {ROOT}"),
        (bare("<Websocket><Url><a/></Url></Websocket>"), "Url holds elements, not a text"),
    ],
    ids=["nothing", "text", "behind", "tags", "bytes", "encoding", "wide", "type", "root", "element"],
)
def test_an_unusable_document_is_refused_by_an_error_of_its_own(body: bytes, told: str) -> None:
    """It says where and why."""
    with pytest.raises(UnusableReplyError) as unusable:
        decode_xml(body)
    assert str(unusable.value).startswith(told)


def test_a_document_is_read_however_deep_it_is() -> None:
    """What is unknown is not looked into."""
    assert decode_xml(bare("<a>" * 50_000 + "</a>" * 50_000 + MEMBERS)) == URL


@pytest.mark.parametrize("status", [100, 302, 600])
def test_another_status_is_neither_success_nor_error(status: int) -> None:
    """Whatever the body."""
    with pytest.raises(UnusableReplyError, match=f"^HTTP status {status}$"):
        read_xml(status, bare(""), "restXml")


# Errors

ERROR = "<Error><Type>Sender</Type><Code>A</Code><Message>b</Message><Detail><Code>C</Code></Detail></Error>"
ERRORS = {
    "restXml": f"<ErrorResponse>{ERROR}<RequestId>d</RequestId></ErrorResponse>",
    "restXml-unwrapped": ERROR.replace("</Error>", "<RequestId>d</RequestId></Error>"),
    "awsQuery": f"<ErrorResponse>{ERROR}<RequestId>d</RequestId></ErrorResponse>",
    "ec2Query": f"<Response><Errors>{ERROR}</Errors><RequestID>d</RequestID></Response>",
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("status", [400, 599])
def test_an_error_is_read_from_its_place(dialect: str, status: int) -> None:
    """Its code and its message, and no other elements."""
    assert read_xml(status, ERRORS[dialect].encode(), dialect) == ClassifiedError("A", "b", status)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(("element", "message"), [("", None), ("<Message/>", ""), ("<Message><a/></Message>", None)])
def test_an_error_may_have_no_message(dialect: str, element: str, message: str | None) -> None:
    """An empty one is the empty text; elements are none."""
    body = ERRORS[dialect].replace("<Message>b</Message>", element)
    assert read_xml(400, body.encode(), dialect) == ClassifiedError("A", message, 400)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("code", ["", "<Code/>", "<Code><a/></Code>"])
def test_without_a_code_there_is_none(dialect: str, code: str) -> None:
    """The message can still be read."""
    body = ERRORS[dialect].replace("<Code>A</Code>", code)
    assert read_xml(400, body.encode(), dialect) == ClassifiedError(None, "b", 400)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "body",
    [b"", b"Bad Gateway", b"<html></html>", b"<ErrorResponse/>", b"<Response/>", b"<Response><Errors/></Response>"],
)
def test_what_holds_no_error_is_an_error_without_a_code(dialect: str, body: bytes) -> None:
    """The status says that it failed."""
    assert read_xml(502, body, dialect) == ClassifiedError(None, None, 502)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<Error><Message>b</Message></Error>", "b"),
        (b"<a><Code>c</Code></a>", None),
        (b"", None),
    ],
)
def test_the_message_of_a_known_error_is_read(body: bytes, message: str | None) -> None:
    """Whatever the root is called; there need not be a body."""
    assert error_of_xml("A", body) == ClassifiedError("A", message, None)


def test_a_known_error_whose_body_is_no_document_is_refused() -> None:
    """By an error of its own."""
    with pytest.raises(UnusableReplyError):
        error_of_xml("A", b"<Error>")


# Writing


def document(content: str) -> bytes:
    """Return the document that is written around this content."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT}>{content}</{ROOT}>'.encode()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("&<>", "&amp;&lt;&gt;"),
        ("]]>", "]]&gt;"),
        ("\r\n\t", "&#13;\n\t"),
        ("\u00e9\U0010ffff\ud7ff\ue000\ufffd", "\u00e9\U0010ffff\ud7ff\ue000\ufffd"),
    ],
)
def test_text_is_escaped_where_it_must_be(text: str, written: str) -> None:
    """A carriage return by a reference, since a parser would change it."""
    value = Structure((("Websocket", Structure((("Url", String(text)),))),))
    assert encode_xml(value) == document(f"<Websocket><Url>{written}</Url></Websocket>")


def test_empty_structures_and_enums_are_written() -> None:
    """As elements, like all the rest."""
    value = Structure((("Websocket", Structure()), ("a", Enum("b"))))
    assert encode_xml(value) == document("<Websocket></Websocket><a>b</a>")


@pytest.mark.parametrize("char", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_refused(char: str) -> None:
    """By an error of its own that names it."""
    with pytest.raises(UnwritableValueError, match=f"^no XML document can hold the character U\\+{ord(char):04X}$"):
        encode_xml(Structure((("a", String(f"b{char}")),)))


def test_what_is_no_text_is_refused() -> None:
    """The output has no such member."""
    with pytest.raises(UnwritableValueError, match=r"^a is true: neither a structure nor a text$"):
        encode_xml(Structure((("a", Boolean(True)),)))
