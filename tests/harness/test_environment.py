"""While an implementation runs, nothing of the user's environment can send it elsewhere."""

from __future__ import annotations

import os

import pytest

from participant_conformance.environment import QUIET, is_scrubbed, quiet_environment

SCRUBBED = (
    "AWS_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "BOTO_CONFIG",
    "HTTP_PROXY",
    "https_proxy",
    "All_Proxy",
    "NO_PROXY",
    "NETRC",
    "SSLKEYLOGFILE",
)
KEPT = ("PATH", "HOME", "MY_AWS_PROFILE", "PROXY", "netrc")


@pytest.mark.parametrize("name", SCRUBBED)
def test_a_variable_that_redirects_is_taken_away(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies, AWS settings and credentials of the user's are not seen."""
    monkeypatch.setenv(name, "mine")
    with quiet_environment():
        assert os.environ.get(name) == QUIET.get(name)


@pytest.mark.parametrize("name", SCRUBBED)
def test_a_variable_that_was_taken_away_comes_back(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own tests find what they set."""
    monkeypatch.setenv(name, "mine")
    with quiet_environment():
        """Nothing happens here."""
    assert os.environ[name] == "mine"


@pytest.mark.parametrize("name", KEPT)
def test_any_other_variable_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What redirects nothing is none of our business."""
    monkeypatch.setenv(name, "mine")
    with quiet_environment():
        assert os.environ[name] == "mine"


def test_aws_clients_are_told_to_look_nowhere() -> None:
    """No file of credentials, and no metadata of the machine."""
    with quiet_environment():
        assert {name: os.environ[name] for name in QUIET} == QUIET


def test_every_quiet_variable_is_one_that_comes_back() -> None:
    """What is set here is taken away again by the same rule."""
    assert all(is_scrubbed(name) for name in QUIET)


@pytest.mark.parametrize("name", ["AWS_PROFILE", "http_proxy"])
def test_what_an_implementation_sets_there_does_not_stay(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that writes settings for itself does not write them for the user's tests."""
    monkeypatch.delenv(name, raising=False)
    with quiet_environment():
        os.environ[name] = "theirs"
    assert name not in os.environ


def test_the_environment_comes_back_after_an_exception() -> None:
    """It is the same environment as before, whole."""
    before = dict(os.environ)
    with pytest.raises(ValueError, match="mine"), quiet_environment():
        raise ValueError("mine")
    assert dict(os.environ) == before
