"""Tests of the gate: the runner, verdicts, settings, isolation."""
