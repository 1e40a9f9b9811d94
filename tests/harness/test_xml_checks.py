"""The checks of XML: in which dialects they judge, what they fail, and what they leave open."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from participant_conformance.checks import registry
from participant_conformance.checks.check import Found
from participant_conformance.checks.dialects import in_each, judge_in_each, offered
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.reference.adapter import Reference
from participant_conformance.stored import from_plain, plain
from participant_conformance.subject import NotOfferedError, Subject
from participant_strategies.reply import Decoded, Outcome, Rejected, Reply, ServiceError
from participant_strategies.successes import at, full, sample
from participant_strategies.value import Enum, String, Structure
from participant_strategies.xml_defects import BrokenXml
from participant_strategies.xml_documents import Dialect, XmlCase, doubled
from participant_strategies.xml_errors import NoCode, untyped, xml_error
from participant_strategies.xml_hostile import EXPANSION, EntityDocument, Growth, Pointer, PointingDocument
from tests.harness.samples import Reader, implementation
from tests.strategies.drawing import draws

URL = sample("Websocket", "Url")
XML = [name for name in registry() if name.startswith("xml.")]
#: Takes a reply of a dialect, which is ``bare`` for a document alone.
Answer = Callable[[Reply, str], object]


class XmlReader:
    """Offers XML in some dialects, and JSON, and answers by a function."""

    def __init__(self, answer: Answer, dialects: tuple[str, ...] = tuple(Dialect), **traits: Any) -> None:
        self.implementation = implementation(dialects=dialects, **traits)
        self._answer = answer

    def decode_xml(self, body: bytes) -> object:
        """Answer as to a document."""
        return self._answer(Reply(200, (), body), "bare")

    def read_xml(self, reply: Reply, dialect: str) -> object:
        """Answer as to a reply."""
        return self._answer(reply, dialect)

    def read(self, reply: Reply) -> object:
        """Take JSON right."""
        return Reference().read(reply)


def right(reply: Reply, dialect: str) -> Outcome:
    """Take a reply as the reference does."""
    reference = Reference()
    try:
        return reference.decode_xml(reply.body) if dialect == "bare" else reference.read_xml(reply, dialect)
    except reference.implementation.errors as own:
        return Rejected(str(own))


def wrong_in(dialect: str, answer: object) -> Answer:
    """Take replies right but for those of one dialect that are not the control."""
    return lambda reply, given: answer if given == dialect else right(reply, given)


def subject(answer: Answer = right, *dialects: str, **traits: Any) -> Subject:
    """Return a subject that takes XML by a function."""
    return Subject(XmlReader(answer, dialects or tuple(Dialect), **traits))


def judge(name: str, judged: Subject, case: Any) -> Found:
    """Let one check judge one case."""
    return registry()[name].example(judged, case)


def lines_of(name: str, judged: Subject, case: Any) -> dict[str, str]:
    """Return the evidence of a failure."""
    with pytest.raises(ConformanceFailure) as failed:
        judge(name, judged, case)
    return dict(failed.value.evidence.lines)


# All of them


@pytest.mark.parametrize("name", XML)
def test_every_check_passes_the_reference(name: str) -> None:
    """In all dialects; each example shows what is judged."""
    judged = Subject(Reference())
    result = run_check(replace(registry()[name], requirement=_in_process(name)), judged, Effort(15))
    assert (result.finding, result.observed) == (Finding.CONFORMS, result.examples)


def _in_process(name: str) -> Any:
    return replace(registry()[name].requirement, isolated=False)


def test_what_may_bring_an_interpreter_down_is_judged_in_another_one() -> None:
    """Of these documents it is the entities."""
    assert [name for name in XML if registry()[name].requirement.isolated] == ["xml.entities-not-expanded"]


@pytest.mark.parametrize("name", XML)
def test_a_case_can_be_stored(name: str) -> None:
    """What is drawn, and each vector, comes back from its plain form."""
    check = registry()[name]
    for case in (*check.vectors, *draws(check.cases(), 5)):
        assert from_plain(json.loads(json.dumps(plain(case)))) == case


@pytest.mark.parametrize("name", XML)
def test_who_has_no_xml_is_not_judged_on_it(name: str) -> None:
    """Neither method is there."""
    assert run_check(registry()[name], Subject(Reader()), Effort(1)).finding is Finding.NOT_OFFERED


# Dialects


def test_the_dialects_are_those_that_are_declared() -> None:
    """And that the rule is about."""
    assert offered(subject(right, "bare", "ec2Query")) == ("bare", "ec2Query")
    assert offered(subject(right, "bare", "ec2Query"), [Dialect.EC2, Dialect.QUERY]) == ("ec2Query",)


@pytest.mark.parametrize(
    ("dialects", "told"),
    [
        ((Dialect.EC2, Dialect.QUERY), r"^none of the dialects ec2Query, awsQuery is offered \(trait dialects\)$"),
        ((Dialect.EC2,), r"^no dialect ec2Query is offered \(trait dialects\)$"),
    ],
)
def test_without_a_dialect_of_the_rule_nothing_is_judged(dialects: tuple[Dialect, ...], told: str) -> None:
    """The reason names them."""
    with pytest.raises(NotOfferedError, match=told):
        judge_in_each(subject(right, "bare"), XmlCase(URL), dialects)


@pytest.mark.parametrize("dialect", Dialect)
def test_a_mistake_in_any_dialect_fails(dialect: str) -> None:
    """The evidence names it."""
    lines = lines_of("xml.round-trip", subject(wrong_in(dialect, Decoded(Structure()))), XmlCase(URL))
    assert lines["dialect"] == dialect
    assert lines["differs"] == 'at Websocket: expected {Url: "wss://a"}, got nothing (absent)'


def test_a_dialect_in_which_nothing_is_seen_hides_no_failure() -> None:
    """It comes first, and fails last."""

    def answer(reply: Reply, dialect: str) -> object:
        return Rejected("a") if dialect == "bare" or b"\n" in reply.body else right(reply, dialect)

    case = replace(XmlCase(URL), control=XmlCase(Structure()))
    lines = lines_of(
        "xml.equivalent-spellings", subject(answer), replace(case, value=at(("Websocket", "Url"), String("\n")))
    )
    assert lines["dialect"] == "restXml"


def test_without_a_failure_what_was_not_seen_is_told() -> None:
    """By the first of the dialects."""
    case = XmlCase(URL, control=XmlCase(URL))
    with pytest.raises(NotObserved) as nothing:
        judge("xml.equivalent-spellings", subject(lambda *_given: Rejected("a"), "awsQuery", "ec2Query"), case)
    assert dict(nothing.value.evidence.lines)["dialect"] == "awsQuery"


def test_every_dialect_is_judged() -> None:
    """In the order in which they are declared."""
    seen: list[str] = []
    in_each(subject(right, "ec2Query", "bare"), seen.append)
    assert seen == ["ec2Query", "bare"]


# xml.agrees-with-json


def test_tags_that_differ_between_the_forms_fail() -> None:
    """The content is right in both."""
    value = Structure((("Websocket", Structure((("Url", Enum("wss://a")),))),))
    lines = lines_of("xml.agrees-with-json", subject(lambda *_given: Decoded(value), "bare"), XmlCase(URL))
    assert lines["differs"] == 'at Websocket.Url: expected "wss://a", got enum "wss://a"'


def test_plain_values_agree_by_their_content() -> None:
    """They have no tags."""
    value = Structure.from_plain({"Websocket": {"Url": "wss://a"}})
    judge("xml.agrees-with-json", subject(lambda *_given: Decoded(value), "bare"), XmlCase(URL))


def test_a_content_that_is_wrong_is_not_judged_again() -> None:
    """Its own rule says so."""
    with pytest.raises(NotObserved):
        judge("xml.agrees-with-json", subject(lambda *_given: Decoded(Structure())), XmlCase(URL))


def test_without_json_nothing_can_agree() -> None:
    """There is no way to take it."""

    class XmlAlone:
        implementation = implementation()

        def decode_xml(self, _body: bytes) -> object:
            return Decoded(URL)

    with pytest.raises(NotOfferedError, match=r"^none of read, call and decode-json is offered"):
        judge("xml.agrees-with-json", Subject(XmlAlone()), XmlCase(URL))


# xml.default-namespace, xml.unknown-enum-kept, xml.empty-body, xml.duplicate-elements


def strict(reply: Reply, dialect: str) -> object:
    """Refuse a namespace but in the dialects that have one."""
    refused = b"xmlns" in reply.body and dialect not in ("awsQuery", "ec2Query")
    return Rejected("a namespace") if refused else right(reply, dialect)


def test_a_namespace_elsewhere_is_a_finding() -> None:
    """Whoever is not changed by it is not told of."""
    case = XmlCase(URL, namespace="urn:a", control=XmlCase(URL))
    assert judge("xml.default-namespace", subject(), case) == ()
    assert judge("xml.default-namespace", subject(strict, "bare", "awsQuery"), case) == (
        "a default namespace changes what comes out of bare",
    )


@pytest.mark.parametrize("path", ["WebRTCConnection", "WebRTCConnection.Meeting.MeetingFeatures.Audio.EchoReduction"])
def test_a_model_without_the_enum_is_not_judged_on_it(path: str) -> None:
    """Whether the member is lacking or a structure around it."""
    case = registry()["xml.unknown-enum-kept"].vectors[0]
    with pytest.raises(NotOfferedError, match=r"^the model has no EchoReduction \(trait lacks\)$"):
        judge("xml.unknown-enum-kept", subject(lacks=(path,)), case)


def test_an_empty_body_that_is_refused_fails() -> None:
    """Where it is restXml."""
    refusing = subject(lambda reply, dialect: right(reply, dialect) if reply.body else Rejected("a"))
    replies = [lines_of("xml.empty-body", refusing, typed)["reply"] for typed in (True, False)]
    assert replies == ["HTTP 200 · Content-Type: application/xml · (empty body)", "HTTP 200 · (empty body)"]


def says(text: str | None) -> Answer:
    """Give one text for a URL that stands twice."""

    def answer(reply: Reply, dialect: str) -> object:
        if reply.body.count(b"<Url>") < 2:
            return right(reply, dialect)
        return Rejected("a") if text is None else Decoded(at(("Websocket", "Url"), String(text)))

    return answer


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("first", "the first of two wins"),
        ("last", "the last of two wins"),
        ("firstlast", "neither of two wins"),
        (None, "two are rejected"),
    ],
)
def test_what_becomes_of_two_elements_is_told(text: str | None, told: str) -> None:
    """Once for all dialects."""
    assert judge("xml.duplicate-elements", subject(says(text)), doubled(("Websocket", "Url"))) == (told,)


def test_two_elements_that_crash_are_told() -> None:
    """They are none of the implementation's own errors."""

    def answer(reply: Reply, dialect: str) -> object:
        if b"last" in reply.body and b"first" in reply.body:
            raise KeyError("Url")
        return right(reply, dialect)

    assert judge("xml.duplicate-elements", subject(answer), doubled(("Websocket", "Url"))) == ("two are a crash",)


