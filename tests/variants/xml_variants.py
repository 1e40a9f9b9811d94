"""Variants that take XML in their own way, where the contract leaves it free."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from participant_conformance.adapter import Implementation, Traits
from participant_conformance.reference.adapter import Reference
from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.reply import Decoded, Reply, ServiceError
from participant_strategies.value import Structure
from tests.mutants.bench import Part, reference
from tests.mutants.tampering import Taken, without_members
from tests.mutants.xml_tampering import changed, is_leaf, root_of
from tests.variants.encode_variants import plain
from tests.variants.expat_reading import expat_value
from tests.variants.variant import variant


def _with_traits(traits: Traits) -> Implementation:
    return replace(Reference.implementation, traits=traits)


_ALL = Reference.implementation.traits.dialects


class _Changing(Reference):
    """Changes the document of a success before it takes it."""

    def _changed(self, body: bytes) -> bytes:
        return body

    def decode_xml(self, body: bytes) -> Decoded:
        """Decode a document."""
        return super().decode_xml(self._changed(body))

    def read_xml(self, reply: Reply, dialect: str) -> Decoded | ServiceError:
        """Take a reply."""
        changed_reply = replace(reply, body=self._changed(reply.body)) if reply.status == 200 else reply
        return super().read_xml(changed_reply, dialect)


class _Classifying(Reference):
    """Changes what is made of an error."""

    def _classified_as(self, taken: ServiceError, reply: Reply) -> ServiceError:  # noqa: ARG002 - for those who need it
        return taken

    def read_xml(self, reply: Reply, dialect: str) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read_xml(reply, dialect)
        return self._classified_as(taken, reply) if isinstance(taken, ServiceError) else taken


# Documents.


@variant(Part.XML)
class FirstOfTwoElements(_Changing):
    """Takes the first of two elements of one name."""

    def _changed(self, body: bytes) -> bytes:
        def change(element: Any) -> None:
            for child in list(element):
                if is_leaf(child) and element.find(child.tag) is not child:
                    element.remove(child)

        return changed(body, change) if b">last<" in body else body


@variant(Part.XML)
class RefusesTwoOfOneName(_Changing):
    """Refuses a document in which an element stands twice."""

    def _changed(self, body: bytes) -> bytes:
        root = root_of(body)
        for element in () if root is None else root.iter():
            names = [child.tag for child in element]
            if len(set(names)) < len(names):
                raise UnusableReplyError("an element stands twice")
        return body


@variant(Part.XML)
class IgnoresDocumentTypes(_Changing):
    """Skips a document type, and leaves out what it would have declared."""

    def _changed(self, body: bytes) -> bytes:
        if not body.startswith(b"<!DOCTYPE Create"):
            return body
        body = re.sub(rb"\A<!DOCTYPE \w+ (?:\[[^\]]*\]|[^\[\]>]*)>", b"", body)
        return re.sub(rb"&(?!(?:lt|gt|amp|apos|quot|#\w+);)\w+;", b"", body)


@variant(Part.XML)
class RefusesOtherEncodings(_Changing):
    """Refuses any other declared encoding than UTF-8."""

    def _changed(self, body: bytes) -> bytes:
        declared = re.search(rb"\A<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", body)
        if declared and declared[1].lower() != b"utf-8":
            raise UnusableReplyError("the encoding is not UTF-8")
        return body


@variant(Part.XML)
class NamespacesInQueryProtocolsAlone(Reference):
    """Refuses a namespace where no protocol has one: in restXml and in a bare document."""

    def decode_xml(self, body: bytes) -> Decoded:
        """Decode a document."""
        _refuse_namespace(body)
        return super().decode_xml(body)

    def read_xml(self, reply: Reply, dialect: str) -> Decoded | ServiceError:
        """Take a reply."""
        if dialect.startswith("restXml"):
            _refuse_namespace(reply.body)
        return super().read_xml(reply, dialect)


def _refuse_namespace(body: bytes) -> None:
    if re.search(rb"\A<\w+ xmlns=", body):
        raise UnusableReplyError("a namespace")


@variant(Part.XML)
class AnyRootElement(_Changing):
    """Does not look at the name of the root."""

    def _changed(self, body: bytes) -> bytes:
        root = root_of(body)
        if root is None or "}" in root.tag or root.tag == contract().output:
            return body
        return re.sub(rb"(</?)%s(?=[\s>])" % re.escape(root.tag.encode()), rb"\1%s" % contract().output.encode(), body)


@variant(Part.XML)
class AnotherXmlParser(Reference):
    """Takes bare documents by expat itself, without a tree of elements."""

    def decode_xml(self, body: bytes) -> Decoded:
        """Decode a document."""
        return Decoded(expat_value(body))


# Values.


@variant(Part.XML)
class PlainValuesOfXml(Reference):
    """Gives plain data without tags where it was read from XML."""

    def decode_xml(self, body: bytes) -> Decoded:
        """Decode a document."""
        return Decoded(Structure.from_plain(plain(super().decode_xml(body).value)))

    def read_xml(self, reply: Reply, dialect: str) -> Decoded | ServiceError:
        """Take a reply."""
        taken = super().read_xml(reply, dialect)
        return Decoded(Structure.from_plain(plain(taken.value))) if isinstance(taken, Decoded) else taken


@variant(Part.XML)
class OlderModelOfXml(_Changing):
    """Was made of an older model, without WebRTCConnection (trait lacks)."""

    implementation = _with_traits(Traits(dialects=_ALL, lacks=("WebRTCConnection",)))

    def read(self, reply: Reply) -> Decoded | ServiceError:
        """Take a reply in JSON."""
        return super().read(without_members(reply, "WebRTCConnection") if reply.status == 200 else reply)

    def _changed(self, body: bytes) -> bytes:
        return re.sub(rb"(</?)WebRTCConnection(?=[\s/>])", rb"\1NotYet", body)


# Errors.


@variant(Part.XML)
class OwnMessageForXml(_Classifying):
    """Says something of its own where an error has no Message."""

    def _classified_as(self, taken: ServiceError, reply: Reply) -> ServiceError:
        return replace(taken, message=f"HTTP {reply.status}") if taken.message is None else taken


@variant(Part.XML)
class BodyOfUnknownXmlErrors(_Classifying):
    """Gives the body as the message of an unknown error (trait unknown_payload)."""

    implementation = _with_traits(Traits(dialects=_ALL, unknown_payload="body"))

    def _classified_as(self, taken: ServiceError, reply: Reply) -> ServiceError:
        return taken if taken.known else replace(taken, message=reply.body.decode("utf-8", "replace"))


@variant(Part.XML)
class StatusForTheCodeInXml(_Classifying):
    """Gives the status as the code of an error that names no type (trait no_code)."""

    implementation = _with_traits(Traits(dialects=_ALL, no_code=("$status",)))

    def _classified_as(self, taken: ServiceError, reply: Reply) -> ServiceError:
        return replace(taken, code=taken.code or str(reply.status))


@variant(Part.XML)
class RefusesXmlWithoutCode(_Classifying):
    """Raises an error of its own for a failed reply without a Code."""

    def _classified_as(self, taken: ServiceError, reply: Reply) -> ServiceError:
        if taken.code is None:
            raise UnusableReplyError(f"HTTP status {reply.status} without a Code")
        return taken


# Which dialects there are.


@variant()
class BareDocumentsAlone:
    """Offers decode-xml alone."""

    implementation = _with_traits(Traits())

    def decode_xml(self, body: bytes) -> Decoded:
        """Decode a document."""
        return reference().decode_xml(body)


@variant()
class UnwrappedRestXmlAlone:
    """Offers read-xml alone, for restXml without error wrapping."""

    implementation = _with_traits(Traits(dialects=("restXml-unwrapped",)))

    def read_xml(self, reply: Reply, dialect: str) -> Taken:
        """Take a reply."""
        return reference().read_xml(reply, dialect)


@variant()
class AsynchronousXml:
    """Takes XML in coroutines, and JSON as well."""

    implementation = Reference.implementation

    async def decode_json(self, body: bytes) -> Decoded:
        """Decode a body."""
        return reference().decode_json(body)

    async def decode_xml(self, body: bytes) -> Decoded:
        """Decode a document."""
        return reference().decode_xml(body)

    async def read_xml(self, reply: Reply, dialect: str) -> Taken:
        """Take a reply."""
        return reference().read_xml(reply, dialect)
