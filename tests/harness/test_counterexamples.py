"""Stored counterexamples: what a file holds, that it is whole, and one clear sentence for every fault in one."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from participant_conformance.counterexamples import (
    FOLDER,
    CounterexampleError,
    StoredCounterexample,
    is_storable,
    read,
    store,
)
from participant_conformance.gate.verdicts import Counterexample, Kind, Verdict
from participant_conformance.requirements import catalogue
from participant_conformance.stored import plain
from participant_strategies.reply import ConnectionRequest, Reply
from tests.report.rows import HOSTILE, verdict

REQUIREMENT = catalogue()["error.message"]
REPLY = Reply(403, (), b'{"Message":"\xc3\xa9"}')


def failed(case: object = REPLY, kind: Kind = Kind.FAILED, **fields: Any) -> Verdict:
    """Return a verdict with something to judge again."""
    example = Counterexample((("reply", repr(case)), ("got", "é")), 5, 5, case=plain(case))
    return verdict(kind, REQUIREMENT.id, **{"counterexample": example, **fields})


def stored(folder: Path, **changes: object) -> Path:
    """Store a counterexample and change what the file says; ``...`` takes a member away."""
    path = store(failed(), folder)
    data = {**json.loads(path.read_text("utf-8")), **changes}
    path.write_text(json.dumps({name: value for name, value in data.items() if value is not ...}), "utf-8")
    return path


# Storing


@pytest.mark.parametrize("kind", Kind)
def test_what_needs_attention_is_stored(kind: Kind) -> None:
    """What failed, what was warned of, what was not observed; nothing that is listed or broken."""
    assert is_storable(failed(kind=kind)) == (kind in {Kind.FAILED, Kind.WARNED, Kind.NOT_OBSERVED})


@pytest.mark.parametrize("example", [None, Counterexample((("got", "a"),))], ids=["none", "without-case"])
def test_what_has_nothing_to_judge_again_is_not_stored(example: Counterexample | None) -> None:
    """A lost capability has no case."""
    assert not is_storable(failed(counterexample=example))


def test_a_file_is_named_by_its_requirement_in_a_folder_that_is_made(tmp_path: Path) -> None:
    """And version control leaves the folder alone."""
    path = store(failed(), tmp_path / "a" / FOLDER)
    assert path == tmp_path / "a" / ".participant" / "error.message.json"
    assert {file.name: file.read_text("utf-8") for file in path.parent.iterdir() if file != path} == {
        ".gitignore": "*\n"
    }


def test_a_file_says_what_was_judged_and_what_came_of_it(tmp_path: Path) -> None:
    """In words for people, and as data to judge again."""
    path = store(failed(), tmp_path, adapter="package:Adapter")
    assert json.loads(path.read_text("utf-8")) == {
        "format": 1,
        "suite": "0.1.0",
        "edition": 1,
        "requirement": "error.message",
        "level": "MUST",
        "statement": REQUIREMENT.statement,
        "source": REQUIREMENT.source,
        "adapter": "package:Adapter",
        "implementation": {"name": "sample", "version": "1.0"},
        "lines": [["reply", repr(REPLY)], ["got", "é"]],
        "reason": "found",
        "case": {"reply.Reply": {"status": 403, "headers": [], "body": {"text": '{"Message":"é"}'}}},
    }


def test_what_is_stored_can_be_read(tmp_path: Path) -> None:
    """The case is the case, not a text that looks like it."""
    assert read(store(failed(), tmp_path, adapter="reference")) == StoredCounterexample(
        requirement=REQUIREMENT,
        case=REPLY,
        lines=(("reply", repr(REPLY)), ("got", "é")),
        reason="found",
        adapter="reference",
        implementation="sample 1.0",
        suite="0.1.0",
    )


@pytest.mark.parametrize(
    "case",
    [HOSTILE, "\ud83d" + "\ude00", b"\xff\0", "a" * 5_000_000, (ConnectionRequest("a"), REPLY)],
    ids=["hostile", "halves", "bytes", "megabytes", "two"],
)
def test_any_case_survives_the_file(case: object, tmp_path: Path) -> None:
    """Lone surrogates, NUL, what is no text, and much of it."""
    assert read(store(failed(case), tmp_path)).case == case


def test_a_verdict_on_nobody_is_stored_too(tmp_path: Path) -> None:
    """A process that died knows no name."""
    assert read(store(failed(implementation={}), tmp_path)).implementation == ""


def test_a_stored_counterexample_replaces_the_one_before(tmp_path: Path) -> None:
    """In place; what stands in the .gitignore stays."""
    store(failed("a"), tmp_path)
    (tmp_path / ".gitignore").write_text("own\n")
    path = store(failed("b"), tmp_path)
    assert read(path).case == "b"
    assert {file.name for file in tmp_path.iterdir()} == {".gitignore", path.name}
    assert (tmp_path / ".gitignore").read_text() == "own\n"


def test_a_counterexample_can_be_read_by_others(tmp_path: Path) -> None:
    """It is made to be handed on."""
    assert stat.S_IMODE(store(failed(), tmp_path).stat().st_mode) == 0o644


@pytest.mark.parametrize("place", [".participant", ".participant/below"])
def test_a_folder_that_cannot_be_written_is_one_clear_error(place: str, tmp_path: Path) -> None:
    """It names the folder and no absolute path."""
    (tmp_path / ".participant").write_text("a file")
    with pytest.raises(CounterexampleError, match=r"^counterexamples cannot be stored in (\.participant|below): "):
        store(failed(), tmp_path / place)


def test_an_error_without_a_text_of_the_system_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every ``OSError`` has one."""

    def fails(*_arguments: object, **_options: object) -> None:
        raise OSError("strange")

    monkeypatch.setattr(Path, "mkdir", fails)
    with pytest.raises(CounterexampleError, match=r"^counterexamples cannot be stored in folder: strange$"):
        store(failed(), tmp_path / "folder")


