"""An adapter judged without pytest."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from participant_conformance.adapter import AdapterError
from participant_conformance.direct import how, judge_adapter, judge_spec, judge_specs
from participant_conformance.environment import QUIET
from participant_conformance.gate.settings import PROFILES
from participant_conformance.gate.verdicts import Kind
from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.broken import Broken
from participant_conformance.requirements import Level, catalogue
from participant_conformance.subject import NO_QUARANTINE
from participant_strategies.reply import Reply
from tests.harness.samples import EMPTY, Decoder, Reader


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    """The reference implementation."""
    with closing(Reference()) as made:
        yield made


def test_the_reference_conforms(reference: Reference) -> None:
    """To every requirement of the edition; of what is only observed it says what it does."""
    run = judge_adapter(reference, profile="quick", spec="reference")
    kinds = {verdict.requirement: verdict.kind for verdict in run.verdicts}
    assert kinds == {
        requirement.id: Kind.NOTED if requirement.level is Level.INFO else Kind.PASSED
        for requirement in catalogue().side(of_service=False)
    } | {requirement.id: Kind.NOT_OFFERED for requirement in catalogue() if requirement.patient}
    assert run.exit_code == 0


def test_the_broken_implementation_does_not_conform() -> None:
    """In the three ways in which it is broken, and what follows from them."""
    with closing(Broken()) as broken:
        run = judge_adapter(broken, profile="quick", spec="participant_conformance.reference.broken:Broken")
    assert run.exit_code == 1
    failed = {verdict.requirement for verdict in run.verdicts if verdict.kind is Kind.FAILED}
    assert {"decode.text-is-exact", "decode.empty-structure-is-present", "error.namespace-stripped"} <= failed
    assert {verdict.kind for verdict in run.verdicts} == {
        *(Kind.PASSED, Kind.FAILED, Kind.WARNED, Kind.NOTED, Kind.NOT_OFFERED)
    }


def test_without_a_name_what_may_bring_the_interpreter_down_is_not_offered() -> None:
    """An adapter that was only handed over cannot be made elsewhere."""
    isolated = [found.id for found in catalogue() if found.isolated and "read" in found.needs]
    run = judge_adapter(Reader(), profile="quick", requirements=isolated)
    assert {verdict.kind for verdict in run.verdicts} == {Kind.NOT_OFFERED}
    assert {verdict.reason for verdict in run.verdicts} == {NO_QUARANTINE}


def test_a_module_that_is_not_installed_is_found_at_the_root(tmp_path: Path) -> None:
    """Also in the other interpreter."""
    (tmp_path / "found_at_root.py").write_text("from participant_conformance.reference.adapter import Reference\n")
    with closing(Reference()) as made:
        run = judge_adapter(
            made, profile="quick", requirements=["decode.depth"], spec="found_at_root:Reference", root=tmp_path
        )
    assert [verdict.kind for verdict in run.verdicts] == [Kind.PASSED]


def test_only_the_requirements_that_are_named_are_judged() -> None:
    """In the order of the catalogue."""
    run = judge_adapter(Reader(), profile="quick", requirements=["error.message", "decode.empty-object"])
    assert [verdict.requirement for verdict in run.verdicts] == ["decode.empty-object", "error.message"]


@pytest.mark.parametrize(
    ("spec", "kind"), [("reference", Kind.PASSED), (f"{__name__}:Decoder", Kind.FAILED)], ids=["reference", "decoder"]
)
def test_an_adapter_is_judged_by_its_name(spec: str, kind: Kind) -> None:
    """It is made for that, and closed if it can be."""
    run = judge_spec(spec, profile="quick", requirements=["decode.round-trip"])
    assert [(verdict.requirement, verdict.kind) for verdict in run.verdicts] == [("decode.round-trip", kind)]


def test_an_adapter_that_cannot_be_made_is_told_by_its_process() -> None:
    """What another process says of a bad specification is said here."""
    with pytest.raises(AdapterError, match=r"^adapter 'nowhere:Adapter': cannot import nowhere"):
        judge_specs(["nowhere:Adapter"])


def test_an_implementation_that_always_says_the_same_passes_nothing() -> None:
    """What it gets right by chance was not observed."""
    run = judge_adapter(Reader(), profile="quick")
    assert [verdict.requirement for verdict in run.verdicts if verdict.kind is Kind.PASSED] == []


def test_a_decoder_is_judged_on_decoding_alone() -> None:
    """The rest is not offered."""
    run = judge_adapter(Decoder(), profile="quick", requirements=["error.modeled", "request.line"])
    assert {verdict.kind for verdict in run.verdicts} == {Kind.NOT_OFFERED}
    assert run.exit_code == 2


def test_the_environment_is_quiet_while_an_adapter_is_judged() -> None:
    """Nothing of the user's is seen by the implementation."""
    seen: list[dict[str, str]] = []

    def answer(_reply: Reply) -> object:
        seen.append({name: os.environ[name] for name in QUIET})
        return EMPTY

    judge_adapter(Reader(answer), profile="quick", requirements=["decode.empty-object"])
    assert seen[0] == QUIET


def test_the_link_is_closed_afterwards(reference: Reference) -> None:
    """No thread of ours is left."""
    before = set(threading.enumerate())
    judge_adapter(reference, profile="quick", requirements=["request.line"])
    assert set(threading.enumerate()) <= before


def test_an_unsound_adapter_is_refused() -> None:
    """Before anything is judged."""
    with pytest.raises(AdapterError, match=r"offers nothing"):
        judge_adapter(object())


@pytest.mark.parametrize("options", [{"requirements": ["decode.unheard-of"]}, {"profile": "endless"}], ids=str)
def test_an_unknown_name_is_a_key_error(options: dict[str, object]) -> None:
    """Of a requirement or a profile."""
    with pytest.raises(KeyError):
        judge_adapter(Reader(), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", list(PROFILES))
def test_a_run_says_how_it_was_made(profile: str) -> None:
    """With the number of examples, and the versions of what it was made with."""
    made = how(level="should", profile=profile, seed=7, link="respx")
    assert (made.level, made.profile, made.examples, made.seed, made.link) == (
        "should",
        profile,
        PROFILES[profile],
        7,
        "respx",
    )
    assert (made.suite, made.hypothesis) == (version("participant-conformance"), version("hypothesis"))
