"""The checks of errors that judge nothing: each of their findings in words, and when they say nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from participant_conformance.checks import error_observed, registry
from participant_conformance.failures import NotObserved
from participant_conformance.reference.adapter import Reference
from participant_conformance.requirements import Level, catalogue
from participant_conformance.subject import Subject
from participant_strategies.errors import Place
from participant_strategies.reply import Decoded, Rejected, Reply, ServiceError
from participant_strategies.value import Structure
from tests.harness.samples import EMPTY, OwnError, judge, subject
from tests.strategies.drawing import draws

DENIED, INVALID = "AccessDeniedException", "ValidationException"
CHECKS = [name for name, check in registry().items() if check.example.__module__ == error_observed.__name__]

Answer = Callable[[Reply], object]


def members(reply: Reply) -> dict[str, Any]:
    """Return the members of a reply's body, in their order."""
    found: dict[str, Any] = json.loads(reply.body)
    return found


def usually(special: Callable[[Reply], bool], answer: Answer) -> Subject:
    """Return a subject that answers like this what is special, and all else as the reference does."""

    def take(reply: Reply) -> object:
        return answer(reply) if special(reply) else Reference().read(reply)

    return subject(take)


def recording(taken: list[Reply]) -> Subject:
    """Return a subject that answers as the reference does, and keeps what it was given."""

    def take(reply: Reply) -> object:
        taken.append(reply)
        return Reference().read(reply)

    return subject(take)


def both_types(reply: Reply) -> bool:
    """Tell whether a body names two types."""
    return {"code", "__type"} <= members(reply).keys()


def known(code: str | None, message: str | None = "a") -> ServiceError:
    """Return a known error."""
    return ServiceError(code, message, known=True)


def named(*places: str) -> Answer:
    """Return what names the type of the first of these members that comes first in the text."""
    return lambda reply: known(next(str(item) for name, item in members(reply).items() if name in places))


def last(reply: Reply) -> ServiceError:
    """Name the type that comes last in the text."""
    return known(str(list(members(reply).values())[-1]))


def test_the_checks_that_judge_nothing_are_these() -> None:
    """Each has its tests below."""
    assert [name.partition(".")[2] for name in CHECKS] == [
        *("code-or-dunder-type", "value-case", "capital-code", "other-message-keys", "both-messages", "on-200"),
    ]


@pytest.mark.parametrize("name", CHECKS)
def test_they_are_of_the_level_that_judges_nothing(name: str) -> None:
    """What they find is told."""
    assert catalogue()[name].level is Level.INFO


@pytest.mark.parametrize("name", CHECKS)
def test_who_rejects_everything_is_told_nothing(name: str) -> None:
    """What it makes of a plain reply is the control."""
    for case in draws(registry()[name].cases(), 10):
        with pytest.raises(NotObserved, match=r'rejected: "a"$'):
            judge(name, subject(lambda _reply: Rejected("a")), case)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (named("code"), "code wins"),
        (named("__type"), "__type wins"),
        (named("code", "__type"), "the first in the text wins"),
        (last, "the last in the text wins"),
        (lambda _reply: known("A"), "neither wins: A; A"),
        (
            lambda _reply: ServiceError(INVALID, "a", known=False),
            f"neither wins: {INVALID}, unknown; {INVALID}, unknown",
        ),
        (
            lambda _reply: ServiceError(None, "a", known=False),
            "neither wins: an error without a type; an error without a type",
        ),
        (lambda _reply: EMPTY, "neither wins: a success; a success"),
        (lambda _reply: Rejected("a"), "neither wins: rejected; rejected"),
    ],
    ids=["code", "type", "first", "last", "neither", "unknown", "none", "success", "rejected"],
)
def test_which_of_two_types_wins_is_told(answer: Answer, found: str) -> None:
    """By both orders of the text."""
    assert judge("error.code-or-dunder-type", usually(both_types, answer), "both orders") == found


def test_a_crash_is_one_of_the_things_that_are_told() -> None:
    """It is judged elsewhere."""

    def crash(_reply: Reply) -> object:
        raise KeyError("code")

    found = judge("error.code-or-dunder-type", usually(both_types, crash), "both orders")
    assert found == "neither wins: a crash; a crash"


def test_either_member_alone_has_to_be_read() -> None:
    """Else nothing is learnt of the two."""
    deaf = usually(lambda reply: "code" in members(reply), lambda _reply: ServiceError(None, "a", known=False))
    with pytest.raises(NotObserved):
        judge("error.code-or-dunder-type", deaf, "both orders")


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize(
    ("outcome", "found"),
    [(known(INVALID), INVALID), (ServiceError("A", None, known=False), "A, unknown"), (OwnError("a"), "rejected")],
    ids=["known", "unknown", "rejected"],
)
def test_a_type_in_other_letters_is_told(place: Place, outcome: object, found: str) -> None:
    """For each place, by what it is taken for."""

    def answer(_reply: Reply) -> object:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    judged = usually(lambda reply: b"validationexception" in repr(reply).encode(), answer)
    told = judge("error.value-case", judged, (place, "validationexception"))
    assert told == f"validationexception in the {place}: {found}"


