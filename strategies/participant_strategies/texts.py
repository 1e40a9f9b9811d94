"""Leaf values: telling edge cases per shape, and free text.

Owns the pools. Each pool starts with its shortest value, because that is what a counterexample shrinks to. It must
not know which members exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import Shape, contract

#: Text that implementations are known to trim, normalise, unescape or re-encode.
EDGE_TEXTS = (
    " a",
    "a ",
    " ",
    "\ta\n",
    "\r\n",
    '"',
    "\\",
    "/",
    "\\u0041",
    "%41%2F+ ",
    "&amp;",
    "<a>",
    "\x00",
    "\x1f\x7f\x80",
    "\u2028\u2029",
    "\ufeff",
    "\u00e9",  # one code point …
    "e\u0301",  # … and the same letter as two: normalisation would make them equal
    "\u212b",  # the Angstrom sign, which normalises to another letter
    "\U0001f642",  # outside the Basic Multilingual Plane: a surrogate pair in JSON escapes
    "\U0010ffff",
    "\u202eabc",
    "null",
    "true",
    "0",
    "{}",
    "${a}",
)

_TIMES = (
    "2026-01-01T00:00:00.000Z",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.1Z",
    "2026-01-01T00:00:00.123456789Z",
    "2026-01-01T00:00:00+00:00",
    "2026-01-01T00:00:00-07:30",
    "2016-12-31T23:59:60Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "2026-01-01 00:00:00Z",
    "20260101T000000Z",
)

_URLS = (
    "wss://a",
    "wss://a/",
    "WSS://A:443/./b/../c",
    "wss://a/b?X-Amz-Signature=c%2Fd%2fe&X-Amz-Date=20260101T000000Z&f=g+h",
    "wss://a/?b&b=&=c#d",
    "wss://\u00e9.example/\u00e9",
    "https://a/b%20c%41",
    "wss://a/" + "b" * 1992,
)

_TOKENS = ("a", "a.b-c_d~e+f/g==", "eyJhIjoiYiJ9.e30.YQ", "A" * 1000)

_IDS = ("a", "00000000-0000-0000-0000-000000000000", "A" * 300)

_GUIDS = (
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB",
    "01234567-89ab-cdEF-0123-456789abcdEF",
)

_TELLING = MappingProxyType(
    {
        "PreSignedConnectionUrl": _URLS,
        "URI": _URLS,
        "ISO8601Datetime": _TIMES,
        "ParticipantToken": _TOKENS,
        "JoinToken": _TOKENS,
        "AttendeeId": _IDS,
        "GuidString": _GUIDS,
    }
)


#: What no XML 1.0 text can hold, not even as a character reference, beside surrogates. Source: XML 1.0 (fifth edition),
#: section 2.2: Char is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].
NO_XML = frozenset(map(chr, range(0x20))) - frozenset("\t\n\r") | frozenset("\ufffe\uffff")


class _Free:
    """Stands in a pool for "draw free text here"."""


class Gone:
    """Stands in a pool for "not even the structure around it is there"."""


def xml_can_hold(text: str) -> bool:
    """Whether XML 1.0 can hold every character of a text."""
    return not any(char in NO_XML or "\ud800" <= char <= "\udfff" for char in text)


@dataclass(frozen=True, slots=True)
class Leaves:
    """How the text of one leaf is drawn: an entry of the pool, free text where the entry says so, or nothing."""

    pool: SearchStrategy[str | _Free | Gone | None]
    free: SearchStrategy[str]

    def draw(self, draw: DrawFn) -> str | Gone | None:
        """Draw one text, ``None`` for an absent member, or ``Gone`` where the pool has it.

        A method rather than a strategy: it saves a ``flatmap``, half of a leaf's cost.
        """
        drawn = draw(self.pool)
        return draw(self.free) if isinstance(drawn, _Free) else drawn


def pool(texts: Sequence[str | Gone | None], free: SearchStrategy[str], *, chances: int) -> Leaves:
    """Prepare one of ``texts``, the simplest first, or free text: that in ``chances`` of ``len(texts) + chances``."""
    return Leaves(st.sampled_from([*texts, *[_Free()] * chances]), free)


def pooled_texts(texts: Sequence[str], free: SearchStrategy[str]) -> SearchStrategy[str]:
    """Draw one of ``texts``, the simplest first, or as often free text.

    In place of ``one_of``, which costs a draw more for each text.
    """
    leaves_ = pool(texts, free, chances=len(texts))

    @st.composite
    def pooled(draw: DrawFn) -> str:
        text = leaves_.draw(draw)
        assert isinstance(text, str)  # noqa: S101 - nothing in this pool is absent
        return text

    return pooled()


@cache
def edge_values(shape_name: str) -> tuple[str, ...]:
    """Return the listed values of a leaf shape, the simplest first; all are valid by the service model.

    For an enum these are its values. Raises ``KeyError`` for a shape the contract does not have.
    """
    shape = contract().shapes[shape_name]
    if shape.kind == "enum":
        return shape.values
    telling = _TELLING.get(shape_name, ("a",))
    # A pattern is the model's own limit: text outside of it is not a valid value.
    general = () if shape.pattern else EDGE_TEXTS
    empty = () if shape.pattern or shape.minimum else ("",)
    return (*telling, *empty, *general)


@dataclass(frozen=True, slots=True)
class TextLimits:
    """Which texts are drawn: those of ``alphabet`` (in pools too), with free text or not, those that XML can hold."""

    free_text: bool = True
    alphabet: str | None = None
    xml: bool = False


def leaves(shape_name: str, limits: TextLimits, *, gone: float = 0) -> Leaves:
    """Prepare valid texts for a string shape: absent in one draw of four, else a listed value or free text.

    Free text is drawn about once in five times. An alphabet does not count for shapes whose form the model fixes.
    ``gone`` is the part of all draws in which the structure around the leaf is not there; the others share the rest.
    Raises ``ValueError`` where nothing is left.

    Made anew at each call, not cached: Hypothesis copies what one strategy drew into other places of the same
    strategy, so that two members that share one would see much fewer texts.
    """
    shape = contract().shapes[shape_name]
    allowed = None if limits.alphabet is None or shape.pattern else frozenset(limits.alphabet)
    if allowed is not None and limits.xml:
        allowed -= NO_XML
    texts = [text for text in edge_values(shape_name) if _kept(text, allowed, xml=limits.xml)]
    chances = max(1, len(texts) // 4) if limits.free_text and allowed != frozenset() else 0
    if not texts and not chances:
        raise ValueError(f"the alphabet {limits.alphabet!r} leaves no text for {shape_name}")
    absent = (len(texts) + chances + 1) // 3
    without = round((absent + len(texts) + chances) * gone / (1 - gone))
    # Nothing first: that is what a counterexample shrinks to.
    entries = [*[Gone()] * without, *[None] * absent, *texts]
    return pool(entries, _free_text(shape, allowed, xml=limits.xml), chances=chances)


def _kept(text: str, allowed: frozenset[str] | None, *, xml: bool) -> bool:
    return (allowed is None or set(text) <= allowed) and (not xml or xml_can_hold(text))


def _free_text(shape: Shape, allowed: frozenset[str] | None, *, xml: bool) -> SearchStrategy[str]:
    if shape.pattern:
        return st.integers(0, 2**128 - 1).map(_guid)
    characters: SearchStrategy[str] | str
    if allowed is None:
        characters = st.characters(exclude_categories=["Cs"], exclude_characters=sorted(NO_XML) if xml else None)
    else:
        # In the order of code points, so that draws do not depend on the hash seed.
        characters = "".join(sorted(allowed))
    return st.text(characters, min_size=shape.minimum or 0, max_size=min(shape.maximum or 40, 40))


def _guid(number: int) -> str:
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
