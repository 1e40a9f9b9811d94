"""Checks of ``decode.*``: what comes of a success reply that is broken, hostile, deep or large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import OTHER, PLAIN
from participant_conformance.checks.judging import content, mismatch, without
from participant_conformance.checks.refusing import taken, within_reach, wrong
from participant_conformance.subject import Subject
from participant_strategies.bulk import DEEP, DEPTHS, SIZES, Bulk, depths, sizes
from participant_strategies.contract import contract
from participant_strategies.defects import (
    Broken,
    Trouble,
    defective_replies,
    hostile_members,
    other_roots,
    wrong_types,
)
from participant_strategies.error_defects import BrokenError, defective_errors
from participant_strategies.reply import Case, Crashed, Decoded, Outcome
from participant_strategies.successes import remove, success_case
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value


def _troubles(*troubles: Trouble) -> SearchStrategy[Broken]:
    return defective_replies(troubles=troubles)


#: What needs no interpreter of its own.
_SMALL = tuple(trouble for trouble in Trouble if trouble is not Trouble.BULK)


@check("decode.garbage-is-no-success", lambda: _troubles(Trouble.GARBAGE), vectors=other_roots())
def test_decode_garbage_is_no_success(subject: Subject, case: Broken) -> None:
    got = taken(subject, case)
    if isinstance(got, Decoded):
        raise wrong(case, "no success", got)


def _same(subject: Subject, case: Case, got: Outcome) -> bool:
    return mismatch(case, got, subject.traits) is None


@check("decode.byte-order-mark", lambda: _troubles(Trouble.BYTE_ORDER_MARK))
def test_decode_byte_order_mark(subject: Subject, case: Broken) -> None:
    got = taken(subject, case)
    if isinstance(got, Decoded) and not _same(subject, success_case(case.value), got):
        raise wrong(case, f"rejected, or {Decoded(case.value)!r}", got)


@check("decode.wrong-type-is-no-value", lambda: _troubles(Trouble.WRONG_TYPE), vectors=wrong_types())
def test_decode_wrong_type_is_no_value(subject: Subject, case: Broken) -> str | None:
    got = taken(subject, case)
    if not isinstance(got, Decoded):
        return None
    found = got.value.get(*case.path)
    strange = any(isinstance(member, (Foreign, List, Boolean)) for _, member in got.value.paths())
    told = None if found is None else _harmless(case, found)
    if strange or (found is not None and told is None):
        raise wrong(case, f"rejected, or no {'.'.join(case.path)}", got)
    return told


def _harmless(case: Broken, found: Value) -> str | None:
    """Say what became of something of another type where that is left open."""
    shape, planted = contract().shape_at(case.path), case.defect.what.rpartition(" ")[2]
    if shape is not None and shape.kind == "structure":
        # There are languages to which an array without names is an object without members.
        emptied = planted[0] == "[" and found == Structure()
        return "a list where a structure belongs becomes an empty structure" if emptied else None
    number = planted.lstrip("-")[0].isdigit() and isinstance(found, (String, Enum))
    return "a number where text belongs becomes text" if number else None


@st.composite
def defective_outcomes(draw: DrawFn) -> Broken | BrokenError:
    """Draw a success with a defect, or half as often an error with one: the controls of the latter need more."""
    return draw(defective_errors()) if draw(_ERRORS) else draw(_troubles(*_SMALL))


_ERRORS = st.sampled_from([False, False, True])
_PLAIN_FORMS: tuple[Broken | BrokenError, ...] = (*other_roots(), *wrong_types())


def _as_success(case: Broken | BrokenError) -> Broken:
    """Return the body of an error as that of a success, for who takes nothing else."""
    return Broken(replace(case.reply, status=200), case.defect, PLAIN, Structure())


@check("decode.own-errors", defective_outcomes, vectors=_PLAIN_FORMS)
def test_decode_own_errors(subject: Subject, case: Broken | BrokenError) -> None:
    case = case if within_reach(subject, case.reply) else _as_success(case)
    got = taken(subject, case)
    if isinstance(got, Crashed):
        raise wrong(case, "a value or an error of the implementation's own kind", got, by_rule=True)


def _bounded(subject: Subject, case: Bulk) -> None:
    got = taken(subject, case)
    allowed = not isinstance(got, (Crashed, Decoded)) or _same(subject, case.control, got)
    if not allowed:
        raise wrong(case, f"rejected, or {Decoded(case.value())!r}", got, by_rule=True)


def _drawn_bulks(limits: Mapping[str, int]) -> SearchStrategy[Bulk]:
    """Draw less than the vectors hold, of any size: what is told is then the smallest that is too much."""
    one_form = [st.builds(Bulk, st.just(form), st.integers(1, limit)) for form, limit in limits.items()]
    return st.one_of(one_form)


@check("decode.depth", lambda: _drawn_bulks(dict.fromkeys(DEEP, max(DEPTHS))), vectors=depths())
def test_decode_depth(subject: Subject, case: Bulk) -> None:
    _bounded(subject, case)


@check("decode.size", lambda: _drawn_bulks({form: size // 20 for form, size in SIZES.items()}), vectors=sizes())
def test_decode_size(subject: Subject, case: Bulk) -> None:
    _bounded(subject, case)


#: Usual ones, and such in which members are absent that a name may have supplied.
_AFTERWARDS = (PLAIN, OTHER, success_case(Structure()), success_case(Structure((("Websocket", Structure()),))))


@check("decode.hostile-names", lambda: _troubles(Trouble.HOSTILE_NAME), vectors=hostile_members())
def test_decode_hostile_names(subject: Subject, case: Broken) -> None:
    got = taken(subject, case)
    if not _same(subject, success_case(case.value), got):
        raise wrong(case, repr(Decoded(case.value)), got)
    # What the name has done to the implementation shows in what it makes of other replies.
    for other in _AFTERWARDS:
        after = subject.receive(other.reply)
        if not _same(subject, other, after):
            raise wrong(case, f"then, of {other.reply!r}: {other.expected!r}", after)


@check("decode.invalid-utf8", lambda: _troubles(Trouble.ENCODING))
def test_decode_invalid_utf8(subject: Subject, case: Broken) -> None:
    got = taken(subject, case)
    if isinstance(got, Crashed) or (isinstance(got, Decoded) and _differs_elsewhere(subject, case, got)):
        raise wrong(case, f"rejected, or a value in which {'.'.join(case.path)} is replaced", got, by_rule=True)


def _differs_elsewhere(subject: Subject, case: Broken, got: Decoded) -> bool:
    """Whether anything but the text at the path differs: that is free, down to whether there is one."""
    expected = without(case.value, subject.traits.lacks)
    return content(remove(expected, case.path)) != content(remove(got.value, case.path))


# What is left open: told in words.


@check("decode.duplicate-keys", lambda: _troubles(Trouble.DUPLICATE))
def test_decode_duplicate_keys(subject: Subject, case: Broken) -> str:
    got = taken(subject, case)
    kind = "structure" if case.path == ("Websocket",) else "string"
    return f"of one {kind} twice {_which_wins(got)}"


def _which_wins(got: Outcome) -> str:
    if not isinstance(got, Decoded):
        return _refused(got)
    shown = repr(got.value)
    first, second = '"first"' in shown, '"second"' in shown
    return {
        (True, True): "both are kept",
        (True, False): "the first wins",
        (False, True): "the second wins",
        (False, False): "none is kept",
    }[first, second]


def _refused(got: Outcome) -> str:
    return "the implementation crashes" if isinstance(got, Crashed) else "the reply is rejected"


@check("decode.lone-surrogate", lambda: _troubles(Trouble.SURROGATE))
def test_decode_lone_surrogate(subject: Subject, case: Broken) -> str:
    got = taken(subject, case)
    if not isinstance(got, Decoded):
        return f"a lone surrogate: {_refused(got)}"
    found = got.value.get(*case.path)
    text = found.text if isinstance(found, String) else None
    if text is None:
        return "a lone surrogate: the member is absent"
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "a lone surrogate is kept"
    return "a lone surrogate is replaced by U+FFFD" if "\ufffd" in text else "a lone surrogate is dropped or altered"


@check("decode.lenient-json", lambda: _troubles(Trouble.LENIENT))
def test_decode_lenient_json(subject: Subject, case: Broken) -> str:
    got = taken(subject, case)
    if not isinstance(got, Decoded):
        return f"{case.defect.what}: {'a crash' if isinstance(got, Crashed) else 'rejected'}"
    if _same(subject, success_case(case.value), got):
        return f"{case.defect.what}: accepted"
    return f"{case.defect.what}: taken for {'an empty' if got.value == Structure() else 'another'} success"


__all__ = [name for name in globals() if name.startswith("test_")]
