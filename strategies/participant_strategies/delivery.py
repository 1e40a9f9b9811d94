"""How a reply goes onto the wire: its framing, what stands around it, and the fault that happens on the way.

Owns the choices of RFC 9112 (HTTP/1.1) and the faults as plain values. It must not know sockets; ``http_text`` makes
bytes of them, a link plays these.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from participant_strategies.reply import Case, Reply


class Framing(StrEnum):
    """How the end of a body is told: RFC 9112, section 6.3, items 6, 4 and 8."""

    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"


class FaultKind(StrEnum):
    """What goes wrong on the way. ``at`` counts the bytes of the message that went out before it.

    ``cut``: the connection is closed. ``reset``: it is reset (TCP RST). ``stall``: nothing more comes, and the
    connection stays open. ``drip``: the rest comes byte by byte, with ``seconds`` between two. ``flood``: what stands
    there is repeated without end. ``extra``: ``by`` bytes more stand behind the message. ``length``: Content-Length
    says ``by`` more (or less) than there is, and the connection is closed behind the body. ``chunk-size``: the size of
    the chunk at ``at`` (counted from 0) is no number. ``chunk-end``: what follows that chunk's data is no line end.
    """

    CUT = "cut"
    RESET = "reset"
    STALL = "stall"
    DRIP = "drip"
    FLOOD = "flood"
    EXTRA = "extra"
    LENGTH = "length"
    CHUNK_SIZE = "chunk-size"
    CHUNK_END = "chunk-end"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: see :class:`FaultKind` for what the numbers mean."""

    kind: FaultKind
    at: int = 0
    by: int = 0
    seconds: float = 0.0

    def __repr__(self) -> str:
        match self.kind:
            case FaultKind.DRIP:
                return f"after {self.at} bytes one byte each {self.seconds:g} s"
            case FaultKind.FLOOD:
                return f"without end after {self.at} bytes"
            case FaultKind.EXTRA:
                return f"{self.by} bytes more behind the message"
            case FaultKind.LENGTH:
                return f"Content-Length {self.by:+d}"
            case FaultKind.CHUNK_SIZE:
                return f"the size of chunk {self.at} is no number"
            case FaultKind.CHUNK_END:
                return f"no line end behind chunk {self.at}"
            case _:
                told = {FaultKind.CUT: "closed", FaultKind.RESET: "reset", FaultKind.STALL: "nothing more"}[self.kind]
                return f"{told} after {self.at} bytes"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a reply goes out. The default is the plainest: a length, at once, and the connection is kept.

    ``interim``: statuses of replies that go before it. ``chunk``: bytes a chunk, 0 for all in one; ``extension`` and
    ``trailer`` stand behind the size of each chunk and behind the last one. ``coding``: the content coding of the body,
    ``gzip`` or none. ``before``, ``behind``: white space around the value of each header.
    ``persistent``: whether the connection is kept for another request. ``early``: the reply does not wait for the body
    of the request. ``pause``: seconds before the first byte.
    """

    framing: Framing = Framing.LENGTH
    interim: tuple[int, ...] = ()
    chunk: int = 0
    extension: str = ""
    trailer: str = ""
    coding: str = ""
    before: str = " "
    behind: str = ""
    persistent: bool = True
    early: bool = False
    pause: float = 0.0
    fault: Fault | None = None

    def __repr__(self) -> str:
        told = [
            "" if self.framing is Framing.LENGTH else self.framing,
            f"{self.chunk} a chunk" if self.chunk else "",
            f"each with the extension {self.extension!r}" if self.extension else "",
            f"the trailer {self.trailer!r}" if self.trailer else "",
            " ".join(map(str, self.interim)) and f"after {' '.join(map(str, self.interim))}",
            self.coding,
            "" if (self.before, self.behind) == (" ", "") else f"white space {self.before!r} and {self.behind!r}",
            "" if self.persistent or self.framing is Framing.CLOSE else "closed behind it",
            "before the request's end" if self.early else "",
            f"after {self.pause:g} s" if self.pause else "",
            repr(self.fault) if self.fault else "",
        ]
        return ", ".join(filter(None, told)) or "plain"


#: How a reply goes out where nothing is said about it.
PLAIN_DELIVERY = Delivery()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a link does when a request has arrived: the reply, and how it goes out."""

    reply: Reply
    delivery: Delivery = PLAIN_DELIVERY

    def __repr__(self) -> str:
        return repr(self.reply) if self.delivery == PLAIN_DELIVERY else f"{self.reply!r} [{self.delivery!r}]"

    @property
    def whole(self) -> bool:
        """Whether the reply arrives whole, sooner or later."""
        return self.delivery.fault is None or self.delivery.fault.kind in (FaultKind.DRIP, FaultKind.EXTRA)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A case whose reply goes out in a certain way. The case itself, delivered plainly, is the control."""

    case: Case
    delivery: Delivery = PLAIN_DELIVERY

    def __repr__(self) -> str:
        return f"{self.case!r} [{self.delivery!r}]"

    @property
    def answer(self) -> Answer:
        """The reply, as it goes out."""
        return Answer(self.case.reply, self.delivery)


#: The origin of a URL in a header that a link replaces by that of a second server, which records what arrives there.
OTHER_ORIGIN = "http://other-origin.test"
