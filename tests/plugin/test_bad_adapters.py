"""Adapters that cannot be judged: one message that says what to do, exit code 2, and no check passes."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project, Ran, of_area


def told(ran: Ran) -> str:
    """Return the one reason that every check gives."""
    (reason,) = {str(verdict["reason"]) for verdict in ran.verdicts.values()}
    return reason


def assert_not_judged(ran: Ran) -> None:
    """Hold what is common to all: exit code 2, adapter errors alone."""
    assert ran.code == 2
    assert set(ran.kinds.values()) == {"adapter error"}
    assert "passed" not in ran.outcomes
    assert "could not judge" in ran.lines
    assert "Traceback" not in ran.text


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        pytest.param("nowhere.at.all:Adapter", ("cannot import nowhere.at.all",), id="no-module"),
        pytest.param("adapting:Adaptor", ("has no attribute 'Adaptor'", "did you mean Adapter?"), id="no-attribute"),
        pytest.param("adapting:Adapter.inner", ("has no attribute 'Adapter.inner'",), id="no-inner-attribute"),
        pytest.param("adapting", ("give package.module:attribute", "installed ones", "reference"), id="no-colon"),
        pytest.param("adapting:", ("give package.module:attribute",), id="empty-attribute"),
        pytest.param(":Adapter", ("give package.module:attribute",), id="empty-module"),
        pytest.param("stdio:node adapter.js", ("stdio", "not supported by this version"), id="stdio"),
        pytest.param("broken:Adapter", ("importing broken raised", "ZeroDivisionError"), id="module-raises"),
        pytest.param("syntax:Adapter", ("importing syntax raised SyntaxError",), id="syntax-error"),
        pytest.param("needy:Adapter", ("cannot import needy", "No module named 'not_installed'"), id="missing-inside"),
        pytest.param("leaving:Adapter", ("leaving", "SystemExit"), id="module-exits"),
        pytest.param("adapting:Demanding", ("making it raised TypeError", "'url'"), id="arguments-needed"),
        pytest.param("adapting:Raising", ("making it raised OSError: no such host",), id="construction-raises"),
    ],
)
def test_a_specification_that_gives_no_adapter(project: Project, spec: str, parts: tuple[str, ...]) -> None:
    """Whatever keeps a specification from becoming an adapter is said in one sentence with the specification."""
    project.adapter(
        """
        class Adapter(Reference): pass

        class Demanding(Reference):
            def __init__(self, url): pass

        class Raising(Reference):
            def __init__(self): raise OSError("no such host")
        """
    )
    project.write("broken.py", "1 / 0\n")
    project.write("syntax.py", "def\n")
    project.write("needy.py", "import not_installed\n")
    project.write("leaving.py", "raise SystemExit(0)\n")
    ran = project.run(f"--participant-adapter={spec}")
    assert_not_judged(ran)
    for part in (*parts, spec.partition(":")[0]):
        assert part in told(ran)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(
            "class Adapter: implementation = Reference.implementation",
            ("the adapter Adapter offers nothing", "decode_json", "call"),
            id="offers-nothing",
        ),
        pytest.param("Adapter = 3", ("the adapter int offers nothing",), id="a-number"),
        pytest.param("Adapter = None", ("the adapter NoneType offers nothing",), id="none"),
        pytest.param(
            "class Adapter:\n    def read(self, reply): raise AssertionError",
            ("needs an attribute 'implementation'", "Implementation(name=…, version=…)"),
            id="no-implementation",
        ),
        pytest.param(
            "class Adapter(Reference): implementation = 'boto3'",
            ("needs an attribute 'implementation'",),
            id="implementation-is-text",
        ),
        pytest.param(
            "class Adapter:\n    implementation = Reference.implementation\n    def decodeJson(self, body): pass",
            ("has a method decodeJson", "is decode_json meant?"),
            id="camel-case",
        ),
        pytest.param(
            "class Adapter(Reference):\n    read = None",
            ("has an attribute read that is not a method",),
            id="not-a-method",
        ),
        pytest.param(
            "class Adapter:\n    implementation = Reference.implementation\n    def reads(self, reply): pass\n"
            "    decode_json = Reference.decode_json",
            ("has a method reads", "is read meant?"),
            id="plural",
        ),
        pytest.param(
            "class Adapter:\n    implementation = Reference.implementation\n    def decode_jsn(self, body): pass",
            ("has a method decode_jsn", "is decode_json meant?"),
            id="typo",
        ),
        pytest.param(
            "class Adapter(Reference):\n    def read(self): pass",
            ("read() cannot be called with 1 argument",),
            id="too-few-parameters",
        ),
        pytest.param(
            "class Adapter(Reference):\n    def read(self, status, headers, body): pass",
            ("read(status, headers, body) cannot be called with 1 argument", "missing"),
            id="too-many-parameters",
        ),
        pytest.param(
            "class Adapter(Reference):\n    def call(self, request): pass",
            ("call(request) cannot be called with 2 arguments",),
            id="call-without-endpoint",
        ),
    ],
)
def test_an_unsound_adapter(project: Project, text: str, parts: tuple[str, ...]) -> None:
    """What is wrong with an adapter is found before it is called, and said with what to do."""
    ran = project.run(f"--participant-adapter={project.adapter(text)}")
    assert_not_judged(ran)
    for part in parts:
        assert part in told(ran)


@pytest.mark.parametrize("error", ["Exception", "ValueError", "KeyError", "AttributeError", "OSError"])
def test_a_built_in_exception_is_nobodys_own(project: Project, error: str) -> None:
    """``errors`` may not name a built-in class: it would hide crashes."""
    text = f"class Adapter(Reference):\n    implementation = Implementation(name='a', version='1', errors=({error},))"
    ran = project.run(f"--participant-adapter={project.adapter(text)}")
    assert_not_judged(ran)
    assert f"the built-in {error} is not the implementation's own error" in told(ran)
    assert "name the classes that the implementation defines" in told(ran)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        pytest.param("return None", ("read may return Decoded, ServiceError, Rejected, not None",), id="none"),
        pytest.param("return {'Websocket': {}}", ("read may return", "not dict"), id="a-dict"),
        pytest.param("return Decoded({})", ("returned Decoded(dict", "Structure.from_plain"), id="no-structure"),
        pytest.param("return Decoded", ("read may return", "not type"), id="a-class"),
        pytest.param(
            "return ServiceError(403, None, known=False)",
            ("ServiceError whose code is int 403",),
            id="code-is-a-number",
        ),
        pytest.param(
            "return ServiceError('a', b'm', known=1)", ("message is bytes", "known is int 1"), id="several-fields"
        ),
        pytest.param("import pytest; pytest.skip('later')", ("read raised Skipped: later",), id="skips"),
        pytest.param("import pytest; pytest.fail('no')", ("read raised Failed: no",), id="fails"),
        pytest.param("import pytest; pytest.xfail('no')", ("read raised XFailed: no",), id="xfails"),
        pytest.param("return (yield)", ("read may return", "not generator"), id="a-generator"),
        pytest.param(
            "from participant_strategies.reply import Refused; return Refused('no')",
            ("read may return Decoded, ServiceError, Rejected, not Refused",),
            id="refused-by-read",
        ),
    ],
)
def test_a_method_that_does_not_answer(project: Project, body: str, parts: tuple[str, ...]) -> None:
    """An answer that is none, or an outcome of pytest's is the adapter's mistake, not a verdict."""
    spec = project.reads(body)
    ran = project.run(f"--participant-adapter={spec}", only="error.type-in-code")
    assert_not_judged(ran)
    for part in parts:
        assert part in told(ran)


def test_the_message_stands_in_the_view_and_in_the_summary(project: Project) -> None:
    """A person who looks at either learns what is wrong."""
    ran = project.run(f"--participant-adapter={project.adapter('Adapter = 3')}", only="error")
    assert "adapter error the adapter int offers nothing" in ran.lines
    assert f"not judged: {len(of_area('error'))} checks: the adapter int offers nothing" in ran.lines


def test_an_adapter_that_is_fine_on_some_ways_is_judged_on_those(project: Project) -> None:
    """A mistake in one method does not take the verdicts on others away, but the run is not to be trusted."""
    spec = project.adapter("class Adapter(Reference):\n    def call(self, endpoint, request, **options): return None\n")
    ran = project.run(f"--participant-adapter={spec}", "--participant-only=request.line")
    assert ran.kinds == {"error.modeled": "passed", "request.line": "adapter error"}
    assert ran.code == 2


def test_failed_tests_of_the_users_own_keep_pytests_exit_code(project: Project) -> None:
    """Exit code 2 says that nothing else went wrong; a failed test of the user's is told by pytest's own 1."""
    project.write("test_own.py", "def test_own(): assert False\n")
    ran = project.run("--participant-adapter=nowhere:Adapter")
    assert ran.kinds == {"error.modeled": "adapter error"}
    assert ran.code == 1
