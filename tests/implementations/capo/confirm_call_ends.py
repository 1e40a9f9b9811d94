"""capo's two clients on a reply of 5 s, byte by byte: exit 0 if limits of 0.5 s let it take its time, 1 if not."""

import asyncio

from capo_connectparticipant import AsyncConnectParticipantClient, ConnectParticipantClient
from zapros import AsyncStdNetworkHandler, StdNetworkHandler

KINDS = {ConnectParticipantClient: StdNetworkHandler, AsyncConnectParticipantClient: AsyncStdNetworkHandler}
reply = b"HTTP/1.1 200 X\r\nContent-Length: 12\r\n\r\n{          }"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"{}")
    for byte in reply:
        await asyncio.sleep(0.1)
        writer.write(bytes([byte]))


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for kind, handler in KINDS.items():
        limits = {"connect_timeout": 0.5, "read_timeout": 0.5, "write_timeout": 0.5}
        client = kind(handler(**limits), endpoint=url, anonymous=True, retry_max_attempts=1)
        found = await asyncio.to_thread(client.create_participant_connection, "a")
        print(found if isinstance(found, dict) else await found)


asyncio.run(main())
