"""``participant-conformance replay``: one stored counterexample, judged again in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from participant_conformance import replaying
from participant_conformance.checks import registry
from participant_conformance.counterexamples import store
from participant_conformance.gate.verdicts import Counterexample, Kind
from participant_conformance.repeating import JUDGED
from participant_conformance.requirements import Level
from participant_conformance.stored import plain
from tests.cli.conftest import Command
from tests.cli.test_run import BROKEN, QUICK, adapter
from tests.report.rows import verdict

NAME = "error.namespace-stripped"
FILE = f".participant/{NAME}.json"


def stored(folder: Path, name: str = NAME, case: Any = None, spec: str | None = "reference") -> str:
    """Store a case (the first vector of the check) as a counterexample; return the file's name."""
    case = registry()[name].vectors[0] if case is None else case
    found = verdict(Kind.FAILED, name, counterexample=Counterexample((("got", "a"),), case=plain(case)))
    return str(store(found, folder / ".participant", adapter=spec).relative_to(folder))


def view(text: str) -> str:
    """Return the view of the one failure that a text shows."""
    return text[text.index("✗") :].partition("\n\n")[0].rstrip("\n")


def test_a_run_leaves_what_can_be_judged_again(command: Command) -> None:
    """The view of the replay is that of the run, to the letter: example, expected, got, command."""
    ran = command("run", "--adapter", BROKEN, *QUICK, "--only", NAME)
    again = command("replay", FILE, "--adapter", BROKEN)
    assert (ran.code, again.code) == (1, 1)
    assert view(again.text) == view(ran.text)
    assert f"again participant-conformance replay {FILE} --adapter {BROKEN}" in again.lines


def test_what_is_mended_passes_now(command: Command) -> None:
    """Exit code 0, and who it is that passes."""
    command("run", "--adapter", BROKEN, *QUICK, "--only", NAME)
    answer = command("replay", FILE, "--adapter", "reference")
    assert answer.code == 0
    told = f"✓ {NAME} passes now with reference 0.1.0 (the counterexample is of broken 0.1.0)"
    assert answer.text == told + "\n"


def test_the_same_implementation_is_not_told_twice(command: Command, tmp_path: Path) -> None:
    """Where the counterexample is of no other one."""
    (tmp_path / "sampled.py").write_text(
        "from dataclasses import replace\n"
        "from participant_conformance.reference.adapter import Reference\n"
        "class Adapter(Reference):\n"
        "    implementation = replace(Reference.implementation, name='sample', version='1.0')\n"
    )
    answer = command("replay", stored(tmp_path), "--adapter", "sampled:Adapter")
    assert (answer.code, answer.text) == (0, f"✓ {NAME} passes now with sample 1.0\n")


def test_what_fails_at_times_fails(command: Command, tmp_path: Path) -> None:
    """It says how often."""
    body = "self.n = getattr(self, 'n', 0) + 1; return Rejected('no') if self.n == 3 else super().read(reply)"
    answer = command("replay", stored(tmp_path), "--adapter", adapter(tmp_path, body))
    assert answer.code == 1
    assert "flaky not reproducible, 0 of 5 repetitions failed" in answer.lines


def test_what_is_not_observed_fails(command: Command, tmp_path: Path) -> None:
    """The control came out wrong."""
    answer = command("replay", stored(tmp_path), "--adapter", adapter(tmp_path, "return Rejected('no')"))
    assert answer.code == 1
    assert "not observed 0 of 5 examples showed what is judged" in answer.lines


def test_a_note_is_told_and_fails_nothing(command: Command, tmp_path: Path) -> None:
    """As in a run."""
    name = next(name for name, check in registry().items() if check.requirement.level is Level.INFO and check.vectors)
    answer = command("replay", stored(tmp_path, name), "--adapter", "reference")
    assert answer.code == 0
    assert answer.text.startswith(f"noted: {name}: ")


def test_an_isolated_case_is_judged_in_another_interpreter(command: Command, tmp_path: Path) -> None:
    """What kills it there is told here."""
    body = "os.kill(os.getpid(), signal.SIGSEGV) if len(reply.body) > 999 else 0; return super().read(reply)"
    answer = command("replay", stored(tmp_path, "decode.depth"), "--adapter", adapter(tmp_path, body))
    assert answer.code == 1
    assert 'got crash, SIGSEGV: "the interpreter died by SIGSEGV"' in answer.lines
    assert "flaky" not in answer.text


@pytest.mark.parametrize("link", ["loopback", "respx"])
def test_a_call_goes_over_the_link_that_is_named(command: Command, tmp_path: Path, link: str) -> None:
    """The command that is shown names it again."""
    (tmp_path / "adapting.py").write_text(
        "from participant_conformance.reference.adapter import Reference\n"
        "class Adapter:\n"
        "    implementation = Reference.implementation\n"
        "    def call(self, endpoint, request, **options):\n"
        "        raise LookupError(endpoint.partition(':')[0])\n"
    )
    answer = command("replay", stored(tmp_path), "--adapter", "adapting:Adapter", "--link", link, "--time-limit", "9")
    assert answer.code == 1
    assert f'crash, LookupError: "{"https" if link == "respx" else "http"}"' in answer.lines
    options = " --link respx --time-limit 9" if link == "respx" else " --time-limit 9"
    assert answer.text.endswith(f"--adapter adapting:Adapter{options}\n")


