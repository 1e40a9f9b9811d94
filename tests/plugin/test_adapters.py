"""How an adapter is named, made and called."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project, left_out

PASSED = {"error.modeled": "passed"}

REFERENCE = "class Adapter(Reference): pass"


def test_the_option_names_the_adapter(project: Project) -> None:
    """``--participant-adapter package.module:attribute`` is all that a run needs."""
    spec = project.adapter(REFERENCE)
    ran = project.run(f"--participant-adapter={spec}")
    assert (ran.code, ran.kinds) == (0, PASSED)


def test_the_ini_names_the_adapter(project: Project) -> None:
    """``participant_adapter`` in the configuration is all that a run needs."""
    project.ini(f"participant_adapter = {project.adapter(REFERENCE)}")
    ran = project.run()
    assert (ran.code, ran.kinds) == (0, PASSED)


def test_pyproject_names_the_adapter(project: Project) -> None:
    """``participant_adapter`` in ``pyproject.toml`` is read too."""
    spec = project.adapter(REFERENCE)
    project.write(
        "pyproject.toml",
        f"""
        [tool.pytest.ini_options]
        participant_adapter = "{spec}"
        asyncio_default_fixture_loop_scope = "function"
        """,
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (0, PASSED)


def test_an_entry_point_names_the_adapter(project: Project) -> None:
    """A specification without a colon is the name of an installed entry point."""
    ran = project.run("--participant-adapter=reference")
    assert (ran.code, ran.kinds) == (0, PASSED)
    assert ran.report["implementation"]["name"] == "reference"


def test_the_option_stands_above_the_ini(project: Project) -> None:
    """Where both name an adapter, the option decides."""
    project.ini("participant_adapter = nowhere:Adapter")
    ran = project.run("--participant-adapter=reference")
    assert (ran.code, ran.kinds) == (0, PASSED)


def test_a_session_fixture_gives_the_adapter(project: Project) -> None:
    """A session-scoped fixture named participant_adapter takes the place of a specification."""
    project.adapter(REFERENCE)
    project.write(
        "conftest.py",
        """
        import pytest
        from adapting import Adapter

        @pytest.fixture(scope="session")
        def participant_adapter():
            return Adapter()
        """,
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (0, PASSED)


def test_the_command_to_repeat_a_check_of_a_fixture_is_one_of_pytest(project: Project) -> None:
    """No command of ours can make an adapter of a fixture, so that pytest's own is named."""
    test_a_session_fixture_gives_the_adapter(project)
    ran = project.run("--participant-adapter=reference")
    assert ran.verdicts["error.modeled"]["again"] == "pytest test_contract.py::test_error_modeled"


def test_a_yield_fixture_is_torn_down_when_the_run_is_over(project: Project) -> None:
    """What stands behind the yield of an adapter fixture runs once, after the last check."""
    project.adapter(REFERENCE)
    project.write(
        "conftest.py",
        """
        import pathlib
        import pytest
        from adapting import Adapter

        @pytest.fixture(scope="session")
        def participant_adapter():
            yield Adapter()
            with pathlib.Path("closed").open("a") as file:
                file.write("closed")
        """,
    )
    ran = project.run(only="error.type-in-code")
    assert ran.code == 0
    assert (project.folder / "closed").read_text() == "closed"


@pytest.mark.parametrize(
    "made",
    [
        pytest.param("class Adapter(Reference): pass", id="class"),
        pytest.param("Adapter = Reference()", id="instance"),
        pytest.param("def Adapter(): return Reference()", id="factory"),
        pytest.param("class Adapters:\n    inner = Reference\nAdapter = Adapters.inner", id="nested"),
    ],
)
def test_an_adapter_is_a_class_an_instance_or_a_factory(project: Project, made: str) -> None:
    """What the specification names may be a class, an object, or a function without arguments."""
    ran = project.run(f"--participant-adapter={project.adapter(made)}")
    assert (ran.code, ran.kinds) == (0, PASSED)


def test_a_dotted_attribute_is_followed(project: Project) -> None:
    """The part behind the colon may have dots."""
    project.adapter("class Adapters:\n    Inner = Reference\n")
    ran = project.run("--participant-adapter=adapting:Adapters.Inner")
    assert (ran.code, ran.kinds) == (0, PASSED)


def test_one_adapter_serves_the_whole_run(project: Project) -> None:
    """The adapter is made once a process, not once a check."""
    spec = project.adapter(
        """
        class Adapter(Reference):
            def __init__(self):
                with open("made", "a") as file:
                    file.write("m")
        """
    )
    ran = project.run(f"--participant-adapter={spec}", only="error")
    assert ran.code == 0
    assert (project.folder / "made").read_text() == "m"


