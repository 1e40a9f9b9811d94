"""Load the catalogue, select from it, and say which ids a wrong one may have meant."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

#: The edition of the catalogue: it grows when a requirement enters or a statement changes.
EDITION = 1
AREAS = ("decode", "encode", "xml", "error", "request", "call", "secret", "service", "proxy")
#: What is judged of a fake that plays the service, or of a proxy in front of it; all else is judged of a client.
SERVICE_AREAS = ("service", "proxy")
EVIDENCE = MappingProxyType(
    {
        "D": "documentation: the API reference of the operation and the pages it links to",
        "M": "the service model",
        "S": "the Smithy specification and its protocol compliance tests",
        "R": "an RFC, or XML 1.0",
        "C": "behaviour common to published clients of the service",
        "O": "our judgement",
    }
)


class Level(StrEnum):
    """How binding a requirement is: see the README."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    INFO = "INFO"


class UnknownRequirementError(ValueError):
    """An id or area that the catalogue does not have; the message says which ones are near."""


class OtherSideError(UnknownRequirementError):
    """An id or area of what is judged of the other side; the message says which."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule of the contract.

    ``needs`` lists capabilities of which an adapter must have one. ``presupposes`` names the requirements without
    which this one cannot be judged. ``raw_bytes``: seen only where the bytes themselves are received. ``isolated``:
    a case may bring an interpreter down, so that it is judged in one of its own. ``patient``: it waits, for the
    retries that a client makes by default or for the end of a time limit, so that the quick profile leaves it out.
    """

    id: str
    level: Level
    evidence: str
    statement: str
    source: str
    url: str
    checked: str
    fix: str
    needs: tuple[str, ...]
    presupposes: tuple[str, ...] = ()
    raw_bytes: bool = False
    isolated: bool = False
    patient: bool = False

    @property
    def area(self) -> str:
        """The first part of the id."""
        return self.id.partition(".")[0]

    @property
    def of_service(self) -> bool:
        """Whether it is judged of what plays the service, not of a client."""
        return self.area in SERVICE_AREAS

    @property
    def function_name(self) -> str:
        """The name of the check's function: area and rule, so that names of two areas never collide."""
        return "test_" + self.id.replace(".", "_").replace("-", "_")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The requirements of an edition, in the order of the catalogue."""

    requirements: Mapping[str, Requirement]

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self.requirements.values())

    def __len__(self) -> int:
        return len(self.requirements)

    def __getitem__(self, name: str) -> Requirement:
        """Return one requirement by its full id, or raise :class:`UnknownRequirementError`."""
        try:
            return self.requirements[name]
        except KeyError:
            raise UnknownRequirementError(self._no_such(name)) from None

    def side(self, *, of_service: bool) -> Catalogue:
        """Return the requirements of one side: of what plays the service, or of clients. A run judges one of them."""
        kept = {requirement.id: requirement for requirement in self if requirement.of_service is of_service}
        return Catalogue(MappingProxyType(kept))

    def select_of(self, selectors: Iterable[str], *, of_service: bool) -> frozenset[str]:
        """Return what :meth:`select` does; raise :class:`OtherSideError` where that is of the other side."""
        named = tuple(selectors)
        for selector in named:
            if any(self[name].of_service is not of_service for name in self.select([selector])):
                judged, run = ("a client", "what plays the service") if of_service else ("a service", "a client")
                raise OtherSideError(f"{selector} is judged of {judged}, and this run judges {run}")
        return self.select(named)

    def select(self, selectors: Iterable[str]) -> frozenset[str]:
        """Return the ids that the selectors name. Each is an id, or whole leading parts of ids (an area).

        ``error.of`` does not select ``error.off-operation-code-kept``: parts are matched whole. Raises
        :class:`UnknownRequirementError` for a selector that names nothing.
        """
        chosen: set[str] = set()
        for selector in selectors:
            found = {name for name in self.requirements if name == selector or name.startswith(f"{selector}.")}
            if not found:
                raise UnknownRequirementError(self._no_such(selector))
            chosen |= found
        return frozenset(chosen)

    def by_function(self, name: str) -> Requirement | None:
        """Return the requirement whose check has that function name, or ``None``."""
        return next((requirement for requirement in self if requirement.function_name == name), None)

    def _no_such(self, name: str) -> str:
        near = difflib.get_close_matches(name, [*self.requirements, *AREAS], n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "'participant-conformance list' shows them all"
        return f"there is no requirement {name!r} in edition {EDITION}; {hint}"


@cache
def catalogue() -> Catalogue:
    """Load the catalogue of this edition (once a process)."""
    found: dict[str, Requirement] = {}
    for area in AREAS:
        text = resources.files(__package__).joinpath(f"{area}.toml").read_text(encoding="utf-8")
        for rule, entry in tomllib.loads(text).items():
            name = f"{area}.{rule}"
            found[name] = Requirement(
                id=name,
                level=Level(entry.pop("level")),
                needs=tuple(entry.pop("needs")),
                presupposes=tuple(entry.pop("presupposes", ())),
                **entry,
            )
    return Catalogue(MappingProxyType(found))
