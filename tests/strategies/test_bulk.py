"""Deep and large replies: each recipe makes exactly what it says, the same each time, and keeps little of it."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from participant_strategies import bulk as recipes
from participant_strategies.bulk import DEEP, DEPTHS, SIZES, Bulk, bulks, depths, sizes
from participant_strategies.reply import JSON_CONTENT_TYPE, Decoded
from participant_strategies.successes import sample
from tests.strategies.drawing import draws

FORMS = (*DEEP, *SIZES)
URL = {"Websocket": {"Url": "wss://a"}}
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Leave no megabytes to the other tests."""
    yield
    recipes._reply.cache_clear()


def inner(bulk: Bulk) -> Any:
    """Return the unknown member as a parser sees it, numbers as their texts."""
    data = json.loads(bulk.reply.body, parse_int=str, parse_float=str)
    found = data.pop("a")
    assert data == URL
    return found


def depth(text: str) -> int:
    """Count the brackets that are open at once, for which no recursion is needed; no text in it holds any."""
    deepest = open_now = 0
    for char in text:
        open_now += (char in "[{") - (char in "]}")
        deepest = max(deepest, open_now)
    assert open_now == 0
    return deepest


def member(bulk: Bulk) -> str:
    """Return the text of the unknown member."""
    found = re.fullmatch(rb'\{"a":(.*),"Websocket":\{"Url":"wss://a"\}\}', bulk.reply.body, re.DOTALL)
    assert found
    return found[1].decode()


@pytest.mark.parametrize("size", [2, 60, DEPTHS[0], DEPTHS[1]])
@pytest.mark.parametrize("form", DEEP)
def test_what_is_deep_is_that_deep(form: str, size: int) -> None:
    """Counted without a parser, which may give up."""
    assert depth(member(Bulk(form, size))) == size


@pytest.mark.parametrize("form", FORMS)
def test_a_small_recipe_is_json(form: str) -> None:
    """Of every form, of a size that any parser takes."""
    assert inner(Bulk(form, 12)) is not None


@pytest.mark.parametrize("size", [1, 12, 3000])
@pytest.mark.parametrize("form", ["items", "members"])
def test_a_container_has_that_many_members(form: str, size: int) -> None:
    """Each with a name of its own where it has one."""
    assert len(inner(Bulk(form, size))) == size


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ("characters", "a" * 12),
        ("escapes", "A" * 2),
        ("digits", "1" * 12),
        ("digits behind the point", "0." + "1" * 12),
        ("characters in a name", {"a" * 12: "0"}),
        ("blanks", "0"),
        ("in the exponent", "1e12"),
    ],
)
def test_a_text_or_number_has_that_many_characters(form: str, found: object) -> None:
    """An escape counts as the six that it is written with."""
    assert inner(Bulk(form, 12)) == found


def test_blanks_are_written() -> None:
    """A parser has to go over them."""
    assert member(Bulk("blanks", 12)) == " " * 12 + "0"


@pytest.mark.parametrize("bulk", sizes(), ids=repr)
def test_what_is_listed_is_json(bulk: Bulk) -> None:
    """The largest of each form, too."""
    assert inner(bulk) is not None


@pytest.mark.parametrize("form", SIZES)
def test_what_is_large_is_at_least_that_large(form: str) -> None:
    """But for the exponent, whose number is large."""
    bulk = Bulk(form, SIZES[form])
    assert len(bulk.reply.body) >= (SIZES[form] if form != "in the exponent" else 0)


@pytest.mark.parametrize("bulk", [*depths(), *sizes()], ids=repr)
def test_the_same_recipe_makes_the_same_bytes(bulk: Bulk) -> None:
    """Whether the reply was kept or is made again."""
    first = bulk.reply
    recipes._reply.cache_clear()
    assert Bulk(bulk.form, bulk.size).reply == first


def test_the_shallow_stand_before_the_deep() -> None:
    """The first that fails is the most telling."""
    assert [bulk.size for bulk in depths()] == sorted(DEPTHS * len(DEEP))


def test_every_form_is_listed_once() -> None:
    """At its size, or at both depths."""
    assert {bulk.form: bulk.size for bulk in sizes()} == SIZES
    assert {bulk.form for bulk in depths()} == set(DEEP)


def test_all_that_is_listed_is_drawn() -> None:
    """The recipes alone are drawn; nothing is made until it is needed."""
    assert set(draws(bulks(), 200)) == {*depths(), *sizes()}
    assert recipes._reply.cache_info().currsize == 0


def test_only_the_last_few_replies_are_kept() -> None:
    """A run over all of them, and over drawn sizes, takes a bounded amount of memory."""
    tracemalloc.start()
    try:
        for number in range(40):
            assert Bulk("characters", MEGABYTE + number).reply.body
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 10 * MEGABYTE


def test_a_reply_that_was_just_made_is_kept() -> None:
    """A check asks for it more than once."""
    bulk = Bulk("characters", 12)
    assert bulk.reply is Bulk("characters", 12).reply


def test_a_recipe_is_told_in_words() -> None:
    """That is what a counterexample shows in place of megabytes."""
    bulk = Bulk("nested arrays", 2000)
    assert repr(bulk) == "an unknown member with 2000 nested arrays"
    assert repr(bulk.defect) == "bulk: an unknown member with 2000 nested arrays"


def test_the_control_is_the_same_without_the_member() -> None:
    """On a 200, with the usual header."""
    bulk = Bulk("items", 3)
    assert bulk.control.expected == Decoded(sample("Websocket", "Url")) == Decoded(Bulk.value())
    assert bulk.control.reply.body == b'{"Websocket":{"Url":"wss://a"}}'
    assert (bulk.reply.status, bulk.reply.headers) == (200, (JSON_CONTENT_TYPE,))
