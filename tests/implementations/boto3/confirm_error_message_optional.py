"""boto3 on a 500 with X-Amzn-Errortype and no body: exit 0 if the type is lost, 1 if it is kept."""

import socket
import threading

import boto3
import botocore
from botocore.config import Config

server = socket.create_server(("127.0.0.1", 0))


def answer() -> None:
    with server.accept()[0] as peer:
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 500 E\r\nX-Amzn-Errortype: InternalServerException\r\nContent-Length: 0\r\n\r\n")


threading.Thread(target=answer).start()
config = Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
url = f"http://127.0.0.1:{server.getsockname()[1]}"
client = boto3.client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
try:
    client.create_participant_connection(ParticipantToken="a")
except client.exceptions.ClientError as error:
    print(type(error).__name__, error.response["Error"]["Code"])
    raise SystemExit(isinstance(error, client.exceptions.InternalServerException)) from None
