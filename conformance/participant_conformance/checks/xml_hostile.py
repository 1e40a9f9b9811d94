"""Checks of ``xml.*``: documents that are broken, or that may harm whoever parses them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from participant_conformance.checks.check import check
from participant_conformance.checks.dialects import in_each, taking
from participant_conformance.checks.judging import unexpected
from participant_conformance.checks.refusing import taken, wrong
from participant_conformance.subject import Subject
from participant_strategies.reply import Crashed, Decoded, Outcome, Rejected, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure
from participant_strategies.xml_defects import BROKEN, BrokenXml, broken_documents
from participant_strategies.xml_hostile import (
    ENTITIES,
    EXPANSION,
    POINTING,
    EntityDocument,
    PointingDocument,
)


@check("xml.malformed-rejected", broken_documents, vectors=BROKEN)
def test_xml_malformed_rejected(subject: Subject, case: BrokenXml) -> None:
    def judged(dialect: str) -> None:
        broken = case.in_dialect(dialect)
        got = taken(subject, broken, take=taking(subject, dialect))
        if isinstance(got, Decoded):
            raise wrong(broken, "no success", got)

    in_each(subject, judged)


@check("xml.entities-not-expanded", lambda: st.sampled_from(ENTITIES), vectors=ENTITIES)
def test_xml_entities_not_expanded(subject: Subject, case: EntityDocument) -> None:
    def judged(dialect: str) -> None:
        broken = case.in_dialect(dialect)
        got = taken(subject, broken, take=taking(subject, dialect))
        # The document holds the text itself, so that an error may quote it: only a value shows that it was used.
        if isinstance(got, Crashed) or (isinstance(got, Decoded) and EXPANSION in _texts(got.value)):
            raise wrong(broken, "rejected, or a success without what the entities hold", got, by_rule=True)

    in_each(subject, judged)


def _texts(value: Structure) -> str:
    return "\n".join(member.text for _, member in value.paths() if isinstance(member, String | Enum))


@check("xml.nothing-is-fetched", lambda: st.sampled_from(POINTING), vectors=POINTING)
def test_xml_nothing_is_fetched(subject: Subject, case: PointingDocument) -> None:
    with (_file if case.in_file else _server)(case.answer) as (url, asked):

        def judged(dialect: str) -> None:
            got = taken(subject, case.in_dialect(dialect, url), take=taking(subject, dialect))
            # The address is another one each time: what is told holds the same document with one that stays.
            told = case.in_dialect(dialect)
            if request := asked():
                raise unexpected(told.reply, "no request", request, planted=told.defect)
            if EXPANSION in _told(got):
                raise wrong(told, "nothing of what stands in the file", _moved(got, url, case.url))

        in_each(subject, judged)


def _moved(got: Outcome, old: str, new: str) -> Outcome:
    return replace(got, reason=got.reason.replace(old, new)) if isinstance(got, Rejected | Crashed) else got


#: The address of a place elsewhere, and what tells how it was asked for.
Elsewhere = tuple[str, Callable[[], str]]


@contextmanager
def _server(answer: bytes) -> Iterator[Elsewhere]:
    from participant_conformance.links.loopback import LoopbackLink

    with closing(LoopbackLink()) as link:
        exchange = link.serve(Reply(200, (("Content-Type", "text/plain"),), answer))
        yield f"{exchange.endpoint}/a", lambda: ", ".join(f"{one.method} {one.target}" for one in exchange.received)


@contextmanager
def _file(answer: bytes) -> Iterator[Elsewhere]:
    with tempfile.NamedTemporaryFile(prefix="participant-conformance-") as file:
        file.write(answer)
        file.flush()
        # Nobody can be seen reading it: what was read has to come out.
        yield Path(file.name).as_uri(), lambda: ""


def _told(got: Outcome) -> str:
    """Return every text of an outcome, whole."""
    match got:
        case Decoded(value):
            said = _texts(value)
        case ServiceError(code=code, message=message):
            said = f"{code}\n{message}"
        case _:
            # No method that takes XML gives anything but these two and a reason why not.
            said = str(getattr(got, "reason", ""))
    return "\n".join((said, *got.shown))


__all__ = [name for name in globals() if name.startswith("test_")]