def test_async_methods_need_no_async_fixture(project: Project) -> None:
    """``async def`` methods of an adapter named by specification run in a loop of ours, the same for all calls."""
    spec = project.adapter(
        """
        class Adapter:
            implementation = Reference.implementation
            loops = set()

            def __init__(self):
                self._reference = Reference()

            async def read(self, reply):
                self.loops.add(asyncio.get_running_loop())
                await asyncio.sleep(0)
                assert len(self.loops) == 1
                return self._reference.read(reply)
        """
    )
    ran = project.run(f"--participant-adapter={spec}", only="error")
    assert ran.code == 0
    assert set(ran.kinds.values()) == {"passed", "noted", "not offered"}


ASYNC_FIXTURE = """
import asyncio
import pytest_asyncio
from participant_conformance.reference.adapter import Reference

class Adapter:
    implementation = Reference.implementation

    def __init__(self, loop):
        self.loop, self.calls, self._reference = loop, 0, Reference()

    async def read(self, reply):
        assert asyncio.get_running_loop() is self.loop
        self.calls += 1
        await asyncio.sleep(0)
        return self._reference.read(reply)

@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def participant_adapter():
"""


def test_methods_run_in_the_loop_of_an_async_fixture(project: Project) -> None:
    """An adapter made by an async session fixture is called in the very loop that made it."""
    project.write("conftest.py", ASYNC_FIXTURE + "    return Adapter(asyncio.get_running_loop())\n")
    ran = project.run(only="error")
    assert ran.code == 0
    assert set(ran.kinds.values()) == {"passed", "noted", "not offered"}


