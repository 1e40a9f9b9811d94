"""Tests of the reference implementation, by examples that were not made by the suite."""
