"""Strategies of error replies: where the type stands, how it is spelled, what the message is.

Owns which type a reply names and the outcome that follows from it. It must not know how an implementation learns it.
Source of the rules: Smithy, AWS restJson1 protocol, "Operation error serialization".
"""

from __future__ import annotations

import string
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import combinations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.json_text import COMPACT, Json, Object, Spelling, json_spellings, one_of_these, render
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Reply, ServiceError
from participant_strategies.texts import EDGE_TEXTS

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
    pool = st.sampled_from(_listed(families))
    return st.one_of(pool, _free_types()) if Family.UNKNOWN in families else pool


def _listed(families: tuple[Family, ...]) -> list[str]:
    listed = {
        Family.MODELED: contract().modeled_errors,
        Family.SERVICE: contract().other_errors,
        Family.UNKNOWN: UNKNOWN_TYPES,
    }
    return [code for family in families for code in listed[family]]


@lru_cache(maxsize=256)  # a drawn code may be any text
def _rivals(code: str, families: tuple[Family, ...]) -> SearchStrategy[str]:
    return st.sampled_from([rival for rival in _listed(families) if rival != code])


@cache
def _free_types() -> SearchStrategy[str]:
    taken = {name.lower() for name in contract().errors}
    # The suffix keeps a drawn name away from the taken ones without a filter.
    names = st.text(string.ascii_letters, min_size=1, max_size=20)
    return names.map(lambda name: f"{name}_" if name.lower() in taken else name)


@cache
def messages(*, visible: bool = True) -> SearchStrategy[str]:
    """Draw the text of a message; ``visible``: neither empty nor blank."""
    free = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=40)
    return st.one_of(st.sampled_from(_MESSAGES if visible else ("", *_MESSAGES)), free)


@cache
def dressings(dresses: tuple[Dress, ...] = tuple(Dress)) -> SearchStrategy[tuple[str | None, str | None]]:
    """Draw ``(uri, namespace)`` for one of the given spellings."""

    @st.composite
    def dressed_as(draw: DrawFn) -> tuple[str | None, str | None]:
        # One draw for each part, so that a counterexample loses the part that does not matter.
        dress = draw(one_of_these(dresses))
        uri = draw(one_of_these(URIS)) if dress in (Dress.URI, Dress.BOTH) else None
        return uri, draw(one_of_these(NAMESPACES)) if dress in (Dress.NAMESPACE, Dress.BOTH) else None

    return dressed_as()


def statuses() -> SearchStrategy[int]:
    """Draw an error status from 400 to 599."""
    return st.sampled_from(_STATUSES)


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
    stated, rival_place = draw(one_of_these(_layouts(tuple(places), agreement, conflict)))
    statements = [Statement(place, _spelled(draw, code, tuple(dresses))) for place in stated]
    if rival_place is not None:
        statements.append(Statement(rival_place, draw(_rivals(code, tuple(families)))))
    return error_case(
        code,
        statements,
        message=draw(_message_of(tuple(messages_of))),
        spelling=draw(json_spellings()),
        note=", ".join(f"{statement.place} names {statement.text}" for statement in statements),
    )


@cache
def _layouts(
    places: tuple[Place, ...], agreement: bool, conflict: bool
) -> tuple[tuple[tuple[Place, ...], Place | None], ...]:
    """List the places where the type can stand together, with the place of another type; the fewest first."""
    sizes = range(1, len(places) + 1 if agreement else 2)
    same = [chosen for size in sizes for chosen in combinations(places, size)]
    rivals = [place for place in places if place is not Place.HEADER] if conflict and Place.HEADER in places else []
    return (*((chosen, None) for chosen in same), *(((Place.HEADER,), rival) for rival in rivals))


def _spelled(draw: DrawFn, code: str, dresses: tuple[Dress, ...]) -> str:
    uri, namespace = draw(dressings(dresses))
    return dressed(code, uri=uri, namespace=namespace)


@cache
def _message_of(kinds: tuple[Message, ...]) -> SearchStrategy[str | None]:
    drawn = {Message.PRESENT: messages(), Message.EMPTY: st.just(""), Message.ABSENT: st.none()}
    return st.one_of([drawn[kind] for kind in kinds])
