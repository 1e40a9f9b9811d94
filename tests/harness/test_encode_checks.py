"""The checks of ``encode.*``: what they fail, what they leave to another rule, and what they do not observe."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from participant_conformance.checks import encode, registry
from participant_conformance.checks.writing import OTHER
from participant_conformance.failures import ConformanceFailure, NotObserved
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.reference.codec import decode
from participant_conformance.requirements import catalogue
from participant_conformance.subject import Subject
from participant_strategies.reply import Decoded, Rejected
from participant_strategies.successes import full, sample
from participant_strategies.value import String, Structure
from tests.harness.samples import OwnError, implementation, raising
from tests.mutants.documents import Writer
from tests.variants.encode_variants import plain

URL = Structure((("Websocket", Structure((("Url", String("wss://a")),))),))
ENCODE = [name for name in registry() if name.startswith("encode.")]
JSON, XML = ([name for name in ENCODE if f"encode-{form}" in catalogue()[name].needs] for form in ("json", "xml"))

Write = Callable[[Structure], object]


def compact(value: Structure) -> bytes:
    """Write a value as JSON."""
    return json.dumps(plain(value)).encode()


def document(value: Structure) -> bytes:
    """Write a value as XML."""
    return Writer()(value).encode()


class JsonWriter:
    """Offers ``encode-json`` and writes by a function."""

    implementation = implementation()

    def __init__(self, write: Write = compact) -> None:
        self._write = write

    def encode_json(self, value: Structure) -> object:
        """Write."""
        return self._write(value)


class XmlWriter:
    """Offers ``encode-xml`` and writes by a function."""

    implementation = implementation()

    def __init__(self, write: Write = document) -> None:
        self._write = write

    def encode_xml(self, value: Structure) -> object:
        """Write."""
        return self._write(value)


class JsonBothWays(JsonWriter):
    """Offers ``decode-json`` as well."""

    def __init__(self, write: Write, read: Callable[[bytes], object]) -> None:
        super().__init__(write)
        self._read = read

    def decode_json(self, body: bytes) -> object:
        """Read."""
        return self._read(body)


class XmlBothWays(XmlWriter):
    """Offers ``decode-xml`` as well."""

    def __init__(self, write: Write, read: Callable[[bytes], object]) -> None:
        super().__init__(write)
        self._read = read

    def decode_xml(self, body: bytes) -> object:
        """Read."""
        return self._read(body)


def decoded(body: bytes) -> Decoded:
    """Decode a body."""
    return Decoded(decode(body).to_value())


def judge(name: str, adapter: object, case: Any) -> None:
    """Let one check judge one case."""
    registry()[name].example(Subject(adapter), case)


def failed(name: str, adapter: object, case: Any) -> dict[str, str]:
    """Return the evidence of a check that fails a case."""
    with pytest.raises(ConformanceFailure) as failure:
        judge(name, adapter, case)
    return dict(failure.value.evidence.lines)


def unseen(name: str, adapter: object, case: Any) -> str:
    """Return why a check does not observe a case."""
    with pytest.raises(NotObserved) as nothing:
        judge(name, adapter, case)
    return str(nothing.value)


def found(name: str, adapter: object, examples: int = 3) -> Finding:
    """Return what a check finds of an adapter, by its vectors and a few draws."""
    return run_check(registry()[name], Subject(adapter), Effort(examples, shrink=False)).finding


# Right and dead writers


@pytest.mark.parametrize("name", JSON)
def test_a_right_json_writer_passes(name: str) -> None:
    """Without being able to decode anything."""
    assert found(name, JsonWriter()) is Finding.CONFORMS


@pytest.mark.parametrize("name", XML)
def test_a_right_xml_writer_passes(name: str) -> None:
    """Without being able to decode anything."""
    assert found(name, XmlWriter()) is Finding.CONFORMS


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("text", [b"", b"{}", compact(full()), compact(OTHER), compact(URL)])
def test_who_writes_one_json_text_passes_nothing(name: str, text: bytes) -> None:
    """Whatever the text is."""
    assert found(name, JsonWriter(lambda _value: text)) is not Finding.CONFORMS


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("text", [b"", document(Structure()), document(full()), document(OTHER), document(URL)])
def test_who_writes_one_document_passes_nothing(name: str, text: bytes) -> None:
    """Whatever the document is."""
    assert found(name, XmlWriter(lambda _value: text)) is not Finding.CONFORMS


@pytest.mark.parametrize("name", ENCODE)
@pytest.mark.parametrize("write", [lambda _value: Rejected("no"), raising(OwnError()), raising(KeyError())])
def test_who_writes_nothing_passes_nothing(name: str, write: Write) -> None:
    """Refusing every value is no way out, nor is a crash."""
    adapter = JsonWriter(write) if name in JSON else XmlWriter(write)
    assert found(name, adapter) is not Finding.CONFORMS


@pytest.mark.parametrize("name", ENCODE)
def test_what_is_not_offered_is_not_judged(name: str) -> None:
    """Each form is a capability of its own."""
    offered = JsonWriter() if name in JSON else XmlWriter()
    other = XmlWriter() if name in JSON else JsonWriter()
    assert found(name, other) is (Finding.CONFORMS if name == "encode.stable" else Finding.NOT_OFFERED)
    assert found(name, offered) is Finding.CONFORMS


@pytest.mark.parametrize("name", JSON)
def test_an_older_model_is_asked_for_what_it_has(name: str) -> None:
    """Trait lacks: what it does not know it cannot be given."""

    def write(value: Structure) -> bytes:
        assert value.get("WebRTCConnection") is None
        return compact(value)

    adapter = JsonWriter(write)
    adapter.implementation = implementation(lacks=("WebRTCConnection",))
    assert found(name, adapter, 20) is Finding.CONFORMS


# encode.json-is-json


def test_a_text_that_is_no_json_fails() -> None:
    """The text and what is wrong with it are told."""
    evidence = failed("encode.json-is-json", JsonWriter(lambda _value: b"{'a'}"), URL)
    assert evidence == {
        "value": '{Websocket: {Url: "wss://a"}}',
        "written": "{'a'}",
        "expected": "one strict JSON text in UTF-8",
        "got": "no JSON text: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    }


def test_json_of_something_else_is_json() -> None:
    """That it is no value of the operation is the round trip's matter."""
    judge("encode.json-is-json", JsonWriter(lambda value: json.dumps([plain(value)]).encode()), URL)


