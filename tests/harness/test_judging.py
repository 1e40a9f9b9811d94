"""How an outcome is compared with the expected one, and what a control is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from participant_conformance.adapter import Traits
from participant_conformance.checks.judging import content, judge, mismatch, once, require, without
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_strategies.reply import Case, Crashed, Decoded, Outcome, Refused, Rejected, Reply, ServiceError
from participant_strategies.value import Boolean, Enum, List, String, Structure, Value
from tests.harness.samples import NOT_OK, OK, implementation, subject

PLAIN = Traits()
NO_MESSAGE = ServiceError("a", None, known=False)


def structure(**members: Value) -> Structure:
    """Return a structure with these members."""
    return Structure(tuple(members.items()))


def success(**members: Value) -> Decoded:
    """Return a success with these members."""
    return Decoded(structure(**members))


def error(code: str | None = "a", message: str | None = "b", *, known: bool = False) -> ServiceError:
    """Return an error."""
    return ServiceError(code, message, known)


A, B = String("a"), String("b")


# Values


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (success(a=A, b=B), success(b=B, a=A)),
        (success(a=Enum("a")), success(a=A)),
        (success(a=A), success(a=Enum("a"))),
        (success(a=structure(b=Enum("a"))), success(a=structure(b=A))),
        (success(a=A), Decoded(Structure((("a", A), ("a", A))))),
        (success(a=A), Decoded(Structure((("a", A), ("a", Enum("a")))))),
        (success(a=structure(b=B)), success(a=Structure((("b", B), ("b", B))))),
        (success(a=A), Decoded(Structure((("a", A),), plain=True))),
    ],
    ids=["order", "tag", "other-tag", "tag-at-depth", "repeated", "repeated-with-tag", "repeated-at-depth", "plain"],
)
def test_values_are_the_same_but_for_what_other_rules_are_about(expected: Decoded, got: Decoded) -> None:
    """Order is free; tags and repetitions have rules of their own, and one mistake is told once."""
    assert mismatch(Case(OK, expected), got, PLAIN) is None


@pytest.mark.parametrize(
    ("expected", "got", "told"),
    [
        (success(a=A), success(a=B), 'at a: expected "a", got "b"'),
        (success(a=A), success(), 'at a: expected "a", got nothing (absent)'),
        (success(), success(a=structure()), "at a: expected nothing (absent), got {}"),
        (success(a=structure(b=A)), success(a=structure(b=B)), 'at a.b: expected "a", got "b"'),
        (success(a=A), Decoded(Structure((("a", A), ("a", B)))), 'at a: expected nothing (absent), got "b"'),
        (success(a=A), success(a=Boolean(value=True)), 'at a: expected "a", got true'),
    ],
    ids=["other-text", "missing", "surplus", "at-depth", "repeated-with-other-content", "other-kind"],
)
def test_the_first_difference_of_two_values_is_told(expected: Decoded, got: Decoded, told: str) -> None:
    """Its place, what was expected there, and what is there."""
    assert mismatch(Case(OK, expected), got, PLAIN) == told


def test_members_that_an_older_model_lacks_are_not_expected() -> None:
    """To such an implementation they are unknown members."""
    case = Case(OK, success(Websocket=structure(Url=A), WebRTCConnection=structure()))
    assert mismatch(case, success(Websocket=structure(Url=A)), Traits(lacks=("WebRTCConnection",))) is None


def test_members_that_an_older_model_lacks_must_not_come_out() -> None:
    """Unknown members are ignored, not passed on."""
    case = Case(OK, success(WebRTCConnection=structure()))
    wrong = mismatch(case, success(WebRTCConnection=structure()), Traits(lacks=("WebRTCConnection",)))
    assert wrong == "at WebRTCConnection: expected nothing (absent), got {}"


# Errors


@pytest.mark.parametrize(
    ("case", "got"),
    [
        (Case(NOT_OK, error()), error()),
        (Case(NOT_OK, error()), replace(error(), status=500)),
        (Case(NOT_OK, error(known=True), known_free=True), error(known=False)),
        (Case(NOT_OK, error(), message_free=True), error(message="anything")),
        (Case(NOT_OK, NO_MESSAGE), error(message="")),
        (Case(NOT_OK, error(message="")), NO_MESSAGE),
        (Case(NOT_OK, error(code=None)), error(code="")),
        (Case(NOT_OK, error(code=None)), error(code=None)),
    ],
    ids=["same", "status", "known-is-free", "message-is-free", "no-message", "empty-message", "empty-code", "no-code"],
)
def test_errors_are_the_same_but_for_what_is_free(case: Case, got: ServiceError) -> None:
    """The status is never compared; the rest where the contract says something."""
    assert mismatch(case, got, PLAIN) is None


@pytest.mark.parametrize(
    ("case", "got", "told"),
    [
        (Case(NOT_OK, error()), error(code="c"), 'expected code "a", got "c"'),
        (Case(NOT_OK, error()), error(code=None), 'expected code "a", got none'),
        (Case(NOT_OK, error(code=None)), error(code="403"), 'expected code none, got "403"'),
        (
            Case(NOT_OK, error(known=True)),
            error(),
            'expected an error of its own type, got unknown error, code "a", message "b"',
        ),
        (Case(NOT_OK, error()), error(known=True), 'expected the unknown error, got a, known, message "b"'),
        (Case(NOT_OK, error()), error(message="c"), 'expected message "b", got "c"'),
        (Case(NOT_OK, error()), error(message=None), 'expected message "b", got none'),
        (Case(NOT_OK, NO_MESSAGE), error(message="c"), 'expected message none, got "c"'),
    ],
    ids=["code", "lost-code", "invented-code", "unknown", "known", "message", "lost-message", "invented-message"],
)
def test_the_first_difference_of_two_errors_is_told(case: Case, got: ServiceError, told: str) -> None:
    """The type comes first, then whether it is known, then the message."""
    assert mismatch(case, got, PLAIN) == told


def test_a_known_error_is_free_to_differ_only_where_the_case_says_so() -> None:
    """The code is still compared."""
    case = Case(NOT_OK, error(known=True), known_free=True)
    assert mismatch(case, error(code="c"), PLAIN) == 'expected code "a", got "c"'


@pytest.mark.parametrize(("trait", "text"), [("no_code", "code"), ("no_message", "message")])
def test_a_trait_says_what_stands_for_none(trait: str, text: str) -> None:
    """The contract does not say how an implementation writes that something is not there."""
    nothing = ServiceError(None, None, known=False)
    got = replace(nothing, **{text: "UNKNOWN"})  # type: ignore[arg-type]
    assert mismatch(Case(NOT_OK, nothing), got, Traits(**{trait: (None, "UNKNOWN")})) is None  # type: ignore[arg-type]


def test_a_trait_can_stand_for_the_status() -> None:
    """Some clients write the status where the code would be, and none stands for nothing else."""
    case, traits = Case(NOT_OK, error(code=None)), Traits(no_code=("$status",))
    assert mismatch(case, error(code="403"), traits) is None
    assert mismatch(case, error(code="500"), traits) == 'expected code none, got "500"'


def test_a_trait_does_not_excuse_a_lost_code() -> None:
    """What stands for none is accepted only where there is none."""
    assert mismatch(Case(NOT_OK, error()), error(code=""), PLAIN) == 'expected code "a", got ""'


def test_the_message_of_an_unknown_error_is_not_compared_where_it_carries_the_body() -> None:
    """An implementation may hand over the whole body instead."""
    case, traits = Case(NOT_OK, error()), Traits(unknown_payload="body")
    assert mismatch(case, error(message='{"Message": "b"}'), traits) is None


def test_the_message_of_a_known_error_is_compared_all_the_same() -> None:
    """The trait is about unknown errors alone."""
    case, traits = Case(NOT_OK, error(known=True)), Traits(unknown_payload="body")
    assert mismatch(case, error(message="{}", known=True), traits) == 'expected message "b", got "{}"'


# Outcomes of different kinds


def test_a_rejection_is_a_rejection() -> None:
    """In which words and by which error is the implementation's own business."""
    assert mismatch(Case(OK, Rejected("a", "ParseError")), Rejected("b"), PLAIN) is None


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (success(), error()),
        (success(), Rejected("a")),
        (success(), Crashed("a", "KeyError")),
        (error(), success()),
        (error(), Refused("a")),
        (Rejected("a"), Crashed("a", "KeyError")),
        (Rejected("a"), success()),
    ],
    ids=str,
)
def test_an_outcome_of_another_kind_is_told_whole(expected: Outcome, got: Outcome) -> None:
    """Both stand in the message."""
    assert mismatch(Case(OK, expected), got, PLAIN) == f"expected {expected!r}, got {got!r}"


