"""A run lets an implementation reach nothing but loopback, and says what it tried."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project

STRAYS = """
import socket

class Adapter(Reference):
    def __init__(self):
        self._connect(9)

    def read(self, reply):
        self._connect(80)
        return super().read(reply)

    def _connect(self, port):
        # A datagram socket: nothing would be sent.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            assert client.connect_ex(("192.0.2.1", port)) != 0
"""
NOTE = "note: the implementation tried to reach 192.0.2.1:9, 192.0.2.1:80: only loopback is let through"


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_what_an_implementation_tried_to_reach_is_told_once(project: Project, options: tuple[str, ...]) -> None:
    """Also what it tried while it was made; under pytest-xdist too. It is a note, and changes no verdict."""
    spec = project.adapter(STRAYS)
    ran = project.run(
        f"--participant-adapter={spec}", "--participant-only=error.message", *options, apart=bool(options)
    )
    assert ran.text.count(NOTE) == 1
    assert ran.kinds["error.modeled"] == "passed"


def test_who_stays_is_not_told_of(project: Project) -> None:
    """There is no note."""
    assert "tried to reach" not in project.run("--participant-adapter=reference").text


def test_the_users_own_tests_reach_what_they_want(project: Project) -> None:
    """Before, between and after our checks ``socket`` is the user's; run apart, since here the guard is on."""
    own = """
    import socket

    def test_own():
        assert "connect" not in vars(socket.socket)
        assert socket.getaddrinfo.__module__ == "socket"
    """
    for name in ("test_a_own.py", "test_z_own.py"):
        project.write(name, own)
    ran = project.run(f"--participant-adapter={project.adapter(STRAYS)}", apart=True)
    assert ran.outcomes["passed"] == 3
