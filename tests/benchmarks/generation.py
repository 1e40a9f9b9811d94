"""How fast values are drawn, against the floor of Hypothesis itself and against the plain way to write it.

Owns the table of what is measured: one line for a strategy, with what one of its draws may cost at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_conformance.checks import decode, decode_defects, decode_freedoms, error, error_freedoms, request
from participant_strategies.contract import Shape, contract
from participant_strategies.defects import Trouble, defective_replies
from participant_strategies.error_bodies import modeled_bodies, unknown_bodies
from participant_strategies.error_defects import defective_errors, unusable_messages, unusable_types
from participant_strategies.errors import Dress, codes, dressings, error_replies, messages, statuses
from participant_strategies.json_text import json_spellings
from participant_strategies.requests import connection_requests, participant_tokens
from participant_strategies.responses import connection_responses
from participant_strategies.secret_replies import secret_replies, unusable_successes
from participant_strategies.successes import success_replies
from tests.benchmarks.interleaved import Goal, ratio, rounds

#: Few examples and many rounds: a round is to be over before the machine has something else to do.
EXAMPLES = 400

RESPONSE = "connection_responses()"
#: What one draw may cost, as a multiple of a 64-bit integer's; a response may cost less, since most others hold one.
USUAL = 4.0
GOALS = {RESPONSE: 3.0}

STRATEGIES: Mapping[str, Callable[[], SearchStrategy[Any]]] = {
    RESPONSE: connection_responses,
    "connection_responses(xml=True)": lambda: connection_responses(xml=True),
    "json_spellings()": json_spellings,
    "success_replies()": success_replies,
    "success_replies(miscased_names=True)": lambda: success_replies(miscased_names=True),
    "codes()": codes,
    "dressings()": dressings,
    "messages()": messages,
    "statuses()": statuses,
    "error_replies()": error_replies,
    "participant_tokens()": participant_tokens,
    "connection_requests()": connection_requests,
    "connection_requests(known_types=False)": lambda: connection_requests(known_types=False),
    "decode.exact_texts()": decode.exact_texts,
    "decode.spelled_values()": decode.spelled_values,
    "decode.nulled_members()": decode.nulled_members,
    "decode.empty_structures()": decode.empty_structures,
    "decode.empty_objects()": decode.empty_objects,
    "decode.empty_bodies()": decode.empty_bodies,
    "decode.unknown_members()": decode.unknown_members,
    "decode.dunder_types()": decode.dunder_types,
    "decode.unknown_enums()": decode.unknown_enums,
    "decode.pairs()": decode.pairs,
    "error.dressed_types(URI)": lambda: error.dressed_types((Dress.URI,)),
    "error.dressed_types(NAMESPACE, BOTH)": lambda: error.dressed_types((Dress.NAMESPACE, Dress.BOTH)),
    "error.foreign_namespaces()": error.foreign_namespaces,
    "error.header_names()": error.header_names,
    "error.contradicted_headers()": error.contradicted_headers,
    "error.nested_types()": error.nested_types,
    "error.unknown_types()": error.unknown_types,
    "error.drawn_messages()": error.drawn_messages,
    "error.without_message()": error.without_message,
    # Bulk is aside: what it costs is megabytes.
    "defective_replies()": lambda: defective_replies(troubles=set(Trouble) - {Trouble.BULK}),
    "defective_replies(GARBAGE)": lambda: defective_replies(troubles=[Trouble.GARBAGE]),
    "defective_replies(ENCODING)": lambda: defective_replies(troubles=[Trouble.ENCODING]),
    "defective_replies(WRONG_TYPE)": lambda: defective_replies(troubles=[Trouble.WRONG_TYPE]),
    "defective_replies(HOSTILE_NAME)": lambda: defective_replies(troubles=[Trouble.HOSTILE_NAME]),
    "defective_errors()": defective_errors,
    "unusable_messages()": unusable_messages,
    "unusable_types()": unusable_types,
    "modeled_bodies()": modeled_bodies,
    "unknown_bodies()": unknown_bodies,
    "secret_replies()": secret_replies,
    "unusable_successes()": unusable_successes,
    "decode_defects.defective_outcomes()": decode_defects.defective_outcomes,
    "decode_freedoms.miscased_names()": decode_freedoms.miscased_names,
    "decode_freedoms.success_statuses()": decode_freedoms.success_statuses,
    "decode_freedoms.unlimited_texts()": decode_freedoms.unlimited_texts,
    "decode_freedoms.content_types()": decode_freedoms.content_types,
    "error_freedoms.contradicted_headers()": error_freedoms.contradicted_headers,
    "error_freedoms.foreign_statuses()": error_freedoms.foreign_statuses,
    "error_freedoms.stated_errors()": error_freedoms.stated_errors,
    "request.paths()": request.paths,
    "request.injections()": request.injections,
    "request.recognisable_tokens()": request.recognisable_tokens,
}
PLAIN = Goal("fixed_dictionaries against a valid response", 1.3, at_least=True)


def drawing(strategy: SearchStrategy[Any]) -> Callable[[], None]:
    """Return an action that draws many examples, others each time, but the same in every run of the benchmark."""
    numbers = count()

    def draw() -> None:
        @seed(next(numbers))
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def examples(_value: object) -> None:
            pass

        examples()

    return draw


def plain_responses() -> SearchStrategy[Mapping[str, object]]:
    """Write the response as one would at first: optional keys, text, formatted times and ids."""
    return _plain(contract().shapes[contract().output])


def _plain(shape: Shape) -> SearchStrategy[Any]:
    if shape.kind == "structure":
        members = {name: _plain(contract().shapes[target]) for name, target in shape.members.items()}
        return st.fixed_dictionaries({}, optional=members)
    if shape.kind == "enum":
        return st.sampled_from(shape.values)
    if shape.name == "ISO8601Datetime":
        return st.datetimes().map(lambda when: f"{when.isoformat()}Z")
    if shape.pattern:
        return st.uuids().map(str)
    return st.text(min_size=1, max_size=40)


def main(number: int) -> bool:
    """Measure and print; return whether the goals are met."""
    drawn = {name: drawing(make()) for name, make in STRATEGIES.items()}
    found = rounds({"integer": drawing(st.integers(0, 2**64 - 1)), "plain": drawing(plain_responses())} | drawn, number)
    measured = {
        Goal(f"{name} against a 64-bit integer", GOALS.get(name, USUAL)): ratio(found[name], found["integer"])
        for name in STRATEGIES
    }
    measured[PLAIN] = ratio(found["plain"], found[RESPONSE])
    for goal, value in measured.items():
        print(goal.told(value))
    return all(goal.met(value) for goal, value in measured.items())
