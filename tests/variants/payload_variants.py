"""Variants that take successes in their own way, where the contract leaves it free: their JSON, and their members."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, ClassVar

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.reply import Decoded, Reply, ServiceError
from tests.mutants.bench import Part
from tests.mutants.tampering import Taken, mapped_texts, parsed, with_body, with_objects
from tests.variants.variant import variant

_LEAVES = frozenset(path[-1] for path, shape in contract().paths() if shape.kind != "structure")
_STRUCTURES = frozenset(path[-1] for path, shape in contract().paths() if shape.kind == "structure")
_KNOWN = _LEAVES | _STRUCTURES
_HALF = re.compile("[\ud800-\udfff]")


def is_success(reply: Reply) -> bool:
    """Whether the status is that of a success."""
    return 200 <= reply.status < 300


# How JSON is parsed.


class _Parser(Reference):
    """Parses the body of a success in its own way, and takes it then as the reference does."""

    hooks: ClassVar[dict[str, Any]] = {}

    def _text(self, body: bytes) -> str:
        return body.decode()

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        if not (reply.body and is_success(reply)):
            return super().read(reply)
        try:
            data = json.loads(self._text(reply.body), **self.hooks)
        except (ValueError, RecursionError) as wrong:
            raise UnusableReplyError("no JSON text") from wrong
        return super().read(with_body(reply, data))


@variant(Part.READ)
class IgnoresByteOrderMarks(_Parser):
    """Ignores a byte order mark before the text."""

    def _text(self, body: bytes) -> str:
        return body.decode("utf-8-sig")


@variant(Part.READ)
class DetectsTheCoding(_Parser):
    """Takes JSON in UTF-16 and UTF-32, too, as RFC 4627 had it."""

    def _text(self, body: bytes) -> str:
        coding = json.detect_encoding(body)
        return body.decode(coding).removeprefix("\ufeff")


@variant(Part.READ)
class ReplacesWrongBytes(_Parser):
    """Puts U+FFFD in the place of bytes that are no UTF-8."""

    def _text(self, body: bytes) -> str:
        return body.decode("utf-8", "replace")


@variant(Part.READ)
class DropsWrongBytes(_Parser):
    """Leaves bytes out that are no UTF-8."""

    def _text(self, body: bytes) -> str:
        return body.decode("utf-8", "ignore")


@variant(Part.READ)
class TakesBlankForEmpty(_Parser):
    """Takes a body of white space for an empty one."""

    def _text(self, body: bytes) -> str:
        return body.decode() if body.strip() else "{}"


def _first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


@variant(Part.READ)
class FirstOfTwoWins(_Parser):
    """Keeps the first of two members of one name."""

    hooks: ClassVar = {"object_pairs_hook": _first}


def _refused(constant: str) -> Any:
    raise ValueError(constant)


@variant(Part.READ)
class RefusesConstants(_Parser):
    """Refuses NaN and Infinity, which are no JSON."""

    hooks: ClassVar = {"parse_constant": _refused}


@variant(Part.READ)
class LeavesNumbersAsTheyAre(_Parser):
    """Keeps numbers as text until somebody asks for one, so that none is too large; where text belongs it is text."""

    hooks: ClassVar = {"parse_int": str, "parse_float": str}


_LENIENCIES = ((r"/\*.*?\*/|\s//.*", ""), (r",\s*(?=[}\]])", ""), (r"([{,])\s*(\w+):", r'\1"\2":'), ("'", '"'))


@variant(Part.READ)
class ParsesLeniently(_Parser):
    """Takes comments, trailing commas, unquoted names and line ends within texts."""

    hooks: ClassVar = {"strict": False}

    def _text(self, body: bytes) -> str:
        text = body.decode()
        try:
            json.loads(text)
        except ValueError:
            for pattern, by in _LENIENCIES:
                text = re.sub(pattern, by, text)
        return text


@variant(Part.READ)
class RefusesDeepAndLongBodies(_Parser):
    """Refuses a body that is nested deeper than 64 levels, or longer than a mebibyte."""

    def _text(self, body: bytes) -> str:
        depth, deepest = 0, 0
        for bracket in re.findall(rb"[][{}]", re.sub(rb'"(?:\\.|[^"\\])*"', b"", body)):
            depth += 1 if bracket in b"[{" else -1
            deepest = max(deepest, depth)
        if deepest > 64 or len(body) > 1 << 20:
            raise UnusableReplyError("too deep or too long")
        return body.decode()


_TOKEN = re.compile(rb'"(?:\\.|[^"\\])*"|[][{}]')


@variant(Part.READ)
class SkipsDeepMembers(Reference):
    """Skips what is nested deep without recursion, as decoders of streams skip what they do not know."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        return super().read(replace(reply, body=_without_depth(reply.body)) if is_success(reply) else reply)


