"""The command ``serve`` as people start it: what it prints, what it refuses, how it ends."""

from __future__ import annotations

import os
import pty
import signal
import socket
import ssl
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import httpx
import pytest
import trustme
from click.testing import CliRunner, Result

from participant_conformance.cli import main
from participant_conformance.serving import ParticipantService
from tests.service.process import COMMAND, PATIENCE, free_port, serving

URL = "participant/connection"


def _connect(endpoint: str, token: str, body: str = "{}", verify: ssl.SSLContext | bool = True) -> httpx.Response:
    with httpx.Client(verify=verify, trust_env=False) as http:
        return http.post(f"{endpoint}/{URL}", headers={"X-Amz-Bearer": token}, content=body)


def _refused(*options: str) -> Result:
    """Return what a command says that does not come to serve."""
    result = CliRunner().invoke(main, ["serve", *options])
    assert result.exit_code == 2, result.output
    return result


# What it prints


def test_it_says_where_it_is_and_shows_what_arrives(tmp_path: Path) -> None:
    """The endpoint, a token, a command; then a line each request."""
    with serving(folder=tmp_path) as served:
        token = served.told("participant token")
        assert served.told("endpoint") in served.told("try")
        assert f"X-Amz-Bearer: {token}" in served.told("try")
        assert _connect(served.endpoint, token, '{"Type":["WEBSOCKET"]}').status_code == 200
        line = served.line()
        assert _connect(served.endpoint, "nobody's").status_code == 403
        assert served.line().rstrip().endswith("403 AccessDeniedException")
        assert served.end() == (0, "")
    assert f'POST /{URL}  {token[:6]}… ({len(token)} characters)  {{"Type":["WEBSOCKET"]}}  200' in line


def test_the_command_that_it_prints_is_one_of_the_shell(tmp_path: Path) -> None:
    """With a token that a shell would take for something else."""
    token = "a'b$c;d\"e"
    with serving("--token", token, folder=tmp_path) as served:
        script = served.told("try").replace("curl -sS", f"'{sys.executable}' -c 'import sys; print(sys.argv[1:])'", 1)
        told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert literal_eval(told)[:3] == [f"{served.endpoint}/{URL}", "-H", f"X-Amz-Bearer: {token}"]


def test_what_a_request_holds_moves_no_cursor(tmp_path: Path) -> None:
    """It is data: escaped, on one line, no command to a CI system, cut where it is long."""
    with serving("--any-token", folder=tmp_path) as served:
        _connect(served.endpoint, "::error::token", "\x1b[31m\n::error::a##[b]" + "c" * 1000)
        line = served.line()
    assert "\\x1b[31m\\n" in line
    assert "\x1b" not in line
    assert "##[" not in line
    assert len(line) < 400


def test_what_is_no_request_is_shown_too(tmp_path: Path) -> None:
    """A client that speaks TLS to a port without it, say."""
    with serving(folder=tmp_path) as served:
        address = httpx.URL(served.endpoint)
        with socket.create_connection((address.host, address.port or 0)) as sock:
            sock.sendall(b"nonsense\r\n\r\n")
            sock.recv(100)
        assert "no HTTP request: " in served.line()


def _usual() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}


