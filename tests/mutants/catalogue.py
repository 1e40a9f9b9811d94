"""All mutants, in the order of the requirements that they break."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from participant_conformance.requirements import catalogue
from tests.mutants import (
    accepting,
    calling,
    classifying,
    deciding,
    decoding,
    encoding,
    enduring,
    lasting,
    leniency,
    naming,
    parsing,
    retrying,
    sharing,
    straying,
    telling,
    wiring,
    wording,
    xml_classifying,
    xml_harm,
    xml_reading,
)
from tests.mutants.tampering import Mutant, mutants_of


@cache
def mutants() -> MappingProxyType[str, Mutant]:
    """Return every mutant by its name."""
    order = [requirement.id for requirement in catalogue()]
    modules = (
        *(decoding, accepting, parsing, enduring, leniency),
        encoding,
        *(xml_reading, xml_harm, xml_classifying),
        *(classifying, deciding, wording, naming),
        *(calling, straying),
        *(wiring, sharing, lasting, retrying),
        telling,
    )
    found = [mutant for module in modules for mutant in mutants_of(vars(module))]
    found.sort(key=lambda mutant: order.index(mutant.breaks))
    named = {mutant.name: mutant for mutant in found}
    if len(named) < len(found):
        raise NameError("two mutants have the same name")
    return MappingProxyType(named)
