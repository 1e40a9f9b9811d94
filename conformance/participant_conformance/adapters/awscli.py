"""The adapter of the AWS command line, a process a call: unsigned, in an environment that is made for it.

A script that uses the command line has its exit code and what it prints, and so has this adapter. The package is never
imported: it puts its own copy of botocore in the place of the one that other clients use.
"""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final

from participant_conformance.adapter import Implementation, Traits
from participant_strategies.reply import ConnectionRequest, Decoded, Refused, Rejected, ServiceError
from participant_strategies.value import Structure

#: Seconds for connecting, and for each read, where a call is told none; the command line takes whole ones.
TIMEOUT: Final = 4
#: Seconds after which a command is ended that does not end: beyond the slowest of its own retries.
PATIENCE: Final = 120.0
#: The errors of the operation, which ``aws connectparticipant create-participant-connection help`` lists.
KNOWN: Final = frozenset(
    {"AccessDeniedException", "InternalServerException", "ThrottlingException", "ValidationException"}
)
VERSION: Final = version("awscli")
_AWS: Final = (sys.executable, "-m", "awscli")
_COMMAND: Final = (*_AWS, "connectparticipant", "create-participant-connection")
_ERROR: Final = re.compile(
    r"An error occurred \((?P<code>.*?)\) when calling the CreateParticipantConnection operation"
    r"(?: \(reached max retries: \d+\))?: (?P<message>.*)",
    re.DOTALL,
)


class CommandBrokeError(Exception):
    """The command ended by a signal or a traceback, or printed what is no JSON."""


class Adapter:
    """Offers ``call``."""

    @cached_property
    def implementation(self) -> Implementation:
        """The command line, and the botocore that it brings along: ``aws --version`` tells of both."""
        _, out, _ = _run([*_AWS, "--version"], _environment(retries=False))
        return Implementation(
            name="awscli",
            version=VERSION,
            runtime=_text(out).split()[-1].replace("/", " "),
            # A reply that names no type: botocore gives the status as the code.
            traits=Traits(retries="switch", limits=True, cost="process", no_code=(None, "", "$status")),
        )

    def call(
        self, endpoint: str, request: ConnectionRequest, *, retries: bool = False, limit_s: float | None = None
    ) -> Decoded | ServiceError | Rejected | Refused:
        """Run ``aws connectparticipant create-participant-connection``."""
        command = [*_COMMAND, *_options(endpoint, limit_s), *_arguments(request)]
        if any("\0" in argument for argument in command):
            return Refused("no argument of a command can hold a NUL")
        return _outcome(*_run(command, _environment(retries=retries)))


def _options(endpoint: str, limit_s: float | None) -> list[str]:
    seconds = str(TIMEOUT if limit_s is None else max(1, math.ceil(limit_s)))
    timeouts = ["--cli-connect-timeout", seconds, "--cli-read-timeout", seconds]
    return ["--endpoint-url", endpoint, "--region", "us-east-1", "--no-sign-request", "--output", "json", *timeouts]


def _arguments(request: ConnectionRequest) -> list[str]:
    # In one word: a token that begins with a hyphen is no option.
    told = [f"--participant-token={request.participant_token}"]
    if request.type is not None:
        told += ["--type", *(request.type or ("[]",))]
    if request.connect_participant is not None:
        told.append("--connect-participant" if request.connect_participant else "--no-connect-participant")
    return told


def _environment(*, retries: bool) -> dict[str, str]:
    # Nothing of the caller's but where programs are: no settings, no credentials, no proxies, no home.
    clean = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "NO_PROXY": "*",
        "PYTHONUTF8": "1",
    }
    return clean if retries else {**clean, "AWS_MAX_ATTEMPTS": "1"}


def _run(command: list[str], environment: dict[str, str]) -> tuple[int, bytes, bytes]:
    """Run a command to its end; whatever ends this call ends all processes of the command."""
    process = subprocess.Popen(  # noqa: S603 - no shell, and a command of ours
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, out, err


def _outcome(code: int, out: bytes, err: bytes) -> Decoded | ServiceError | Rejected:
    printed = _text(out)
    # One line break before what is told and one behind it are the command line's; more of them are a message's.
    told = _text(err).removeprefix("\n").removesuffix("\n")
    if code < 0 or "Traceback (most recent call last)" in told:
        raise CommandBrokeError(f"exit code {code}: {told[-1000:]}")
    if code == 0:
        return Decoded(Structure.from_plain(_value(printed)), shown=(printed, told))
    if found := _ERROR.match(told):
        # The command line has one kind of error: who calls it knows an error by its name. It prints no status.
        kind = found["code"]
        return ServiceError(kind, found["message"], kind in KNOWN, shown=(printed, told))
    return Rejected(told, shown=(printed, told))


def _value(printed: str) -> dict[str, Any]:
    # A result without members is printed as nothing.
    value = json.loads(printed) if printed else {}
    if not isinstance(value, dict):
        raise CommandBrokeError(f"printed no object: {printed[:1000]}")
    return value


def _text(printed: bytes) -> str:
    return printed.decode("utf-8", "backslashreplace")
