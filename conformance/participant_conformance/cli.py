"""The command line: ``participant-conformance``.

Owns options and printing; everything else is elsewhere. Exit codes: 0 conforms, 1 does not, 2 could not judge.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from participant_conformance.requirements import (
    AREAS,
    EDITION,
    EVIDENCE,
    Level,
    Requirement,
    UnknownRequirementError,
    catalogue,
)
from participant_conformance.serve_command import serve

if TYPE_CHECKING:
    from participant_conformance.judged_service import JudgedService

DEFAULT_REPORT = "participant-report"

#: How a call reaches the suite.
LINKS = ["loopback", "loopback6", "respx"]

#: What click gives for --explore without a seed.
_ANY = -1

#: Seconds; a longer limit for a call is none.
_DAY = 86_400

_EPILOG = "Exit codes: 0 conforms, 1 does not conform, 2 could not judge (bad adapter, bad option, no MUST judged)."


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="participant-conformance", message="%(prog)s %(version)s, edition " + str(EDITION))
def main() -> None:
    """Judge implementations of CreateParticipantConnection (Amazon Connect Participant Service).

    \b
    participant-conformance demo
    participant-conformance run --adapter mypackage.testing:Adapter
    participant-conformance explain error.namespace-stripped
    """


main.add_command(serve)


@main.command()
@click.option("--report", "folder", default=DEFAULT_REPORT, show_default=True, help="Where the reports go.")
def demo(folder: str) -> None:
    """Judge the bundled reference implementation and a broken one: the first look.

    \b
    participant-conformance demo
    """
    from participant_conformance.direct import judge_specs
    from participant_conformance.gate.verdicts import Kind
    from participant_conformance.repeating import Keeper, run_command
    from participant_conformance.report.files import ReportError, write_report
    from participant_conformance.report.run import summary_lines
    from participant_conformance.report.text import failure_view

    shown = False
    specs = {"reference": "reference", "broken": "participant_conformance.reference.broken:Broken"}
    for name, run in zip(specs, judge_specs(specs.values(), profile="quick"), strict=True):
        spec = specs[name]
        click.secho(f"\n{name.capitalize()}", bold=True)
        keeper = Keeper(Path.cwd(), Path.cwd())
        again = {v.requirement: keeper.keep(v, spec) or run_command(spec, v.requirement) for v in run.verdicts}
        failed = [verdict for verdict in run.verdicts if verdict.kind is Kind.FAILED]
        if failed and not shown:
            shown = True
            click.echo(failure_view(failed[-1], catalogue()[failed[-1].requirement], again[failed[-1].requirement]))
            click.echo(f"\n  … and {len(failed) - 1} more, in the report\n")
        for line in summary_lines(run):
            click.echo(f"  {line}")
        for problem in keeper.problems:
            click.echo(f"  note: {problem}")
        try:
            write_report(run, Path(folder) / name, again)
        except ReportError as wrong:
            raise click.ClickException(str(wrong)) from None
        click.echo(f"  report: {Path(folder) / name / 'summary.md'}")
    click.echo(
        "\nNext: write an adapter for your implementation (README, 'Your own implementation'), then\n"
        "  participant-conformance run --adapter mypackage.testing:Adapter"
    )


@main.command(context_settings={"ignore_unknown_options": False})
@click.option("--adapter", metavar="SPEC", help="A client: package.module:attribute, or an entry point's name.")
@click.option("--service", metavar="URL", help="What plays the service: a fake, or a proxy before it.")
@click.option("--upstream", type=click.IntRange(1, 65_535), metavar="PORT", help="Where a proxy finds the service.")
@click.option("--token", multiple=True, metavar="TOKEN", help="A participant token it takes; may be repeated.")
@click.option("--level", type=click.Choice(["must", "should"]), default="must", show_default=True, help="What fails.")
@click.option("--profile", type=click.Choice(["quick", "gate", "thorough"]), default="gate", show_default=True)
@click.option("--report", default=DEFAULT_REPORT, show_default=True, metavar="DIR", help="Where the report goes.")
@click.option("--only", multiple=True, metavar="ID", help="A requirement or an area; may be repeated.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes (needs pytest-xdist).")
@click.option("--link", type=click.Choice(LINKS), default="loopback", show_default=True)
@click.option("--config", metavar="FILE", help="Default: participant-conformance.toml in this folder.")
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="For one call.")
@click.option("--explore", is_flag=False, flag_value=_ANY, type=int, metavar="[SEED]", help="Draw other examples.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def run(
    adapter: str | None,
    service: str | None,
    upstream: int | None,
    token: tuple[str, ...],
    level: str,
    profile: str,
    report: str,
    only: tuple[str, ...],
    jobs: int,
    link: str,
    config: str | None,
    time_limit: float | None,
    explore: int | None,
    pytest_args: tuple[str, ...],
) -> None:
    """Judge one implementation, without a repository around it. What follows -- goes to pytest.

    A client is named by its adapter, what plays the service by its URL. Tokens can stand in the variable
    PARTICIPANT_CONFORMANCE_TOKEN instead; none is ever shown or stored whole.

    \b
    participant-conformance run --adapter boto3
    participant-conformance run --service http://127.0.0.1:8080
    participant-conformance run --service http://127.0.0.1:8080 --upstream 8081
    participant-conformance run --adapter mypackage.testing:Adapter --only error --profile quick
    participant-conformance run --adapter mypackage.testing:Adapter --jobs 2 -- -x
    """
    judged = _judged_service(adapter, service, upstream, token, link=link)
    _known(only, of_service=judged is not None)
    if judged is not None and judged.upstream is not None and jobs > 1:
        raise click.UsageError("--upstream listens on one port: judge a proxy with --jobs 1")
    if jobs > 1 and find_spec("xdist") is None:
        raise click.UsageError("--jobs needs pytest-xdist: pip install 'participant-conformance[xdist]'")
    suite = resources.files("participant_conformance.suite")
    given = {
        "adapter": adapter,
        "service": service,
        "upstream": upstream,
        "config": config,
        "time-limit": time_limit,
        "explore": None if explore == _ANY else explore,
    }
    module = "test_participant_conformance.py" if judged is None else "test_participant_service.py"
    command = [
        # -P: a module of the current folder must not shadow what is installed; the adapter's is found all the same.
        *(sys.executable, "-P", "-m", "pytest", str(suite.joinpath(module))),
        *("-c", str(suite.joinpath("pytest.ini")), "--rootdir", str(Path.cwd())),
        *("-p", "participant_conformance", "-p", "no:cacheprovider"),
        *("-qq", "--no-header", "--tb=no", "-rN", "--disable-warnings"),
        *(["-p", "xdist.plugin", "-n", str(jobs)] if jobs > 1 else []),
        *(["--participant-explore"] if explore == _ANY else []),
        *(f"--participant-level={level}", f"--participant-profile={profile}"),
        *(f"--participant-report={report}", f"--participant-link={link}"),
        *(f"--participant-only={name}" for name in only),
        *(f"--participant-{name}={value}" for name, value in given.items() if value is not None),
        *pytest_args,
    ]
    # The consumer's plugins and options are for the consumer's tests: here, what follows -- decides.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
    }
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if judged is not None:
        # Not an option: others see those of a process.
        environment |= judged.environment
    written = _identity(_report_file(report))
    # A process of its own: what an implementation does to its interpreter must not take the verdict along.
    code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own command
    if code < 0 or (code in (0, 1) and _identity(_report_file(report)) == written):
        code = _died("run", code)
    sys.exit(code if code in (0, 1) else 2)


def _died(what: str, code: int) -> int:
    """Tell that a process of ours did not come to its end; return the exit code for that."""
    told = f"died by {signal.Signals(-code).name}" if code < 0 else f"ended early, with {code}, and left no verdict"
    hint = "" if code < 0 else " (the implementation ended it, or a call could not be interrupted)"
    click.echo(f"the process of the {what} {told}; nothing was judged{hint}", err=True)
    return 2


def _report_file(folder: str) -> Path:
    """Return the place of the report, in a folder that is there: a run is not to fail at its very end."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise click.UsageError(f"--report: {folder} cannot be made: {wrong.strerror}") from None
    return Path(folder) / "report.json"


