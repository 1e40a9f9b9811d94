"""The same as the handle in Python does, over HTTP, for tests in any language: below ``/_control/``.

Owns the JSON forms. It must not know who may call it: ``front`` does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from participant_conformance.service.machine import Machine, UnknownParticipantError
from participant_conformance.service.scripts import Failure, Scripted
from participant_conformance.service.seen import Seen
from participant_conformance.service.throttling import limit
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.reply import JSON_CONTENT_TYPE, Reply

PREFIX: Final = "/_control/"
#: More of one answer are a mistake.
_MOST: Final = 10_000
_HEADER_NAME: Final = re.compile("[A-Za-z0-9_-]+")
#: Bytes before a fault, or beyond what is right.
_FARTHEST: Final = 1 << 20


class _WrongError(ValueError):
    """What was sent is not what the control API takes; the message says why."""


def controlled(machine: Machine, seen: Iterable[Seen], method: str, path: str, body: bytes) -> Answer:
    """Do what is asked for, and say what came of it."""
    if (method, path) == ("GET", f"{PREFIX}requests"):
        return _told(200, {"requests": [request.plain for request in seen]})
    act = _ACTS.get(path.removeprefix(PREFIX)) if method == "POST" else None
    if act is None:
        ways = ", ".join(f"POST {PREFIX}{name}" for name in _ACTS)
        return _told(404, {"message": f"no {method} here; there are {ways}, GET {PREFIX}requests"})
    try:
        return act(machine, _object(body))
    except UnknownParticipantError as wrong:
        return _told(404, {"message": str(wrong)})
    except ValueError as wrong:
        return _told(400, {"message": str(wrong)})


def _told(status: int, body: object) -> Answer:
    return Answer(Reply(status, (JSON_CONTENT_TYPE, ("Cache-Control", "no-store")), json.dumps(body).encode("ascii")))


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body.decode("utf-8") or "{}")
    except (ValueError, RecursionError):
        raise _WrongError("the body is no JSON text") from None
    if not isinstance(parsed, dict):
        raise _WrongError("the body is no JSON object")
    return parsed


def _taken(given: Mapping[str, Any], kinds: _Kinds) -> dict[str, Any]:
    """Return the members, if each is one that is known and of its kind."""
    for name, value in given.items():
        if name not in kinds:
            raise _WrongError(f"there is no member {name!r}; there are {', '.join(kinds)}")
        # To Python true and false are numbers.
        if not isinstance(value, kinds[name]) or isinstance(value, bool):
            raise _WrongError(f"the member {name!r} is not of its type")
    return dict(given)


_NUMBER: Final = (int, float)
_Kinds: TypeAlias = Mapping[str, type | tuple[type, ...]]
_PARTICIPANT: Final[_Kinds] = {
    "token": str,
    "contact_id": str,
    "participant_id": str,
    "url_lifetime": _NUMBER,
    "token_lifetime": _NUMBER,
}


def _participants(machine: Machine, given: dict[str, Any]) -> Answer:
    made = machine.create(**_taken(given, _PARTICIPANT))
    # Spelled as in the reply of StartChatContact, where a client usually has them from.
    names = {"ContactId": made.contact_id, "ParticipantId": made.participant_id, "ParticipantToken": made.token}
    return _told(201, names)


_USES: Final[_Kinds] = {"count": int, "participant": str}
_FAILURE: Final[_Kinds] = {"error": str, "message": str, "status": int}
_REPLY: Final[_Kinds] = {"status": int, "headers": dict, "body": (str, dict, list), "pause": _NUMBER, "fault": dict}
_FAULT: Final[_Kinds] = {"kind": str, "at": int, "by": int, "seconds": _NUMBER}
#: Seconds that an answer may be held back.
_LONGEST: Final = 86_400


def _answers(machine: Machine, given: dict[str, Any]) -> Answer:
    told = _taken(given, {**_USES, **(_FAILURE if "error" in given else _REPLY)})
    count, participant = told.pop("count", 1), told.pop("participant", None)
    if not 1 <= count <= _MOST:
        raise _WrongError(f"count is from 1 to {_MOST}")
    answer: Scripted = Failure(**told) if "error" in told else _reply(told)
    machine.script(*[answer] * count, token=participant)
    return _told(201, {"queued": machine.scripted})


def _reply(told: dict[str, Any]) -> Answer:
    body, headers, pause = told.get("body", ""), told.get("headers", {}), told.get("pause", 0)
    if not all(isinstance(value, str) and value.isprintable() for value in headers.values()):
        raise _WrongError("the value of a header is a text on one line")
    if not all(map(_HEADER_NAME.fullmatch, headers)):
        raise _WrongError("the name of a header is letters, digits and hyphens")
    if not 0 <= pause <= _LONGEST:
        raise _WrongError(f"pause is from 0 to {_LONGEST} seconds")
    text = body if isinstance(body, str) else json.dumps(body)
    kind = () if any(name.lower() == "content-type" for name in headers) else (JSON_CONTENT_TYPE,)
    reply = Reply(told.get("status", 200), (*kind, *headers.items()), text.encode("utf-8", "surrogatepass"))
    return Answer(reply, Delivery(pause=pause, fault=_fault(told["fault"]) if "fault" in told else None))


def _fault(given: dict[str, Any]) -> Fault:
    told = _taken(given, _FAULT)
    if told.get("kind") not in list(FaultKind):
        raise _WrongError(f"the kind of a fault is one of {', '.join(FaultKind)}")
    if not (0 <= told.get("at", 0) <= _FARTHEST and abs(told.get("by", 0)) <= _FARTHEST):
        raise _WrongError(f"at is from 0 to {_FARTHEST}, by is at most that much more or less")
    if not 0 <= told.get("seconds", 0) <= _LONGEST:
        raise _WrongError(f"seconds are from 0 to {_LONGEST}")
    return Fault(**{**told, "kind": FaultKind(told["kind"])})


def _expire(machine: Machine, given: dict[str, Any]) -> Answer:
    return _done(machine, given, machine.expire)


def _end(machine: Machine, given: dict[str, Any]) -> Answer:
    return _done(machine, given, machine.end)


def _done(machine: Machine, given: dict[str, Any], act: Callable[[str], None]) -> Answer:
    token = _taken(given, {"participant": str}).get("participant")
    if token is None:
        raise _WrongError("participant is missing: the token of one")
    act(token)
    return _told(200, {"state": machine.state(token)})


def _throttle(machine: Machine, given: dict[str, Any]) -> Answer:
    told = _taken(given, {"per_second": _NUMBER, "burst": int})
    machine.throttle = limit(told.get("per_second"), told.get("burst"))
    return _told(200, {"throttled": machine.throttle is not None})


_ACTS: Final[Mapping[str, Callable[[Machine, dict[str, Any]], Answer]]] = {
    "participants": _participants,
    "answers": _answers,
    "expire": _expire,
    "end": _end,
    "throttle": _throttle,
}
