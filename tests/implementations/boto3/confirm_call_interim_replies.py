"""boto3 on an interim reply 103: exit 0 if it is taken for the reply, 1 if not."""

import socket
import threading

import boto3
import botocore
from botocore.config import Config

server = socket.create_server(("127.0.0.1", 0))
reply = b'HTTP/1.1 103 X\r\n\r\nHTTP/1.1 200 X\r\nContent-Length: 16\r\n\r\n{"Websocket":{}}'


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
