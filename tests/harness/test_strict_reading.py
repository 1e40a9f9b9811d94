"""The suite's own strict reading: what it takes, what it refuses, and in which words."""

from __future__ import annotations

import pytest

from participant_conformance.checks.strict_reading import (
    NULL,
    IllFormedError,
    NoValueError,
    read_json,
    read_xml,
    xml_tree,
)
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value

ROOT = "CreateParticipantConnectionResponse"
AUDIO = ("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio")


def websocket(*members: tuple[str, Value]) -> Structure:
    """Return a value that has a websocket with these members."""
    return Structure((("Websocket", Structure(members)),))


def document(content: str) -> bytes:
    """Return the document with this in its root."""
    return f"<{ROOT}>{content}</{ROOT}>".encode()


# JSON


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", Structure()),
        ('{"Websocket":{}}', websocket()),
        ('\t{ "Websocket" :\r\n{"Url":"\\u0061\\/\\ud83d\\ude42"} } ', websocket(("Url", String("a/\U0001f642")))),
        ('{"Websocket":{"Url":null}}', websocket(("Url", NULL))),
        ('{"Websocket":{"Url":true}}', websocket(("Url", Boolean(True)))),
        ('{"Websocket":{"Url":[{},"a"]}}', websocket(("Url", List((Structure(), String("a")))))),
        ('{"Websocket":{"Url":-1.50e400}}', websocket(("Url", Foreign("number", "-1.50e400")))),
        ('{"Websocket":{"url":"a"}}', websocket(("url", String("a")))),
        ('{"Websocket":{"Url":"a","Url":"b"}}', websocket(("Url", String("a")), ("Url", String("b")))),
        ('{"Websocket":"a"}', Structure((("Websocket", String("a")),))),
    ],
    ids=["nothing", "empty", "spelling", "null", "boolean", "list", "number", "unknown", "twice", "wrong-kind"],
)
def test_json_is_read_as_it_stands(text: str, value: Structure) -> None:
    """Nothing is forgiven and nothing lost: nulls, numbers, names that stand twice."""
    assert read_json(text.encode()) == value


def test_json_enums_are_told_by_the_contract() -> None:
    """EchoReduction is the only one."""
    text = '{"EchoReduction":"AVAILABLE","Echo":"a"}'
    for name in reversed(AUDIO):
        text = f'{{"{name}":{text}}}'
    audio = read_json(text.encode()).get(*AUDIO)
    assert audio == Structure((("EchoReduction", Enum("AVAILABLE")), ("Echo", String("a"))))


def test_json_numbers_may_have_any_length() -> None:
    """Python's own limit of 4300 digits is none of JSON."""
    digits = "7" * 5000
    assert read_json(f'{{"a":{digits}}}'.encode()) == Structure((("a", Foreign("number", digits)),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"\xef\xbb\xbf{}", r"^a byte order mark stands before the text \(RFC 8259, section 8\.1\)$"),
        (b'{"a":"\xe9"}', r"^the text is not UTF-8 at byte 6: invalid continuation byte$"),
        ('{"a":"b"}'.encode("utf-16-le"), r"^no JSON text: "),
        (b"", r"^no JSON text: Expecting value"),
        (b"{} {}", r"^no JSON text: Extra data"),
        (b'{"a":"\n"}', r"^no JSON text: Invalid control character"),
        (b"{'a':'b'}", r"^no JSON text: Expecting property name"),
        (b'{"a":1,}', r"^no JSON text: "),
        (b'{"a":01}', r"^no JSON text: "),
        (b'{"a":NaN}', r"^NaN is no JSON value \(RFC 8259, section 6\)$"),
        (b'{"a":-Infinity}', r"^-Infinity is no JSON value"),
        (b"[" * 200_000, r"^the text is nested too deep to be read$"),
    ],
)
def test_what_is_no_json_text_is_told(text: bytes, told: str) -> None:
    """In one sentence."""
    with pytest.raises(IllFormedError, match=told):
        read_json(text)


@pytest.mark.parametrize("text", [b"[]", b'"a"', b"null", b"7", b"true"])
def test_json_that_is_no_object_holds_no_value(text: bytes) -> None:
    """It is JSON all the same."""
    with pytest.raises(NoValueError, match=r"^the JSON text is no object$"):
        read_json(text)


def test_json_that_is_nested_too_deep_holds_no_value() -> None:
    """It is JSON all the same."""
    with pytest.raises(NoValueError, match=r"^the JSON text is nested too deep for any value of the operation$"):
        read_json(b'{"a":' * 600 + b"7" + b"}" * 600)


