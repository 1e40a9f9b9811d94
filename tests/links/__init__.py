"""Tests of the links: what is served, and what is kept of what arrived."""
