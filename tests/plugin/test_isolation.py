"""Two worlds in one session: nothing of the consumer's changes our checks, nothing of ours changes theirs."""

from __future__ import annotations

import json
import os
import sys
from subprocess import run as start

import pytest

from tests.plugin.project import ONE_LINE, Project, Ran, left_out

#: Writes down every reply it is given.
RECORDS = """
class Adapter(Reference):
    def read(self, reply):
        with open("seen", "a") as file:
            print(ascii((reply.status, reply.headers, reply.body)), file=file)
        return super().read(reply)
"""
TEXTS = ("--participant-only=decode.text-is-exact", "--participant-only=decode.equivalent-spellings")


def seen(project: Project, *arguments: str) -> tuple[Ran, str]:
    """Run in a process of its own; return what came of it, and the replies that the adapter was given."""
    spec = project.adapter(RECORDS)
    ran = project.run(f"--participant-adapter={spec}", *TEXTS, *arguments, only="error.message", apart=True)
    path = project.folder / "seen"
    replies = path.read_text()
    path.unlink()
    return ran, replies


#: A consumer's own tests, before and after ours.
OWN_GIVEN = """
from hypothesis import given, settings, strategies as st

calls = 0
before = settings.default

@given(st.integers())
def test_given(number):
    global calls
    calls += 1

def test_profile():
    assert calls == 3
    assert settings.default is before
    assert settings.default.max_examples == 3
"""

PROFILES = {
    "thin": "max_examples=3, deadline=1, database=DirectoryBasedExampleDatabase('db')",
    "odd": "max_examples=3, derandomize=True, phases=[Phase.explicit, Phase.generate], report_multiple_bugs=True",
}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_hostile_hypothesis_profile_changes_nothing(project: Project, profile: str) -> None:
    """Our checks draw the same examples under any profile; the consumer's own tests run by theirs."""
    plain, expected = seen(project)
    project.write(
        "conftest.py",
        f"""
        from hypothesis import Phase, settings
        from hypothesis.database import DirectoryBasedExampleDatabase

        settings.register_profile("default", {profile})
        settings.load_profile("default")
        """,
    )
    project.write("test_a_own.py", OWN_GIVEN)
    project.write("test_z_own.py", OWN_GIVEN)
    hostile, given = seen(project)
    assert hostile.code == 0
    assert hostile.outcomes["passed"] == plain.outcomes["passed"] + 4
    assert given == expected
    assert given.count("\n") > 60
    assert hostile.files == plain.files
    assert not (project.folder / "db").exists()


def test_a_failure_leaves_nothing_in_the_users_database(project: Project) -> None:
    """Counterexamples of ours do not go into the project's example database."""
    project.write(
        "conftest.py",
        """
        from hypothesis import settings
        from hypothesis.database import DirectoryBasedExampleDatabase

        settings.register_profile("own", database=DirectoryBasedExampleDatabase("db"))
        settings.load_profile("own")
        """,
    )
    spec = project.reads("return Rejected('no')")
    ran = project.run(f"--participant-adapter={spec}", only="decode.round-trip", apart=True)
    assert ran.kinds == {"decode.round-trip": "failed"}
    assert not (project.folder / "db").exists()


#: As many short texts as Hypothesis takes of one module.
ODD = "ODD = [" + ", ".join(f'"odd literal {number}"' for number in range(1000)) + "]"


def test_literals_of_the_users_modules_do_not_change_our_examples(project: Project) -> None:
    """Hypothesis draws literals of the project under test; ours are the same with and without them."""
    _, without = seen(project)
    project.write("odd.py", ODD)
    project.write("conftest.py", "import odd\n")
    _, with_odd = seen(project)
    assert with_odd == without
    assert "odd literal" not in with_odd


def test_the_users_own_tests_still_draw_their_literals(project: Project) -> None:
    """After our checks a test of the user's draws what Hypothesis found in the project: so the test above can fail."""
    project.write("odd.py", ODD)
    project.write("conftest.py", "import odd\n")
    project.write(
        "test_z_own.py",
        """
        from hypothesis import given, settings, strategies as st

        drawn = []

        @settings(max_examples=500, derandomize=True, database=None)
        @given(st.text())
        def test_draws(text):
            drawn.append(text)

        def test_drawn():
            assert any(text.startswith("odd literal") for text in drawn)
        """,
    )
    ran, replies = seen(project)
    assert ran.outcomes == {"passed": 5, "deselected": left_out(3)}
    assert "odd literal" not in replies


def test_random_is_as_the_user_left_it(project: Project) -> None:
    """The state of ``random`` goes through our checks untouched."""
    project.write(
        "test_a_own.py",
        """
        import random

        def test_seed():
            random.seed(42)
        """,
    )
    project.write(
        "test_z_own.py",
        """
        import random

        def test_state():
            assert random.random() == random.Random(42).random()
        """,
    )
    ran = project.run("--participant-adapter=reference", apart=True)
    assert ran.outcomes == {"passed": 3, "deselected": left_out()}


def test_the_current_event_loop_is_as_the_user_left_it(project: Project) -> None:
    """An adapter with async methods leaves policy and current loop of the main thread alone."""
    spec = project.adapter(
        """
        class Adapter:
            implementation = Reference.implementation

            async def read(self, reply):
                await asyncio.sleep(0)
                return Reference().read(reply)
        """
    )
    project.write(
        "test_a_own.py",
        """
        import asyncio

        loop = asyncio.new_event_loop()
        policy = asyncio.get_event_loop_policy()

        def test_set():
            asyncio.set_event_loop(loop)
        """,
    )
    project.write(
        "test_z_own.py",
        """
        import asyncio
        import test_a_own

        def test_same():
            assert asyncio.get_event_loop() is test_a_own.loop
            assert asyncio.get_event_loop_policy() is test_a_own.policy
            asyncio.set_event_loop(None)
            test_a_own.loop.close()
        """,
    )
    ran = project.run(f"--participant-adapter={spec}", apart=True)
    assert ran.outcomes == {"passed": 3, "deselected": left_out()}


