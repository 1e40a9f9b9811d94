"""Broken copies of the reference implementation: every check must be able to fail."""
