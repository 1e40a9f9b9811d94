"""Mutants of ``xml.*``: mistakes in how the document of a success becomes a value."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.json_text import miscased
from participant_strategies.reply import Decoded, Reply
from participant_strategies.value import Enum, String, Structure, Value
from tests.mutants.tampering import Taken, altering, mapped_structures, mapped_texts
from tests.mutants.xml_tampering import (
    LEAVES,
    STRUCTURES,
    Take,
    changed,
    documenting,
    is_leaf,
    is_unknown,
    local,
    root_of,
)

_LISTED = contract().shapes["MeetingFeatureStatus"].values
_ANY_CASE = {name: known for known in STRUCTURES | LEAVES for name in miscased(known)}


@documenting("xml.round-trip")
def loses_the_fallback(take: Take, body: bytes) -> Taken:
    """Has no member for AudioFallbackUrl."""
    return take(body.replace(b"AudioFallbackUrl>", b"Fallback>"))


@documenting("xml.round-trip")
def attendee_needs_its_token(take: Take, body: bytes) -> Taken:
    """Refuses an Attendee without JoinToken."""
    root = root_of(body)
    for found in () if root is None else root.iter("Attendee"):
        if found.find("AttendeeId") is not None and found.find("JoinToken") is None:
            raise UnusableReplyError("JoinToken is missing")
    return take(body)


@altering("xml.round-trip", "read_xml")
def looks_for_members_beside_the_result(right, reply: Reply, dialect: str) -> Taken:  # type: ignore[no-untyped-def]  # altering() gives it the method
    """Looks for the members in the root, in awsQuery as in restXml."""
    taken: Taken = right(reply, dialect)
    lost = dialect == "awsQuery" and isinstance(taken, Decoded)
    return Decoded(Structure()) if lost else taken


@documenting("xml.agrees-with-json")
def enum_of_xml_as_string(take: Take, body: bytes) -> Taken:
    """Gives EchoReduction as a string where it was read from XML."""

    def change(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        return [(name, String(member.text) if isinstance(member, Enum) else member) for name, member in members]

    return mapped_structures(take(body), change)


@documenting("xml.agrees-with-json")
def names_of_xml_as_enums(take: Take, body: bytes) -> Taken:
    """Takes texts without a dot or a colon for enums where they were read from XML."""

    def change(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        for name, member in members:
            looks = isinstance(member, String) and member.text.isidentifier()
            yield name, Enum(member.text) if looks and isinstance(member, String) else member

    return mapped_structures(take(body), change)


@documenting("xml.equivalent-spellings")
def stops_at_comments(take: Take, body: bytes) -> Taken:
    """Takes the text of an element up to the first comment in it, as element.text of some parsers is."""

    def change(element: Element) -> None:
        if local(element) in LEAVES:
            del element[:]

    return take(changed(body, change, whole=True))


@documenting("xml.equivalent-spellings")
def drops_sections(take: Take, body: bytes) -> Taken:
    """Has no ear for CDATA sections."""
    return take(re.sub(rb"<!\[CDATA\[.*?\]\]>", b"", body, flags=re.DOTALL))


@documenting("xml.equivalent-spellings")
def knows_no_hexadecimal_references(take: Take, body: bytes) -> Taken:
    """Leaves hexadecimal references as they are."""
    return take(re.sub(rb"&#x(?=[0-9a-fA-F]+;)", b"&amp;#x", body))


@documenting("xml.equivalent-spellings")
def attributes_are_members(take: Take, body: bytes) -> Taken:
    """Takes attributes for members, where there is no element of that name."""

    def change(element: Element) -> None:
        for name, text in element.items():
            if local(element) in STRUCTURES and element.find(name) is None:
                added = Element(name)
                added.text = text
                element.append(added)

    return take(changed(body, change))


@documenting("xml.equivalent-spellings")
def refuses_instructions(take: Take, body: bytes) -> Taken:
    """Refuses a document with a processing instruction, but for the declaration."""
    if b"<?" in body[1:]:
        raise UnusableReplyError("what follows '<?' is not for us")
    return take(body)


@documenting("xml.text-space-kept")
def trims_elements(take: Take, body: bytes) -> Taken:
    """Trims the texts of elements."""
    return mapped_texts(take(body), lambda _, text: text.strip(" \t\r\n"))


@documenting("xml.text-space-kept")
def joins_white_space(take: Take, body: bytes) -> Taken:
    """Makes one space of all white space, as validated tokens have it."""
    return mapped_texts(take(body), lambda _, text: re.sub("[ \t\r\n]+", " ", text))


@documenting("xml.text-space-kept")
def blank_is_no_text(take: Take, body: bytes) -> Taken:
    """Takes a text of nothing but white space for white space between elements."""
    return mapped_texts(take(body), lambda _, text: text if text.strip(" \t\r\n") else "")


@documenting("xml.unescaped-once")
def unescapes_twice(take: Take, body: bytes) -> Taken:
    """Resolves references in the texts that the parser has resolved already."""
    return mapped_texts(take(body), lambda _, text: html.unescape(text))


@documenting("xml.unescaped-once")
def normalises_line_ends(take: Take, body: bytes) -> Taken:
    """Makes line feeds of carriage returns, those that were references too."""
    return mapped_texts(take(body), lambda _, text: text.replace("\r\n", "\n").replace("\r", "\n"))


def _strays(element: Element) -> bool:
    texts = [element.text, *(child.tail for child in element)]
    return bool(len(element)) and any(text and text.strip() for text in texts)


@documenting("xml.stray-text-ignored")
def refuses_mixed_content(take: Take, body: bytes) -> Taken:
    """Refuses text beside elements."""
    root = root_of(body)
    if root is not None and any(map(_strays, root.iter())):
        raise UnusableReplyError("text stands beside elements")
    return take(body)


@documenting("xml.stray-text-ignored")
def text_makes_a_leaf(take: Take, body: bytes) -> Taken:
    """Takes an element with text in it for a leaf, and does not look at the elements in it."""

    def change(element: Element) -> None:
        if _strays(element):
            del element[:]

    return take(changed(body, change))


@documenting("xml.default-namespace")
def compares_whole_names(take: Take, body: bytes) -> Taken:
    """Compares names together with their namespace, and so finds no member in one."""
    return take(body) if b' xmlns="' not in body else Decoded(Structure())


@documenting("xml.default-namespace")
def knows_one_namespace(take: Take, body: bytes) -> Taken:
    """Refuses any namespace but one."""
    if b' xmlns="' in body and b' xmlns="urn:a"' not in body:
        raise UnusableReplyError("the namespace is not urn:a")
    return take(body)


@documenting("xml.empty-element-is-empty-text")
def empty_elements_are_absent(take: Take, body: bytes) -> Taken:
    """Drops leaves without text, for which its parser gives nothing."""

    def change(element: Element) -> None:
        for child in [child for child in element if is_leaf(child) and not child.text]:
            element.remove(child)

    return take(changed(body, change))


@documenting("xml.empty-element-is-empty-text")
def closed_leaves_are_absent(take: Take, body: bytes) -> Taken:
    """Drops leaves that one tag opens and closes."""
    names = "|".join(sorted(LEAVES)).encode()
    return take(re.sub(rb"<(%s)( [^<>]*)?/>" % names, b"", body))


@documenting("xml.unknown-element-ignored")
def refuses_unknown_elements(take: Take, body: bytes) -> Taken:
    """Refuses a document with an element that it does not know."""
    root = root_of(body)
    if root is not None and any(map(is_unknown, root.iter())):
        raise UnusableReplyError("an unknown element")
    return take(body)


@documenting("xml.unknown-element-ignored")
def looks_through_unknown_elements(take: Take, body: bytes) -> Taken:
    """Finds members at any depth below a structure (.//Url), within unknown elements too."""

    def change(element: Element) -> None:
        for child in [child for child in element if is_unknown(child)]:
            element.extend(found for found in child.iter() if is_leaf(found) and element.find(found.tag) is None)

    return take(changed(body, change))


def _with_enum(taken: Taken, text: str | None) -> Taken:
    def change(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        for name, member in members:
            unlisted = isinstance(member, Enum) and member.text not in _LISTED
            if not unlisted:
                yield name, member
            elif text is not None:
                yield name, Enum(text)

    return mapped_structures(taken, change)


@documenting("xml.unknown-enum-kept")
def drops_unlisted_values(take: Take, body: bytes) -> Taken:
    """Leaves an enum value out that it does not know."""
    return _with_enum(take(body), None)


@documenting("xml.unknown-enum-kept")
def unlisted_values_are_one(take: Take, body: bytes) -> Taken:
    """Gives one text for all enum values that it does not know."""
    return _with_enum(take(body), "UNKNOWN")


@documenting("xml.unknown-enum-kept")
def empty_enum_is_absent(take: Take, body: bytes) -> Taken:
    """Leaves an enum without text out."""
    return take(body.replace(b"<EchoReduction></EchoReduction>", b""))


@documenting("xml.names-are-exact")
def takes_names_in_any_case(take: Take, body: bytes) -> Taken:
    """Does not look at the case of names."""

    def change(element: Element) -> None:
        element.tag = _ANY_CASE.get(element.tag, element.tag)

    return take(changed(body, change))


@documenting("xml.names-are-exact")
def falls_back_to_small_letters(take: Take, body: bytes) -> Taken:
    """Looks for a name in small letters where the exact one is not there."""

    def change(element: Element) -> None:
        for child in element:
            exact = next((name for name in STRUCTURES | LEAVES if name.lower() == child.tag), None)
            if exact is not None and element.find(exact) is None:
                child.tag = exact

    return take(changed(body, change))


@documenting("xml.empty-body")
def parses_empty_bodies(take: Take, body: bytes) -> Taken:
    """Gives a body to the parser also where there is none."""
    if not body:
        raise UnusableReplyError("no element found")
    return take(body)


@documenting("xml.duplicate-elements")
def refuses_doubled_elements(take: Take, body: bytes) -> Taken:
    """Refuses a leaf that stands twice."""

    def change(element: Element) -> None:
        names = [child.tag for child in element]
        if len(set(names)) < len(names):
            raise UnusableReplyError("an element stands twice")

    changed(body, change)
    return take(body)


@documenting("xml.duplicate-elements")
def joins_doubled_elements(take: Take, body: bytes) -> Taken:
    """Joins the texts of a leaf that stands twice."""

    def change(element: Element) -> None:
        for child in element:
            texts = [same.text or "" for same in element.findall(child.tag) if is_leaf(same)]
            if len(texts) > 1:
                child.text = "".join(texts)

    return take(changed(body, change))
