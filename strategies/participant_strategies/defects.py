"""Named ways to break the JSON of a success, each drawn with what a correct implementation may at best make of it.

Owns the catalogue of defects and the families by which they are chosen. It must not know what an implementation has to
do with them: that differs from rule to rule. Sources: RFC 8259 for what is a JSON text, RFC 3629 for what is UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from participant_strategies.bulk import Bulk, bulks
from participant_strategies.contract import Path, contract
from participant_strategies.json_text import (
    Addition,
    Json,
    Number,
    Object,
    json_tree,
    one_of_these,
    render,
    with_additions,
)
from participant_strategies.reply import JSON_CONTENT_TYPE, Case, Defect, Reply, shown_bytes
from participant_strategies.successes import at, full, put, remove, sample, success_case
from participant_strategies.value import String, Structure


class Trouble(StrEnum):
    """The families of defects."""

    GARBAGE = "garbage"
    BLANK = "blank"
    ENCODING = "encoding"
    BYTE_ORDER_MARK = "byte order mark"
    WRONG_TYPE = "wrong type"
    HOSTILE_NAME = "hostile name"
    NUMBER = "number"
    DUPLICATE = "duplicate"
    SURROGATE = "surrogate"
    LENIENT = "lenient"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken reply, what was planted, and the control: the same without it.

    ``value`` is what the reply says where the defect is overlooked or left out. ``path`` is the member that the defect
    is about; empty where it is about the text as a whole.
    """

    reply: Reply
    defect: Defect
    control: Case
    value: Structure
    path: Path = ()

    def __repr__(self) -> str:
        return f"{self.reply!r} ({self.defect!r})"


#: Draws the broken body of a value, in words what was done, and where it was done.
_Plant = Callable[[DrawFn, Structure], "tuple[bytes, str, Structure, Path]"]
_CATALOGUE: dict[str, tuple[Trouble, _Plant]] = {}


def _defect(name: str, trouble: Trouble) -> Callable[[_Plant], _Plant]:
    def enter(plant: _Plant) -> _Plant:
        _CATALOGUE[name] = trouble, plant
        return plant

    return enter


def defects() -> MappingProxyType[str, Trouble]:
    """Return the name of every defect of a success with its family."""
    return MappingProxyType({name: trouble for name, (trouble, _) in _CATALOGUE.items()})


def defective_replies(
    *, troubles: Collection[Trouble] = tuple(Trouble), names: Collection[str] | None = None
) -> SearchStrategy[Broken]:
    """Draw a success reply with one defect planted in it.

    ``troubles`` limits the families, ``names`` the defects themselves. Raises ``ValueError`` for an unknown name, or
    where nothing is left.
    """
    unknown = sorted(set(names or ()) - _CATALOGUE.keys())
    if unknown:
        raise ValueError(f"no such defect: {', '.join(unknown)}; there are {', '.join(_CATALOGUE)}")
    chosen = [name for name, (trouble, _) in _CATALOGUE.items() if trouble in troubles and name in (names or (name,))]
    if not chosen:
        raise ValueError("no defect of these families has one of these names")
    return _defective(tuple(chosen))


@cache
def _defective(names: tuple[str, ...]) -> SearchStrategy[Broken]:
    chosen = st.sampled_from(names)

    @st.composite
    def broken(draw: DrawFn) -> Broken:
        name = draw(chosen)
        return _broken(name, *_CATALOGUE[name][1](draw, draw(_bases())))

    return broken()


def _broken(name: str, body: bytes, what: str, value: Structure, path: Path) -> Broken:
    control = success_case(value if name != "wrong-type" else _usable(value, path))
    return Broken(Reply(200, (JSON_CONTENT_TYPE,), body), Defect(name, what), control, value, path)


@cache
def _bases() -> SearchStrategy[Structure]:
    """Draw a valid value to be broken: from a few, since what is told is the defect."""
    return st.sampled_from(
        [
            sample("Websocket", "Url"),
            sample("ConnectionCredentials", "Expiry"),
            sample("WebRTCConnection", "Meeting", "MediaPlacement", "AudioHostUrl"),
            # Beyond ASCII: who reads the body in another coding misreads it.
            put(sample("Websocket", "Url"), ("ConnectionCredentials", "ConnectionToken"), String("\u00e9")),
            full(),
        ]
    )


