"""Checks of ``secret.*``: what an implementation shows of tokens, in error texts and in logs."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from participant_conformance.checks.check import check
from participant_conformance.checks.judging import require, require_value
from participant_conformance.checks.refusing import within_reach
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.overhearing import overhearing
from participant_conformance.subject import NotOfferedError, Subject
from participant_strategies.reply import Decoded, Encoded, Outcome, ServiceError, shown_bytes
from participant_strategies.secret_replies import (
    ERRORS,
    WAYS,
    Secret,
    SecretReply,
    failed_reply,
    intact,
    secret_replies,
    unusable_success,
    unusable_successes,
)

NOT_SHOWN = "the adapter does not tell what the implementation would print (shown)"

Said = list[tuple[str, str]]


def _observed(subject: Subject, case: SecretReply) -> tuple[Outcome, Said]:
    """Let the implementation take the reply; give what came out, and what it said meanwhile."""
    with overhearing() as heard:
        got = subject.receive(case.reply)
    # Only what was really taken could have been told.
    require(subject, case.control)
    return got, heard.texts


def _reached(subject: Subject, case: SecretReply) -> SecretReply:
    """Return the case; to who takes only successes, an unusable one of the same secrets instead of an error."""
    return case if within_reach(subject, case.reply) else unusable_success(case.number, WAYS[0])


def _called(subject: Subject, case: SecretReply) -> tuple[Outcome, Said]:
    """Do the same over a call, where the implementation has one: it knows the participant token then."""
    if "call" not in subject.capabilities:
        return _observed(subject, case)
    with overhearing() as heard:
        got = subject.call(case.request, case.reply).outcome
    require(subject, case.control, take=lambda reply: subject.call(case.request, reply).outcome)
    return got, heard.texts


def _error_texts(got: Outcome) -> Said:
    """Return the texts of an error; none for a success. Raises ``NotOfferedError`` if the adapter tells none."""
    match got:
        case Decoded() | Encoded():
            return []
        case ServiceError(shown=shown):
            if not shown:
                raise NotOfferedError(NOT_SHOWN)
            texts = shown
        case _:
            texts = (got.reason, *got.shown)
    return [("the text of the error", text) for text in texts]


def _judge(case: SecretReply, secrets: Iterable[Secret], said: Said) -> None:
    for secret in secrets:
        found = next(((place, text) for place, text in said if case.secret(secret) in text), None)
        if found is not None:
            place, text = found
            begin = max(0, text.index(case.secret(secret)) - 40)
            lines = (
                ("reply", repr(case.reply)),
                ("planted", repr(case.defect)),
                ("expected", f"{secret} nowhere in what is shown"),
                ("got", f"in {place}: {shown_bytes(text[begin:].encode('utf-8', 'surrogatepass'), 160)}"),
            )
            raise ConformanceFailure(f"{secret} nowhere", f"it in {place}", evidence=Evidence(lines))


_OTHERS = (Secret.PARTICIPANT_TOKEN, Secret.CONNECTION_TOKEN, Secret.URL_QUERY)
_UNUSABLE = tuple(unusable_success(0, way) for way in WAYS)
_FAILED = tuple(failed_reply(0, *error, echoes=echoes) for error in ERRORS for echoes in (False, True))


@check("secret.join-token", unusable_successes, vectors=(*_UNUSABLE, intact(0)))
def test_secret_join_token(subject: Subject, case: SecretReply) -> None:
    got, heard = _observed(subject, case)
    _judge(case, [Secret.JOIN_TOKEN], heard)
    _judge(case, [Secret.JOIN_TOKEN], _error_texts(got))


@check("secret.tokens-in-errors", lambda: secret_replies(successes=False), vectors=(*_FAILED, *_UNUSABLE))
def test_secret_tokens_in_errors(subject: Subject, case: SecretReply) -> None:
    case = _reached(subject, case)
    got, _ = _called(subject, case)
    if not (texts := _error_texts(got)):
        raise _nothing_seen(case, got)
    _judge(case, _OTHERS, texts)


def _nothing_seen(case: SecretReply, got: Outcome) -> NotObserved:
    lines = (("reply", repr(case.reply)), ("expected", "an error, to see what it shows"), ("got", repr(got)))
    return NotObserved("no error came of it", evidence=Evidence(lines))


@check("secret.tokens-in-logs", secret_replies, vectors=(intact(0), *_FAILED, *_UNUSABLE))
def test_secret_tokens_in_logs(subject: Subject, case: SecretReply) -> None:
    case = _reached(subject, case)
    _, heard = _called(subject, case)
    _judge(case, _OTHERS, heard)


@check("secret.in-print", lambda: st.integers(0, 2**128 - 1).map(intact), vectors=(intact(0),))
def test_secret_in_print(subject: Subject, case: SecretReply) -> tuple[str, ...]:
    got = require_value(subject, case.control)
    if not got.shown:
        raise NotOfferedError(NOT_SHOWN)
    held = (Secret.CONNECTION_TOKEN, Secret.JOIN_TOKEN, Secret.URL_QUERY)
    return tuple(
        f"a printed value {'shows' if any(case.secret(secret) in text for text in got.shown) else 'hides'} {secret}"
        for secret in held
    )


__all__ = [name for name in globals() if name.startswith("test_")]
