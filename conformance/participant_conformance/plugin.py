"""The pytest plugin proper, registered when the first check is met.

Owns the meeting of checks and pytest: items, fixtures, verdicts on reports, the summary and the exit code. Verdicts
are decided in :class:`Judge`; the hooks only carry and show them. Data crosses pytest-xdist as a plain attribute of
the report.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import os
import shlex
import warnings
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from random import SystemRandom
from types import FunctionType
from typing import Any, cast

import pytest

from participant_conformance.adapter import METHODS, AdapterError
from participant_conformance.checks.check import ATTRIBUTE, Check
from participant_conformance.direct import how
from participant_conformance.environment import quiet_environment
from participant_conformance.gate.isolation import isolation_problem
from participant_conformance.gate.settings import (
    DEFAULT_PROFILE,
    FILE_NAME,
    IMPATIENT,
    PROFILES,
    Configuration,
    ConfigurationError,
    load_configuration,
)
from participant_conformance.gate.verdicts import (
    BROKEN,
    FAILING,
    GateLevel,
    Kind,
    Verdict,
)
from participant_conformance.judge import Gate, Judge
from participant_conformance.judged_service import JudgedService
from participant_conformance.links import LinkError, check_link, link_maker
from participant_conformance.links.quarantine import quarantine
from participant_conformance.loading import load_adapter
from participant_conformance.loopback_only import strayed, take_tried
from participant_conformance.repeating import Keeper, call_options, run_command
from participant_conformance.report.files import ReportError, write_report
from participant_conformance.report.run import How, Run, notable_lines, summary_lines
from participant_conformance.report.text import failure_view, printable
from participant_conformance.requirements import Requirement, UnknownRequirementError, catalogue
from participant_conformance.subject import TIME_LIMIT, Subject

NO_ADAPTER = (
    'no adapter is named: set participant_adapter = "package.module:attribute" in the pytest configuration, give '
    "--participant-adapter, or define a session-scoped fixture named participant_adapter"
)
NO_SERVICE = "no service is named: give --participant-service URL"
NO_JOBS = "--participant-upstream listens on one port: judge a proxy in one process"
NARROW_FIXTURE = (
    'the fixture participant_adapter must have scope="session": one adapter serves the whole run '
    '(an async one: @pytest_asyncio.fixture(scope="session", loop_scope="session"))'
)
TWO_FIXTURES = (
    "there are two fixtures named participant_adapter, and one run judges one implementation: "
    "give each a run of its own"
)
ASYNC_FIXTURE = (
    "the fixture participant_adapter is async: it needs "
    '@pytest_asyncio.fixture(scope="session", loop_scope="session") in place of @pytest.fixture'
)

_STATUS = {
    Kind.WARNED: ("warned", "w", "WARNED"),
    Kind.NOTED: ("noted", "n", "NOTED"),
    Kind.NOT_OFFERED: ("not offered", "s", "NOT OFFERED"),
    Kind.EXPECTED: ("expected", "x", "EXPECTED"),
}


class Plugin:
    """One run of the suite within one pytest process."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.async_adapter = False
        self.unnamed = False
        self.adapter: object = None
        self.broken = 0
        self.adapter_fixtures: set[object] = set()
        self.again: dict[str, str] = {}
        self.keeper = Keeper(config.rootpath, config.invocation_params.dir)
        self.written: str | None = None
        self.unwritten: str | None = None
        self.tried: dict[str, None] = {}
        self.run = Run(self.how)

    # Options

    def _option(self, name: str) -> str | None:
        given = self.config.getoption(f"participant_{name}")
        ini = self.config.getini(f"participant_{name}") if given is None else None
        return given or (str(ini) if ini else None)

    @cached_property
    def level(self) -> GateLevel:
        """What fails the run."""
        return cast("GateLevel", self._option("level") or "must")

    @cached_property
    def profile(self) -> str:
        """The name of the profile."""
        return self._option("profile") or DEFAULT_PROFILE

    @cached_property
    def link(self) -> str:
        """How a call reaches us."""
        return self._option("link") or "loopback"

    @cached_property
    def service(self) -> JudgedService | None:
        """What plays the service, if that is judged and no client."""
        option = self.config.getoption
        url, upstream = option("participant_service"), option("participant_upstream")
        if url is None:
            if upstream is not None:
                raise pytest.UsageError(f"--participant-upstream: {NO_SERVICE}")
            return None
        if option("participant_adapter") is not None:
            raise pytest.UsageError("give one of --participant-adapter and --participant-service: a run judges one")
        if upstream is not None and (option("numprocesses", None) or hasattr(self.config, "workerinput")):
            raise pytest.UsageError(NO_JOBS)
        try:
            return JudgedService.named(url, upstream, os.environ)
        except AdapterError as wrong:
            raise pytest.UsageError(f"--participant-service: {wrong}") from None

    @property
    def examples(self) -> int:
        """Examples a check."""
        return PROFILES[self.profile]

    @cached_property
    def seed(self) -> int:
        """0 for the fixed examples; workers of pytest-xdist explore with the seed of their controller."""
        asked = self.config.getoption("participant_explore")
        if asked is None:
            return 0
        if workerinput := getattr(self.config, "workerinput", None):
            return int(workerinput["participant_seed"])
        return int(asked) if asked > 0 else SystemRandom().randrange(1, 2**31)

    @cached_property
    def time_limit(self) -> float:
        """Seconds for one call."""
        given = self.config.getoption("participant_time_limit")
        return TIME_LIMIT if given is None else float(given)

    @cached_property
    def configuration(self) -> Configuration:
        """What the user's ``participant-conformance.toml`` says."""
        named = self.config.getoption("participant_config")
        path = self.config.invocation_params.dir / named if named else self.config.rootpath / FILE_NAME
        if not named and not path.exists():
            return Configuration()
        try:
            return load_configuration(path)
        except ConfigurationError as wrong:
            raise pytest.UsageError(str(wrong)) from None

    @property
    def how(self) -> How:
        """How this run is made."""
        link = self.link if self.config.getoption("participant_service") is None else "http"
        return how(level=self.level, profile=self.profile, seed=self.seed, link=link)

    # Collection

    def item(self, collector: pytest.Module, name: str, function: FunctionType) -> pytest.Item:
        """Make the test item of a check."""
        requirement = _check_of(function).requirement
        item = pytest.Function.from_parent(collector, name=name, callobj=function)
        item.add_marker(f"participant_{requirement.level.lower()}")
        # A consumer's "error" must not turn a leak of the implementation into a failure of some later test.
        item.add_marker(pytest.mark.filterwarnings("default"))
        return item

    def check_options(self) -> None:
        """Look at what the user asks for before anything runs. Raises ``pytest.UsageError``."""
        _ = self.configuration, self.chosen
        try:
            check_link(self.link)
        except LinkError as missing:
            raise pytest.UsageError(str(missing)) from None

    @cached_property
    def chosen(self) -> frozenset[str]:
        """The requirements that ``--participant-only`` names; without it all of the side that is judged."""
        selectors, of_service = self.config.getoption("participant_only"), self.service is not None
        try:
            if selectors:
                return catalogue().select_of(selectors, of_service=of_service)
            return frozenset(found.id for found in catalogue().side(of_service=of_service))
        except UnknownRequirementError as unknown:
            raise pytest.UsageError(f"--participant-only: {unknown}") from None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep what ``--participant-only`` names."""
        self.check_options()
        ours = [found for item in items if (found := _requirement(item))]
        # Where nothing but checks of a service is collected, that none is named is told by each of them.
        self.unnamed = self.service is None and bool(ours) and all(found.of_service for found in ours)
        kept = self.chosen.union(*[[found.id] for found in ours] if self.unnamed else [])
        dropped = [item for item in items if (found := _requirement(item)) and found.id not in kept]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
            items[:] = [item for item in items if item not in dropped]
        self.adapter_fixtures = {_adapter_fixtures(item)[-1] for item in items if _requirement(item)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Refuse two adapters in one run: pytest would judge the first one twice."""
        if len(self.adapter_fixtures) > 1 and _requirement(item):
            raise AdapterError(TWO_FIXTURES)

    # Fixtures

    def load_adapter(self) -> object:
        """Make the adapter that the option or the ini names; none where a service is judged."""
        if self.service is not None or self.unnamed:
            return None
        spec = self._option("adapter")
        if spec is None:
            raise AdapterError(NO_ADAPTER)
        self.adapter = load_adapter(spec, root=self.config.rootpath)
        return self.adapter

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Generator[None, object, object]:  # noqa: ARG002
        """Make the adapter in the quiet environment, and see whether its fixture is async."""
        if fixturedef.argname != "participant_adapter":
            return (yield)
        self.async_adapter = inspect.iscoroutinefunction(fixturedef.func) or inspect.isasyncgenfunction(fixturedef.func)
        with quiet_environment():
            return (yield)

    def judging(self, request: pytest.FixtureRequest, adapter: object) -> Iterator[Judge]:
        """Give the judge of the run; close what it opened when the run is over."""
        with closing(self._subject(request, adapter)) as subject:
            patient = self.profile != IMPATIENT
            yield Judge(subject, Gate(self.level, self.examples, self.seed, self.configuration, patient))

    def _subject(self, request: pytest.FixtureRequest, adapter: object) -> Subject:
        if self.service is not None:
            return self.service.subject(self.time_limit)
        if self.unnamed:
            raise AdapterError(NO_SERVICE)
        # What a fixture of the user's made, even of the one that we loaded, cannot be made again elsewhere.
        spec = self._option("adapter") if self.adapter is adapter else None
        self.adapter = adapter
        if inspect.iscoroutine(adapter):
            adapter.close()
        loop = self._loop(request) if self.async_adapter else None
        # The configuration of `participant-conformance run`, which has given this run a process of its own.
        alone = bool(self.config.getini("participant_views"))
        apart = None if spec is None else quarantine(spec, adapter, root=self.config.rootpath)
        return Subject(
            adapter,
            link_maker(self.link),
            loop,
            time_limit=self.time_limit,
            watchdog=alone,
            quarantine=apart,
            owned=spec is not None,
        )

    def _loop(self, request: pytest.FixtureRequest) -> asyncio.AbstractEventLoop | None:
        """Return the loop in which an async fixture of session scope was made."""
        if not self.config.pluginmanager.hasplugin("asyncio"):
            return None
        from participant_conformance import asyncio_fixtures

        self.config.pluginmanager.register(asyncio_fixtures)
        return cast("asyncio.AbstractEventLoop", request.getfixturevalue("participant_event_loop"))

    # Reports

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the verdict on the report, and the view of it in place of frames."""
        requirement = _requirement(item)
        verdict = self._verdict(item, call, requirement) if requirement else None
        if requirement is None or verdict is None:
            return (yield)
        # Before the report is made: it takes them from the item, and JUnit takes them from the report.
        properties = {"requirement": verdict.requirement, "level": verdict.level, "verdict": verdict.kind.value}
        item.user_properties.extend(properties.items())
        report = yield
        # JSON text crosses to a controller whatever an implementation says; plain text with half a surrogate does not.
        report.participant = json.dumps(verdict.to_plain())  # type: ignore[attr-defined]
        report.participant_again = self._again(item, requirement)  # type: ignore[attr-defined]
        report.participant_spec = self._spec(item)  # type: ignore[attr-defined]
        report.participant_tried = list(take_tried())  # type: ignore[attr-defined]
        if report.failed:
            # No frames; where the reports come together the command may become a better one.
            report.longrepr = failure_view(verdict, requirement, self._again(item, requirement))
        return report

    def _verdict(self, item: pytest.Item, call: pytest.CallInfo[None], requirement: Requirement) -> Verdict | None:
        judge = getattr(item, "funcargs", {}).get("participant_subject")
        if call.when == "call":
            recorded = judge.verdicts.get(requirement.id) if isinstance(judge, Judge) else None
            # Nothing was recorded, or something else went wrong later: never a pass.
            return recorded or _fault(requirement, Kind.SUITE_BUG, call)
        if call.when == "setup" and call.excinfo is not None:
            if call.excinfo.errisinstance(pytest.skip.Exception):
                return Verdict(requirement.id, requirement.level.value, Kind.NOT_RUN, f"skipped: {call.excinfo.value}")
            return _fault(requirement, Kind.ADAPTER_ERROR, call)
        return None

    def _spec(self, item: pytest.Item) -> str | None:
        """Return the specification of the adapter, or the URL of the service, if a command can have it by that."""
        if self.service is not None:
            return self.service.url
        return None if _overridden(item) else self._option("adapter")

    def _again(self, item: pytest.Item, requirement: Requirement) -> str:
        spec = self._spec(item)
        if spec is None:
            explored = f" --participant-explore={self.seed}" if self.seed else ""
            return f"pytest {shlex.quote(item.nodeid)}{explored}"
        options = f" --profile {self.profile}" if self.profile != DEFAULT_PROFILE else ""
        options += self._how_called()
        options += f" --explore {self.seed}" if self.seed else ""
        return run_command(spec, requirement.id, options)

    def _how_called(self) -> str:
        if self.service is not None:
            return self.service.options(self.time_limit)
        return call_options(self.link, None if self.time_limit == TIME_LIMIT else self.time_limit)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the verdicts in, on the controller of pytest-xdist too."""
        if hasattr(self.config, "workerinput"):
            return
        plain = getattr(report, "participant", None)
        if plain is not None:
            self.tried |= dict.fromkeys(getattr(report, "participant_tried", ()))
            self._take(Verdict.from_plain(json.loads(plain)), report)
        elif report.failed and report.when != "teardown":
            requirement = catalogue().by_function(report.nodeid.rpartition("::")[2])
            if requirement is not None:
                told = f"the process died during this check: {report.longreprtext}"
                self.run.add(Verdict(requirement.id, requirement.level.value, Kind.FAILED, told))

    def _take(self, verdict: Verdict, report: Any) -> None:
        self.run.add(verdict)
        self.broken += report.failed and verdict.kind in BROKEN
        if self.run.found[verdict.requirement] is not verdict:
            return
        replay = self.keeper.keep(verdict, report.participant_spec, self._how_called())
        self.again[verdict.requirement] = again = replay or report.participant_again
        if report.failed:
            report.longrepr = failure_view(verdict, catalogue()[verdict.requirement], again)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Name the verdicts that are neither passed nor failed."""
        told = getattr(report, "participant", None)
        return None if told is None or report.when != "call" else _STATUS.get(Kind(json.loads(told)["kind"]))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist which seed to explore with."""
        node.workerinput["participant_seed"] = self.seed

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report and set the exit code, once, where the reports came together."""
        self._let_go()
        if hasattr(self.config, "workerinput") or not self.run.found:
            return
        self.run.interrupted = session.exitstatus in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
        self.run.problems.extend(self._problems())
        self._write()
        # What was found is shown; who waits for the report is to learn that there is none of this run.
        code = 2 if self.unwritten else self._exit_code(session)
        if code is not None:
            session.exitstatus = code

    def _let_go(self) -> None:
        """Free the adapter, kept until now: what it leaves open must not fail the last test of a consumer's."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.adapter = None
            gc.collect()

    def _problems(self) -> Iterator[str]:
        if self.service is not None:
            return
        offered: list[str] = self.run.implementation.get("capabilities", list(METHODS))
        for name in self.configuration.capabilities:
            if name not in offered:
                yield f"{name} ({METHODS[name]}) is listed in {FILE_NAME} and no longer offered"

    def _exit_code(self, session: pytest.Session) -> int | None:
        code = self.run.exit_code
        if session.exitstatus == pytest.ExitCode.OK:
            return code or None
        # Tests failed: that it was for want of an adapter is told apart only if nothing else failed.
        only_ours = session.exitstatus == pytest.ExitCode.TESTS_FAILED and session.testsfailed == self.broken
        return 2 if code == 2 and only_ours else None

    def _write(self) -> None:
        folder = self._option("report")
        if folder is None:
            return
        try:
            write_report(self.run, self.config.invocation_params.dir / folder, self.again)
        except ReportError as wrong:
            self.unwritten = str(wrong)
        else:
            self.written = str(Path(folder) / "summary.md")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show what the gate makes of the run."""
        if not self.run.found:
            return
        lines = summary_lines(self.run)
        note = strayed(tuple(self.tried)) if self.tried else None
        notes = [*self.keeper.problems, *filter(None, [isolation_problem(), note])]
        lines[-1:-1] = [printable(f"note: {note}") for note in notes]
        if self.unwritten:
            lines.append(printable(f"problem: {self.unwritten}"))
        terminalreporter.ensure_newline()
        if self.config.getini("participant_views"):
            self._show_views(terminalreporter)
        else:
            terminalreporter.write_sep("=", "participant-conformance")
        for line in [*notable_lines(self.run), *lines]:
            terminalreporter.write_line(line)
        if self.written:
            terminalreporter.write_line(f"report: {self.written}")

    def _show_views(self, terminalreporter: Any) -> None:
        for verdict in self.run.verdicts:
            if verdict.kind in FAILING:
                again = self.again.get(verdict.requirement, "")
                terminalreporter.write_line(failure_view(verdict, catalogue()[verdict.requirement], again))
                terminalreporter.write_line("")


def _check_of(function: object) -> Check:
    return cast("Check", getattr(function, ATTRIBUTE))


def _requirement(item: pytest.Item) -> Requirement | None:
    made = getattr(getattr(item, "function", None), ATTRIBUTE, None)
    return made.requirement if isinstance(made, Check) else None


def _fault(requirement: Requirement, kind: Kind, call: pytest.CallInfo[None]) -> Verdict:
    error = call.excinfo.value if call.excinfo else None
    told = str(error) if isinstance(error, AdapterError) else f"{type(error).__name__}: {error}"
    if "ScopeMismatch" in told and "participant_adapter" in told:
        told = NARROW_FIXTURE
    elif "async fixture 'participant_adapter'" in told:
        told = ASYNC_FIXTURE
    if error is None:
        told = "no verdict was recorded"
    return Verdict(requirement.id, requirement.level.value, kind, told)


def _overridden(item: pytest.Item) -> bool:
    """Tell whether the adapter comes from a fixture of the user's, so that no command of ours can make it."""
    return len(_adapter_fixtures(item)) > 1


def _adapter_fixtures(item: pytest.Item) -> tuple[object, ...]:
    """Return the fixtures that could make the adapter of a check; the last one does."""
    info: Any = getattr(item, "_fixtureinfo", None)
    # A private name of pytest's: without it, the one of ours is taken for granted.
    return ("ours",) if info is None else tuple(info.name2fixturedefs["participant_adapter"])