def test_a_value_that_is_refused_is_no_bad_json() -> None:
    """That is the round trip's matter too."""
    assert unseen("encode.json-is-json", JsonWriter(raising(OwnError("no"))), URL) == 'rejected by OwnError: "no"'


# encode.json-round-trip, encode.xml-round-trip


def test_another_value_fails_the_round_trip() -> None:
    """The first difference is told."""
    evidence = failed("encode.json-round-trip", JsonWriter(lambda _value: b"{}"), URL)
    assert evidence["got"] == 'at Websocket: expected {Url: "wss://a"}, got nothing (absent)'


def test_nulls_do_not_fail_the_round_trip() -> None:
    """They are told of once, by their own rule."""
    text = b'{"Websocket":{"Url":"wss://a","ConnectionExpiry":null},"WebRTCConnection":null}'
    judge("encode.json-round-trip", JsonWriter(lambda _value: text), URL)


def test_a_member_that_is_written_twice_fails_the_round_trip() -> None:
    """Also with the same content: RFC 8259, section 4, leaves open what it means."""
    text = b'{"Websocket":{"Url":"wss://a","Url":"wss://a"}}'
    evidence = failed("encode.json-round-trip", JsonWriter(lambda _value: text), URL)
    assert evidence["got"] == 'at Websocket.Url: expected nothing (absent), got "wss://a"'


def test_what_is_no_object_fails_the_round_trip() -> None:
    """It is JSON, and no structure."""
    evidence = failed("encode.json-round-trip", JsonWriter(lambda _value: b"[]"), URL)
    assert evidence["got"] == "the JSON text is no object"


def test_a_refusal_fails_the_round_trip() -> None:
    """The value is one that the model allows."""
    evidence = failed("encode.json-round-trip", JsonWriter(raising(OwnError("no"))), URL)
    assert (evidence["got"], "written" in evidence) == ('rejected by OwnError: "no"', False)


