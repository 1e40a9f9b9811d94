"""Adapters of implementations that take their interpreter along, or try to.

Owns what the tests of the quarantine are run on; each is made anew by its name in the interpreter of its own. It must
not know what is tested.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from participant_conformance.adapter import AdapterError, Implementation
from participant_strategies.reply import ConnectionRequest, Decoded, Rejected, Reply, ServiceError
from participant_strategies.value import Boolean, Enum, Foreign, List, String, Structure, Value
from tests.harness.samples import EMPTY, OwnError, implementation

MEGABYTE = 1 << 20


class Fatal:
    """Does what the body of a reply says."""

    implementation = implementation()

    def __init__(self) -> None:
        self.taken = 0

    def read(self, reply: Reply) -> object:
        """Do what is asked for; say how many replies were read before, where nothing fatal is."""
        self.taken += 1
        what, _, argument = reply.body.decode().partition(" ")
        return getattr(self, f"_{what}")(argument)

    def _count(self, _argument: str) -> ServiceError:
        return ServiceError(str(self.taken), str(os.getpid()), known=False)

    def _kill(self, name: str) -> None:
        os.kill(os.getpid(), getattr(signal, name, None) or int(name))

    def _segfault(self, _argument: str) -> None:
        ctypes.string_at(0)

    def _leave(self, code: str) -> NoReturn:
        os._exit(int(code))

    def _exit(self, code: str) -> NoReturn:
        sys.exit(code)

    def _interrupt(self, _argument: str) -> NoReturn:
        raise KeyboardInterrupt("a")

    def _spin(self, _argument: str) -> NoReturn:
        while True:
            pass

    def _spin_on(self, _argument: str) -> NoReturn:
        while True:
            try:
                while True:
                    pass
            except BaseException:  # noqa: BLE001 - that is what is wrong with it
                continue

    def _wait(self, _argument: str) -> None:
        # Nothing interrupts it.
        signal.sigwait({signal.SIGUSR2})

    def _hoard(self, _argument: str) -> Decoded:
        held = [b"a" * (64 * MEGABYTE) for _ in range(40)]
        return Decoded(Structure((("Url", String(str(len(held)))),)))

    def _recurse(self, argument: str) -> object:
        return self._recurse(argument)

    def _flood(self, _argument: str) -> Decoded:
        for stream in (sys.stdout, sys.stderr):
            stream.write("a flood " * MEGABYTE)
            stream.flush()
        os.write(1, b"a" * MEGABYTE)
        return EMPTY

    def _say(self, text: str) -> NoReturn:
        print(text, flush=True)
        os._exit(3)

    def _own(self, text: str) -> NoReturn:
        raise OwnError(text)

    def _foreign(self, text: str) -> NoReturn:
        raise LookupError(text)

    def _skip(self, text: str) -> NoReturn:
        raise AdapterError(text)

    def _nothing(self, _argument: str) -> None:
        """Return what no adapter may return."""

    def _values(self, _argument: str) -> Decoded:
        leaves: tuple[Value, ...] = (
            String("\ud83d\ude00 \ud83d"),
            Enum("é"),
            Boolean(value=False),
            Foreign("int", "5"),
        )
        inner = Structure((("a", leaves[0]), ("a", leaves[1])))
        return Decoded(Structure((("Url", List((*leaves, inner))),), plain=True), shown=("a", "\ud800"))

    def _deep(self, _argument: str) -> Decoded:
        value: Value = Structure()
        for _ in range(100_000):
            value = Structure((("a", value),))
        return Decoded(Structure((("a", value),)))

    def _fork(self, path: str) -> Decoded:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(path).write_text(str(child.pid), encoding="ascii")
        return EMPTY

    def _fork_and_leave(self, path: str) -> NoReturn:
        child = os.fork()
        if not child:
            time.sleep(600)
        Path(path).write_text(str(child), encoding="ascii")
        os._exit(7)

    def _close(self, _argument: str) -> None:
        os.closerange(3, 64)
        time.sleep(600)


class Everything(Fatal):
    """Offers all that can be asked in one go, and says what it was asked."""

    def decode_json(self, body: bytes) -> Decoded:
        """Say how long it is."""
        return Decoded(Structure((("Url", String(f"json {len(body)}")),)))

    def decode_xml(self, body: bytes) -> Rejected:
        """Say what it is."""
        return Rejected(body.decode())

    def encode_json(self, value: Structure) -> bytes:
        """Write as many bytes as it says."""
        return b"a" * int(value.members[0][1].text) if value.members else b"\xff"  # type: ignore[union-attr]

    async def encode_xml(self, value: Structure) -> bytes:
        """Write what is printed of it."""
        return repr(value).encode()

    def error_of_json(self, code: str, body: bytes) -> ServiceError:
        """Say what was given."""
        return ServiceError(code, body.decode(), known=True, status=400)

    def error_of_xml(self, code: str, body: bytes) -> ServiceError:
        """Say what was given."""
        return ServiceError(None, code + body.decode(), known=False)

    def read_xml(self, reply: Reply, dialect: str) -> ServiceError:
        """Say what was given."""
        return ServiceError(dialect, repr(reply.headers), known=False, status=reply.status)

    def call(self, endpoint: str, request: ConnectionRequest) -> ServiceError:
        """Say what was given."""
        return ServiceError(endpoint, repr(request), known=False)


class Environment:
    """Says what it sees of the environment and the module path."""

    implementation = implementation()

    def read(self, reply: Reply) -> ServiceError:
        """Say it."""
        name = reply.body.decode()
        return ServiceError(os.environ.get(name), "\n".join(sys.path), known=False)


class Unmade:
    """Cannot be made."""

    implementation = implementation()

    def __init__(self) -> None:
        raise LookupError("no library")

    def read(self, _reply: Reply) -> Decoded:
        """Never get there."""
        return EMPTY


class FatalToMake(Fatal):
    """Takes the interpreter along when it is made."""

    def __init__(self) -> None:
        os._exit(9)


class SlowToMake(Fatal):
    """Takes its time."""

    def __init__(self) -> None:
        time.sleep(600)


class Narrower:
    """Offers one thing alone."""

    implementation = Implementation(name="narrower", version="1")
    colour = "red"

    def decode_json(self, _body: bytes) -> Decoded:
        """Take anything."""
        return EMPTY
