"""Replies as the bytes of HTTP/1.1 (RFC 9112), in every framing, and with the faults that happen on the way.

Owns what goes out, as steps that a link plays. It must not know sockets or clocks.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind, Framing
from participant_strategies.reply import Reply

#: Headers that say how the body is framed: they are the delivery's, whatever the reply says.
FRAMING_HEADERS: Final = frozenset({"content-length", "transfer-encoding", "connection"})
#: RFC 9110, sections 15.3.5 and 15.4.5: these never have a body, so they get no Content-Length either.
BODILESS: Final = frozenset({204, 304})

#: What is repeated where a reply has no end.
_FLOOD: Final = b"a" * 65_536
_BAD_SIZE: Final = b"wrong"
_BAD_END: Final = b"##"
#: RFC 8297: what early hints are about. Other interim replies need no header.
_HINT: Final = b"Link: </a>; rel=preload\r\n"


@dataclass(frozen=True, slots=True)
class Send:
    """These bytes go out."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing happens for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing more happens, until the other side leaves."""


@dataclass(frozen=True, slots=True)
class Flood:
    """These bytes go out again and again, until the other side leaves."""

    data: bytes


@dataclass(frozen=True, slots=True)
class End:
    """The connection is closed, or reset."""

    reset: bool = False


Step: TypeAlias = Send | Wait | Hold | Flood | End


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its parts: what goes before it, its head with the empty line, its body as it is framed."""

    interim: bytes
    head: bytes
    body: bytes

    @property
    def data(self) -> bytes:
        """The whole of it."""
        return self.interim + self.head + self.body

    @property
    def body_at(self) -> int:
        """The bytes before the body."""
        return len(self.interim) + len(self.head)


def message(answer: Answer) -> Message:
    """Write an answer's message, without what happens to it on the way but for wrong lengths and broken chunks."""
    delivery, reply = answer.delivery, answer.reply
    content, coding = _coded(reply, delivery)
    body, framing = _framed(content, reply.status, delivery)
    return Message(_interim(delivery), _head(reply, [*coding, *framing], delivery), body)


def steps(answer: Answer) -> tuple[Step, ...]:
    """Return what happens, in order. Where nothing ends it, the connection is kept."""
    delivery = answer.delivery
    pause = (Wait(delivery.pause),) if delivery.pause else ()
    data = message(answer).data
    if delivery.fault is not None:
        return (*pause, *_faulty(data, delivery.fault, delivery))
    return (*pause, Send(data)) if kept(answer) else (*pause, Send(data), End())


def last_chunk(delivery: Delivery) -> bytes:
    """Return what ends a chunked body: a chunk of no bytes, and the trailers (RFC 9112, sections 7.1 and 7.1.2)."""
    trailer = f"{delivery.trailer}\r\n" if delivery.trailer else ""
    return f"0{delivery.extension}\r\n{trailer}\r\n".encode("ascii")


def kept(answer: Answer) -> bool:
    """Whether the connection is kept for another request.

    Not behind an early reply: a client may have it while the rest of its request is still on the way.
    """
    delivery = answer.delivery
    return delivery.persistent and not delivery.early and delivery.framing is not Framing.CLOSE


def _coded(reply: Reply, delivery: Delivery) -> tuple[bytes, list[tuple[str, str]]]:
    # RFC 9110, section 8.4. The time in the format's head is left out, so that the bytes are the same each time.
    if delivery.coding == "gzip" and reply.status not in BODILESS:
        return gzip.compress(reply.body, mtime=0), [("Content-Encoding", "gzip")]
    return reply.body, []


def _framed(content: bytes, status: int, delivery: Delivery) -> tuple[bytes, list[tuple[str, str]]]:
    # A connection on which something goes wrong is not used again, and the client is told: what it does with the next
    # request on it would be another matter, and a race.
    faultless = delivery.fault is None or delivery.fault.kind is FaultKind.DRIP
    lasting = delivery.persistent and not delivery.early and faultless
    closing = [] if lasting else [("Connection", "close")]
    if status in BODILESS:
        return b"", closing
    match delivery.framing:
        case Framing.CHUNKED:
            return b"".join(_chunks(content, delivery)), [("Transfer-Encoding", "chunked"), *closing]
        case Framing.CLOSE:
            return content, [("Connection", "close")]
        case _:
            fault = delivery.fault
            wrong = fault.by if fault is not None and fault.kind is FaultKind.LENGTH else 0
            return content, [("Content-Length", str(len(content) + wrong)), *closing]


def _chunks(content: bytes, delivery: Delivery) -> Iterator[bytes]:
    # RFC 9112, section 7.1.
    size = delivery.chunk or len(content) or 1
    fault = delivery.fault or Fault(FaultKind.CUT, -1)
    extension = delivery.extension.encode("ascii")
    for number, start in enumerate(range(0, len(content), size)):
        part = content[start : start + size]
        broken = fault.at == number
        yield _BAD_SIZE if broken and fault.kind is FaultKind.CHUNK_SIZE else b"%x" % len(part)
        yield extension + b"\r\n" + part
        yield _BAD_END if broken and fault.kind is FaultKind.CHUNK_END else b"\r\n"
    yield last_chunk(delivery)


def _interim(delivery: Delivery) -> bytes:
    hints = {103: _HINT}
    return b"".join(b"HTTP/1.1 %d \r\n%s\r\n" % (status, hints.get(status, b"")) for status in delivery.interim)


def _head(reply: Reply, framing: list[tuple[str, str]], delivery: Delivery) -> bytes:
    own = [(name, value) for name, value in reply.headers if name.lower() not in FRAMING_HEADERS]
    lines = [f"{name}:{delivery.before}{value}{delivery.behind}\r\n" for name, value in own]
    lines += [f"{name}: {value}\r\n" for name, value in framing]
    # No reason phrase: RFC 9112, section 4, lets a server send none, and a client ignores it.
    return b"HTTP/1.1 %d \r\n%s\r\n" % (reply.status, "".join(lines).encode("latin-1"))


def _faulty(data: bytes, fault: Fault, delivery: Delivery) -> tuple[Step, ...]:
    first = (Send(data[: fault.at]),) if fault.at else ()
    match fault.kind:
        case FaultKind.CUT:
            return (*first, End())
        case FaultKind.RESET:
            return (*first, End(reset=True))
        case FaultKind.STALL:
            return (*first, Hold())
        case FaultKind.FLOOD:
            return (*first, Flood(_FLOOD))
        case FaultKind.DRIP:
            rest = [step for byte in data[fault.at :] for step in (Wait(fault.seconds), Send(bytes([byte])))]
            end = () if kept(Answer(Reply(200, (), b""), delivery)) else (End(),)
            return (*first, *rest, *end)
        case FaultKind.EXTRA:
            return (Send(data + b"x" * fault.by), End())
        case _:
            return (Send(data), End())


def without_fault(answer: Answer) -> Answer:
    """Return the same answer as it would arrive if nothing went wrong."""
    return replace(answer, delivery=replace(answer.delivery, fault=None))
