"""Who may import whom: one table, held against every module of both packages.

The table of the product itself stands in ARCHITECTURE.md too, between two markers; both are compared here.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "strategies", ROOT / "conformance")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}

C = "participant_conformance"


def whole(name: str) -> str:
    """Return the whole name of a module; those of participant_conformance are written without it."""
    return (
        name if name.partition(".")[0] in {C, "participant_strategies", "_participant_pytest_plugin"} else f"{C}.{name}"
    )


def table(rows: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the rows with whole names."""
    return {whole(prefix): tuple(map(whole, names.split())) for prefix, names in rows.items()}


#: Module or package → the modules and packages of the product that it may import. The longest prefix decides.
PRODUCT = table(
    {
        "participant_strategies": "participant_strategies",
        "requirements": "requirements",
        "failures": "",
        "limits": "",
        "loopback_only": "",
        "environment": "loopback_only",
        "atomic": "",
        "overhearing": "",
        "stored": "",
        "adapter": "participant_strategies",
        "loading": "adapter",
        "outcomes": "adapter participant_strategies.reply participant_strategies.value",
        "at_once": "",
        "escaped": "",
        "links": "links participant_strategies.contract participant_strategies.delivery participant_strategies.reply",
        "links.connection": "links participant_strategies.delivery participant_strategies.http_text "
        "participant_strategies.reply",
        "subject": "adapter at_once escaped limits links outcomes participant_strategies.contract "
        "participant_strategies.delivery participant_strategies.reply participant_strategies.value",
        "service": "service links participant_strategies.contract participant_strategies.delivery "
        "participant_strategies.http_text participant_strategies.reply",
        "serving": "links service participant_strategies.contract participant_strategies.delivery "
        "participant_strategies.reply",
        "upstream": "links service participant_strategies.contract participant_strategies.delivery "
        "participant_strategies.reply",
        "service_subject": "adapter links subject upstream participant_strategies.reply "
        "participant_strategies.requests participant_strategies.service_requests",
        "judged_service": "repeating service_subject subject",
        "serve_screen": "report.text service participant_strategies.contract",
        "serve_command": "atomic serve_screen service serving",
        "wire_data": "",
        "wire_values": "wire_data participant_strategies.value",
        "wire_form": "wire_data wire_values participant_strategies.reply",
        "links.child": "adapter wire_data",
        "links.quarantine": "adapter limits links.child subject wire_data wire_form participant_strategies.reply",
        "quarantined": "adapter environment loading subject wire_data wire_form participant_strategies.reply",
        "checks": "checks adapter failures links overhearing requirements subject participant_strategies",
        "checks.serving": "checks failures service_subject subject participant_strategies",
        "checks.service": "checks failures service_subject subject participant_strategies",
        "checks.proxy": "checks failures links service_subject participant_strategies",
        "gate": "gate adapter requirements",
        "gate.runner": "gate adapter checks failures links stored subject",
        "counterexamples": "atomic gate.verdicts requirements stored",
        "repeating": "counterexamples gate.verdicts",
        "report": "report atomic gate.verdicts requirements",
        "reference": "reference adapter participant_strategies.reply participant_strategies.value",
        "adapters": "adapters adapter participant_strategies.reply participant_strategies.value",
        "drift": "",
        "asyncio_fixtures": "",
        "suite": "checks",
        "direct": "checks environment gate links.loopback links.quarantine loading report.run service_subject subject",
        "replaying": "adapter checks counterexamples environment gate judged_service links loading repeating "
        "report.text subject",
        "vector_messages": "participant_strategies",
        "vectors": "checks requirements vector_messages participant_strategies",
        "cli": "adapter atomic counterexamples direct drift gate.verdicts judged_service repeating report "
        "requirements serve_command vectors",
        "judge": "checks.check environment gate subject",
        "plugin": "adapter asyncio_fixtures checks.check direct environment gate judge judged_service links loading "
        "loopback_only repeating report requirements subject",
        "_participant_pytest_plugin": "plugin requirements serving",
    }
)

#: Module or package → the foreign packages that it may import. What has no row of its own imports none.
FOREIGN = {
    "participant_strategies": {"hypothesis"},
    C: set(),
    f"{C}.checks": {"hypothesis"},
    f"{C}.gate.runner": {"hypothesis"},
    f"{C}.gate.isolation": {"hypothesis"},
    f"{C}.links.connection": {"h11"},
    f"{C}.links.outgoing": {"h11"},
    f"{C}.links.respx_link": {"httpx", "respx"},
    f"{C}.reference": {"defusedxml", "httpx"},
    f"{C}.adapters.aiobotocore": {"aiobotocore", "botocore"},
    f"{C}.adapters.boto3": {"boto3", "botocore"},
    f"{C}.adapters.botocore_words": {"botocore"},
    f"{C}.adapters.capo": {"capo_connectparticipant", "zapros"},
    f"{C}.drift": {"botocore"},
    f"{C}.asyncio_fixtures": {"pytest_asyncio"},
    f"{C}.cli": {"click"},
    f"{C}.serve_command": {"click", "trustme"},
    f"{C}.serve_screen": {"click", "rich"},
    f"{C}.judge": {"pytest"},
    f"{C}.plugin": {"pytest"},
    "_participant_pytest_plugin": {"pytest"},
}


@cache
def modules() -> dict[str, Path]:
    """Return the file of every module of the product by its name."""
    return {_name(file, source): file for source in SOURCES for file in sorted(source.rglob("*.py"))}


