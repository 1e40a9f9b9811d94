"""boto3 on a blank behind the value of X-Amzn-Errortype: exit 0 if it stays a part of the type, 1 if not."""

import socket
import threading

import boto3
import botocore
from botocore.config import Config

server = socket.create_server(("127.0.0.1", 0))
reply = b"HTTP/1.1 403 X\r\nX-Amzn-Errortype: AccessDeniedException \r\nContent-Length: 2\r\n\r\n{}"


def answer() -> None:
    with server.accept()[0] as peer:
        peer.recv(65536)
        peer.sendall(reply)


threading.Thread(target=answer).start()
config = Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
url = f"http://127.0.0.1:{server.getsockname()[1]}"
client = boto3.client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
try:
    raise SystemExit(client.create_participant_connection(ParticipantToken="a"))
except client.exceptions.ClientError as error:
    raise SystemExit(isinstance(error, client.exceptions.AccessDeniedException)) from None
