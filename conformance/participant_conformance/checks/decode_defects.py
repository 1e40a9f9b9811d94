"""Checks of ``decode.*``: what comes of a success reply that is broken, hostile, deep or large."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from participant_conformance.checks.check import check
from participant_conformance.checks.decode import OTHER, PLAIN
from participant_conformance.checks.judging import content, mismatch, without
from participant_conformance.checks.refusing import taken, wrong
from participant_conformance.subject import Subject
from participant_strategies.bulk import DEEP, DEPTHS, SIZES, Bulk, depths, sizes
from participant_strategies.defects import Broken, Trouble, defective_replies
from participant_strategies.error_defects import BrokenError, defective_errors
from participant_strategies.reply import Case, Crashed, Decoded, Outcome
from participant_strategies.successes import success_case
from participant_strategies.value import Boolean, Foreign, List, String, Structure, Value


def _troubles(*troubles: Trouble) -> SearchStrategy[Broken]:
    return defective_replies(troubles=troubles)


#: What needs no interpreter of its own.
_SMALL = tuple(trouble for trouble in Trouble if trouble is not Trouble.BULK)


@check("decode.garbage-is-no-success", lambda: _troubles(Trouble.GARBAGE))
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


@check("decode.wrong-type-is-no-value", lambda: _troubles(Trouble.WRONG_TYPE))
def test_decode_wrong_type_is_no_value(subject: Subject, case: Broken) -> str | None:
    got = taken(subject, case)
    if not isinstance(got, Decoded):
        return None
    found = got.value.get(*case.path)
    strange = next((member for _, member in got.value.paths() if isinstance(member, (Foreign, List, Boolean))), None)
    number = case.defect.what.rpartition(" ")[2].lstrip("-")[:1].isdigit()
    if isinstance(found, String) and number and strange is None:
        return "a number where text belongs becomes text"
    if found is not None or strange is not None:
        raise wrong(case, f"rejected, or no {'.'.join(case.path)}", got)
    return None


@check("decode.own-errors", lambda: st.one_of(_troubles(*_SMALL), defective_errors()))
def test_decode_own_errors(subject: Subject, case: Broken | BrokenError) -> None:
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


@check("decode.hostile-names", lambda: _troubles(Trouble.HOSTILE_NAME))
def test_decode_hostile_names(subject: Subject, case: Broken) -> None:
    got = taken(subject, case)
    if not _same(subject, success_case(case.value), got):
        raise wrong(case, repr(Decoded(case.value)), got)
    # What the name has done to the implementation shows in what it makes of other replies.
    for other in (PLAIN, OTHER, success_case(Structure())):
        after = subject.receive(other.reply)
        if not _same(subject, other, after):
            raise wrong(case, f"then, of {other.reply!r}: {other.expected!r}", after)


@check("decode.invalid-utf8", lambda: _troubles(Trouble.ENCODING))
def test_decode_invalid_utf8(subject: Subject, case: Broken) -> None:
    got = taken(subject, case)
    if isinstance(got, Crashed) or (isinstance(got, Decoded) and _differs_elsewhere(subject, case, got)):
        raise wrong(case, f"rejected, or a value in which {'.'.join(case.path)} is replaced", got, by_rule=True)


def _differs_elsewhere(subject: Subject, case: Broken, got: Decoded) -> bool:
    """Whether anything but the text at the path differs: that is free."""
    expected, found = without(case.value, subject.traits.lacks), content(got.value)
    return content(_masked(expected, case.path)) != content(_masked(found, case.path))


def _masked(value: Value, path: tuple[str, ...]) -> Structure:
    assert isinstance(value, Structure)  # noqa: S101 - a path leads through structures
    name, rest = path[0], path[1:]
    return Structure(
        tuple(
            (key, item if key != name else _masked(item, rest) if rest and isinstance(item, Structure) else String("?"))
            for key, item in value.members
        )
    )


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
