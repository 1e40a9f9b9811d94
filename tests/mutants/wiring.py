"""Mutants of what only a socket shows: clients that get one step of HTTP wrong, between the bytes and the reply."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from participant_strategies.errors import ERROR_TYPE_HEADER
from participant_strategies.reply import Reply
from tests.mutants.own_http import Headers, Incoming, NoReplyError, value_of
from tests.mutants.tampering import Taken, Wired, code_of, recoded, wiring

# decode.cut-body


@wiring("decode.cut-body")
class AnyLengthWillDo(Wired):
    """Reads up to Content-Length bytes, and does not look how many came before the connection was closed."""

    def of_length(self, incoming: Incoming, length: int) -> bytes:
        """Read what comes of it."""
        with suppress(NoReplyError, ConnectionError):
            while len(incoming.here) < length and incoming.more():
                pass
        return incoming.taken(length)


@wiring("decode.cut-body")
class NeedsNoLastChunk(Wired):
    """Takes the end of the connection for the last chunk."""

    def chunked(self, incoming: Incoming) -> bytes:
        """Read the chunks that come."""
        content = b""
        with suppress(NoReplyError, ConnectionError):
            while size := self.size(incoming.line()):
                content += incoming.exactly(size)
                incoming.line()
        return content


@wiring("decode.cut-body")
class NoSizeIsTheLastChunk(Wired):
    """Takes a chunk's size that is no number for 0 (as strtol does), which ends the body."""

    def size(self, line: bytes) -> int:
        """Take the size, if there is one."""
        try:
            return super().size(line)
        except ValueError:
            return 0


# error.header-space-trimmed


class _Padding(Wired):
    """Compares the type of an error with the names it knows as the header gives it."""

    def taken(self, reply: Reply) -> Taken:
        """Take a reply, without the second look at white space that the reference has."""
        taken, given = super().taken(reply), reply.header(ERROR_TYPE_HEADER) or ""
        return taken if given == given.strip() else recoded(taken, given.replace(given.strip(), code_of(taken) or ""))


@wiring("error.header-space-trimmed")
class TrimsBlanksAlone(_Padding):
    """Trims blanks around the value of a header, and no tabs."""

    def header(self, line: str) -> tuple[str, str]:
        """Take a header's line apart."""
        name, _, value = line.partition(":")
        return name, value.strip(" ")


@wiring("error.header-space-trimmed")
class SplitsAtColonAndBlank(Wired):
    """Splits a header's line at ': ', so that more white space stays, and without any there is no header."""

    def header(self, line: str) -> tuple[str, str]:
        """Take a header's line apart."""
        name, _, value = line.partition(": ")
        return name, value


@wiring("error.header-space-trimmed")
class TrimsNothingBehind(_Padding):
    """Trims white space before the value of a header, and not that behind it."""

    def header(self, line: str) -> tuple[str, str]:
        """Take a header's line apart."""
        name, _, value = line.partition(":")
        return name, value.lstrip(" \t")


# error.repeated-header


