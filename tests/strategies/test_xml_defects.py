"""Broken and hostile documents: each defect breaks what it says, each pointer points where it is told."""

from __future__ import annotations

import re

import pytest

from participant_strategies.reply import Defect
from participant_strategies.xml_defects import BROKEN, SAMPLE, BrokenXml, broken_documents, xml_defects
from participant_strategies.xml_documents import Dialect, XmlCase
from participant_strategies.xml_hostile import (
    ENTITIES,
    EXPANSION,
    POINTING,
    EntityDocument,
    Growth,
    Pointer,
    PointingDocument,
)
from tests.strategies.drawing import draws, minimal
from tests.strategies.xml_reading import Read, is_well_formed, read

EVERY = pytest.mark.parametrize("dialect", list(Dialect))


@pytest.mark.parametrize("name", xml_defects())
@EVERY
def test_a_defect_leaves_nothing_that_is_well_formed(name: str, dialect: Dialect) -> None:
    """Wherever it is planted, by a parser that is not ours."""
    bodies = {BrokenXml(SAMPLE, name, place).in_dialect(dialect).reply.body for place in range(40)}
    assert not any(map(is_well_formed, bodies))


def test_drawn_defects_leave_nothing_that_is_well_formed() -> None:
    """In any value."""
    drawn = draws(broken_documents(), 500)
    assert not any(is_well_formed(broken.in_dialect(dialect).reply.body) for broken in drawn for dialect in Dialect)
    assert {broken.name for broken in drawn} == set(xml_defects())


@EVERY
def test_the_control_is_the_document_without_the_defect(dialect: Dialect) -> None:
    """It is well-formed, and what the value is known from."""
    broken = BROKEN[0].in_dialect(dialect)
    assert broken.control == SAMPLE.in_dialect(dialect)
    assert broken.value == SAMPLE.value
    assert is_well_formed(broken.control.reply.body)


@pytest.mark.parametrize("name", ["cut", "text-behind", "ampersand", "character-reference", "no-end-tag", "encoding"])
def test_a_defect_is_planted_in_many_ways(name: str) -> None:
    """At other places, or with another text."""
    assert len({BrokenXml(SAMPLE, name, place).in_dialect("bare").reply.body for place in range(20)}) > 1


def test_a_defect_is_told_in_words() -> None:
    """By its name and by what was done."""
    assert BrokenXml(SAMPLE, "cut", 3).defect == Defect("cut", "cut before its end")
    assert repr(BrokenXml(SAMPLE, "cut", 3)) == "HTTP 200 · <CreateParticipantConn (cut: cut before its end)"


def test_every_defect_is_a_vector() -> None:
    """Each once, in the smallest document."""
    assert [broken.name for broken in BROKEN] == list(xml_defects())
    assert {broken.control for broken in BROKEN} == {SAMPLE}


def test_the_smallest_broken_document_is_cut_at_once() -> None:
    """That is what a counterexample shrinks to."""
    found = minimal(broken_documents(), lambda _: True)
    assert (found.name, found.place) == ("cut", 0)
    assert found.control == XmlCase(type(SAMPLE.value)())


# Entities


def expanded(document: EntityDocument) -> int:
    """Return how many copies of the innermost text the document stands for, counted, not made."""
    body = document.in_dialect("bare").reply.body.decode()
    bodies = dict(re.findall(r'<!ENTITY (\w+) "([^"]*)">', body))

    def count(text: str) -> int:
        return text.count(EXPANSION) + sum(
            text.count(f"&{name};") * count(found) for name, found in bodies.items() if f"&{name};" in text
        )

    return count(body.partition("]>")[2])


@pytest.mark.parametrize(
    ("document", "copies"),
    [
        (EntityDocument(Growth.NESTED, 2, 2), 2),
        (EntityDocument(Growth.NESTED, 3, 10), 100),
        (EntityDocument(Growth.NESTED, 12, 10), 10**11),
        (EntityDocument(Growth.LONG, 3, 10_000), 10**7),
    ],
    ids=repr,
)
def test_entities_stand_for_so_many_copies(document: EntityDocument, copies: int) -> None:
    """Few hundred bytes, or few thousand, for any number of them."""
    assert expanded(document) == copies
    assert len(document.in_dialect("awsQuery").reply.body) < 100_000


def test_entities_that_hold_each_other_are_not_well_formed() -> None:
    """XML 1.0, section 4.1: no entity holds a reference to itself, directly or not."""
    assert not is_well_formed(EntityDocument(Growth.LOOP).in_dialect("bare").reply.body)


@EVERY
def test_small_entities_are_what_a_parser_expands(dialect: Dialect) -> None:
    """So that whoever does can be seen; the control is the document without them."""
    broken = EntityDocument(Growth.NESTED, 2, 2).in_dialect(dialect)
    texts = [element.text for element in _all(broken.reply.body)]
    assert f"{EXPANSION}{EXPANSION}wss://a" in texts
    assert broken.control == SAMPLE.in_dialect(dialect)


def _all(body: bytes) -> list[Read]:
    found = [read(body)]
    for element in found:
        found += element.elements
    return found


def test_every_way_to_grow_is_a_vector() -> None:
    """The smallest one first."""
    assert {document.growth for document in ENTITIES} == set(Growth)
    assert expanded(ENTITIES[0]) == 2


def test_entities_are_told_in_words() -> None:
    """How they grow, and how many there are."""
    defects = [document.in_dialect("bare").defect.what for document in (ENTITIES[0], ENTITIES[-1])]
    assert defects == ["each entity holds the one before it several times: 2, 2", "two entities hold each other"]


# Pointers


@pytest.mark.parametrize("pointer", Pointer)
@EVERY
def test_a_document_points_to_the_address_it_is_given(pointer: Pointer, dialect: Dialect) -> None:
    """Once; what surrounds the pointer is well-formed."""
    broken = PointingDocument(pointer).in_dialect(dialect, "http://127.0.0.1:1/b")
    assert broken.reply.body.count(b'"http://127.0.0.1:1/b"') == 1
    assert is_well_formed(broken.reply.body.replace(b"&foreign;", b""))
    assert (broken.control, broken.defect) == (SAMPLE.in_dialect(dialect), Defect("pointer", str(pointer)))


@pytest.mark.parametrize("pointer", Pointer)
def test_what_is_found_gives_the_text_away(pointer: Pointer) -> None:
    """As a declaration where a declaration is looked for."""
    answer = PointingDocument(pointer).answer
    assert EXPANSION.encode() in answer
    assert answer.startswith(b"<!ENTITY foreign ") == (
        pointer in (Pointer.PARAMETER_ENTITY, Pointer.TYPE, Pointer.PUBLIC_TYPE)
    )


def test_every_pointer_is_a_vector_to_a_server_and_to_a_file() -> None:
    """Each once."""
    assert [(one.pointer, one.in_file) for one in POINTING] == [(p, f) for f in (False, True) for p in Pointer]


@pytest.mark.parametrize(("in_file", "address"), [(False, b"http://127.0.0.1/a"), (True, b"file:///a")])
def test_a_pointing_document_is_shown_with_an_address_that_stays(in_file: bool, address: bytes) -> None:
    """Nobody listens there."""
    document = PointingDocument(Pointer.TYPE, in_file=in_file)
    assert address in document.in_dialect("bare").reply.body
    assert address.decode() in repr(document)
