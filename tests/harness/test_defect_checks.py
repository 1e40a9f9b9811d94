"""The checks of broken replies: what each fails, what it leaves free, and what it says of what is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis.strategies import SearchStrategy

from participant_conformance.checks import decode_defects, registry
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.subject import Subject
from participant_strategies.bulk import Bulk
from participant_strategies.contract import Path
from participant_strategies.defects import Broken, Trouble, defective_replies
from participant_strategies.error_defects import MALFORMED, BrokenError, malformed_body
from participant_strategies.reply import (
    JSON_CONTENT_TYPE,
    Decoded,
    Defect,
    Rejected,
    Reply,
    ServiceError,
)
from participant_strategies.successes import at, full, success_case
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value
from tests.harness.samples import EMPTY, Decoder, Mostly, OwnError, judge, raising, subject
from tests.strategies.drawing import draws

URL = at(("Websocket", "Url"), String("wss://a"))
ECHO = ("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction")
FAILED = ServiceError(None, None, known=False)
CRASH = KeyError("a")


def broken(what: str = "told", path: Path = (), value: Structure = URL) -> Broken:
    """Return a broken reply of which nothing counts but what is told of it; its control holds ``value``."""
    reply = Reply(200, (JSON_CONTENT_TYPE,), b"planted")
    return Broken(reply, Defect("planted", what), success_case(value), value, path)


def told(name: str, case: Broken | Bulk, answer: object) -> object:
    """Return what a check finds in a case that is answered like this, and all else as the reference does."""
    return judge(name, Subject(Mostly({case.reply: answer})), case)


def failing(name: str, case: Broken | Bulk, answer: object) -> ConformanceFailure:
    """Return the failure of a case that is answered like this."""
    with pytest.raises(ConformanceFailure) as failed:
        told(name, case, answer)
    return failed.value


DEFECT_CHECKS = [name for name, check in registry().items() if check.example.__module__ == decode_defects.__name__]


def test_the_checks_of_broken_successes_are_these() -> None:
    """Each has its tests below."""
    assert [
        *(f"decode.{name}" for name in ("garbage-is-no-success", "byte-order-mark", "wrong-type-is-no-value")),
        *(f"decode.{name}" for name in ("own-errors", "depth", "size", "hostile-names", "invalid-utf8")),
        *(f"decode.{name}" for name in ("duplicate-keys", "lone-surrogate", "lenient-json")),
    ] == DEFECT_CHECKS


@pytest.mark.parametrize("name", DEFECT_CHECKS)
def test_who_rejects_everything_shows_nothing(name: str) -> None:
    """The control is rejected as well."""
    check = registry()[name]
    for case in (*check.vectors[:3], *draws(check.cases(), 5)):
        with pytest.raises(NotObserved, match=r"^expected .*, got rejected: \"a\"$"):
            judge(name, subject(lambda _reply: Rejected("a")), case)


@pytest.mark.parametrize("name", [name for name in DEFECT_CHECKS if name not in ("decode.depth", "decode.size")])
def test_the_reference_passes(name: str) -> None:
    """On drawn cases, too."""
    check = registry()[name]
    for case in (*check.vectors, *draws(check.cases(), 30)):
        judge(name, Subject(Mostly({})), case)


# What is failed: the check, what is told of the case, the answer, what was expected instead

GARBAGE, MARK, TYPE = "decode.garbage-is-no-success", "decode.byte-order-mark", "decode.wrong-type-is-no-value"
OWN, DEPTH, SIZE = "decode.own-errors", "decode.depth", "decode.size"
HOSTILE, UTF8 = "decode.hostile-names", "decode.invalid-utf8"
WEBSOCKET, LEAF = ("Websocket",), ("Websocket", "Url")
OR_URL = 'rejected, or success {Websocket: {Url: "wss://a"}}'
REPLACED = "rejected, or a value in which Websocket.Url is replaced"
NO_ERROR = "a value or an error of the implementation's own kind"


def typed(path: Path, item: str) -> Broken:
    """Return the case of an item of another type at a path."""
    return broken(f"{'.'.join(path)} is {item}", path)


def decoded(path: Path, value: Value) -> Decoded:
    """Return the success with this at a path."""
    return Decoded(at(path, value))


BULK = Bulk("items", 3)
FAILURES: list[tuple[str, Broken | Bulk, object, str]] = [
    (GARBAGE, broken(), EMPTY, "no success"),
    (GARBAGE, broken(), Decoded(URL), "no success"),
    (MARK, broken(), EMPTY, OR_URL),
    (MARK, broken(), Decoded(full()), OR_URL),
    # Passed on as what it is, or as its text, or as something that is no text elsewhere.
    (TYPE, typed(LEAF, "false"), decoded(LEAF, Boolean(value=False)), "rejected, or no Websocket.Url"),
    (TYPE, typed(LEAF, "false"), decoded(LEAF, String("false")), "rejected, or no Websocket.Url"),
    (TYPE, typed(LEAF, "[]"), decoded(LEAF, List()), "rejected, or no Websocket.Url"),
    (TYPE, typed(LEAF, "{}"), decoded(LEAF, Structure()), "rejected, or no Websocket.Url"),
    (TYPE, typed(LEAF, "0"), decoded(LEAF, Foreign("int", "0")), "rejected, or no Websocket.Url"),
    (TYPE, typed(LEAF, "0"), decoded(("Websocket", "Other"), Foreign("int", "0")), "rejected, or no Websocket.Url"),
    (TYPE, typed(LEAF, "0"), decoded(LEAF, Structure()), "rejected, or no Websocket.Url"),
    (TYPE, typed(WEBSOCKET, '""'), decoded(WEBSOCKET, String("")), "rejected, or no Websocket"),
    (TYPE, typed(WEBSOCKET, '""'), decoded(WEBSOCKET, Structure()), "rejected, or no Websocket"),
    (TYPE, typed(WEBSOCKET, "0"), decoded(WEBSOCKET, String("0")), "rejected, or no Websocket"),
    (TYPE, typed(WEBSOCKET, "[]"), decoded(WEBSOCKET, List()), "rejected, or no Websocket"),
    (TYPE, typed(WEBSOCKET, '["a"]'), decoded(LEAF, String("a")), "rejected, or no Websocket"),
    (OWN, broken(), CRASH, NO_ERROR),
    (DEPTH, BULK, EMPTY, OR_URL),
    (DEPTH, BULK, CRASH, OR_URL),
    (SIZE, BULK, EMPTY, OR_URL),
    (SIZE, BULK, CRASH, OR_URL),
    (HOSTILE, broken(), EMPTY, 'success {Websocket: {Url: "wss://a"}}'),
    (HOSTILE, broken(), Rejected("a"), 'success {Websocket: {Url: "wss://a"}}'),
    (UTF8, broken(path=LEAF), CRASH, REPLACED),
    (UTF8, broken(path=LEAF), Decoded(full()), REPLACED),
    (UTF8, broken(path=LEAF), EMPTY, REPLACED),
]


@pytest.mark.parametrize(("name", "case", "answer", "expected"), FAILURES)
def test_an_answer_that_is_not_allowed_fails(name: str, case: Broken | Bulk, answer: object, expected: str) -> None:
    """The failure says what was expected and what came."""
    failed = failing(name, case, answer)
    assert failed.expected == expected
    assert failed.got.startswith("crash, KeyError: " if answer is CRASH else repr(answer))


@pytest.mark.parametrize(("name", "case", "answer", "expected"), FAILURES)
def test_the_evidence_names_what_was_planted(name: str, case: Broken | Bulk, answer: object, expected: str) -> None:
    """Reply, defect, expectation, outcome, in the order in which one reads them."""
    failed = failing(name, case, answer)
    assert failed.evidence.lines == (
        ("reply", repr(case.reply)),
        ("planted", repr(case.defect)),
        ("expected", expected),
        ("got", failed.got),
    )


@pytest.mark.parametrize("name", [OWN, DEPTH, SIZE, UTF8])
def test_a_crash_is_not_by_the_way_where_the_rule_is_about_it(name: str) -> None:
    """So that it counts as a wrong outcome."""
    assert not failing(name, BULK if name in (DEPTH, SIZE) else broken(path=LEAF), CRASH).crash


def test_a_crash_is_by_the_way_where_the_rule_is_about_something_else() -> None:
    """A foreign name is to be ignored."""
    assert failing(HOSTILE, broken(), CRASH).crash


# What is allowed


@pytest.mark.parametrize(
    ("name", "case", "answer"),
    [
        *((name, broken(path=LEAF), OwnError("a")) for name in (GARBAGE, MARK, TYPE, OWN, UTF8)),
        *((name, broken(path=LEAF), FAILED) for name in (GARBAGE, MARK, TYPE, OWN, UTF8)),
        # Whether an error is the implementation's own is a rule of its own.
        *((name, broken(path=LEAF), CRASH) for name in (GARBAGE, MARK, TYPE)),
        (MARK, broken(), Decoded(URL)),
        (OWN, broken(), EMPTY),
        *((TYPE, typed(LEAF, item), decoded(WEBSOCKET, Structure())) for item in ("false", "[]", "{}", "0")),
        (TYPE, typed(WEBSOCKET, "0"), EMPTY),
        *((name, BULK, answer) for name in (DEPTH, SIZE) for answer in (OwnError("a"), FAILED, Decoded(URL))),
        (HOSTILE, broken(), Decoded(URL)),
        (UTF8, broken(path=LEAF), decoded(LEAF, String("\ufffd"))),
        (UTF8, broken(path=LEAF), decoded(WEBSOCKET, Structure())),
    ],
)
def test_an_answer_that_is_allowed_passes(name: str, case: Broken | Bulk, answer: object) -> None:
    """Without a word."""
    assert told(name, case, answer) is None


def test_a_model_that_lacks_the_rest_is_judged_on_what_it_has() -> None:
    """The text at the path is free, and the lacking members are not expected."""
    case = broken(path=LEAF, value=full())
    kept = Structure(tuple(member for member in full().members if member[0] != "WebRTCConnection"))
    answers = {case.reply: Decoded(kept), case.control.reply: Decoded(kept)}
    judge(UTF8, Subject(Mostly(answers, lacks=("WebRTCConnection",))), case)


# What is told


@pytest.mark.parametrize(
    ("case", "answer", "found"),
    [
        (typed(LEAF, "-1.5"), decoded(LEAF, String("-1.5")), "a number where text belongs becomes text"),
        (typed(ECHO, "0"), decoded(ECHO, Enum("0")), "a number where text belongs becomes text"),
        (
            typed(WEBSOCKET, '["a"]'),
            decoded(WEBSOCKET, Structure()),
            "a list where a structure belongs becomes an empty structure",
        ),
    ],
    ids=["text", "enum", "list"],
)
def test_what_is_left_open_of_a_wrong_type_is_told(case: Broken, answer: object, found: str) -> None:
    """It is the habit of some languages, and judged in none."""
    assert told(TYPE, case, answer) == found


FIRST, SECOND, BOTH = String("first"), String("second"), List((String("first"), String("second")))


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (decoded(LEAF, FIRST), "the first wins"),
        (decoded(LEAF, SECOND), "the second wins"),
        (decoded(LEAF, BOTH), "both are kept"),
        (EMPTY, "none is kept"),
        (OwnError("a"), "the reply is rejected"),
        (FAILED, "the reply is rejected"),
        (CRASH, "the implementation crashes"),
    ],
)
@pytest.mark.parametrize(("path", "kind"), [(LEAF, "string"), (WEBSOCKET, "structure")])
def test_what_becomes_of_a_member_that_stands_twice_is_told(path: Path, kind: str, answer: object, found: str) -> None:
    """For texts and for structures."""
    assert told("decode.duplicate-keys", broken(path=path), answer) == f"of one {kind} twice {found}"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (decoded(LEAF, String("a\ud800")), "a lone surrogate is kept"),
        (decoded(LEAF, String("a\ufffd")), "a lone surrogate is replaced by U+FFFD"),
        (decoded(LEAF, String("a")), "a lone surrogate is dropped or altered"),
        (decoded(LEAF, Foreign("bytes", "b'a'")), "a lone surrogate: the member is absent"),
        (EMPTY, "a lone surrogate: the member is absent"),
        (OwnError("a"), "a lone surrogate: the reply is rejected"),
        (CRASH, "a lone surrogate: the implementation crashes"),
    ],
)
def test_what_becomes_of_half_a_character_is_told(answer: object, found: str) -> None:
    """By what stands in the member."""
    assert told("decode.lone-surrogate", broken(path=LEAF), answer) == found


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Decoded(URL), "comment: accepted"),
        (EMPTY, "comment: taken for an empty success"),
        (Decoded(full()), "comment: taken for another success"),
        (OwnError("a"), "comment: rejected"),
        (FAILED, "comment: rejected"),
        (CRASH, "comment: a crash"),
    ],
)
def test_what_becomes_of_a_lenient_text_is_told(answer: object, found: str) -> None:
    """By the name of the leniency."""
    assert told("decode.lenient-json", broken("comment"), answer) == found


# What comes after a hostile name

#: One of them is the control of the case as well.
AFTERWARDS = [case for case in decode_defects._AFTERWARDS if case.reply != broken().control.reply]


@pytest.mark.parametrize("other", AFTERWARDS, ids=lambda case: repr(case.expected)[:30])
def test_a_later_reply_that_is_taken_wrong_fails(other: Any) -> None:
    """The evidence says which."""
    case = broken()
    judged = Subject(Mostly({case.reply: Decoded(URL), other.reply: decoded(WEBSOCKET, Enum("evil"))}))
    with pytest.raises(ConformanceFailure) as failed:
        judge(HOSTILE, judged, case)
    assert failed.value.expected == f"then, of {other.reply!r}: {other.expected!r}"


def test_later_replies_lack_what_a_name_may_have_supplied() -> None:
    """Nothing at all, and a structure without members."""
    assert {Structure(), at(WEBSOCKET, Structure())} <= {case.expected.value for case in AFTERWARDS}  # type: ignore[union-attr]


# Own errors


def test_errors_are_given_whole_where_they_can_be() -> None:
    """With their status and headers."""
    case = malformed_body("A", MALFORMED[0])
    adapter = Mostly({})
    judge(OWN, Subject(adapter), case)
    assert adapter.taken == [case.reply, case.control.reply]


def test_who_only_decodes_is_given_the_bodies_of_errors() -> None:
    """A plain success is the control then."""
    case = malformed_body("A", MALFORMED[0])
    taken: list[bytes] = []

    def decode(body: bytes) -> object:
        taken.append(body)
        return Decoded(URL) if body.startswith(b'{"Websocket"') else Rejected("a")

    judge(OWN, Subject(Decoder(decode)), case)
    assert taken == [case.reply.body, success_case(URL).reply.body]


def test_a_decoder_that_crashes_on_the_body_of_an_error_fails() -> None:
    """The reply that is told is the one that it was given."""
    case = malformed_body("A", MALFORMED[0])
    with pytest.raises(NotObserved):
        judge(OWN, Subject(Decoder(raising(CRASH))), case)

    def decode(body: bytes) -> object:
        if body == case.reply.body:
            raise CRASH
        return Decoded(URL)

    with pytest.raises(ConformanceFailure) as failed:
        judge(OWN, Subject(Decoder(decode)), case)
    assert dict(failed.value.evidence.lines)["reply"] == repr(replace(case.reply, status=200))


def test_successes_are_drawn_more_often_than_errors() -> None:
    """Of whom misreads errors, most examples still say something."""
    drawn = draws(registry()[OWN].cases(), 500)
    errors = sum(isinstance(case, BrokenError) for case in drawn)
    assert 100 < errors < 220


def test_nothing_that_may_kill_is_drawn_outside_of_the_rules_about_it() -> None:
    """Depth and size have an interpreter of their own."""
    drawn = draws(registry()[OWN].cases(), 500)
    assert {case.defect.name for case in drawn}.isdisjoint({"bulk"})
    assert registry()[DEPTH].requirement.isolated
    assert registry()[SIZE].requirement.isolated


# Families


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        (GARBAGE, Trouble.GARBAGE),
        (MARK, Trouble.BYTE_ORDER_MARK),
        (TYPE, Trouble.WRONG_TYPE),
        (HOSTILE, Trouble.HOSTILE_NAME),
        (UTF8, Trouble.ENCODING),
        ("decode.duplicate-keys", Trouble.DUPLICATE),
        ("decode.lone-surrogate", Trouble.SURROGATE),
        ("decode.lenient-json", Trouble.LENIENT),
    ],
)
def test_a_rule_draws_its_family(name: str, trouble: Trouble) -> None:
    """The very strategy, so that it is made once."""
    found: SearchStrategy[Any] = registry()[name].cases()
    assert found is defective_replies(troubles=[trouble])


@pytest.mark.parametrize(("name", "largest"), [(DEPTH, 20_000), (SIZE, 150_000)])
def test_what_is_drawn_of_bulk_is_less_than_the_vectors_hold(name: str, largest: int) -> None:
    """The smallest that is too much is what is told."""
    check = registry()[name]
    drawn = draws(check.cases(), 100)
    assert {case.form for case in drawn} == {case.form for case in check.vectors}
    assert max(case.size for case in drawn) <= largest
