"""The main module of ``participant-conformance replay``: one stored counterexample, judged in a process of its own.

Owns that process: what an implementation does to its interpreter must not take the command along. It must not know
options. Run as ``python -m participant_conformance.replaying FILE SPEC LINK [SECONDS]``.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

from participant_conformance.adapter import AdapterError
from participant_conformance.checks import registry
from participant_conformance.checks.of_service import service_registry
from participant_conformance.counterexamples import CounterexampleError, StoredCounterexample, read
from participant_conformance.environment import quiet_environment
from participant_conformance.gate.runner import replay
from participant_conformance.gate.verdicts import Finding, Kind, Result, decide
from participant_conformance.judged_service import JudgedService
from participant_conformance.links import LinkError, check_link, link_maker
from participant_conformance.links.quarantine import quarantine
from participant_conformance.loading import load_adapter
from participant_conformance.repeating import JUDGED, call_options, is_service, replay_command
from participant_conformance.report.text import failure_view, printable
from participant_conformance.subject import TIME_LIMIT, Subject, described

CONFORMS, FAILS, NOT_JUDGED = 0, 1, 2


def main(file: str, spec: str, link: str, seconds: str | None = None) -> int:
    """Judge the counterexample of a file; say what came of it and return the exit code."""
    try:
        stored = read(Path(file))
        _check_side(stored, spec)
        judge = _judged_service if is_service(spec) else _judged
        result, implementation = judge(stored, spec, link, float(seconds or TIME_LIMIT))
    except (CounterexampleError, AdapterError, LinkError) as wrong:
        return _told(NOT_JUDGED, f"Error: {wrong}")
    verdict = decide(stored.requirement, result, level="must", implementation=implementation)
    who = " ".join(implementation[name] for name in ("name", "version")).strip()
    match verdict.kind:
        case Kind.PASSED:
            found = f" (the counterexample is of {stored.implementation})" if stored.implementation != who else ""
            return _told(CONFORMS, f"✓ {stored.requirement.id} passes now with {who}{found}")
        case Kind.FAILED | Kind.WARNED | Kind.NOT_OBSERVED:
            again = replay_command(file, spec, _options(spec, link, float(seconds) if seconds else None))
            return _told(FAILS, failure_view(verdict, stored.requirement, again))
        case Kind.NOTED:
            return _told(CONFORMS, f"noted: {stored.requirement.id}: {verdict.reason}")
        case _:
            return _told(NOT_JUDGED, f"Error: {_unjudged(file, stored, result)}")


def _judged(stored: StoredCounterexample, spec: str, link: str, seconds: float) -> tuple[Result, dict[str, str]]:
    check_link(link)
    with quiet_environment():
        return _judged_adapter(stored, spec, link, seconds)


def _judged_adapter(
    stored: StoredCounterexample, spec: str, link: str, seconds: float
) -> tuple[Result, dict[str, str]]:
    root = Path.cwd()
    adapter = load_adapter(spec, root=root)
    apart = quarantine(spec, adapter, root=root)
    made = Subject(adapter, link_maker(link), time_limit=seconds, watchdog=True, quarantine=apart, owned=True)
    with closing(made) as subject:
        return replay(registry()[stored.requirement.id], stored.case, subject), described(subject)


def _judged_service(stored: StoredCounterexample, url: str, way: str, seconds: float) -> tuple[Result, dict[str, str]]:
    service = JudgedService.again(url, way, os.environ)
    with closing(service.subject(seconds)) as subject:
        return replay(service_registry()[stored.requirement.id], stored.case, subject), described(subject)


def _check_side(stored: StoredCounterexample, spec: str) -> None:
    """See that what is named can be judged by the requirement."""
    if stored.requirement.of_service is not is_service(spec):
        what = "what plays the service: --service URL" if stored.requirement.of_service else "a client: --adapter SPEC"
        raise CounterexampleError(f"{stored.requirement.id} is judged of {what}")


def _options(spec: str, link: str, seconds: float | None) -> str:
    if is_service(spec):
        return JudgedService.again(spec, link, os.environ).options(TIME_LIMIT if seconds is None else seconds)
    return call_options(link, seconds)


def _unjudged(file: str, stored: StoredCounterexample, result: Result) -> str:
    name = stored.requirement.id
    if result.finding is Finding.SUITE_BUG:
        # What a file holds may be anything: the check was not made for it.
        return f"{file}: its case is none that the check of {name} can judge: {result.reason}"
    return f"{name} could not be judged: {result.reason}"


def _told(code: int, text: str) -> int:
    stream = sys.stderr if code == NOT_JUDGED else sys.stdout
    stream.write("\n".join(map(printable, text.split("\n"))) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(JUDGED + main(*sys.argv[1:]))
