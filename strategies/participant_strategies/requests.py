"""Strategies of valid requests."""

from __future__ import annotations

import string
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest

#: What a header field can hold without white space: RFC 9110, section 5.5 (VCHAR).
VISIBLE_ASCII = "".join(sorted(string.digits + string.ascii_letters + string.punctuation))

_TELLING_TOKENS = ("a", "a.b-c_d", "QVFJREFI/+==", "a,b;c=d", '"a"', "%41", "a:b", "A" * 1000)


@cache
def participant_tokens() -> SearchStrategy[str]:
    """Draw a participant token: visible ASCII, of the length that the model allows."""
    shape = contract().shapes["ParticipantToken"]
    free = st.text(VISIBLE_ASCII, min_size=shape.minimum or 1, max_size=60)
    return st.one_of(st.sampled_from(_TELLING_TOKENS), free)


@cache
def connection_requests(*, known_types: bool = True) -> SearchStrategy[ConnectionRequest]:
    """Draw a valid request: a token, ``Type`` absent or any non-empty list, ``ConnectParticipant`` absent or not.

    Types may stand twice, in any order. ``known_types=False`` draws at least one ``Type`` that the model does not list
    (the set is open: a newer service may know more).
    """
    listed = contract().shapes["ConnectionType"].values
    if known_types:
        types = st.none() | st.lists(st.sampled_from(listed), min_size=1, max_size=4)
    else:
        unknown = st.sampled_from(["VIDEO", "websocket", "WEBSOCKET_V2", "a", "\u00e9"])
        some = st.lists(st.sampled_from(listed), max_size=2)
        types = st.tuples(some, unknown).map(lambda drawn: [*drawn[0], drawn[1]])
    return st.builds(
        ConnectionRequest,
        participant_token=participant_tokens(),
        type=types.map(lambda drawn: None if drawn is None else tuple(drawn)),
        connect_participant=st.sampled_from([None, True, False]),
    )
