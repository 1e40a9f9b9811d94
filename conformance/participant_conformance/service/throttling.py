"""How many requests a second are served.

Owns the counting: a token bucket, as API Gateway limits requests. It must not ask any clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST = 1_000_000


@dataclass(slots=True)
class Throttle:
    """Let ``per_second`` requests pass on the average, and ``burst`` at once."""

    per_second: float
    burst: int
    _filled: float = field(init=False)
    _at: float | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.per_second <= _MOST and 1 <= self.burst <= _MOST):
            raise ValueError(f"a limit is 0 to {_MOST} requests a second, and 1 to {_MOST} at once")
        self._filled = self.burst

    def passes(self, now: float) -> bool:
        """Tell whether a request that arrives now is served, and count it if it is."""
        if self._at is not None:
            self._filled = min(self.burst, self._filled + max(now - self._at, 0.0) * self.per_second)
        self._at = now
        if self._filled < 1:
            return False
        self._filled -= 1
        return True


def limit(per_second: float | None, burst: int | None = None) -> Throttle | None:
    """Make a limit, or none. Where no burst is given, as many requests as a second has pass at once, at least one.

    Raises ``ValueError``.
    """
    if per_second is None:
        return None
    return Throttle(per_second, max(int(min(per_second, _MOST)), 1) if burst is None else burst)
