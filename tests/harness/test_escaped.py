"""What escaped from an implementation is read with care: its own texts may fail."""

from __future__ import annotations

import pytest

from participant_conformance.escaped import place, printed, said


class Speechless(Exception):  # noqa: N818 - it is no error that anybody names
    """Cannot say what it is."""

    def __str__(self) -> str:
        raise ValueError


def raised(error: BaseException) -> BaseException:
    """Return an error with a traceback that begins here."""
    try:
        raise error  # noqa: TRY301 - it is what is asked for
    except BaseException as caught:  # noqa: BLE001 - it is what is asked for
        return caught


def test_the_text_of_an_error_is_its_own() -> None:
    """Nothing is added."""
    assert said(ValueError("mine")) == "mine"


def test_an_error_without_words_is_described() -> None:
    """By the error that its text raised."""
    assert said(Speechless()) == "(its text raised ValueError)"


def test_causes_are_printed_with_their_notes() -> None:
    """As a traceback does, the outermost first."""
    inner = ValueError("inner")
    inner.add_note("note")
    outer = KeyError("outer")
    outer.__cause__ = inner
    assert printed(outer) == ("'outer'", "inner", "note")


@pytest.mark.parametrize(("suppressed", "expected"), [(False, ("outer", "inner")), (True, ("outer",))])
def test_a_context_is_printed_unless_it_is_suppressed(*, suppressed: bool, expected: tuple[str, ...]) -> None:
    """``raise … from None`` hides it there too."""
    outer = ValueError("outer")
    outer.__context__ = ValueError("inner")
    outer.__suppress_context__ = suppressed
    assert printed(outer) == expected


@pytest.mark.parametrize("notes", ["text", ("a",), [1, None]])
def test_notes_that_are_none_are_not_printed(notes: object) -> None:
    """Foreign code may have put anything there."""
    error = ValueError("mine")
    error.__notes__ = notes  # type: ignore[assignment]
    assert printed(error) == ("mine",)


def test_a_chain_without_end_is_cut() -> None:
    """One that causes itself is printed for a while."""
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert printed(first) == ("first", "second") * 10


def test_the_place_is_named_by_its_module() -> None:
    """The innermost frame, never a path."""
    found = place(raised(ValueError()), harness="elsewhere")
    assert found.startswith(f"{__name__}:")
    assert found.endswith(" in raised")


def test_the_harness_is_no_place() -> None:
    """What was raised by the call itself happened nowhere in the implementation."""
    assert place(raised(ValueError()), harness=__name__) == ""


def test_an_error_that_was_never_raised_has_no_place() -> None:
    """There is no traceback."""
    assert place(ValueError(), harness="elsewhere") == ""