# What values are compared by


def test_content_has_no_tags_at_any_depth() -> None:
    """An enum counts as its text; lists and booleans stay what they are."""
    value = structure(a=structure(b=Enum("a")), c=List((A,)), d=Boolean(value=False))
    assert content(value) == structure(a=structure(b=A), c=List((A,)), d=Boolean(value=False))


def test_once_keeps_members_of_the_same_name_with_other_content() -> None:
    """Only a repetition is written once, at any depth."""
    twice = Structure((("a", A), ("a", B), ("a", A)))
    assert once(structure(c=twice)) == structure(c=Structure((("a", A), ("a", B))))


@pytest.mark.parametrize(
    ("lacks", "left"),
    [
        ((), structure(a=structure(b=A, c=B), d=A)),
        (("d",), structure(a=structure(b=A, c=B))),
        (("a.b",), structure(a=structure(c=B), d=A)),
        (("a.b", "a.c"), structure(a=structure(), d=A)),
        (("a",), structure(d=A)),
        (("d.e",), structure(a=structure(b=A, c=B), d=A)),
        (("e", "e.f"), structure(a=structure(b=A, c=B), d=A)),
    ],
    ids=["nothing", "leaf", "at-depth", "all-members", "structure", "below-a-leaf", "absent"],
)
def test_members_are_taken_out_by_their_path(lacks: tuple[str, ...], left: Structure) -> None:
    """The structure around an emptied place stays."""
    assert without(structure(a=structure(b=A, c=B), d=A), lacks) == left


