"""capo's two clients on a Url that is false: exit 0 if it is handed on, 1 if not."""

import asyncio

from capo_connectparticipant import AsyncConnectParticipantClient, ConnectParticipantClient

reply = b'HTTP/1.1 200 X\r\nContent-Length: 27\r\n\r\n{"Websocket":{"Url":false}}'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"{}")
    writer.write(reply)


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for kind in (ConnectParticipantClient, AsyncConnectParticipantClient):
        client = kind(endpoint=url, anonymous=True, retry_max_attempts=1)
        found = await asyncio.to_thread(client.create_participant_connection, "a")
        if (found if isinstance(found, dict) else await found)["websocket"]["url"] is not False:  # type: ignore[misc]
            raise SystemExit(1)


asyncio.run(main())
