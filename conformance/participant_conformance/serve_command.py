"""The command ``serve``: a Participant Service on this machine, for as long as somebody wants one.

Owns its options, the certificate authority, and how it ends. What is heavy is imported when it runs.
"""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    import ssl

    from participant_conformance.service.seen import Seen

#: Those of ``serving.HOSTS``.
HOSTS: Final = ("127.0.0.1", "::1", "localhost")
_PEM: Final = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")


@click.command()
@click.option("--host", type=click.Choice(HOSTS), default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Default: one that is free.")
@click.option("--tls", is_flag=True, help="Serve https, with a certificate authority made for it.")
@click.option(
    "--ca-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="participant-ca.pem",
    show_default=True,
    help="With --tls: where the certificate of the authority is written, as long as the service runs.",
)
@click.option("--token", "tokens", multiple=True, metavar="TOKEN", help="A participant token; may be repeated.")
@click.option("--any-token", is_flag=True, help="Take every participant token.")
@click.option("--throttle", type=click.FloatRange(0, min_open=True), metavar="N", help="Serve N requests a second.")
def serve(
    host: str, port: int, tls: bool, ca_file: Path, tokens: tuple[str, ...], any_token: bool, throttle: float | None
) -> None:
    """Play the Participant Service on this machine, until Ctrl-C.

    \b
    participant-conformance serve --port 8123
    participant-conformance serve --tls --token a-token-of-mine --throttle 5
    """
    from participant_conformance.serve_screen import greeting, show
    from participant_conformance.serving import ParticipantService

    arrived: SimpleQueue[Seen | None] = SimpleQueue()
    with ExitStack() as stack:
        stack.enter_context(_ended_by_signals(arrived))
        context = stack.enter_context(_authority(ca_file)) if tls else None
        try:
            service = ParticipantService(
                host=host,
                port=port,
                tls=context,
                accept_any_token=any_token,
                salt=secrets.token_hex(),
                seen=arrived.put,
            )
        except OSError as wrong:
            reason = os.strerror(wrong.errno) if wrong.errno and wrong.errno > 0 else str(wrong)
            hint = "stop what listens there, or give another --port (0: one that is free)"
            raise click.UsageError(f"--port: {port} on {host} cannot be had ({reason}); {hint}") from None
        stack.enter_context(service)
        try:
            service.throttle(throttle)
            made = [service.create_participant(token=token).token for token in tokens or [None]]
        except ValueError as wrong:
            raise click.UsageError(f"--token or --throttle: {wrong}") from None
        for line in greeting(service.endpoint, made, ca_file if tls else None):
            click.echo(line)
        show(arrived)


@contextmanager
def _ended_by_signals(arrived: SimpleQueue[Seen | None]) -> Iterator[None]:
    """Let Ctrl-C and a friendly kill end the service, wherever it stands; also in the background of a script."""

    def end(_number: int, _frame: object) -> None:
        arrived.put(None)

    former = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def _authority(ca_file: Path) -> Iterator[ssl.SSLContext]:
    """Make a certificate authority and a certificate of it; leave no file behind, and write no key into a lasting one.

    Only a file with one certificate in it is replaced: that is what an earlier one left that was killed.
    """
    import ssl

    from participant_conformance.atomic import write_text

    try:
        import trustme
    except ImportError:
        raise click.UsageError("--tls needs trustme: pip install 'participant-conformance[tls]'") from None
    authority = trustme.CA()
    text = authority.cert_pem.bytes().decode("ascii")
    try:
        if ca_file.exists() and not _is_one_certificate(ca_file.read_text(encoding="utf-8", errors="replace")):
            raise click.UsageError(f"--ca-file: {ca_file} is something else than a certificate, and is left alone")
        write_text(ca_file, text)
    except OSError as wrong:
        raise click.UsageError(f"--ca-file: {ca_file} cannot be written: {wrong.strerror}") from None
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(*HOSTS).configure_cert(context)
        yield context
    finally:
        if ca_file.exists() and ca_file.read_text(encoding="utf-8", errors="replace") == text:
            ca_file.unlink()


def _is_one_certificate(text: str) -> bool:
    begin, end = _PEM
    return text.startswith(begin) and text.rstrip().endswith(end) and text.count(begin) == 1