# Judging


def by_body(**outcomes: Outcome) -> Callable[[Reply], Outcome]:
    """Answer by the body of the reply."""
    return lambda reply: outcomes[reply.body.decode()]


def reply(body: str) -> Reply:
    """Return a reply that :func:`by_body` knows."""
    return Reply(200, (), body.encode())


CONTROL = Case(reply("control"), success(a=A))
CASE = Case(reply("case"), success(), control=CONTROL, note="no a")
RIGHT, WRONG = success(), success(b=B)


def test_a_right_outcome_is_returned() -> None:
    """A check can look at it further."""
    assert judge(subject(by_body(case=RIGHT, control=success(a=A))), CASE) == RIGHT


def test_a_case_without_a_control_is_judged_alone() -> None:
    """There is nothing that could be wrong before it."""
    assert judge(subject(by_body(case=RIGHT)), replace(CASE, control=None)) == RIGHT


def test_a_wrong_outcome_is_a_failure() -> None:
    """Expected and got are the outcomes, in words."""
    with pytest.raises(ConformanceFailure, match=r'^expected success \{\}, got success \{b: "b"\}$') as failed:
        judge(subject(by_body(case=WRONG, control=success(a=A))), CASE)
    assert (failed.value.expected, failed.value.got) == ("success {}", 'success {b: "b"}')
    assert not failed.value.crash


def test_a_wrong_control_takes_precedence_over_a_wrong_outcome() -> None:
    """Something more basic is broken: the case says nothing."""
    with pytest.raises(NotObserved, match=r'^at a: expected "a", got nothing \(absent\)$'):
        judge(subject(by_body(case=WRONG, control=success())), CASE)


def test_a_wrong_control_takes_precedence_over_a_right_outcome() -> None:
    """An implementation that always says the same is right by chance."""
    with pytest.raises(NotObserved):
        judge(subject(by_body(case=RIGHT, control=RIGHT)), CASE)


def test_the_evidence_of_a_wrong_control_is_the_control() -> None:
    """The case itself would lead astray."""
    with pytest.raises(NotObserved) as unseen:
        judge(subject(by_body(case=RIGHT, control=RIGHT)), CASE)
    assert unseen.value.evidence.lines == (
        ("reply", "HTTP 200 · control"),
        ("expected", 'success {a: "a"}'),
        ("got", "success {}"),
        ("differs", 'at a: expected "a", got nothing (absent)'),
    )


def test_the_evidence_of_a_failure_is_the_case() -> None:
    """The reply, both outcomes, where they differ, and what was drawn."""
    with pytest.raises(ConformanceFailure) as failed:
        judge(subject(by_body(case=WRONG)), replace(CASE, control=None))
    assert failed.value.evidence.lines == (
        ("reply", "HTTP 200 · case"),
        ("expected", "success {}"),
        ("got", 'success {b: "b"}'),
        ("differs", 'at b: expected nothing (absent), got "b"'),
        ("drawn", "no a"),
    )


def test_the_difference_is_not_told_where_the_outcomes_say_it_all() -> None:
    """Two outcomes of different kinds need no further line."""
    with pytest.raises(ConformanceFailure) as failed:
        judge(subject(by_body(case=Rejected("a"))), Case(reply("case"), success()))
    assert [label for label, _ in failed.value.evidence.lines] == ["reply", "expected", "got"]


def test_a_crash_is_a_failure_that_says_so() -> None:
    """A crash proves less than a wrong outcome, so it is marked."""

    def crashes(_reply: Reply) -> Outcome:
        raise KeyError("Url")

    with pytest.raises(ConformanceFailure, match=r"got crash, KeyError") as failed:
        judge(subject(crashes), replace(CASE, control=None))
    assert failed.value.crash


def test_the_traits_of_the_implementation_are_looked_at() -> None:
    """They widen what is accepted."""
    judged = subject(by_body(case=success()))
    judged.adapter.implementation = implementation(lacks=("WebRTCConnection",))  # type: ignore[attr-defined]
    assert judge(judged, Case(reply("case"), success(WebRTCConnection=structure()))) == success()


def test_a_control_that_comes_out_right_is_returned() -> None:
    """Some checks look at nothing else."""
    assert require(subject(by_body(control=success(a=A))), CONTROL) == success(a=A)
