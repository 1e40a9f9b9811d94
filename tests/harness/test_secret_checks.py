"""The checks of ``secret.*``: where a secret is found, and what has to be seen before anything is said."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from participant_conformance.checks import registry
from participant_conformance.checks.secret import NOT_SHOWN
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.reference import codec
from participant_conformance.reference.adapter import Reference
from participant_conformance.subject import NotOfferedError, Subject
from participant_strategies.reply import ConnectionRequest, Decoded, Rejected, Reply, ServiceError
from participant_strategies.secret_replies import (
    WAYS,
    Secret,
    SecretReply,
    failed_reply,
    intact,
    unusable_success,
)
from participant_strategies.value import Structure
from tests.harness.samples import Decoder, OwnError, implementation, judge
from tests.strategies.drawing import draws

JOIN, ERRORS, LOGS, PRINT = (
    f"secret.{rule}" for rule in ("join-token", "tokens-in-errors", "tokens-in-logs", "in-print")
)
JUDGING = (JOIN, ERRORS, LOGS)
CUT = unusable_success(7, "cut")
DENIED = failed_reply(7, "AccessDeniedException", 403, echoes=True)
PLAIN = intact(7)
OTHERS = (Secret.PARTICIPANT_TOKEN, Secret.CONNECTION_TOKEN, Secret.URL_QUERY)

Answer = Callable[[Reply], object]


class Client:
    """Offers ``read`` and ``call``: takes the successes as the reference does, and answers all else by a function."""

    implementation = implementation()

    def __init__(self, answer: Answer, *, said: Callable[[Reply, str], None] = lambda _reply, _token: None) -> None:
        self._answer = answer
        self._said = said
        self.calls: list[ConnectionRequest] = []

    def read(self, reply: Reply, token: str = "") -> object:
        """Say something, and answer."""
        self._said(reply, token)
        try:
            value = codec.decode(reply.body).to_value()
        except codec.UnusableReplyError:
            return self._answer(reply)
        return self._answer(reply) if reply.status != 200 else Decoded(value, shown=(f"a value of {value!r}",))


class Caller(Client):
    """Offers ``call`` beside it; what is answered is handed over behind the link's back."""

    def __init__(self, reply: Reply, answer: Answer, **options: Any) -> None:
        super().__init__(answer, **options)
        self.replies = [reply, PLAIN.reply]

    def call(self, _endpoint: str, request: ConnectionRequest) -> object:
        """Keep the request, and answer."""
        self.calls.append(request)
        return self.read(self.replies.pop(0), request.participant_token)


def reading(answer: Answer = lambda _reply: Rejected("unusable"), **options: Any) -> Subject:
    """Return a subject that reads."""
    return Subject(Client(answer, **options))


def calling(case: SecretReply, answer: Answer, **options: Any) -> Subject:
    """Return a subject that calls."""
    return Subject(Caller(case.reply, answer, **options), link=LoopbackLink)


def failing(name: str, judged: Subject, case: SecretReply) -> ConformanceFailure:
    """Return the failure of a case."""
    with pytest.raises(ConformanceFailure) as failed:
        judge(name, judged, case)
    judged.close()
    return failed.value


def rejecting(text: str, **shown: Any) -> Answer:
    """Return what rejects with this text."""
    return lambda _reply: Rejected(text, **shown)


def test_the_secrets_of_a_case_are_its_own() -> None:
    """What the tests below look for."""
    assert len({CUT.secret(secret) for secret in Secret}) == 4
    assert CUT.secret(Secret.JOIN_TOKEN) == PLAIN.secret(Secret.JOIN_TOKEN)


@pytest.mark.parametrize("name", JUDGING)
def test_who_shows_nothing_passes(name: str) -> None:
    """With texts of errors that say what was wrong and not what was sent."""
    shown = ServiceError("AccessDeniedException", "a", known=True, shown=("denied: a",))
    careful = reading(lambda reply: Rejected("unusable") if reply.status == 200 else shown)
    result = run_check(registry()[name], careful, Effort(40))
    assert result.finding is Finding.CONFORMS, result.reason


