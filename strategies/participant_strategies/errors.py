"""Strategies of error replies: where the type stands, how it is spelled, what the message is.

Owns which type a reply names and the outcome that follows from it. It must not know how an implementation learns it.
Source of the rules: Smithy, AWS restJson1 protocol, "Operation error serialization".
"""

from __future__ import annotations

import string
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.json_text import COMPACT, Json, Object, Spelling, drawn_spelling, one_of_these, render
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Reply, ServiceError
from participant_strategies.texts import EDGE_TEXTS, Gone, Leaves, pool, pooled_texts

#: The header that names the error's type, as the specification writes it.
ERROR_TYPE_HEADER = "X-Amzn-Errortype"
#: The member of all errors of this service that holds the message.
MESSAGE_MEMBER = "Message"


class Place(StrEnum):
    """Where the type of an error can stand."""

    HEADER = "header"
    CODE = "code"
    DUNDER_TYPE = "__type"


class Dress(StrEnum):
    """How a type is spelled: alone, before a URI, behind a namespace, or both."""

    BARE = "bare"
    URI = "uri"
    NAMESPACE = "namespace"
    BOTH = "both"


class Family(StrEnum):
    """Which types: those modelled for the operation, those of the service's other operations, unheard-of ones."""

    MODELED = "modeled"
    SERVICE = "service"
    UNKNOWN = "unknown"


class Message(StrEnum):
    """What is said of the reason."""

    ABSENT = "absent"
    EMPTY = "empty"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Statement:
    """One place of a reply that names a type, in its spelling there."""

    place: Place
    text: str


#: Types that no operation of the service models, simple first; two look like HTTP, two like a modelled one.
UNKNOWN_TYPES = (
    "A",
    "NewException",
    "UnauthorizedException",
    "Throttling",
    "AccessDenied",
    "ValidationError",
    "InternalFailure",
    "BadRequest",
    "a_b1",
)
#: Bodies of the URI behind a type; the one with ``#`` shows who cuts in the wrong order.
URIS = ("", "b", "http://internal.amazon.com/coral/com.amazon.coral.validate/", "http://a/b#c", "a:b")
NAMESPACES = ("a", "com.amazonaws.connectparticipant", "com.amazon.coral.service", "aws.protocoltests.restjson")

_MESSAGES = ("a", "Access denied", *(text for text in EDGE_TEXTS if text.strip()), "a" * 2000)
_STATUSES = (400, 401, 402, 403, 404, 409, 413, 429, 499, 500, 502, 503, 504, 599)


def dressed(code: str, *, uri: str | None = None, namespace: str | None = None) -> str:
    """Spell a type with a namespace before it and a URI behind it, where given."""
    return (f"{namespace}#" if namespace is not None else "") + code + (f":{uri}" if uri is not None else "")


def expected_error(code: str, message: str | None) -> ServiceError:
    """Return the outcome that a reply with this type must have. ``known`` holds for the operation's own errors."""
    return ServiceError(code=code, message=message, known=code in contract().modeled_errors)


def error_case(
    code: str,
    statements: Collection[Statement],
    *,
    message: str | None = None,
    status: int | None = None,
    extra: tuple[tuple[str, Json], ...] = (),
    header_name: str = ERROR_TYPE_HEADER,
    empty_body: bool = False,
    spelling: Spelling = COMPACT,
    control: Case | None = None,
    note: str = "",
) -> Case:
    """Make the reply that names ``code`` by ``statements``, and the outcome it must have.

    ``status`` defaults to the one the service models for the error, 400 for an unknown one. ``extra`` are further
    members of the body. ``empty_body`` leaves the body away; it then cannot hold anything.
    """
    headers = [JSON_CONTENT_TYPE]
    members: list[tuple[str, Json]] = []
    for statement in statements:
        if statement.place is Place.HEADER:
            headers.append((header_name, statement.text))
        else:
            members.append((str(statement.place), statement.text))
    if message is not None:
        members.append((MESSAGE_MEMBER, message))
    body = Object((*members, *extra))
    if empty_body and body.members:
        raise ValueError("a reply without a body cannot hold members")
    return Case(
        reply=Reply(
            status=status if status is not None else status_of(code),
            headers=tuple(headers),
            body=b"" if empty_body else render(body, spelling).encode(),
        ),
        expected=expected_error(code, message),
        # Without a message, or with an empty one, an implementation may say something of its own.
        message_free=not message,
        known_free=code in contract().other_errors,
        control=control,
        note=note,
    )


def status_of(code: str) -> int:
    """Return the status that the service models for a type; 400 for one it does not model."""
    error = contract().errors.get(code)
    return error.status if error else 400


def codes(families: Collection[Family] = tuple(Family)) -> SearchStrategy[str]:
    """Draw an error type of the given families. An unknown one differs from all others in any case of letters."""
    return _codes(tuple(families))


@cache
def _codes(families: tuple[Family, ...]) -> SearchStrategy[str]:
    listed = _listed(families)
    return pooled_texts(listed, _free_types()) if Family.UNKNOWN in families else st.sampled_from(listed)


@cache
def _listed(families: tuple[Family, ...]) -> tuple[str, ...]:
    listed = {
        Family.MODELED: contract().modeled_errors,
        Family.SERVICE: contract().other_errors,
        Family.UNKNOWN: UNKNOWN_TYPES,
    }
    return tuple(code for family in families for code in listed[family])


def drawn_rival(draw: DrawFn, code: str, families: tuple[Family, ...] = tuple(Family)) -> str:
    """Draw a listed type of the given families that is not ``code``, from within another strategy."""
    listed = _listed(families)
    rival = draw(one_of_these(listed))
    # Its neighbour in its place, rather than a filter, which would draw again.
    return rival if rival != code else listed[listed.index(code) - 1 if code == listed[-1] else listed.index(code) + 1]


