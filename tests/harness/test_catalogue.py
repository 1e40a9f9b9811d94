"""The catalogue itself: that it is whole, and that ids, areas and functions are found in it."""

from __future__ import annotations

import re
from collections import Counter
from graphlib import TopologicalSorter

import pytest

from participant_conformance import checks
from participant_conformance.adapter import METHODS
from participant_conformance.checks import every_check, of_service, registry
from participant_conformance.checks.check import ATTRIBUTE
from participant_conformance.checks.of_service import service_registry
from participant_conformance.requirements import (
    EVIDENCE,
    Level,
    OtherSideError,
    Requirement,
    UnknownRequirementError,
    catalogue,
)
from participant_conformance.requirements.catalogue import AREAS
from participant_conformance.requirements.proofs import proofs

EVERY = pytest.mark.parametrize("requirement", list(catalogue()), ids=lambda requirement: requirement.id)


def test_the_edition_has_a_hundred_and_thirty_three_requirements() -> None:
    """The number is part of the edition: it grows with a new one."""
    assert len(catalogue()) == 133


@pytest.mark.parametrize(
    ("area", "must", "should", "info"),
    [
        ("decode", 14, 12, 4),
        ("encode", 6, 1, 0),
        ("xml", 16, 6, 1),
        ("error", 18, 13, 8),
        ("request", 8, 1, 3),
        ("call", 4, 4, 1),
        ("secret", 1, 2, 1),
        ("service", 4, 2, 0),
        ("proxy", 0, 3, 0),
    ],
)
def test_an_area_has_so_many_of_each_level(area: str, must: int, should: int, info: int) -> None:
    """Counted by hand: a requirement that changes its level changes the edition."""
    levels = Counter(requirement.level for requirement in catalogue() if requirement.area == area)
    assert levels == Counter({Level.MUST: must, Level.SHOULD: should, Level.INFO: info})


def test_every_requirement_has_one_check() -> None:
    """In the order of the catalogue, none left out, none twice."""
    assert list(every_check()) == [requirement.id for requirement in catalogue()]


def test_the_checks_of_a_client_and_of_a_service_are_two_sides() -> None:
    """A run judges one of them."""
    for side, found in ((False, registry()), (True, service_registry())):
        assert list(found) == [requirement.id for requirement in catalogue().side(of_service=side)]


@pytest.mark.parametrize(("module", "service"), [("checks", False), ("checks.of_service", True)])
def test_the_star_import_gives_one_function_a_requirement(module: str, service: bool) -> None:
    """What a consumer imports is the whole suite of one side and nothing else."""
    star: dict[str, object] = {}
    exec(f"from participant_conformance.{module} import *", star)
    del star["__builtins__"]
    side = catalogue().side(of_service=service)
    assert set(star) == {requirement.function_name for requirement in side}


@EVERY
def test_a_function_is_named_and_described_by_its_requirement(requirement: Requirement) -> None:
    """The id and the statement are what pytest shows of it."""
    function = getattr(of_service if requirement.of_service else checks, requirement.function_name)
    assert (function.__name__, function.__qualname__) == (requirement.function_name, requirement.function_name)
    assert function.__doc__ == f"{requirement.id}: {requirement.statement}"
    assert getattr(function, ATTRIBUTE).requirement == requirement


@EVERY
def test_a_requirement_is_told_whole(requirement: Requirement) -> None:
    """Statement, source, how it is checked and how it is mended are sentences, each its own."""
    texts = (requirement.statement, requirement.source, requirement.checked, requirement.fix)
    assert all(text and text == text.strip() and text.isprintable() for text in texts)
    assert len(set(texts)) == len(texts)


@EVERY
def test_a_statement_ends_like_a_sentence(requirement: Requirement) -> None:
    """What a person reads first is a sentence; so is what to do about it."""
    assert all(text.endswith((".", ")")) for text in (requirement.statement, requirement.checked, requirement.fix))


