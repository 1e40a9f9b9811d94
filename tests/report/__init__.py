"""Tests of the report: counting, exit codes, views, files."""
