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

from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.http_text import message
from participant_strategies.reply import Reply

#: RFC 9110, section 15.2: interim replies a client has not asked for. 101 would need an Upgrade.
INTERIM: Final = (103, 102, 100)
#: RFC 9110, section 5.6.3: optional white space is blanks and tabs.
SPACES: Final = ("", " ", "  ", "\t", " \t ", "        ")
#: Seconds between two bytes of a reply that drips.
DRIP: Final = 0.1


@cache
def chunked_deliveries() -> SearchStrategy[Delivery]:
    """Draw chunked framing, with chunks of every size."""
    return st.builds(
        Delivery, framing=st.just(Framing.CHUNKED), chunk=st.sampled_from([0, 1, 2, 7, 16, 100]), persistent=_kept()
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


@st.composite
def cut_bodies(draw: DrawFn, reply: Reply) -> Answer:
    """Draw a way in which the body of a reply, which has one, arrives cut, and the framing tells.

    RFC 9112, section 8: a message with fewer bytes than its Content-Length, or without the last chunk, is incomplete.
    """
    framing = draw(_TOLD_FRAMINGS)
    delivery = Delivery(framing=framing, chunk=draw(_CHUNKS))
    if framing is Framing.CHUNKED and (kind := draw(_CHUNK_FAULTS)) is not None:
        # The first chunk: wherever the fault stands, what came before it is a cut body.
        return Answer(reply, replace(delivery, fault=Fault(kind)))
    whole = message(Answer(reply, delivery))
    # The last bytes are the line end behind the last chunk, which a client may do without: it has seen the end.
    last = len(whole.data) - (5 if framing is Framing.CHUNKED else 1)
    kind = draw(_ENDS)
    return Answer(reply, replace(delivery, fault=Fault(kind, draw(st.integers(whole.body_at, last)))))


_TOLD_FRAMINGS: Final = st.sampled_from([Framing.LENGTH, Framing.CHUNKED])
_CHUNKS: Final = st.sampled_from([0, 1, 7])
_CHUNK_FAULTS: Final = st.sampled_from([None, FaultKind.CHUNK_SIZE, FaultKind.CHUNK_END])
_ENDS: Final = st.sampled_from([FaultKind.CUT, FaultKind.RESET])


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
            size = len(message(Answer(reply, delivery)).data)
            seconds = DRIP if kind is FaultKind.DRIP else 0.0
            fault = Fault(kind, draw(st.integers(0, size - 1)), seconds=seconds)
    return Answer(reply, replace(delivery, fault=fault))
