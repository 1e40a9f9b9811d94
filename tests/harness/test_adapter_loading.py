"""How a specification becomes an adapter, and what is said where it cannot."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from participant_conformance.adapter import AdapterError
from participant_conformance.loading import ENTRY_POINTS, load_adapter
from participant_conformance.reference.adapter import Reference
from tests.harness import samples

HERE = "tests.harness.samples"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Write a module into a folder that is not on the path; the path is as before afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(name: str, text: str) -> Path:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        monkeypatch.delitem(sys.modules, name)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_class_is_made_into_an_adapter() -> None:
    """A class is called without arguments."""
    assert isinstance(load_adapter(f"{HERE}:Reader"), samples.Reader)


def test_an_object_with_capabilities_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """An adapter that stands in the module is not called, even if it could be."""

    class Ready(samples.Reader):
        def __call__(self) -> object:
            raise AssertionError("it was called")

    ready = Ready()
    monkeypatch.setattr(samples, "ready", ready, raising=False)
    assert load_adapter(f"{HERE}:ready") is ready


def test_a_function_without_capabilities_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that makes the adapter may stand where the adapter does."""
    made = samples.Reader()
    monkeypatch.setattr(samples, "make", lambda: made, raising=False)
    assert load_adapter(f"{HERE}:make") is made


def test_an_object_without_capabilities_is_left_to_be_complained_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """What can neither be called nor used comes out unchanged; what it lacks is said elsewhere."""
    nothing = object()
    monkeypatch.setattr(samples, "nothing", nothing, raising=False)
    assert load_adapter(f"{HERE}:nothing") is nothing


def test_an_attribute_may_stand_within_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dots behind the colon lead into classes and namespaces."""
    monkeypatch.setattr(samples.Reader, "Inner", samples.Decoder, raising=False)
    assert isinstance(load_adapter(f"{HERE}:Reader.Inner"), samples.Decoder)


def test_a_name_without_a_colon_is_an_entry_point() -> None:
    """The reference implementation is installed under a name of its own."""
    assert isinstance(load_adapter("reference"), Reference)


def test_an_unknown_entry_point_names_the_installed_ones() -> None:
    """A wrong name is answered by the right ones."""
    with pytest.raises(
        AdapterError,
        match=r"^adapter 'referense': give package\.module:attribute, or .*: .*boto3, .*ref",
    ):
        load_adapter("referense")


def test_no_entry_points_at_all_are_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty list is not left empty in the message."""
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: ())  # noqa: ARG005
    with pytest.raises(AdapterError, match=r"one of the installed ones: none$"):
        load_adapter("reference")


def test_an_entry_point_that_cannot_be_loaded_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the entry point, what it points to, and the error."""
    broken = importlib.metadata.EntryPoint("broken", "no_such_module_here:Adapter", ENTRY_POINTS)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: (broken,))  # noqa: ARG005
    told = r"^adapter 'broken': no_such_module_here:Adapter cannot be loaded: ModuleNotFoundError: No module named"
    with pytest.raises(AdapterError, match=told):
        load_adapter("broken")


def test_a_program_is_not_supported_yet() -> None:
    """A specification of an adapter in another language says that this version has none."""
    with pytest.raises(AdapterError, match=r"^stdio: adapters are not supported by this version"):
        load_adapter("stdio:node adapter.js")


@pytest.mark.parametrize("spec", ["samples:", ":Reader", ":"])
def test_both_sides_of_the_colon_are_needed(spec: str) -> None:
    """Half of a specification is answered by the whole form."""
    with pytest.raises(AdapterError, match=rf"^adapter '{spec}': give package\.module:attribute$"):
        load_adapter(spec)


def test_a_misspelled_attribute_is_answered_by_the_near_one() -> None:
    """What was probably meant stands in the message."""
    with pytest.raises(AdapterError, match=rf"{HERE} has no attribute 'Raeder'; did you mean Reader\?$"):
        load_adapter(f"{HERE}:Raeder")


def test_an_attribute_that_is_like_no_other_gets_no_hint() -> None:
    """Nothing is guessed from afar."""
    with pytest.raises(AdapterError, match=r"has no attribute 'xyzzy'$"):
        load_adapter(f"{HERE}:xyzzy")


def test_a_class_that_cannot_be_made_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter's own error stands in the message."""

    class Failing:
        def __init__(self) -> None:
            raise RuntimeError("no key")

    monkeypatch.setattr(samples, "Failing", Failing, raising=False)
    with pytest.raises(AdapterError, match=r"Failing': making it raised RuntimeError: no key$"):
        load_adapter(f"{HERE}:Failing")


def test_an_error_without_a_text_is_named_by_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colon stands before nothing."""

    class Failing:
        def __init__(self) -> None:
            raise RuntimeError

    monkeypatch.setattr(samples, "Failing", Failing, raising=False)
    with pytest.raises(AdapterError, match=r"making it raised RuntimeError$"):
        load_adapter(f"{HERE}:Failing")


def test_a_module_is_found_below_the_root(written: Callable[[str, str], Path]) -> None:
    """A module of the project need not be installed."""
    root = written("adapter_below_root", "from tests.harness.samples import Reader as Adapter")
    assert isinstance(load_adapter("adapter_below_root:Adapter", root=root), samples.Reader)


def test_the_root_shadows_nothing_that_is_installed(written: Callable[[str, str], Path]) -> None:
    """The root is looked at last: a folder of the user's cannot replace a module."""
    root = written("adapter_below_root", "from tests.harness.samples import Reader as Adapter")
    load_adapter("adapter_below_root:Adapter", root=root)
    assert sys.path[-1] == str(root)


def test_a_module_that_is_nowhere_is_said_to_be_missing() -> None:
    """Without a root the import error itself is told."""
    with pytest.raises(
        AdapterError, match=r"^adapter 'no_such_module_here:A': cannot import no_such_module_here: No mod"
    ):
        load_adapter("no_such_module_here:A")


def test_a_module_that_is_not_below_the_root_either_is_said_to_be_missing(
    written: Callable[[str, str], Path],
) -> None:
    """The root is tried once, and then given up."""
    root = written("adapter_below_root", "")
    with pytest.raises(AdapterError, match=r"cannot import no_such_module_here: ModuleNotFoundError: No module named"):
        load_adapter("no_such_module_here:A", root=root)


def test_a_root_that_is_on_the_path_is_not_tried_twice(written: Callable[[str, str], Path]) -> None:
    """The path does not grow with each attempt."""
    root = written("adapter_below_root", "")
    sys.path.append(str(root))
    with pytest.raises(AdapterError, match=r"cannot import no_such_module_here"):
        load_adapter("no_such_module_here:A", root=root)
    assert sys.path.count(str(root)) == 1


def test_a_missing_dependency_of_the_module_is_told_as_such(written: Callable[[str, str], Path]) -> None:
    """It is the dependency that is missing, not the module."""
    root = written("adapter_with_dependency", "import no_such_module_here")
    sys.path.append(str(root))
    with pytest.raises(
        AdapterError, match=r"cannot import adapter_with_dependency: No module named 'no_such_module_he"
    ):
        load_adapter("adapter_with_dependency:A", root=root)


def test_a_module_that_fails_on_import_says_why(written: Callable[[str, str], Path]) -> None:
    """The module's own error stands in the message."""
    root = written("adapter_that_fails", "raise ValueError('no region')")
    sys.path.append(str(root))
    with pytest.raises(AdapterError, match=r"importing adapter_that_fails raised ValueError: no region$"):
        load_adapter("adapter_that_fails:A")