def _on_a_terminal(folder: Path, **environment: str) -> str:
    """Return what it prints on a terminal, where two requests arrive."""
    ours, theirs = pty.openpty()
    port = str(free_port())
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", port, "--token", "a-token-of-mine"],
        cwd=folder,
        env={**_usual(), "TERM": "xterm", "COLUMNS": "120", "LINES": "30", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    text = b""
    try:
        while b"Ctrl-C" not in text:
            text += os.read(ours, 4096)
        for body in ('{"Type":[]}', "[bold]\x1b[31m"):
            _connect(f"http://127.0.0.1:{port}", "a-token-of-mine", body)
        # Up to the end of the row of the second one.
        while b"ValidationException" not in text.partition(b"[bold]")[2]:
            text += os.read(ours, 4096)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return text.decode()


def test_on_a_terminal_it_is_a_table(tmp_path: Path) -> None:
    """A row each; markup and control sequences of a request are text."""
    text = _on_a_terminal(tmp_path)
    assert "participant token" in text
    assert "400 ValidationException" in text
    assert "[bold]\\x1b[31m" in text


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_takes_the_colours_away(tmp_path: Path, environment: dict[str, str], coloured: bool) -> None:
    """As no-color.org asks; else a failure is red."""
    assert ("\x1b[31m" in _on_a_terminal(tmp_path, **environment)) is coloured


def test_a_dumb_terminal_gets_lines(tmp_path: Path) -> None:
    """It could not redraw a table."""
    assert "\x1b" not in _on_a_terminal(tmp_path, TERM="dumb")


# How it ends


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """No word of it, exit code 0; the port is free, and no file is left."""
    port = free_port()
    with serving("--port", str(port), folder=tmp_path) as served:
        assert served.end(number) == (0, "")
    with ParticipantService(port=port) as service:
        assert service.port == port
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_ended_where_its_parent_ignores_the_signal(tmp_path: Path) -> None:
    """As a shell does for what it runs in the background of a script."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with serving(folder=tmp_path) as served:
            assert served.end() == (0, "")
    finally:
        signal.signal(signal.SIGINT, former)


def test_an_open_connection_does_not_hold_it(tmp_path: Path) -> None:
    """Whoever keeps one is cut off."""
    with serving(folder=tmp_path) as served:
        address = httpx.URL(served.endpoint)
        with socket.create_connection((address.host, address.port or 0)) as sock:
            sock.sendall(b"POST / HTTP/1.1\r\n")
            assert served.end() == (0, "")


# What it is told


def test_tokens_of_one_s_own_are_taken(tmp_path: Path) -> None:
    """All of them, and no other."""
    with serving("--token", "one", "--token", "two", folder=tmp_path) as served:
        assert [_connect(served.endpoint, token).status_code for token in ("one", "two", "three")] == [200, 200, 403]


def test_any_token_and_a_limit(tmp_path: Path) -> None:
    """As its options say."""
    with serving("--any-token", "--throttle", "0.0001", folder=tmp_path) as served:
        assert [_connect(served.endpoint, "whatever").status_code for _ in range(2)] == [200, 429]


def test_two_services_have_different_tokens(tmp_path: Path) -> None:
    """A token of yesterday is none of today."""
    with serving(folder=tmp_path) as one, serving(folder=tmp_path) as other:
        assert one.told("participant token") != other.told("participant token")


def test_a_busy_port_is_one_clear_error() -> None:
    """And says what to do."""
    with ParticipantService() as other:
        said = _refused("--port", str(other.port)).output
    assert f"Error: --port: {other.port} on 127.0.0.1 cannot be had (Address already in use); stop what" in said


def test_a_failure_without_a_number_is_told_by_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name resolution has numbers of its own."""

    def fail(**_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("participant_conformance.serving.ParticipantService", fail)
    assert "Name or service not known" in _refused().output


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com"])
def test_only_this_machine_is_served(host: str) -> None:
    """Other hosts are no choice."""
    assert "is not one of" in _refused("--host", host).output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "65536"], "--port"),
        (["--token", "a b"], "visible ASCII"),
        (["--token", "a", "--token", "a"], "already"),
        (["--throttle", "0"], "--throttle"),
        (["--throttle", "nan"], "--throttle"),
    ],
)
def test_a_mistake_is_told(options: list[str], message: str) -> None:
    """Before anything is served."""
    assert message in _refused(*options).output


def test_the_signals_are_as_before_behind_it() -> None:
    """Whoever calls the command within a program keeps their own."""
    before = signal.getsignal(signal.SIGTERM)
    _refused("--token", "a b")
    assert signal.getsignal(signal.SIGTERM) is before


# TLS


def test_it_makes_an_authority_of_its_own(tmp_path: Path) -> None:
    """Its certificate is written, its key is not; it is gone with the service."""
    with serving("--tls", "--ca-file", "ca.pem", "--host", "localhost", folder=tmp_path) as served:
        written = (tmp_path / "ca.pem").read_text(encoding="utf-8")
        trusting = ssl.create_default_context(cadata=written)
        token = served.told("participant token")
        assert served.told("authority") == "ca.pem"
        assert "--cacert ca.pem" in served.told("try")
        for host in ("localhost", "127.0.0.1"):
            endpoint = f"https://{host}:{httpx.URL(served.endpoint).port}"
            reply = _connect(endpoint, token, '{"Type":["WEBSOCKET"]}', verify=trusting)
            assert reply.json()["Websocket"]["Url"].startswith("wss://")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            _connect(served.endpoint, token)
        assert served.end()[0] == 0
    assert "KEY" not in written
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_is_replaced(tmp_path: Path) -> None:
    """A single certificate, whose key is nowhere any more."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "participant-ca.pem"))
    with serving("--tls", folder=tmp_path) as served:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "participant-ca.pem"))
        assert _connect(served.endpoint, served.told("participant token"), verify=trusting).status_code == 200


@pytest.mark.parametrize("text", ["", "mine\n", "two certificates"])
def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, text: str) -> None:
    """A bundle of the user's, say."""
    one = trustme.CA().cert_pem.bytes().decode()
    file = tmp_path / "bundle.pem"
    file.write_text(one + one if text == "two certificates" else text, encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    assert "is left alone" in _refused("--tls", "--ca-file", str(file)).output
    assert file.read_text(encoding="utf-8") == before


def test_a_certificate_that_somebody_else_put_there_stays(tmp_path: Path) -> None:
    """What it did not write, it does not take away."""
    file = tmp_path / "participant-ca.pem"
    with serving("--tls", folder=tmp_path) as served:
        file.write_text("mine", encoding="utf-8")
        assert served.end()[0] == 0
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With the reason."""
    said = _refused("--tls", "--ca-file", str(tmp_path / "nowhere" / "ca.pem")).output
    assert "cannot be written: No such file or directory" in said


def test_a_refusal_leaves_no_certificate(tmp_path: Path) -> None:
    """As any other end."""
    _refused("--tls", "--ca-file", str(tmp_path / "ca.pem"), "--token", "a b")
    assert list(tmp_path.iterdir()) == []


def test_without_trustme_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name of the extra."""
    monkeypatch.setitem(sys.modules, "trustme", None)
    assert "pip install 'participant-conformance[tls]'" in _refused("--tls").output


def test_the_command_line_starts_without_it() -> None:
    """The service is loaded when it is served."""
    code = "import sys, participant_conformance.cli; print([m for m in sys.modules if m.endswith(('serving', 'h11'))])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "[]\n"