OWN_AFTER = """
import gc

def test_first_after():
    gc.collect()

def test_last():
    gc.collect()
"""

LEAKS = {
    "in-a-call": """
        import socket

        class Adapter(Reference):
            def read(self, reply):
                cycle = [socket.socket()]
                cycle.append(cycle)
                return super().read(reply)
        """,
    "for-the-whole-run": """
        import socket

        class Adapter(Reference):
            def __init__(self):
                self.leaked = socket.socket()
        """,
    "a-loop": """
        class Adapter(Reference):
            def read(self, reply):
                self.loop = asyncio.new_event_loop()
                return super().read(reply)
        """,
    "a-coroutine": """
        class Adapter(Reference):
            def read(self, reply):
                self.forgotten = asyncio.sleep(0)
                return super().read(reply)
        """,
}


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_a_leak_of_the_implementation_does_not_fail_a_test_of_the_users(project: Project, text: str) -> None:
    """Under ``filterwarnings = error`` what an implementation leaks is nobody else's failure, to the last test."""
    project.ini("filterwarnings = error")
    project.write("test_contract.py", ONE_LINE)
    project.write("test_own.py", OWN_AFTER)
    spec = project.adapter(text)
    ran = project.run("test_contract.py", "test_own.py", f"--participant-adapter={spec}", apart=True)
    assert ran.outcomes["passed"] == 3
    assert "errors" not in ran.outcomes
    assert "failed" not in ran.outcomes
    assert ran.code == 0


def test_the_reference_over_the_wire_leaves_nothing_open(project: Project) -> None:
    """Under ``filterwarnings = error`` a run with real connections ends clean, though the last test is the user's."""
    project.ini("filterwarnings = error")
    project.write("test_contract.py", ONE_LINE)
    project.write("test_own.py", OWN_AFTER)
    ran = project.run(
        "test_contract.py", "test_own.py", "--participant-adapter=reference", only="request.line", apart=True
    )
    assert (ran.code, ran.outcomes) == (0, {"passed": 3, "deselected": left_out()})


def test_the_users_warnings_stay_errors(project: Project) -> None:
    """What our checks need in the way of warning filters does not reach the user's own tests."""
    project.ini("filterwarnings = error")
    project.write("test_contract.py", ONE_LINE)
    project.write("test_own.py", "import warnings\n\ndef test_own():\n    warnings.warn('mine')\n")
    ran = project.run("test_contract.py", "test_own.py", "--participant-adapter=reference")
    assert ran.outcomes["failed"] == 1
    assert "UserWarning: mine" in ran.text


LISTING = """
import json, sys
import pytest

code = pytest.main(["-q", "-p", "participant_conformance", "-p", "no:cacheprovider"])
names = {"participant_conformance", "participant_strategies", "httpx", "respx", "h11", "hypothesis", "click", "rich"}
with open("modules.json", "w") as file:
    json.dump({"code": int(code), "names": sorted(names & set(sys.modules)),
               "plugin": "_participant_pytest_plugin" in sys.modules}, file)
"""


def modules(project: Project) -> dict[str, object]:
    """Run pytest with our plugin alone and return which heavy modules were loaded."""
    script = project.write("listing.py", LISTING)
    project.ini("")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    start([sys.executable, str(script)], cwd=project.folder, env=environment, check=True, capture_output=True)
    found: dict[str, object] = json.loads((project.folder / "modules.json").read_text())
    return found


def test_in_a_project_without_checks_nothing_heavy_is_imported(project: Project) -> None:
    """The plugin's entry point loads neither the suite nor what the suite needs."""
    project.write("test_own.py", "def test_own(): pass\n")
    assert modules(project) == {"code": 0, "names": [], "plugin": True}


def test_an_interrupted_run_does_not_conform(project: Project) -> None:
    """An implementation that raises KeyboardInterrupt ends the run; what was judged before is not the verdict."""
    spec = project.adapter(
        """
        class Adapter(Reference):
            def read(self, reply):
                if reply.header("X-Amzn-Errortype") == "ThrottlingException":
                    raise KeyboardInterrupt
                return super().read(reply)
        """
    )
    both = ("--participant-only=decode.empty-object", "--participant-only=error.modeled")
    ran = project.run(f"--participant-adapter={spec}", *both, only=None, apart=True)
    assert ran.code == 2
    assert "gate: must → conforms" not in ran.lines
    assert not ran.reported or ran.report["gate"]["conclusion"] == "could not judge"


def test_a_hypothesis_that_cannot_be_isolated_is_told(project: Project) -> None:
    """Where a private name of Hypothesis is gone, examples may depend on the user's modules: the summary says so."""
    project.write(
        "conftest.py",
        """
        from participant_conformance.gate import isolation

        isolation._NAMES = (*isolation._NAMES, "a_name_of_tomorrow")
        """,
    )
    ran = project.run("--participant-adapter=reference", only="error.message", apart=True)
    assert "note: this Hypothesis has no a_name_of_tomorrow: " in ran.lines
    assert ran.code == 0
