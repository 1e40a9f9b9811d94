"""How a text is judged that an implementation wrote: the value in it, its control, the round trip.

Owns the comparison of a written text with the value it is to hold. What was written is read by
:mod:`strict_reading`, never by the renderers that the strategies have. It must not know verdicts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from participant_conformance.checks.judging import mismatch, without
from participant_conformance.checks.strict_reading import NULL, READERS, IllFormedError, NoValueError
from participant_conformance.failures import ConformanceFailure, Evidence, NotObserved
from participant_conformance.subject import Form, Subject
from participant_strategies import successes
from participant_strategies.reply import Crashed, Encoded, Outcome, Reply, shown_bytes
from participant_strategies.value import Structure, difference
from participant_strategies.xml_documents import Dialect, XmlCase

#: A value that shares no text with any drawn one.
OTHER = successes.full("another text")


def failure(value: Structure, got: Outcome, expected: str, wrong: str) -> ConformanceFailure:
    """Make the failure of a value that was written wrong."""
    lines = [("value", repr(value))]
    if isinstance(got, Encoded):
        lines += [("written", shown_bytes(got.body))]
    evidence = Evidence((*lines, ("expected", expected), ("got", wrong)))
    return ConformanceFailure(expected, wrong, evidence=evidence, crash=isinstance(got, Crashed))


def not_observed(value: Structure, got: Outcome, wrong: str) -> NotObserved:
    """Say that an example showed nothing, since something more basic is wrong with a text."""
    return NotObserved(wrong, evidence=failure(value, got, "a text of this value", wrong).evidence)


def known(subject: Subject, value: Structure) -> Structure:
    """Return the value as far as the implementation's model has its members (trait ``lacks``)."""
    return without(value, subject.traits.lacks)


def without_nulls(value: Structure) -> Structure:
    """Return what was read without its nulls: that none is written is a rule of its own."""
    members = ((name, without_nulls(item) if isinstance(item, Structure) else item) for name, item in value.members)
    return Structure(tuple((name, item) for name, item in members if item != NULL))


def mistake(form: Form, value: Structure, got: Outcome) -> str | None:
    """Say what is wrong with a text that is to hold ``value``, or ``None``. Raises ``IllFormedError``."""
    if not isinstance(got, Encoded):
        return repr(got)
    try:
        found = difference(value, without_nulls(READERS[form](got.body)))
    except NoValueError as wrong:
        return str(wrong)
    return str(found) if found else None


def require_written(subject: Subject, form: Form, value: Structure) -> None:
    """Let the implementation write a control; raise ``NotObserved`` if the text does not hold it."""
    got = subject.encode(form, value)
    try:
        wrong = mistake(form, value, got)
    except IllFormedError as ill:
        wrong = str(ill)
    if wrong:
        raise not_observed(value, got, wrong)


def require_form(subject: Subject, form: Form) -> None:
    """Raise ``NotObserved`` where another value is no text of the form either: then a simpler rule is broken."""
    value = known(subject, OTHER)
    got = subject.encode(form, value)
    try:
        mistake(form, value, got)
    except IllFormedError as ill:
        raise not_observed(value, got, str(ill)) from None


def require_other_text(subject: Subject, form: Form, value: Structure, text: bytes) -> None:
    """Raise ``NotObserved`` where another value is written as the same text: then nothing was written at all."""
    got = subject.encode(form, known(subject, OTHER))
    if not isinstance(got, Encoded) or got.body == text:
        raise not_observed(value, got, "another value is written as the same text, or not at all")


def read_back(form: Form, value: Structure, got: Outcome, expected: str) -> Structure:
    """Return what a text holds, of which the control came out right: that there is none breaks the rule."""
    if not isinstance(got, Encoded):
        raise failure(value, got, expected, repr(got))
    try:
        return READERS[form](got.body)
    except (IllFormedError, NoValueError) as wrong:
        raise failure(value, got, expected, str(wrong)) from None


def judge_round_trip(subject: Subject, form: Form, drawn: Structure) -> None:
    """Let the implementation write a value; compare what the text holds, then what it makes of its own text."""
    value = known(subject, drawn)
    got = subject.encode(form, value)
    try:
        wrong = mistake(form, value, got)
    except IllFormedError as ill:
        wrong = str(ill)
        require_form(subject, form)
    if wrong is None and isinstance(got, Encoded):
        wrong = _misread(subject, form, value, got.body)
    if wrong:
        raise failure(value, got, "a text of this value", wrong)


def _misread(subject: Subject, form: Form, value: Structure, body: bytes) -> str | None:
    """Say how the implementation misreads its own text, or ``None``.

    Where it does not take the suite's own compact spelling of the value either, this half is left out: then a rule of
    decoding is broken, and not this one.
    """
    receive = _own_way(subject, form)
    if receive is None:
        return None
    ours = successes.success_case(value) if form == "json" else XmlCase(value).in_dialect(Dialect.BARE)
    own = replace(ours, reply=replace(ours.reply, body=body))
    wrong = mismatch(own, receive(own.reply), subject.traits)
    if wrong is None or mismatch(ours, receive(ours.reply), subject.traits):
        return None
    return f"it reads its own text otherwise: {wrong}"


def _own_way(subject: Subject, form: Form) -> Callable[[Reply], Outcome] | None:
    """Return how the implementation reads a text of this form, if it does."""
    if form == "xml":
        bare = Dialect.BARE in subject.dialects
        return partial(subject.receive_xml, dialect=Dialect.BARE) if bare else None
    return None if subject.capabilities.isdisjoint(("read", "call", "decode-json")) else subject.receive
