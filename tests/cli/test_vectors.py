"""``vectors``: the finite cases of the edition as a file, right, complete and pinned."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from participant_conformance.checks import registry
from participant_conformance.checks.strict_reading import read_json, read_xml
from participant_conformance.reference.adapter import Reference
from participant_conformance.requirements import EDITION, catalogue
from participant_conformance.vector_messages import LONGEST, NoVectorError, plain, request, response
from participant_conformance.vectors import edition_vectors, vectors_text
from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest, Decoded, Outcome, Rejected, Reply, ServiceError
from participant_strategies.successes import sample
from tests import vectors_pin
from tests.cli.conftest import Command

Vector = dict[str, Any]
VECTORS = edition_vectors().vectors


# The command


def test_the_vectors_are_written_to_a_file(command: Command) -> None:
    """A JSON list; how many, and what is left out, stands on the terminal."""
    answer = command("vectors", "-o", "vectors.json")
    assert answer.code == 0
    assert json.loads((answer.folder / "vectors.json").read_text(encoding="utf-8")) == VECTORS
    assert f"{len(VECTORS)} vectors of edition {EDITION}" in answer.lines


def test_what_is_left_out_is_told_with_its_reason(command: Command) -> None:
    """Each case or requirement by its id."""
    answer = command("vectors", "-o", "vectors.json")
    assert "left out, since two texts of one run are compared: encode.stable" in answer.lines
    assert all(name in answer.text for name in edition_vectors().left_out)


def test_a_dash_is_the_standard_output() -> None:
    """Nothing else stands there, so that it can be piped."""
    code = "from participant_conformance.cli import main; main()"
    arguments = [sys.executable, "-c", code, "vectors", "-o", "-"]
    done = subprocess.run(arguments, capture_output=True, check=True, text=True)
    assert done.stdout == vectors_text()
    assert f"{len(VECTORS)} vectors" in done.stderr


@pytest.mark.parametrize("place", ["missing/vectors.json", "."])
def test_a_place_that_cannot_be_written_is_told(command: Command, place: str) -> None:
    """In one sentence, with exit code 2; nothing is left there."""
    answer = command("vectors", "-o", place)
    assert answer.code == 2
    assert re.search(rf"Error: -o: {re.escape(place)} cannot be written: \w+", answer.lines)
    assert list(answer.folder.iterdir()) == []


def test_a_file_that_is_there_is_replaced_whole(command: Command) -> None:
    """No other file is left beside it."""
    (Path("vectors.json")).write_text("a" * 2_000_000, encoding="utf-8")
    answer = command("vectors", "-o", "vectors.json")
    assert [path.name for path in answer.folder.iterdir()] == ["vectors.json"]
    assert (answer.folder / "vectors.json").read_text(encoding="utf-8") == vectors_text()


# What is written


def test_the_vectors_are_those_of_the_edition() -> None:
    """As they are pinned."""
    assert vectors_pin.differences() == [], vectors_pin.ADVICE


def test_the_pinned_file_is_what_the_command_writes() -> None:
    """Byte by byte."""
    assert vectors_pin.FILE.read_text(encoding="utf-8") == vectors_text(), vectors_pin.ADVICE


def test_the_text_does_not_depend_on_the_process() -> None:
    """Another hash seed, the same bytes."""
    code = "from participant_conformance.vectors import vectors_text; print(vectors_text(), end='')"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)
        assert done.stdout == vectors_text()


def test_the_text_is_ascii() -> None:
    """What cannot be seen, such as U+FEFF, is an escape."""
    assert vectors_text().isascii()


def test_every_id_is_that_of_one_case() -> None:
    """A requirement, a number, and perhaps which of its messages."""
    names = [vector["id"] for vector in VECTORS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9.-]+/[1-9][0-9]*(\.[\w-]+)?", name) for name in names)


def test_every_requirement_with_finite_cases_has_vectors_or_a_reason() -> None:
    """None is forgotten."""
    told = {vector["tags"][2] for vector in VECTORS} | set(edition_vectors().left_out)
    assert {name for name, check in registry().items() if check.vectors} <= told


def test_a_vector_is_tagged_by_its_requirement() -> None:
    """Area, level and id; the statement is in the documentation."""
    for vector in VECTORS:
        requirement = catalogue()[vector["tags"][2]]
        assert vector["tags"][:2] == [requirement.area, requirement.level.value]
        assert vector["id"].startswith(f"{requirement.id}/")
        assert vector["documentation"].startswith(requirement.statement)


def reply_of(vector: Vector) -> Reply:
    """Return the reply that a vector describes."""
    body: str = vector["body"]
    encoded = base64.b64decode(body) if "bodyEncoding" in vector else body.encode()
    return Reply(vector["code"], tuple(vector["headers"].items()), encoded)


def taken(vector: Vector) -> Outcome:
    """Let the reference take a vector."""
    if len(vector["tags"]) == 4:
        return Reference().read_xml(reply_of(vector), vector["tags"][3])
    return Reference().read(reply_of(vector))


SETTLED = [vector for vector in VECTORS if "outcome" in vector]


def test_the_reference_agrees_with_every_success() -> None:
    """What it takes is what stands in params."""
    successes = [vector for vector in SETTLED if vector["outcome"] == "success"]
    outcomes = [(vector, taken(vector)) for vector in successes]
    wrong = [v["id"] for v, got in outcomes if not isinstance(got, Decoded) or plain(got.value) != v["params"]]
    assert (wrong, len(successes) > 500) == ([], True)


def test_the_reference_agrees_with_every_error() -> None:
    """Code, message, and whether it is one of the operation's own."""

    def agrees(vector: Vector) -> bool:
        got = taken(vector)
        assert isinstance(got, ServiceError)
        message = vector["params"].get("Message", got.message)
        known = vector.get("known", got.known)
        return (got.code, got.message, got.known) == (vector["error"], message, known)

    errors = [vector for vector in SETTLED if vector["outcome"] == "error"]
    assert [vector["id"] for vector in errors if not agrees(vector)] == []
    assert {vector["error"] for vector in errors} > set(contract().modeled_errors)


