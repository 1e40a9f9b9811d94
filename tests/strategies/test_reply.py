"""Requests, replies, outcomes and cases: how they are compared and printed."""

from __future__ import annotations

import pytest

from participant_strategies.reply import (
    BODY_SHOWN,
    JSON_CONTENT_TYPE,
    Case,
    ConnectionRequest,
    Crashed,
    Decoded,
    Defect,
    Encoded,
    Outcome,
    Refused,
    Rejected,
    Reply,
    ServiceError,
    kind_of_error,
    shown_bytes,
    shown_or_none,
)
from participant_strategies.value import String, Structure

VALUE = Structure((("x", String("a")),))
REPLY = Reply(403, (JSON_CONTENT_TYPE, ("X-A", "1"), ("x-a", "2")), b"{}")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (ConnectionRequest("a"), 'request(token "a")'),
        (ConnectionRequest("a", ("WEBSOCKET", "A")), 'request(token "a", Type ["WEBSOCKET", "A"])'),
        (ConnectionRequest("a", ()), 'request(token "a", Type [])'),
        (ConnectionRequest("a", None, True), 'request(token "a", ConnectParticipant true)'),
        (ConnectionRequest("a", ("A",), False), 'request(token "a", Type ["A"], ConnectParticipant false)'),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_request_prints_what_was_given(request_: ConnectionRequest, text: str) -> None:
    """An argument that was not given is not printed; an empty or false one is."""
    assert repr(request_) == text


@pytest.mark.parametrize(("name", "value"), [("X-A", "1"), ("x-a", "1"), ("X-B", None)])
def test_a_header_is_found_in_any_case(name: str, value: str | None) -> None:
    """Names of headers have no case; of several the first counts; there may be none."""
    assert REPLY.header(name) == value


def test_a_reply_is_printed_on_one_line() -> None:
    """Status, headers with their duplicates, body; the usual Content-Type says nothing and is left out."""
    assert repr(REPLY) == "HTTP 403 · X-A: 1 · x-a: 2 · {}"


def test_another_content_type_is_printed() -> None:
    """A Content-Type that is not the usual one is worth seeing."""
    assert (
        repr(Reply(200, (("Content-Type", "text/html"),), b"")) == "HTTP 200 · Content-Type: text/html · (empty body)"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "(empty body)"),
        (b'{"a": 1}', '{"a": 1}'),
        ("é🙂".encode(), "é🙂"),
        (b"a\r\n\tb\x00", r"a\r\n\tb\x00"),
        ("\u202e".encode(), r"\u202e"),
        (b"\xff\xfe", r"\xff\xfe"),
        (b"a" * BODY_SHOWN, "a" * BODY_SHOWN),
        (b"a" * (BODY_SHOWN + 1), "a" * BODY_SHOWN + f"… ({BODY_SHOWN + 1} bytes)"),
    ],
)
def test_a_body_is_printed_readably(body: bytes, text: str) -> None:
    """Text is text, everything that cannot be seen is escaped, a long body is cut and its length told."""
    assert shown_bytes(body) == text


@pytest.mark.parametrize("size", [4 * BODY_SHOWN + 6, 5_000_000])
def test_a_large_body_is_printed_by_its_beginning(size: int) -> None:
    """Of megabytes no more is read than is shown, and a character of several bytes at the end does no harm."""
    body = ("a" * (4 * BODY_SHOWN + 2) + "\U0001f642").encode() + b"a" * (size - 4 * BODY_SHOWN - 6)
    assert shown_bytes(body) == "a" * BODY_SHOWN + f"… ({size} bytes)"


def test_a_body_is_cut_where_one_wishes() -> None:
    """The limit is an argument."""
    assert shown_bytes(b"abc", 2) == "ab… (3 bytes)"


