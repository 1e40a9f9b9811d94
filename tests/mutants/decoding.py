"""Mutants of ``decode.*``: mistakes in how a success reply becomes a value."""

from __future__ import annotations

import contextlib
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote, urlsplit

from participant_conformance.reference.codec import UnusableReplyError
from participant_strategies.contract import contract
from participant_strategies.reply import Decoded, Reply, ServiceError
from participant_strategies.value import Enum, String, Structure, Value
from tests.mutants.tampering import (
    Json,
    Read,
    Taken,
    decoding,
    mapped_objects,
    mapped_structures,
    mapped_texts,
    members_of,
    parsed,
    reading,
    with_body,
)

_STRUCTURES = tuple(shape.name for shape in contract().shapes.values() if shape.kind == "structure")
_STRUCTURE_MEMBERS = frozenset(path[-1] for path, shape in contract().paths() if shape.kind == "structure")
_MEMBERS = frozenset(path[-1] for path, _ in contract().paths())
_LISTED = frozenset(contract().shapes["MeetingFeatureStatus"].values)


@decoding("decode.round-trip")
def requires_url(read: Read, reply: Reply) -> Taken:
    """Refuses a websocket that has no Url."""
    if "Url" not in (members_of(reply).get("Websocket") or {"Url": ""}):
        raise UnusableReplyError("Url is missing")
    return read(reply)


@decoding("decode.round-trip")
def needs_both_credentials(read: Read, reply: Reply) -> Taken:
    """Drops the expiry of the credentials where the connection token is absent."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        alone = "Expiry" in members and "ConnectionToken" not in members
        return {name: item for name, item in members.items() if not (alone and name == "Expiry")}

    return read(with_body(reply, mapped_objects(parsed(reply), change)) if reply.body else reply)


@decoding("decode.round-trip")
def fills_in_fallback_url(read: Read, reply: Reply) -> Taken:
    """Gives AudioHostUrl as AudioFallbackUrl where the reply has none."""

    def change(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        found = dict(members)
        if "AudioHostUrl" in found:
            found.setdefault("AudioFallbackUrl", found["AudioHostUrl"])
        return found.items()

    return mapped_structures(read(reply), change)


@decoding("decode.tags")
def enum_as_string(read: Read, reply: Reply) -> Taken:
    """Gives EchoReduction as a string."""

    def change(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        return [(name, String(member.text) if isinstance(member, Enum) else member) for name, member in members]

    return mapped_structures(read(reply), change)


@decoding("decode.tags")
def enums_by_look(read: Read, reply: Reply) -> Taken:
    """Takes every text in capitals for an enum."""

    def change(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        for name, member in members:
            looks = isinstance(member, String) and member.text.isupper()
            yield name, Enum(member.text) if looks and isinstance(member, String) else member

    return mapped_structures(read(reply), change)


@decoding("decode.text-is-exact")
def trims_tokens(read: Read, reply: Reply) -> Taken:
    """Trims the tokens."""
    return mapped_texts(read(reply), lambda name, text: text.strip() if name.endswith("Token") else text)


@decoding("decode.text-is-exact")
def normalises_texts(read: Read, reply: Reply) -> Taken:
    """Brings the texts into Unicode's normal form NFC."""
    return mapped_texts(read(reply), lambda _, text: unicodedata.normalize("NFC", text))


@decoding("decode.text-is-exact")
def unquotes_urls(read: Read, reply: Reply) -> Taken:
    """Decodes %XX in the URLs."""
    return mapped_texts(read(reply), lambda name, text: unquote(text) if name.endswith("Url") else text)


@decoding("decode.text-is-exact")
def reformats_expiries(read: Read, reply: Reply) -> Taken:
    """Parses the expiries and writes them anew, as whole seconds in UTC."""

    def change(name: str, text: str) -> str:
        if name.endswith("Expiry"):
            with contextlib.suppress(ValueError):
                return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M:%SZ")
        return text

    return mapped_texts(read(reply), change)


