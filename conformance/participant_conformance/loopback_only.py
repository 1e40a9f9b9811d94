"""Nothing but loopback is reached while an implementation is judged: sockets and look-ups of names.

Owns the guard, and what was tried all the same. It must not know who is judged. It patches the module ``socket``, on
which asyncio, urllib3, httpx and aiohttp stand; what opens sockets in C alone is not seen. The user's own threads,
those that ran before, are let through, and afterwards ``socket`` is as it was.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

#: Where the address stands among the arguments behind the socket itself: from the begin, or the last one.
_METHODS: Final = {"connect": 0, "connect_ex": 0, "sendto": -1, "sendmsg": 3}
_LOOKUPS: Final = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")
_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)
RULE: Final = "only loopback is let through while an implementation is judged"

_lock = threading.Lock()
_depth = 0
_undo: list[Callable[[], None]] = []
#: Threads that were there before: the user's own. Those that came since stay ours when the guard is entered again.
_strangers: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_ours: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_tried: dict[str, None] = {}


@contextmanager
def only_loopback() -> Iterator[None]:
    """Let nothing but loopback through for a while. May be nested, and entered by several threads."""
    _enter()
    try:
        yield
    finally:
        _leave()


def take_tried() -> tuple[str, ...]:
    """Return what was tried, ``host:port``, each once, and forget it."""
    tried = tuple(_tried)
    for place in tried:
        del _tried[place]
    return tried


def strayed(tried: tuple[str, ...]) -> str:
    """Say in one line what was tried."""
    return f"the implementation tried to reach {', '.join(tried)}: only loopback is let through"


def is_loopback(host: object) -> bool:
    """Tell whether a host, as sockets and look-ups take it, is this machine: by its address or as ``localhost``."""
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("ascii", "replace")
    if not isinstance(host, str):
        return host is None
    # No host is this one; RFC 6761, section 6.3: names below localhost are loopback.
    name = host.rstrip(".").lower()
    if name in ("", "localhost") or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return _is_short_loopback(name)
    mapped = getattr(address, "ipv4_mapped", None) or address
    # What is unspecified reaches this machine.
    return bool(mapped.is_loopback or mapped.is_unspecified)


def _is_short_loopback(name: str) -> bool:
    """Take 127.1 and the like as inet(3) does."""
    try:
        return socket.inet_aton(name)[0] == 127
    except OSError:
        return False


def _enter() -> None:
    global _depth  # noqa: PLW0603 - what is patched is of the whole process
    with _lock:
        _depth += 1
        if _depth > 1:
            return
        alive = set(threading.enumerate()) - {threading.current_thread()}
        _strangers.clear()
        _strangers.update(alive - set(_ours))
        for name in _METHODS:
            _patch(socket.socket, name, _guarded_method(name))
        for name in _LOOKUPS:
            _patch(socket, name, _guarded_lookup(name))


def _leave() -> None:
    global _depth  # noqa: PLW0603 - see above
    with _lock:
        _depth -= 1
        if _depth:
            return
        _ours.update(set(threading.enumerate()) - set(_strangers) - {threading.current_thread()})
        while _undo:
            _undo.pop()()


def _patch(place: Any, name: str, made: object) -> None:
    own = name in vars(place)
    before = vars(place).get(name)
    setattr(place, name, made)

    def undo() -> None:
        # Somebody else's patch upon ours stays: ours lets everything through by now.
        if vars(place).get(name) is not made:
            return
        if own:
            setattr(place, name, before)
        else:
            delattr(place, name)

    _undo.append(undo)


def _guarded_method(name: str) -> Callable[..., object]:
    original = getattr(socket.socket, name)
    position = _METHODS[name]

    @wraps(original)
    def guarded(self: socket.socket, *arguments: Any) -> object:
        addressed = arguments[position:] if len(arguments) > position else ()
        address = addressed[0] if addressed else None
        if self.family in _INTERNET and isinstance(address, tuple) and _is_refused(address[0]):
            refused = _refusal(*address[:2])
            if name == "connect_ex":
                return refused.errno
            raise refused
        return original(self, *arguments)

    return guarded


def _guarded_lookup(name: str) -> Callable[..., object]:
    original = getattr(socket, name)

    @wraps(original)
    def guarded(host: Any, *arguments: Any, **options: Any) -> object:
        if _is_refused(host):
            port = (*arguments, options.get("port"))[0] if name == "getaddrinfo" else None
            raise _reserved(host) or _refusal(host, port)
        return original(host, *arguments, **options)

    return guarded


def _is_refused(host: object) -> bool:
    return bool(_depth) and not is_loopback(host) and threading.current_thread() not in _strangers


def _reserved(host: object) -> OSError | None:
    """Return the answer about a name below ``test``, which needs no network: RFC 6761, section 6.2."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if not name.rstrip(".").lower().endswith(".test"):
        return None
    return socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _refusal(host: object, port: object = None) -> OSError:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    place = name if port is None else f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    # Without the lock: a time limit may strike here.
    _tried[place] = None
    return OSError(errno.ENETUNREACH, f"{os.strerror(errno.ENETUNREACH)}: {RULE} ({place})")
