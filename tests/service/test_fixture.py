"""The fixture ``participant_service`` in a project of a user's."""

from __future__ import annotations

import pytest

_INI = "[pytest]\nasyncio_default_fixture_loop_scope = function\n"


def test_each_test_gets_a_service_of_its_own(pytester: pytest.Pytester) -> None:
    """Fresh, and closed behind the test."""
    pytester.makeini(_INI)
    pytester.makepyfile(
        """
        import socket
        import pytest

        ports = []

        @pytest.mark.parametrize("number", range(2))
        def test_is_fresh(participant_service, number):
            assert participant_service.requests == ()
            participant_service.create_participant(token="a-token")
            ports.append(participant_service.port)

        def test_is_closed():
            assert len(ports) == 2
            for port in ports:
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection(("127.0.0.1", port))
        """
    )
    pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_a_project_that_does_not_ask_for_it_loads_nothing_of_it(pytester: pytest.Pytester) -> None:
    """Not even the modules."""
    pytester.makeini(_INI)
    pytester.makepyfile(
        """
        import sys

        def test_is_not_there():
            assert "participant_conformance.serving" not in sys.modules
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
