"""boto3 on a reply of 5 s, byte by byte: exit 0 if a read_timeout of 0.5 s lets it take its time, 1 if not."""

import socket
import threading
import time

import boto3
import botocore
from botocore.config import Config

server, reply = socket.create_server(("127.0.0.1", 0)), b"HTTP/1.1 200 X\r\nContent-Length: 12\r\n\r\n{          }"


def answer() -> None:
    with server.accept()[0] as peer:
        for byte in reply:
            time.sleep(0.1)
            peer.sendall(bytes([byte]))


threading.Thread(target=answer).start()
config = Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, proxies={}, read_timeout=0.5)
url = f"http://127.0.0.1:{server.getsockname()[1]}"
client = boto3.client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
print(client.create_participant_connection(ParticipantToken="a"))
