"""The user's configuration: ``participant-conformance.toml``, profiles and levels.

Owns the reading of it; every fault in it is one clear error. It must not know what is done with it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from participant_conformance.adapter import METHODS
from participant_conformance.gate.verdicts import Expectation
from participant_conformance.requirements import EDITION, Catalogue, UnknownRequirementError, catalogue

FILE_NAME = "participant-conformance.toml"

#: Examples a check, drawn after the finite vectors.
PROFILES = MappingProxyType({"quick": 25, "gate": 100, "thorough": 1000})
DEFAULT_PROFILE = "gate"
#: The profile that leaves out what waits: for a client's own retries, for a time limit.
IMPATIENT = "quick"

_KEYS = ("edition", "capabilities", "expected")
_EXPECTED_KEYS = ("requirement", "reason", "issue", "until")


class ConfigurationError(Exception):
    """The configuration is wrong; the message names the file, the place and what to do."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What ``participant-conformance.toml`` says. Without the file, nothing is expected."""

    edition: int = EDITION
    capabilities: tuple[str, ...] = ()
    expected: Mapping[str, Expectation] = field(default_factory=dict)


def load_configuration(path: Path, *, known: Catalogue | None = None) -> Configuration:
    """Read the file. Raises :class:`ConfigurationError`; a file that is not there is an error too."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as missing:
        raise ConfigurationError(f"{path.name}: cannot be read: {missing.strerror}") from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ConfigurationError(f"{path.name}: is no TOML: {wrong}") from wrong
    return _configuration(data, path.name, catalogue() if known is None else known)


def _configuration(data: Mapping[str, object], name: str, known: Catalogue) -> Configuration:
    _only(data, _KEYS, name)
    edition = data.get("edition", EDITION)
    if not isinstance(edition, int) or isinstance(edition, bool) or not 1 <= edition <= EDITION:
        raise ConfigurationError(f"{name}: edition is {edition!r}; this version has the editions 1 to {EDITION}")
    capabilities = data.get("capabilities", [])
    if not isinstance(capabilities, list) or any(item not in tuple(METHODS) for item in capabilities):
        raise ConfigurationError(f"{name}: capabilities is a list of {', '.join(METHODS)}; got {capabilities!r}")
    entries = data.get("expected", [])
    if not isinstance(entries, list):
        raise ConfigurationError(f"{name}: expected is written as [[expected]] tables")
    expected: dict[str, Expectation] = {}
    for number, entry in enumerate(entries, 1):
        found = _expectation(entry, f"{name}, [[expected]] number {number}", known)
        if found.requirement in expected:
            raise ConfigurationError(f"{name}: {found.requirement} is listed twice")
        expected[found.requirement] = found
    return Configuration(edition, tuple(capabilities), expected)


def _expectation(entry: object, place: str, known: Catalogue) -> Expectation:
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{place}: is no table")
    _only(entry, _EXPECTED_KEYS, place)
    texts = {key: entry.get(key) for key in ("requirement", "reason", "issue")}
    for key, text in texts.items():
        if (text is None and key != "issue") or (text is not None and not (isinstance(text, str) and text.strip())):
            raise ConfigurationError(f"{place}: {key} is missing or no text; say why the deviation is accepted")
    until = entry.get("until")
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        raise ConfigurationError(f"{place}: until is a date, written without quotes: until = 2027-01-31")
    try:
        requirement = known[str(texts["requirement"])]
    except UnknownRequirementError as unknown:
        raise ConfigurationError(f"{place}: {unknown}") from None
    issue = texts["issue"]
    return Expectation(requirement.id, str(texts["reason"]), None if issue is None else str(issue), until)


def _only(data: Mapping[str, object], keys: tuple[str, ...], place: str) -> None:
    for key in data:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(keys)}"
            raise ConfigurationError(f"{place}: there is no key {key!r}; {hint}")
