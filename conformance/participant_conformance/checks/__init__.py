"""The checks of a client, one function a requirement: ``from participant_conformance.checks import *`` makes tests.

Owns nothing but the list. A module that star-imports this package runs the suite under pytest.
"""

from functools import cache

from participant_conformance.checks.call import *
from participant_conformance.checks.check import Check, checks_of
from participant_conformance.checks.decode import *
from participant_conformance.checks.decode_defects import *
from participant_conformance.checks.decode_freedoms import *
from participant_conformance.checks.encode import *
from participant_conformance.checks.error import *
from participant_conformance.checks.error_freedoms import *
from participant_conformance.checks.error_observed import *
from participant_conformance.checks.error_of import *
from participant_conformance.checks.request import *
from participant_conformance.checks.request_freedoms import *
from participant_conformance.checks.secret import *
from participant_conformance.checks.wire import *
from participant_conformance.checks.xml import *
from participant_conformance.checks.xml_elements import *
from participant_conformance.checks.xml_errors import *
from participant_conformance.checks.xml_hostile import *


@cache
def registry() -> dict[str, Check]:
    """Return every check by the id of its requirement, in the order of the catalogue."""
    return {check.requirement.id: check for check in checks_of(globals())}


def every_check() -> dict[str, Check]:
    """Return the checks of both sides: those of a client, and those of what plays the service."""
    from participant_conformance.checks.of_service import service_registry

    return registry() | service_registry()


#: In the order of the catalogue, in which pytest runs them.
__all__ = [check.requirement.function_name for check in registry().values()]
