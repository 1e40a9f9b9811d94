"""The environment of a run: no proxy, no setting and no secret of the user's has a part in it."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plugin.project import Project

SECRET = "canary-secret-value"


@dataclass
class Canary:
    """A server on loopback that nobody is to call, and a file that nobody is to make."""

    port: int
    touched: Path
    connections: int = 0


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch, project: Project) -> Iterator[Canary]:
    """Point every variable that could lead away from the loopback link to the canary."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Canary(server.getsockname()[1], project.folder / "touched")

        def count() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                made.connections += 1
                connection.close()

        thread = threading.Thread(target=count, daemon=True)
        thread.start()
        for name, value in _variables(made, project).items():
            monkeypatch.setenv(name, value)
        yield made
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _variables(canary: Canary, project: Project) -> dict[str, str]:
    url = f"http://user:{SECRET}@127.0.0.1:{canary.port}"
    config = project.write(
        "home/.aws/config",
        f"""
        [profile canary]
        region = eu-west-1
        endpoint_url = {url}
        credential_process = touch {canary.touched}
        [default]
        endpoint_url = {url}
        credential_process = touch {canary.touched}
        """,
    )
    proxies = [name for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (upper, upper.lower())]
    return {
        **dict.fromkeys(proxies, url),
        "HOME": str(config.parent.parent),
        "AWS_CONFIG_FILE": str(config),
        "AWS_PROFILE": "canary",
        "AWS_ENDPOINT_URL": url,
        "AWS_ENDPOINT_URL_CONNECTPARTICIPANT": url,
        "AWS_ACCESS_KEY_ID": SECRET,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": SECRET,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": url,
    }


#: A client that looks at the environment, as most do: httpx with its defaults.
TRUSTING = """
import json
import httpx
from participant_conformance.reference import caller

class Adapter(Reference):
    def __init__(self):
        self._caller._http = httpx.Client()
"""


@pytest.mark.parametrize("name", ["reference", "boto3", "trusting"])
def test_a_run_leaves_the_users_environment_alone(
    project: Project, canary: Canary, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy is asked, no credential process started, no secret told; afterwards the environment is as before."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # pytest's own, and the inner run takes it away
    before = dict(os.environ)
    spec = project.adapter(TRUSTING) if name == "trusting" else name
    ran = project.run(f"--participant-adapter={spec}", only="request")
    assert len(ran.kinds) == 12
    assert ran.kinds["request.body"] == "passed"
    assert canary.connections == 0
    assert not canary.touched.exists()
    assert SECRET not in ran.text
    assert not any(SECRET in text for text in ran.files.values())
    assert dict(os.environ) == before


def test_the_canary_sings(project: Project, canary: Canary) -> None:
    """The tests above can fail: outside of a check the same variables do lead to the canary."""
    project.write(
        "test_own.py",
        """
        import httpx
        import pytest

        def test_own():
            with pytest.raises(httpx.HTTPError):
                httpx.get("http://connect.invalid/")
        """,
    )
    ran = project.run("test_own.py", only=None)
    assert ran.outcomes == {"passed": 1}
    assert canary.connections == 1


def test_the_users_own_tests_see_their_environment(project: Project, canary: Canary) -> None:
    """Tests between checks find their variables; only checks and the making of the adapter do not."""
    spec = project.adapter(
        """
        import os

        class Adapter(Reference):
            def __init__(self):
                assert "AWS_PROFILE" not in os.environ

            def read(self, reply):
                assert "AWS_PROFILE" not in os.environ
                return super().read(reply)
        """
    )
    for name in ("test_a_own.py", "test_z_own.py"):
        project.write(name, "import os\n\ndef test_own():\n    assert os.environ['AWS_PROFILE'] == 'canary'\n")
    ran = project.run(f"--participant-adapter={spec}")
    assert ran.kinds == {"error.modeled": "passed"}
    assert ran.outcomes["passed"] == 3
    assert canary.connections == 0
