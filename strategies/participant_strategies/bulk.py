"""Replies that are deep or large, as recipes: a name and a size, from which the bytes are made when they are needed.

Owns the forms of bulk. A recipe is small, so that a counterexample can be printed and stored; the same recipe always
makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Defect, Reply
from participant_strategies.successes import sample, success_case
from participant_strategies.value import Structure

#: Makes the value of the unknown member ``a``, as text.
_FORMS: MappingProxyType[str, Callable[[int], str]] = MappingProxyType(
    {
        "nested arrays": lambda size: "[" * size + "]" * size,
        "nested objects": lambda size: '{"a":' * size + "0" + "}" * size,
        "nested in turn": lambda size: '[{"a":' * (size // 2) + "0" + "}]" * (size // 2),
        "items": lambda size: "[" + "0," * (size - 1) + "0]",
        "members": lambda size: "{" + ",".join(f'"a{number}":0' for number in range(size)) + "}",
        "characters": lambda size: '"' + "a" * size + '"',
        "escapes": lambda size: '"' + "\\u0041" * (size // 6) + '"',
        "digits": lambda size: "1" * size,
        "digits behind the point": lambda size: "0." + "1" * size,
        "characters in a name": lambda size: '{"' + "a" * size + '":0}',
        "blanks": lambda size: " " * size + "0",
        "in the exponent": lambda size: f"1e{size}",
    }
)
#: The forms that nest, the others, and how much of each.
DEEP = ("nested arrays", "nested objects", "nested in turn")
DEPTHS = (2_000, 20_000)
SIZES = MappingProxyType(
    {
        "items": 100_000,
        "members": 100_000,
        "characters": 3_000_000,
        "escapes": 3_000_000,
        "digits": 10_000,
        "digits behind the point": 10_000,
        "characters in a name": 1_000_000,
        "blanks": 3_000_000,
        "in the exponent": 400,
    }
)


@dataclass(frozen=True, slots=True)
class Bulk:
    """A success with an unknown member of so much of a form."""

    form: str
    size: int

    def __repr__(self) -> str:
        return self.what

    @property
    def what(self) -> str:
        """Say it in words."""
        return f"an unknown member with {self.size} {self.form}"

    @property
    def defect(self) -> Defect:
        """The defect by name."""
        return Defect("bulk", self.what)

    @property
    def reply(self) -> Reply:
        """The reply; megabytes of it are kept only for the last few."""
        return _reply(self.form, self.size)

    @property
    def control(self) -> Case:
        """The same without the member."""
        return success_case(self.value())

    @staticmethod
    def value() -> Structure:
        """What it says."""
        return sample("Websocket", "Url")


@lru_cache(maxsize=8)
def _reply(form: str, size: int) -> Reply:
    known = success_case(Bulk.value()).reply.body.decode()
    return Reply(200, (JSON_CONTENT_TYPE,), f'{{"a":{_FORMS[form](size)},{known[1:]}'.encode())


def depths() -> tuple[Bulk, ...]:
    """Return what is deep, the shallow first."""
    return tuple(Bulk(form, depth) for depth in DEPTHS for form in DEEP)


def sizes() -> tuple[Bulk, ...]:
    """Return what is large."""
    return tuple(Bulk(form, size) for form, size in SIZES.items())


@cache
def bulks() -> SearchStrategy[Bulk]:
    """Draw something deep or large."""
    return st.sampled_from((*depths(), *sizes()))
