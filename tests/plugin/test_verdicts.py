"""What comes of a run: crashes, flakiness, levels, exit codes, suites that run twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from participant_conformance.requirements import Level, catalogue
from tests.plugin.project import ONE_LINE, Project, left_out

ALL_FAIL = "return Rejected('no')"


def test_a_crash_is_a_failure_with_class_and_place(project: Project) -> None:
    """What escapes and is not the implementation's own error is a failure that names class, text and line."""
    spec = project.reads('raise LookupError("no such shape")')
    ran = project.run(f"--participant-adapter={spec}")
    assert (ran.code, ran.kinds) == (1, {"error.modeled": "failed"})
    example = ran.verdicts["error.modeled"]["counterexample"]
    assert example["crash"] is True
    got = dict(example["lines"])["got"]
    assert got.startswith('crash, LookupError: "no such shape" at ')
    assert re.search(r"adapting(\.py)?:9 in read$", got)
    assert str(project.folder) not in ran.text.partition("collected")[2]


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        ("raise SystemExit(0)", "SystemExit"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("assert False, 'mine'", "AssertionError"),
        ("raise MemoryError", "MemoryError"),
        ("raise ExceptionGroup('several', [ValueError('a')])", "ExceptionGroup"),
        ("import unittest; raise unittest.SkipTest('later')", "SkipTest"),
        ("from hypothesis import reject; reject()", "UnsatisfiedAssumption"),
        ("from hypothesis import assume; assume(False)", "UnsatisfiedAssumption"),
        ("return (lambda f: f(f))(lambda f: f(f))", "RecursionError"),
        ("raise StopIteration", "StopIteration"),
        ("class Strange(Exception):\n    def __str__(self): return 1 / 0\nraise Strange", "Strange"),
    ],
)
def test_whatever_escapes_is_a_crash(project: Project, raised: str, error: str) -> None:
    """No exception of an implementation's ends the run, skips an example or passes for one of the suite's."""
    spec = project.reads(raised)
    ran = project.run(f"--participant-adapter={spec}")
    assert (ran.code, ran.kinds) == (1, {"error.modeled": "failed"})
    example = ran.verdicts["error.modeled"]["counterexample"]
    assert example["crash"] is True
    assert dict(example["lines"])["got"].startswith(f"crash, {error}")


def test_the_implementations_own_error_is_no_crash(project: Project) -> None:
    """A class listed in ``errors`` makes the outcome *rejected*, also by a subclass."""
    spec = project.adapter(
        """
        class Own(Exception): pass
        class Inner(Own): pass

        class Adapter(Reference):
            implementation = Implementation(name="own", version="1", errors=(Own,))
            def read(self, reply):
                raise Inner("no reply")
        """
    )
    ran = project.run(f"--participant-adapter={spec}")
    example = ran.verdicts["error.modeled"]["counterexample"]
    assert example["crash"] is False
    assert dict(example["lines"])["got"] == 'rejected by Inner: "no reply"'


def test_a_view_in_place_of_frames(project: Project) -> None:
    """A failure shows rule, reply, expected, got, fix and the command, and not one frame of Python."""
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}")
    view = ran.text.partition("FAILURES")[2].partition("participant-conformance ====")[0]
    for label in ("error.modeled   MUST", "reply ", "expected ", "got ", "fix ", "again "):
        assert label in view
    assert "participant-conformance replay .participant/error.modeled.json --adapter adapting:Adapter" in view
    assert "Traceback" not in view
    assert "test_contract.py:" not in view


def test_every_second_answer_wrong_is_not_reproducible(project: Project) -> None:
    """A reply judged differently twice is failed with the count, never an internal error of Hypothesis."""
    spec = project.adapter(
        """
        class Adapter(Reference):
            calls = 0
            def read(self, reply):
                Adapter.calls += 1
                return super().read(reply) if Adapter.calls % 2 else Rejected("every second time")
        """
    )
    ran = project.run(f"--participant-adapter={spec}", "--participant-only=error.message", only="decode.round-trip")
    assert set(ran.kinds.values()) == {"failed"}
    verdict = ran.verdicts["decode.round-trip"]
    assert verdict["reason"].startswith("not reproducible, ")
    example = verdict["counterexample"]
    assert 0 < example["reproduced"] < example["repeated"] == 5
    assert f"{example['reproduced']} of 5 repetitions failed" in verdict["reason"]
    assert "but also" in dict(example["lines"])
    assert "hypothesis.errors" not in ran.text
    assert "Flaky" not in ran.text


