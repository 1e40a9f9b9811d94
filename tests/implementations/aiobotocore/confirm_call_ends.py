"""aiobotocore on a reply of 5 s, byte by byte: exit 0 if a read_timeout of 0.5 s lets it take its time, 1 if not."""

import asyncio

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

reply = b"HTTP/1.1 200 X\r\nContent-Length: 12\r\n\r\n" + b"{          }"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"{}")
    for byte in reply:
        await asyncio.sleep(0.1)
        writer.write(bytes([byte]))


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    config = AioConfig(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=0.5)
    made = get_session().create_client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
    async with made as client:
        print(await client.create_participant_connection(ParticipantToken="a"))


asyncio.run(main())
