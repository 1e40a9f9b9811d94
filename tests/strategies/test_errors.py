"""Drawn error replies: each says what its outcome is, and all ways to say it are drawn."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import strategies as st

from participant_strategies.contract import contract
from participant_strategies.errors import (
    ERROR_TYPE_HEADER,
    NAMESPACES,
    UNKNOWN_TYPES,
    URIS,
    Dress,
    Family,
    Message,
    Place,
    Statement,
    codes,
    drawn_rival,
    dressed,
    dressings,
    error_case,
    error_replies,
    expected_error,
    messages,
    status_of,
    statuses,
)
from participant_strategies.json_text import Spelling
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Reply, ServiceError
from tests.strategies import reading
from tests.strategies.drawing import draws
from tests.strategies.validity import FACTS

DRAWS = 1000
OFTEN = 50
MODELED = set(FACTS["operation"]["errors"])
ERRORS = FACTS["errors"]


def outcome(case: Case) -> ServiceError:
    """Return the expected outcome, which is an error."""
    assert isinstance(case.expected, ServiceError)
    return case.expected


def family(case: Case) -> Family:
    """Tell which family the type of a case belongs to."""
    code = outcome(case).code
    if code in MODELED:
        return Family.MODELED
    return Family.SERVICE if code in ERRORS else Family.UNKNOWN


def message(case: Case) -> Message:
    """Tell what the reply of a case says of the reason."""
    said = reading.members(case.reply).get("Message")
    return Message.ABSENT if said is None else Message.PRESENT if said else Message.EMPTY


def named(case: Case) -> dict[Place, str]:
    """Return the types that the reply of a case names, bare, by their place."""
    return {place: reading.bare(text) for place, text in reading.statements(case.reply).items()}


def in_conflict(case: Case) -> bool:
    """Tell whether a reply names two types."""
    return len(set(named(case).values())) > 1


@pytest.fixture(name="cases", scope="module")
def cases_fixture() -> list[Case]:
    """Return a thousand drawn error replies."""
    return draws(error_replies(), DRAWS)


# The outcome is what the reply says


def test_the_outcome_is_what_the_reply_names(cases: list[Case]) -> None:
    """The header decides; without one, whatever place names a type."""
    for case in cases:
        types = named(case)
        assert outcome(case).code == types.get(Place.HEADER, next(iter(types.values())))


def test_the_message_is_what_the_reply_says(cases: list[Case]) -> None:
    """The member ``Message`` and no other; where it says nothing, the implementation may say something."""
    for case in cases:
        said = reading.members(case.reply).get("Message")
        assert outcome(case).message == said
        assert case.message_free is not bool(said)


def test_known_are_the_errors_of_the_operation(cases: list[Case]) -> None:
    """Whether other errors of the service are known is free; all others are unknown."""
    for case in cases:
        assert outcome(case).known is (family(case) is Family.MODELED)
        assert case.known_free is (family(case) is Family.SERVICE)


def test_the_status_is_the_modelled_one(cases: list[Case]) -> None:
    """An unknown type comes with 400."""
    for case in cases:
        assert case.reply.status == ERRORS.get(outcome(case).code, {"status": 400})["status"]


def test_code_and_dunder_type_never_disagree(cases: list[Case]) -> None:
    """Nothing says which of them would win."""
    for case in cases:
        types = named(case)
        assert len({types[place] for place in (Place.CODE, Place.DUNDER_TYPE) if place in types}) <= 1


def test_the_body_holds_type_and_message_alone(cases: list[Case]) -> None:
    """An error reply of these is JSON with nothing unexpected in it."""
    for case in cases:
        assert set(reading.members(case.reply)) <= {"code", "__type", "Message"}
        assert [name for name, _ in case.reply.headers if name != ERROR_TYPE_HEADER] == [JSON_CONTENT_TYPE[0]]


def test_a_note_tells_where_which_type_is_named(cases: list[Case]) -> None:
    """What is special about a case can be read in a report."""
    for case in cases:
        stated = reading.statements(case.reply).items()
        assert set(case.note.split(", ")) == {f"{place} names {text}" for place, text in stated}


# All ways are drawn


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("dress", Dress)
def test_every_spelling_is_drawn_in_every_place(cases: list[Case], place: Place, dress: Dress) -> None:
    """Header, ``code`` and ``__type`` each name types alone, before a URI, behind a namespace, and both."""
    stated = [reading.statements(case.reply).get(place) for case in cases]
    assert sum(text is not None and reading.dress(text) is dress for text in stated) >= OFTEN / 2


@pytest.mark.parametrize("place", Place)
def test_every_place_names_the_type_alone(cases: list[Case], place: Place) -> None:
    """No place is drawn only beside another."""
    assert sum(set(named(case)) == {place} for case in cases) >= OFTEN / 2


@pytest.mark.parametrize("kind", Family)
def test_every_family_is_drawn(cases: list[Case], kind: Family) -> None:
    """Types of the operation, of the service and unheard-of ones."""
    assert sum(family(case) is kind for case in cases) >= OFTEN


def test_every_type_of_the_service_is_drawn(cases: list[Case]) -> None:
    """None of the modelled types is left out, and no listed unknown one."""
    assert {*ERRORS, *UNKNOWN_TYPES} <= {outcome(case).code for case in cases}


@pytest.mark.parametrize("kind", Message)
def test_every_kind_of_message_is_drawn(cases: list[Case], kind: Message) -> None:
    """A text, an empty text and none."""
    assert sum(message(case) is kind for case in cases) >= OFTEN


@pytest.mark.parametrize("count", [2, 3])
def test_places_agree(cases: list[Case], count: int) -> None:
    """The same type stands in two places or in all three, each in a spelling of its own."""
    agreeing = [case for case in cases if len(named(case)) == count and not in_conflict(case)]
    assert len(agreeing) >= OFTEN
    assert sum(len(set(reading.statements(case.reply).values())) == count for case in agreeing) >= OFTEN / 5


@pytest.mark.parametrize("place", [Place.CODE, Place.DUNDER_TYPE])
def test_another_type_stands_beside_the_header(cases: list[Case], place: Place) -> None:
    """The header is drawn in conflict with either member."""
    assert sum(in_conflict(case) and place in named(case) for case in cases) >= OFTEN / 2


def test_bodies_are_spelled_in_many_ways(cases: list[Case]) -> None:
    """White space and escapes are drawn here too."""
    spelled = sum(case.reply.body != json.dumps(reading.members(case.reply)).encode() for case in cases)
    assert spelled >= DRAWS / 2
    assert sum(rb"\u" in case.reply.body for case in cases) >= OFTEN


# Arguments


@pytest.mark.parametrize("kind", Family)
def test_families_can_be_limited(kind: Family) -> None:
    """Only types of the given families are named, as rivals too."""
    cases = draws(error_replies(families=[kind]), 100)
    assert {family(case) for case in cases} == {kind}
    types = {name for case in cases for name in named(case).values()}
    assert types <= {Family.MODELED: MODELED, Family.SERVICE: set(ERRORS) - MODELED}.get(kind, types - set(ERRORS))


@pytest.mark.parametrize("place", Place)
def test_places_can_be_limited_to_one(place: Place) -> None:
    """No other place names a type, be it the same or another one."""
    assert {tuple(named(case)) for case in draws(error_replies(places=[place]), 100)} == {(place,)}


def test_places_can_be_limited_to_two() -> None:
    """Agreement and conflict keep to the given places."""
    cases = draws(error_replies(places=[Place.HEADER, Place.CODE]), 200)
    both = (Place.HEADER, Place.CODE)
    assert Counter(tuple(named(case)) for case in cases).keys() == {(Place.HEADER,), (Place.CODE,), both}
    assert {in_conflict(case) for case in cases if tuple(named(case)) == both} == {True, False}


@pytest.mark.parametrize("dress", Dress)
def test_dresses_can_be_limited(dress: Dress) -> None:
    """Only the given spelling is drawn, wherever a type agrees with others."""
    cases = draws(error_replies(dresses=[dress], conflict=False), 100)
    assert {reading.dress(text) for case in cases for text in reading.statements(case.reply).values()} == {dress}


@pytest.mark.parametrize("kind", Message)
def test_messages_can_be_limited(kind: Message) -> None:
    """Only the given kind of message is drawn."""
    assert {message(case) for case in draws(error_replies(messages_of=[kind]), 100)} == {kind}


def test_agreement_can_be_switched_off() -> None:
    """Then a type stands in one place alone, or beside another one."""
    cases = draws(error_replies(agreement=False), 200)
    assert {(len(named(case)), in_conflict(case)) for case in cases} == {(1, False), (2, True)}


def test_conflict_can_be_switched_off() -> None:
    """Then all places of a reply name the same type."""
    cases = draws(error_replies(conflict=False), 200)
    assert {(len(named(case)), in_conflict(case)) for case in cases} == {(1, False), (2, False), (3, False)}


def test_a_type_stands_alone_without_agreement_and_conflict() -> None:
    """With both switched off one place names one type."""
    cases = draws(error_replies(agreement=False, conflict=False), 100)
    assert {len(named(case)) for case in cases} == {1}


# What error replies are made of


@pytest.mark.parametrize(
    ("uri", "namespace", "text"),
    [
        (None, None, "A"),
        ("", None, "A:"),
        ("http://a/#b", None, "A:http://a/#b"),
        (None, "n", "n#A"),
        ("b", "n", "n#A:b"),
    ],
)
def test_a_type_is_dressed(uri: str | None, namespace: str | None, text: str) -> None:
    """A namespace stands before the type, a URI behind it; an empty URI is one."""
    assert dressed("A", uri=uri, namespace=namespace) == text
    assert reading.bare(text) == "A"


@pytest.mark.parametrize("dress", Dress)
def test_every_uri_and_namespace_of_a_spelling_is_drawn(dress: Dress) -> None:
    """All that is listed for a spelling is seen, and nothing of another one."""
    uris = URIS if dress in (Dress.URI, Dress.BOTH) else (None,)
    spaces = NAMESPACES if dress in (Dress.NAMESPACE, Dress.BOTH) else (None,)
    expected = {(uri, space) for uri in uris for space in spaces}
    assert set(draws(dressings((dress,)), 300)) == expected


def test_the_plain_type_is_the_simplest_spelling() -> None:
    """What does not matter is not dressed."""
    assert draws(dressings(), 1) == [(None, None)]


def test_unknown_types_differ_from_all_others_in_any_case() -> None:
    """A drawn unknown type is no modelled one that is merely spelled in other letters."""
    drawn = draws(codes([Family.UNKNOWN]), 500)
    assert {name.lower() for name in drawn}.isdisjoint(name.lower() for name in ERRORS)
    assert len(set(drawn)) >= 100


def test_unknown_types_are_names() -> None:
    """A type is a shape's name: letters first, and nothing that a URI or a namespace would be cut at."""
    assert all(name.replace("_", "a").isalnum() and name[0].isalpha() for name in draws(codes([Family.UNKNOWN]), 300))