@pytest.mark.parametrize("period", [3, 5, 7, 11])
def test_any_rhythm_of_failures_is_a_failure(project: Project, period: int) -> None:
    """However a flaky implementation and the shrinking meet, the verdict is failed."""
    spec = project.adapter(
        f"""
        class Adapter(Reference):
            calls = 0
            def read(self, reply):
                Adapter.calls += 1
                return super().read(reply) if Adapter.calls % {period} else Rejected("now and then")
        """
    )
    ran = project.run(f"--participant-adapter={spec}", only="decode.equivalent-spellings")
    assert (ran.code, ran.kinds) == (1, {"decode.equivalent-spellings": "failed"})
    assert "not reproducible" in ran.verdicts["decode.equivalent-spellings"]["reason"]


def test_a_hang_while_a_failure_is_repeated_is_the_implementations(project: Project) -> None:
    """Wrong once and hanging from then on: a failure of the implementation, no fault of the suite."""
    spec = project.adapter(
        """
        import time
        class Adapter(Reference):
            calls = 0
            def read(self, reply):
                Adapter.calls += 1
                if Adapter.calls > 1:
                    time.sleep(3600)
                return Rejected("once")
        """
    )
    ran = project.run(f"--participant-adapter={spec}", "--participant-time-limit=0.2")
    assert (ran.code, ran.kinds) == (1, {"error.modeled": "failed"})


# Exit codes and levels


def test_nothing_offered_is_not_green(project: Project) -> None:
    """Where no MUST was judged the exit code is 2, though pytest has only skipped tests."""
    spec = project.adapter(
        """
        class Adapter:
            implementation = Reference.implementation
            def decode_json(self, body): return Reference().decode_json(body)
        """
    )
    ran = project.run(f"--participant-adapter={spec}", only="request")
    assert ran.code == 2
    assert set(ran.kinds.values()) == {"not offered"}
    assert "could not judge" in ran.lines


def test_what_is_not_offered_is_counted_and_named(project: Project) -> None:
    """Checks of a missing capability are skipped with the reason, and the rest decides."""
    spec = project.adapter(
        """
        class Adapter:
            implementation = Reference.implementation
            def read(self, reply): return Reference().read(reply)
        """
    )
    ran = project.run(f"--participant-adapter={spec}", "--participant-only=request")
    assert ran.code == 0
    assert ran.kinds["request.line"] == "not offered"
    assert "not offered: 12 checks: call is not offered" in ran.lines
    assert f"1 passed, {left_out(13)} deselected, 12 not offered" in ran.lines


def test_failures_end_with_one(project: Project) -> None:
    """Exit code 1: the implementation does not conform."""
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}")
    assert ran.code == 1
    assert ran.report["gate"] == {
        "conclusion": "does not conform",
        "exit_code": 1,
        "problems": [],
        "judged_musts": 1,
    }


@pytest.mark.parametrize(("name", "value"), [("level", "may"), ("profile", "slow"), ("link", "smoke")])
def test_an_ini_value_that_is_no_choice_is_a_usage_error(project: Project, name: str, value: str) -> None:
    """A wrong value in the configuration is refused with the choices, before anything is collected."""
    project.ini(f"participant_{name} = {value}")
    ran = project.run("--participant-adapter=reference")
    assert ran.code == 4
    assert f"participant_{name} is '{value}'; it is one of " in ran.lines
    assert "collected" not in ran.text


@pytest.mark.parametrize("seed", ["0", "-5", "1.5", "now"])
def test_a_seed_that_is_no_number_from_one_is_refused(project: Project, seed: str) -> None:
    """0 stands for the fixed examples, so that no run can be told to explore with it."""
    ran = project.run("--participant-adapter=reference", f"--participant-explore={seed}")
    assert ran.code == 4
    assert "--participant-explore: the seed is a number from 1" in ran.lines


@pytest.fixture
def level() -> Iterator[Callable[[Level], None]]:
    """Give a function that sets the level of ``error.modeled``."""
    requirement = catalogue()["error.modeled"]
    before = requirement.level
    yield lambda level: object.__setattr__(requirement, "level", level)
    object.__setattr__(requirement, "level", before)


