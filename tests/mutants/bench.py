"""The bench on which mutants, dead adapters and variants are judged: one link, one event loop, known cases.

Owns how an adapter is run through the checks fast. It must not know what is wrong with the adapter. A check draws the
same cases for every adapter that passes it, so they are recorded once, with the reference, and replayed: an adapter
for which each of them comes out right conforms, and any other one is judged by ``run_check`` itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from types import TracebackType
from typing import Any, Self

from participant_conformance.checks import registry
from participant_conformance.checks.check import Check, Found
from participant_conformance.environment import quiet_environment
from participant_conformance.failures import NotObserved
from participant_conformance.gate.runner import FINDINGS, OBSERVED_PART, Effort, run_check
from participant_conformance.gate.verdicts import Finding, Result
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.quarantine import quarantine
from participant_conformance.reference.adapter import Reference
from participant_conformance.requirements import Level
from participant_conformance.subject import TIME_LIMIT, ImplementationHungError, Subject

#: Makes the adapter anew for each check: what one check leaves behind must not change the next one's result.
Make = Callable[[], object]
Results = dict[str, Result]


@cache
def reference() -> Reference:
    """Return the reference adapter (one a process: it keeps its connections)."""
    return Reference()


#: Checks of which each case takes as long as a call may: they are run for who breaks them, and for who has its own way
#: with time. To them, anybody else is the reference.
TIMED = ("call.ends",)
#: Seconds that these add to the limit of a call before they give up.
_MARGIN = 2.0

#: Checks that look at ``read`` beside what their requirement needs first.
_READS_TOO = ("encode.json-round-trip", "xml.agrees-with-json")


class Part(StrEnum):
    """The methods in which an adapter is not the reference, as one."""

    READ = "read"
    CALL = "call"
    XML = "decode-xml read-xml"
    ENCODE = "encode-json encode-xml"
    ERROR_OF = "error-of-json error-of-xml"

    def has(self, method: str) -> bool:
        """Whether a method is one of these."""
        return method.replace("_", "-") in self.split()

    def concerns(self, check: Check) -> bool:
        """Whether the check looks at these methods: of what it needs, the first that is there, as in the reference."""
        if self is Part.READ and check.requirement.id in _READS_TOO:
            return True
        return check.requirement.needs[0] in self.split()


@dataclass
class Bench:
    """Runs adapters through checks. To be closed, or used in a ``with``."""

    link: LoopbackLink = field(default_factory=LoopbackLink)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _cases: dict[tuple[str, int], list[Any]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the link and the loop."""
        self.link.close()
        self.loop.close()

    def results(
        self,
        make: Make,
        examples: int,
        *,
        part: Part | None = None,
        shrunk: Collection[str] = (),
        spec: str | None = None,
        timed: bool = False,
    ) -> Results:
        """Run all checks, and shrink the counterexamples of some: these get what ``spec`` is for, too.

        A check that does not look at the one ``part`` in which the adapter is not the reference is not run: to it, the
        adapter is the reference, which conforms. The same goes for what takes long, unless the adapter is ``timed``.
        """
        results: Results = {}
        for name, check in registry().items():
            own = name in shrunk
            long = name in TIMED and not (own or timed) and self._limits(make)
            if (part is None or part.concerns(check)) and not long:
                results[name] = self.result(name, make, Effort(examples, shrink=own), spec=spec if own else None)
            else:
                findings = self.findings(name, examples) if check.requirement.level is Level.INFO else ()
                results[name] = Result(Finding.CONFORMS, findings=findings)
        return results

    def result(self, name: str, make: Make, effort: Effort, *, spec: str | None = None) -> Result:
        """Run one check; what comes out is what ``run_check`` gives.

        With ``spec`` a check that asks for it gets an interpreter of its own, else the adapter runs in this one: a
        process for each mutant and each of these checks would take most of the time.
        """
        check = registry()[name]
        if spec is not None and check.requirement.isolated:
            with _made(make) as adapter:
                return run_check(check, self.subject(adapter, spec), effort)
        # What is judged by fixed cases alone is not faster when it is replayed.
        if not check.finite and (conforming := self.conforming(name, make, effort.max_examples)):
            return conforming
        return self.judged(name, make, effort)

    def judged(self, name: str, make: Make, effort: Effort) -> Result:
        """Run one check by ``run_check`` itself."""
        with _made(make) as adapter:
            subject = self.subject(adapter, margin=_MARGIN if name in TIMED else TIME_LIMIT)
            return run_check(registry()[name], subject, effort)

    def findings(self, name: str, examples: int) -> tuple[str, ...]:
        """Return what a check finds of the reference, in words."""
        found = self.conforming(name, reference, examples)
        assert found is not None
        return found.findings

    def conforming(self, name: str, make: Make, examples: int) -> Result | None:
        """Return the result of a check if the adapter passes it, else ``None``."""
        check, cases = registry()[name], self.cases(name, examples)
        with _made(make) as adapter:
            observed, findings = _observed(check, self.subject(adapter), cases)
        passed = observed and observed >= OBSERVED_PART * len(cases)
        told = tuple(sorted(list(dict.fromkeys(findings))[:FINDINGS]))
        return Result(Finding.CONFORMS, "", None, len(cases), observed, None, told) if passed else None

    def cases(self, name: str, examples: int) -> list[Any]:
        """Return what the check judges when nothing fails: its vectors, then its draws."""
        key = name, examples
        if key not in self._cases:
            self._cases[key] = self._recorded(registry()[name], examples)
        return self._cases[key]

    def subject(self, adapter: object, spec: str | None = None, *, margin: float = TIME_LIMIT) -> Subject:
        """Return the adapter as checks see it. Its link and its loop are the bench's: never close it."""
        apart = quarantine(spec, adapter) if spec else lambda _seconds: nullcontext(adapter)
        return Subject(adapter, link=lambda: self.link, loop=self.loop, quarantine=apart, time_limit=margin)

    def _limits(self, make: Make) -> bool:
        """Whether a call keeps the time limit that it is given; else a check that gives one is not offered, at once."""
        with _made(make) as adapter:
            subject = self.subject(adapter)
            return "call" in subject.capabilities and subject.traits.limits

    def _recorded(self, check: Check, examples: int) -> list[Any]:
        cases: list[Any] = []

        def example(subject: Subject, case: Any) -> Found:
            cases.append(case)
            return check.example(subject, case)

        with _made(reference) as adapter:
            result = run_check(replace(check, example=example), self.subject(adapter), Effort(examples))
        if result.finding is not Finding.CONFORMS:
            raise RuntimeError(f"{check.requirement.id}: the reference itself is not right: {result}")
        return cases


@contextmanager
def _made(make: Make) -> Iterator[object]:
    """Make an adapter for one check, in the environment of a run; close the connections of its own, if it has any."""
    with quiet_environment():
        adapter = make()
        try:
            yield adapter
        finally:
            if adapter is not reference() and callable(close := getattr(adapter, "close", None)):
                close()


def _observed(check: Check, subject: Subject, cases: list[Any]) -> tuple[int, list[str]]:
    """Return how many cases showed what the check judges, and what was found; 0 as soon as one came out wrong."""
    observed, findings = 0, list[str]()
    if subject.capabilities.isdisjoint(check.requirement.needs):
        return 0, findings
    for case in cases:
        try:
            found = check.example(subject, case)
        except NotObserved:
            continue
        except (Exception, ImplementationHungError):  # noqa: BLE001 - what it was is for run_check to say
            return 0, findings
        observed += 1
        findings += (found,) if isinstance(found, str) else found or ()
    return observed, findings