def test_types_of_all_families_are_drawn_by_default() -> None:
    """``codes()`` leaves out none of the listed types."""
    assert {*ERRORS, *UNKNOWN_TYPES} <= set(draws(codes(), 600))


def test_a_visible_message_is_not_blank() -> None:
    """A message that one is to see has something to see."""
    drawn = draws(messages(), 300)
    assert all(text.strip() for text in drawn)
    assert max(map(len, drawn)) == 2000


def test_a_message_can_be_empty_if_it_need_not_be_visible() -> None:
    """``visible=False`` adds the empty message."""
    assert "" in draws(messages(visible=False), 300)


def test_statuses_are_those_of_errors() -> None:
    """Both classes are drawn, with their ends, and nothing else."""
    drawn = set(draws(statuses(), 300))
    assert {400, 499, 500} <= drawn
    assert all(400 <= status <= 599 for status in drawn)


@pytest.mark.parametrize("code", ERRORS)
def test_the_status_of_a_modelled_type_is_the_model_s(code: str) -> None:
    """Errors of other operations are modelled as well."""
    assert status_of(code) == ERRORS[code]["status"]


def test_the_status_of_an_unknown_type_is_400() -> None:
    """It is a client's error until one knows better."""
    assert status_of("A") == 400


@pytest.mark.parametrize(("code", "known"), [("ThrottlingException", True), ("ConflictException", False), ("A", False)])
def test_the_expected_error_is_known_if_it_is_the_operation_s(code: str, known: bool) -> None:
    """An error of another operation is not one of this operation's."""
    assert expected_error(code, "m") == ServiceError(code, "m", known=known)


