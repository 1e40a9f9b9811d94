"""The file of planted faults, and the implementation that has one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Reply, ServiceError
from participant_strategies.successes import sample, success_case
from participant_strategies.value import String, Structure
from tests.strategies.faulty import Faulty
from tests.strategies.planted_faults import FILE, FaultError, Then, load_faults


def entry(text: str) -> str:
    """Return an entry that is right, with what is given in place of its like-named lines, or behind them."""
    lines = {
        "name": "'n'",
        "requirement": "'decode.round-trip'",
        "when": "{ body = 'a' }",
        "minimum": "'m'",
    }
    key, _, value = text.partition(" = ")
    return "[[fault]]\n" + "\n".join(f"{k} = {v}" for k, v in (lines | {key: value}).items() if v)


@pytest.fixture(name="file")
def file_fixture(tmp_path: Path) -> Path:
    """Return a place for a data file."""
    return tmp_path / "faults.toml"


def test_an_entry_is_read(file: Path) -> None:
    """All that an entry says is kept."""
    file.write_text(entry("when = { body = '^a', status = 403 }") + "\nthen = 'crash'\n")
    (fault,) = load_faults(file)
    assert (fault.name, fault.requirement, fault.status, fault.then) == ("n", "decode.round-trip", 403, Then.CRASH)
    assert {key: pattern.pattern for key, pattern in fault.texts.items()} == {"body": "^a"}
    assert fault.minimum == {"": "m"}


def test_a_minimum_can_be_of_several_lines(file: Path) -> None:
    """A table names the lines by their labels."""
    file.write_text(entry("minimum = { reply = 'r', drawn = 'd' }"))
    assert load_faults(file)[0].minimum == {"reply": "r", "drawn": "d"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "minumum = 'm'",
            r"fault 1 \(n\): there is no key 'minumum'; there are name, requirement, when, then, minimum",
        ),
        ("when = { boddy = 'a' }", r"fault 1 \(n\), when: there is no key 'boddy'; there are body, header, "),
        ("when = {}", r"fault 1 \(n\): when is a table of at least one condition"),
        ("when = 'a'", r"fault 1 \(n\): when is a table of at least one condition"),
        ("when = { body = '(' }", r"fault 1 \(n\), when: body is no regular expression: missing \), "),
        ("when = { body = 3 }", r"fault 1 \(n\), when: body is missing or no text"),
        ("when = { status = '3' }", r"fault 1 \(n\), when: status is a number"),
        ("when = { status = true }", r"fault 1 \(n\), when: status is a number"),
        ("then = 'boom'", r"fault 1 \(n\): then is one of empty success, .*, members twice; got 'boom'"),
        ("requirement = 'decode.rond-trip'", r"fault 1 \(n\): there is no check of a requirement 'decode.rond-trip'"),
        ("requirement = ", r"fault 1 \(n\): requirement is missing or no text"),
        ("name = ", r"fault 1: name is missing or no text"),
        ("minimum = ''", r"fault 1 \(n\): minimum is missing or no text"),
        ("minimum = {}", r"fault 1 \(n\): minimum is missing or no text"),
        ("minimum = { reply = 3 }", r"fault 1 \(n\), minimum: reply is missing or no text"),
    ],
)
def test_a_bad_entry_is_told_with_its_place(file: Path, text: str, complaint: str) -> None:
    """The message names the file, the entry and what is wrong with it."""
    file.write_text(entry(text))
    with pytest.raises(FaultError, match=f"^faults.toml, {complaint}"):
        load_faults(file)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("= 1", "is no TOML: "),
        ("", r"holds \[\[fault\]\] tables and nothing else"),
        ("fault = 1", r"holds \[\[fault\]\] tables and nothing else"),
        ("fault = [1]", r"holds \[\[fault\]\] tables and nothing else"),
        ("[fautl]\na = 1", r"holds \[\[fault\]\] tables and nothing else"),
        (f"{entry('')}\n{entry('')}", "two faults are called 'n'"),
    ],
)
def test_a_bad_file_is_told(file: Path, text: str, complaint: str) -> None:
    """What is no list of faults is one clear error."""
    file.write_text(text)
    with pytest.raises(FaultError, match=f"^faults.toml: {complaint}"):
        load_faults(file)


def test_the_file_says_what_can_be_written_in_it() -> None:
    """Its head explains every key, every condition and every outcome."""
    head = FILE.read_text(encoding="utf-8").partition("\n[[fault]]")[0]
    words = {"name", "requirement", "minimum", "status", *(f'"{then}"' for then in Then)}
    assert [word for word in words if word not in head] == []


# The implementation that has a fault

ERROR = Reply(403, (("X-Amzn-Errortype", "AccessDeniedException"), ("A", "b")), b'{"Message":"a"}')
ECHO = ("WebRTCConnection", "Meeting", "MeetingFeatures", "Audio", "EchoReduction")
URL = sample("Websocket", "Url")
PLANTED = ServiceError("Planted", None, known=False)


def faulty(file: Path, when: str, then: str = "") -> Faulty:
    """Return the implementation with a fault that shows when told, and as told."""
    file.write_text(entry(f"when = {{ {when} }}") + (f"\nthen = '{then}'\n" if then else ""))
    return Faulty(load_faults(file)[0])


@pytest.mark.parametrize(
    "when",
    [
        "status = 403",
        "body = 'Mess'",
        "header = '^A: b$'",
        "outcome = '^AccessDeniedException, known'",
        "status = 403, body = 'a', header = 'X-'",
    ],
)
def test_a_fault_shows_where_all_conditions_hold(file: Path, when: str) -> None:
    """An error is then taken for an unknown one."""
    assert faulty(file, when).read(ERROR) == PLANTED


@pytest.mark.parametrize(
    "when", ["status = 400", "body = 'b'", "status = 400, body = 'a'", "before = '^'", "code = '^'"]
)
def test_a_fault_does_not_show_elsewhere(file: Path, when: str) -> None:
    """Where one condition fails, or looks at what is not there, all is as in the reference."""
    assert faulty(file, when).read(ERROR) == Reference().read(ERROR)


def test_a_fault_can_look_at_the_reply_before(file: Path) -> None:
    """It shows from the second reply on."""
    adapter = faulty(file, "before = 'Mess'")
    assert [adapter.read(ERROR) == PLANTED for _ in range(2)] == [False, True]


def test_a_fault_can_look_at_a_refusal(file: Path) -> None:
    """What the reference rejects has a reason to look at; unless told otherwise it becomes a success."""
    assert faulty(file, "outcome = '^rejected: '").decode_json(b"[") == Decoded(Structure())
    with pytest.raises(UnusableReplyError):
        faulty(file, "outcome = '^success'").decode_json(b"[")


WAYS: dict[str, Callable[[Faulty], object]] = {
    "body = 'Url', header = '^Content-Type'": lambda adapter: adapter.read(success_case(URL).reply),
    "body = '^.\"Web'": lambda adapter: adapter.decode_json(success_case(URL).reply.body),
    "body = '<Url>', dialect = 'bare'": lambda adapter: adapter.decode_xml(Reference().encode_xml(URL)),
    "body = '<Url>', dialect = 'restXml', status = 200": lambda adapter: adapter.read_xml(
        Reply(200, (), Reference().encode_xml(URL)), "restXml"
    ),
}


@pytest.mark.parametrize("when", WAYS)
def test_a_fault_shows_in_every_way_to_take_a_success(file: Path, when: str) -> None:
    """A success with content becomes an empty one."""
    assert WAYS[when](faulty(file, when)) == Decoded(Structure())


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_fault_shows_in_the_body_of_an_error_of_a_known_type(file: Path, form: str) -> None:
    """Its type can be looked at too."""
    adapter = faulty(file, "code = '^Throttling', body = 'b'")
    body = b'{"Message":"b"}' if form == "json" else b"<Error><Message>b</Message></Error>"
    ways = {"json": adapter.error_of_json, "xml": adapter.error_of_xml}
    assert ways[form]("ThrottlingException", body) == PLANTED
    assert ways[form]("AccessDeniedException", body).known


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_fault_shows_in_what_is_written(file: Path, form: str) -> None:
    """Nothing of the value is written, but by a text that is a text of the form; or what is told."""

    def written(then: str, value: Structure = URL) -> bytes:
        adapter = faulty(file, "value = 'Url: .wss'", then)
        return adapter.encode_json(value) if form == "json" else adapter.encode_xml(value)

    right = {"json": Reference().encode_json, "xml": Reference().encode_xml}[form]
    assert written("") == right(Structure()) != right(URL)
    assert written("empty text") == b""
    assert written("", sample("WebRTCConnection")) == right(sample("WebRTCConnection"))
    with pytest.raises(UnusableReplyError, match=r"^planted$"):
        written("rejected")


@pytest.mark.parametrize("when", ["request = 'token .b.'", "endpoint = '/a$'"])
def test_a_request_that_shows_the_fault_is_not_sent(file: Path, when: str) -> None:
    """It is refused before anything is sent."""
    assert faulty(file, when).call("http://127.0.0.1:9/a", ConnectionRequest("b")) == Refused("planted")


def test_another_request_is_sent(file: Path) -> None:
    """The reference gets it: this one it refuses by itself."""
    adapter = faulty(file, "request = 'token .b.'")
    assert adapter.call("http://127.0.0.1:9", ConnectionRequest("\n")) != Refused("planted")


@pytest.mark.parametrize(
    ("then", "outcome"),
    [
        ("empty success", Decoded(Structure())),
        ("unknown error", PLANTED),
        ("members twice", Decoded(Structure(sample(*ECHO).members * 2))),
    ],
)
def test_a_fault_says_what_comes_out(file: Path, then: str, outcome: object) -> None:
    """Whatever is right."""
    assert faulty(file, "body = '^'", then).read(success_case(sample(*ECHO)).reply) == outcome


def test_a_fault_can_take_enums_for_strings(file: Path) -> None:
    """All else of the value stays."""
    outcome = faulty(file, "body = '^'", "enums as strings").read(success_case(sample(*ECHO)).reply)
    assert outcome.value.get(*ECHO) == String("AVAILABLE")
    assert faulty(file, "body = '^'", "enums as strings").read(success_case(URL).reply).value == URL


@pytest.mark.parametrize(("then", "error"), [("rejected", UnusableReplyError), ("crash", RuntimeError)])
def test_a_fault_can_be_an_exception(file: Path, then: str, error: type[Exception]) -> None:
    """The implementation's own, or one that is not."""
    with pytest.raises(error, match=r"^planted$"):
        faulty(file, "body = '^'", then).read(ERROR)


def test_an_empty_success_that_shows_a_fault_is_rejected(file: Path) -> None:
    """An empty one in its place would be right."""
    with pytest.raises(UnusableReplyError, match=r"^planted$"):
        faulty(file, "body = '^'").decode_json(b"{}")
