"""What is overheard while an implementation works, and that nobody notices the listening."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator

import pytest

from participant_conformance.overhearing import overhearing

NAME = "tests.overheard"
PLACE = f"the log of {NAME}"


@pytest.fixture(name="logger")
def logger_fixture() -> Iterator[logging.Logger]:
    """A library's logger, as it was before afterwards."""
    logger = logging.getLogger(NAME)
    yield logger
    logger.setLevel(logging.NOTSET)
    logger.propagate = True


@pytest.fixture(name="_noisy_root")
def noisy_root_fixture() -> Iterator[None]:
    """The user's root logger at DEBUG."""
    before = logging.root.level
    logging.root.setLevel(logging.DEBUG)
    yield
    logging.root.setLevel(before)


# Logs


@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_what_is_logged_from_warning_on_is_heard(logger: logging.Logger, level: int) -> None:
    """With its arguments, and with the name of the logger."""
    with overhearing() as heard:
        logger.log(level, "a %s", "token")
    assert heard.texts == [(PLACE, "a token")]


def test_what_is_logged_of_an_exception_is_heard(logger: logging.Logger) -> None:
    """A traceback is text of the log as well."""
    with overhearing() as heard:
        try:
            dict[str, str]()["token"]
        except KeyError:
            logger.exception("failed")
    [(_, text)] = heard.texts
    assert text.startswith("failed\nTraceback")
    assert text.endswith("KeyError: 'token'")


def test_what_is_below_the_default_level_is_not_heard(logger: logging.Logger) -> None:
    """It would not be written."""
    with overhearing() as heard:
        logger.info("a")
    assert heard.texts == []


@pytest.mark.usefixtures("_noisy_root")
def test_the_level_of_the_user_s_root_is_not_the_library_s(logger: logging.Logger) -> None:
    """Who asks for DEBUG gets it; what is judged is the default."""
    with overhearing() as heard:
        logger.debug("a")
        logger.info("b")
        logger.warning("c")
        logging.root.debug("d")
    assert heard.texts == [(PLACE, "c")]


@pytest.mark.parametrize("name", [NAME, f"{NAME}.below.it"])
def test_the_level_that_a_library_sets_is_its_default(logger: logging.Logger, name: str) -> None:
    """For itself, and for the loggers below it."""
    logger.setLevel(logging.INFO)
    with overhearing() as heard:
        logging.getLogger(name).debug("a")
        logging.getLogger(name).info("b")
    assert heard.texts == [(f"the log of {name}", "b")]


def test_a_library_that_sets_a_higher_level_is_heard_from_there_on(logger: logging.Logger) -> None:
    """It stays silent below."""
    logger.setLevel(logging.ERROR)
    with overhearing() as heard:
        logger.warning("a")
        logger.error("b")
    assert heard.texts == [(PLACE, "b")]


def test_a_logger_that_keeps_to_itself_is_heard(logger: logging.Logger) -> None:
    """Its records do not reach the root."""
    logger.propagate = False
    with overhearing() as heard:
        logger.warning("a")
    assert heard.texts == [(PLACE, "a")]


def test_below_a_logger_that_keeps_to_itself_a_record_is_heard_once(logger: logging.Logger) -> None:
    """On its way up it passes one of the listeners."""
    logger.propagate = False
    with overhearing() as heard:
        logging.getLogger(f"{NAME}.below").warning("a")
    assert heard.texts == [(f"{PLACE}.below", "a")]


def test_a_record_that_cannot_be_formatted_is_not_heard(logger: logging.Logger) -> None:
    """It cannot be written either, and the implementation hears nothing of it."""
    # To itself: pytest's own listener would raise.
    logger.propagate = False
    with overhearing() as heard:
        logger.warning("%d", "a")
    assert heard.texts == []


def test_levels_stay_as_they_are(logger: logging.Logger) -> None:
    """Whether something is logged is decided as always."""
    before = (logging.root.level, logger.level, logger.isEnabledFor(logging.INFO))
    with overhearing():
        within = (logging.root.level, logger.level, logger.isEnabledFor(logging.INFO))
    assert within == before


def test_a_record_goes_where_it_always_goes(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """The user's handlers see it."""
    with overhearing():
        logger.warning("a")
    assert caplog.messages == ["a"]


# Standard streams


@pytest.mark.parametrize(("name", "place"), [("stdout", "standard output"), ("stderr", "standard error")])
def test_what_is_printed_is_heard(name: str, place: str) -> None:
    """All of it as one text."""
    with overhearing() as heard:
        print("a", file=getattr(sys, name))
        print("b", file=getattr(sys, name))
    assert heard.texts == [(place, "a\nb\n")]


def test_what_is_printed_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """At the end, each on its own stream."""
    with overhearing():
        print("a")
        print("b", file=sys.stderr)
    assert capsys.readouterr() == ("a\n", "b\n")


def test_silence_is_no_text() -> None:
    """Nothing is heard where nothing is said."""
    with overhearing() as heard:
        pass
    assert heard.texts == []


# Warnings


def test_a_warning_is_heard_and_given_again() -> None:
    """Of its category, from where it was given."""
    with pytest.warns(ResourceWarning, match=r"^a$") as given, overhearing() as heard:
        warnings.warn("a", ResourceWarning, stacklevel=1)
    assert heard.texts == [("a warning", "a")]
    assert given[0].filename == __file__


def test_where_warnings_are_errors_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    """In this test they are: what is printed and warned of comes through, and no error of ours takes its place."""
    with overhearing() as heard:
        warnings.warn("a", UserWarning, stacklevel=1)
        print("b")
        warnings.warn("c", DeprecationWarning, stacklevel=1)
    assert heard.texts == [("standard output", "b\n"), ("a warning", "a"), ("a warning", "c")]
    assert capsys.readouterr().out == "b\n"


# The end


def test_nothing_is_left_behind(logger: logging.Logger) -> None:
    """Neither handlers nor streams, even of loggers that keep to themselves."""
    logger.propagate = False
    before = (list(logging.root.handlers), list(logger.handlers), sys.stdout, sys.stderr, list(warnings.filters))
    with overhearing():
        assert logger.handlers
    after = (list(logging.root.handlers), list(logger.handlers), sys.stdout, sys.stderr, list(warnings.filters))
    assert after == before


def test_what_raises_ends_the_listening_too(logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """The error goes on as it is; what was said before it is heard and passed on."""
    handlers, kept = list(logging.root.handlers), []

    def interrupted() -> None:
        with overhearing() as heard:
            kept.append(heard)
            logger.warning("a")
            print("b")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert logging.root.handlers == handlers
    assert kept[0].texts == [(PLACE, "a"), ("standard output", "b\n")]
    assert capsys.readouterr().out == "b\n"


def test_afterwards_nothing_more_is_heard(logger: logging.Logger) -> None:
    """What was heard is over."""
    with overhearing() as heard:
        logger.warning("a")
    logger.warning("b")
    assert heard.texts == [(PLACE, "a")]
