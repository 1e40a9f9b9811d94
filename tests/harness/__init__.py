"""Tests of the harness: adapters, the subject, limits, the environment, the catalogue, judging."""
