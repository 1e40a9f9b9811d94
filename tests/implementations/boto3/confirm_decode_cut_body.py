"""boto3 on a body that ends before its Content-Length: exit 0 if it is an empty success, 1 if not."""

import socket
import threading

import boto3
import botocore
from botocore.config import Config

server = socket.create_server(("127.0.0.1", 0))
reply = b'HTTP/1.1 200 X\r\nContent-Length: 40\r\n\r\n{"Websocket":'


def answer() -> None:
    with server.accept()[0] as peer:
        peer.recv(65536)
        peer.sendall(reply)


threading.Thread(target=answer).start()
config = Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
url = f"http://127.0.0.1:{server.getsockname()[1]}"
client = boto3.client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
found = client.create_participant_connection(ParticipantToken="a")
print(found.get("Websocket"))
raise SystemExit("Websocket" in found)
