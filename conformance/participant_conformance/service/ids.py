"""Tokens, identifiers and signatures that look drawn and are counted.

Owns how they are made. There is no chance in it: who wants other names in each run passes another ``salt``.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Ids:
    """A source of names: each one new where it is counted, the same again where it is made of a name."""

    salt: str = ""
    _counts: Counter[str] = field(default_factory=Counter)

    def guid(self, kind: str) -> str:
        """Return a new GUID."""
        return _guid(self._next(kind))

    def guid_of(self, kind: str, name: str) -> str:
        """Return the GUID that belongs to a name."""
        return _guid(self._digest(kind, name))

    def token(self, kind: str) -> str:
        """Return a new token: 86 characters that a header and a URL take as they are."""
        return _token(self._next(kind))

    def token_of(self, kind: str, name: str) -> str:
        """Return the token that belongs to a name."""
        return _token(self._digest(kind, name))

    def signature(self, kind: str) -> str:
        """Return 64 hexadecimal digits, as Signature Version 4 has them."""
        return self._next(kind).hex()[:64]

    def _next(self, kind: str) -> bytes:
        self._counts[kind] += 1
        return self._digest(kind, str(self._counts[kind]))

    def _digest(self, kind: str, name: str) -> bytes:
        return hashlib.sha512(f"{self.salt}\n{kind}\n{name}".encode("utf-8", "surrogatepass")).digest()


def _guid(digest: bytes) -> str:
    # RFC 9562, section 5.8: a form for what is made by other rules.
    digits = digest.hex()
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def _token(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