def test_a_crash_fails_the_round_trip_as_a_crash() -> None:
    """So that it does not count as a wrong outcome."""
    with pytest.raises(ConformanceFailure) as failure:
        judge("encode.json-round-trip", JsonWriter(raising(KeyError("a"))), URL)
    assert failure.value.crash


@pytest.mark.parametrize(
    ("name", "adapter"),
    [("encode.json-round-trip", JsonWriter(lambda _v: b"{")), ("encode.xml-round-trip", XmlWriter(lambda _v: b"<a>"))],
)
def test_who_writes_nothing_but_ill_formed_texts_is_not_observed_by_the_round_trip(name: str, adapter: object) -> None:
    """It is told of once, by the rule of its form."""
    assert "JSON text" in unseen(name, adapter, URL) or "well-formed" in unseen(name, adapter, URL)


@pytest.mark.parametrize(
    ("name", "adapter"),
    [
        ("encode.json-round-trip", JsonWriter(lambda value: b"{" if value == URL else compact(value))),
        ("encode.xml-round-trip", XmlWriter(lambda value: b"<a>" if value == URL else document(value))),
    ],
)
def test_an_ill_formed_text_of_one_value_fails_the_round_trip(name: str, adapter: object) -> None:
    """Others are well formed, so that the simpler rule may not have met it."""
    assert failed(name, adapter, URL)["expected"] == "a text of this value"


def test_who_misreads_its_own_json_fails_the_round_trip() -> None:
    """Where it reads the suite's own spelling of the value right."""
    adapter = JsonBothWays(
        lambda value: compact(value).replace(b"/", b"\\/"), lambda body: decoded(body.replace(b"\\/", b"?"))
    )
    evidence = failed("encode.json-round-trip", adapter, URL)
    assert evidence["got"] == 'it reads its own text otherwise: at Websocket.Url: expected "wss://a", got "wss:??a"'


def test_who_reads_no_json_right_is_not_failed_by_the_round_trip() -> None:
    """What it wrote is right; how it reads is a matter of decoding."""
    judge("encode.json-round-trip", JsonBothWays(compact, lambda _body: Decoded(Structure())), URL)


def test_who_misreads_its_own_xml_fails_the_round_trip() -> None:
    """Where it reads the suite's own spelling of the value right."""

    def read(body: bytes) -> Decoded:
        return Decoded(Structure() if b"CDATA" in body else URL)

    def write(value: Structure) -> bytes:
        return Writer(lambda text: f"<![CDATA[{text}]]>")(value).encode()

    evidence = failed("encode.xml-round-trip", XmlBothWays(write, read), URL)
    assert evidence["got"].startswith("it reads its own text otherwise: at Websocket: ")


def test_who_reads_no_xml_right_is_not_failed_by_the_round_trip() -> None:
    """What it wrote is right; how it reads is a matter of xml."""
    judge("encode.xml-round-trip", XmlBothWays(document, lambda _body: Decoded(Structure())), URL)


# encode.absent-is-left-out, encode.empty-structure-kept


@pytest.mark.parametrize(("written", "shown"), [("null", "the JSON value null"), ('""', '""'), ("{}", "{}")])
def test_an_absent_member_that_is_written_fails(written: str, shown: str) -> None:
    """As null or as anything else."""
    texts = {Structure(): f'{{"Websocket":{written}}}'.encode(), URL: compact(URL)}
    evidence = failed("encode.absent-is-left-out", JsonWriter(texts.__getitem__), (Structure(), URL))
    assert evidence["got"] == f"Websocket: {shown}"


def test_a_member_that_the_contract_lacks_is_another_rule_s_matter() -> None:
    """The round trip tells of it."""
    texts = {Structure(): b'{"a":null}', URL: compact(URL)}
    judge("encode.absent-is-left-out", JsonWriter(texts.__getitem__), (Structure(), URL))


