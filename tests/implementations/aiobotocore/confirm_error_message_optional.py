"""aiobotocore on a 500 with X-Amzn-Errortype and no body: exit 0 if the type is lost, 1 if it is kept."""

import asyncio

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

reply = b"HTTP/1.1 500 X\r\nX-Amzn-Errortype: InternalServerException\r\nContent-Length: 0\r\n\r\n"


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
            return isinstance(error, client.exceptions.InternalServerException)


raise SystemExit(asyncio.run(main()))