def test_dialects_that_differ_are_told_apart() -> None:
    """Each with what is true of it."""

    def answer(reply: Reply, dialect: str) -> object:
        return says("first" if dialect == "bare" else "last")(reply, dialect)

    found = judge(
        "xml.duplicate-elements", subject(answer, "bare", "restXml", "awsQuery"), doubled(("Websocket", "Url"))
    )
    assert found == ("the first of two wins (bare)", "the last of two wins (restXml, awsQuery)")


def test_a_model_without_the_member_tells_nothing_of_two() -> None:
    """Both are unknown to it."""
    judged = subject(lambda *_given: Decoded(Structure()), lacks=("Websocket",))
    assert judge("xml.duplicate-elements", judged, doubled(("Websocket", "Url"))) == ()


# xml.malformed-rejected, xml.entities-not-expanded, xml.nothing-is-fetched


def but(special: bytes, answer: object) -> Answer:
    """Give an answer to documents that hold some bytes."""

    def answered(reply: Reply, dialect: str) -> object:
        if special not in reply.body:
            return right(reply, dialect)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return answered


def test_a_success_made_of_a_broken_document_fails() -> None:
    """An empty one too."""
    lines = lines_of(
        "xml.malformed-rejected",
        subject(but(b"</a>", Decoded(Structure()))),
        BrokenXml(XmlCase(full()), "stray-end-tag"),
    )
    assert (lines["planted"], lines["expected"], lines["got"]) == (
        "stray-end-tag: an end tag of nothing",
        "no success",
        "success {}",
    )


