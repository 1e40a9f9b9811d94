"""The suite of what plays the service as a test module, for ``participant-conformance run --service``."""

from participant_conformance.checks.of_service import *
