"""No check passes an adapter that looks at nothing."""

from __future__ import annotations

import pytest

from participant_conformance.checks import registry
from participant_conformance.gate.settings import PROFILES
from tests.mutants.bench import Bench, Make
from tests.mutants.dead import ANSWERS, DeadCaller, DeadDecoder, DeadReader, DeafCaller

REQUESTS = {name for name in registry() if name.startswith("request.")}


def passed(bench: Bench, make: Make, profile: str = "gate") -> set[str]:
    """Return the requirements whose check the adapter passes."""
    return {name for name in registry() if bench.conforming(name, make, PROFILES[profile])}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_who_reads_no_reply_passes_nothing(bench: Bench, answer: object) -> None:
    """An adapter whose read and decode_json give one fixed answer passes no check."""
    assert passed(bench, lambda: DeadReader(answer)) == set()


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_who_reads_no_body_passes_nothing(bench: Bench, answer: object) -> None:
    """An adapter whose decode_json alone gives one fixed answer passes no check."""
    assert passed(bench, lambda: DeadDecoder(answer)) == set()


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_who_sends_nothing_passes_nothing(bench: Bench, answer: object) -> None:
    """An adapter whose call sends nothing and gives one fixed answer passes no check."""
    assert passed(bench, lambda: DeadCaller(answer)) == set()


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_who_ignores_the_reply_passes_no_check_of_replies(bench: Bench, answer: object) -> None:
    """An adapter whose call sends the right request and gives one fixed answer passes checks of requests alone."""
    assert passed(bench, lambda: DeafCaller(answer), "quick") <= REQUESTS
