"""The reference caller is judged alike through both links: that is why either is believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from participant_conformance.checks import registry
from participant_conformance.gate.runner import Effort, run_check
from participant_conformance.gate.verdicts import Finding
from participant_conformance.links import CallLink
from participant_conformance.links.loopback import LoopbackLink
from participant_conformance.links.respx_link import RespxLink
from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.broken import Broken
from participant_conformance.requirements import catalogue
from participant_conformance.subject import Subject

EFFORT = Effort(5, shrink=False)
#: What can be seen by a call at all: a whole reply is one, a body alone is not.
CALLED = [requirement.id for requirement in catalogue() if "call" in requirement.needs]


class Caller:
    """Offers ``call`` and nothing else."""

    def __init__(self, adapter: Reference) -> None:
        self.implementation = adapter.implementation
        self.call = adapter.call


@pytest.fixture(scope="module", params=[Reference, Broken])
def adapter(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """A correct and a broken caller."""
    with closing(request.param()) as made:
        yield Caller(made)


def findings(adapter: Caller, link: Callable[[], CallLink], name: str) -> tuple[Finding, str]:
    """Return what one check finds through a link."""
    with closing(Subject(adapter, link=link)) as subject:
        result = run_check(registry()[name], subject, EFFORT)
    return result.finding, result.reason


@pytest.mark.parametrize("name", [name for name in CALLED if not catalogue()[name].raw_bytes])
def test_a_caller_is_judged_alike_through_both_links(adapter: Caller, name: str) -> None:
    """The same finding, in the same words."""
    assert findings(adapter, LoopbackLink, name) == findings(adapter, RespxLink, name)


@pytest.mark.parametrize("name", [name for name in CALLED if catalogue()[name].raw_bytes])
def test_what_needs_bytes_is_not_offered_through_respx(adapter: Caller, name: str) -> None:
    """It is judged on a real socket alone."""
    assert findings(adapter, RespxLink, name) == (
        Finding.NOT_OFFERED,
        "it is seen only on real sockets: over the loopback link",
    )