@pytest.mark.parametrize("name", ["encode.absent-is-left-out", "encode.empty-structure-kept"])
def test_who_does_not_write_what_is_there_is_not_observed(name: str) -> None:
    """The control holds a member."""
    assert unseen(name, JsonWriter(lambda _value: b"{}"), (Structure(), URL)).startswith("at Websocket: expected ")


@pytest.mark.parametrize("name", ["encode.absent-is-left-out", "encode.empty-structure-kept"])
def test_who_writes_no_json_is_not_observed(name: str) -> None:
    """That is another rule."""
    assert unseen(name, JsonWriter(lambda _value: b"{"), (Structure(), URL)).startswith("no JSON text")


@pytest.mark.parametrize("name", ["encode.absent-is-left-out", "encode.empty-structure-kept"])
@pytest.mark.parametrize(
    ("answer", "told"), [(Rejected("no"), 'rejected: "no"'), (b"{", "no JSON text"), (b"[]", "the")]
)
def test_who_does_not_write_the_case_alone_fails(name: str, answer: object, told: str) -> None:
    """The control was written right, so that nothing else can be the reason."""
    adapter = JsonWriter(lambda value: compact(value) if value == URL else answer)
    assert failed(name, adapter, (Structure(), URL))["got"].startswith(told)


EMPTY_WEBSOCKET = Structure((("Websocket", Structure()),))


@pytest.mark.parametrize(
    ("written", "shown"),
    [("{}", "nothing"), ('{"Websocket":null}', "the JSON value null"), ('{"Websocket":[]}', "[]")],
)
def test_an_empty_structure_that_is_not_kept_fails(written: str, shown: str) -> None:
    """Left out, null, or of another kind."""
    texts = {EMPTY_WEBSOCKET: written.encode(), URL: compact(URL)}
    evidence = failed("encode.empty-structure-kept", JsonWriter(texts.__getitem__), (EMPTY_WEBSOCKET, URL))
    assert evidence["got"] == f"Websocket: {shown}"


def test_nulls_within_an_empty_structure_are_another_rule_s_matter() -> None:
    """It is kept; that absent members are written is told of once."""
    texts = {EMPTY_WEBSOCKET: b'{"Websocket":{"Url":null}}', URL: compact(URL)}
    judge("encode.empty-structure-kept", JsonWriter(texts.__getitem__), (EMPTY_WEBSOCKET, URL))


# encode.xml-is-well-formed


def xml(text: str) -> tuple[Structure, Structure]:
    """Return the case of this text."""
    return encode.marked_up(text)


def by_text(leaf: Callable[[str], str]) -> XmlWriter:
    """Return a writer that writes the text of a leaf by a function."""
    return XmlWriter(lambda value: Writer(leaf)(value).encode("utf-8", "surrogatepass"))


def test_an_ill_formed_document_fails() -> None:
    """The place is told."""
    evidence = failed("encode.xml-is-well-formed", by_text(str), xml("&"))
    assert evidence["expected"] == "a well-formed document"
    assert evidence["got"].startswith("the document is not well-formed XML 1.0: ")


def test_a_document_that_is_ill_formed_even_in_the_control_fails() -> None:
    """There is no simpler rule behind it."""
    assert failed("encode.xml-is-well-formed", XmlWriter(lambda _value: b"<a>"), xml("&"))["value"].endswith('"a"}}')


def test_markup_that_comes_out_as_another_text_fails() -> None:
    """A carriage return that is no reference is a line feed to every reader."""
    evidence = failed("encode.xml-is-well-formed", by_text(str), xml("\r"))
    assert evidence["got"] == 'at ConnectionCredentials.Expiry: expected "\\r", got "\\n"'


def test_markup_that_is_refused_fails() -> None:
    """XML can hold it, and the control was written."""

    def write(value: Structure) -> object:
        return Rejected("no") if value == xml("&")[0] else document(value)

    evidence = failed("encode.xml-is-well-formed", XmlWriter(write), xml("&"))
    assert (evidence["expected"], evidence["got"]) == ("a document of this value", 'rejected: "no"')


def test_a_control_that_is_refused_shows_nothing() -> None:
    """Nothing is written at all."""
    assert unseen("encode.xml-is-well-formed", XmlWriter(raising(OwnError("no"))), xml("&")).startswith("rejected")


