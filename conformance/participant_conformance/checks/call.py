"""Checks of ``call.*``: framing, retries, several calls at once, and that a call ends."""

from __future__ import annotations

__all__ = [name for name in globals() if name.startswith("test_")]
