"""Tests of the product, by subject."""
