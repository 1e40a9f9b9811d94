"""The catalogue of requirements as data, one TOML file an area, and its loader.

Owns what a requirement is. It must not know how one is checked; the checks name their requirement by its id.
"""

from participant_conformance.requirements.catalogue import (
    AREAS,
    EDITION,
    EVIDENCE,
    SERVICE_AREAS,
    Catalogue,
    Level,
    OtherSideError,
    Requirement,
    UnknownRequirementError,
    catalogue,
)

__all__ = [
    "AREAS",
    "EDITION",
    "EVIDENCE",
    "SERVICE_AREAS",
    "Catalogue",
    "Level",
    "OtherSideError",
    "Requirement",
    "UnknownRequirementError",
    "catalogue",
]
