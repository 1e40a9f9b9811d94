"""Read a reply as the specification says, with the standard library and nothing of the package.

Owns a second reading of replies, so that the strategies are not judged by their own code.
Source of the rules: Smithy, AWS restJson1 protocol, "Operation error serialization".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from participant_strategies.errors import Dress, Place
from participant_strategies.reply import Reply
from tests.strategies.validity import OUTPUT, SHAPES


def bare(text: str) -> str:
    """Take the URI behind a type and the namespace before it away, in this order."""
    return text.split(":", 1)[0].split("#", 1)[-1]


def dress(text: str) -> Dress:
    """Tell how a type is spelled."""
    spaced, uri = "#" in text.split(":", 1)[0], ":" in text
    return {(False, False): Dress.BARE, (False, True): Dress.URI, (True, False): Dress.NAMESPACE}.get(
        (spaced, uri), Dress.BOTH
    )


def members(reply: Reply) -> dict[str, Any]:
    """Return the members of a reply's body; none for an empty body."""
    found: dict[str, Any] = json.loads(reply.body) if reply.body else {}
    return found


def statements(reply: Reply) -> dict[Place, str]:
    """Return each place of a reply that names a type, with its spelling there."""
    found = {Place.HEADER: reply.header("x-amzn-errortype")}
    found |= {place: members(reply).get(place) for place in (Place.CODE, Place.DUNDER_TYPE)}
    return {place: text for place, text in found.items() if text is not None}


def unknown_members(data: dict[str, Any], shape_name: str = OUTPUT) -> Iterator[str]:
    """Yield the names in a success body that the model does not have, at every depth that it does have."""
    known = SHAPES[shape_name].get("members", {})
    for name, value in data.items():
        if name not in known:
            yield name
        elif isinstance(value, dict):
            yield from unknown_members(value, known[name])


def nulls(data: dict[str, Any], shape_name: str = OUTPUT) -> Iterator[str]:
    """Yield the names of known members that are null."""
    known = SHAPES[shape_name].get("members", {})
    for name, value in data.items():
        if name in known and value is None:
            yield name
        elif name in known and isinstance(value, dict):
            yield from nulls(value, known[name])


def meaning(data: dict[str, Any], shape_name: str = OUTPUT) -> dict[str, Any]:
    """Return what a success body says: known members that are not null."""
    known = SHAPES[shape_name].get("members", {})
    kept = {name: value for name, value in data.items() if name in known and value is not None}
    return {name: meaning(v, known[name]) if isinstance(v, dict) else v for name, v in kept.items()}
