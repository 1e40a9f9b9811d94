"""What the options of a command or of pytest say of a service that is to be judged.

Owns these options together, the complaints about them, and where tokens are looked for. Tokens are never printed and
never an option of a process that others can see: they go by the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from participant_conformance.repeating import TOKENS_FROM, service_options
from participant_conformance.service_subject import ServiceSubject, usable_address, usable_tokens
from participant_conformance.subject import TIME_LIMIT


@dataclass(frozen=True, slots=True)
class JudgedService:
    """Where the service is, the tokens of the user's, and the port on which the suite plays the service behind it.

    Raises ``AdapterError`` for what is no URL of a service, or a token that no header can hold.
    """

    url: str
    tokens: tuple[str, ...] = ()
    upstream: int | None = None

    def __post_init__(self) -> None:
        usable_address(self.url)
        usable_tokens(self.tokens)

    @classmethod
    def named(cls, url: str, upstream: int | None, environment: Mapping[str, str]) -> JudgedService:
        """Make one of the options of pytest, with the tokens of the environment."""
        return cls(url, tokens_of(environment), upstream)

    @classmethod
    def again(cls, url: str, way: str, environment: Mapping[str, str]) -> JudgedService:
        """Make one of what :attr:`way` and :attr:`environment` gave to another process."""
        _, _, port = way.partition(":")
        return cls.named(url, int(port) if port else None, environment)

    @property
    def way(self) -> str:
        """How it is reached, in a word."""
        return "http" if self.upstream is None else f"http:{self.upstream}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which another process has the tokens."""
        return {TOKENS_FROM: " ".join(self.tokens)}

    def subject(self, time_limit: float = TIME_LIMIT) -> ServiceSubject:
        """Reach it. Raises ``AdapterError``."""
        return ServiceSubject(self.url, tokens=self.tokens, upstream=self.upstream, time_limit=time_limit)

    def options(self, time_limit: float) -> str:
        """Return the options by which a command judges it in the same way."""
        seconds = None if time_limit == TIME_LIMIT else time_limit
        return service_options(self.upstream, tokens=bool(self.tokens), seconds=seconds)


def tokens_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tokens of the environment: blanks separate them."""
    return tuple(environment.get(TOKENS_FROM, "").split())
