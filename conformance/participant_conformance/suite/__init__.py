"""The test module and the pytest configuration that ``participant-conformance run`` uses."""
