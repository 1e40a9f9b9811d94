"""Ways onto the wire as they are drawn: what arrives whole is whole to h11, and what is cut is not."""

from __future__ import annotations

from collections.abc import Callable

import h11
import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies import deliveries
from participant_strategies.deliveries import (
    chunked_deliveries,
    cut,
    cut_at,
    cut_bodies,
    delivered,
    faulty_answers,
    interim_deliveries,
    spaced_deliveries,
    whole_deliveries,
)
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.http_text import End, Send, last_chunk, message, steps
from participant_strategies.reply import Case, Reply
from participant_strategies.successes import full, success_case
from tests.strategies.drawing import draws, minimal

CASE = success_case(full("\u00e9"))
REPLY = CASE.reply


def received(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """Let h11 take an answer up to the end of the connection; raise its error where the answer is not whole."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="POST", target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    for step in steps(answer):
        if isinstance(step, Send):
            client.receive_data(step.data)
    client.receive_data(b"")
    head: h11.Response | None = None
    body = b""
    while not isinstance(event := client.next_event(), h11.EndOfMessage):
        match event:
            case h11.Response():
                head = event
            case h11.Data():
                body += event.data
    assert head is not None
    return head.status_code, [(k.decode().lower(), v.decode()) for k, v in head.headers], body


@pytest.mark.parametrize(
    "strategy",
    [chunked_deliveries, interim_deliveries, spaced_deliveries, whole_deliveries],
    ids=lambda it: it.__name__,
)
def test_what_arrives_whole_is_the_reply(strategy: Callable[[], SearchStrategy[Delivery]]) -> None:
    """Status, headers and body, to a reader that is strict."""
    for delivery in draws(strategy(), 150):
        answer = Answer(REPLY, delivery)
        status, headers, body = received(answer)
        assert (status, body, answer.whole) == (200, REPLY.body, True)
        assert ("content-type", "application/json") in headers


def test_the_simplest_way_is_the_plain_one() -> None:
    """It is what a counterexample shrinks to."""
    assert minimal(whole_deliveries(), lambda _delivery: True) == Delivery()


def test_chunks_come_in_every_form() -> None:
    """Sizes, extensions and trailers."""
    drawn = draws(chunked_deliveries(), 300)
    assert {delivery.framing for delivery in drawn} == {Framing.CHUNKED}
    assert {delivery.chunk for delivery in drawn} == {0, 1, 2, 7, 16, 100}
    assert {delivery.extension for delivery in drawn} == set(deliveries.EXTENSIONS)
    assert {delivery.trailer for delivery in drawn} == set(deliveries.TRAILERS)
    assert {delivery.persistent for delivery in drawn} == {True, False}


def test_interim_replies_are_one_to_three_that_need_no_upgrade() -> None:
    """Each of them."""
    drawn = [delivery.interim for delivery in draws(interim_deliveries(), 300)]
    assert {len(interim) for interim in drawn} == {1, 2, 3}
    assert {status for interim in drawn for status in interim} == {100, 102, 103}


def test_white_space_is_another_than_usual() -> None:
    """In front, behind, or both."""
    drawn = {(delivery.before, delivery.behind) for delivery in draws(spaced_deliveries())}
    assert len(drawn) == len(deliveries.SPACES) ** 2 - 1
    assert (" ", "") not in drawn


# Cut bodies


def test_a_cut_body_is_not_whole_to_a_strict_reader() -> None:
    """In none of the ways."""
    for answer in draws(cut_bodies(REPLY), 200):
        assert not answer.whole
        with pytest.raises(h11.RemoteProtocolError):
            received(answer)


def test_a_body_is_cut_in_every_way() -> None:
    """By a length, by chunks; closed, reset, told wrong."""
    drawn = {
        (answer.delivery.framing, answer.delivery.fault.kind)
        for answer in draws(cut_bodies(REPLY))
        if answer.delivery.fault
    }
    ends = {
        (framing, kind) for framing in (Framing.LENGTH, Framing.CHUNKED) for kind in (FaultKind.CUT, FaultKind.RESET)
    }
    assert drawn == ends | {(Framing.LENGTH, FaultKind.LENGTH), (Framing.CHUNKED, FaultKind.CHUNK_SIZE)}


@pytest.mark.parametrize("chunk", [None, 0, 5])
@pytest.mark.parametrize("part", [0, 50, 100])
def test_the_head_of_a_cut_body_arrives(chunk: int | None, part: int) -> None:
    """And less than the whole body."""
    answer = cut_at(REPLY, FaultKind.CUT, part, chunk=chunk)
    whole = message(answer)
    first, end = steps(answer)
    assert (end, isinstance(first, Send)) == (End(), True)
    assert whole.body_at <= len(first.data) < len(whole.data)  # type: ignore[union-attr]


def test_a_body_in_chunks_can_lack_its_end_alone() -> None:
    """All of the content is there, and nothing says that it is."""
    answer = cut_at(REPLY, FaultKind.CUT, 100, chunk=7)
    assert steps(answer)[0] == Send(message(answer).data.removesuffix(last_chunk(answer.delivery)))


def test_the_simplest_cut_is_that_of_a_length_before_the_body() -> None:
    """It is what a counterexample shrinks to."""
    assert minimal(cut_bodies(REPLY), lambda _answer: True) == cut_at(REPLY, FaultKind.CUT, 0)


def test_a_cut_case_may_lack_white_space_alone() -> None:
    """Then its JSON text is whole; the case is the reply with all of it."""
    drawn = draws(cut(delivered_cases()), 300)
    assert {one.case.reply.body.removeprefix(REPLY.body) for one in drawn} == {b"", b" ", b"\n" * 200}
    assert {one.case.expected for one in drawn} == {CASE.expected}
    lacking = [one for one in drawn if REPLY.body in sent(one.answer) and not one.answer.whole]
    assert any(one.delivery.fault is not None and one.delivery.fault.kind is FaultKind.CUT for one in lacking)


def sent(answer: Answer) -> bytes:
    """Return all bytes that go out."""
    return b"".join(step.data for step in steps(answer) if isinstance(step, Send))


def delivered_cases() -> SearchStrategy[Case]:
    """Draw the one case of this module."""
    return st.just(CASE)


def test_a_delivered_case_is_one_of_each() -> None:
    """A case and a way."""
    for one in draws(delivered(delivered_cases(), chunked_deliveries()), 20):
        assert (one.case, one.delivery.framing) == (CASE, Framing.CHUNKED)


# Faults of any kind


@pytest.mark.parametrize("kind", list(FaultKind))
@pytest.mark.parametrize("body", [b"", b"{}"], ids=["empty", "small"])
def test_a_fault_of_every_kind_can_be_drawn(kind: FaultKind, body: bytes) -> None:
    """It stands within the message, and its steps can be told."""
    reply = Reply(200, (), body)
    for answer in draws(faulty_answers(reply, kinds=(kind,)), 100):
        fault = answer.delivery.fault
        assert isinstance(fault, Fault)
        assert fault.kind is kind
        assert fault.at < len(message(answer).data)
        assert steps(answer)


def test_a_wrong_length_is_never_negative() -> None:
    """It is wrong, too."""
    for answer in draws(faulty_answers(Reply(200, (), b"ab"), kinds=(FaultKind.LENGTH,)), 200):
        (length,) = [line for line in message(answer).head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
        assert int(length.split()[1]) >= 0
        assert int(length.split()[1]) != 2