# error_case


def test_a_case_is_made_of_statements() -> None:
    """Header and members say what they are told to, in this order."""
    header, code = Statement(Place.HEADER, "n#A"), Statement(Place.CODE, "A:")
    case = error_case("A", [header, code], message="m", extra=(("x", None),), note="why")
    headers = (JSON_CONTENT_TYPE, (ERROR_TYPE_HEADER, "n#A"))
    assert case.reply == Reply(400, headers, b'{"code":"A:","Message":"m","x":null}')
    assert (case.expected, case.note) == (ServiceError("A", "m", known=False), "why")


def test_a_case_can_have_another_status_header_name_and_spelling() -> None:
    """Whatever is free in a reply is an argument."""
    statement = Statement(Place.HEADER, "A")
    case = error_case("A", [statement], status=599, header_name="x-amzn-errortype", spelling=Spelling(space=(" ",)))
    assert case.reply == Reply(599, (JSON_CONTENT_TYPE, ("x-amzn-errortype", "A")), b" { } ")


def test_a_case_can_have_no_body() -> None:
    """No body is not the same as an empty object."""
    case = error_case("A", [Statement(Place.HEADER, "A")], empty_body=True)
    assert case.reply.body == b""


def test_a_case_keeps_its_control() -> None:
    """The case without the defect travels along."""
    control = error_case("A", [])
    assert error_case("A", [], control=control).control is control


