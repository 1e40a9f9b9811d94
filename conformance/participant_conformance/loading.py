"""How a specification string becomes an adapter.

Owns the two forms of a specification, and the complaint where nothing comes of one. What an adapter has to be is not
looked at here.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import sys
from pathlib import Path

from participant_conformance.adapter import AdapterError, methods_of

#: The group of entry points by which an installed package offers an adapter.
ENTRY_POINTS = "participant_conformance.adapters"


def load_adapter(spec: str, *, root: Path | None = None) -> object:
    """Make the adapter that ``spec`` names: ``package.module:attribute``, or the name of an entry point.

    A class, or a function without capabilities of its own, is called without arguments. ``root`` is looked at last
    for modules that are not installed. Raises :class:`AdapterError` with one sentence that says what to do.
    """
    if spec.startswith("stdio:"):
        raise AdapterError("stdio: adapters are not supported by this version; give package.module:attribute")
    module_name, colon, attribute = spec.partition(":")
    if not colon:
        return _made(_from_entry_point(spec), spec)
    if not module_name or not attribute:
        raise AdapterError(f"adapter {spec!r}: give package.module:attribute")
    module = _imported(module_name, spec, root)
    found: object = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, [name for name in dir(found) if name[0] != "_"], n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise AdapterError(f"adapter {spec!r}: {module_name} has no attribute {attribute!r}{hint}")
        found = getattr(found, part)
    return _made(found, spec)


def _imported(name: str, spec: str, root: Path | None) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        first = name.partition(".")[0]
        if missing.name != first or root is None or str(root) in sys.path:
            raise AdapterError(f"adapter {spec!r}: cannot import {name}: {missing}") from missing
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {spec!r}: importing {name} raised {_told(broken)}") from broken
    # Last in the path: a folder of the user's must not shadow what is installed.
    sys.path.append(str(root))
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {spec!r}: cannot import {name}: {_told(broken)}") from broken


def _from_entry_point(name: str) -> object:
    points = {point.name: point for point in importlib.metadata.entry_points(group=ENTRY_POINTS)}
    if name not in points:
        known = ", ".join(sorted(points)) or "none"
        raise AdapterError(f"adapter {name!r}: give package.module:attribute, or one of the installed ones: {known}")
    try:
        return points[name].load()
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {name!r}: {points[name].value} cannot be loaded: {_told(broken)}") from broken


def _made(found: object, spec: str) -> object:
    if not isinstance(found, type) and (methods_of(found) or not callable(found)):
        return found
    try:
        return found()
    except (Exception, SystemExit) as broken:
        raise AdapterError(f"adapter {spec!r}: making it raised {_told(broken)}") from broken


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
