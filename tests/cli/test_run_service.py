"""``participant-conformance run --service`` and ``replay --service``: what plays the service, judged from outside."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from participant_conformance.counterexamples import store
from participant_conformance.gate.verdicts import Counterexample, Kind
from participant_conformance.links import Received
from participant_conformance.requirements import catalogue
from participant_conformance.service_subject import conceal
from participant_conformance.serving import ParticipantService
from participant_conformance.stored import plain
from participant_strategies.delivery import Answer, Delivery, Fault, FaultKind
from participant_strategies.reply import ConnectionRequest, Reply
from participant_strategies.service_requests import flawed
from tests.cli.conftest import Answer as Told
from tests.cli.conftest import Command
from tests.of_service.fakes import error, fake, served, success
from tests.of_service.proxies import Beyond, proxy
from tests.report.rows import verdict

QUICK = ("--profile", "quick")
ONE = (*QUICK, "--only", "service.error-type-and-status-agree")
GIVEN = "eyJhbGciOiJIUzI1NiJ9/+given=="
VARIABLE = "PARTICIPANT_CONFORMANCE_TOKEN"


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token of whoever runs the tests gets in."""
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture(name="right", scope="module")
def right_fixture() -> Iterator[str]:
    """Return where a correct fake is."""
    with served(fake) as server:
        yield server.origin


def spoiled(received: Received) -> Reply:
    """Play the service, and write the message of an error in lower case."""
    reply = fake(received)
    if reply.status == 200:
        return reply
    return replace(reply, body=json.dumps({"message": json.loads(reply.body)["Message"]}).encode())


@pytest.fixture(name="wrong", scope="module")
def wrong_fixture() -> Iterator[str]:
    """Return where a fake is that breaks one rule."""
    with served(spoiled) as server:
        yield server.origin


def echoing(received: Received) -> Reply:
    """Take one token alone, and repeat it wherever it can stand."""
    token = "".join(received.values("X-Amz-Bearer")).strip()
    if token != GIVEN:
        return error("AccessDeniedException")
    reply = success({"Debug": token, "Websocket": {"Url": f"wss://a.example/?token={token}"}})
    return replace(reply, headers=(*reply.headers, ("Location", token), ("X-Amzn-Errortype", token)))


def test_a_correct_fake_ends_with_zero(command: Command, right: str) -> None:
    """All checks of a service, and none of a client, not even as not offered."""
    answer = command("run", "--service", right, *QUICK)
    assert answer.code == 0
    assert list(answer.kinds) == [requirement.id for requirement in catalogue().side(of_service=True)]
    assert {kind for name, kind in answer.kinds.items() if name.startswith("service.")} == {"passed"}
    assert "not offered: 3 checks: a proxy is judged with the suite behind it: --upstream PORT" in answer.lines
    assert f"service at {right.removeprefix('http://')} · python" in answer.lines
    assert answer.report["run"]["link"] == "http"


def test_a_fake_that_breaks_a_rule_ends_with_one(command: Command, wrong: str) -> None:
    """The failure in one look, with the command to repeat it, which then fails again."""
    answer = command("run", "--service", wrong, *ONE)
    assert answer.code == 1
    assert "✗ service.error-type-and-status-agree MUST" in answer.lines
    again = f"replay .participant/service.error-type-and-status-agree.json --service {wrong}"
    assert f"again participant-conformance {again}" in answer.lines
    assert "Traceback" not in answer.text
    replayed = command(*shlex.split(again))
    assert replayed.code == 1
    assert "✗ service.error-type-and-status-agree MUST" in replayed.lines
    assert f"participant-conformance {again}" in replayed.text


def test_a_fake_that_keeps_the_rule_now_passes_the_counterexample(command: Command, right: str, wrong: str) -> None:
    """And it is said of which one it was."""
    command("run", "--service", wrong, *ONE)
    answer = command("replay", ".participant/service.error-type-and-status-agree.json", "--service", right)
    assert answer.code == 0
    name = f"service at {wrong.removeprefix('http://')}"
    assert f"(the counterexample is of {name})" in answer.lines


def test_two_processes_judge_a_service(command: Command, right: str) -> None:
    """``--jobs`` spreads its checks too."""
    answer = command("run", "--service", right, *QUICK, "--jobs", "2", "--only", "service")
    assert answer.code == 0
    assert list(answer.kinds.values()) == ["passed"] * 6


def test_nothing_judged_ends_with_two(command: Command, right: str) -> None:
    """A run in which no MUST was judged is no success."""
    answer = command("run", "--service", right, *QUICK, "--only", "proxy")
    assert answer.code == 2
    assert "could not judge" in answer.lines


# Who is not there, or dead


