"""Which mutants prove which checks: the generated ``proofs.json``, typed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Proof:
    """A mutant of the reference implementation that a check is known to fail, and what the mutant does wrong."""

    mutant: str
    what: str


@cache
def proofs() -> dict[str, tuple[Proof, ...]]:
    """Return the proofs by requirement."""
    text = resources.files(__package__).joinpath("proofs.json").read_text(encoding="utf-8")
    return {name: tuple(Proof(**proof) for proof in entry) for name, entry in json.loads(text).items()}