_PICKS = st.integers(0, 2**16)


def _text(value: Structure) -> str:
    return render(json_tree(value))


def _object(value: Structure) -> Object:
    tree = json_tree(value)
    assert isinstance(tree, Object)  # noqa: S101 - a structure becomes an object
    return tree


# No JSON object at all.


@_defect("cut", Trouble.GARBAGE)
def _cut(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    body = _text(value).encode()
    # An object ends with its last byte, so that no proper beginning of it is a JSON text.
    left = len(body) - 1 - draw(_PICKS) % (len(body) - 1)
    return body[:left], f"cut after {left} of {len(body)} bytes", value, ()


def _whole(name: str, *bodies: str, trouble: Trouble = Trouble.GARBAGE) -> None:
    """Enter a defect whose texts take the place of the whole body, or stand around it where ``%s`` is."""

    @_defect(name, trouble)
    def planted(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
        template = draw(one_of_these(bodies))
        told = shown_bytes(template.replace("%s", "…").encode())
        what = f"around the text: {told}" if "%s" in template else f"in its place: {told}"
        return template.replace("%s", _text(value)).encode(), what, value, ()


def other_roots() -> tuple[Broken, ...]:
    """Return JSON texts that are no object, in the place of the whole body."""
    texts = ("[]", "null", '"a"', "0", "true")
    return tuple(_broken("wrong-root", text.encode(), f"in its place: {text}", full(), ()) for text in texts)


_whole("continued", "%s}", "%sx", "%s,", "%s\x00", "%s]", '%s"')
_whole("two-texts", "%s{}", "%s\n%s", "%s null", "{}%s")
_whole("wrong-root", "[]", "null", '""', '"a"', "0", "true", "false", "[%s]", '["a"]')
_whole("html", "<html><body>OK</body></html>", "<!DOCTYPE html>\n<title>Sign in</title>", "<p>%s</p>")
_whole("xml", "<CreateParticipantConnectionResponse/>", '<?xml version="1.0"?><a>%s</a>')
_whole("plain-text", "OK", "upstream connect error", "a=b&c=d", "Websocket: wss://a", "nul", "undefined")
_whole("guarded", ")]}',\n%s", "while(1);%s", "callback(%s)", "data: %s\n\n")
# No JSON text either, and yet nothing but an empty body to who trims it, which is a success: so a family of its own.
_whole("blank", " ", "\n", "\t\r\n  ", trouble=Trouble.BLANK)


@_defect("slip", Trouble.GARBAGE)
def _slip(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    text = _text(value)
    places = [index for index, char in enumerate(text) if char in '{}":' and text[index - 1 : index] != "\\"]
    # Without any one of these the text is no JSON text: braces and quotes pair, a name needs its colon.
    place = places[draw(_PICKS) % len(places)]
    if text[place] == ":" and text[place - 1] != '"':
        place = 0
    return (text[:place] + text[place + 1 :]).encode(), f"without the {text[place]} at {place}", value, ()


# Bytes that are no UTF-8, and marks before the text.

_NOT_UTF8 = (b"\x80", b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe9")


@_defect("invalid-utf8", Trouble.ENCODING)
def _invalid_utf8(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    wrong = draw(one_of_these(_NOT_UTF8))
    path = _leaf(draw, value)
    body = _text(put(value, path, String("\U000f0000"))).encode().replace("\U000f0000".encode(), wrong)
    return body, f"{wrong!r} in {'.'.join(path)}", value, path


def _leaf(draw: DrawFn, value: Structure) -> Path:
    leaves = [path for path, member in value.paths() if isinstance(member, String)]
    return leaves[draw(_PICKS) % len(leaves)]


_MARKED = ("utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@_defect("byte-order-mark", Trouble.BYTE_ORDER_MARK)
def _byte_order_mark(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    coding = draw(one_of_these(_MARKED))
    text = _text(value) if coding == "utf-8-sig" else "\ufeff" + _text(value)
    return text.encode(coding), f"before the text, in {coding.removesuffix('-sig').upper()}", value, ()


# A JSON object in which something does not fit.

_NO_TEXT: tuple[Json, ...] = (
    *(False, True, (), Object(), ("a",), Object((("a", "b"),)), (Object(),)),
    *(Number("0"), Number("1"), Number("-1.5"), Number("1e3"), Number("1767225600")),
)
_NO_STRUCTURE: tuple[Json, ...] = ("", "a", False, True, (), ("a",), (Object(),), Number("0"), Number("1"))


@cache
def _members() -> SearchStrategy[Path]:
    return st.sampled_from([path for path, _ in contract().paths()])


@_defect("wrong-type", Trouble.WRONG_TYPE)
def _wrong_type(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    path = draw(_members())
    shape = contract().shape_at(path)
    wrong = draw(one_of_these(_NO_STRUCTURE if shape and shape.kind == "structure" else _NO_TEXT))
    return _wrongly_typed(value, path, wrong)


def wrong_types() -> tuple[Broken, ...]:
    """Return the plain forms of a wrong type: of one structure and one text, each with what cannot stand there."""
    value, path = sample("Websocket", "Url"), ("Websocket", "Url")
    wrong: tuple[tuple[Path, Json], ...] = tuple((path[:1], item) for item in _NO_STRUCTURE)
    wrong += tuple((path, item) for item in _NO_TEXT)
    return tuple(_broken("wrong-type", *_wrongly_typed(value, place, item)) for place, item in wrong)


def _wrongly_typed(value: Structure, path: Path, wrong: Json) -> tuple[bytes, str, Structure, Path]:
    left = remove(value, path)
    if len(path) > 1 and not left.get(*path[:-1]):
        left = put(left, path[:-1], Structure())
    body = render(_with(left, path[:-1], path[-1], wrong)).encode()
    return body, f"{'.'.join(path)} is {render(wrong)}", left, path


def _with(value: Structure, place: Path, name: str, item: Json) -> Object:
    return with_additions(_object(value), [Addition(place, 0, name, item)])


def _usable(value: Structure, path: Path) -> Structure:
    """Return the value with content at a path that a defect has taken."""
    return put(value, path, sample(*path).get(*path) or Structure())


#: Names that mean something in some language, in some parser, or in none.
HOSTILE_NAMES = (
    *("__proto__", "constructor", "prototype", "__class__", "__init__", "__dict__", "toString", "hasOwnProperty"),
    *("", "\x00", "Websocket\x00", "\u202e", "$ref", "@type", "$type", "class", "then", "length", "toJSON", "valueOf"),
)
_HOSTILE_VALUES: tuple[Json, ...] = (
    "a",
    Object((("Websocket", Object((("Url", "wss://evil"),))),)),
    Object((("Url", "wss://evil"),)),
    Object((("prototype", Object((("Url", "wss://evil"),))),)),
    Number("0"),
    None,
    ("a",),
)


@_defect("hostile-name", Trouble.HOSTILE_NAME)
def _hostile_name(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    name, item = draw(one_of_these(HOSTILE_NAMES)), draw(one_of_these(_HOSTILE_VALUES))
    places = [(), *(path for path, member in value.paths() if isinstance(member, Structure))]
    return _hostile(value, places[draw(_PICKS) % len(places)], name, item)


def _hostile(value: Structure, place: Path, name: str, item: Json) -> tuple[bytes, str, Structure, Path]:
    return render(_with(value, place, name, item)).encode(), f"a member named {json.dumps(name)}", value, place


def hostile_members() -> tuple[Broken, ...]:
    """Return the plain forms of a hostile name: each with what would supply a member that is absent beside it."""
    url: Json = Object((("Url", "wss://evil"),))
    above, below = sample("ConnectionCredentials", "Expiry"), sample("Websocket", "ConnectionExpiry")
    planted = [
        *(_hostile(above, (), name, Object((("Websocket", url),))) for name in HOSTILE_NAMES),
        *(_hostile(below, ("Websocket",), name, url) for name in HOSTILE_NAMES),
        _hostile(below, ("Websocket",), "constructor", Object((("prototype", url),))),
    ]
    return tuple(_broken("hostile-name", *plant) for plant in planted)


_MONSTERS = ("1e400", "-1e400", "1E-400", "-0", "1" + "0" * 400, "0." + "0" * 400 + "1", "1e99999999", "9" * 20)


@_defect("number-monster", Trouble.NUMBER)
def _number_monster(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    number = draw(one_of_these(_MONSTERS))
    return render(_with(value, (), "a", Number(number))).encode(), f"an unknown member of {number[:20]}", value, ()


# What RFC 8259 leaves open, or forbids and some parsers accept.


@_defect("duplicate-member", Trouble.DUPLICATE)
def _duplicate_member(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:  # noqa: ARG001 - the texts are whole
    path = draw(one_of_these((("Websocket", "Url"), ("Websocket",), ("WebRTCConnection", "Attendee", "AttendeeId"))))
    twice = at(path, _DUPLICATED[path][1])
    first = _DUPLICATED[path][0]
    body = render(_with(twice, path[:-1], path[-1], json_tree(first))).encode()
    return body, f"{'.'.join(path)} stands twice", twice, path


#: What stands at a path the first and the second time.
_DUPLICATED: MappingProxyType[Path, tuple[String | Structure, String | Structure]] = MappingProxyType(
    {
        ("Websocket", "Url"): (String("first"), String("second")),
        ("WebRTCConnection", "Attendee", "AttendeeId"): (String("first"), String("second")),
        ("Websocket",): (
            Structure((("Url", String("first")),)),
            Structure((("ConnectionExpiry", String("second")),)),
        ),
    }
)


@_defect("lone-surrogate", Trouble.SURROGATE)
def _lone_surrogate(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:
    path, text = ("Websocket", "Url"), draw(one_of_these(("\ud800", "\udc00", "a\ud83db", "\ude42\ud83d")))
    body = _text(put(value, path, String(text))).encode()
    return body, f"{json.dumps(text)} in {'.'.join(path)}", put(value, path, String("a")), path


#: Leniencies of parsers: the text around or in which the leaf "a" stands. None of them is a JSON text.
LENIENCIES = MappingProxyType(
    {
        "comment": '{/* a */"Websocket":{"Url":"a"}}',
        "line-comment": '{"Websocket":{"Url":"a"}} // b',
        "trailing-comma": '{"Websocket":{"Url":"a",},}',
        "not-a-number": '{"Websocket":{"Url":"a"},"b":NaN}',
        "infinity": '{"Websocket":{"Url":"a"},"b":-Infinity}',
        "unquoted-name": '{Websocket:{Url:"a"}}',
        "single-quotes": "{'Websocket':{'Url':'a'}}",
        "control-character": '{"Websocket":{"Url":"a"},"b":"\t\n"}',
        "leading-zero": '{"Websocket":{"Url":"a"},"b":01}',
        "hexadecimal": '{"Websocket":{"Url":"a"},"b":0x1F}',
        "bare-point": '{"Websocket":{"Url":"a"},"b":.5}',
        "bad-escape": '{"Websocket":{"Url":"a"},"b":"\\x41"}',
        "missing-comma": '{"Websocket":{"Url":"a"} "b":0}',
    }
)


@_defect("lenient", Trouble.LENIENT)
def _lenient(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:  # noqa: ARG001 - as above
    name = draw(one_of_these(tuple(LENIENCIES)))
    return LENIENCIES[name].encode(), name.replace("-", " "), at(("Websocket", "Url"), String("a")), ()


# Size and depth.


@_defect("bulk", Trouble.BULK)
def _bulk(draw: DrawFn, value: Structure) -> tuple[bytes, str, Structure, Path]:  # noqa: ARG001 - as above
    bulk = draw(bulks())
    return bulk.reply.body, bulk.what, Bulk.value(), ()
