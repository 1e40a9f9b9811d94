"""What the texts promise: every command and option that is named anywhere exists, and every help has an example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from participant_conformance.cli import main
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "tox.ini",
    ".ci/run",
    "docs/fake-service.md",
)
#: Options of the AWS command line that look like ours.
AWS_OPTIONS = {"participant-token"}
PACKAGES = ("conformance", "strategies")

#: A command as people write it. Threads are named in the same way, with ``name=`` before it.
COMMAND = re.compile(r'(?<!name=")\bparticipant-conformance ([a-z][a-z-]*)([^\n`"]*)')


def texts() -> Iterator[tuple[str, str]]:
    """Yield every text of the packages and every page, by its name."""
    paths = [ROOT / name for name in PAGES]
    for package in PACKAGES:
        paths += (ROOT / package).rglob("*.*")
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc":
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def named() -> list[tuple[str, str, str]]:
    """Return every command that a text names: where, which, and the rest of its line."""
    return [(place, *found) for place, text in texts() for found in COMMAND.findall(text)]


def commands() -> dict[str, click.Command]:
    """Return the commands there are."""
    assert isinstance(main, click.Group)
    return dict(main.commands)


def test_the_texts_name_commands() -> None:
    """The search of these tests finds what it should, in code and in pages."""
    places = {place for place, _, _ in named()}
    assert "conformance/participant_conformance/cli.py" in places
    assert {word for _, word, _ in named()} >= {"demo", "run", "list", "explain", "drift"}


def test_every_command_that_is_named_exists() -> None:
    """No text names a command that is not there."""
    unknown = [(place, word) for place, word, _ in named() if word not in commands()]
    assert unknown == []


def test_every_option_that_is_named_exists() -> None:
    """No example gives a command an option that it does not have."""
    unknown = []
    for place, word, rest in named():
        known = {name for parameter in commands()[word].params for name in parameter.opts} | {"--help"}
        given = re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest.partition(" -- ")[0])
        unknown += [(place, word, option) for option in given if option not in known]
    assert unknown == []


def test_every_option_of_pytest_that_is_named_exists(pytestconfig: pytest.Config) -> None:
    """No text names a ``--participant-…`` that the plugin does not add."""
    known = {name for name in vars(pytestconfig.option) if name.startswith("participant_")}
    for place, text in texts():
        for option in re.findall(r"--(participant-[a-z-]*[a-z])\b", text):
            if not option.startswith("participant-conformance") and option not in AWS_OPTIONS:
                assert option.replace("-", "_") in known, (place, option)


@pytest.mark.parametrize("name", [None, *commands()])
def test_every_help_has_an_example(command: Command, name: str | None) -> None:
    """``--help`` and ``-h`` of the group and of each command show how it is called."""
    for option in ("--help", "-h"):
        answer = command(*([name] if name else []), option)
        assert answer.code == 0
        assert re.search(rf"^ +participant-conformance {name or ''}", answer.text, re.MULTILINE)


def test_the_help_of_the_group_tells_the_exit_codes(command: Command) -> None:
    """What 0, 1 and 2 mean stands where scripts are written from."""
    assert "Exit codes: 0 conforms, 1 does not conform, 2 could not judge" in command("--help").lines


def test_the_version_names_the_edition(command: Command) -> None:
    """``--version`` says which suite and which edition of the catalogue."""
    assert version("participant-conformance") in command("--version").text
    assert command("--version").text.endswith("edition 1\n")


def test_an_unknown_command_ends_with_two(command: Command) -> None:
    """A wrong command is a wrong use."""
    answer = command("runn")
    assert answer.code == 2
    assert "No such command 'runn'" in answer.lines


def test_no_command_gives_the_help(command: Command) -> None:
    """The bare name shows what there is."""
    assert "demo" in command().text
