"""What an implementation says while it works: log records, warnings, standard output and standard error.

Owns the listening, which changes no level and swallows nothing. It must not know what is listened for.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Overheard:
    """What was said: where, and the text."""

    texts: list[tuple[str, str]] = field(default_factory=list)


class _Listener(logging.Handler):
    """Keeps the records that would be written at the default level: WARNING, unless a library set one of its own."""

    def __init__(self, heard: Overheard) -> None:
        super().__init__(logging.NOTSET)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= _level_of(record.name):
            with contextlib.suppress(Exception):  # a record that cannot be formatted is not written either
                self._heard.texts.append((f"the log of {record.name}", self.format(record)))


def _level_of(name: str) -> int:
    """Return the level that a logger has by itself or by its parents, the root aside: that one is the user's."""
    logger: logging.Logger | None = logging.getLogger(name)
    while logger is not None and logger is not logging.root:
        if logger.level:
            return logger.level
        logger = logger.parent
    return logging.WARNING


@contextlib.contextmanager
def overhearing() -> Iterator[Overheard]:
    """Listen for a while. What was printed is printed, and what was warned of is warned of, at the end."""
    heard = Overheard()
    listener = _Listener(heard)
    loggers = [logging.root, *_aloof()]
    output, errors = io.StringIO(), io.StringIO()
    for logger in loggers:
        logger.addHandler(listener)
    try:
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
            warnings.catch_warnings(record=True) as warned,
        ):
            warnings.simplefilter("default")
            yield heard
    finally:
        for logger in loggers:
            logger.removeHandler(listener)
        _pass_on(heard, output.getvalue(), errors.getvalue(), warned)


def _aloof() -> list[logging.Logger]:
    """Return the loggers whose records do not reach the root."""
    known = list(logging.root.manager.loggerDict.values())
    return [logger for logger in known if isinstance(logger, logging.Logger) and not logger.propagate]


def _pass_on(heard: Overheard, output: str, errors: str, warned: list[warnings.WarningMessage]) -> None:
    for place, text, stream in (("standard output", output, sys.stdout), ("standard error", errors, sys.stderr)):
        if text:
            heard.texts.append((place, text))
            stream.write(text)
    for warning in warned:
        heard.texts.append(("a warning", str(warning.message)))
        # Where warnings are errors it would be ours by now, and take the place of what came out.
        with contextlib.suppress(Warning):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
