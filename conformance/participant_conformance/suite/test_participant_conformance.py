"""The suite as a test module, for ``participant-conformance run``."""

from participant_conformance.checks import *
