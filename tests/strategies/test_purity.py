"""What the package of the strategies may use: Hypothesis, the standard library, and no chance of its own."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import participant_strategies

MODULES = sorted(Path(participant_strategies.__file__).parent.glob("**/*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of every module that is imported anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A relative import has no module name or a level; neither is used here.
            yield from (f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names)


def test_the_modules_are_found() -> None:
    """The tests below look at the package itself."""
    assert {"contract.py", "errors.py", "responses.py", "texts.py"} <= {module.name for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_imports_hypothesis_and_the_standard_library_alone(module: Path) -> None:
    """A user who wants the strategies installs Hypothesis and nothing else."""
    roots = {name.split(".")[0] for name in imported(ast.parse(module.read_text(encoding="utf-8")))}
    assert roots - sys.stdlib_module_names <= {"hypothesis", "participant_strategies"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_nothing_is_drawn_by_another_chance_than_hypothesis(module: Path) -> None:
    """A draw from ``random`` or its kind would be neither repeated nor shrunk."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = {part for name in imported(tree) for part in name.split(".")}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names.isdisjoint({"random", "randoms", "random_module", "secrets", "urandom", "uuid1", "uuid4"})
