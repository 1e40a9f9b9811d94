"""Which of the equivalent spellings of an XML document are drawn.

Owns the choices. It must not know the documents. Source: Extensible Markup Language (XML) 1.0, fifth edition.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.xml_text import PLAIN_XML, Escape, XmlSpelling

#: Sections 2.8 and 4.3.3: what stands before and behind the root; names of encodings have no case.
_FRAMES = st.sampled_from(
    [
        ("", ""),
        ('<?xml version="1.0"?>', ""),
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n"),
        ("<?xml version='1.0' encoding='utf-8'?>", "<!-- a -->"),
        ('<?xml version = "1.0" encoding = "Utf-8" standalone = "yes" ?>\r\n', "\r\n"),
        ("<!-- <a> --><?a b?>\n", "<?a?>"),
        (" \t\r\n", " <!--a--> "),
    ]
)
#: Sections 2.3, 2.5 and 2.6: white space, comments (which may hold what looks like markup), processing instructions.
_GAPS = st.sampled_from(
    [
        (),
        ("\n",),
        ("", " "),
        ("\r\n  ", "\t"),
        ("<!---->",),
        ("<!-- <Url>a</Url> & ]]> -->", ""),
        ("<?a?>",),
        ("\n", "<?a <Url>b</Url>?>"),
    ]
)
#: Section 3.1: white space in a tag; attributes that no member is bound to, in either kind of quotes.
_TAGS = st.sampled_from(
    [
        (),
        (" ",),
        ("", "\n  "),
        (' a="b"',),
        (" xml:lang='en'", ""),
        (' xmlns:x="urn:a" x:Url="b"',),
        ("", ' Url = "b" Code="c" '),
        (" a='\"&gt;>&#10;'",),
    ]
)
_CLOSINGS: SearchStrategy[tuple[tuple[str, ...], tuple[bool, ...]]] = st.sampled_from(
    [((), ()), ((), (True,)), ((" ",), (False, True)), (("", "\r\n"), (True,))]
)
_ESCAPES: SearchStrategy[tuple[Escape, ...]] = st.sampled_from(
    [
        (),
        ("entity",),
        ("decimal",),
        ("hex",),
        ("HEX",),
        ("cdata",),
        ("plain", "cdata"),
        ("cdata", "cdata", "decimal"),
        ("plain", "entity", "hex"),
    ]
)
_INSIDE = st.sampled_from(
    [(), ("", "<!--a-->"), ("<!---->", "", ""), ("", "", "<?a b?>"), ("", "<!--]]>-->", "", "<?a?>")]
)
_ORDERS = st.sampled_from([(), (1,), (0, 1), (2, 0), (-1,), (1, 0, 2)])
#: Text beside the elements of a structure, as it is, in sections and by references; some looks like a member.
_STRAY = st.sampled_from(
    [
        ("a",),
        ("", "a"),
        (" a ", "\n"),
        ("<![CDATA[a]]>",),
        ("", "<![CDATA[<Url>a</Url>]]>"),
        ("&#97;",),
        ("&lt;Url&gt;", "b"),
        ("", "", "a\n"),
    ]
)


def drawn_xml_spelling(draw: DrawFn) -> XmlSpelling:
    """Draw what :func:`xml_spellings` draws, from within another strategy."""
    prolog, epilog = draw(_FRAMES)
    ends, empty = draw(_CLOSINGS)
    return XmlSpelling(
        prolog=prolog,
        epilog=epilog,
        gaps=draw(_GAPS),
        tags=draw(_TAGS),
        ends=ends,
        empty=empty,
        escapes=draw(_ESCAPES),
        inside=draw(_INSIDE),
        order=draw(_ORDERS),
    )


@cache
def xml_spellings() -> SearchStrategy[XmlSpelling]:
    """Draw one of the equivalent ways to write a document: all but text between the elements of a structure."""
    return st.composite(drawn_xml_spelling)()


@cache
def text_spellings() -> SearchStrategy[XmlSpelling]:
    """Draw how every character of a text is written."""
    ways: tuple[Escape, ...] = ("entity", "decimal", "hex", "HEX", "cdata")
    return st.sampled_from([PLAIN_XML, *(XmlSpelling(escapes=(way,)) for way in ways)])


@cache
def stray_texts() -> SearchStrategy[XmlSpelling]:
    """Draw text that stands between the elements of structures, where no member is."""
    return _STRAY.map(lambda stray: XmlSpelling(stray=stray))
