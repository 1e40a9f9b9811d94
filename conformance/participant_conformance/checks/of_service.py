"""The checks of what plays the service: ``from participant_conformance.checks.of_service import *`` makes them tests.

Owns nothing but the list.
"""

from functools import cache

from participant_conformance.checks.check import Check, checks_of
from participant_conformance.checks.proxy import *
from participant_conformance.checks.service import *


@cache
def service_registry() -> dict[str, Check]:
    """Return every check of a service or a proxy by the id of its requirement, in the order of the catalogue."""
    return {check.requirement.id: check for check in checks_of(globals())}


__all__ = [check.requirement.function_name for check in service_registry().values()]
