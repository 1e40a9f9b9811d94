"""aiobotocore on x-amzn-query-error beside a __type: exit 0 if it takes the type's place, 1 if not."""

import asyncio

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

reply = b'HTTP/1.1 403 X\r\nx-amzn-query-error: A;S\r\nContent-Length: 34\r\n\r\n{"__type":"AccessDeniedException"}'


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
        except client.exceptions.ClientError as error:
            return isinstance(error, client.exceptions.AccessDeniedException)


raise SystemExit(asyncio.run(main()))
