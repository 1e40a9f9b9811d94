"""The reference classifier, by the rules of Smithy's protocol compliance tests for restJson1.

Each case is one of those rules with an error of this operation in it; its id is that of the compliance test.
"""

from __future__ import annotations

import pytest

from participant_conformance.reference.classifier import KNOWN, ClassifiedError, classify

NAMESPACE = "com.amazonaws.connectparticipant#"
URI = ":http://internal.amazon.com/coral/com.amazon.coral.validate/"
CODE = "ThrottlingException"
Headers = tuple[tuple[str, str], ...]


def header(text: str, name: str = "X-Amzn-Errortype") -> Headers:
    """Return the header that names the type."""
    return ((name, text),)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (header(CODE), b""),
        (header(CODE + URI), b""),
        (header(NAMESPACE + CODE + URI), b""),
        ((), b'{"code":"%b"}' % CODE.encode()),
        ((), b'{"code":"%b"}' % (NAMESPACE + CODE).encode()),
        ((), b'{"code":"%b"}' % (NAMESPACE + CODE + URI).encode()),
        ((), b'{"__type":"%b"}' % CODE.encode()),
        ((), b'{"__type":"%b"}' % (NAMESPACE + CODE).encode()),
        ((), b'{"__type":"%b"}' % (NAMESPACE + CODE + URI).encode()),
    ],
    ids=[
        "RestJsonFooErrorUsingXAmznErrorType",
        "RestJsonFooErrorUsingXAmznErrorTypeWithUri",
        "RestJsonFooErrorUsingXAmznErrorTypeWithUriAndNamespace",
        "RestJsonFooErrorUsingCode",
        "RestJsonFooErrorUsingCodeAndNamespace",
        "RestJsonFooErrorUsingCodeUriAndNamespace",
        "RestJsonFooErrorWithDunderType",
        "RestJsonFooErrorWithDunderTypeAndNamespace",
        "RestJsonFooErrorWithDunderTypeUriAndNamespace",
    ],
)
def test_the_type_is_found_wherever_and_however_it_stands(headers: Headers, body: bytes) -> None:
    """In the header, in ``code`` or in ``__type``; bare, with a URI, with a namespace, with both."""
    assert classify(500, headers, body) == ClassifiedError(CODE, None, 500)


def test_a_simple_error_has_its_message() -> None:
    """As in RestJsonInvalidGreetingError."""
    headers = (("Content-Type", "application/json"), *header("ValidationException"))
    assert classify(400, headers, b'{"Message":"Hi"}') == ClassifiedError("ValidationException", "Hi", 400)


def test_an_error_that_names_no_type_has_none() -> None:
    """As in RestJsonEmptyComplexErrorWithNoMessage."""
    assert classify(403, (("Content-Type", "application/json"),), b"{}") == ClassifiedError(None, None, 403)


@pytest.mark.parametrize("name", ["x-amzn-errortype", "X-AMZN-ERRORTYPE", "x-amzn-ErrorType"])
def test_the_name_of_a_header_has_no_case(name: str) -> None:
    """RFC 9110, section 5.1."""
    assert classify(403, header(CODE, name), b"").code == CODE


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        (header("A"), b'{"code":"B","__type":"C"}', "A"),
        ((), b'{"code":"B","__type":"C"}', "B"),
        ((), b'{"__type":"C","detail":{"code":"B","__type":"D"}}', "C"),
        (header(""), b'{"code":"B"}', "B"),
        ((), b'{"code":"","__type":"C"}', "C"),
        ((), b'{"code":7,"__type":"C"}', "C"),
        ((*header("A"), *header("B")), b"", "A"),
        (header("A"), b"<html></html>", "A"),
        (header("A"), b"[]", "A"),
        (header("A:"), b"", "A"),
        (header("a#b#C"), b"", "b#C"),
        (header(" A "), b"", "A"),
    ],
    ids=[
        "header-first",
        "code-second",
        "nested-types-never",
        "empty-header",
        "empty-code",
        "code-is-no-text",
        "first-of-two-headers",
        "page-of-a-proxy",
        "list",
        "empty-uri",
        "second-hash",
        "blanks",
    ],
)
def test_the_first_place_that_names_a_type_decides(headers: Headers, body: bytes, code: str) -> None:
    """The header, then ``code``, then ``__type`` at the top."""
    assert classify(400, headers, body).code == code


@pytest.mark.parametrize("code", ["AccessDeniedException", "InternalServerException", CODE, "ValidationException"])
def test_the_four_errors_of_the_operation_are_known(code: str) -> None:
    """By their exact names."""
    assert classify(400, header(NAMESPACE + code), b"").known
    assert code in KNOWN


@pytest.mark.parametrize("code", ["ConflictException", "accessdeniedexception", "AccessDenied", ""])
def test_any_other_error_is_unknown(code: str) -> None:
    """Errors of other operations, other cases of letters, no type at all."""
    assert not classify(400, header(code), b"").known


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"Message":"a"}', "a"),
        (b'{"message":"a"}', "a"),
        (b'{"Message":"a","message":"b"}', "a"),
        (b'{"Message":""}', ""),
        (b'{"Message":null}', None),
        (b'{"Message":7}', None),
        (b"{}", None),
        (b"", None),
        (b"not json", None),
    ],
)
def test_a_message_is_text_or_none(body: bytes, message: str | None) -> None:
    """Under its modelled name, or the one that gateways use."""
    assert classify(403, header(CODE), body).message == message