# XML


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("", Structure()),
        ("<Websocket/>", websocket()),
        ("<Websocket>\r\n\t </Websocket>", websocket()),
        ("<Websocket><Url/></Websocket>", websocket(("Url", String("")))),
        ("<Websocket><Url> a </Url></Websocket>", websocket(("Url", String(" a ")))),
        ("<Websocket><Url>a<!-- b -->c<?d e?></Url></Websocket>", websocket(("Url", String("ac")))),
        ("<Websocket><Url><![CDATA[&]]>&amp;&#x41;</Url></Websocket>", websocket(("Url", String("&&A")))),
        ("<Websocket><Url>\r&#13;</Url></Websocket>", websocket(("Url", String("\n\r")))),
        ('<n:Websocket a="b"><n:Url c="d">e</n:Url></n:Websocket>', websocket(("Url", String("e")))),
        ("<Websocket><url>a</url></Websocket>", websocket(("url", String("a")))),
        ("<Websocket><a><b/></a></Websocket>", websocket(("a", Structure((("b", String("")),))))),
        ("<Websocket><Url/><Url/></Websocket>", websocket(("Url", String("")), ("Url", String("")))),
    ],
)
def test_xml_is_read_as_it_stands(content: str, value: Structure) -> None:
    """Elements are members, white space between them and attributes are nothing, prefixes are cut."""
    assert read_xml(document(content)) == value


def test_xml_enums_are_told_by_the_contract() -> None:
    """EchoReduction is the only one."""
    content = "<EchoReduction>A</EchoReduction>"
    for name in reversed(AUDIO):
        content = f"<{name}>{content}</{name}>"
    assert read_xml(document(content)).get(*AUDIO) == Structure((("EchoReduction", Enum("A")),))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_xml_may_be_in_any_encoding_that_it_declares(encoding: str) -> None:
    """XML 1.0, section 4.3.3."""
    declared = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
    text = f"{declared}<{ROOT}><Websocket><Url>\u00e9</Url></Websocket></{ROOT}>"
    assert read_xml(text.encode(encoding)) == websocket(("Url", String("\u00e9")))


def test_attributes_are_kept_in_the_tree() -> None:
    """Though no member stands there."""
    assert xml_tree(b"<a b='c'>d<e/></a>").attributes == {"b": "c"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", r"^the document is not well-formed XML 1\.0: no element found, line 1, column 0$"),
        (b"<a>&</a>", r"not well-formed \(invalid token\), line 1, column 4$"),
        (b"<a>]]></a>", r"not well-formed \(invalid token\)"),
        (b"<a>\0</a>", r"not well-formed \(invalid token\)"),
        ("<a>\ufffe</a>".encode(), r"not well-formed \(invalid token\)"),
        (b"<a>&#0;</a>", r"reference to invalid character number"),
        (b"<a>&#xFFFE;</a>", r"reference to invalid character number"),
        (b"<a>&#xD800;</a>", r"reference to invalid character number"),
        (b"<a>&nbsp;</a>", r"undefined entity"),
        (b"<a></b>", r"mismatched tag"),
        (b"<a/><b/>", r"junk after document element"),
        (b"<a b='c' b='d'/>", r"duplicate attribute"),
        ("<a>\u00e9</a>".encode("latin-1"), r"not well-formed \(invalid token\)"),
        (b"<?xml version='1.0' encoding='x-none'?><a/>", r"unknown encoding"),
        (b"<?xml version='1.0' encoding='shift_jis'?><a/>", r"^the document's encoding cannot be read: "),
        (b"<!DOCTYPE a SYSTEM 'b'><a>&c;</a>", r"^the entity c is not declared \(XML 1\.0, section 4\.1\)$"),
    ],
)
def test_what_is_not_well_formed_is_told(text: bytes, told: str) -> None:
    """In one sentence, with its place."""
    with pytest.raises(IllFormedError, match=told):
        read_xml(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"<Response/>", rf"^the root element is Response, not {ROOT}$"),
        (document("a"), rf"^{ROOT} holds the text 'a' beside its members$"),
        (document("<Websocket>a</Websocket>"), r"^Websocket holds the text 'a' beside its members$"),
        (document("<Websocket><Url><a/></Url></Websocket>"), r"^Url holds elements where a text belongs$"),
        (document("<a>" * 9000 + "</a>" * 9000), r"^the document is nested too deep for any value of the operation$"),
    ],
)
def test_a_document_of_something_else_holds_no_value(text: bytes, told: str) -> None:
    """It is well formed all the same."""
    with pytest.raises(NoValueError, match=told):
        read_xml(text)
