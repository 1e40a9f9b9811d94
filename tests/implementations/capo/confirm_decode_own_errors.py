"""capo's two clients on a structure that is a text: exit 0 if a foreign exception comes out, 1 if not."""

import asyncio

from capo_connectparticipant import AsyncConnectParticipantClient, ConnectParticipantClient

reply = b'HTTP/1.1 200 X\r\nContent-Length: 17\r\n\r\n{"Websocket":"a"}'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"{}")
    writer.write(reply)


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for kind in (ConnectParticipantClient, AsyncConnectParticipantClient):
        client = kind(endpoint=url, anonymous=True, retry_max_attempts=1)
        try:
            found = await asyncio.to_thread(client.create_participant_connection, "a")
            raise SystemExit(found if isinstance(found, dict) else await found)  # type: ignore[misc]
        except AttributeError as error:
            print(type(error).__name__, error)


asyncio.run(main())