@decoding("decode.text-is-exact")
def lowers_scheme_of_urls(read: Read, reply: Reply) -> Taken:
    """Parses the URLs and writes them anew, the scheme in small letters and an empty query left out."""

    def change(name: str, text: str) -> str:
        return urlsplit(text).geturl() if name.endswith("Url") and "://" in text else text

    return mapped_texts(read(reply), change)


@decoding("decode.text-is-exact")
def unescapes_html(read: Read, reply: Reply) -> Taken:
    """Takes &amp; in a text for an ampersand."""
    return mapped_texts(read(reply), lambda _, text: html.unescape(text))


@decoding("decode.text-is-exact")
def ends_texts_at_nul(read: Read, reply: Reply) -> Taken:
    """Cuts a text at U+0000, as strings in C end there."""
    return mapped_texts(read(reply), lambda _, text: text.partition("\0")[0])


@decoding("decode.equivalent-spellings")
def escapes_in_small_letters(read: Read, reply: Reply) -> Taken:
    r"""Knows \u00e9 and not \u00E9: an escape with digits in capitals stays as it is written."""
    return read(_mapped_escapes(reply, lambda escape: b"\\" + escape if re.search(rb"u.*[A-F]", escape) else escape))


@decoding("decode.equivalent-spellings")
def keeps_escaped_slash(read: Read, reply: Reply) -> Taken:
    r"""Leaves \/ in a text as it is written."""
    return read(_mapped_escapes(reply, lambda escape: rb"\\/" if escape == rb"\/" else escape))


@decoding("decode.equivalent-spellings")
def halves_of_surrogate_pairs(read: Read, reply: Reply) -> Taken:
    r"""Takes each half of an escaped surrogate pair for a broken character, and gives U+FFFD twice."""
    return read(
        _mapped_escapes(reply, lambda escape: rb"\ufffd" if escape[2:3] in b"dD" and escape[3:4] > b"7" else escape)
    )


def _mapped_escapes(reply: Reply, change: Callable[[bytes], bytes]) -> Reply:
    body = re.sub(rb"\\(?:u[0-9a-fA-F]{4}|.)", lambda found: change(found[0]), reply.body)
    return replace(reply, body=body)


@decoding("decode.equivalent-spellings")
def members_in_order_only(read: Read, reply: Reply) -> Taken:
    """Reads the members in the order of the model, and so misses one that stands before its predecessor."""
    order = {path[-1]: place for place, (path, _) in enumerate(contract().paths())}

    def change(members: dict[str, Json]) -> dict[str, Json]:
        reached, kept = -1, {}
        for name, item in members.items():
            if order.get(name, reached) >= reached:
                reached, kept[name] = order.get(name, reached), item
        return kept

    return read(with_body(reply, mapped_objects(parsed(reply), change)) if reply.body else reply)


@decoding("decode.equivalent-spellings")
def object_must_come_first(read: Read, reply: Reply) -> Taken:
    """Takes only a body whose first byte is a brace for JSON."""
    if reply.body and not reply.body.startswith(b"{"):
        raise UnusableReplyError("not a JSON object")
    return read(reply)


@decoding("decode.null-is-absent")
def null_text_is_empty(read: Read, reply: Reply) -> Taken:
    """Gives a text that is null as an empty one."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        texts = _MEMBERS - _STRUCTURE_MEMBERS
        return {name: "" if item is None and name in texts else item for name, item in members.items()}

    return read(with_body(reply, mapped_objects(parsed(reply), change)) if reply.body else reply)


@decoding("decode.null-is-absent")
def null_structure_is_empty(read: Read, reply: Reply) -> Taken:
    """Gives a structure that is null as an empty one."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        return {name: {} if item is None and name in _STRUCTURE_MEMBERS else item for name, item in members.items()}

    return read(with_body(reply, mapped_objects(parsed(reply), change)) if reply.body else reply)


