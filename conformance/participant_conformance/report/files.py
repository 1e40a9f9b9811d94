"""The files of a report: ``report.json``, ``summary.md``, ``junit.xml``.

Owns their formats; ``report.schema.json`` beside this module describes the first. Each file is written whole or not at
all. No file holds a user name, a host name, an absolute path, the environment or a date: the same verdicts give the
same bytes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from participant_conformance import atomic
from participant_conformance.gate.verdicts import BROKEN, FAILING, Kind, Verdict
from participant_conformance.report.run import Run, identity, summary_lines
from participant_conformance.report.text import escaped, failure_view
from participant_conformance.requirements import EDITION, catalogue

SCHEMA_VERSION = 1

#: XML 1.0, section 2.2: what a document can hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ReportError(Exception):
    """A report cannot be written; the message says where and why."""


def write_report(run: Run, folder: Path, again: dict[str, str]) -> None:
    """Write all files of the report into ``folder``, which is made. ``again`` maps ids to the command to repeat.

    Raises :class:`ReportError`.
    """
    files = {
        "report.json": json.dumps(report_data(run, again), indent=2, ensure_ascii=False) + "\n",
        "summary.md": summary_markdown(run, again),
        "junit.xml": junit(run, again),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            atomic.write_text(folder / name, text)
    except OSError as wrong:
        raise ReportError(f"the report cannot be written to {folder}: {wrong.strerror or wrong}") from wrong


def report_data(run: Run, again: dict[str, str]) -> dict[str, Any]:
    """Return ``report.json`` as data."""
    how = run.how
    return {
        "schema": SCHEMA_VERSION,
        "suite": {"name": "participant-conformance", "version": how.suite, "edition": EDITION},
        "run": {
            "level": how.level,
            "profile": how.profile,
            "examples": how.examples,
            "seed": how.seed,
            "link": how.link,
        },
        "platform": {"python": how.python, "system": how.system, "hypothesis": how.hypothesis},
        "implementation": run.implementation or None,
        "gate": {
            "conclusion": run.conclusion,
            "exit_code": run.exit_code,
            "problems": list(run.problems),
            "judged_musts": run.judged_musts,
        },
        "verdicts": [_row(verdict, again.get(verdict.requirement)) for verdict in run.verdicts],
    }


def _row(verdict: Verdict, again: str | None) -> dict[str, Any]:
    requirement = catalogue()[verdict.requirement]
    plain = verdict.to_plain()
    del plain["implementation"]
    if plain["counterexample"] is not None:
        # It may be large, and has a file of its own.
        del plain["counterexample"]["case"]
    return {
        **plain,
        "statement": requirement.statement,
        "evidence": requirement.evidence,
        "source": requirement.source,
        "url": requirement.url,
        "again": again,
    }


def summary_markdown(run: Run, again: dict[str, str]) -> str:
    """Return the summary as Markdown: the counts, a table of the requirements, the failures."""
    lines = [f"# {cell(identity(run))}", ""]
    lines += [f"- {cell(line)}" for line in summary_lines(run)[1:]]
    lines += ["", "| requirement | level | verdict | what |", "| --- | --- | --- | --- |"]
    lines += [
        f"| [{verdict.requirement}]({catalogue()[verdict.requirement].url}) | {verdict.level} | {verdict.kind} | "
        f"{cell(_short(verdict.reason))} |"
        for verdict in run.verdicts
    ]
    for verdict in run.verdicts:
        if verdict.kind in FAILING | BROKEN | {Kind.WARNED, Kind.EXPECTED}:
            requirement = catalogue()[verdict.requirement]
            view = failure_view(verdict, requirement, again.get(verdict.requirement, ""))
            lines += ["", f"## {verdict.requirement}", "", *(f"    {line}" for line in view.splitlines())]
    return "\n".join(lines) + "\n"


def junit(run: Run, again: dict[str, str]) -> str:
    """Return the run as JUnit XML: one test case a requirement, named by its id, the same in every language."""
    suite = ET.Element("testsuite", name="participant-conformance")
    counts = {"failures": 0, "errors": 0, "skipped": 0}
    for verdict in run.verdicts:
        requirement = catalogue()[verdict.requirement]
        case = ET.SubElement(suite, "testcase", classname=requirement.area, name=verdict.requirement)
        properties = ET.SubElement(case, "properties")
        told = {"level": verdict.level, "evidence": requirement.evidence, "verdict": verdict.kind.value}
        for name, value in told.items():
            ET.SubElement(properties, "property", name=name, value=value)
        if kind := _junit_kind(verdict.kind):
            counts[{"failure": "failures", "error": "errors", "skipped": "skipped"}[kind]] += 1
            told_short = _xml_text(f"{verdict.kind}: {_short(verdict.reason)}")
            element = ET.SubElement(case, kind, message=told_short)
            element.text = _xml_text(failure_view(verdict, requirement, again.get(verdict.requirement, "")))
    suite.attrib.update({"tests": str(len(run.verdicts)), **{name: str(count) for name, count in counts.items()}})
    ET.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"


def _junit_kind(kind: Kind) -> str | None:
    if kind in FAILING:
        return "failure"
    if kind in BROKEN or kind is Kind.NOT_RUN:
        return "error"
    return "skipped" if kind in (Kind.NOT_OFFERED, Kind.EXPECTED) else None


def cell(text: str) -> str:
    """Make text safe for a Markdown table cell, list item or heading."""
    return re.sub(r"([\\`*_{}\[\]<>()#!|~&])", r"\\\1", escaped(text))


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:280]}… ({len(text)} characters)"


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
