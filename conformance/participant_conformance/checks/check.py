"""What a check is: a requirement, the cases it draws, and the few lines that judge one of them.

Owns the decorator. The function it gives back is a plain one for pytest, which calls the judge of the run; Hypothesis
is met only within, so that no setting, profile or fixture scope of the consumer's touches it, or the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from participant_conformance.requirements import Requirement, catalogue
from participant_conformance.subject import Subject

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

#: What an example found out beside its verdict, in words: nothing, one thing or several.
Found: TypeAlias = str | tuple[str, ...] | None

#: The attribute of a test function that holds its check; the plugin's hooks look for it.
ATTRIBUTE = "participant_check"


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement's check. ``cases`` makes the strategy; ``vectors`` are judged before anything is drawn.

    ``finite``: the vectors are all there is.
    """

    requirement: Requirement
    example: Callable[[Subject, Any], Found]
    cases: Callable[[], SearchStrategy[Any]]
    vectors: tuple[Any, ...]
    finite: bool = False


class _Judge(Protocol):
    def run(self, check: Check) -> None:
        """Judge, record the verdict, and raise what tells pytest."""


TestFunction: TypeAlias = Callable[[_Judge], None]


def check(
    requirement: str, cases: Callable[[], SearchStrategy[T]] | None = None, *, vectors: tuple[T, ...] = ()
) -> Callable[[Callable[[Subject, T], Found]], TestFunction]:
    """Make the check of ``requirement`` of a function that judges one case.

    ``cases`` makes the strategy when the check runs (importing the checks draws nothing). Without it the vectors are
    all there is, and nothing is drawn: for sets of which each case takes long. The function raises
    ``ConformanceFailure`` or ``NotObserved``, or returns; what it returns are findings in words, for the report. Its
    name is given by the requirement's id.
    """
    found = catalogue()[requirement]

    def listed() -> SearchStrategy[T]:
        from hypothesis import strategies as st

        return st.sampled_from(vectors)

    def decorate(example: Callable[[Subject, T], Found]) -> TestFunction:
        made = Check(found, example, cases or listed, vectors, finite=cases is None)

        def test(participant_subject: _Judge) -> None:
            participant_subject.run(made)

        if example.__name__ != found.function_name:
            raise NameError(f"the check of {requirement} is named {found.function_name}, not {example.__name__}")
        test.__name__ = test.__qualname__ = example.__name__
        test.__module__ = example.__module__
        test.__doc__ = f"{requirement}: {found.statement}"
        setattr(test, ATTRIBUTE, made)
        return test

    return decorate


def checks_of(namespace: dict[str, object]) -> list[Check]:
    """Return the checks in a module's namespace, in the order of the catalogue."""
    found = {made.requirement.id: made for item in namespace.values() if (made := getattr(item, ATTRIBUTE, None))}
    return [found[requirement.id] for requirement in catalogue() if requirement.id in found]