# Reading


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no JSON: Expecting value"),
        (b"{", "is no JSON: Expecting property name"),
        (b"\xff", "is no text in UTF-8"),
        (b"[" * 100_000, "is nested too deep"),
        (b"[" + b"1" * 10_000 + b"]", "is no JSON: Exceeds the limit"),
        (b"[]", "is no stored counterexample: it is not an object with a member 'format'"),
        (b"{}", "is no stored counterexample: it is not an object with a member 'format'"),
        (b'{"format": "1"}', "its 'format' is missing or not a whole number"),
        (b'{"format": true}', "its 'format' is missing or not a whole number"),
    ],
    ids=["empty", "cut", "bytes", "deep", "digits", "array", "object", "text", "truth"],
)
def test_a_file_that_is_none_is_one_clear_error(content: bytes, told: str, tmp_path: Path) -> None:
    """It begins with the name of the file."""
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(CounterexampleError) as wrong:
        read(path)
    assert str(wrong.value).startswith(f"{path}: {told}")


@pytest.mark.parametrize(("name", "told"), [("nowhere.json", "No such file or directory"), ("", "Is a directory")])
def test_a_file_that_cannot_be_read_is_one_clear_error(name: str, told: str, tmp_path: Path) -> None:
    """With the reason that the system gives."""
    with pytest.raises(CounterexampleError, match=rf": cannot be read: {told}$"):
        read(tmp_path / name)


DEEP: list[Any] = []
for _ in range(300):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 2}, "has the format 2, and this version reads format 1"),
        ({"edition": 2}, "is of edition 2, and this version has edition 1: update participant-conformance"),
        ({"edition": ...}, "its 'edition' is missing or not a whole number"),
        ({"requirement": "error.mesage"}, "there is no requirement 'error.mesage' in edition 1; did you mean"),
        ({"requirement": []}, "its 'requirement' is missing or not a text"),
        ({"implementation": "sample"}, "its 'implementation' is missing or not an object"),
        ({"implementation": {"name": "a"}}, "its 'version' is missing or not a text"),
        ({"lines": {}}, "its 'lines' is missing or not an array"),
        ({"lines": [["a"]]}, "its 'lines' are not pairs of a label and a text"),
        ({"lines": [["a", 1]]}, "its 'lines' are not pairs of a label and a text"),
        ({"lines": ["ab"]}, "its 'lines' are not pairs of a label and a text"),
        ({"reason": None}, "its 'reason' is missing or not a text"),
        ({"adapter": 1}, "its 'adapter' is missing or not a text"),
        ({"suite": ...}, "its 'suite' is missing or not a text"),
        ({"case": ...}, "has no 'case'"),
        ({"case": {}}, "its case cannot be made again: the case is an object, which stands for nothing"),
        ({"case": {"os.path": {}}}, "its case cannot be made again: the case is of the kind 'os.path', which"),
        ({"case": DEEP}, "its case cannot be made again: the case is nested more than 100 deep"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_a_fault_of_a_file_is_one_clear_error(changes: dict[str, object], told: str, tmp_path: Path) -> None:
    """Which says what is wrong where."""
    path = stored(tmp_path, **changes)
    with pytest.raises(CounterexampleError) as wrong:
        read(path)
    assert str(wrong.value).startswith(f"{path}: {told}")


def test_members_that_are_not_known_do_not_matter(tmp_path: Path) -> None:
    """Nor do those that are there for people alone."""
    path = stored(tmp_path, colour="red", statement=..., level=..., source=1, adapter=...)
    assert read(path).adapter is None
