"""What a variant is, and the decorator that makes one of a class, whose name and docstring are the variant's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.mutants.bench import Make, Part
from tests.mutants.tampering import named_after


@dataclass(frozen=True, slots=True)
class Variant:
    """A correct implementation: ``freedom`` says what it does in its own way.

    ``timed``: it may end a call in its own way, so that what takes long is judged too.
    """

    name: str
    freedom: str
    part: Part | None
    make: Make
    timed: bool = False


def variant(part: Part | None = None, *, timed: bool = False) -> Callable[[type], Variant]:
    """Make a variant of a class; ``part`` is the one method in which it is not the reference, if there is one."""
    return lambda made: Variant(named_after(made), str(made.__doc__), part, made, timed)


def variants_of(namespace: dict[str, object]) -> tuple[Variant, ...]:
    """Return the variants in a module's namespace, in the order in which they stand there."""
    return tuple(item for item in namespace.values() if isinstance(item, Variant))
