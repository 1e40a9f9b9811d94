"""Cases about a call as a whole: what goes wrong before a reply, several calls at once, a call that has to end.

Owns these finite sets, which are judged as they stand: a client that waits before it tries again takes seconds for each
of them. It must not know how they are judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hypothesis import strategies as st

from participant_strategies import successes
from participant_strategies.contract import contract
from participant_strategies.deliveries import DRIP
from participant_strategies.delivery import OTHER_ORIGIN, Answer, Delivered, Delivery, Fault, FaultKind, Framing
from participant_strategies.errors import Place, Statement, error_case
from participant_strategies.http_text import message
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Rejected, Reply
from participant_strategies.successes import success_case
from participant_strategies.value import String

#: Seconds that a call is given where it is to end.
LIMIT: Final = 0.5

_URL: Final = ("Websocket", "Url")
#: Unlike any value of other checks, so that who always gives the same does not give these.
SUCCESS: Final = success_case(successes.at(_URL, String("wss://b")))
LONG: Final = success_case(successes.put(successes.full(), _URL, String("wss://b")))
#: What a client does not try again: its errors come out of one request, and at once.
FINAL: Final = ("AccessDeniedException", "ValidationException")


def typed(code: str, message: str = "a", place: Place = Place.HEADER) -> Case:
    """Make the reply that names the type of an error, on the status the service models for it."""
    return error_case(code, [Statement(place, code)], message=message)


def settled_cases() -> st.SearchStrategy[Case]:
    """Draw a success or an error that no client tries again, of which each has to come out as it is."""
    return st.sampled_from(SETTLED)


#: The shortest first. Characters of two, three and four bytes, since a chunk may end within one.
SETTLED: Final = (
    SUCCESS,
    LONG,
    typed(FINAL[0]),
    success_case(successes.full("\u00e9\u2028\U0001f600")),
    success_case(successes.sample("Websocket")),
    typed(FINAL[1], "\u00e9\u2028\U0001f600", Place.CODE),
    typed("NewException"),
)


# Several calls at once


def at_once(*codes: str | None) -> tuple[Case, ...]:
    """Make a reply for each of several calls, an error of this type or a success; no two are alike in any text."""
    return tuple(
        success_case(successes.full(f"caller {number}")) if code is None else typed(code, f"caller {number}")
        for number, code in enumerate(codes)
    )


#: Each caller's own reply.
AT_ONCE: Final = (
    at_once(None, None, None, None),
    at_once(*FINAL, *FINAL),
    at_once(None, FINAL[0], None, FINAL[1]),
    at_once(FINAL[0], FINAL[0], FINAL[0], FINAL[0]),
    at_once(FINAL[0], None, None, None),
    at_once(None, None, None, FINAL[0]),
)


# Calls that have to end


def _hindered(kind: FaultKind, phase: str, framing: Framing = Framing.LENGTH) -> Delivered:
    seconds = DRIP if kind is FaultKind.DRIP else 0.0
    # The fault changes the head, so that the phases are those of the message with it.
    whole = message(Answer(LONG.reply, Delivery(framing=framing, fault=Fault(kind))))
    at = {
        "nothing": 0,
        "status line": len("HTTP/1.1 200"),
        "head": whole.body_at - 6,
        "body": whole.body_at + 20,
        "end": len(whole.data),
    }[phase]
    return Delivered(LONG, Delivery(framing=framing, fault=Fault(kind, at, seconds=seconds)))


#: Stalls in every phase, a trickle, floods, cuts.
ENDINGS: Final = (
    *(_hindered(FaultKind.STALL, phase) for phase in ("nothing", "status line", "head", "body")),
    *(_hindered(FaultKind.DRIP, phase) for phase in ("nothing", "body")),
    _hindered(FaultKind.FLOOD, "head"),
    _hindered(FaultKind.FLOOD, "end", Framing.CLOSE),
    *(_hindered(kind, phase) for kind in (FaultKind.CUT, FaultKind.RESET) for phase in ("nothing", "head", "body")),
)


# Failures before a success


@dataclass(frozen=True, slots=True)
class Recovery:
    """A failure, and the success that another try gets.

    ``failure`` holds what the failed reply stands for, and how it went out: ``Rejected`` where it names no error.
    """

    failure: Delivered
    success: Case

    @property
    def dropped(self) -> bool:
        """Whether the connection ended without a reply."""
        return self.failure.delivery.fault is not None

    def __repr__(self) -> str:
        first = repr(self.failure.delivery) if self.dropped else repr(self.failure.case)
        return f"first {first}, then {self.success!r}"


def dropped(kind: FaultKind) -> Delivered:
    """Make a reply of which not a byte arrives before the connection is closed or reset."""
    return Delivered(Case(SUCCESS.reply, Rejected("there was no reply")), Delivery(fault=Fault(kind)))


THROTTLED: Final = typed("ThrottlingException")
FAILED: Final = typed("InternalServerException")
#: What a gateway says that has no service behind it: it names no type, and comes out as unknown or unusable.
UNAVAILABLE: Final = Case(
    Reply(503, (JSON_CONTENT_TYPE,), b'{"message":"Service Unavailable"}'), Rejected("it names no type")
)

RECOVERIES: Final = tuple(
    Recovery(failure, SUCCESS)
    for failure in (
        *map(Delivered, (THROTTLED, FAILED, UNAVAILABLE)),
        dropped(FaultKind.RESET),
        dropped(FaultKind.CUT),
    )
)

#: A service that fails for ever.
FOR_EVER: Final = (Delivered(FAILED), dropped(FaultKind.RESET))

#: RFC 9110, section 10.2.3: seconds after which the client is asked to come back.
RETRY_AFTER: Final = 2
TOLD_TO_WAIT: Final = Delivered(
    replace(
        THROTTLED,
        reply=replace(THROTTLED.reply, headers=(*THROTTLED.reply.headers, ("Retry-After", str(RETRY_AFTER)))),
    )
)

#: The statuses of a redirect (RFC 9110, section 15.4): the first three make a GET of a POST, or may.
REDIRECTS: Final = (307, 308, 301, 302, 303)


def redirect(status: int) -> Reply:
    """Make the reply that leads to the same path at another origin."""
    return Reply(status, (("Location", f"{OTHER_ORIGIN}{contract().uri}"),), b"")
