"""The AWS CLI on a 500 with X-Amzn-Errortype and no body: exit 0 if the type is lost, 1 if it is kept."""

import socket
import subprocess
import sys
import threading

server = socket.create_server(("127.0.0.1", 0))
reply = b"HTTP/1.1 500 X\r\nX-Amzn-Errortype: InternalServerException\r\nContent-Length: 0\r\n\r\n"


def answer() -> None:
    with server.accept()[0] as peer:
        peer.recv(65536)
        peer.sendall(reply)


threading.Thread(target=answer).start()
url = f"http://127.0.0.1:{server.getsockname()[1]}"
command = [sys.executable, "-m", "awscli", "connectparticipant", "create-participant-connection", "--no-sign-request"]
options = ["--endpoint-url", url, "--region", "us-east-1", "--participant-token", "a"]
ran = subprocess.run([*command, *options], capture_output=True, text=True, check=False, env={"AWS_MAX_ATTEMPTS": "1"})
print(ran)
raise SystemExit("(500)" not in ran.stderr)