@pytest.mark.parametrize(("text", "shown"), [(None, "none"), ("", '""'), ("none", '"none"')])
def test_no_text_is_told_from_empty_text(text: str | None, shown: str) -> None:
    """Nothing, an empty text and the word itself are printed in three ways."""
    assert shown_or_none(text) == shown


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Decoded(VALUE), 'success {x: "a"}'),
        (ServiceError("A", "m", known=True), 'A, known, message "m"'),
        (ServiceError("A", None, known=False), 'unknown error, code "A", message none'),
        (ServiceError(None, "", known=False), 'unknown error, code none, message ""'),
        (Rejected("why"), 'rejected: "why"'),
        (Rejected("why", "E"), 'rejected by E: "why"'),
        (Refused("why"), 'request refused: "why"'),
        (Encoded(b'{"a":\x00'), r'written {"a":\x00'),
        (Encoded(b""), "written (empty body)"),
        (Crashed("why", "KeyError"), 'crash, KeyError: "why"'),
        (Crashed("why", "KeyError", "a.b:1"), 'crash, KeyError: "why" at a.b:1'),
    ],
    ids=repr,
)
def test_an_outcome_is_printed_in_words(outcome: Outcome, text: str) -> None:
    """Each outcome says what it is and what is known of it."""
    assert repr(outcome) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decoded(VALUE, shown=("a",)), Decoded(VALUE)),
        (ServiceError("A", None, known=True, shown=("a",)), ServiceError("A", None, known=True)),
        (Rejected("a", shown=("a",)), Rejected("a")),
        (Refused("a", shown=("a",)), Refused("a")),
        (Encoded(b"a", shown=("a",)), Encoded(b"a")),
        (Crashed("a", "E", shown=("a",)), Crashed("a", "E")),
        (Crashed("a", "E", place="a:1"), Crashed("a", "E")),
    ],
    ids=repr,
)
def test_what_was_shown_and_where_take_no_part_in_comparisons(one: Outcome, other: Outcome) -> None:
    """Evidence is no part of the outcome."""
    assert one == other


@pytest.mark.parametrize(("note", "end"), [("", ""), ("why", " (why)")])
def test_a_case_is_printed_as_reply_outcome_and_note(note: str, end: str) -> None:
    """A case reads from left to right: this reply, that outcome, and what is special about it."""
    case = Case(REPLY, Decoded(VALUE), note=note)
    assert repr(case) == f'HTTP 403 · X-A: 1 · x-a: 2 · {{}} → success {{x: "a"}}{end}'


@pytest.mark.parametrize(
    ("expected", "free", "words"),
    [
        (ServiceError("A", "m", known=True), False, 'A, known, message "m"'),
        (ServiceError("A", "m", known=True), True, "A, known"),
        (ServiceError("A", None, known=False), True, 'unknown error, code "A"'),
        (ServiceError(None, None, known=False), True, "unknown error, code none"),
        (Decoded(VALUE), False, 'success {x: "a"}'),
        (Decoded(VALUE), True, 'success {x: "a"}'),
        (Rejected("why"), True, 'rejected: "why"'),
    ],
    ids=repr,
)
def test_what_is_free_is_not_expected_in_words(expected: Outcome, free: bool, words: str) -> None:
    """A message that may be anything is left out; nothing else has one."""
    assert Case(REPLY, expected, message_free=free).expected_words == words


@pytest.mark.parametrize(
    ("code", "known", "words"),
    [
        ("A", True, "A, known"),
        ("A", False, 'unknown error, code "A"'),
        (None, False, "unknown error, code none"),
        ("", False, 'unknown error, code ""'),
    ],
)
def test_an_error_is_named_by_its_kind(code: str | None, known: bool, words: str) -> None:
    """By its own type, or as the unknown one with its code."""
    assert kind_of_error(code, known=known) == words


def test_a_defect_is_printed_by_its_name_and_in_words() -> None:
    """What was planted, and how."""
    assert repr(Defect("cut", "cut after 1 of 2 bytes")) == "cut: cut after 1 of 2 bytes"
