"""Checks of ``request.*`` where a client is free, or does well to be careful."""

from __future__ import annotations

__all__ = [name for name in globals() if name.startswith("test_")]
