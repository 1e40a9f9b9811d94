"""The checks below MUST of successes and errors that look unusual: what each fails and what it leaves free."""

from __future__ import annotations

import json
from typing import Any

import pytest

from participant_conformance.checks import decode_freedoms, error_freedoms, registry
from participant_conformance.checks.decode import PLAIN
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.subject import Subject
from participant_strategies.contract import contract
from participant_strategies.error_defects import (
    MALFORMED,
    PAGES,
    BrokenError,
    malformed_body,
    untyped_error,
    unusable_message,
    unusable_type,
)
from participant_strategies.errors import Place
from participant_strategies.json_text import miscased
from participant_strategies.reply import Case, Crashed, Decoded, Rejected, Reply, ServiceError
from participant_strategies.successes import at, full, sample, success_case
from participant_strategies.value import String, Structure
from tests.harness.samples import EMPTY, Mostly, OwnError, judge, subject
from tests.strategies import reading
from tests.strategies.drawing import draws
from tests.strategies.validity import FACTS

DENIED = "AccessDeniedException"
MODELED = FACTS["operation"]["errors"]
CRASH = KeyError("a")
FAILED = ServiceError(None, None, known=False)
URL = sample("Websocket", "Url")

MODULES = {decode_freedoms.__name__, error_freedoms.__name__}
CHECKS = [name for name, check in registry().items() if check.example.__module__ in MODULES]


def cases(name: str, count: int = 40) -> list[Any]:
    """Return the vectors of a check and drawn cases."""
    check = registry()[name]
    return [*check.vectors, *draws(check.cases(), count)]


def told(name: str, case: Case | BrokenError, answer: object) -> object:
    """Return what a check finds in a case that is answered like this, and all else as the reference does."""
    return judge(name, Subject(Mostly({case.reply: answer})), case)


def failing(name: str, case: Case | BrokenError, answer: object) -> ConformanceFailure:
    """Return the failure of a case that is answered like this."""
    with pytest.raises(ConformanceFailure) as failed:
        told(name, case, answer)
    return failed.value


def error(code: str | None, message: str | None = "a", *, known: bool = False, status: int | None = None) -> object:
    """Return the outcome of a classified error."""
    return ServiceError(code, message, known, status)


def test_the_checks_of_freedoms_are_these() -> None:
    """Each has its tests below."""
    assert [name.partition(".")[2] for name in CHECKS] == [
        *("names-are-exact", "any-success-status", "limits-are-the-servers", "content-type-irrelevant"),
        *("header-before-dunder-type", "off-operation-code-kept", "type-before-status", "never-from-status"),
        *("query-header-ignored", "message-lower-case", "message-unusable", "unusable-type-is-absent"),
        *("malformed-body", "no-type-at-all", "redirect-is-no-success", "status-within-reach"),
    ]


@pytest.mark.parametrize("name", CHECKS)
def test_the_reference_passes(name: str) -> None:
    """On every vector, and on drawn cases."""
    for case in cases(name):
        assert judge(name, Subject(Mostly({})), case) is None


@pytest.mark.parametrize("name", CHECKS)
def test_who_rejects_everything_shows_nothing(name: str) -> None:
    """The control is rejected as well."""
    for case in cases(name, 5):
        with pytest.raises(NotObserved, match=r'rejected: "a"$'):
            judge(name, subject(lambda _reply: Rejected("a")), case)


# What is failed: the check, the case, the answer, what was expected instead

NAMES, STATUS = "decode.names-are-exact", "decode.any-success-status"
LIMITS, TYPE = "decode.limits-are-the-servers", "decode.content-type-irrelevant"
BEFORE, OFF, ON = "error.header-before-dunder-type", "error.off-operation-code-kept", "error.type-before-status"
NEVER, QUERY, LOWER = "error.never-from-status", "error.query-header-ignored", "error.message-lower-case"
MESSAGE, ABSENT = "error.message-unusable", "error.unusable-type-is-absent"
BODY, NO_TYPE, REDIRECT = "error.malformed-body", "error.no-type-at-all", "error.redirect-is-no-success"
REACH = "error.status-within-reach"