@pytest.mark.parametrize("answer", [Rejected("a"), ServiceError(None, None, known=False), KeyError("a")], ids=repr)
def test_anything_but_a_success_is_good_enough_for_a_broken_document(answer: object) -> None:
    """Also what other rules are about."""
    case = BrokenXml(XmlCase(URL), "stray-end-tag")
    judge("xml.malformed-rejected", subject(but(b"</a>", answer), *list(Dialect)[1:]), case)


NESTED = EntityDocument(Growth.NESTED)


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (
            Decoded(at(("Websocket", "Url"), String(f"a{EXPANSION}b"))),
            'success {Websocket: {Url: "aexpanded-entityb"}}',
        ),
        (RecursionError("too deep"), 'crash, RecursionError: "too deep" at '),
    ],
    ids=["expanded", "crashed"],
)
def test_expanded_entities_and_crashes_fail(answer: object, got: str) -> None:
    """The rule is about both, so that neither is by the way."""
    with pytest.raises(ConformanceFailure) as failed:
        judge("xml.entities-not-expanded", subject(but(b"<!DOCTYPE", answer)), NESTED)
    assert dict(failed.value.evidence.lines)["got"].startswith(got)
    assert not failed.value.crash


@pytest.mark.parametrize(
    "answer",
    [Rejected(f"no {EXPANSION} here"), Decoded(URL), Decoded(Structure())],
    ids=["refused", "left-out", "nothing"],
)
def test_entities_may_be_refused_or_left_out(answer: object) -> None:
    """An error may quote the document, which holds the text itself."""
    judge("xml.entities-not-expanded", subject(but(b"<!DOCTYPE", answer)), NESTED)


