"""The reference on the body of an error whose type is known already."""

from __future__ import annotations

import pytest

from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.classifier import KNOWN, ClassifiedError, error_of_json
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.reply import ServiceError


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"Message":"a"}', "a"),
        (b'{"message":"a"}', "a"),
        (b'{"Message":"a","message":"b"}', "a"),
        (b'{"Message":""}', ""),
        (b'{"Message":null}', None),
        (b'{"Message":7}', None),
        (b'{"Message":{}}', None),
        (b'{"code":"B","__type":"C"}', None),
        (b"{}", None),
        (b"", None),
    ],
)
def test_the_message_is_text_or_none(body: bytes, message: str | None) -> None:
    """What else the body says of the type counts for nothing: it is known."""
    error = error_of_json("ThrottlingException", body)
    assert error == ClassifiedError("ThrottlingException", message, None)


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_the_four_errors_are_known_by_their_names(code: str) -> None:
    """Each is one of the operation's own."""
    assert error_of_json(code, b"{}").known


@pytest.mark.parametrize("code", ["A", "ConflictException", "throttlingexception", ""])
def test_any_other_code_is_kept_and_unknown(code: str) -> None:
    """As it was given."""
    error = error_of_json(code, b"{}")
    assert (error.code, error.known) == (code, False)


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"null", b"7", b"<html></html>", b'{"Message":', b"\xff"])
def test_a_body_that_is_no_object_is_unusable(body: bytes) -> None:
    """By the reference's own error."""
    with pytest.raises(UnusableReplyError):
        error_of_json("ThrottlingException", body)


def test_the_adapter_tells_what_the_classifier_says() -> None:
    """Capability error-of-json: there is no status to be told."""
    told = Reference().error_of_json("ThrottlingException", b'{"Message":"a"}')
    assert told == ServiceError("ThrottlingException", "a", known=True, status=None)