@EVERY
def test_what_binds_is_demanded_by_a_text(requirement: Requirement) -> None:
    """A rule for which no text can be named is no MUST: neither habit nor judgement makes one."""
    assert requirement.level is not Level.MUST or requirement.evidence in "DMSR"


@EVERY
def test_a_judgement_of_ours_is_said_to_be_one(requirement: Requirement) -> None:
    """Who reads the source sees that no text stands behind the rule, or that none speaks of it."""
    ours = ("Our judgement", "No text", "Smithy restJson1, 'Operation error serialization', gives no order")
    assert requirement.source.startswith(ours) is (requirement.evidence == "O")


@EVERY
def test_what_is_not_judged_asks_for_nothing(requirement: Requirement) -> None:
    """A finding is told, as the statement says."""
    observed = "told, not judged" in requirement.statement or "it is observed" in requirement.statement
    assert observed is (requirement.level is Level.INFO)


@EVERY
def test_the_evidence_is_of_a_known_kind(requirement: Requirement) -> None:
    """``explain`` has a sentence for it."""
    assert requirement.evidence in EVIDENCE


@EVERY
def test_the_source_can_be_looked_up(requirement: Requirement) -> None:
    """The address can stand in a Markdown link as it is."""
    assert re.fullmatch(r"https://[^\s()<>|\"]+", requirement.url)


@EVERY
def test_an_id_is_an_area_and_a_rule(requirement: Requirement) -> None:
    """Lower case, digits, hyphens; one dot, or two where the errors of an area are an area of their own."""
    assert re.fullmatch(rf"({'|'.join(AREAS)})(\.[a-z0-9]+(-[a-z0-9]+)*){{1,2}}", requirement.id)
    assert requirement.area == requirement.id.split(".")[0]


@EVERY
def test_a_requirement_needs_what_an_adapter_can_have(requirement: Requirement) -> None:
    """At least one capability that there is."""
    assert requirement.needs
    assert set(requirement.needs) <= ({"service", "proxy"} if requirement.of_service else METHODS.keys())


@EVERY
def test_what_is_presupposed_can_be_seen_by_the_same_means(requirement: Requirement) -> None:
    """Whoever can be judged on a requirement can be judged on what stands behind it."""
    unseen = {name for name in requirement.presupposes if not set(requirement.needs) <= set(catalogue()[name].needs)}
    # This one compares two formats, and asks for both by itself.
    assert unseen == ({"decode.round-trip"} if requirement.id == "xml.agrees-with-json" else set())


def test_presupposed_requirements_exist_and_form_no_circle() -> None:
    """Each chain ends at a requirement that presupposes none."""
    graph = {requirement.id: requirement.presupposes for requirement in catalogue()}
    assert set(TopologicalSorter(graph).static_order()) == set(graph)


def test_a_presupposed_requirement_stands_before_the_one_that_needs_it() -> None:
    """Who reads the catalogue from the top meets the basic rules first."""
    order = [requirement.id for requirement in catalogue()]
    late = [
        (requirement.id, name)
        for requirement in catalogue()
        for name in requirement.presupposes
        if order.index(name) > order.index(requirement.id)
    ]
    assert late == []


def test_only_what_is_judged_on_bytes_needs_a_link_that_sees_them() -> None:
    """All other requirements can be judged through respx."""
    assert {requirement.id for requirement in catalogue() if requirement.raw_bytes} == {
        *("decode.cut-body", "decode.gzip"),
        *("error.header-space-trimmed", "error.repeated-header", "error.gzip"),
        *("request.header-injection", "request.token-not-redirected"),
        *("call.chunked", "call.interim-replies", "call.close-delimited"),
        *("call.not-mixed", "call.ends", "call.recovers-or-surfaces", "call.bounded"),
    }


def test_only_what_waits_is_left_out_by_the_quick_profile() -> None:
    """A client may take seconds between two tries, and a time limit has to pass."""
    patient = [requirement.id for requirement in catalogue() if requirement.patient]
    assert patient == [
        "call.ends",
        "call.denied-is-final",
        "call.recovers-or-surfaces",
        "call.bounded",
        "call.waits-between",
    ]


