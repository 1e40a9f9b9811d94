"""What the next requests are to be answered, whatever they ask for.

Owns the two forms: an answer of its own, with the faults that can happen to one, or an error by its name.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TypeAlias

from participant_strategies.contract import contract
from participant_strategies.delivery import Answer
from participant_strategies.http_text import message

_NAME = frozenset(string.ascii_letters + string.digits + "_.#:/-")
_DEFAULT_STATUS = 400


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the service: its type, the message (``None``: a plain one) and the status.

    The status of a type that the service models is the model's, where none is given.
    """

    error: str
    message: str | None = None
    status: int | None = None

    def __post_init__(self) -> None:
        if not self.error or not set(self.error) <= _NAME:
            raise ValueError(f"an error's type is made of letters and digits: {self.error!r}")
        if self.status is not None and not 400 <= self.status <= 599:
            raise ValueError(f"the status of an error is from 400 to 599: {self.status}")

    @property
    def code(self) -> int:
        """The status it goes out with."""
        modeled = contract().errors.get(self.error)
        return self.status or (modeled.status if modeled else _DEFAULT_STATUS)


Scripted: TypeAlias = Answer | Failure


def checked(scripted: Scripted) -> Scripted:
    """Return what was scripted, if it can be sent. Raises ``ValueError`` for a header that no byte can stand for."""
    if isinstance(scripted, Answer):
        if not 200 <= scripted.reply.status <= 599:
            raise ValueError(f"the status of a reply is from 200 to 599: {scripted.reply.status}")
        message(scripted)  # UnicodeEncodeError is a ValueError
    return scripted