@decoding("decode.null-is-absent")
def refuses_null_below_the_top(read: Read, reply: Reply) -> Taken:
    """Treats null as absent at the top, and refuses it in the structures below."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        if any(item is None and name in _MEMBERS for name, item in members.items()):
            raise UnusableReplyError("null is no value")
        return members

    for item in members_of(reply).values():
        mapped_objects(item, change)
    return read(reply)


@decoding("decode.empty-structure-is-present")
def empty_structures_are_absent(read: Read, reply: Reply) -> Taken:
    """Writes a structure down only if something is in it (if member: …)."""
    return mapped_structures(read(reply), lambda members: [m for m in members if m[1] != Structure()])


@decoding("decode.empty-structure-is-present")
def empty_audio_features_are_absent(read: Read, reply: Reply) -> Taken:
    """Leaves the audio features out where EchoReduction is not among them."""
    return mapped_structures(read(reply), lambda members: [m for m in members if m != ("Audio", Structure())])


@decoding("decode.empty-object")
def empty_object_is_no_reply(read: Read, reply: Reply) -> Taken:
    """Refuses an object without any member as no connection at all."""
    if reply.body and parsed(reply) == {}:
        raise UnusableReplyError("there is no connection in the reply")
    return read(reply)


@decoding("decode.empty-object")
def empty_object_is_an_error(read: Read, reply: Reply) -> Taken:
    """Takes an object without any member for an error that says nothing."""
    if reply.body and parsed(reply) == {}:
        return ServiceError(None, None, known=False, status=reply.status)
    return read(reply)


@decoding("decode.empty-body")
def empty_body_is_no_json(read: Read, reply: Reply) -> Taken:
    """Gives an empty body to the JSON parser, which refuses it."""
    try:
        json.loads(reply.body)
    except ValueError as wrong:
        raise UnusableReplyError(str(wrong)) from wrong
    return read(reply)


@decoding("decode.empty-body")
def empty_body_is_an_error(read: Read, reply: Reply) -> Taken:
    """Takes a success without a body for a failure of the service."""
    return read(reply) if reply.body else ServiceError("InternalServerException", None, known=True, status=reply.status)


@decoding("decode.unknown-member-ignored")
def refuses_unknown_members(read: Read, reply: Reply) -> Taken:
    """Is strict about members that the model does not have."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        if strange := members.keys() - _MEMBERS - {"__type"}:
            raise UnusableReplyError(f"unknown member {min(strange)}")
        return members

    mapped_objects(parsed(reply) if reply.body else {}, change)
    return read(reply)


@decoding("decode.unknown-member-ignored")
def hands_unknown_texts_on(read: Read, reply: Reply) -> Taken:
    """Puts top-level texts that the model does not have into the value."""
    taken = read(reply)
    extra = [(name, String(item)) for name, item in members_of(reply).items() if isinstance(item, str)]
    unknown = tuple(member for member in extra if member[0] not in _MEMBERS | {"__type"})
    return Decoded(Structure(taken.value.members + unknown)) if isinstance(taken, Decoded) and unknown else taken


@decoding("decode.unknown-member-ignored")
def finds_websocket_anywhere(read: Read, reply: Reply) -> Taken:
    """Searches the whole reply for a Websocket where there is none at the top."""
    found: list[Json] = []

    def change(members: dict[str, Json]) -> dict[str, Json]:
        found.extend(item for name, item in members.items() if name == "Websocket")
        return members

    mapped_objects(parsed(reply) if reply.body else {}, change)
    return read(with_body(reply, {"Websocket": found[0], **members_of(reply)}) if found else reply)


@decoding("decode.dunder-type-ignored")
def type_means_error(read: Read, reply: Reply) -> Taken:
    """Takes a reply for an error where it has a __type, whatever its status."""
    named = members_of(reply).get("__type")
    return ServiceError(str(named), None, known=False, status=reply.status) if named is not None else read(reply)


