"""XML text: every spelling says the same, and the spellings really differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from hypothesis import strategies as st

from participant_strategies.responses import connection_responses
from participant_strategies.value import Boolean, Enum, String, Structure
from participant_strategies.xml_spellings import stray_texts, text_spellings, xml_spellings
from participant_strategies.xml_text import PLAIN_XML, Element, Escape, XmlSpelling, render_xml, xml_tree
from tests.strategies.drawing import draws, minimal
from tests.strategies.xml_reading import Read, read, value_of

#: What is hard in a text.
TEXTS = (
    "",
    "]]>",
    "a]]>b]]>",
    "]]",
    ">",
    "]]&gt;",
    "&amp;",
    "<![CDATA[a]]>",
    "\r\n\t\r",
    "'\"",
    " a ",
    "\U0010ffff\x85\u2028",
)
ESCAPES: tuple[tuple[Escape, ...], ...] = (
    (),
    ("entity",),
    ("decimal",),
    ("hex",),
    ("HEX",),
    ("cdata",),
    ("plain", "cdata"),
    ("cdata", "cdata", "hex"),
)


def leaf(text: str, **spelling: object) -> str:
    """Return the spelling of an element that holds ``text``."""
    return render_xml(Element("a", text), XmlSpelling(**spelling))  # type: ignore[arg-type]


@pytest.fixture(name="drawn", scope="module")
def drawn_fixture() -> list[tuple[Structure, XmlSpelling]]:
    """Return many values, each with a spelling."""
    return draws(st.tuples(connection_responses(xml=True), xml_spellings()), 300)


# Every spelling says the same


def test_every_drawn_spelling_is_read_as_the_value(drawn: list[tuple[Structure, XmlSpelling]]) -> None:
    """By a parser that is not ours, whatever the spelling."""
    for value, spelling in drawn:
        text = render_xml(xml_tree("a", value), spelling)
        assert value_of(read(text.encode()), value) == value


def test_stray_text_stands_beside_elements_alone() -> None:
    """The elements are the same; no leaf, and nothing that is empty, gets any of it."""
    found = draws(st.tuples(connection_responses(xml=True), stray_texts()), 100)
    roots = [(value, read(render_xml(xml_tree("a", value), spelling))) for value, spelling in found]
    assert all(value_of(root, value) == value for value, root in roots)
    assert not any(root.text for value, root in roots if not value.members)
    assert sum(bool(root.text) for _, root in roots) > 50


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("escapes", ESCAPES, ids=str)
@pytest.mark.parametrize("inside", [(), ("<!--a-->",), ("", "<?b?>")], ids=str)
def test_every_way_to_write_a_text_is_read_as_the_text(
    text: str, escapes: tuple[Escape, ...], inside: tuple[str, ...]
) -> None:
    """Also where comments stand within it."""
    assert read(leaf(text, escapes=escapes, inside=inside)).text == text


def test_a_long_text_is_read_as_it_is() -> None:
    """Only its beginning is spelled; where that ends, nothing is lost and no section is ended."""
    text = "]" * 100 + ">\r&" + "b" * 2000
    assert read(leaf(text, escapes=("cdata",))).text == text


# How each freedom is used


@pytest.mark.parametrize(
    ("text", "escapes", "written"),
    [
        ("<>&'\"]]>", (), "&lt;>&amp;'\"]]&gt;"),
        ("<>&'\"a", ("entity",), "&lt;&gt;&amp;&apos;&quot;a"),
        ("\r", ("entity",), "&#13;"),
        ("\r", ("plain", "plain"), "&#13;"),
        ("k\U0001f642", ("decimal",), "&#107;&#128578;"),
        ("k\U0001f642", ("hex",), "&#x6b;&#x1f642;"),
        ("k\U0001f642", ("HEX",), "&#x6B;&#x1F642;"),
        ("a&b", ("cdata",), "<![CDATA[a&b]]>"),
        ("]]>", ("cdata",), "<![CDATA[]]]]><![CDATA[>]]>"),
        ("a\rb", ("cdata",), "<![CDATA[a]]>&#13;<![CDATA[b]]>"),
        ("abc", ("cdata", "plain"), "<![CDATA[a]]>b<![CDATA[c]]>"),
    ],
    ids=repr,
)
def test_a_text_is_written_as_told(text: str, escapes: tuple[Escape, ...], written: str) -> None:
    """Character by character, in the pattern of the spelling."""
    assert leaf(text, escapes=escapes) == f"<a>{written}</a>"


def test_what_stands_inside_of_a_text_ends_a_section() -> None:
    """In a section it would be text."""
    assert leaf("bc", escapes=("cdata",), inside=("", "<!---->")) == ("<a><![CDATA[b]]><!----><![CDATA[c]]></a>")


SMALL = Element("a", (Element("b", "c"), Element("d", ()), Element("e")))


@pytest.mark.parametrize(
    ("spelling", "written"),
    [
        (XmlSpelling(), "<a><b>c</b><d></d><e></e></a>"),
        (XmlSpelling(prolog="<?f?>", epilog="\n"), "<?f?><a><b>c</b><d></d><e></e></a>\n"),
        (XmlSpelling(gaps=(" ", "\n")), "<a> <b>c</b>\n<d> </d>\n<e></e> </a>"),
        (XmlSpelling(stray=("1", "2")), "<a>1<b>c</b>2<d></d>1<e></e>2</a>"),
        (XmlSpelling(tags=("", ' f="g"')), '<a><b f="g">c</b><d></d><e f="g"></e></a>'),
        (XmlSpelling(ends=(" ",)), "<a><b>c</b ><d></d ><e></e ></a >"),
        (XmlSpelling(empty=(True, False)), "<a><b>c</b><d/><e></e></a>"),
        (XmlSpelling(order=(-1,)), "<a><e></e><d></d><b>c</b></a>"),
    ],
    ids=repr,
)
def test_a_document_is_written_as_told(spelling: XmlSpelling, written: str) -> None:
    """Each field of a spelling is one freedom."""
    assert render_xml(SMALL, spelling) == written


def test_attributes_are_escaped() -> None:
    """White space in them by references: a parser would make spaces of it."""
    value = "a\t\n\r'\"<>&"
    text = render_xml(Element("a", attributes=(("b", value), ("c", ""))))
    assert read(text).attributes == {"b": value, "c": ""}


def test_an_element_prints_as_its_document() -> None:
    """That is what stands in a report."""
    assert repr(SMALL) == "<a><b>c</b><d></d><e></e></a>"


# Values


def test_a_value_becomes_elements_of_its_members() -> None:
    """Structures hold elements, all other members text."""
    value = Structure((("b", Structure()), ("c", String("")), ("d", Enum("e"))))
    assert xml_tree("a", value) == Element("a", (Element("b", ()), Element("c"), Element("d", "e")))


def test_what_no_output_holds_has_no_element() -> None:
    """Only an implementation can make such a value."""
    with pytest.raises(TypeError, match=r"^true is no value of the operation's output$"):
        xml_tree("a", Structure((("b", Boolean(True)),)))


# What is drawn


@pytest.mark.parametrize("name", [field.name for field in fields(XmlSpelling) if field.name != "stray"])
def test_every_freedom_is_drawn_by_itself(name: str) -> None:
    """A counterexample can lose all freedoms but the one that matters."""
    found = minimal(xml_spellings(), lambda spelling: getattr(spelling, name))
    plain = replace(found, **{name: getattr(PLAIN_XML, name)})
    # The text before the root and that behind it are drawn together, and so are both kinds of tags.
    together = {"epilog": "prolog", "ends": "empty"}.get(name, name)
    assert replace(plain, **{together: getattr(PLAIN_XML, together)}) == PLAIN_XML


@pytest.mark.parametrize("strategy", [xml_spellings, text_spellings], ids=["documents", "texts"])
def test_the_simplest_spelling_is_the_plain_one(strategy: Callable[[], st.SearchStrategy[XmlSpelling]]) -> None:
    """That is what a counterexample shrinks to."""
    assert minimal(strategy(), lambda _: True) == PLAIN_XML


def test_stray_text_is_drawn_alone() -> None:
    """All else is plain."""
    drawn = draws(stray_texts(), 50)
    assert all(replace(spelling, stray=()) == PLAIN_XML and spelling.stray for spelling in drawn)


def test_drawn_spellings_use_every_construct(drawn: list[tuple[Structure, XmlSpelling]]) -> None:
    """The property above is shown on declarations, comments, instructions, sections, references and attributes."""
    text = "".join(render_xml(xml_tree("a", value), spelling) for value, spelling in drawn)
    constructs = ("<?xml version=", "standalone", "<!--", "<![CDATA[", "&#x", "&#1", "xml:lang", "xmlns:x", "<?a", "/>")
    assert [construct for construct in constructs if construct not in text] == []


def test_the_reading_keeps_text_beside_elements() -> None:
    """Else the tests above would not see it."""
    assert read("<a>b<c/>d</a>") == Read("a", text="bd", elements=[Read("c")])