def _name(file: Path, source: Path) -> str:
    parts = file.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(module: str) -> frozenset[str]:
    """Return what a module imports anywhere in it, but for the standard library."""
    found = _imports(ast.walk(_tree(module)))
    return frozenset(name for name in found if name.partition(".")[0] not in sys.stdlib_module_names)


def _tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def _imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "an import within the package names it whole"
            for alias in node.names:
                # ``from package import module`` imports the module.
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else node.module


def within(name: str, prefix: str) -> bool:
    """Tell whether a module is ``prefix`` or stands below it."""
    return name == prefix or name.startswith(f"{prefix}.")


def row_of(module: str, prefixes: Iterable[str]) -> str:
    """Return the prefix that decides about ``module``."""
    return max((prefix for prefix in prefixes if within(module, prefix)), key=len, default="")


def of_the_product(names: frozenset[str]) -> set[str]:
    """Return those of the imported names that are modules of the product."""
    return {name for name in names if name in modules()}


#: Packages that hold nothing but a docstring belong to no layer.
EMPTY = {name for name in modules() if not list(_imports(ast.walk(_tree(name))))}


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_module_imports_what_its_layer_may(module: str) -> None:
    """Within the product, imports go down the layers, never up or across."""
    allowed = PRODUCT.get(row_of(module, PRODUCT), ())
    strays = {name for name in of_the_product(imported(module)) if not any(within(name, prefix) for prefix in allowed)}
    assert not strays, f"{module} may import {', '.join(allowed) or 'nothing'} of the product"


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_module_imports_the_foreign_packages_it_is_about(module: str) -> None:
    """What costs start-up time, or may be missing, is imported in one place."""
    foreign = {name.partition(".")[0] for name in imported(module) - of_the_product(imported(module))}
    assert foreign <= FOREIGN[row_of(module, FOREIGN)]


@pytest.mark.parametrize("module", sorted(set(modules()) - EMPTY))
def test_a_module_that_imports_anything_has_a_row(module: str) -> None:
    """A new module is put into a layer when it is made."""
    assert row_of(module, PRODUCT)


@pytest.mark.parametrize("prefix", [*PRODUCT, *FOREIGN])
def test_a_row_is_about_something(prefix: str) -> None:
    """A row of a module that is gone goes with it."""
    assert any(within(module, prefix) for module in modules())


@pytest.mark.parametrize("prefix", PRODUCT)
def test_what_a_row_allows_is_used(prefix: str) -> None:
    """An allowance that nobody needs any more is taken back."""
    names = {name for module in modules() if row_of(module, PRODUCT) == prefix for name in imported(module)}
    assert not [allowed for allowed in PRODUCT[prefix] if not any(within(name, allowed) for name in names)]


@pytest.mark.parametrize("layer", ["checks", "gate", "report", "requirements", "reference", "links", "subject"])
def test_no_layer_but_the_plugin_knows_pytest(layer: str) -> None:
    """Checks are judged without pytest too."""
    below = [name for module in modules() if within(module, f"{C}.{layer}") for name in imported(module)]
    assert not [
        name for name in below if within(name, "pytest") or within(name, f"{C}.plugin") or within(name, f"{C}.judge")
    ]


def test_private_names_of_hypothesis_are_met_in_one_place() -> None:
    """What may be gone with the next release of Hypothesis is guarded there."""
    assert {module for module in modules() for name in imported(module) if within(name, "hypothesis.internal")} == {
        f"{C}.gate.isolation"
    }


def test_the_entry_point_imports_nothing_heavy() -> None:
    """In a project that does not run the suite, the plugin costs the import of pytest, which is there anyway."""
    at_import = (node for node in _tree("_participant_pytest_plugin").body if not isinstance(node, ast.If))
    heavy = {name for name in _imports(at_import) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert heavy == {"pytest"}


def test_only_imports_for_type_checkers_are_conditional_in_the_entry_point() -> None:
    """What stands under a condition is never run."""
    conditions = [
        ast.unparse(node.test) for node in _tree("_participant_pytest_plugin").body if isinstance(node, ast.If)
    ]
    assert conditions == ["TYPE_CHECKING"]


@pytest.mark.parametrize("folder", ["strategies", "conformance", "tests"])
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    """A module is named by what it owns."""
    names = (path.stem if path.suffix == ".py" else path.name for path in (ROOT / folder).rglob("*"))
    assert not FORBIDDEN_NAMES.intersection(names)


def test_the_table_in_the_documentation_is_this_one() -> None:
    """ARCHITECTURE.md says what is held here, row by row."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.search(r"<!-- imports -->(.*)<!-- /imports -->", text, re.DOTALL)
    if section is None:
        pytest.skip("ARCHITECTURE.md has no section between <!-- imports --> and <!-- /imports -->")
    rows = re.findall(r"^\| `([\w.]+)` \| (.*) \|$", section[1], re.MULTILINE)
    documented = {whole(prefix): {whole(name) for name in re.findall(r"`([\w.]+)`", names)} for prefix, names in rows}
    assert documented == {prefix: set(names) for prefix, names in PRODUCT.items()}, f"the rows are\n{documentation()}"


def documentation() -> str:
    """Return the rows of the table as ARCHITECTURE.md has them."""
    short = {
        prefix: [f"`{name.removeprefix(f'{C}.')}`" for name in (prefix, *names)] for prefix, names in PRODUCT.items()
    }
    return "\n".join(f"| {prefix} | {', '.join(names) or 'nothing'} |" for prefix, *names in short.values())