@pytest.mark.parametrize("name", [*JUDGING, PRINT])
def test_the_reference_passes(name: str) -> None:
    """Over a real connection."""
    with closing(Reference()) as adapter, closing(Subject(adapter, link=LoopbackLink)) as subject:
        result = run_check(registry()[name], subject, Effort(20))
    assert result.finding is Finding.CONFORMS, result.reason


@pytest.mark.parametrize("name", [*JUDGING, PRINT])
@pytest.mark.parametrize("way", [CUT, PLAIN], ids=["cut", "plain"])
def test_who_rejects_everything_shows_nothing(name: str, way: SecretReply) -> None:
    """What was not taken could not be told."""
    with pytest.raises(NotObserved, match=r'got rejected: "a"$'):
        judge(name, Subject(Decoder(lambda _body: Rejected("a"))), way)


# Texts of errors


def leaks(secret: Secret) -> dict[str, Answer]:
    """Return the ways in which the text of an error can show a secret."""
    text = f"cannot read …{CUT.secret(secret)}…"

    def raised(_reply: Reply) -> object:
        raise OwnError(text)

    def caused(_reply: Reply) -> object:
        raise OwnError("a") from KeyError(text)

    def crashed(_reply: Reply) -> object:
        raise KeyError(text)

    return {
        "reason": rejecting(text),
        "shown": rejecting("a", shown=("b", text)),
        "own error": raised,
        "its cause": caused,
        "crash": crashed,
        "service error": lambda _reply: ServiceError(None, None, known=False, shown=(text,)),
    }


@pytest.mark.parametrize("way", leaks(Secret.JOIN_TOKEN))
def test_a_join_token_in_the_text_of_an_error_fails(way: str) -> None:
    """However it came there."""
    failed = failing(JOIN, reading(leaks(Secret.JOIN_TOKEN)[way]), CUT)
    assert (failed.expected, failed.got) == ("the join token nowhere", "it in the text of the error")


@pytest.mark.parametrize("secret", OTHERS)
@pytest.mark.parametrize("way", leaks(Secret.JOIN_TOKEN))
def test_any_other_secret_in_the_text_of_an_error_fails_the_other_rule(way: str, secret: Secret) -> None:
    """And the join token's rule is kept."""
    answer = leaks(secret)[way]
    assert judge(JOIN, reading(answer), CUT) is None
    assert failing(ERRORS, reading(answer), CUT).expected == f"{secret} nowhere"


def test_a_join_token_is_no_matter_of_the_other_rule() -> None:
    """One mistake is told once."""
    assert judge(ERRORS, reading(leaks(Secret.JOIN_TOKEN)["reason"]), CUT) is None


def test_the_evidence_shows_where_it_is() -> None:
    """A piece of the text, from a little before the secret."""
    text = "b" * 500 + f"<{CUT.secret(Secret.JOIN_TOKEN)}>" + "c" * 500
    failed = failing(JOIN, reading(rejecting(text)), CUT)
    lines = dict(failed.evidence.lines)
    assert (lines["reply"], lines["planted"]) == (repr(CUT.reply), "unusable-success: cut")
    assert lines["expected"] == "the join token nowhere in what is shown"
    assert lines["got"].startswith(f"in the text of the error: {'b' * 39}<{CUT.secret(Secret.JOIN_TOKEN)}>")
    assert len(lines["got"]) < 300


def test_a_text_that_is_no_unicode_is_searched_too() -> None:
    """Half of a surrogate pair in it does not stop the report."""
    failed = failing(JOIN, reading(rejecting(f"\ud800{CUT.secret(Secret.JOIN_TOKEN)}")), CUT)
    assert CUT.secret(Secret.JOIN_TOKEN) in dict(failed.evidence.lines)["got"]


