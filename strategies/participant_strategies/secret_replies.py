"""Replies that hold secrets which can be recognised wherever they turn up.

Owns the secrets and where they stand in a reply. The service's own messages never hold one: a message is there to be
shown. It must not know where an implementation might show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.json_text import json_tree, one_of_these, render
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, ConnectionRequest, Defect, Reply
from participant_strategies.successes import put, success_case
from participant_strategies.value import String, Structure


class Secret(StrEnum):
    """What is not to be shown."""

    PARTICIPANT_TOKEN = "the participant token"  # noqa: S105 - its name, not its value
    CONNECTION_TOKEN = "the connection token"  # noqa: S105 - as above
    JOIN_TOKEN = "the join token"  # noqa: S105 - as above
    URL_QUERY = "the query of the websocket's URL"


#: How each secret begins, so that it is found again.
_MARKS = {
    Secret.PARTICIPANT_TOKEN: "pt7Qm",
    Secret.CONNECTION_TOKEN: "ct4Xw",
    Secret.JOIN_TOKEN: "jt9Zk",
    Secret.URL_QUERY: "sg2Vb",
}
_ATTENDEE = ("WebRTCConnection", "Attendee")


@dataclass(frozen=True, slots=True)
class SecretReply:
    """A reply that holds all secrets of one number; ``defect`` is what makes it an error, ``control`` is without."""

    number: int
    reply: Reply
    defect: Defect
    control: Case

    def __repr__(self) -> str:
        return f"{self.reply!r} ({self.defect!r})"

    def secret(self, secret: Secret) -> str:
        """Return a secret's text."""
        return f"{_MARKS[secret]}{self.number:032x}"

    @property
    def request(self) -> ConnectionRequest:
        """The request that the reply answers."""
        return ConnectionRequest(self.secret(Secret.PARTICIPANT_TOKEN), ("WEBSOCKET", "CONNECTION_CREDENTIALS"))


def secret_value(number: int) -> Structure:
    """Return the value that holds the secrets of a number."""
    told = {secret: f"{mark}{number:032x}" for secret, mark in _MARKS.items()}
    value = put(Structure(), ("Websocket", "Url"), String(f"wss://a/b?X-Amz-Signature={told[Secret.URL_QUERY]}"))
    value = put(value, ("ConnectionCredentials", "ConnectionToken"), String(told[Secret.CONNECTION_TOKEN]))
    return put(value, (*_ATTENDEE, "JoinToken"), String(told[Secret.JOIN_TOKEN]))


def unusable_success(number: int, way: str) -> SecretReply:
    """Make a success that cannot be used, one of :data:`WAYS`."""
    control = success_case(secret_value(number))
    text = control.reply.body.decode()
    body = {
        "cut": text[:-1],
        "cut within": text[: text.index(_MARKS[Secret.JOIN_TOKEN]) + 40],
        "continued": f"{text}x",
        "in a list": f"[{text}]",
        "a member of the wrong type": text.replace('"Attendee":{', '"Attendee":{"AttendeeId":[0],'),
        "the token in a list": text.replace('"JoinToken":', '"JoinToken":[').replace('"}}}', '"]}}}'),
        "a structure in a list": text.replace('"Attendee":', '"Attendee":[').replace("}}}", "}]}}"),
        "behind a page": f"<html>{text}",
    }[way]
    return SecretReply(
        number, Reply(200, (JSON_CONTENT_TYPE,), body.encode()), Defect("unusable-success", way), control
    )


#: How a success that holds secrets is made unusable.
WAYS = (
    *("cut", "cut within", "continued", "in a list", "a member of the wrong type", "the token in a list"),
    *("a structure in a list", "behind a page"),
)
ERRORS = (("AccessDeniedException", 403), ("InternalServerException", 500), ("A", 400))


def failed_reply(number: int, code: str, status: int, *, echoes: bool) -> SecretReply:
    """Make an error; ``echoes``: its body also holds what a success would."""
    tree = json_tree(secret_value(number)) if echoes else json_tree(Structure())
    body = render(tree).replace("{", '{"Message":"a"' + ("," if echoes else ""), 1)
    headers = (JSON_CONTENT_TYPE, (ERROR_TYPE_HEADER, code))
    what = f"{code}, {'with the members of a success' if echoes else 'as usual'}"
    return SecretReply(
        number, Reply(status, headers, body.encode()), Defect("error", what), success_case(secret_value(number))
    )


def intact(number: int) -> SecretReply:
    """Make the success itself."""
    control = success_case(secret_value(number))
    return SecretReply(number, control.reply, Defect("none", "a plain success"), control)


_NUMBERS = st.integers(0, 2**128 - 1)


@cache
def unusable_successes() -> SearchStrategy[SecretReply]:
    """Draw a success that holds secrets and cannot be used."""
    return st.builds(unusable_success, _NUMBERS, st.sampled_from(WAYS))


@cache
def secret_replies(*, successes: bool = True) -> SearchStrategy[SecretReply]:
    """Draw a reply around which secrets are known: an error, an unusable success, or a plain one if asked for."""

    @st.composite
    def replies(draw: DrawFn) -> SecretReply:
        number, which = draw(_NUMBERS), draw(one_of_these(_MADE if successes else _MADE[1:]))
        return _make(number, which)

    return replies()


#: What is drawn: nothing, the way of an unusable success, or an error and whether it echoes.
_MADE: tuple[str | tuple[str, int, bool] | None, ...] = (
    None,
    *WAYS,
    # More often than the others, of which an implementation may make no error at all.
    *(3 * tuple((code, status, echoes) for code, status in ERRORS for echoes in (False, True))),
)


def _make(number: int, which: str | tuple[str, int, bool] | None) -> SecretReply:
    if which is None:
        return intact(number)
    if isinstance(which, str):
        return unusable_success(number, which)
    code, status, echoes = which
    return failed_reply(number, code, status, echoes=echoes)
