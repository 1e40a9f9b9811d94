"""Strategies of valid requests."""

from __future__ import annotations

import string
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.contract import contract
from participant_strategies.reply import ConnectionRequest
from participant_strategies.texts import pooled_texts

#: What a header field can hold without white space: RFC 9110, section 5.5 (VCHAR).
VISIBLE_ASCII = "".join(sorted(string.digits + string.ascii_letters + string.punctuation))

_TELLING_TOKENS = ("a", "a.b-c_d", "QVFJREFI/+==", "a,b;c=d", '"a"', "%41", "a:b", "A" * 1000)
_UNKNOWN_TYPES = ("VIDEO", "websocket", "WEBSOCKET_V2", "a", "\u00e9")


@cache
def participant_tokens() -> SearchStrategy[str]:
    """Draw a participant token: visible ASCII, of the length that the model allows."""
    shape = contract().shapes["ParticipantToken"]
    return pooled_texts(_TELLING_TOKENS, st.text(VISIBLE_ASCII, min_size=shape.minimum or 1, max_size=60))


@cache
def connection_requests(*, known_types: bool = True) -> SearchStrategy[ConnectionRequest]:
    """Draw a valid request: a token, ``Type`` absent or any non-empty list, ``ConnectParticipant`` absent or not.

    Types may stand twice, in any order. ``known_types=False`` draws at least one ``Type`` that the model does not list
    (the set is open: a newer service may know more).
    """
    listed = contract().shapes["ConnectionType"].values
    # Places of which each may stay empty: a list would cost one draw more for each item. The same chances in lists of
    # different lengths, since of two strategies that are alike Hypothesis copies what one drew into the other's place.
    count = len(listed)
    places = [st.sampled_from([*[None] * count * k, *listed * k]) for k in range(1, 5 if known_types else 3)]
    present = st.sampled_from([False, True, True])
    unlisted = st.sampled_from(_UNKNOWN_TYPES)
    tokens, connects = participant_tokens(), st.sampled_from([None, True, False])

    def types(draw: DrawFn) -> tuple[str, ...] | None:
        if known_types and not draw(present):
            return None
        given = tuple(name for name in map(draw, places) if name is not None)
        return given or listed[:1] if known_types else (*given, draw(unlisted))

    @st.composite
    def requests(draw: DrawFn) -> ConnectionRequest:
        return ConnectionRequest(draw(tokens), types(draw), draw(connects))

    return requests()