def test_nobody_there_ends_with_two(command: Command) -> None:
    """One error, and no traceback."""
    with served(fake) as server:
        url = server.origin
    answer = command("run", "--service", url, *QUICK)
    assert answer.code == 2
    assert f"not judged: 9 checks: no service at {url}: connection refused" in answer.lines
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("kind", "told"),
    [(FaultKind.CUT, "no reply: the connection was closed"), (FaultKind.STALL, "did not return within 0.3 s")],
)
def test_what_never_replies_ends_with_one(command: Command, kind: FaultKind, told: str) -> None:
    """It closes at once, or says nothing: a failure, and no traceback."""
    answer_of_it = Answer(success({}), Delivery(fault=Fault(kind)))
    with served(lambda _received: answer_of_it) as server:
        answer = command("run", "--service", server.origin, *QUICK, "--only", "service", "--time-limit", "0.3")
    assert answer.code == 1
    assert told in answer.lines
    assert "Traceback" not in answer.text


def test_what_dies_under_way_ends_with_one(command: Command) -> None:
    """It replies for a while, and then nobody is there."""
    calls: list[int] = []

    def play(received: Received) -> Answer:
        calls.append(1)
        if len(calls) < 20:
            return Answer(fake(received))
        return Answer(fake(received), Delivery(fault=Fault(FaultKind.RESET)))

    with served(play) as server:
        answer = command("run", "--service", server.origin, *QUICK, "--only", "service.accepts-valid")
    assert answer.code == 1
    assert "no reply: connection reset by peer" in answer.lines


# Tokens


@pytest.fixture(name="strict", scope="module")
def strict_fixture() -> Iterator[str]:
    """Return where a service is that takes one token alone."""
    with ParticipantService() as service:
        service.create_participant(token=GIVEN)
        yield service.endpoint


def test_without_a_token_that_is_taken_one_is_asked_for(command: Command, strict: str) -> None:
    """What needs one is not offered, and it is said how to give one."""
    answer = command("run", "--service", strict, *QUICK, "--only", "service.reply-in-contract")
    assert answer.code == 2
    assert "give one that it takes, by --token or PARTICIPANT_CONFORMANCE_TOKEN" in answer.lines


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_token_is_given_by_option_or_environment(
    command: Command, strict: str, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """All checks of a service are judged then."""
    options = ("--token", GIVEN) if by == "option" else ()
    if by == "environment":
        monkeypatch.setenv(VARIABLE, f"another {GIVEN}")
    answer = command("run", "--service", strict, *options, *QUICK, "--only", "service")
    assert answer.code == 0
    assert list(answer.kinds.values()) == ["passed"] * 6


def everything(answer: Told) -> str:
    """Return all that a command said, and all that it wrote."""
    written = [path.read_text("utf-8", errors="replace") for path in answer.folder.rglob("*") if path.is_file()]
    return "\n".join([answer.text, *written])


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")], ids=["one process", "two"])
def test_a_token_stands_in_no_file_and_no_output(command: Command, jobs: tuple[str, ...]) -> None:
    """Though the service repeats it in its replies: a few characters and the length are shown."""
    with served(echoing) as server:
        answer = command("run", "--service", server.origin, "--token", GIVEN, *QUICK, *jobs)
        found = everything(answer)
        again = command(
            *("replay", ".participant/service.reply-in-contract.json", "--service", server.origin, "--token", GIVEN)
        )
    assert answer.code == 1
    assert answer.kinds["service.reply-in-contract"] == "failed"
    assert {path.name for path in (answer.folder / "participant-report").iterdir()} == {
        *("report.json", "summary.md", "junit.xml")
    }
    assert GIVEN not in found
    assert GIVEN.replace("/", "\\/") not in found
    assert conceal(GIVEN) in answer.lines.replace(" … ", "…")
    assert again.code == 1
    assert GIVEN not in again.text
    assert '--token "$PARTICIPANT_CONFORMANCE_TOKEN"' in again.text


def test_the_command_to_repeat_names_the_variable(command: Command) -> None:
    """And no token."""
    with served(echoing) as server:
        answer = command("run", "--service", server.origin, "--token", GIVEN, *QUICK, "--only", "service")
    [row] = [row for row in answer.report["verdicts"] if row["requirement"] == "service.reply-in-contract"]
    assert row["again"] == (
        f"participant-conformance replay .participant/service.reply-in-contract.json --service {server.origin}"
        ' --token "$PARTICIPANT_CONFORMANCE_TOKEN"'
    )


# Proxies


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with served(fake) as server:
        return server.port


def test_a_proxy_is_judged_before_the_suite(command: Command) -> None:
    """All nine checks; the option stands in the command to repeat."""
    port = free_port()
    beyond = Beyond(port)
    with served(lambda received: proxy(beyond, received)) as server:
        answer = command("run", "--service", server.origin, "--upstream", str(port), *QUICK)
    assert answer.code == 0
    assert set(answer.kinds.values()) == {"passed"}


def test_a_counterexample_of_a_proxy_is_replayed(command: Command) -> None:
    """With the suite behind it again."""
    port = free_port()
    beyond = Beyond(port)

    def play(received: Received) -> Reply:
        return replace(proxy(beyond, received), status=200)

    with served(play) as server:
        only = ("--only", "proxy.reply-unchanged", "--level", "should")
        answer = command("run", "--service", server.origin, "--upstream", str(port), *QUICK, *only)
        again = answer.report["verdicts"][0]["again"]
        replayed = command(*shlex.split(again)[1:])
    assert answer.code == 1
    assert again.endswith(f"--service {server.origin} --upstream {port}")
    assert replayed.code == 1


def test_a_port_that_is_taken_ends_with_two(command: Command, right: str) -> None:
    """One error says which."""
    port = right.rpartition(":")[2]
    answer = command("run", "--service", right, "--upstream", port, *QUICK)
    assert answer.code == 2
    assert f"the upstream cannot listen on 127.0.0.1:{port}:" in answer.lines
    assert "Traceback" not in answer.text


# Wrong options


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name what is judged: --adapter SPEC for a client, or --service URL for what plays the service"),
        (("--adapter", "reference", "--service", "http://a.test"), "one run judges one side: --adapter SPEC"),
        (("--adapter", "reference", "--token", "a"), "--token belongs to --service URL"),
        (("--adapter", "reference", "--upstream", "8080"), "--upstream belongs to --service URL"),
        (("--service", "http://a.test", "--link", "respx"), "--link belongs to --adapter SPEC"),
        (("--service", "a.test"), "a.test is no URL of a service"),
        (("--service", "http://a.test", "--token", ""), "token number 1 is empty"),
        (("--service", "http://a.test", "--token", "a \u00e9"), "token number 2 is no visible ASCII"),
        (("--service", "http://a.test", "--upstream", "0"), "0 is not in the range"),
        (("--service", "http://a.test", "--only", "decode"), "--only: decode is judged of a client"),
        (("--adapter", "reference", "--only", "proxy"), "--only: proxy is judged of a service"),
        (("--service", "http://a.test", "--upstream", "8080", "--jobs", "2"), "judge a proxy with --jobs 1"),
    ],
)
def test_a_wrong_option_ends_with_two(command: Command, arguments: tuple[str, ...], told: str) -> None:
    """One clear error, and nothing is started."""
    answer = command("run", *arguments)
    assert answer.code == 2
    assert told in answer.lines
    assert not (answer.folder / "participant-report").exists()


