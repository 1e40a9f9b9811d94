"""Checks of ``decode.*`` and ``error.*`` that only a socket shows."""

from __future__ import annotations

__all__ = [name for name in globals() if name.startswith("test_")]