def test_what_is_to_be_written_holds_its_params() -> None:
    """Read by the suite's own strict reading."""
    written = [vector for vector in VECTORS if vector["appliesTo"] == "server"]
    for vector in written:
        read = read_json if vector["bodyMediaType"] == "application/json" else read_xml
        assert plain(read(vector["body"].encode())) == vector["params"]
    assert {vector["tags"][0] for vector in written} == {"encode"}


def test_a_level_that_judges_nothing_settles_nothing() -> None:
    """INFO: the message is there, and no outcome."""
    assert [vector for vector in SETTLED if vector["tags"][1] == "INFO"] == []
    assert any(vector["tags"][1] == "INFO" for vector in VECTORS)


def test_each_message_of_a_case_has_its_own_vector() -> None:
    """In their order."""
    pair = [vector for vector in VECTORS if vector["id"].startswith("decode.no-memory/1")]
    assert [vector["id"] for vector in pair] == ["decode.no-memory/1.1", "decode.no-memory/1.2"]
    assert pair[0]["documentation"].endswith("Here: number 1 of 2, in this order.")


def test_each_dialect_of_a_case_has_its_own_vector() -> None:
    """But where its reply is that of another one."""
    found = {v["id"]: v["protocol"] for v in VECTORS if v["id"].startswith("xml.round-trip/2.")}
    assert found == {
        "xml.round-trip/2.restXml": "aws.protocols#restXml",
        "xml.round-trip/2.awsQuery": "aws.protocols#awsQuery",
        "xml.round-trip/2.ec2Query": "aws.protocols#ec2Query",
    }


def test_a_rule_about_some_dialects_has_no_vector_of_another() -> None:
    """Smithy states it for these alone."""
    dialects = {v["tags"][3] for v in VECTORS if v["tags"][2] == "xml.default-namespace"}
    assert dialects == {"awsQuery", "ec2Query"}