SMALL_NAME = decode_freedoms.miscased_case(("Websocket",), "websocket", both=False)
BOTH_NAMES = decode_freedoms.miscased_case(("Websocket", "Url"), "url", both=True)
CREATED = success_case(URL, status=201, control=PLAIN)
LONG = decode_freedoms.beyond_limits(("Websocket", "Url"), "a" * 2001)
HTML = decode_freedoms.typed(URL, "text/html")
CONTRADICTED = error_freedoms.contradicted(DENIED, "ValidationException")
MOVED = error_freedoms.on_status("ValidationException", 500)
UNTYPED = untyped_error(403, PAGES[2])
LOST = untyped_error(404, PAGES[0])
QUERIED = error_freedoms.with_query_error(DENIED, Place.DUNDER_TYPE, "b;Sender")
SMALL_MESSAGE = error_freedoms.with_lower_case_message(DENIED, Place.CODE, "m")
NO_TEXT = unusable_message(DENIED, Place.HEADER, None)
NO_HEADER = unusable_type(DENIED, Place.HEADER, Place.CODE, None)
CUT = malformed_body(DENIED, MALFORMED[0])
CUT_UNKNOWN = malformed_body("A", MALFORMED[0])
LOOP = error_freedoms.redirect(302, "/participant/connection")
UNKNOWN = "the unknown error, or the implementation's own"

FAILURES: list[tuple[str, Case | BrokenError, object, str]] = [
    (NAMES, SMALL_NAME, Decoded(URL), "success {}"),
    (NAMES, BOTH_NAMES, Decoded(at(("Websocket", "Url"), String("wss://another"))), f"success {URL!r}"),
    (STATUS, CREATED, Rejected("a"), f"success {URL!r}"),
    (STATUS, CREATED, EMPTY, f"success {URL!r}"),
    (STATUS, decode_freedoms.NO_CONTENT, Rejected("a"), "success {}"),
    (LIMITS, LONG, Rejected("a"), LONG.expected_words),
    (LIMITS, LONG, Decoded(at(("Websocket", "Url"), String("a" * 2000))), LONG.expected_words),
    (TYPE, HTML, Rejected("a"), f"success {URL!r}"),
    (BEFORE, CONTRADICTED, error("ValidationException", known=True), f'{DENIED}, known, message "a"'),
    (ON, MOVED, error("InternalServerException", known=True), 'ValidationException, known, message "a"'),
    (ON, MOVED, error("ValidationException"), 'ValidationException, known, message "a"'),
    *(
        (name, case, answer, UNKNOWN)
        for name, case in ((NEVER, UNTYPED), (NO_TYPE, LOST))
        for answer in (error(DENIED, known=True), error(DENIED), error(None, known=True), error("ConflictException"))
    ),
    (NO_TYPE, LOST, EMPTY, UNKNOWN),
    (NO_TYPE, LOST, CRASH, UNKNOWN),
    (QUERY, QUERIED, error("b"), f'{DENIED}, known, message "a"'),
    (LOWER, SMALL_MESSAGE, error(DENIED, None, known=True), f'{DENIED}, known, message "m"'),
    (MESSAGE, NO_TEXT, error(None), f"{DENIED}, known"),
    (MESSAGE, NO_TEXT, Rejected("a"), f"{DENIED}, known"),
    (MESSAGE, NO_TEXT, CRASH, f"{DENIED}, known"),
    (ABSENT, NO_HEADER, error(""), f"{DENIED}, known"),
    (ABSENT, NO_HEADER, Rejected("a"), f"{DENIED}, known"),
    *(
        (BODY, CUT, answer, f"{DENIED}, known, or the implementation's own error")
        for answer in (error(None), error(DENIED), error("ValidationException", known=True), EMPTY, CRASH)
    ),
    (BODY, CUT_UNKNOWN, error("A", known=True), 'unknown error, code "A", or the implementation\'s own error'),
    (REDIRECT, LOOP, Decoded(URL), "no success"),
    (REDIRECT, LOOP, EMPTY, "no success"),
]


