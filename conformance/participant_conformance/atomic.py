"""Files that are there whole or not at all.

Owns the writing. It must not know what is written.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` in one step; half of a surrogate pair becomes an escape. Raises ``OSError``."""
    if path.exists() and not path.is_file():
        # A device or a pipe is written to: whoever may replace it would have a file there ever after.
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
        return
    # A file that is there is a whole one, also where the run is killed or the disk is full.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