def test_who_writes_another_value_even_in_the_control_is_judged_on_form_alone() -> None:
    """What stands in the document is for the round trip to say."""
    judge("encode.xml-is-well-formed", XmlWriter(lambda value: Writer(root="a")(value).encode()), xml("&"))
    adapter = XmlWriter(lambda value: Writer(str, root="a")(value).encode())
    assert failed("encode.xml-is-well-formed", adapter, xml("&"))["expected"] == "a well-formed document"


@pytest.mark.parametrize("text", encode.FORBIDDEN)
def test_a_character_that_xml_cannot_hold_is_never_written(text: str) -> None:
    """Neither as it is nor as a reference."""
    reference = "".join(char if char in "ab" else f"&#{ord(char)};" for char in text)
    for leaf in (lambda written: written, lambda written: reference if written == text else written):
        assert failed("encode.xml-is-well-formed", by_text(leaf), xml(text))["expected"] == "a well-formed document"


def otherwise(write: Write) -> Write:
    """Return a writer that writes what XML can hold right, and everything else by a function."""
    return lambda value: document(value) if encode.held_by_xml(value) else write(value)


REFUSALS = {
    "left-out": otherwise(lambda _value: document(xml("")[0])),
    "replaced": otherwise(lambda _value: document(xml("\ufffd")[0])),
    "refused": otherwise(raising(OwnError("no"))),
    "stopped": otherwise(raising(ValueError("no"))),
}


@pytest.mark.parametrize("write", REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("text", encode.FORBIDDEN)
def test_how_it_is_not_written_is_free(write: Write, text: str) -> None:
    """Left out, replaced, refused by an error of whatever kind."""
    judge("encode.xml-is-well-formed", XmlWriter(write), xml(text))


@pytest.mark.parametrize(("text", "held"), [("a\t\n\r\ufffd\U0010ffff", True), *((t, False) for t in encode.FORBIDDEN)])
def test_what_xml_can_hold_is_known(text: str, held: bool) -> None:
    """XML 1.0, section 2.2."""
    assert encode.held_by_xml(xml(text)[0]) is held


# encode.stable


@pytest.mark.parametrize("form", [JsonWriter, XmlWriter])
def test_another_text_the_second_time_fails(form: Callable[[Write], object]) -> None:
    """Both texts are told."""
    write = {JsonWriter: compact, XmlWriter: document}[form]  # type: ignore[index]
    texts = iter([write(URL), write(OTHER), write(URL) + b" "])
    evidence = failed("encode.stable", form(lambda _value: next(texts)), URL)
    assert (evidence["written"] + " ", evidence["expected"]) == (evidence["got"], "the same bytes the second time")


def test_a_refusal_the_second_time_fails() -> None:
    """It is another answer."""
    answers = iter([b"{}", b"{ }", Rejected("no")])
    assert failed("encode.stable", JsonWriter(lambda _value: next(answers)), URL)["got"] == 'rejected: "no"'


def test_both_forms_are_judged_where_both_are_offered() -> None:
    """Right JSON does not make up for another document each time."""

    class Both(JsonWriter, XmlWriter):
        """Offers both."""

        def __init__(self) -> None:
            JsonWriter.__init__(self)
            self.written = 0

        def encode_xml(self, value: Structure) -> bytes:
            """Write another document each time."""
            self.written += 1
            return document(value) + b" " * self.written

    assert "written" in failed("encode.stable", Both(), URL)


# What is drawn


@pytest.mark.parametrize("name", ENCODE)
def test_vectors_come_before_draws(name: str) -> None:
    """The finite cases of the edition, each once."""
    vectors = registry()[name].vectors
    assert len(vectors) > 10
    assert len(set(map(repr, vectors))) == len(vectors)


def test_a_value_with_every_member_still_lacks_one_in_its_case() -> None:
    """The last member of the value is taken away."""
    drawn, control = encode.absence(full(), ("WebRTCConnection",))
    assert (drawn.get("WebRTCConnection"), control.get("WebRTCConnection")) == (
        None,
        sample("WebRTCConnection").get("WebRTCConnection"),
    )