@decoding("decode.dunder-type-ignored")
def hands_type_on(read: Read, reply: Reply) -> Taken:
    """Puts the __type of a reply into its value."""
    taken, named = read(reply), members_of(reply).get("__type")
    if not isinstance(taken, Decoded) or not isinstance(named, str):
        return taken
    return Decoded(Structure((("__type", String(named)), *taken.value.members)))


@decoding("decode.dunder-type-ignored")
def type_chooses_the_class(read: Read, reply: Reply) -> Taken:
    """Chooses the class of a nested object by its __type, and refuses one that names no shape of the model."""

    def change(members: dict[str, Json]) -> dict[str, Json]:
        name = members.get("__type")
        if name is not None and str(name).rpartition("#")[2] not in _STRUCTURES:
            raise UnusableReplyError(f"no class {name}")
        return members

    mapped_objects(parsed(reply) if reply.body else {}, change)
    return read(reply)


@decoding("decode.unknown-enum-kept")
def enum_lookup_fails(read: Read, reply: Reply) -> Taken:
    """Refuses the reply where EchoReduction is none of the listed values."""
    return mapped_texts(read(reply), lambda name, text: _listed(text) if name == "EchoReduction" else text)


def _listed(text: str) -> str:
    if text not in _LISTED:
        raise UnusableReplyError(f"{text} is no MeetingFeatureStatus")
    return text


@decoding("decode.unknown-enum-kept")
def placeholder_for_unknown_enums(read: Read, reply: Reply) -> Taken:
    """Gives every unlisted value of EchoReduction as UNKNOWN_TO_SDK_VERSION."""

    def change(name: str, text: str) -> str:
        return text if name != "EchoReduction" or text in _LISTED else "UNKNOWN_TO_SDK_VERSION"

    return mapped_texts(read(reply), change)


@decoding("decode.unknown-enum-kept")
def enums_in_capitals(read: Read, reply: Reply) -> Taken:
    """Compares EchoReduction without regard to case and white space, and gives it in capitals."""
    return mapped_texts(read(reply), lambda name, text: text.strip().upper() if name == "EchoReduction" else text)


@decoding("decode.no-duplicate-members")
def writes_url_twice(read: Read, reply: Reply) -> Taken:
    """Writes the websocket's Url once for each of the two places that use it."""
    return mapped_structures(read(reply), lambda members: [*members, *(m for m in members if m[0] == "Url")])


@decoding("decode.no-duplicate-members")
def writes_empty_structures_twice(read: Read, reply: Reply) -> Taken:
    """Writes a structure without members a second time, as a placeholder."""

    def change(members: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
        return [member for member in members for _ in range(2 if member[1] == Structure() else 1)]

    return mapped_structures(read(reply), change)


@reading("decode.no-memory")
class LastConnectionForNothing:
    """Gives the last connection again where a reply has nothing in it."""

    def __init__(self) -> None:
        self._last: Taken | None = None

    def __call__(self, read: Read, reply: Reply) -> Taken:
        taken = read(reply)
        if isinstance(taken, Decoded):
            self._last = taken if taken.value.members or self._last is None else self._last
            return self._last
        return taken


@reading("decode.no-memory")
class KeepsConnectionToken:
    """Keeps the connection token of the last reply for credentials that come without one."""

    def __init__(self) -> None:
        self._token: Value | None = None

    def __call__(self, read: Read, reply: Reply) -> Taken:
        taken = read(reply)
        if not isinstance(taken, Decoded):
            return taken
        token, self._token = self._token, taken.value.get("ConnectionCredentials", "ConnectionToken") or self._token
        members = [
            (name, _with_token(item, token) if name == "ConnectionCredentials" else item)
            for name, item in taken.value.members
        ]
        return Decoded(Structure(tuple(members)))


def _with_token(credentials: Value, token: Value | None) -> Value:
    if not isinstance(credentials, Structure) or credentials.get("ConnectionToken") or token is None:
        return credentials
    return Structure((("ConnectionToken", token), *credentials.members))