def test_both_spellings_are_asked_for_in_every_place() -> None:
    """Small letters and capitals."""
    found = set(draws(registry()["error.value-case"].cases(), 100))
    assert found == {(place, code) for place in Place for code in (INVALID.lower(), INVALID.upper())}


@pytest.mark.parametrize("member", ["Code", "CODE", "Type", "type"])
def test_a_member_with_another_name_for_the_type_is_told(member: str) -> None:
    """One that is read, and one that is not."""
    name = "error.capital-code"
    assert judge(name, usually(lambda reply: member in members(reply), lambda _reply: known(DENIED)), member) == (
        f"{member}: {DENIED}"
    )
    assert judge(name, Subject(Reference()), member) == f"{member}: an error without a type"
    assert set(draws(registry()[name].cases(), 50)) == {"Code", "CODE", "Type", "type"}


@pytest.mark.parametrize("case", ["errorMessage", "detail", "x-amzn-error-message"])
@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (known(DENIED, "told"), "read"),
        (known(DENIED, "b"), "not read"),
        (known(DENIED, None), "not read"),
        (Rejected("told"), "not read"),
    ],
    ids=["read", "other", "none", "rejected"],
)
def test_another_place_for_the_message_is_told(case: str, outcome: object, found: str) -> None:
    """A member or a header, by whether its text comes out as the message."""
    judged = usually(lambda reply: "told" in repr(reply), lambda _reply: outcome)
    place = f"the header {case}" if case.startswith("x-") else case
    assert judge("error.other-message-keys", judged, case) == f"{place} is {found}"


def test_a_header_with_the_message_stands_beside_no_other() -> None:
    """The body is an empty object then."""
    taken: list[Reply] = []
    judge("error.other-message-keys", recording(taken), "x-amzn-ErrorMessage")
    assert [(reply.header("x-amzn-errormessage"), reply.body) for reply in taken[-1:]] == [("told", b"{}")]


@pytest.mark.parametrize("outcome", [known(DENIED, "capital"), known(DENIED, "small")], ids=["capital", "small"])
def test_which_of_two_messages_wins_is_told(outcome: ServiceError) -> None:
    """Where one of them always does."""
    judged = usually(lambda reply: "message" in members(reply), lambda _reply: outcome)
    member = {"capital": "Message", "small": "message"}[str(outcome.message)]
    assert judge("error.both-messages", judged, "both orders") == f"{member} wins"


@pytest.mark.parametrize(("index", "found"), [(0, "the first in the text wins"), (-1, "the last in the text wins")])
def test_an_order_of_messages_that_counts_is_told(index: int, found: str) -> None:
    """Where the text decides."""
    judged = usually(
        lambda reply: "message" in members(reply), lambda reply: known(DENIED, list(members(reply).values())[index])
    )
    assert judge("error.both-messages", judged, "both orders") == found


@pytest.mark.parametrize("outcome", [known(DENIED, None), known(DENIED, "b"), Rejected("capital"), EMPTY], ids=repr)
def test_that_neither_message_wins_is_told(outcome: object) -> None:
    """Another message, none, or no error."""
    judged = usually(lambda reply: "message" in members(reply), lambda _reply: outcome)
    assert judge("error.both-messages", judged, "both orders") == "neither wins"


@pytest.mark.parametrize("case", ["the header", "__type", "code"])
@pytest.mark.parametrize(
    ("outcome", "found"),
    [(known(DENIED), DENIED), (Decoded(Structure()), "a success"), (Rejected("a"), "rejected")],
    ids=["error", "success", "rejected"],
)
def test_what_a_success_with_a_type_is_taken_for_is_told(case: str, outcome: object, found: str) -> None:
    """For each place of the type."""
    judged = usually(lambda reply: DENIED in repr(reply), lambda _reply: outcome)
    assert judge("error.on-200", judged, case) == f"an error's type in {case} on a 200: {found}"


def test_a_type_stands_in_each_place_of_a_success() -> None:
    """The value of the control beside the header, nothing beside a member."""
    taken: list[Reply] = []
    judged = recording(taken)
    for case in ("the header", "__type", "code"):
        judge("error.on-200", judged, case)
    assert {reply.status for reply in taken} == {200}
    bodies = [members(reply) for reply in taken[1::2]]
    assert bodies == [members(taken[0]), {"__type": DENIED}, {"code": DENIED}]
    assert taken[1].header("x-amzn-errortype") == DENIED
