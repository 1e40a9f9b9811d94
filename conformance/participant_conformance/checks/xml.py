"""Checks of ``xml.*``: the spellings of a value in XML, and its texts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from participant_conformance.checks.check import check
from participant_conformance.checks.dialects import in_each, judge_in_each, taking
from participant_conformance.checks.judging import failure, once, require_value
from participant_conformance.subject import Subject
from participant_strategies import successes
from participant_strategies.contract import Path, contract
from participant_strategies.responses import connection_responses
from participant_strategies.value import String, Structure, difference
from participant_strategies.xml_documents import XmlCase, leaf_paths
from participant_strategies.xml_spellings import drawn_xml_spelling, text_spellings
from participant_strategies.xml_text import PLAIN_XML, XmlSpelling

FULL = XmlCase(successes.full())
#: Two structures with a leaf each: enough for what stands between elements, and still to be read.
SMALL = successes.put(successes.sample("Websocket", "Url"), ("ConnectionCredentials", "ConnectionToken"), String("a"))
#: Nothing, each member alone, all but one, all: the smallest first, since a vector is not shrunk.
SUBSETS = (
    XmlCase(Structure()),
    *(XmlCase(successes.sample(*path)) for path, _ in contract().paths()),
    *(XmlCase(successes.remove(successes.full(), path)) for path, _ in contract().paths()),
    FULL,
)


def _values() -> st.SearchStrategy[XmlCase]:
    return connection_responses(xml=True).map(XmlCase)


@check("xml.round-trip", _values, vectors=SUBSETS)
def test_xml_round_trip(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


@check("xml.agrees-with-json", _values, vectors=SUBSETS)
def test_xml_agrees_with_json(subject: Subject, case: XmlCase) -> None:
    in_json = require_value(subject, successes.success_case(case.value))

    def judged(dialect: str) -> None:
        document = case.in_dialect(dialect)
        in_xml = require_value(subject, document, take=taking(subject, dialect))
        # The content of both is right by now, so that any difference left is one of tags; plain values have none.
        if in_json.value.plain or in_xml.value.plain:
            return
        if wrong := difference(once(in_json.value), once(in_xml.value)):
            raise failure(replace(document, expected=in_json), in_xml, str(wrong))

    in_each(subject, judged)


def spelled(value: Structure, spelling: XmlSpelling) -> XmlCase:
    """Make the case of a value in a spelling; the control is the shortest one."""
    return XmlCase(value, spelling, control=XmlCase(value))


@st.composite
def spelled_values(draw: DrawFn) -> XmlCase:
    """Draw a value in any spelling."""
    return spelled(draw(connection_responses(xml=True)), drawn_xml_spelling(draw))


#: Each kind of freedom by itself, the most common first.
SPELLINGS = (
    XmlSpelling(gaps=("\n  ",)),
    XmlSpelling(prolog='<?xml version="1.0" encoding="UTF-8"?>\n', epilog="\n"),
    XmlSpelling(escapes=("entity",)),
    XmlSpelling(escapes=("decimal",)),
    XmlSpelling(escapes=("HEX",)),
    XmlSpelling(escapes=("cdata",)),
    XmlSpelling(escapes=("plain", "cdata")),
    XmlSpelling(inside=("", "<!--a-->")),
    XmlSpelling(inside=("", "<?a b?>")),
    XmlSpelling(gaps=("<!--a-->", "<?a b?>")),
    XmlSpelling(tags=(' xml:lang="en"',)),
    XmlSpelling(tags=(" ",), ends=("\n",)),
    XmlSpelling(order=(-1,)),
)


#: An empty structure and an empty leaf, by one tag each.
_EMPTY = successes.put(successes.at(("Websocket",), Structure()), ("ConnectionCredentials", "Expiry"), String(""))


@check(
    "xml.equivalent-spellings",
    spelled_values,
    vectors=(
        *(spelled(SMALL, spelling) for spelling in SPELLINGS),
        spelled(_EMPTY, XmlSpelling(empty=(True,))),
    ),
)
def test_xml_equivalent_spellings(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


def leaf_case(path: Path, text: str, spelling: XmlSpelling = PLAIN_XML) -> XmlCase:
    """Make the case of one leaf that holds ``text``; the control holds ``a``, in the same spelling."""
    control = XmlCase(successes.at(path, String("a")), spelling)
    return XmlCase(successes.at(path, String(text)), spelling, control=control)


_LEAVES, _URL = st.sampled_from(leaf_paths()), ("Websocket", "Url")
SPACES = (" ", "  ", "\n", "\t", " a", "a ", "a  b", "\na\n", "\n  a\n  ", "\t\ta b\t", "\n \n", " \t\n")
_SPACED = st.one_of(st.sampled_from(SPACES), st.text(" \t\nab", min_size=1, max_size=8))


@st.composite
def spaced_texts(draw: DrawFn) -> XmlCase:
    """Draw one leaf that holds white space, as it is or by references."""
    return leaf_case(draw(_LEAVES), draw(_SPACED), draw(text_spellings()))


@check("xml.text-space-kept", spaced_texts, vectors=tuple(leaf_case(_URL, text) for text in SPACES))
def test_xml_text_space_kept(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


#: What would change if references were resolved twice, or line ends made alike; then what must be escaped.
ESCAPED = ("&lt;", "&amp;", "&amp;lt;", "&#65;", "&#x41;", "a\r\nb", "a\rb", "<a/>", "&", "]]>", "&quot;", "a&nbsp;b")
_PARTS = st.sampled_from(
    ["&", "lt;", "amp;", "#65;", "#x41;", ";", "<", ">", "]]>", "\r", "\n", "a", "quot;", "'", '"']
)
_ESCAPED = st.one_of(
    st.sampled_from(ESCAPED), st.lists(_PARTS, min_size=1, max_size=5).map(lambda parts: f"a{''.join(parts)}b")
)


@st.composite
def escaped_texts(draw: DrawFn) -> XmlCase:
    """Draw one leaf that holds what looks like references and markup, in any spelling of its characters."""
    return leaf_case(draw(_LEAVES), draw(_ESCAPED), draw(text_spellings()))


@check("xml.unescaped-once", escaped_texts, vectors=tuple(leaf_case(_URL, text) for text in ESCAPED))
def test_xml_unescaped_once(subject: Subject, case: XmlCase) -> None:
    judge_in_each(subject, case)


__all__ = [name for name in globals() if name.startswith("test_")]
