"""The AWS CLI with a folded token: exit 0 if CR LF reaches the wire within the header, 1 if it does not."""

import socket
import subprocess
import sys
import threading

server, seen = socket.create_server(("127.0.0.1", 0)), bytearray()
reply = b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}"


def answer() -> None:
    with server.accept()[0] as peer:
        seen.extend(peer.recv(65536))
        peer.sendall(reply)


threading.Thread(target=answer).start()
url = f"http://127.0.0.1:{server.getsockname()[1]}"
command = [sys.executable, "-m", "awscli", "connectparticipant", "create-participant-connection", "--no-sign-request"]
options = ["--endpoint-url", url, "--region", "us-east-1", "--participant-token", "ab\r\n cd"]
ran = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
print(ran, seen)
raise SystemExit(b"X-Amz-Bearer: ab\r\n cd\r\n" not in seen)
