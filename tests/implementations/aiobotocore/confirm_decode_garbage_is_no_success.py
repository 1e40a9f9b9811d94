"""aiobotocore on a cut JSON text: exit 0 if it is an empty success, 1 if not."""

import asyncio

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

reply = b'HTTP/1.1 200 X\r\nContent-Length: 30\r\n\r\n{"Websocket":{"Url":"wss://a"}'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"{}")
    writer.write(reply)


async def main() -> object:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    config = AioConfig(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1})
    made = get_session().create_client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
    async with made as client:
        return "Websocket" in await client.create_participant_connection(ParticipantToken="a")


raise SystemExit(asyncio.run(main()))