@cache
def _free_types() -> SearchStrategy[str]:
    taken = {name.lower() for name in contract().errors}
    # The suffix keeps a drawn name away from the taken ones without a filter.
    names = st.text(string.ascii_letters, min_size=1, max_size=20)
    return names.map(lambda name: f"{name}_" if name.lower() in taken else name)


@cache
def messages(*, visible: bool = True) -> SearchStrategy[str]:
    """Draw the text of a message; ``visible``: neither empty nor blank."""
    return pooled_texts(_MESSAGES if visible else ("", *_MESSAGES), _free_messages())


def _free_messages() -> SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=40)


def drawn_dressing(draw: DrawFn, dresses: tuple[Dress, ...] = tuple(Dress)) -> tuple[str | None, str | None]:
    """Draw what :func:`dressings` draws, from within another strategy."""
    return _worn(draw, draw(one_of_these(dresses)) if len(dresses) > 1 else dresses[0])


def _worn(draw: DrawFn, dress: Dress) -> tuple[str | None, str | None]:
    # One draw for each part, so that a counterexample loses the part that does not matter.
    uri = draw(_URIS) if dress in (Dress.URI, Dress.BOTH) else None
    return uri, draw(_NAMESPACES) if dress in (Dress.NAMESPACE, Dress.BOTH) else None


def _spelled(draw: DrawFn, code: str, dress: Dress) -> str:
    uri, namespace = _worn(draw, dress)
    return dressed(code, uri=uri, namespace=namespace)


_URIS, _NAMESPACES = st.sampled_from(URIS), st.sampled_from(NAMESPACES)


@cache
def dressings(dresses: tuple[Dress, ...] = tuple(Dress)) -> SearchStrategy[tuple[str | None, str | None]]:
    """Draw ``(uri, namespace)`` for one of the given spellings."""
    return st.composite(drawn_dressing)(dresses)


def statuses() -> SearchStrategy[int]:
    """Draw an error status from 400 to 599."""
    return _DRAWN_STATUSES


_DRAWN_STATUSES = st.sampled_from(_STATUSES)


@st.composite
def error_replies(
    draw: DrawFn,
    *,
    families: Collection[Family] = tuple(Family),
    places: Collection[Place] = tuple(Place),
    dresses: Collection[Dress] = tuple(Dress),
    messages_of: Collection[Message] = tuple(Message),
    agreement: bool = True,
    conflict: bool = True,
) -> Case:
    """Draw an error reply and the outcome it must have.

    ``families``, ``places``, ``dresses`` and ``messages_of`` limit which types are named, where, how they are spelled
    and what the message is. ``agreement`` lets the same type stand in more than one place, each in a spelling of its
    own. ``conflict`` lets another type stand beside the header; the header then decides (a ``code`` against a
    ``__type`` is never drawn: nothing says which wins).
    """
    code = draw(codes(families))
    message = _messages_of(tuple(messages_of)).draw(draw)
    assert not isinstance(message, Gone)  # noqa: S101 - no such entry in the pool
    statements = _statements(draw, code, _Layout(tuple(families), tuple(places), tuple(dresses), agreement, conflict))
    return error_case(
        code,
        statements,
        message=message,
        spelling=drawn_spelling(draw),
        note=", ".join(f"{statement.place} names {statement.text}" for statement in statements),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """What :func:`error_replies` was asked for of the places of a type."""

    families: tuple[Family, ...]
    places: tuple[Place, ...]
    dresses: tuple[Dress, ...]
    agreement: bool
    conflict: bool


class _Rival:
    """Stands in a pool for "another type stands here"."""


def _statements(draw: DrawFn, code: str, layout: _Layout) -> list[Statement]:
    """Draw for each place by itself what stands there, so that a counterexample loses those that do not matter."""
    stated: list[Statement] = []
    for place, stands in _stands(layout):
        drawn = draw(stands)
        if isinstance(drawn, _Rival):
            # A `code` against a `__type` is open, so that the header has to be the only one so far, and then decides.
            if [statement.place for statement in stated] == [Place.HEADER]:
                return [*stated, Statement(place, drawn_rival(draw, code, layout.families))]
        elif drawn is not None and (layout.agreement or not stated):
            stated.append(Statement(place, _spelled(draw, code, drawn)))
    return stated or [Statement(layout.places[0], _spelled(draw, code, layout.dresses[0]))]


@cache
def _stands(layout: _Layout) -> tuple[tuple[Place, SearchStrategy[Dress | _Rival | None]], ...]:
    """Prepare what stands in each place: nothing, the type in one of its spellings, or another type."""
    count = len(layout.dresses)
    prepared = []
    for place in sorted(layout.places, key=list(Place).index):
        against = layout.conflict and Place.HEADER in layout.places and place is not Place.HEADER
        nothing = [None] * (count - (place is Place.HEADER and count > 1))
        prepared.append((place, st.sampled_from([*nothing, *layout.dresses, *[_Rival()] * count * against])))
    return tuple(prepared)


@cache
def _messages_of(kinds: tuple[Message, ...]) -> Leaves:
    often = 2 * len(_MESSAGES)
    texts: list[str | None] = []
    texts += [None] * often if Message.ABSENT in kinds else []
    texts += [""] * often if Message.EMPTY in kinds else []
    present = _MESSAGES if Message.PRESENT in kinds else ()
    return pool([*texts, *present], _free_messages(), chances=len(present))
