"""aiobotocore on a redirect to another origin: exit 0 if the participant token goes along, 1 if not."""

import asyncio

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

seen: list[bytes] = []


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    seen.append(await reader.readuntil(b"{}"))
    place = b"Location: http://localhost:%d/\r\n" % writer.get_extra_info("sockname")[1]
    writer.write(b"HTTP/1.1 %d X\r\n%sContent-Length: 0\r\n\r\n" % ((307, place) if len(seen) == 1 else (200, b"")))


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    config = AioConfig(signature_version=botocore.UNSIGNED)
    made = get_session().create_client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
    async with made as client:
        await client.create_participant_connection(ParticipantToken="secret")


asyncio.run(main())
raise SystemExit(b"Host: localhost" not in seen[1] or b"X-Amz-Bearer: secret" not in seen[1])