@pytest.mark.parametrize(("name", "case", "answer", "expected"), FAILURES)
def test_an_answer_that_is_not_allowed_fails(
    name: str, case: Case | BrokenError, answer: object, expected: str
) -> None:
    """The failure says what was expected, what came, and of which reply."""
    failed = failing(name, case, answer)
    assert failed.expected == expected
    assert failed.got.startswith("crash, KeyError" if answer is CRASH else repr(answer))
    lines = dict(failed.evidence.lines)
    assert (lines["reply"], lines["expected"], lines["got"]) == (repr(case.reply), expected, failed.got)


@pytest.mark.parametrize(("name", "case"), [(NEVER, UNTYPED), (NO_TYPE, LOST), (BODY, CUT)], ids=[NEVER, NO_TYPE, BODY])
def test_the_evidence_names_what_was_planted(name: str, case: BrokenError) -> None:
    """Where there is no expected outcome that would say it."""
    assert dict(failing(name, case, error("ThrottlingException", known=True)).evidence.lines)["planted"] == repr(
        case.defect
    )


@pytest.mark.parametrize(
    ("name", "case"), [(NO_TYPE, LOST), (BODY, CUT), (MESSAGE, NO_TEXT)], ids=[NO_TYPE, BODY, MESSAGE]
)
def test_a_crash_is_marked_as_one(name: str, case: BrokenError) -> None:
    """It is told apart from a wrong outcome."""
    assert failing(name, case, CRASH).crash


# What is allowed


def off_operation(place: Place = Place.HEADER) -> Case:
    """Return an error of another operation."""
    found = [
        case for case in draws(error_freedoms.off_operation_errors(), 100) if place in reading.statements(case.reply)
    ]
    return found[0]


@pytest.mark.parametrize(
    ("name", "case", "answer"),
    [
        *(
            (name, case, answer)
            for name, case in ((NEVER, UNTYPED), (NO_TYPE, LOST))
            for answer in (error(None), error("403"), error("NotFound", None), OwnError("a"))
        ),
        # Successes and crashes on these statuses are the matter of other rules.
        (NEVER, UNTYPED, EMPTY),
        (NEVER, UNTYPED, CRASH),
        *((MESSAGE, NO_TEXT, error(DENIED, message, known=True)) for message in (None, "", "null")),
        *((ABSENT, NO_HEADER, error(DENIED, message, known=True)) for message in (None, "a")),
        *((BODY, CUT, answer) for answer in (error(DENIED, None, known=True), error(DENIED, "b", known=True))),
        *((BODY, case, OwnError("a")) for case in (CUT, CUT_UNKNOWN)),
        (BODY, CUT_UNKNOWN, error("A", None)),
        *((REDIRECT, LOOP, answer) for answer in (OwnError("a"), FAILED, CRASH)),
    ],
)
def test_an_answer_that_is_allowed_passes(name: str, case: Case | BrokenError, answer: object) -> None:
    """Without a word."""
    assert told(name, case, answer) is None


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("place", Place)
def test_whether_an_error_of_another_operation_is_known_is_free(place: Place, known: bool) -> None:
    """Its code is kept either way."""
    case = off_operation(place)
    assert isinstance(case.expected, ServiceError)
    assert told(OFF, case, error(case.expected.code, known=known)) is None
    assert failing(OFF, case, error("A", known=known)).expected.startswith(
        f'unknown error, code "{case.expected.code}"'
    )


# The status


@pytest.mark.parametrize(("status", "said"), [(None, "status none"), (500, "status 500"), (0, "status 0")])
def test_a_status_that_cannot_be_learnt_fails(status: int | None, said: str) -> None:
    """Or that is another one."""
    [case] = [case for case in registry()[REACH].vectors if case.reply.status == 403]
    failed = failing(REACH, case, error(DENIED, known=True, status=status))
    assert (failed.expected, failed.got) == ("status 403", said)
    assert failed.evidence.lines == (("reply", repr(case.reply)), ("expected", "status 403"), ("got", said))


def test_a_status_says_nothing_where_no_error_comes_out() -> None:
    """It is not observed, which is told of the reply itself."""
    case = registry()[REACH].vectors[0]
    with pytest.raises(NotObserved, match=r"^expected an error of the service, got success \{\}$") as unseen:
        told(REACH, case, EMPTY)
    assert dict(unseen.value.evidence.lines)["got"] == "success {}"


