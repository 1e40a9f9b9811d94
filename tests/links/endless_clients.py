"""Clients that wait for ever for what does not come, in each of the ways in which a client can wait.

Owns the adapters of the tests of time limits; each can be made anew by its name in another interpreter.
"""

from __future__ import annotations

import asyncio
import socket

from participant_conformance.adapter import Implementation
from participant_strategies.reply import ConnectionRequest

REQUEST = b"POST /participant/connection HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"


def _place(endpoint: str) -> tuple[str, int]:
    host, _, port = endpoint.removeprefix("http://").partition(":")
    return host, int(port)


class Blocking:
    """Reads a socket without a time limit, and takes neither an end nor a reset for an answer."""

    implementation = Implementation(name="blocking", version="1")

    def call(self, endpoint: str, _request: ConnectionRequest) -> object:
        """Read for ever."""
        with socket.create_connection(_place(endpoint)) as client:
            client.sendall(REQUEST)
            while True:
                try:
                    client.recv(1 << 16)
                except ConnectionResetError:
                    continue


class Awaiting:
    """Does the same with asyncio, and awaits for ever what does not come."""

    implementation = Implementation(name="awaiting", version="1")

    async def call(self, endpoint: str, _request: ConnectionRequest) -> object:
        """Await for ever."""
        reader, writer = await asyncio.open_connection(*_place(endpoint))
        try:
            writer.write(REQUEST)
            while await reader.read(1 << 16):
                """There may be more."""
        except ConnectionResetError:
            """Nothing more can come."""
        finally:
            writer.close()
        return await asyncio.Event().wait()