def _identity(file: Path) -> tuple[int, int] | None:
    """Tell one file from the one that replaces it."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _judged_service(
    adapter: str | None, service: str | None, upstream: int | None, tokens: tuple[str, ...], *, link: str
) -> JudgedService | None:
    """Return the service that is to be judged, ``None`` for an adapter: one is named, with what belongs to it."""
    if (adapter is None) == (service is None):
        wrong = "name what is judged" if adapter is None else "one run judges one side"
        raise click.UsageError(f"{wrong}: --adapter SPEC for a client, or --service URL for what plays the service")
    if service is None:
        if upstream is not None or tokens:
            raise click.UsageError(f"{'--token' if tokens else '--upstream'} belongs to --service URL")
        return None
    if link != "loopback":
        raise click.UsageError("--link belongs to --adapter SPEC: a service is reached by its URL")
    from participant_conformance.adapter import AdapterError
    from participant_conformance.judged_service import JudgedService, tokens_of

    # Blanks separate tokens, as in the variable; one that is empty was meant to be one.
    given = tuple(part for token in tokens for part in token.split() or [""])
    try:
        return JudgedService(service, given or tokens_of(os.environ), upstream)
    except AdapterError as wrong:
        raise click.UsageError(str(wrong)) from None


def _known(selectors: tuple[str, ...], *, of_service: bool) -> None:
    try:
        catalogue().select_of(selectors, of_service=of_service)
    except UnknownRequirementError as unknown:
        raise click.UsageError(f"--only: {unknown}") from None


@main.command()
@click.argument("file", metavar="FILE")
@click.option("--adapter", metavar="SPEC", help="package.module:attribute, or an entry point's name.")
@click.option("--service", metavar="URL", help="What plays the service, for a counterexample of one.")
@click.option("--upstream", type=click.IntRange(1, 65_535), metavar="PORT", help="Where a proxy finds the service.")
@click.option("--token", multiple=True, metavar="TOKEN", help="A participant token it takes; may be repeated.")
@click.option("--link", type=click.Choice(LINKS), default="loopback", show_default=True)
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="For one call.")
def replay(
    file: str,
    adapter: str | None,
    service: str | None,
    upstream: int | None,
    token: tuple[str, ...],
    link: str,
    time_limit: float | None,
) -> None:
    """Judge one stored counterexample again: 0 it conforms now, 1 it fails again, 2 it could not be judged.

    \b
    participant-conformance replay .participant/error.message.json --adapter mypackage.testing:Adapter
    """
    from participant_conformance.repeating import JUDGED

    if adapter is None and service is None:
        raise click.UsageError(_without_adapter(file))
    judged = _judged_service(adapter, service, upstream, token, link=link)
    if time_limit is not None and not time_limit <= _DAY:  # nan is not, either
        raise click.UsageError(f"--time-limit: give a number of seconds above 0, up to {_DAY}")
    # As for a run: what an implementation does to its interpreter must not take the answer along.
    module = "participant_conformance.replaying"
    spec = (adapter or "", link) if judged is None else (judged.url, judged.way)
    command = [sys.executable, "-P", "-m", module, file, *spec, *([str(time_limit)] if time_limit else [])]
    environment = os.environ | (judged.environment if judged is not None else {})
    code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own command
    sys.exit(code - JUDGED if code >= JUDGED else _died("replay", code))


def _without_adapter(file: str) -> str:
    """Say that an adapter is to be named, and which one the file names: that is shown, and never run."""
    from participant_conformance.counterexamples import CounterexampleError, read
    from participant_conformance.report.text import printable

    try:
        stored = read(Path(file))
    except CounterexampleError as wrong:
        return printable(str(wrong))
    named = printable(stored.adapter) if stored.adapter else "an adapter without a name"
    what = "service to judge: --service URL" if stored.requirement.of_service else "adapter to judge: --adapter SPEC"
    return f"name the {what} (the counterexample was found with {named})"


@main.command("list")
@click.option("--area", type=click.Choice(AREAS), help="One area.")
@click.option("--level", type=click.Choice([level.value for level in Level], case_sensitive=False))
def list_requirements(area: str | None, level: str | None) -> None:
    """List the catalogue: id, level, evidence, statement.

    \b
    participant-conformance list --area error
    """
    from participant_conformance.report.text import WIDTH

    for requirement in catalogue():
        if area in (None, requirement.area) and level in (None, requirement.level):
            head = f"{requirement.id:34} {requirement.level:6} {requirement.evidence}  "
            room = WIDTH - len(head)
            statement = requirement.statement
            click.echo(head + (statement if len(statement) <= room else statement[: room - 1].rstrip() + "…"))


@main.command()
@click.argument("requirement")
def explain(requirement: str) -> None:
    """Say all there is to know of one requirement.

    \b
    participant-conformance explain decode.null-is-absent
    """
    try:
        found = catalogue()[requirement]
    except UnknownRequirementError as unknown:
        raise click.UsageError(str(unknown)) from None
    for line in _explained(found):
        click.echo(line)


def _needs(found: Requirement) -> str:
    if found.of_service:
        return "a service: run --service URL" + (" --upstream PORT" if "proxy" in found.needs else "")
    return " or ".join(found.needs) + (", over a link that sees bytes" if found.raw_bytes else "")


def _explained(found: Requirement) -> list[str]:
    from participant_conformance.report.text import labelled
    from participant_conformance.requirements.proofs import proofs

    # Nothing is cut: these are our own words.
    whole = partial(labelled, most=99)
    fields = {
        "level": found.level.value,
        "evidence": f"{found.evidence}, {EVIDENCE[found.evidence]}",
        "source": found.source,
        "needs": _needs(found),
        "after": ", ".join(found.presupposes) or "nothing",
        "checked": found.checked,
        "fix": found.fix,
    }
    lines = [found.id, *whole("", found.statement)]
    lines += [line for label, text in fields.items() for line in whole(label, text)]
    lines.append(f"  {'link':11}{found.url}")
    for proof in proofs().get(found.id, ()):
        lines += whole("proven by", f"{proof.mutant}: {proof.what}")
    return lines


@main.command()
@click.option("-o", "--output", metavar="FILE", required=True, help="Where they go; - is the standard output.")
def vectors(output: str) -> None:
    """Write the finite cases of the edition as JSON: a list, with the fields of Smithy's HTTP compliance tests.

    \b
    participant-conformance vectors -o vectors.json
    """
    from participant_conformance.atomic import write_text
    from participant_conformance.vectors import edition_vectors, vectors_text

    if output == "-":
        click.echo(vectors_text(), nl=False)
    else:
        try:
            write_text(Path(output), vectors_text())
        except OSError as wrong:
            raise click.UsageError(f"-o: {output} cannot be written: {wrong.strerror}") from None
    found = edition_vectors()
    for reason in dict.fromkeys(found.left_out.values()):
        names = [name for name, told in found.left_out.items() if told == reason]
        click.echo(f"left out, since {reason}: {', '.join(names)}", err=True)
    click.echo(f"{len(found.vectors)} vectors of edition {EDITION}", err=True)


@main.command()
@click.option(
    "--write", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write the new contract."
)
def drift(write: Path | None) -> None:
    """Compare the contract with the service model of the installed botocore; 1 if something has changed.

    \b
    participant-conformance drift
    participant-conformance drift --write contract.json
    """
    from participant_conformance import drift as model

    try:
        found = model.drift()
        if write is not None:
            model.write(write)
    except (model.DriftError, OSError) as wrong:
        click.echo(f"Error: {wrong}", err=True)
        sys.exit(2)
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} change{'' if len(found) == 1 else 's'} since the contract was taken")
    sys.exit(1 if found else 0)