def test_the_status_of_any_error_is_asked_for() -> None:
    """Of the four on their own, of unknown ones on any."""
    drawn = draws(registry()[REACH].cases(), 300)
    named = {str(case.expected.code): set[int]() for case in drawn}
    for case in drawn:
        named[str(case.expected.code)].add(case.reply.status)
    assert {code: named[code] for code in MODELED} == {code: {FACTS["errors"][code]["status"]} for code in MODELED}
    assert len(set.union(*(found for code, found in named.items() if code not in MODELED))) > 5


# What is drawn of successes


def test_names_differ_in_case_alone() -> None:
    """Half of the time the exact one stands beside it, with other content."""
    drawn, both = draws(decode_freedoms.miscased_names(), 300), 0
    for case in drawn:
        assert case.control is not None
        strange = set(reading.unknown_members(json.loads(case.reply.body)))
        assert len(strange) == 1
        exact = list(reading.unknown_members(json.loads(case.control.reply.body)))
        assert exact == []
        both += case.expected == case.control.expected
    assert len(drawn) / 3 < both < 2 * len(drawn) / 3


def test_every_name_is_drawn_in_another_case() -> None:
    """In each of its spellings."""
    found = {
        name
        for case in draws(decode_freedoms.miscased_names(), 1500)
        for name in reading.unknown_members(json.loads(case.reply.body))
    }
    names = {path[-1] for path, shape in contract().paths() if shape.kind != "enum"}
    assert found == {form for name in names for form in miscased(name)}


def test_a_miscased_name_alone_leaves_an_empty_place() -> None:
    """What it holds would be right under the exact name."""
    assert SMALL_NAME.reply.body == b'{"websocket":{"Url":"wss://a"}}'
    assert (SMALL_NAME.expected, SMALL_NAME.control) == (EMPTY, PLAIN)


def test_a_miscased_name_beside_the_exact_one_has_other_content() -> None:
    """So that one sees which of them was read."""
    assert BOTH_NAMES.reply.body == b'{"Websocket":{"url":"wss://another","Url":"wss://a"}}'
    assert BOTH_NAMES.expected == Decoded(URL)


def test_statuses_are_those_with_a_value() -> None:
    """And the value is that of the control, on 200."""
    drawn = draws(decode_freedoms.success_statuses(), 100)
    assert {case.reply.status for case in drawn} == {200, 201, 203}
    for case in drawn:
        assert case.control is not None
        assert (case.control.reply.status, case.control.expected) == (200, case.expected)
        assert case.control.reply.body == case.reply.body


def test_no_content_is_one_of_the_vectors() -> None:
    """Without a body, and so without a type of one."""
    case = registry()[STATUS].vectors[0]
    assert (case.reply, case.expected) == (Reply(204, (), b""), EMPTY)


def test_texts_beyond_the_limits_are_what_they_say() -> None:
    """At their place, and in the control a valid one stands there."""
    lengths = set()
    for case in draws(decode_freedoms.unlimited_texts(), 300):
        assert isinstance(case.expected, Decoded)
        [*_, (path, text)] = case.expected.value.paths()
        assert case.control is not None
        assert [found for found, _ in case.control.expected.value.paths()][-1] == path  # type: ignore[union-attr]
        lengths.add(len(getattr(text, "text", "")))
    assert min(lengths) == 0
    assert max(lengths) > 20_000


def test_any_content_type_is_drawn() -> None:
    """And none; the value is that of the control."""
    drawn = draws(decode_freedoms.content_types(), 400)
    found = {case.reply.header("Content-Type") for case in drawn}
    assert len(found) == 13
    assert {None, "", "text/html; charset=windows-1252", "application/json;charset=ISO-8859-1"} <= found
    assert all(case.control is not None and case.control.expected == case.expected for case in drawn)


def test_a_charset_that_is_heeded_shows() -> None:
    """The vectors hold text beyond ASCII."""
    for case in registry()[TYPE].vectors:
        assert case.reply.body.decode("latin-1") != case.reply.body.decode("utf-8")


def test_a_missing_content_type_is_told() -> None:
    """It cannot be seen in the reply."""
    assert decode_freedoms.typed(Structure(), None).note == "no Content-Type"
    assert decode_freedoms.typed(Structure(), "").note == ""