@pytest.mark.parametrize("name", [JOIN, ERRORS])
def test_an_error_whose_texts_are_not_told_is_not_judged(name: str) -> None:
    """The reason says what the adapter is to give."""
    silent = reading(lambda _reply: ServiceError(None, None, known=False))
    with pytest.raises(NotOfferedError, match=rf"^{NOT_SHOWN.replace('(', '.').replace(')', '.')}$"):
        judge(name, silent, CUT)


def test_what_is_logged_is_judged_although_the_texts_are_not_told() -> None:
    """An adapter that tells little hides no leak by it."""

    def said(reply: Reply, _token: str) -> None:
        logging.getLogger("tests.secret").warning("got %s", reply.body)

    silent = reading(lambda _reply: ServiceError(None, None, known=False), said=said)
    assert failing(JOIN, silent, CUT).got == "it in the log of tests.secret"


def test_a_success_in_place_of_an_error_shows_no_text() -> None:
    """For the other rule it is an example that says nothing; the join token's has the logs to go by."""
    lax = reading(lambda _reply: Decoded(Structure()))
    assert judge(JOIN, lax, CUT) is None
    with pytest.raises(NotObserved, match=r"^no error came of it$") as unseen:
        judge(ERRORS, lax, CUT)
    assert dict(unseen.value.evidence.lines) == {
        "reply": repr(CUT.reply),
        "expected": "an error, to see what it shows",
        "got": "success {}",
    }


# Logs, warnings, standard streams


def warned(text: str) -> None:
    """Warn."""
    warnings.warn(text, UserWarning, stacklevel=1)


SAYING: dict[str, tuple[str, Callable[[str], object]]] = {
    "log": ("the log of tests.secret", lambda text: logging.getLogger("tests.secret").error("%s", text)),
    "output": ("standard output", print),
    "error": ("standard error", lambda text: print(text, file=sys.stderr)),
    "warning": ("a warning", warned),
}


@pytest.mark.filterwarnings("ignore:got:UserWarning")
@pytest.mark.parametrize("way", SAYING)
@pytest.mark.parametrize("secret", [Secret.JOIN_TOKEN, Secret.CONNECTION_TOKEN, Secret.URL_QUERY])
def test_a_secret_that_is_said_meanwhile_fails(way: str, secret: Secret) -> None:
    """By the rule that is about it."""
    place, say = SAYING[way]

    def said(_reply: Reply, _token: str) -> None:
        say(f"got {PLAIN.secret(secret)}")

    told = reading(said=said)
    for case in (CUT, PLAIN):
        if secret is Secret.JOIN_TOKEN:
            assert judge(LOGS, told, case) is None
            assert failing(JOIN, told, case).got == f"it in {place}"
        else:
            assert judge(JOIN, told, case) is None
            assert failing(LOGS, told, case).got == f"it in {place}"


def test_what_is_said_below_the_default_level_is_free() -> None:
    """The wire may be logged for who asks for it."""

    def said(reply: Reply, _token: str) -> None:
        logging.getLogger("tests.secret").debug("%s", reply.body)

    for name in (JOIN, LOGS):
        assert judge(name, reading(said=said), CUT) is None


def test_what_an_error_says_is_no_matter_of_the_logs() -> None:
    """It is the caller's."""
    assert judge(LOGS, reading(leaks(Secret.CONNECTION_TOKEN)["reason"]), CUT) is None


# The participant token


def test_a_call_carries_a_token_that_can_be_recognised() -> None:
    """In both the case and its control."""
    client = Caller(CUT.reply, rejecting("a"))
    subject = Subject(client, link=LoopbackLink)
    judge(LOGS, subject, CUT)
    subject.close()
    assert client.calls == [CUT.request, CUT.request]


