"""The traits of ``call``: what an adapter is asked for by each, what is not offered without, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from participant_conformance.adapter import AdapterError, Traits, offered
from participant_conformance.gate.runner import PROCESSES, Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.links import LinkError
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.respx_link import RespxLink
from participant_conformance.subject import USUAL_REQUEST, NotOfferedError, Subject
from participant_conformance.wire_data import WireFormError
from participant_conformance.wire_form import Question, question, question_of
from participant_strategies.delivery import Answer, Delivery
from participant_strategies.reply import ConnectionRequest, Decoded, Reply
from participant_strategies.value import Structure
from tests.gate.synthetic import Recorded, check, requirement
from tests.harness.samples import OK, implementation, subject


class Keeper:
    """Sends nothing, and keeps the keywords of its calls."""

    def __init__(self, **traits: Any) -> None:
        self.implementation = implementation(**traits)
        self.given: list[dict[str, Any]] = []

    def call(self, endpoint: str, request: ConnectionRequest, **options: Any) -> Decoded:  # noqa: ARG002
        """Answer an empty success."""
        self.given.append(options)
        return Decoded(Structure())


class Plain(Keeper):
    """The same, without any keyword."""

    def call(self, endpoint: str, request: ConnectionRequest) -> Decoded:  # type: ignore[override]  # as many adapters do
        """Answer an empty success."""
        return super().call(endpoint, request)


@pytest.fixture
def link() -> Iterator[LoopbackLink]:
    """A link that is closed after the test."""
    with closing(LoopbackLink()) as made:
        yield made


@pytest.mark.parametrize(
    ("traits", "how", "given"),
    [
        ({}, {}, {}),
        ({"retries": "off"}, {}, {}),
        ({"retries": "switch"}, {}, {"retries": False}),
        ({"retries": "switch"}, {"by_default": True}, {"retries": True}),
        ({"limits": True}, {}, {}),
        ({"limits": True}, {"limit": 0.5}, {"limit_s": 0.5}),
        ({"limits": True, "retries": "switch"}, {"limit": 1.0}, {"limit_s": 1.0, "retries": False}),
        ({"retries": "on"}, {"by_default": True}, {}),
    ],
    ids=str,
)
def test_a_call_is_given_what_its_traits_say(link: LoopbackLink, traits: Any, how: Any, given: Any) -> None:
    """Nothing else: an adapter without traits takes two arguments."""
    adapter = Keeper(**traits)
    Subject(adapter, link=lambda: link).call(USUAL_REQUEST, OK, **how)
    assert adapter.given == [given]


@pytest.mark.parametrize(
    ("traits", "how", "told"),
    [
        ({"retries": "off"}, {"by_default": True}, "the adapter has switched the client's retries off (trait retries)"),
        ({}, {"limit": 0.5}, "call keeps no time limit that it is given (trait limits)"),
    ],
)
def test_what_a_call_cannot_be_told_is_not_offered(link: LoopbackLink, traits: Any, how: Any, told: str) -> None:
    """It is said why."""
    adapter = Keeper(**traits)
    with pytest.raises(NotOfferedError) as wrong:
        Subject(adapter, link=lambda: link).call(USUAL_REQUEST, OK, **how)
    assert (str(wrong.value), adapter.given) == (told, [])


def test_several_calls_at_once_need_the_capability() -> None:
    """As one call does."""
    with pytest.raises(NotOfferedError, match=r"^call is not offered$"):
        subject().call_at_once({"a": OK})


def test_a_delivery_needs_a_link_that_has_bytes() -> None:
    """Through respx there are none; a plain answer goes through."""
    with closing(Subject(Keeper(), link=RespxLink)) as judged:
        judged.call(USUAL_REQUEST, Answer(OK))
        with pytest.raises(NotOfferedError, match=r"^through the respx link no bytes go out$"):
            judged.call(USUAL_REQUEST, Answer(OK, Delivery(interim=(100,))))


@pytest.mark.parametrize("traits", [{"retries": "switch"}, {"limits": True}], ids=str)
def test_an_adapter_that_cannot_be_told_what_its_traits_say_is_unsound(traits: Any) -> None:
    """It would crash in the middle of a run."""
    name = {"retries": "retries", "limits": "limit_s"}[next(iter(traits))]
    with pytest.raises(AdapterError, match=rf"cannot be called with 2 arguments and {name}= \(its traits say so\): "):
        offered(Plain(**traits))


@pytest.mark.parametrize("name", ["retries", "cost"])
def test_a_trait_with_choices_is_one_of_them(name: str) -> None:
    """A misspelled one would be taken for another."""
    with pytest.raises(AdapterError, match=rf"^trait {name}: there are .*; not str 'sometimes'$"):
        Traits(**{name: "sometimes"})  # type: ignore[arg-type]


@pytest.mark.parametrize("vectors", [(), (-1, -2), tuple(range(-9, 0))], ids=len)
def test_where_a_call_takes_a_process_few_are_made(vectors: tuple[int, ...]) -> None:
    """The vectors first, then draws, five in all."""
    recorded, judged = Recorded(), subject()
    judged.adapter.implementation = implementation(cost="process")  # type: ignore[attr-defined]
    result = run_check(check(recorded, vectors=vectors), judged, Effort(100))
    assert (result.finding, len(recorded.cases)) == (Finding.CONFORMS, PROCESSES)
    assert recorded.cases[: len(vectors)] == list(vectors[:PROCESSES])


def test_a_link_that_fails_is_our_fault() -> None:
    """Before the first example, too."""

    def broken() -> LoopbackLink:
        raise LinkError("no port can be had")

    needs = replace(requirement(needs=("call",)), raw_bytes=True)
    result = run_check(check(Recorded(), of=needs), Subject(Keeper(), link=broken), Effort(1))
    assert (result.finding, result.reason) == (Finding.SUITE_BUG, "no port can be had")


@pytest.mark.parametrize(
    "options", [{}, {"retries": False}, {"limit_s": 0.5}, {"retries": True, "limit_s": 2}], ids=str
)
def test_the_options_of_a_call_cross_a_pipe(options: dict[str, Any]) -> None:
    """Under the names of the protocol."""
    asked = question("call", "http://127.0.0.1:1", USUAL_REQUEST, **options)
    assert {name: asked[name] for name in options} == options
    assert question_of(asked) == Question("call", ("http://127.0.0.1:1", USUAL_REQUEST), options)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"retries": 1}, "call.retries is 1, which is no bool"),
        ({"limit_s": "1"}, "call.limit_s is '1', which is no float"),
        ({"limit_s": True}, "call.limit_s is True, which is no float"),
    ],
    ids=str,
)
def test_an_option_of_another_type_is_one_clear_error(options: dict[str, Any], told: str) -> None:
    """It names the place."""
    asked = question("call", "http://127.0.0.1:1", USUAL_REQUEST, **options)
    with pytest.raises(WireFormError) as wrong:
        question_of(asked)
    assert str(wrong.value) == told


def test_a_reply_and_a_plain_answer_are_the_same(link: LoopbackLink) -> None:
    """Who says nothing of the delivery has the plain one."""
    served = [link.serve(one).answers for one in (Reply(200, (), b"{}"), Answer(Reply(200, (), b"{}")))]
    assert served[0] == served[1]