# What is drawn of errors


def test_header_and_dunder_type_always_differ() -> None:
    """The control has the header alone."""
    for case in draws(error_freedoms.contradicted_headers(), 300):
        stated = reading.statements(case.reply)
        assert list(stated) == [Place.HEADER, Place.DUNDER_TYPE]
        assert stated[Place.HEADER] != stated[Place.DUNDER_TYPE]
        assert case.control is not None
        assert reading.statements(case.control.reply) == {Place.HEADER: stated[Place.HEADER]}


def test_the_errors_of_other_operations_are_drawn_in_every_place() -> None:
    """The control is one of this operation's in that place."""
    drawn = draws(error_freedoms.off_operation_errors(), 100)
    stated = {item for case in drawn for item in reading.statements(case.reply).items()}
    assert stated == {(place, code) for place in Place for code in set(FACTS["errors"]) - set(MODELED)}
    for case in drawn:
        assert case.control is not None
        assert list(reading.statements(case.control.reply)) == list(reading.statements(case.reply))


def test_any_status_is_drawn_for_a_type() -> None:
    """The control has the type's own."""
    drawn = draws(error_freedoms.foreign_statuses(), 300)
    assert {400, 403, 404, 429, 500, 599} <= {case.reply.status for case in drawn}
    for case in drawn:
        assert case.control is not None
        assert isinstance(case.expected, ServiceError)
        assert case.control.reply.status == FACTS["errors"][case.expected.code]["status"]


@pytest.mark.parametrize("place", Place)
def test_the_header_of_another_protocol_stands_beside_a_type_in_any_place(place: Place) -> None:
    """The control is without it."""
    found = [case for case in cases(QUERY) if place in reading.statements(case.reply)]
    assert found
    for case in found:
        assert case.reply.header("x-amzn-query-error")
        assert case.control is not None
        assert case.control.reply.header("x-amzn-query-error") is None
        assert case.control.reply.body == case.reply.body


def test_a_message_in_small_letters_is_the_only_one() -> None:
    """The control has the other member."""
    for case in cases(LOWER):
        assert isinstance(case.expected, ServiceError)
        assert case.control is not None
        data = reading.members(case.reply)
        assert (data["message"], "Message" in data) == (case.expected.message, False)
        assert "Message" in reading.members(case.control.reply)


def test_untyped_errors_are_on_the_statuses_of_the_four() -> None:
    """Every page on every one of them is a vector; on the statuses of proxies in the other rule."""
    own = {FACTS["errors"][code]["status"] for code in MODELED}
    for name, statuses in ((NEVER, own), (NO_TYPE, {404, 413, 502, 503})):
        found = {(case.reply.status, case.reply.body) for case in registry()[name].vectors}
        assert found == {(status, body) for status in statuses for _, body in PAGES}
        assert {case.reply.status for case in draws(registry()[name].cases(), 100)} == statuses


def test_redirects_lead_nowhere() -> None:
    """Each status, with and without a place that leads back; 304 has no body, all others that of a success."""
    drawn = cases(REDIRECT, 200)
    assert {case.reply.status for case in drawn} == {300, 301, 302, 303, 304, 307, 308}
    assert {case.reply.header("Location") for case in drawn} == {None, "", "/participant/connection", "?", "#a"}
    for case in drawn:
        assert case.reply.body == (b"" if case.reply.status == 304 else PLAIN.reply.body)


def test_a_redirect_that_is_no_success_is_seen_beside_one_that_is() -> None:
    """The reply is taken first, then the success of the same body."""
    adapter = Mostly({})
    judge(REDIRECT, Subject(adapter), LOOP)
    assert adapter.taken == [LOOP.reply, PLAIN.reply]


def test_the_crashes_of_the_harness_are_what_they_are() -> None:
    """The answer that raises is an outcome like any other."""
    assert isinstance(Subject(Mostly({PLAIN.reply: CRASH})).receive(PLAIN.reply), Crashed)
    assert isinstance(Subject(Mostly({PLAIN.reply: OwnError("a")})).receive(PLAIN.reply), Rejected)
    assert Subject(Mostly({})).receive(success_case(full()).reply) == Decoded(full())