@wiring("error.repeated-header")
class LastHeaderWins(Wired):
    """Keeps headers in a dictionary, in which the last of two stays."""

    def headers(self, found: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
        """Keep one of each name."""
        return {name.lower(): (name, value) for name, value in found}.values()


@wiring("error.repeated-header")
class JoinsHeaders(Wired):
    """Joins the values of headers of one name by a comma (RFC 9110, section 5.3)."""

    def headers(self, found: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
        """Keep one of each name."""
        joined: dict[str, tuple[str, str]] = {}
        for name, value in found:
            before = joined.get(name.lower())
            joined[name.lower()] = (name, f"{before[1]}, {value}" if before else value)
        return joined.values()


# decode.gzip, error.gzip


@wiring("decode.gzip")
class LeavesSuccessesCompressed(Wired):
    """Does not look at Content-Encoding where the service succeeded."""

    def decoded(self, status: int, headers: Headers, body: bytes) -> bytes:
        """Undo the content coding of errors."""
        return body if status < 300 else super().decoded(status, headers, body)


@wiring("error.gzip")
class LeavesErrorsCompressed(Wired):
    """Does not look at Content-Encoding where the service failed: errors are read on another path."""

    def decoded(self, status: int, headers: Headers, body: bytes) -> bytes:
        """Undo the content coding of successes."""
        return body if status >= 400 else super().decoded(status, headers, body)


@wiring("error.gzip")
class RefusesCompressedErrors(Wired):
    """Raises an error of its own for a failed reply in a coding that it has not asked for."""

    def decoded(self, status: int, headers: Headers, body: bytes) -> bytes:
        """Undo the content coding of successes."""
        if status >= 400 and value_of(headers, "Content-Encoding"):
            raise NoReplyError("a content coding that nobody asked for")
        return super().decoded(status, headers, body)


# call.chunked


@wiring("call.chunked")
class DecimalSizes(Wired):
    """Takes the size of a chunk for a decimal number."""

    def size(self, line: bytes) -> int:
        """Take the size out of a chunk's first line."""
        return int(line.partition(b";")[0])


@wiring("call.chunked")
class KnowsNoExtensions(Wired):
    """Takes the whole line before a chunk for its size, and raises an error of its own where more stands there."""

    def size(self, line: bytes) -> int:
        """Take the size out of a chunk's first line."""
        return int(line, 16)


@wiring("call.chunked")
class TrailersAreHeaders(Wired):
    """Takes what stands behind the last chunk for headers like those before the body."""

    _trailers: Headers

    def trailers(self, lines: Iterable[str]) -> None:
        """Keep them."""
        self._trailers = tuple(map(self.header, lines))

    def whole(self, incoming: Incoming, status: int, headers: Headers) -> Reply:
        """Read what stands behind the head."""
        self._trailers = ()
        reply = super().whole(incoming, status, headers)
        return replace(reply, headers=(*self._trailers, *headers))


@wiring("call.chunked")
class OneChunkIsAll(Wired):
    """Takes the first chunk for the whole body."""

    def chunked(self, incoming: Incoming) -> bytes:
        """Read a chunk."""
        return incoming.exactly(self.size(incoming.line()))


@wiring("call.chunked")
class KnowsNoTransferEncoding(Wired):
    """Does not look at Transfer-Encoding, and takes the chunks, sizes and all, for the body."""

    def chunked(self, incoming: Incoming) -> bytes:
        """Read all that comes."""
        return incoming.rest()


# call.interim-replies


@wiring("call.interim-replies")
class InterimIsTheReply(Wired):
    """Takes an interim reply for the reply."""

    def reply(self, incoming: Incoming) -> Reply:
        """Read one reply."""
        status, headers = self.head(incoming)
        interim = 100 <= status < 200
        return Reply(status, headers, b"") if interim else self.whole(incoming, status, headers)


@wiring("call.interim-replies")
class SkipsContinueAlone(Wired):
    """Skips interim replies with the status 100 and no other (as Python's http.client does)."""

    def reply(self, incoming: Incoming) -> Reply:
        """Read a reply."""
        status, headers = self.head(incoming)
        while status == 100:
            status, headers = self.head(incoming)
        return self.whole(incoming, status, headers)


@wiring("call.interim-replies")
class SkipsOneInterimReply(Wired):
    """Skips one interim reply, and takes the second for the reply."""

    def reply(self, incoming: Incoming) -> Reply:
        """Read a reply."""
        status, headers = self.head(incoming)
        if 100 <= status < 200:
            status, headers = self.head(incoming)
        return self.whole(incoming, status, headers)


# call.close-delimited


@wiring("call.close-delimited")
class NoLengthIsEmpty(Wired):
    """Takes a body without Content-Length for an empty one."""

    def until_close(self, incoming: Incoming) -> bytes:  # noqa: ARG002 - that is the mistake
        """Read nothing."""
        return b""


@wiring("call.close-delimited")
class LengthIsRequired(Wired):
    """Raises an error of its own for a reply that does not say how long it is."""

    def until_close(self, incoming: Incoming) -> bytes:  # noqa: ARG002 - that is the mistake
        """Read nothing."""
        raise NoReplyError("the reply does not say how long it is")


@wiring("call.close-delimited")
class ReadsSixtyFourBytes(Wired):
    """Reads one buffer of 64 bytes where the length is not known."""

    def until_close(self, incoming: Incoming) -> bytes:
        """Read once."""
        return incoming.rest()[:64]
