"""Ways onto the wire: every equivalent one, and the faults, each with the simplest first.

Owns what is drawn of ``delivery``. Positions are bytes of the message that an answer makes, so that they are drawn
when it is known.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.delivery import Answer, Delivered, Delivery, Fault, FaultKind, Framing
from participant_strategies.http_text import last_chunk, message
from participant_strategies.reply import Case, Reply

#: RFC 9110, section 15.2: interim replies a client has not asked for. 101 would need an Upgrade.
INTERIM: Final = (103, 102, 100)
#: RFC 9110, section 5.6.3: optional white space is blanks and tabs.
SPACES: Final = ("", " ", "  ", "\t", " \t ", "        ")
#: RFC 9112, section 7.1.1: with a value, quoted, without one, and two of them.
EXTENSIONS: Final = ("", ";a=b", ';a="b;c"', ";a", ";a=b;c=d")
#: RFC 9112, section 7.1.2: a client may discard them. The second one must not be taken for the type of an error.
TRAILERS: Final = ("", "X-A: b", "X-Amzn-Errortype: ThrottlingException")
#: Seconds between two bytes of a reply that drips.
DRIP: Final = 0.1


@cache
def chunked_deliveries() -> SearchStrategy[Delivery]:
    """Draw chunked framing, with chunks of every size, extensions and trailers."""
    return st.builds(
        Delivery,
        framing=st.just(Framing.CHUNKED),
        chunk=st.sampled_from([0, 1, 2, 7, 16, 100]),
        extension=st.sampled_from(EXTENSIONS),
        trailer=st.sampled_from(TRAILERS),
        persistent=_kept(),
    )


@cache
def interim_deliveries() -> SearchStrategy[Delivery]:
    """Draw one or several interim replies before the reply."""
    statuses = st.lists(st.sampled_from(INTERIM), min_size=1, max_size=3).map(tuple)
    return st.builds(Delivery, interim=statuses, persistent=_kept())


@cache
def spaced_deliveries() -> SearchStrategy[Delivery]:
    """Draw white space around the values of headers, other than one blank before."""
    pairs = [(before, behind) for before in SPACES for behind in SPACES if (before, behind) != (" ", "")]
    return st.sampled_from(pairs).map(lambda pair: Delivery(before=pair[0], behind=pair[1]))


@cache
def whole_deliveries() -> SearchStrategy[Delivery]:
    """Draw any way in which a reply arrives whole."""
    return st.one_of(
        st.just(Delivery()),
        st.just(Delivery(persistent=False)),
        st.just(Delivery(framing=Framing.CLOSE)),
        chunked_deliveries(),
        interim_deliveries(),
        spaced_deliveries(),
    )


def _kept() -> SearchStrategy[bool]:
    return st.sampled_from([True, True, False])


def cut_at(reply: Reply, kind: FaultKind, part: int, *, chunk: int | None = None) -> Answer:
    """Cut the body of a reply, which has one, after so many hundredths of what may be missing.

    A length tells where it ends; with ``chunk`` chunks do, of so many bytes. 0 is before its first byte, 100 before the
    last byte, or behind the data and before what ends the chunks: then all of the content has arrived.
    """
    # With the fault, since it stands in the head that the connection will be closed.
    plain = Delivery() if chunk is None else Delivery(framing=Framing.CHUNKED, chunk=chunk)
    delivery = replace(plain, fault=Fault(kind))
    whole = message(Answer(reply, delivery))
    # A client that has seen the last chunk may do without the line end behind it.
    last = len(whole.data) - (1 if chunk is None else len(last_chunk(delivery)))
    return Answer(reply, replace(delivery, fault=Fault(kind, whole.body_at + (last - whole.body_at) * part // 100)))


@st.composite
def cut_bodies(draw: DrawFn, reply: Reply) -> Answer:
    """Draw a way in which the body of a reply, which has one, arrives cut, and the framing tells.

    RFC 9112, section 8: a message with fewer bytes than its Content-Length, or without the last chunk, is incomplete.
    A chunk whose size is no number is the same: where the body goes on is not to be known. What stands in place of the
    line end behind a chunk is not drawn: no text has a client look at it, and all of the content arrives.
    """
    chunk, kind = draw(_CUTS)
    if kind is FaultKind.LENGTH:
        return Answer(reply, Delivery(fault=Fault(kind, by=draw(_MISSING))))
    if kind is FaultKind.CHUNK_SIZE:
        # The first chunk: wherever the fault stands, what came before it is a cut body.
        return Answer(reply, Delivery(framing=Framing.CHUNKED, chunk=chunk or 0, fault=Fault(kind)))
    return cut_at(reply, kind, draw(_PARTS), chunk=chunk)


_ENDS: Final = (FaultKind.CUT, FaultKind.RESET)
_CUTS: Final = st.sampled_from(
    [(None, kind) for kind in (*_ENDS, FaultKind.LENGTH)]
    + [(chunk, kind) for chunk in (0, 1, 7) for kind in (*_ENDS, FaultKind.CHUNK_SIZE)]
)
#: The ends are where something else may go wrong than in between.
_PARTS: Final = st.one_of(st.sampled_from([0, 100]), st.integers(0, 100))
_MISSING: Final = st.sampled_from([1, 2, 100, 100_000])


@st.composite
def delivered(draw: DrawFn, cases: SearchStrategy[Case], deliveries: SearchStrategy[Delivery]) -> Delivered:
    """Draw one of these cases and one of these ways onto the wire."""
    return Delivered(draw(cases), draw(deliveries))


@st.composite
def cut(draw: DrawFn, cases: SearchStrategy[Case]) -> Delivered:
    """Draw one of these cases, whose body arrives cut.

    White space behind a JSON text belongs to the body: where it is what is missing, the text itself is whole, and who
    takes it has not looked at the framing.
    """
    case = draw(cases)
    reply = replace(case.reply, body=case.reply.body + draw(_BEHIND))
    return Delivered(replace(case, reply=reply), draw(cut_bodies(reply)).delivery)


_BEHIND: Final = st.sampled_from([b"", b" ", b"\n" * 200])


@st.composite
def faulty_answers(draw: DrawFn, reply: Reply, *, kinds: tuple[FaultKind, ...] = tuple(FaultKind)) -> Answer:
    """Draw an answer with a fault of one of these kinds, anywhere between the first byte and the last."""
    kind = draw(st.sampled_from(kinds))
    chunked = kind in (FaultKind.CHUNK_SIZE, FaultKind.CHUNK_END)
    delivery = replace(draw(whole_deliveries()), framing=Framing.CHUNKED) if chunked else draw(whole_deliveries())
    match kind:
        case FaultKind.LENGTH:
            by = draw(st.integers(1, 50)) * (1 if not reply.body or draw(st.booleans()) else -1)
            fault = Fault(kind, by=max(by, -len(reply.body)))
            delivery = replace(delivery, framing=Framing.LENGTH)
        case FaultKind.EXTRA:
            fault = Fault(kind, by=draw(st.integers(1, 2000)))
        case FaultKind.CHUNK_SIZE | FaultKind.CHUNK_END:
            fault = Fault(kind)
        case _:
            size = len(message(Answer(reply, replace(delivery, fault=Fault(kind)))).data)
            seconds = DRIP if kind is FaultKind.DRIP else 0.0
            fault = Fault(kind, draw(st.integers(0, size - 1)), seconds=seconds)
    return Answer(reply, replace(delivery, fault=fault))
