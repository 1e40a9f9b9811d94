"""Tests of the pytest plugin: each runs pytest in a consumer's project made for it."""
