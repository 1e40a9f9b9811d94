"""Correct implementations that use what the contract leaves free: no check may fail them."""
