"""Error replies in which something is unusable: the type, the message, the body, or all of it.

Owns what is planted and which type still stands. It must not know what an implementation has to do with it. Source of
where a type stands: Smithy, AWS restJson1 protocol, "Operation error serialization".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.errors import (
    ERROR_TYPE_HEADER,
    MESSAGE_MEMBER,
    UNKNOWN_TYPES,
    Place,
    Statement,
    error_case,
    expected_error,
    status_of,
)
from participant_strategies.json_text import Json, Number, Object, one_of_these, render
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Defect, Reply, shown_bytes

#: What is no text where a text belongs.
NO_TEXTS: tuple[Json, ...] = (None, Number("0"), True, Object(), (), Object((("a", "b"),)), ("a",), Number("1.5"))

#: Bodies that are no JSON object, with the Content-Type that they come with.
MALFORMED: tuple[tuple[str, bytes], ...] = (
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b"null"),
    ("application/json", b'"a"'),
    ("application/json", b'{"Message":"\xff"}'),
    ("application/json", b'{"Message":"a"'),
    ("application/json", b'["a"]'),
    ("application/json", b"\xef\xbb\xbf"),
    ("application/json", b"\x00\x01\x02"),
    ("application/json", b" "),
    ("text/html", b"<html><body>Bad Gateway</body></html>"),
    ("text/plain", b"upstream connect error"),
    ("application/xml", b"<ErrorResponse><Error><Code>A</Code></Error></ErrorResponse>"),
)
#: What proxies and gateways answer: no type anywhere.
PAGES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b""),
    ("application/json", b"{}"),
    ("application/json", b'{"message":"Not Found"}'),
    ("application/json", b'{"Message":"a"}'),
    ("text/html", b"<html><body>Bad Gateway</body></html>"),
    ("text/plain", b"upstream connect error"),
)
_CODES = (*contract().modeled_errors, UNKNOWN_TYPES[0])


@dataclass(frozen=True, slots=True)
class BrokenError:
    """An error reply, what was planted, and the control: the same without it.

    ``code`` is the type that still stands; ``None`` where none does.
    """

    reply: Reply
    defect: Defect
    control: Case
    code: str | None

    def __repr__(self) -> str:
        return f"{self.reply!r} ({self.defect!r})"

    @property
    def case(self) -> Case:
        """The case of an implementation that classifies it nevertheless; what it says as a message is free."""
        expected = expected_error(self.code, None) if self.code else self.control.expected
        return Case(self.reply, expected, message_free=True, control=self.control, note=repr(self.defect))


def usable(code: str, place: Place = Place.HEADER) -> Case:
    """Make the error that names ``code`` in one place and has a message."""
    return error_case(code, [Statement(place, code)], message="a")


@cache
def unusable_messages() -> SearchStrategy[BrokenError]:
    """Draw an error whose message is no text."""
    return st.builds(unusable_message, st.sampled_from(_CODES), st.sampled_from(Place), st.sampled_from(NO_TEXTS))


def unusable_message(code: str, place: Place, message: Json) -> BrokenError:
    """Make the error whose message is something else than text."""
    case = error_case(code, [Statement(place, code)], extra=((MESSAGE_MEMBER, message),))
    what = f"{MESSAGE_MEMBER} is {render(message)}"
    return BrokenError(case.reply, Defect("unusable-message", what), usable(code, place), code)


@cache
def unusable_types() -> SearchStrategy[BrokenError]:
    """Draw an error of which the first place is unusable and a later one names the type."""

    @st.composite
    def drawn(draw: DrawFn) -> BrokenError:
        code, place = draw(one_of_these(_CODES)), draw(one_of_these(_LATER))
        return unusable_type(code, place[0], place[1], draw(one_of_these(NO_TEXTS)))

    return drawn()


#: The place that is unusable, and the later one that decides.
_LATER = ((Place.HEADER, Place.CODE), (Place.HEADER, Place.DUNDER_TYPE), (Place.CODE, Place.DUNDER_TYPE))


def unusable_type(code: str, unusable_place: Place, place: Place, item: Json) -> BrokenError:
    """Make the error whose type cannot be read in one place and stands in another.

    An unusable header is an empty one; ``item`` is what stands in the body.
    """
    if unusable_place is Place.HEADER:
        case = error_case(code, [Statement(Place.HEADER, ""), Statement(place, code)], message="a")
        what = f"{ERROR_TYPE_HEADER} is empty"
    else:
        case = error_case(code, [Statement(place, code)], message="a", extra=((str(unusable_place), item),))
        what = f"{unusable_place} is {render(item)}"
    return BrokenError(case.reply, Defect("unusable-type", what), usable(code, place), code)


@cache
def malformed_bodies() -> SearchStrategy[BrokenError]:
    """Draw an error whose header names the type, and whose body is no JSON object."""
    return st.builds(malformed_body, st.sampled_from(_CODES), st.sampled_from(MALFORMED))


def malformed_body(code: str, body: tuple[str, bytes]) -> BrokenError:
    """Make the error whose header names the type, with another body."""
    headers = (("Content-Type", body[0]), (ERROR_TYPE_HEADER, code))
    reply = Reply(status_of(code), headers, body[1])
    return BrokenError(reply, Defect("malformed-body", f"the body is {shown_bytes(body[1])}"), usable(code), code)


#: Statuses that proxies and gateways answer with.
PAGE_STATUSES = (404, 413, 502, 503)


@cache
def untyped_errors(statuses: tuple[int, ...] = PAGE_STATUSES) -> SearchStrategy[BrokenError]:
    """Draw an error that names no type anywhere; the control is a modelled error of the service."""
    return st.builds(untyped_error, st.sampled_from(statuses), st.sampled_from(PAGES))


def untyped_error(status: int, page: tuple[str, bytes]) -> BrokenError:
    """Make the error without a type."""
    what = f"no type, the body is {shown_bytes(page[1])}"
    headers = (JSON_CONTENT_TYPE,) if page[0] == JSON_CONTENT_TYPE[1] else (("Content-Type", page[0]),)
    named = next((code for code in contract().modeled_errors if status_of(code) == status), _CODES[0])
    return BrokenError(Reply(status, headers, page[1]), Defect("no-type", what), usable(named), None)


@cache
def defective_errors() -> SearchStrategy[BrokenError]:
    """Draw an error reply with one defect planted in it."""
    return st.one_of(unusable_messages(), unusable_types(), malformed_bodies(), untyped_errors())
