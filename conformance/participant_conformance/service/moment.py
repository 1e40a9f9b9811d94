"""Points in time, which whoever runs the service passes in, and how they are written.

Owns the two ways to tell the time and their spellings. It must not ask any clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time. ``now``: seconds that only go forward. ``wall``: seconds since 1970, by a wall clock."""

    now: float
    wall: float


def iso(wall: float) -> str:
    """Write a time as the API reference spells expiries: yyyy-MM-ddThh:mm:ss.SSSZ."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def basic_iso(wall: float) -> str:
    """Write a time as the query of a presigned URL does: yyyyMMddThhmmssZ."""
    return datetime.fromtimestamp(wall, UTC).strftime("%Y%m%dT%H%M%SZ")


def http_date(wall: float) -> str:
    """Write a time as the header ``Date`` does: RFC 9110, section 5.6.7."""
    return formatdate(wall, usegmt=True)