# What nothing can be said of


def test_a_specification_in_the_file_is_shown_and_never_run(command: Command, tmp_path: Path) -> None:
    """Who gives a file away cannot choose what runs at the other end."""
    (tmp_path / "planted.py").write_text("open('was_here', 'w').close()\n")
    answer = command("replay", stored(tmp_path, spec="planted:Adapter"))
    assert answer.code == 2
    assert (
        "name the adapter to judge: --adapter SPEC (the counterexample was found with planted:Adapter)" in answer.lines
    )
    assert not (tmp_path / "was_here").exists()


def test_a_file_without_a_specification_says_so(command: Command, tmp_path: Path) -> None:
    """The adapter came from a fixture."""
    answer = command("replay", stored(tmp_path, spec=None))
    assert answer.code == 2
    assert "(the counterexample was found with an adapter without a name)" in answer.lines


@pytest.mark.parametrize("options", [(), ("--adapter", "reference")], ids=["without-adapter", "with-adapter"])
@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "nowhere.json: cannot be read: No such file or directory"), ("{", "nowhere.json: is no JSON: ")],
    ids=["missing", "no-json"],
)
def test_a_file_that_is_none_ends_with_two(
    command: Command, tmp_path: Path, options: tuple[str, ...], content: str | None, told: str
) -> None:
    """One clear line, whatever else is given."""
    if content is not None:
        (tmp_path / "nowhere.json").write_text(content)
    answer = command("replay", "nowhere.json", *options)
    assert answer.code == 2
    assert told in answer.lines
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("spec", ["nowhere.at.all:Adapter", "unheard-of"])
def test_a_bad_adapter_ends_with_two(command: Command, tmp_path: Path, spec: str) -> None:
    """Nothing was judged."""
    answer = command("replay", stored(tmp_path), "--adapter", spec)
    assert answer.code == 2
    assert answer.text.startswith(f"Error: adapter '{spec}': ")


def test_what_is_not_offered_ends_with_two(command: Command, tmp_path: Path) -> None:
    """The reason says what it would need."""
    (tmp_path / "narrow.py").write_text(
        "from participant_conformance.reference.adapter import Reference\n"
        "class Adapter:\n    implementation = Reference.implementation\n    read = Reference.read\n"
    )
    answer = command("replay", stored(tmp_path, "request.line"), "--adapter", "narrow:Adapter")
    assert (answer.code, answer.text) == (2, "Error: request.line could not be judged: call is not offered\n")


def test_a_case_of_another_check_ends_with_two(command: Command, tmp_path: Path) -> None:
    """It is the file's fault, not the implementation's and not ours."""
    answer = command("replay", stored(tmp_path, case=("a", 1)), "--adapter", "reference")
    assert answer.code == 2
    assert f"Error: {FILE}: its case is none that the check of {NAME} can judge: AttributeError: " in answer.lines


@pytest.mark.parametrize("arguments", [(), ("--time-limit", "0"), ("--time-limit", "nan"), ("--link", "smoke")])
def test_a_wrong_option_ends_with_two(command: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Before anything is started."""
    answer = command("replay", *(["--adapter", "reference", stored(tmp_path)] if arguments else []), *arguments)
    assert answer.code == 2
    assert "Usage: " in answer.text


# What an implementation does to its process


def test_a_hang_is_ended(command: Command, tmp_path: Path) -> None:
    """It is a failure, as in a run."""
    spec = adapter(tmp_path, "__import__('time').sleep(3600)")
    answer = command("replay", stored(tmp_path), "--adapter", spec, "--time-limit", "0.3")
    assert answer.code == 1
    assert "got did not return within 0.3 s" in answer.lines


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "the process of the replay died by SIGSEGV; nothing was judged"),
        ("os._exit(0)", "the process of the replay ended early, with 0, and left no verdict; nothing was judged"),
        ("os._exit(1)", "the process of the replay ended early, with 1, and left no verdict; nothing was judged"),
        ("signal.sigwait({signal.SIGUSR2})", "(the implementation ended it, or a call could not be interrupted)"),
    ],
    ids=["signal", "zero", "one", "uninterruptible"],
)
def test_an_implementation_that_takes_its_process_along_ends_with_two(
    command: Command, tmp_path: Path, body: str, told: str
) -> None:
    """And with a message."""
    answer = command("replay", stored(tmp_path), "--adapter", adapter(tmp_path, body), "--time-limit", "0.2")
    assert answer.code == 2
    assert told in answer.lines


def test_nothing_of_a_file_reaches_the_terminal_as_it_is(command: Command, tmp_path: Path) -> None:
    """Neither its specification nor its case."""
    path = tmp_path / stored(tmp_path, spec="a\x1b[31m\u202eb")
    told = command("replay", str(path)).text
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | {"case": {"\x1b[31m": 1}, "requirement": NAME}), "utf-8")
    told += command("replay", str(path), "--adapter", "reference").text
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert r"a\x1b[31m\u202eb" in told


# The process itself


def test_the_process_says_that_it_came_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a code that nothing else gives."""
    assert JUDGED > 2
    monkeypatch.chdir(tmp_path)
    assert replaying.main(stored(tmp_path), "reference", "loopback", "5") == 0
