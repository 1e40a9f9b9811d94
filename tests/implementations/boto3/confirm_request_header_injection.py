"""boto3 with a folded token: exit 0 if CR LF and NUL reach the wire within the header, 1 if they do not."""

import socket
import threading

import boto3
import botocore
from botocore.config import Config

server, seen = socket.create_server(("127.0.0.1", 0)), bytearray()


def answer() -> None:
    with server.accept()[0] as peer:
        seen.extend(peer.recv(65536))
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


threading.Thread(target=answer).start()
config = Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
url = f"http://127.0.0.1:{server.getsockname()[1]}"
client = boto3.client("connectparticipant", "us-east-1", endpoint_url=url, config=config)
client.create_participant_connection(ParticipantToken="ab\r\n cd\0ef")
line = bytes(seen).partition(b"X-Amz-Bearer: ")[2][:10]
print(line)
raise SystemExit(line != b"ab\r\n cd\0ef")
