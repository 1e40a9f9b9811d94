"""aiobotocore on a structure that is a text: exit 0 if a foreign exception comes out, 1 if not."""

import asyncio

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

reply = b'HTTP/1.1 200 X\r\nContent-Length: 17\r\n\r\n{"Websocket":"a"}'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"{}")
    writer.write(reply)


async def main() -> object:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    config = AioConfig(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1})
    made = get_session().create_client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
    async with made as client:
        try:
            return await client.create_participant_connection(ParticipantToken="a")
        except AttributeError as error:
            return print(type(error).__name__, error)


raise SystemExit(asyncio.run(main()))
