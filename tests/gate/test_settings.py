"""The user's configuration: what it may say, and one clear error for everything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from participant_conformance.adapter import METHODS
from participant_conformance.gate.settings import (
    DEFAULT_PROFILE,
    PROFILES,
    Configuration,
    ConfigurationError,
    load_configuration,
)
from participant_conformance.gate.verdicts import Expectation
from participant_conformance.requirements import Catalogue
from tests.gate.synthetic import requirement

NAME = "participant-conformance.toml"
ENTRY = '[[expected]]\nrequirement = "decode.tags"\nreason = "they are plain"\n'


def load(folder: Path, text: str | bytes) -> Configuration:
    """Load a configuration with this text."""
    path = folder / NAME
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_configuration(path)


def test_an_empty_file_says_what_no_file_says(tmp_path: Path) -> None:
    """Nothing is expected, nothing is counted on."""
    assert load(tmp_path, "") == Configuration()


def test_everything_there_is_can_be_said(tmp_path: Path) -> None:
    """Edition, capabilities, deviations with and without a last day."""
    text = f"""
        edition = 1
        capabilities = ["read", "call"]
        [[expected]]
        requirement = "error.message"
        reason = "cut"
        issue = "https://example.org/1"
        until = 2027-01-31
        {ENTRY}
    """
    assert load(tmp_path, text) == Configuration(
        edition=1,
        capabilities=("read", "call"),
        expected={
            "error.message": Expectation("error.message", "cut", "https://example.org/1", date(2027, 1, 31)),
            "decode.tags": Expectation("decode.tags", "they are plain"),
        },
    )


def test_another_catalogue_can_be_asked(tmp_path: Path) -> None:
    """The ids are those of the catalogue in use."""
    path = tmp_path / NAME
    path.write_text(ENTRY.replace("decode.tags", "new.rule"), encoding="utf-8")
    known = Catalogue({"new.rule": requirement("new.rule")})
    assert list(load_configuration(path, known=known).expected) == ["new.rule"]


def test_the_default_profile_is_one_of_them() -> None:
    """Their numbers grow with their names."""
    assert DEFAULT_PROFILE in PROFILES
    assert list(PROFILES.values()) == sorted(PROFILES.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"a = ", "is no TOML: Invalid value"),
        (b'reason = "\xff"', "is no TOML: 'utf-8' codec can't decode"),
        (b"capabilites = []", "there is no key 'capabilites'; did you mean capabilities?"),
        (b"xyzzy = 1", "there is no key 'xyzzy'; there are edition, capabilities, expected"),
        (b"edition = 2", "edition is 2; this version has the editions 1 to 1"),
        (b"edition = 0", "edition is 0; this version has"),
        (b'edition = "1"', "edition is '1'; this version has"),
        (b"edition = 1.0", "edition is 1.0; this version has"),
        (b"edition = true", "edition is True; this version has"),
        (b"expected = 1", "expected is written as [[expected]] tables"),
        (b'[expected]\nrequirement = "decode.tags"', "expected is written as [[expected]] tables"),
        (2 * ENTRY.encode(), "decode.tags is listed twice"),
    ],
    ids=[
        "toml",
        "utf-8",
        "near-key",
        "far-key",
        "later-edition",
        "edition-zero",
        "edition-as-text",
        "edition-as-float",
        "edition-as-boolean",
        "expected-as-number",
        "expected-as-one-table",
        "listed-twice",
    ],
)
def test_a_fault_of_the_file_is_one_clear_error(tmp_path: Path, text: bytes, told: str) -> None:
    """The message begins with the file's name and says what is wrong there."""
    with pytest.raises(ConfigurationError) as wrong:
        load(tmp_path, text)
    assert str(wrong.value).startswith(f"{NAME}: {told}")


@pytest.mark.parametrize("given", ['"read"', "['reed']", "['decode_json']", "[1]", "[['read']]", "['read', 1]"])
def test_capabilities_are_a_list_of_those_there_are(tmp_path: Path, given: str) -> None:
    """All of them are named in the message, and what was given."""
    with pytest.raises(ConfigurationError) as wrong:
        load(tmp_path, f"capabilities = {given}")
    told = str(wrong.value)
    assert told.startswith(f"{NAME}: capabilities is a list of {', '.join(METHODS)}; got ")
    assert told.endswith(given.replace('"', "'"))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("expected = [1]", "is no table"),
        (ENTRY + "untill = 2027-01-31", "there is no key 'untill'; did you mean until?"),
        (ENTRY + "xyzzy = 1", "there is no key 'xyzzy'; there are requirement, reason, issue, until"),
        ('[[expected]]\nreason = "a"', "requirement is missing or no text; say why the deviation is accepted"),
        ('[[expected]]\nrequirement = "decode.tags"', "reason is missing or no text"),
        (ENTRY.replace('"they are plain"', '" "'), "reason is missing or no text"),
        (ENTRY.replace('"they are plain"', "1"), "reason is missing or no text"),
        (ENTRY + 'issue = ""', "issue is missing or no text"),
        (ENTRY + "issue = 7", "issue is missing or no text"),
        (ENTRY + 'until = "2027-01-31"', "until is a date, written without quotes: until = 2027-01-31"),
        (ENTRY + "until = 2027-01-31T00:00:00", "until is a date"),
        (ENTRY + "until = 00:00:00", "until is a date"),
        (ENTRY.replace("tags", "tag"), "there is no requirement 'decode.tag' in edition 1; did you mean decode.tags"),
        (ENTRY.replace("decode.tags", "decode"), "there is no requirement 'decode' in edition 1"),
    ],
    ids=[
        "no-table",
        "near-key",
        "far-key",
        "no-requirement",
        "no-reason",
        "blank-reason",
        "reason-as-number",
        "empty-issue",
        "issue-as-number",
        "date-as-text",
        "date-with-time",
        "time",
        "unknown-requirement",
        "area",
    ],
)
def test_a_fault_of_an_entry_names_the_entry(tmp_path: Path, entry: str, told: str) -> None:
    """Its number is counted as the person who wrote it would."""
    with pytest.raises(ConfigurationError) as wrong:
        load(tmp_path, entry)
    assert str(wrong.value).startswith(f"{NAME}, [[expected]] number 1: {told}")


def test_the_second_entry_is_number_two(tmp_path: Path) -> None:
    """The first one was right."""
    with pytest.raises(ConfigurationError, match=r", \[\[expected\]\] number 2: reason is missing"):
        load(tmp_path, ENTRY + '[[expected]]\nrequirement = "decode.round-trip"')


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Who names a file means it."""
    with pytest.raises(
        ConfigurationError, match=r"^participant-conformance\.toml: cannot be read: No such file or dir"
    ):
        load_configuration(tmp_path / NAME)


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    """It cannot be read either."""
    (tmp_path / NAME).mkdir()
    with pytest.raises(ConfigurationError, match=r"^participant-conformance\.toml: cannot be read: Is a directory$"):
        load_configuration(tmp_path / NAME)
