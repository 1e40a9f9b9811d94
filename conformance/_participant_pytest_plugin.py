"""The pytest entry point of participant-conformance: options, marks, three fixtures, and nothing heavy.

Owns what must be there before anything is collected. Everything else is ``participant_conformance.plugin``, which is
registered when the first check is collected, or the first report of one arrives: in a project that does not run the
suite, this module does nothing.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from participant_conformance.plugin import Plugin
    from participant_conformance.serving import ParticipantService

#: The attribute by which the function of a check is known: ``participant_conformance.checks.check.ATTRIBUTE``.
_ATTRIBUTE = "participant_check"
_NAME = "participant_conformance_run"

_CHOICES = {
    "level": ("must", "should"),
    "profile": ("quick", "gate", "thorough"),
    "link": ("loopback", "loopback6", "respx"),
}
#: Seconds; a longer limit for a call is none.
_DAY = 86_400
_PORTS = 65_535


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; each has an ini form where a project would want to fix it."""
    group = parser.getgroup("participant", "participant-conformance: CreateParticipantConnection")
    add = group.addoption
    add("--participant-adapter", metavar="SPEC", help="package.module:attribute, or the name of an entry point")
    add("--participant-service", metavar="URL", help="judge what plays the service there, in place of an adapter")
    add("--participant-upstream", metavar="PORT", type=_port, help="where the suite plays the service behind a proxy")
    add("--participant-level", choices=_CHOICES["level"], help="what fails the run (default: must)")
    add("--participant-profile", choices=_CHOICES["profile"], help="how many examples (default: gate)")
    add(
        "--participant-only",
        metavar="ID",
        action="append",
        default=[],
        help="a requirement or an area; may be repeated",
    )
    add("--participant-report", metavar="DIR", help="write report.json, summary.md and junit.xml there")
    add("--participant-config", metavar="FILE", help="default: participant-conformance.toml in the root directory")
    add("--participant-link", choices=_CHOICES["link"], help="how a call reaches the suite (default: loopback)")
    add("--participant-time-limit", metavar="SECONDS", type=_seconds, help="for one call (default: 5)")
    add(
        "--participant-explore",
        metavar="SEED",
        nargs="?",
        type=_seed,
        const=-1,
        help="draw other examples than the fixed ones; without SEED a seed is chosen and printed",
    )
    parser.addini("participant_adapter", "the adapter: package.module:attribute, or the name of an entry point")
    parser.addini("participant_level", "must or should: what fails the run")
    parser.addini("participant_profile", "quick, gate or thorough")
    parser.addini("participant_link", "loopback, loopback6 or respx")
    parser.addini("participant_report", "the folder for the report")
    parser.addini("participant_views", "show the failures in the summary", type="bool", default=False)


def _seconds(text: str) -> float:
    # Neither nan nor inf, which no timer takes.
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= _DAY:
        raise ArgumentTypeError(f"give a number of seconds above 0, up to {_DAY}")
    return seconds


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _PORTS:
        raise ArgumentTypeError(f"a port is a number from 1 to {_PORTS}")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError("the seed is a number from 1")
    return int(text)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, so that ``--strict-markers`` knows them; refuse an ini value that is no choice."""
    for name, choices in _CHOICES.items():
        chosen = config.getini(f"participant_{name}")
        if chosen and chosen not in choices:
            raise pytest.UsageError(f"participant_{name} is {chosen!r}; it is one of {', '.join(choices)}")
    for level in ("must", "should", "info"):
        config.addinivalue_line("markers", f"participant_{level}: a check of participant-conformance, {level.upper()}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Look at what the user asks for where a mistake can still be told: a worker of pytest-xdist cannot."""
    options = [
        config.getoption(f"participant_{name}") for name in ("only", "config", "explore", "link", "service", "upstream")
    ]
    if any(options) or (config.rootpath / "participant-conformance.toml").exists():
        _plugin(config).check_options()


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> pytest.Item | None:
    """Collect a check whatever ``python_functions`` says; leave everything else alone."""
    if type(obj) is not FunctionType or _ATTRIBUTE not in obj.__dict__:
        return None
    return _plugin(collector.config).item(collector, name, obj)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Meet the first report of a check on a controller of pytest-xdist, which collects nothing itself."""
    config = getattr(getattr(report, "node", None), "config", None)
    if config is not None and not config.pluginmanager.hasplugin(_NAME) and _is_ours(report):
        _plugin(config).pytest_runtest_logreport(report)


def _is_ours(report: pytest.TestReport) -> bool:
    if hasattr(report, "participant"):
        return True
    if not report.failed:
        return False
    # A worker that died sends no data: its test is known by its name.
    from participant_conformance.requirements import catalogue

    return catalogue().by_function(report.nodeid.rpartition("::")[2]) is not None


def _plugin(config: pytest.Config) -> Plugin:
    plugin: Plugin | None = config.pluginmanager.getplugin(_NAME)
    if plugin is None:
        from participant_conformance.plugin import Plugin

        plugin = Plugin(config)
        config.pluginmanager.register(plugin, _NAME)
    return plugin


@pytest.fixture(scope="session")
def participant_adapter(request: pytest.FixtureRequest) -> object:
    """The adapter under judgement. Override it (scope="session", sync or async), or name one by option or ini."""
    return _plugin(request.config).load_adapter()


@pytest.fixture(scope="session")
def participant_subject(request: pytest.FixtureRequest, participant_adapter: object) -> Iterator[object]:
    """The judge of the run: it takes a check and records the verdict."""
    yield from _plugin(request.config).judging(request, participant_adapter)


@pytest.fixture
def participant_service() -> Iterator[ParticipantService]:
    """A Participant Service on loopback for your own tests, fresh for each of them: ``docs/fake-service.md``."""
    from participant_conformance.serving import ParticipantService

    with ParticipantService() as service:
        yield service
