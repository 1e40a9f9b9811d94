"""Named ways to break an XML document, each of which leaves something that is not well-formed.

Owns the catalogue of defects. It must not know what an implementation has to do with them. Source: Extensible Markup
Language (XML) 1.0, fifth edition; the section stands beside each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.defects import Broken
from participant_strategies.json_text import one_of_these
from participant_strategies.reply import Defect, Reply
from participant_strategies.responses import connection_responses
from participant_strategies.successes import sample
from participant_strategies.xml_documents import Dialect, XmlCase, xml_reply

#: Breaks the text of a document at one of its places; the number picks which.
_Break = Callable[[str, int], bytes]


@dataclass(frozen=True, slots=True)
class BrokenXml:
    """A document with a defect, in any dialect. ``place`` picks where; ``control`` is the document without it."""

    control: XmlCase
    name: str
    place: int = 0

    @property
    def defect(self) -> Defect:
        """What was planted."""
        return Defect(self.name, _CATALOGUE[self.name][0])

    def in_dialect(self, dialect: str) -> Broken:
        """Make the reply of a dialect, beside its control."""
        body = _CATALOGUE[self.name][1](self.control.document(dialect), self.place)
        return broken(self.control, dialect, xml_reply(dialect, body), self.defect)

    def __repr__(self) -> str:
        return repr(self.in_dialect(Dialect.BARE))


def broken(control: XmlCase, dialect: str, reply: Reply, defect: Defect) -> Broken:
    """Tie a broken reply to the document without the defect."""
    return Broken(reply, defect, control.in_dialect(dialect), control.value)


def _whole(*templates: str) -> _Break:
    """Put the document into one of the templates, where ``%s`` is."""
    return lambda text, place: templates[place % len(templates)].replace("%s", text).encode()


def _within(*texts: str) -> _Break:
    """Put one of the texts behind any tag but the last: whatever stands there, it may not hold that."""

    def changed(text: str, place: int) -> bytes:
        spot = _pick([index + 1 for index, char in enumerate(text[:-1]) if char == ">"], place)
        return (text[:spot] + texts[place % len(texts)] + text[spot:]).encode("utf-8", "surrogatepass")

    return changed


def _in_the_root(*texts: str) -> _Break:
    """Put one of the texts behind the name of the root."""

    def changed(text: str, place: int) -> bytes:
        name, end, rest = text.partition(">")
        return f"{name}{texts[place % len(texts)]}{end}{rest}".encode()

    return changed


def _in_an_end_tag(change: Callable[[str], str]) -> _Break:
    """Change one of the end tags."""

    def changed(text: str, place: int) -> bytes:
        start = _pick([index for index in range(len(text)) if text.startswith("</", index)], place)
        end = text.index(">", start) + 1
        return (text[:start] + change(text[start:end]) + text[end:]).encode()

    return changed


def _pick(places: list[int], place: int) -> int:
    return places[place % len(places)]


def _cut(text: str, place: int) -> bytes:
    # The root ends with the last character, so that no proper beginning is a document.
    return text.encode()[: 1 + place * 7 % (len(text) - 1)]


def _other_encoding(text: str, place: int) -> bytes:
    declared, coding = (("UTF-8", "latin-1"), ("UTF-16", "utf-8"))[place % 2]
    name, end, rest = text.partition(">")
    marked = f'<?xml version="1.0" encoding="{declared}"?>{name}{end}<!-- \u00e9 -->{rest}'
    return marked.encode(coding, "xmlcharrefreplace")


#: Name → in words what is done, and what does it.
_CATALOGUE: MappingProxyType[str, tuple[str, _Break]] = MappingProxyType(
    {
        # 2.1, document: one root element, nothing but white space, comments and instructions around it.
        "cut": ("cut before its end", _cut),
        "text-behind": ("text behind the root", _whole("%sa", "%s\n{}", "%s&#32;", "%s<![CDATA[]]>", "%s\0", "%s</a>")),
        "second-root": ("another root behind the first one", _whole("%s%s", "%s<a/>", "%s\n<a></a>", "%s<a>")),
        "text-before": ("text before the root", _whole("a%s", "HTTP%s", ")]}'\n%s", "&amp;%s")),
        "no-xml": ("no XML", _whole("OK", "{}", '{"Websocket":{"Url":"a"}}', "Websocket: a", "null")),
        "blank": ("white space alone", _whole(" ", "\n", "\t\r\n")),
        "html": ("HTML, which leaves tags open", _whole("<!DOCTYPE html><title>a</title><p>b", "<html><br></html>")),
        # 3, 3.1: tags pair, names are names, attributes are quoted, stand once and hold no "<".
        "no-end-tag": ("without one of its end tags", _in_an_end_tag(lambda _: "")),
        "other-end-tag": ("an end tag of another name", _in_an_end_tag(lambda tag: f"{tag[:-1]}_>")),
        "end-tag-in-another-case": ("an end tag in another case", _in_an_end_tag(lambda tag: tag.swapcase())),
        "stray-end-tag": ("an end tag of nothing", _within("</a>")),
        "bad-name": ("an element whose name is none", _within("<1/>", "<-a/>", "< a/>", "<.a/>", "<a&b/>", "<>a</>")),
        "attribute-twice": ("an attribute that stands twice", _in_the_root(' a="b" a="c"', " a='b'\n a='b'")),
        "less-than-in-an-attribute": ("'<' in an attribute", _in_the_root(' a="<"', " a='<b/>'")),
        "unquoted-attribute": ("an attribute without quotes", _in_the_root(" a=b", " a", ' a="b', " a='b\"")),
        "no-space-between-attributes": ("attributes without a space", _in_the_root(' a="b"c="d"')),
        # 2.4, 4.1: "&" and "<" begin a reference or a tag; an entity is declared.
        "ampersand": ("a bare '&'", _within("&", "a & b", "&&amp;", "&;", "& ")),
        "less-than": ("a bare '<'", _within("<", "a < b", "<<")),
        "unfinished-reference": ("a reference without its ';'", _within("&amp ", "&#65 ", "&#x41 ", "&#;", "&#x;")),
        "undeclared-entity": ("an entity that nobody declared", _within("&nbsp;", "&AMP;", "&a;", "&copy;")),
        "section-end": ("']]>' in text", _within("]]>", "a]]>b")),
        # 2.2, 4.1: characters that no document can hold, as themselves or by reference.
        "character": ("a character that is none of XML's", _within("\0", "\1", "\b", "\x1f", "\ufffe", "\uffff")),
        "surrogate": ("half of a surrogate pair", _within("\ud800", "\udfff")),
        "character-reference": (
            "a reference to no character",
            _within("&#0;", "&#1;", "&#xb;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#99999999999;"),
        ),
        # 2.5, 2.6, 2.7, 2.8: comments, instructions, sections and the declaration.
        "comment": ("a comment with '--' in it", _within("<!-- a -- b -->", "<!--a--->")),
        "open-comment": ("a comment without an end", _within("<!-- a", "<!-->")),
        "open-section": ("a CDATA section without an end", _within("<![CDATA[a", "<![CDATA[a]] >")),
        "section-name": ("a CDATA section in another case", _within("<![cdata[a]]>")),
        "instruction": ("an instruction that no document may hold", _within("<?xml a?>", "<?XML?>", "<? a?>", "<?a")),
        "late-declaration": ("a declaration that is not at the start", _whole('\n<?xml version="1.0"?>%s')),
        "bad-declaration": (
            "a declaration that is none",
            _whole('<?xml encoding="UTF-8"?>%s', '<?xml version="1.0" standalone="maybe"?>%s', "<?xml?>%s"),
        ),
        # 4.3.3: bytes that are none of the declared encoding.
        "encoding": ("another encoding than is declared", _other_encoding),
    }
)


def xml_defects() -> MappingProxyType[str, str]:
    """Return the name of every defect of a document, with what it is in words."""
    return MappingProxyType({name: what for name, (what, _) in _CATALOGUE.items()})


#: A value that is broken by itself where a vector is.
SAMPLE = XmlCase(sample("Websocket", "Url"))
#: Each defect once.
BROKEN = tuple(BrokenXml(SAMPLE, name) for name in _CATALOGUE)

_PLACES = st.integers(0, 200)


@cache
def broken_documents() -> SearchStrategy[BrokenXml]:
    """Draw a document with one defect planted anywhere in it."""
    values, names = connection_responses(xml=True), one_of_these(tuple(_CATALOGUE))

    @st.composite
    def drawn(draw: DrawFn) -> BrokenXml:
        name = draw(names)
        return BrokenXml(XmlCase(draw(values)), name, draw(_PLACES))

    return drawn()
