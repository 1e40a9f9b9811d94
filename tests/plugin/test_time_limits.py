"""Calls that do not come back: blamed on the implementation, ended, and the run goes on."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.plugin.project import Project, of_area

SHORT = "--participant-time-limit=0.3"

#: Hangs on one reply alone.
HANGING = """
import threading, time

LOCK = threading.Lock()
LOCK.acquire()

class Adapter(Reference):
    def read(self, reply):
        if reply.header("X-Amzn-Errortype") == "ThrottlingException":
            self.hang()
        return super().read(reply)

    def hang(self):
"""

WAYS = {
    "sleep": "time.sleep(3600)",
    "spin": "while True: pass",
    "lock": "LOCK.acquire()",
    "swallows-the-first-interrupt": """
        try:
            time.sleep(3600)
        except KeyboardInterrupt:
            time.sleep(3600)
    """,
    "swallows-all-and-returns": """
        try:
            time.sleep(3600)
        except BaseException:
            pass
    """,
    "raises-its-own-error-instead": """
        try:
            time.sleep(3600)
        except BaseException:
            raise ValueError("swallowed")
    """,
}


def hanging(project: Project, hang: str, *, asynchronous: bool = False) -> str:
    """Write an adapter that hangs in this way; return its specification."""
    text = HANGING
    if asynchronous:
        text = text.replace("    def ", "    async def ").replace("self.hang()", "await self.hang()")
    return project.adapter(text + indent(dedent(hang), " " * 8))


@pytest.mark.parametrize("hang", WAYS.values(), ids=WAYS)
def test_a_call_that_hangs_fails_its_check_and_the_run_goes_on(project: Project, hang: str) -> None:
    """A hang is a failure of the implementation, with the reply that led to it; the next check is judged."""
    spec = hanging(project, hang)
    ran = project.run(f"--participant-adapter={spec}", SHORT, "--participant-only=error.type-in-code")
    assert ran.kinds == {"error.modeled": "failed", "error.type-in-code": "passed"}
    assert ran.code == 1
    verdict = ran.verdicts["error.modeled"]
    assert verdict["reason"] == "did not return within 0.3 s"
    lines = dict(verdict["counterexample"]["lines"])
    assert lines["did"].startswith("read with HTTP 429")
    assert lines["expected"] == "an answer"
    assert "did not return within 0.3 s" in ran.lines


ASYNC_WAYS = {
    "sleep": "await asyncio.sleep(3600)",
    "never-done": "await asyncio.Future()",
    "blocks-the-loop": "time.sleep(3600)",
    "ignores-its-cancellation": """
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            await asyncio.sleep(3600)
    """,
}


@pytest.mark.parametrize("hang", ASYNC_WAYS.values(), ids=ASYNC_WAYS)
def test_an_async_call_that_hangs_is_ended_too(project: Project, hang: str) -> None:
    """An ``async`` method that never returns is cancelled, and its loop serves the next call."""
    spec = hanging(project, hang, asynchronous=True)
    ran = project.run(f"--participant-adapter={spec}", SHORT, "--participant-only=error.type-in-code")
    assert ran.kinds == {"error.modeled": "failed", "error.type-in-code": "passed"}
    assert ran.verdicts["error.modeled"]["reason"] == "did not return within 0.3 s"


def test_a_run_ends_after_four_abandoned_calls(project: Project) -> None:
    """More than three calls that did not come back: what is left is not run, and that fails too."""
    spec = project.reads("import time; time.sleep(3600)")
    ran = project.run(f"--participant-adapter={spec}", SHORT, only="error")
    kinds = list(ran.kinds.values())
    assert kinds[:4] == ["failed"] * 4
    assert set(kinds[4:]) == {"not run"}
    assert len(kinds) == len(of_area("error"))
    assert ran.code == 1
    assert ran.outcomes["failed"] == len(kinds)
    reason = ran.verdicts["error.never-success"]["reason"]
    assert reason.startswith("not run: 4 calls did not come back, the last one read with HTTP ")
    musts = [found for found in ran.verdicts.values() if found["level"] == "MUST"]
    assert f"4 failed {len(musts) - 4} not run" in ran.lines


def test_a_hang_in_a_listed_deviation_is_expected(project: Project) -> None:
    """A hang is a deviation like any other: it can be listed."""
    project.write(
        "participant-conformance.toml",
        """
        [[expected]]
        requirement = "error.modeled"
        reason = "hangs on throttling, known upstream"
        """,
    )
    spec = hanging(project, WAYS["sleep"])
    ran = project.run(f"--participant-adapter={spec}", SHORT)
    assert (ran.code, ran.kinds) == (0, {"error.modeled": "expected"})


def test_the_alarm_of_the_users_own_is_given_back(project: Project) -> None:
    """A timer and a handler that the user had set are there again afterwards."""
    spec = hanging(project, WAYS["sleep"])
    project.write(
        "conftest.py",
        """
        import signal

        def handler(number, frame): pass

        def pytest_runtest_call(item):
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, 500)

        def pytest_runtest_teardown(item):
            assert signal.getsignal(signal.SIGALRM) is handler
            assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 500
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        """,
    )
    ran = project.run(f"--participant-adapter={spec}", SHORT)
    assert ran.kinds == {"error.modeled": "failed"}
    assert "errors" not in ran.outcomes


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf", "1e300", "soon"])
def test_a_time_limit_is_a_number_above_zero(project: Project, limit: str) -> None:
    """A limit by which nothing could be judged, or that no timer takes, is refused."""
    ran = project.run("--participant-adapter=reference", f"--participant-time-limit={limit}")
    assert ran.code == 4
    assert "--participant-time-limit: give a number of seconds above 0, up to 86400" in ran.lines
    assert not ran.reported
