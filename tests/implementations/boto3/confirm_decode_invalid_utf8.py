"""boto3 on bytes that are no UTF-8: exit 0 if the decoder's exception comes out, 1 if not."""

import socket
import threading

import boto3
import botocore
from botocore.config import Config

server, body = socket.create_server(("127.0.0.1", 0)), b'{"Websocket":{"Url":"\x80"}}'
reply = b"HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n" % len(body)


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
except UnicodeDecodeError as error:
    print(type(error).__name__, error)