# The fields


def test_a_request_is_told_by_its_parts() -> None:
    """Members stand in the body as they were asked for."""
    asked = ConnectionRequest("a", ("WEBSOCKET", "WEBSOCKET"), connect_participant=False)
    assert request(asked) == {
        "protocol": "aws.protocols#restJson1",
        "appliesTo": "client",
        "method": "POST",
        "uri": "/participant/connection",
        "headers": {"X-Amz-Bearer": "a", "Content-Type": "application/json"},
        "body": '{"Type":["WEBSOCKET","WEBSOCKET"],"ConnectParticipant":false}',
        "bodyMediaType": "application/json",
        "params": {"ParticipantToken": "a", "Type": ["WEBSOCKET", "WEBSOCKET"], "ConnectParticipant": False},
    }


@pytest.mark.parametrize(("path", "uri"), [("/", ""), ("/a", "/a"), ("/a/b/", "/a/b")])
def test_the_path_of_an_endpoint_stands_in_front(path: str, uri: str) -> None:
    """As in the compliance test RestJsonHostWithPath."""
    made = request(ConnectionRequest("a"), path)
    assert (made["host"], made["uri"]) == (f"example.com{path}", f"{uri}/participant/connection")


def given(reply: Reply, expected: Outcome | None = None, **free: bool) -> Vector:
    """Return the fields of a reply, without those that all replies have."""
    made = response("p", reply, expected, **free)
    return {name: item for name, item in made.items() if name not in ("protocol", "appliesTo", "code")}


def test_a_body_that_is_no_utf_8_is_base64() -> None:
    """And says so."""
    assert given(Reply(200, (), b"\xff")) == {"headers": {}, "body": "/w==", "bodyEncoding": "base64"}


def test_a_header_that_stands_twice_is_kept() -> None:
    """An object holds the first one; names have no case."""
    reply = Reply(200, (("A", "1"), ("a", "2"), ("b", "3"), ("A", "4")), b"")
    assert given(reply) == {
        "headers": {"A": "1", "b": "3"},
        "repeatedHeaders": [["a", "2"], ["A", "4"]],
        "body": "",
    }


def test_a_body_that_is_too_long_makes_no_vector() -> None:
    """The limit is told."""
    assert given(Reply(200, (), b"a" * LONGEST))["body"] == "a" * LONGEST
    with pytest.raises(NoVectorError, match=rf"longer than {LONGEST} bytes"):
        given(Reply(200, (), b"a" * (LONGEST + 1)))


def error(message: str | None, code: str | None = "A") -> ServiceError:
    """Return an error."""
    return ServiceError(code, message, known=False)


@pytest.mark.parametrize(
    ("expected", "free", "fields"),
    [
        (Decoded(sample("Websocket")), {}, {"outcome": "success", "params": {"Websocket": {"Url": "wss://a"}}}),
        (error("a"), {}, {"outcome": "error", "error": "A", "known": False, "params": {"Message": "a"}}),
        (error(""), {}, {"outcome": "error", "error": "A", "known": False, "params": {"Message": ""}}),
        (error(None), {}, {"outcome": "error", "error": "A", "known": False, "params": {}}),
        (error("a"), {"message_free": True}, {"outcome": "error", "error": "A", "known": False, "params": {}}),
        (error("a"), {"known_free": True}, {"outcome": "error", "error": "A", "params": {"Message": "a"}}),
        (error("a", None), {}, {}),
        (Rejected("a"), {}, {}),
        (None, {}, {}),
    ],
)
def test_what_must_come_out_is_told_as_far_as_it_is_settled(
    expected: Outcome | None, free: dict[str, bool], fields: Vector
) -> None:
    """What more than one outcome is right for is left open."""
    assert given(Reply(200, (), b""), expected, **free) == {"headers": {}, "body": "", **fields}
