"""Checks of what plays the service in a consumer's own pytest run: options, sides, what is told where one lacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from participant_conformance.requirements import catalogue
from participant_strategies.reply import Reply
from tests.of_service.fakes import fake, served
from tests.plugin.project import ONE_LINE, Project

SERVICE_LINE = "from participant_conformance.checks.of_service import *\n"
ONE = "service.error-type-and-status-agree"


@pytest.fixture(name="url", scope="module")
def url_fixture() -> Iterator[str]:
    """Return where a correct fake is."""
    with served(fake) as server:
        yield server.origin


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token of whoever runs the tests gets in."""
    monkeypatch.delenv("PARTICIPANT_CONFORMANCE_TOKEN", raising=False)


def test_one_line_judges_a_service(project: Project, url: str) -> None:
    """The checks of a service are tests like any other."""
    project.write("test_fake.py", SERVICE_LINE)
    ran = project.run(f"--participant-service={url}", only=None, suite=False)
    assert ran.code == 0
    assert list(ran.verdicts) == [requirement.id for requirement in catalogue().side(of_service=True)]
    assert ran.outcomes == {"passed": 6, "not": 3}  # offered


def test_a_run_that_judges_a_service_judges_no_client(project: Project, url: str) -> None:
    """Where both are collected, the checks of a client are left out."""
    project.write("test_fake.py", SERVICE_LINE)
    ran = project.run(f"--participant-service={url}", only="service")
    assert set(ran.verdicts) == {found.id for found in catalogue() if found.area == "service"}
    assert ran.code == 0


def test_a_run_that_judges_a_client_judges_no_service(project: Project) -> None:
    """The other way round; they are not said to be not offered."""
    project.write("test_fake.py", SERVICE_LINE)
    spec = project.reads("return super().read(reply)")
    ran = project.run(f"--participant-adapter={spec}", "-k", "modeled or service", only=None)
    assert set(ran.verdicts) == {"error.modeled", "error.of.modeled"}


def test_an_adapter_of_the_project_is_no_hindrance(project: Project, url: str) -> None:
    """A fixture or an ini value names the client of another run."""
    project.write("test_fake.py", SERVICE_LINE)
    project.write("conftest.py", _FIXTURE)
    ran = project.run(f"--participant-service={url}", only=ONE)
    assert (ran.code, ran.kinds) == (0, {ONE: "passed"})


_FIXTURE = """
import pytest
from participant_conformance.reference.adapter import Reference

@pytest.fixture(scope="session")
def participant_adapter():
    return Reference()
"""


def test_without_a_service_each_check_says_what_to_do(project: Project) -> None:
    """Where nothing else is collected."""
    project.write("test_fake.py", SERVICE_LINE)
    ran = project.run(only=None, suite=False)
    assert ran.code == 2
    assert set(ran.kinds.values()) == {"adapter error"}
    assert "no service is named: give --participant-service URL" in ran.lines


def test_without_a_service_an_adapter_does_not_stand_for_one(project: Project) -> None:
    """Also where the project has a fixture for its client."""
    project.write("test_fake.py", SERVICE_LINE)
    project.write("conftest.py", _FIXTURE)
    ran = project.run(only=None, suite=False)
    assert set(ran.kinds.values()) == {"adapter error"}
    assert "no service is named" in ran.lines


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--participant-service=a.test",), "--participant-service: a.test is no URL of a service"),
        (("--participant-upstream=8080",), "--participant-upstream: no service is named"),
        (("--participant-upstream=0", "--participant-service=http://a.test"), "a port is a number from 1 to 65535"),
        (("--participant-upstream=a", "--participant-service=http://a.test"), "a port is a number from 1 to 65535"),
        (
            ("--participant-adapter=reference", "--participant-service=http://a.test"),
            "give one of --participant-adapter and --participant-service",
        ),
        (("--participant-service=http://a.test", "--participant-only=decode"), "decode is judged of a client"),
        (("--participant-only=service",), "service is judged of a service"),
    ],
)
def test_a_wrong_option_is_one_clear_error(project: Project, options: tuple[str, ...], told: str) -> None:
    """Nothing is judged."""
    project.write("test_fake.py", SERVICE_LINE)
    ran = project.run(*options, only=None)
    assert ran.code == 4
    assert told in ran.lines
    assert not ran.reported


def test_a_wrong_option_is_told_before_workers_start(project: Project, url: str) -> None:
    """Each worker would tell it again; and one port is not for two of them."""
    project.write("test_fake.py", SERVICE_LINE)
    options = ("-n", "2", f"--participant-service={url}", "--participant-upstream=8080")
    ran = project.run(*options, only=None, apart=True)
    assert ran.code == 4
    assert ran.text.count("--participant-upstream listens on one port") == 1


def test_a_capability_of_the_client_is_not_missed(project: Project, url: str) -> None:
    """What the project counts on is its client's."""
    project.write("test_fake.py", SERVICE_LINE)
    project.write("participant-conformance.toml", 'capabilities = ["call"]\n')
    ran = project.run(f"--participant-service={url}", only=ONE)
    assert (ran.code, ran.kinds) == (0, {ONE: "passed"})


def test_a_failure_names_the_service_again(project: Project) -> None:
    """The command that judges its counterexample again, with the limit that was given."""
    project.write("test_fake.py", SERVICE_LINE)
    with served(lambda received: fake(received) if received.method == "GET" else _WRONG) as server:
        ran = project.run(f"--participant-service={server.origin}", "--participant-time-limit=4", only=ONE)
    again = f"participant-conformance replay .participant/{ONE}.json --service {server.origin} --time-limit 4"
    assert ran.kinds == {ONE: "failed"}
    assert ran.verdicts[ONE]["again"] == again


_WRONG = Reply(403, (), b"")


def test_the_one_line_of_a_client_is_as_it_was(project: Project) -> None:
    """It collects no check of a service."""
    assert "of_service" not in ONE_LINE
    ran = project.run("--collect-only", "-q", only=None)
    assert "test_service_" not in ran.text
