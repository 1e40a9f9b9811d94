"""Keep the vectors of the edition as they are: ``python -m tests.vectors_pin``, at the root, writes them down.

Owns the file of the edition and what is said where the vectors are no longer those.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from participant_conformance.requirements import EDITION
from participant_conformance.vectors import edition_vectors, vectors_text

FILE = Path(__file__).parent / "data" / f"vectors-edition-{EDITION}.json"
ADVICE = f"""\
The vectors are no longer those of edition {EDITION}. Where that edition is published, suites in other languages rely on
them: a change of the cases is a new edition (EDITION in requirements/catalogue.py, a line in the changelog). Then, or
while the edition is not published, write them down anew: python -m tests.vectors_pin"""


def differences() -> list[str]:
    """Say which vectors are new, gone, or not as they were pinned."""
    pinned = _by_id(json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else [])
    current = _by_id(edition_vectors().vectors)
    told = [f"gone: {name}" for name in pinned if name not in current]
    told += [f"new: {name}" for name in current if name not in pinned]
    return told + [f"changed: {name}" for name in current if name in pinned and pinned[name] != current[name]]


def _by_id(vectors: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {vector["id"]: vector for vector in vectors}


def main() -> None:
    """Write the file."""
    for line in differences():
        print(line)
    FILE.write_text(vectors_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
