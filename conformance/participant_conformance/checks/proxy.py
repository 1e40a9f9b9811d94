"""Checks of ``proxy.*``: what stands before the service."""

from __future__ import annotations

__all__ = [name for name in globals() if name.startswith("test_")]