def _without_depth(body: bytes) -> bytes:
    """Return the text with null in the place of what is nested deeper than any known member."""
    kept, place, depth = [], 0, 0
    for found in _TOKEN.finditer(body):
        opens, closes = found[0] in b"[{", found[0] in b"]}"
        depth += opens - closes
        if opens and depth == 9:
            kept += [body[place : found.start()], b"null"]
        if depth >= 9 or (closes and depth == 8):
            place = found.end()
    return b"".join([*kept, body[place:]]) if depth == 0 else body


# What becomes of members that are unusable.


class _Changer(Reference):
    """Changes the objects of a success, the innermost first, before it takes it as the reference does."""

    def _changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return members

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        try:
            return super().read(with_objects(reply, self._changed) if is_success(reply) else reply)
        except RecursionError as deep:
            raise UnusableReplyError("nested too deep") from deep


def _is_unusable(name: str, item: object) -> bool:
    return name in _KNOWN and item is not None and not isinstance(item, str if name in _LEAVES else dict)


@variant(Part.READ)
class LeavesUnusableMembersOut(_Changer):
    """Leaves a member out whose type is wrong."""

    def _changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return {name: item for name, item in members.items() if not _is_unusable(name, item)}


@variant(Part.READ)
class DropsStructuresWithUnusableMembers(Reference):
    """Leaves the whole structure out in which a member's type is wrong."""

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply."""
        data = parsed(reply) if is_success(reply) else None
        return super().read(with_body(reply, _sound(data)) if isinstance(data, dict) else reply)


def _sound(members: dict[str, Any]) -> dict[str, Any]:
    """Return the members that are known and usable, without structures in which one is not."""
    known = {name: item for name, item in members.items() if name in _KNOWN and not _is_unusable(name, item)}
    return {
        name: _sound(item) if isinstance(item, dict) else item
        for name, item in known.items()
        if not (isinstance(item, dict) and any(_is_unusable(*member) for member in item.items()))
    }


@variant(Part.READ)
class NumbersBecomeText(_Changer):
    """Makes text of a number where text belongs."""

    def _changed(self, members: dict[str, Any]) -> dict[str, Any]:
        numbers = {name for name in members.keys() & _LEAVES if type(members[name]) in (int, float)}
        return {name: str(item) if name in numbers else item for name, item in members.items()}


@variant(Part.READ)
class ListsAreStructures(_Changer):
    """Takes a list where a structure belongs for one without members, as languages do that have one type for both."""

    def _changed(self, members: dict[str, Any]) -> dict[str, Any]:
        lists = {name for name in members.keys() & _STRUCTURES if isinstance(members[name], list)}
        return {name: {} if name in lists else item for name, item in members.items()}


class _Texts(Reference):
    """Changes the texts of a success that it has taken as the reference does."""

    def _changed(self, text: str) -> str:
        return text

    def read(self, reply: Reply) -> Taken:  # type: ignore[override]  # it may be unusable
        """Take a reply."""
        return mapped_texts(super().read(reply), lambda _, text: self._changed(text))


@variant(Part.READ)
class ReplacesHalvesOfPairs(_Texts):
    """Puts U+FFFD in the place of half a surrogate pair."""

    def _changed(self, text: str) -> str:
        return _HALF.sub("\ufffd", text)


@variant(Part.READ)
class RefusesHalvesOfPairs(_Texts):
    """Refuses a text with half a surrogate pair."""

    def _changed(self, text: str) -> str:
        if _HALF.search(text):
            raise UnusableReplyError("half a surrogate pair")
        return text