@pytest.mark.parametrize("case", [CUT, DENIED], ids=["cut", "denied"])
def test_a_participant_token_in_the_text_of_an_error_fails(case: SecretReply) -> None:
    """Only a call knows it."""
    token = case.request.participant_token
    shown = calling(case, lambda _reply: ServiceError("A", "a", known=False, shown=(f"request with {token}",)))
    assert failing(ERRORS, shown, case).expected == "the participant token nowhere"


@pytest.mark.parametrize("case", [CUT, DENIED, PLAIN], ids=["cut", "denied", "plain"])
def test_a_participant_token_in_the_log_fails(case: SecretReply) -> None:
    """Of a success, too."""

    def said(_reply: Reply, token: str) -> None:
        logging.getLogger("tests.secret").warning("calling with %s", token)

    assert failing(LOGS, calling(case, rejecting("a"), said=said), case).expected == "the participant token nowhere"


# Who only decodes


def decoder(answer: Callable[[bytes], object]) -> tuple[Subject, Decoder]:
    """Return a subject that takes bodies of successes alone."""

    def decode(body: bytes) -> object:
        return Decoded(codec.decode(body).to_value()) if body == PLAIN.reply.body else answer(body)

    adapter = Decoder(decode)
    return Subject(adapter), adapter


@pytest.mark.parametrize("name", [ERRORS, LOGS])
def test_who_only_decodes_is_given_an_unusable_success_for_an_error(name: str) -> None:
    """Of the same secrets."""
    subject, adapter = decoder(lambda _body: Rejected("a"))
    judge(name, subject, DENIED)
    assert adapter.taken == [unusable_success(7, WAYS[0]).reply.body, PLAIN.reply.body]


def test_who_only_decodes_fails_by_the_text_of_its_error() -> None:
    """The reply that is told is the one that it was given."""
    subject, _ = decoder(lambda body: Rejected(body.decode()))
    failed = failing(ERRORS, subject, DENIED)
    assert dict(failed.evidence.lines)["reply"] == repr(CUT.reply)


@pytest.mark.parametrize("name", JUDGING)
def test_who_only_decodes_is_judged_whole(name: str) -> None:
    """No example is out of reach."""

    class Lone(Decoder):
        def decode_json(self, body: bytes) -> object:
            try:
                return Decoded(codec.decode(body).to_value())
            except codec.UnusableReplyError:
                return Rejected("unusable")

    result = run_check(registry()[name], Subject(Lone()), Effort(30))
    assert (result.finding, result.observed) == (Finding.CONFORMS, result.examples)


# A printed value


def printing(*shown: str) -> Subject:
    """Return a subject whose values are printed like this."""

    class Printing(Decoder):
        def decode_json(self, body: bytes) -> object:
            return Decoded(codec.decode(body).to_value(), shown=shown)

    return Subject(Printing())


def test_a_printed_value_that_shows_everything_is_told() -> None:
    """Secret by secret; the participant token is in no value."""
    texts = [PLAIN.secret(secret) for secret in Secret]
    assert judge(PRINT, printing(*texts), PLAIN) == (
        "a printed value shows the connection token",
        "a printed value shows the join token",
        "a printed value shows the query of the websocket's URL",
    )


def test_a_printed_value_that_hides_some_is_told() -> None:
    """One that is found in any of its texts is shown."""
    assert judge(PRINT, printing("a", f"b {PLAIN.secret(Secret.URL_QUERY)}"), PLAIN) == (
        "a printed value hides the connection token",
        "a printed value hides the join token",
        "a printed value shows the query of the websocket's URL",
    )


def test_a_value_whose_print_is_not_told_is_not_looked_at() -> None:
    """The reason says what the adapter is to give."""
    with pytest.raises(NotOfferedError) as unable:
        judge(PRINT, printing(), PLAIN)
    assert str(unable.value) == NOT_SHOWN


def test_values_of_any_number_are_printed() -> None:
    """So that a fixed text is no answer."""
    check = registry()[PRINT]
    assert check.vectors == (intact(0),)
    assert len({case.number for case in draws(check.cases(), 50)}) > 25
