"""The contract: one typed view of one file."""

from __future__ import annotations

import copy
import re

import pytest

from participant_strategies.contract import Contract, Path, Shape, contract, parse_contract
from tests.strategies.validity import FACTS, PATHS, SHAPES


@pytest.fixture(name="loaded")
def loaded_fixture() -> Contract:
    """Return the shipped contract."""
    return contract()


def test_the_contract_is_loaded_once() -> None:
    """Every caller gets the same object."""
    assert contract() is contract()


def test_the_operation_is_bound_as_the_model_says(loaded: Contract) -> None:
    """Method, path, token header and protocol are those of the API reference."""
    bound = (loaded.operation, loaded.method, loaded.uri, loaded.token_header, loaded.model.protocol)
    expected = ("CreateParticipantConnection", "POST", "/participant/connection", "X-Amz-Bearer", "restJson1")
    assert bound == expected


def test_the_times_are_those_of_the_reference_page(loaded: Contract) -> None:
    """A presigned URL is dialled within 100 s, a participant is gone after 60 s, a connection token lives a day."""
    times = loaded.times
    assert (times.dial_window, times.participant_gone, times.connection_token) == (100, 60, 86400)


def test_every_shape_of_the_file_is_there(loaded: Contract) -> None:
    """The typed view has the file's shapes, in its order."""
    assert list(loaded.shapes) == list(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_holds_what_the_file_says(loaded: Contract, name: str) -> None:
    """Each field of a shape is the file's, or its default where the file is silent."""
    facts = SHAPES[name]
    assert loaded.shapes[name] == Shape(
        name=name,
        kind=facts["kind"],
        members=facts.get("members", {}),
        required=tuple(facts.get("required", ())),
        values=tuple(facts.get("values", ())),
        item=facts.get("item"),
        minimum=facts.get("min"),
        maximum=facts.get("max"),
        pattern=facts.get("pattern"),
        sensitive=facts.get("sensitive", False),
    )


def test_every_shape_that_is_named_exists(loaded: Contract) -> None:
    """Members, items, input and output refer to shapes of the same file."""
    named = {loaded.input, loaded.output}
    for shape in loaded.shapes.values():
        named |= {*shape.members.values(), *([shape.item] if shape.item else [])}
    assert named == set(loaded.shapes)


def test_every_pattern_compiles(loaded: Contract) -> None:
    """A pattern of the model is one that Python understands too."""
    patterns = [shape.pattern for shape in loaded.shapes.values() if shape.pattern]
    assert patterns
    assert all(re.compile(pattern) for pattern in patterns)


@pytest.mark.parametrize("name", FACTS["errors"])
def test_an_error_holds_what_the_file_says(loaded: Contract, name: str) -> None:
    """Status, fault and members of an error are the file's."""
    error, facts = loaded.errors[name], FACTS["errors"][name]
    found = (error.name, error.status, error.fault, list(error.members), list(error.required))
    assert found == (name, facts["status"], facts["fault"], facts["members"], facts["required"])


def test_the_fault_follows_the_status(loaded: Contract) -> None:
    """The client is at fault for 4xx, the server for 5xx."""
    assert {(error.status // 100, error.fault) for error in loaded.errors.values()} == {(4, "client"), (5, "server")}


def test_modelled_and_other_errors_are_all_errors(loaded: Contract) -> None:
    """Each error of the service is either one of the operation's or another one, never both."""
    assert loaded.modeled_errors == tuple(FACTS["operation"]["errors"])
    assert sorted([*loaded.modeled_errors, *loaded.other_errors]) == sorted(loaded.errors)


@pytest.mark.parametrize(("path", "shape"), PATHS, ids=[".".join(path) for path, _ in PATHS])
def test_a_member_is_found_by_its_path(loaded: Contract, path: Path, shape: str) -> None:
    """``shape_at`` gives the shape of a member at any depth."""
    assert loaded.shape_at(path) == loaded.shapes[shape]


def test_the_empty_path_is_the_output_itself(loaded: Contract) -> None:
    """The path of no names leads to the output."""
    assert loaded.shape_at(()) == loaded.shapes[loaded.output]


@pytest.mark.parametrize("path", [("Nothing",), ("Websocket", "url"), ("Websocket", "Url", "Url")], ids=".".join)
def test_a_path_that_leads_nowhere_has_no_shape(loaded: Contract, path: Path) -> None:
    """An unknown name, another case and a name below a leaf give ``None``."""
    assert loaded.shape_at(path) is None


def test_every_member_is_listed_once_parents_first(loaded: Contract) -> None:
    """``paths`` yields each member of the output, a structure before what it holds."""
    assert [(path, shape.name) for path, shape in loaded.paths()] == list(PATHS)


def test_paths_start_where_they_are_told(loaded: Contract) -> None:
    """With a root, paths are those within that structure."""
    assert [path for path, _ in loaded.paths("AudioFeatures")] == [("EchoReduction",)]


def test_the_contract_cannot_be_changed(loaded: Contract) -> None:
    """The mappings are read-only: every user of the process shares them."""
    for mapping in (loaded.shapes, loaded.errors, loaded.shapes[loaded.output].members):
        with pytest.raises(TypeError):
            mapping["new"] = None  # type: ignore[index]


@pytest.mark.parametrize("missing", FACTS)
def test_a_part_that_is_missing_is_a_key_error(missing: str) -> None:
    """The file is ours: a fault in it is no error of the user's and gets no message of its own."""
    facts = copy.deepcopy(FACTS)
    del facts[missing]
    with pytest.raises(KeyError, match=missing):
        parse_contract(facts)