def test_a_should_below_the_gate_warns(project: Project, level: Callable[[Level], None]) -> None:
    """A SHOULD that fails is a passed test with a line of its own; with no MUST judged the run is still not green."""
    level(Level.SHOULD)
    spec = f"--participant-adapter={project.reads(ALL_FAIL)}"
    ran = project.run(spec, "-rA", "--participant-only=decode.round-trip")
    assert (ran.code, ran.kinds) == (1, {"decode.round-trip": "failed", "error.modeled": "warned"})
    assert "warned: error.modeled: expected AccessDeniedException, known" in ran.lines
    assert f"1 failed, {left_out(2)} deselected, 1 warned" in ran.lines
    alone = project.run(spec)
    assert (alone.code, alone.kinds) == (2, {"error.modeled": "warned"})


def test_a_should_at_the_gate_fails(project: Project, level: Callable[[Level], None]) -> None:
    """``--participant-level should`` makes it a failure."""
    level(Level.SHOULD)
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}", "--participant-level=should")
    assert (ran.code, ran.kinds) == (1, {"error.modeled": "failed"})
    assert "gate: should → does not conform" in ran.lines


def test_information_is_noted(project: Project, level: Callable[[Level], None]) -> None:
    """An INFO never fails, whatever the gate."""
    level(Level.INFO)
    ran = project.run(f"--participant-adapter={project.reads(ALL_FAIL)}", "--participant-level=should", "-v")
    assert ran.kinds == {"error.modeled": "noted"}
    assert "NOTED" in ran.text


def test_an_option_that_is_no_choice_is_refused_by_pytest(project: Project) -> None:
    """``--participant-level`` and the others take their choices alone."""
    ran = project.run("--participant-level=may")
    assert ran.code == 4
    assert "invalid choice: 'may'" in ran.lines


# A suite that runs twice


def test_two_modules_count_each_requirement_once(project: Project) -> None:
    """Two star-import modules run every check twice and report it once."""
    project.write("test_again.py", ONE_LINE)
    ran = project.run("--participant-adapter=reference")
    assert ran.outcomes["passed"] == 2
    assert ran.kinds == {"error.modeled": "passed"}
    assert "must 1 passed" in ran.lines


@pytest.mark.parametrize("bad", ["test_a.py", "test_z.py"])
def test_of_two_verdicts_the_worst_wins(project: Project, bad: str) -> None:
    """Where the modules disagree the worst verdict stands, whichever comes first."""
    spec = project.adapter(
        """
        class Adapter(Reference):
            bad = False
            def read(self, reply):
                return Rejected("bad") if self.bad else super().read(reply)
        """
    )
    project.write("test_a.py", ONE_LINE)
    project.write("test_z.py", ONE_LINE)
    project.write(
        "conftest.py",
        f"""
        import pytest

        @pytest.fixture(autouse=True)
        def bad(request, participant_adapter):
            participant_adapter.bad = request.path.name == "{bad}"
        """,
    )
    ran = project.run("test_a.py", "test_z.py", f"--participant-adapter={spec}")
    assert ran.outcomes["passed"] == ran.outcomes["failed"] == 1
    assert (ran.code, ran.kinds) == (1, {"error.modeled": "failed"})


# Nothing but the last statement passes


def test_a_check_that_something_else_stops_is_not_passed(project: Project) -> None:
    """A hook or fixture of the user's that fails a check's call leaves no passed verdict."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_pyfunc_call(pyfuncitem):
            return True
        """,
    )
    ran = project.run("--participant-adapter=reference")
    assert ran.kinds == {"error.modeled": "suite bug"}
    assert ran.verdicts["error.modeled"]["reason"] == "no verdict was recorded"
    assert ran.code == 2


def test_an_autouse_fixture_that_fails_is_not_a_pass(project: Project) -> None:
    """An error in the set-up of the user's own fixtures is told with the check it stopped."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(autouse=True)
        def broken():
            raise RuntimeError("set-up")
        """,
    )
    ran = project.run("--participant-adapter=reference")
    assert ran.code == 2
    assert "passed" not in ran.kinds.values()
    assert "RuntimeError: set-up" in ran.lines


def test_a_failing_teardown_of_the_users_is_pytests(project: Project) -> None:
    """An error in a teardown leaves the verdict as it was and the exit code as pytest gives it."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(autouse=True)
        def broken():
            yield
            raise RuntimeError("tear-down")
        """,
    )
    ran = project.run("--participant-adapter=reference")
    assert (ran.code, ran.kinds) == (1, {"error.modeled": "passed"})
