"""boto3 on x-amzn-query-error beside a __type: exit 0 if the header takes the type's place, 1 if the type is kept."""

import socket
import threading

import boto3
import botocore
from botocore.config import Config

server, body = socket.create_server(("127.0.0.1", 0)), b'{"__type":"AccessDeniedException"}'
reply = b"HTTP/1.1 403 X\r\nx-amzn-query-error: A;Sender\r\nContent-Length: %d\r\n\r\n" % len(body)


def answer() -> None:
    with server.accept()[0] as peer:
        peer.recv(65536)
        peer.sendall(reply + body)


threading.Thread(target=answer).start()
config = Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
url = f"http://127.0.0.1:{server.getsockname()[1]}"
client = boto3.client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
try:
    raise SystemExit(client.create_participant_connection(ParticipantToken="a"))
except client.exceptions.ClientError as error:
    raise SystemExit(isinstance(error, client.exceptions.AccessDeniedException)) from None