def test_only_what_may_kill_needs_an_interpreter_of_its_own() -> None:
    """Depth, size, and entities that grow."""
    isolated = [requirement.id for requirement in catalogue() if requirement.isolated]
    assert isolated == ["decode.depth", "decode.size", "xml.entities-not-expanded"]


def test_the_errors_of_an_area_are_selected_as_a_part_of_it() -> None:
    """``error.of`` names four rules, none of which is ``error.off-operation-code-kept``."""
    assert catalogue().select(["error.of"]) == {
        *("error.of.modeled", "error.of.message-optional", "error.of.unknown", "error.of.malformed")
    }


def test_an_id_gives_its_requirement() -> None:
    """The whole id is the key."""
    assert catalogue()["decode.null-is-absent"].function_name == "test_decode_null_is_absent"


def test_an_unknown_id_is_answered_by_near_ones() -> None:
    """What was probably meant stands in the message."""
    told = r"^there is no requirement 'decode\.nul-is-absent' in edition 1; did you mean decode\.null-is-absent"
    with pytest.raises(UnknownRequirementError, match=told):
        catalogue()["decode.nul-is-absent"]


def test_an_unknown_id_like_no_other_is_answered_by_the_command_that_lists_them() -> None:
    """Nothing is guessed from afar."""
    with pytest.raises(UnknownRequirementError, match=r"'xyzzy' in edition 1; 'participant-conformance list' shows"):
        catalogue()["xyzzy"]


def test_an_area_selects_all_its_requirements() -> None:
    """Selectors add up."""
    chosen = catalogue().select(["decode", "error.message", "request"])
    assert len(chosen) == 30 + 1 + 12


def test_a_selector_matches_whole_parts() -> None:
    """``error.type`` names no requirement, though four ids begin with it."""
    with pytest.raises(UnknownRequirementError, match=r"no requirement 'error\.type' .* did you mean error\.type-in-"):
        catalogue().select(["error.type"])


def test_a_longer_id_that_begins_like_another_is_not_selected_with_it() -> None:
    """``error.message`` is not ``error.message-optional``."""
    assert catalogue().select(["error.message"]) == {"error.message"}


def test_a_misspelled_area_is_answered_by_the_area() -> None:
    """Areas count among what may have been meant."""
    with pytest.raises(UnknownRequirementError, match=r"did you mean request or "):
        catalogue().select(["requests"])


@pytest.mark.parametrize(
    ("selector", "side", "told"),
    [
        ("decode", True, "decode is judged of a client, and this run judges what plays the service"),
        ("error.message", True, "error.message is judged of a client"),
        ("service", False, "service is judged of a service, and this run judges a client"),
        ("proxy.reply-unchanged", False, "proxy.reply-unchanged is judged of a service"),
    ],
)
def test_what_is_judged_of_the_other_side_is_not_selected(selector: str, side: bool, told: str) -> None:
    """One sentence says of whom it is judged."""
    with pytest.raises(OtherSideError, match=f"^{told}"):
        catalogue().select_of([selector], of_service=side)


def test_what_is_judged_of_the_side_is_selected() -> None:
    """As without sides."""
    assert catalogue().select_of(["proxy", "service.accepts-valid"], of_service=True) == {
        *("proxy.reply-unchanged", "proxy.error-type-survives", "proxy.token-only-to-upstream"),
        "service.accepts-valid",
    }


def test_the_function_of_a_check_leads_back_to_its_requirement() -> None:
    """The name of a test that died is all that is left of it."""
    found = catalogue().by_function("test_error_header_before_code")
    assert found is not None
    assert found.id == "error.header-before-code"


def test_the_name_of_another_function_leads_nowhere() -> None:
    """A consumer's own test is none of ours."""
    assert catalogue().by_function("test_login") is None


def test_proofs_belong_to_requirements() -> None:
    """A proof names a mutant and says what it does wrong."""
    found = proofs()
    assert found.keys() <= {requirement.id for requirement in catalogue()}
    assert all(proof.mutant and proof.what for entry in found.values() for proof in entry)
