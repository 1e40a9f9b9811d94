"""The checks of replies that only a socket shows, and the reference on real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

import pytest

from participant_conformance.checks import registry, wire
from participant_conformance.checks.check import Check
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import Subject
from participant_strategies.call_cases import FINAL, LONG, SUCCESS, typed
from participant_strategies.deliveries import cut_at
from participant_strategies.delivery import Answer, Delivered, Delivery, FaultKind
from participant_strategies.errors import ERROR_TYPE_HEADER, Place
from participant_strategies.reply import (
    ConnectionRequest,
    Crashed,
    Decoded,
    Outcome,
    Refused,
    Rejected,
    ServiceError,
)
from participant_strategies.value import Structure
from tests.harness.samples import judge
from tests.harness.scripted import ARRIVED, Script, came, right, scripted
from tests.strategies.drawing import draws

CHECKS: dict[str, Check] = {
    name: check for name, check in registry().items() if check.example.__module__ == wire.__name__
}
EMPTY = Decoded(Structure())
CUT = Delivered(LONG, cut_at(LONG.reply, FaultKind.CUT, 50).delivery)


def hindered(outcome: Outcome) -> Subject:
    """Return a subject that is right about what is delivered plainly, and gives this for all else."""
    return scripted(lambda _request, answers: right(answers[0]) if answers[0] == Answer(answers[0].reply) else outcome)


@pytest.fixture(scope="module")
def reference() -> Iterator[Subject]:
    """The reference implementation over real sockets."""
    with closing(Reference()) as adapter, closing(Subject(adapter, link=LoopbackLink)) as subject:
        yield subject


@pytest.mark.parametrize("name", CHECKS)
def test_the_reference_conforms(reference: Subject, name: str) -> None:
    """On real sockets, in the cases of the edition and some more."""
    result = run_check(CHECKS[name], reference, Effort(10))
    assert (result.finding, result.observed) == (Finding.CONFORMS, result.examples), result.reason


@pytest.mark.parametrize("name", CHECKS)
def test_who_sends_nothing_is_not_observed(name: str) -> None:
    """Whatever it says came of the call."""
    check = CHECKS[name]
    case = check.vectors[0] if check.vectors else draws(check.cases(), 1)[0]
    for outcome in (EMPTY, LONG.expected, Rejected("a"), Refused("a")):
        with pytest.raises(NotObserved):
            judge(name, scripted(lambda *_given, outcome=outcome: came(outcome)), case)


# Cut bodies


@pytest.mark.parametrize("value", [LONG.expected, EMPTY], ids=["whole", "empty"])
def test_a_cut_body_that_is_a_success_fails(value: Outcome) -> None:
    """An empty one too; how it was cut is told."""
    with pytest.raises(ConformanceFailure, match=r"^expected no success, got success") as failed:
        judge("decode.cut-body", hindered(value), CUT)
    assert dict(failed.value.evidence.lines)["delivered"] == repr(CUT.delivery)


@pytest.mark.parametrize(
    "outcome",
    [Rejected("a"), Crashed("a", "ConnectionResetError"), ServiceError(None, None, known=False)],
    ids=lambda outcome: type(outcome).__name__,
)
def test_anything_but_a_success_is_free_where_a_body_is_cut(outcome: Outcome) -> None:
    """No text says what a broken connection becomes."""
    judge("decode.cut-body", hindered(outcome), CUT)


def test_a_whole_body_that_comes_out_wrong_is_not_observed() -> None:
    """Then the cut is not what was seen."""
    with pytest.raises(NotObserved):
        judge("decode.cut-body", scripted(lambda *_given: Rejected("a")), CUT)


def test_a_cut_body_that_nobody_asked_for_is_not_observed() -> None:
    """Though the plain reply is taken."""

    def script(_request: ConnectionRequest, answers: tuple[Answer, ...]) -> Any:
        return right(answers[0]) if answers[0].delivery == Delivery() else came(Rejected("a"))

    with pytest.raises(NotObserved, match="no request arrived"):
        judge("decode.cut-body", scripted(script), CUT)


# White space


def test_white_space_that_becomes_a_part_of_the_type_fails() -> None:
    """The white space is told."""
    spaced = Delivered(typed("AccessDeniedException"), Delivery(behind="\t"))
    kept = ServiceError("AccessDeniedException\t", "a", known=False)
    with pytest.raises(ConformanceFailure) as failed:
        judge("error.header-space-trimmed", hindered(kept), spaced)
    assert dict(failed.value.evidence.lines)["drawn"] == r"delivered white space ' ' and '\t'"


# What is told


def compressed(outcome: Outcome, *, asked: str = "") -> Subject:
    """Return a subject that makes this of a compressed reply, and asks for it like this."""
    received = replace(ARRIVED, headers=(*ARRIVED.headers, *((("accept-encoding", asked),) if asked else ())))

    def script(_request: ConnectionRequest, answers: tuple[Answer, ...]) -> Any:
        return came(outcome, received) if answers[0].delivery.coding else right(answers[0])

    return scripted(script)


@pytest.mark.parametrize(
    ("outcome", "asked", "found"),
    [
        (LONG.expected, "deflate, GZIP", "which Accept-Encoding asks for: understood"),
        (LONG.expected, "identity", "which no Accept-Encoding asks for: understood"),
        (EMPTY, "", "which no Accept-Encoding asks for: an empty success"),
        (SUCCESS.expected, "", "which no Accept-Encoding asks for: another success"),
        (ServiceError("A", None, known=False), "", "which no Accept-Encoding asks for: an error, A"),
        (ServiceError(None, None, known=False), "", "which no Accept-Encoding asks for: an error without a type"),
        (Rejected("a"), "", "which no Accept-Encoding asks for: rejected"),
        (Crashed("a", "UnicodeDecodeError"), "", "which no Accept-Encoding asks for: a crash"),
    ],
    ids=str,
)
def test_what_becomes_of_a_compressed_success_is_told(outcome: Outcome, asked: str, found: str) -> None:
    """And whether it was asked for."""
    assert judge("decode.gzip", compressed(outcome, asked=asked), "a success") == f"a success in gzip, {found}"


DENIED = typed("AccessDeniedException").expected


@pytest.mark.parametrize(
    ("place", "outcome", "found"),
    [
        (Place.HEADER, DENIED, "header: understood"),
        (Place.CODE, DENIED, "body: understood"),
        (Place.HEADER, replace(cast("ServiceError", DENIED), message=None), "header: its type, without its message"),
        (Place.CODE, ServiceError(None, None, known=False), "body: an error without a type"),
        (Place.CODE, Rejected("a"), "body: rejected"),
    ],
    ids=str,
)
def test_what_becomes_of_a_compressed_error_is_told(place: Place, outcome: Outcome, found: str) -> None:
    """Of the type and the message."""
    assert judge("error.gzip", compressed(outcome), place) == f"an error in gzip, its type in the {found}"


def naming(choose: Any) -> Script:
    """Return the script of who takes this of several types in the header."""

    def script(_request: ConnectionRequest, answers: tuple[Answer, ...]) -> Any:
        reply = answers[0].reply
        values = [value for name, value in reply.headers if name == ERROR_TYPE_HEADER]
        several = [part for value in values for part in value.split(", ")]
        return right(answers[0]) if len(several) == 1 else ServiceError(choose(several), "a", known=True)

    return script


@pytest.mark.parametrize("case", ["two lines", "two values"])
@pytest.mark.parametrize(
    ("choose", "found"),
    [
        (lambda names: names[0], "the first wins"),
        (lambda names: names[-1], "the last wins"),
        (min, "an error, AccessDeniedException"),
        (", ".join, "; ".join(f"an error, {first}, {second}" for first, second in (FINAL, FINAL[::-1]))),
    ],
    ids=["first", "last", "one", "both"],
)
def test_which_of_two_types_in_the_header_counts_is_told(case: str, choose: Any, found: str) -> None:
    """Seen in both orders."""
    assert judge("error.repeated-header", scripted(naming(choose)), case) == f"{case} of the header: {found}"