@pytest.mark.parametrize("statement", [Statement(Place.CODE, "A"), Statement(Place.DUNDER_TYPE, "A")], ids=repr)
def test_what_stands_in_the_body_needs_one(statement: Statement) -> None:
    """A contradiction is a mistake of the caller's."""
    with pytest.raises(ValueError, match=r"^a reply without a body cannot hold members$"):
        error_case("A", [statement], empty_body=True)


@pytest.mark.parametrize(("text", "free"), [(None, True), ("", True), ("m", False)])
def test_a_message_is_compared_where_there_is_one(text: str | None, free: bool) -> None:
    """Without one an implementation may say something of its own."""
    assert error_case("A", [], message=text).message_free is free


@pytest.mark.parametrize("code", ["AccessDeniedException", UNKNOWN_TYPES[-1], "another"])
def test_a_rival_is_a_listed_type_and_another_one(code: str) -> None:
    """Every other type can be one, and the simplest is the first."""
    rivals = draws(st.composite(drawn_rival)(code), 400)
    assert set(rivals) == {*ERRORS, *UNKNOWN_TYPES} - {code}
    assert rivals[0] == next(name for name in [*contract().modeled_errors] if name != code)


def test_a_rival_is_of_the_families_asked_for() -> None:
    """Of few types that are left, each is drawn."""
    rivals = draws(st.composite(drawn_rival)("AccessDeniedException", (Family.MODELED,)), 60)
    assert set(rivals) == MODELED - {"AccessDeniedException"}
