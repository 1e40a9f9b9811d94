"""Judge an adapter without pytest: for ``demo``, for the tables of mutants and variants, for scripts.

Owns the loop over the checks. It must not decide anything itself.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from participant_conformance.checks import registry
from participant_conformance.checks.of_service import service_registry
from participant_conformance.environment import quiet_environment
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.settings import IMPATIENT, PROFILES
from participant_conformance.gate.verdicts import GateLevel, decide
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.quarantine import quarantine
from participant_conformance.loading import load_adapter
from participant_conformance.report.run import How, Run
from participant_conformance.service_subject import ServiceSubject
from participant_conformance.subject import Subject, described


def how(*, level: GateLevel = "must", profile: str = "gate", seed: int = 0, link: str = "loopback") -> How:
    """Say how a run is made, on this platform."""
    return How(
        level=level,
        profile=profile,
        examples=PROFILES[profile],
        seed=seed,
        link=link,
        suite=version("participant-conformance"),
        python=platform.python_version(),
        system=platform.system(),
        hypothesis=version("hypothesis"),
    )


def judge_adapter(
    adapter: object,
    *,
    profile: str = "gate",
    requirements: Iterable[str] | None = None,
    spec: str | None = None,
    root: Path | None = None,
    owned: bool = False,
) -> Run:
    """Judge ``adapter`` by all checks, or those of ``requirements``, over the loopback link.

    ``spec`` names the same adapter, and ``root`` is where it may be found: what may bring an interpreter down is
    judged in another one, which makes it anew; without it such checks are not offered. ``owned``: the adapter is
    closed afterwards, by its method ``close`` if it has one, sync or async. Raises ``AdapterError`` if the
    adapter is unsound, ``KeyError`` for an unknown requirement or profile.
    """
    run = Run(how(profile=profile))
    chosen = list(registry()) if requirements is None else list(requirements)
    apart = None if spec is None else quarantine(spec, adapter, root=root)
    with quiet_environment(), closing(Subject(adapter, link=LoopbackLink, quarantine=apart, owned=owned)) as subject:
        told = described(subject)
        for name in chosen:
            check = registry()[name]
            result = run_check(check, subject, Effort(PROFILES[profile], patient=profile != IMPATIENT))
            run.add(decide(check.requirement, result, level="must", implementation=told))
    return run


def judge_service(subject: ServiceSubject, *, profile: str = "gate", requirements: Iterable[str] | None = None) -> Run:
    """Judge what plays the service by all checks of that side, or those of ``requirements``; and close it."""
    run = Run(how(profile=profile, link="http"))
    chosen = list(service_registry()) if requirements is None else list(requirements)
    with closing(subject):
        told = described(subject)
        for name in chosen:
            check = service_registry()[name]
            result = run_check(check, subject, Effort(PROFILES[profile], patient=profile != IMPATIENT))
            run.add(decide(check.requirement, result, level="must", implementation=told))
    return run


def judge_specs(specs: Iterable[str], *, profile: str = "gate") -> list[Run]:
    """Judge the adapters that specifications name, each in a process of its own, two at a time.

    Raises ``AdapterError`` if one of them cannot be made or is unsound.
    """
    # Not forked: this process may have threads.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(judge_spec, profile=profile), specs))


def judge_spec(spec: str, *, profile: str = "gate", requirements: Iterable[str] | None = None) -> Run:
    """Judge the adapter that a specification names, and close it; as :func:`judge_adapter` otherwise."""
    return judge_adapter(load_adapter(spec), profile=profile, requirements=requirements, spec=spec, owned=True)