def test_the_environment_is_not_looked_at_for_a_client(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that stands there is for services alone."""
    monkeypatch.setenv(VARIABLE, "a")
    assert command("run", "--adapter", "reference", *QUICK, "--only", "error.modeled").code == 0


# Replays


@pytest.fixture(name="stored")
def stored_fixture(tmp_path: Path) -> Callable[[str], str]:
    """Return what stores a counterexample of a requirement, and gives its file."""

    def write(name: str) -> str:
        case = plain(flawed(ConnectionRequest("a")))
        made = verdict(Kind.FAILED, name, counterexample=Counterexample((("got", "a"),), case=case))
        return str(store(made, tmp_path / "kept", adapter="http://found.test").relative_to(tmp_path))

    return write


def test_a_counterexample_of_a_service_asks_for_one(command: Command, stored: Callable[[str], str]) -> None:
    """The one that the file names is shown, and never reached."""
    answer = command("replay", stored("service.invalid-body-refused"))
    assert answer.code == 2
    assert "name the service to judge: --service URL (the counterexample was found with http://found.test)" in (
        answer.lines
    )


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("service.invalid-body-refused", ("--adapter", "reference"), "is judged of what plays the service: --service"),
        ("error.message", ("--service", "http://a.test"), "error.message is judged of a client: --adapter SPEC"),
        ("service.invalid-body-refused", ("--service", "http://a.test"), "no service at http://a.test: "),
        ("service.invalid-body-refused", ("--service", "a.test"), "a.test is no URL of a service"),
    ],
)
def test_what_cannot_be_judged_ends_with_two(
    command: Command, stored: Callable[[str], str], name: str, options: tuple[str, ...], told: str
) -> None:
    """One error, and no traceback."""
    answer = command("replay", stored(name), *options)
    assert answer.code == 2
    assert told in answer.lines
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", ["service.accepts-valid", "proxy.reply-unchanged"])
def test_explain_says_what_a_check_of_a_service_needs(command: Command, name: str) -> None:
    """The option, and the mutants that prove it."""
    answer = command("explain", name)
    assert answer.code == 0
    upstream = " --upstream PORT" if name.startswith("proxy") else ""
    assert f"needs a service: run --service URL{upstream} after" in answer.lines
    assert "proven by" in answer.lines


def test_a_fake_below_a_path_is_reached_by_its_url(command: Command) -> None:
    """The path of the URL stands before that of the operation."""

    def play(received: Received) -> Reply:
        below = received.target.startswith("/stage/")
        return (
            fake(replace(received, target=received.target.removeprefix("/stage")))
            if below
            else error("UnknownOperationException")
        )

    with served(play) as server:
        answer = command("run", "--service", f"{server.origin}/stage/", *QUICK, "--only", "service.accepts-valid")
    assert answer.code == 0
