"""Checks of ``error.*`` at level INFO: what is left open, told in words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import PLAIN
from participant_conformance.checks.error import named
from participant_conformance.checks.judging import require
from participant_conformance.subject import Subject
from participant_strategies.errors import ERROR_TYPE_HEADER, Place, Statement, error_case
from participant_strategies.json_text import Object, render
from participant_strategies.reply import JSON_CONTENT_TYPE, Crashed, Decoded, Outcome, Reply, ServiceError


def _body(*members: tuple[str, str]) -> bytes:
    return render(Object(members)).encode()


def _plain_error(status: int, body: bytes, *headers: tuple[str, str]) -> Reply:
    return Reply(status, (JSON_CONTENT_TYPE, *headers), body)


def _class_of(got: Outcome) -> str:
    match got:
        case ServiceError(code=code, known=known):
            return f"{code}{'' if known else ', unknown'}" if code else "an error without a type"
        case Decoded():
            return "a success"
        case Crashed():
            return "a crash"
        case _:
            return "rejected"


def _require_types(subject: Subject, place: Place = Place.HEADER) -> None:
    """Require two types to be told apart: who always gives one of them has looked at nothing."""
    for code in ("ValidationException", "AccessDeniedException"):
        require(subject, named(code, place))


_RIVALS = (("code", "ValidationException"), ("__type", "AccessDeniedException"))


@check("error.code-or-dunder-type", lambda: st.just("both orders"))
def test_error_code_or_dunder_type(subject: Subject, case: str) -> str:  # noqa: ARG001 - there is but one case
    require(subject, named("AccessDeniedException", Place.DUNDER_TYPE))
    require(subject, named("ValidationException", Place.CODE))
    found = [_class_of(subject.receive(_plain_error(400, _body(*order)))) for order in (_RIVALS, _RIVALS[::-1])]
    match found:
        case ["ValidationException", "ValidationException"]:
            return "code wins"
        case ["AccessDeniedException", "AccessDeniedException"]:
            return "__type wins"
        case ["ValidationException", "AccessDeniedException"]:
            return "the first in the text wins"
        case ["AccessDeniedException", "ValidationException"]:
            return "the last in the text wins"
        case _:
            return f"neither wins: {found[0]}; {found[1]}"


@check(
    "error.value-case",
    lambda: st.sampled_from(
        [(place, code) for place in Place for code in ("validationexception", "VALIDATIONEXCEPTION")]
    ),
)
def test_error_value_case(subject: Subject, case: tuple[Place, str]) -> str:
    place, code = case
    _require_types(subject, place)
    got = subject.receive(error_case(code, [Statement(place, code)], message="a").reply)
    return f"{code} in the {place}: {_class_of(got)}"


@check("error.capital-code", lambda: st.sampled_from(["Code", "CODE", "Type", "type"]))
def test_error_capital_code(subject: Subject, case: str) -> str:
    _require_types(subject, Place.CODE)
    return f"{case}: {_class_of(subject.receive(_plain_error(403, _body((case, 'AccessDeniedException')))))}"


_OTHER_KEYS = ("errorMessage", "MESSAGE", "error_message", "Msg", "detail")
_MESSAGE_HEADERS = ("x-amzn-error-message", "x-amzn-ErrorMessage")


@check("error.other-message-keys", lambda: st.sampled_from([*_OTHER_KEYS, *_MESSAGE_HEADERS]))
def test_error_other_message_keys(subject: Subject, case: str) -> str:
    _require_types(subject)
    kind = (ERROR_TYPE_HEADER, "AccessDeniedException")
    in_header = case in _MESSAGE_HEADERS
    reply = (
        _plain_error(403, b"{}", kind, (case, "told")) if in_header else _plain_error(403, _body((case, "told")), kind)
    )
    got = subject.receive(reply)
    read = isinstance(got, ServiceError) and got.message == "told"
    return f"{'the header ' if in_header else ''}{case} is {'read' if read else 'not read'}"


_BOTH = (("Message", "capital"), ("message", "small"))


@check("error.both-messages", lambda: st.just("both orders"))
def test_error_both_messages(subject: Subject, case: str) -> str:  # noqa: ARG001 - there is but one case
    _require_types(subject)
    kind = (ERROR_TYPE_HEADER, "AccessDeniedException")
    told = []
    for order in (_BOTH, _BOTH[::-1]):
        got = subject.receive(_plain_error(403, _body(*order), kind))
        told.append(got.message if isinstance(got, ServiceError) else None)
    words = {
        ("capital", "capital"): "Message wins",
        ("small", "small"): "message wins",
        ("capital", "small"): "the first in the text wins",
        ("small", "capital"): "the last in the text wins",
    }
    return words.get((str(told[0]), str(told[1])), "neither wins")


_ON_200 = ("the header", "__type", "code")


@check("error.on-200", lambda: st.sampled_from(_ON_200))
def test_error_on_200(subject: Subject, case: str) -> str:
    require(subject, PLAIN)
    code = "AccessDeniedException"
    if case == "the header":
        reply = replace(PLAIN.reply, headers=(*PLAIN.reply.headers, (ERROR_TYPE_HEADER, code)))
    else:
        reply = replace(PLAIN.reply, body=_body((case, code)))
    return f"an error's type in {case} on a 200: {_class_of(subject.receive(reply))}"


__all__ = [name for name in globals() if name.startswith("test_")]