def found_at(reply: Reply) -> str:
    """Return what stands where a document points to."""
    address = reply.body.split(b'"http:')[-1] if b'"http:' in reply.body else reply.body.split(b'"file:')[-1]
    scheme = "http:" if b'"http:' in reply.body else "file:"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(scheme + address.partition(b'"')[0].decode(), timeout=10) as answer:
        return str(answer.read().decode())


def test_a_request_fails() -> None:
    """Whatever comes out; the address that is told is one that stays."""

    def answer(reply: Reply, dialect: str) -> object:
        if b"DOCTYPE" in reply.body:
            found_at(reply)
        return right(reply, dialect)

    lines = lines_of("xml.nothing-is-fetched", subject(answer), PointingDocument(Pointer.TYPE))
    assert (lines["expected"], lines["got"]) == ("no request", "GET /a")
    assert 'SYSTEM "http://127.0.0.1/a"' in lines["reply"]


@pytest.mark.parametrize(
    "told",
    [
        lambda text, _url: Decoded(at(("Websocket", "Url"), String(text))),
        lambda text, _url: Decoded(URL, shown=(text,)),
        lambda text, url: Rejected(f"{url} holds {text}"),
        lambda text, _url: ServiceError("A", text, known=False),
        lambda text, _url: ServiceError(text, None, known=False),
    ],
    ids=["value", "shown", "reason", "message", "code"],
)
def test_what_stands_in_a_file_fails(told: Callable[[str, str], Outcome]) -> None:
    """Wherever it comes out; the place of the file is not told."""

    def answer(reply: Reply, dialect: str) -> object:
        if b"DOCTYPE" not in reply.body:
            return right(reply, dialect)
        url = reply.body.decode().split('"')[1]
        return told(found_at(reply), url)

    lines = lines_of(
        "xml.nothing-is-fetched", subject(answer, *list(Dialect)[1:]), PointingDocument(Pointer.TYPE, in_file=True)
    )
    assert lines["expected"] == "nothing of what stands in the file"
    assert 'SYSTEM "file:///a"' in lines["reply"]
    assert "participant-conformance-" not in lines["got"]


@pytest.mark.parametrize("in_file", [False, True])
def test_who_looks_nowhere_passes(in_file: bool) -> None:
    """Crashing is not what the rule is about."""
    for answer in (right, but(b"DOCTYPE", KeyError("a"))):
        judge("xml.nothing-is-fetched", subject(answer), PointingDocument(Pointer.TYPE, in_file=in_file))


# xml.error.*


def test_an_empty_message_comes_out_as_the_empty_text() -> None:
    """None is not the same; what stands for none elsewhere does not count here."""
    case = xml_error("AccessDeniedException", "", control=xml_error("AccessDeniedException"))
    judge("xml.error.message-optional", subject(), case)
    none = but(b"<Message></Message>", ServiceError("AccessDeniedException", None, known=True))
    lines = lines_of("xml.error.message-optional", subject(none), case)
    assert (lines["expected"], lines["got"]) == (
        'AccessDeniedException, known, message ""',
        "AccessDeniedException, known, message none",
    )


def test_the_body_may_stand_for_the_message_of_an_unknown_error() -> None:
    """Where the adapter says so (trait unknown_payload)."""
    case = xml_error("A", "", control=xml_error("AccessDeniedException"))
    whole = but(b"<Message></Message>", ServiceError("A", "<Error>", known=False))
    judge("xml.error.message-optional", subject(whole, *list(Dialect)[1:], unknown_payload="body"), case)


@pytest.mark.parametrize(
    "answer", [Rejected("a"), ServiceError(None, "b", known=False), ServiceError("", None, known=False)]
)
def test_a_reply_without_a_code_may_be_unknown_or_refused(answer: object) -> None:
    """With any message."""
    judge("xml.error.no-code", subject(but(b"<html>", answer)), untyped(NoCode.PAGE))


@pytest.mark.parametrize(
    "answer",
    [
        ServiceError("AccessDeniedException", None, known=True),
        ServiceError("html", None, known=False),
        Decoded(Structure()),
    ],
    ids=repr,
)
def test_a_reply_without_a_code_has_no_type(answer: object) -> None:
    """Nor is it a success."""
    lines = lines_of("xml.error.no-code", subject(but(b"<html>", answer)), untyped(NoCode.PAGE))
    assert lines["drawn"] == "a page"