def test_an_async_generator_fixture_is_torn_down_in_its_loop(project: Project) -> None:
    """What stands behind the yield of an async fixture runs in the same loop, after the calls."""
    project.write(
        "conftest.py",
        ASYNC_FIXTURE
        + """\
    adapter = Adapter(asyncio.get_running_loop())
    yield adapter
    assert asyncio.get_running_loop() is adapter.loop
    with open("closed", "w") as file:
        file.write(f"{adapter.calls > 0}")
""",
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (0, PASSED)
    assert (project.folder / "closed").read_text() == "True"


def test_the_users_async_tests_and_ours_share_a_session(project: Project) -> None:
    """Async tests of the user's run beside checks of an async adapter, in the session loop too."""
    project.write("conftest.py", ASYNC_FIXTURE + "    return Adapter(asyncio.get_running_loop())\n")
    own = """
        import asyncio
        import pytest

        @pytest.mark.asyncio(loop_scope="session")
        async def test_session(participant_adapter):
            assert asyncio.get_running_loop() is participant_adapter.loop

        @pytest.mark.asyncio
        async def test_function(participant_adapter):
            assert asyncio.get_running_loop() is not participant_adapter.loop
        """
    for name in ("test_a_own.py", "test_z_own.py"):
        project.write(name, own)
    ran = project.run()
    assert ran.code == 0
    assert ran.outcomes == {"passed": 5, "deselected": left_out()}


def test_auto_mode_needs_no_decorator_of_its_own(project: Project) -> None:
    """Where pytest-asyncio is in auto mode with session loops, a plain session fixture may be async."""
    text = ASYNC_FIXTURE.replace("pytest_asyncio", "pytest").replace(', loop_scope="session"', "")
    project.write("conftest.py", text + "    return Adapter(asyncio.get_running_loop())\n")
    ran = project.run("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=session")
    assert (ran.code, ran.kinds) == (0, PASSED)


@pytest.mark.parametrize("plugins", [(), ("-p", "no:asyncio")], ids=["with-asyncio", "without-asyncio"])
def test_an_async_fixture_of_another_plugin_works(project: Project, plugins: tuple[str, ...]) -> None:
    """AnyIO makes the adapter as well; pytest-asyncio need not even be there."""
    if plugins:
        project.write("pytest.ini", "[pytest]\n")
    project.write(
        "conftest.py",
        """
        import pytest
        from participant_conformance.reference.adapter import Reference

        @pytest.fixture(scope="session")
        def anyio_backend():
            return "asyncio"

        @pytest.fixture(scope="session")
        async def participant_adapter(anyio_backend):
            return Reference()
        """,
    )
    ran = project.run(*plugins)
    assert (ran.code, ran.kinds) == (0, PASSED)


# What helps where there is no adapter, or one that cannot be had


def test_without_an_adapter_every_check_errs_with_the_line_that_helps(project: Project) -> None:
    """No adapter is never green: each check errors, and says how one is named."""
    ran = project.run(only="error")
    assert ran.code == 2
    assert set(ran.kinds.values()) == {"adapter error"}
    assert ran.outcomes["errors"] == len(ran.kinds)
    assert "passed" not in ran.outcomes
    assert "no adapter is named: set participant_adapter" in ran.lines
    assert "--participant-adapter" in ran.lines
    assert ran.report["gate"]["conclusion"] == "could not judge"


@pytest.mark.parametrize(
    "decorator",
    [
        "pytest.fixture",
        'pytest.fixture(scope="module")',
        "pytest_asyncio.fixture",
        'pytest_asyncio.fixture(loop_scope="session")',
        'pytest_asyncio.fixture(scope="session")',
        'pytest_asyncio.fixture(scope="module", loop_scope="module")',
    ],
)
def test_a_narrow_fixture_gets_one_clear_error(project: Project, decorator: str) -> None:
    """An override of a narrower scope, or with a narrower loop, is refused with the scopes that are needed."""
    kind = "async def" if "asyncio" in decorator else "def"
    project.write(
        "conftest.py",
        f"""
        import pytest
        import pytest_asyncio
        from participant_conformance.reference.adapter import Reference

        @{decorator}
        {kind} participant_adapter():
            return Reference()
        """,
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (2, {"error.modeled": "adapter error"})
    assert 'the fixture participant_adapter must have scope="session"' in ran.lines
    assert '@pytest_asyncio.fixture(scope="session", loop_scope="session")' in ran.lines
    assert "ScopeMismatch" not in ran.text


def test_a_plain_fixture_on_an_async_function_gets_a_clear_error(project: Project) -> None:
    """``@pytest.fixture`` on ``async def`` gives a coroutine, and the error says which decorator is meant."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(scope="session")
        async def participant_adapter():
            raise AssertionError("never awaited")
        """,
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (2, {"error.modeled": "adapter error"})
    assert "@pytest_asyncio.fixture" in ran.lines
    assert 'loop_scope="session"' in ran.lines
    assert "never awaited" not in ran.text


def test_a_fixture_that_returns_a_coroutine_gets_a_clear_error(project: Project) -> None:
    """The result of an ``async def`` that nobody awaited is no adapter, and is not left unawaited either."""
    project.ini("filterwarnings = error")
    project.write(
        "conftest.py",
        """
        import pytest

        async def make():
            raise AssertionError("never awaited")

        @pytest.fixture(scope="session")
        def participant_adapter():
            return make()
        """,
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (2, {"error.modeled": "adapter error"})
    assert "the adapter is a coroutine, not an object" in ran.lines
    assert "@pytest_asyncio.fixture" in ran.lines


@pytest.mark.parametrize("jobs", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_two_adapters_in_one_run_are_refused(project: Project, jobs: tuple[str, ...]) -> None:
    """Two folders with an adapter each: none is judged by the other's name, and the error says what to do."""
    for name in ("one", "two"):
        project.write(f"{name}/test_{name}.py", "from participant_conformance.checks import *\n")
        project.write(
            f"{name}/conftest.py",
            """
            import pytest
            from participant_conformance.reference.adapter import Reference

            @pytest.fixture(scope="session")
            def participant_adapter():
                return Reference()
            """,
        )
    ran = project.run("one", "two", *jobs, suite=False)
    assert (ran.code, ran.kinds) == (2, {"error.modeled": "adapter error"})
    assert "there are two fixtures named participant_adapter" in ran.lines
    for name in ("one", "two"):
        assert project.run(name, suite=False).kinds == PASSED


def test_a_fixture_that_raises_is_an_adapter_error(project: Project) -> None:
    """An exception in the adapter's fixture is named, and nothing passes."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(scope="session")
        def participant_adapter():
            raise RuntimeError("no server")
        """,
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (2, {"error.modeled": "adapter error"})
    assert "RuntimeError: no server" in ran.lines


def test_a_fixture_that_skips_leaves_the_checks_not_run(project: Project) -> None:
    """Skipping in the adapter's fixture judges nothing, and that is no success."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(scope="session")
        def participant_adapter():
            pytest.skip("not on this platform")
        """,
    )
    ran = project.run()
    assert (ran.code, ran.kinds) == (2, {"error.modeled": "not run"})
    assert "skipped: not on this platform" in ran.lines
