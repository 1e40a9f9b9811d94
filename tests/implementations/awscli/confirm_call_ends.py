"""The AWS CLI on a reply of 5 s, byte by byte: exit 0 if --cli-read-timeout 1 lets it take its time, 1 if not."""

import socket
import subprocess
import sys
import threading
import time

server = socket.create_server(("127.0.0.1", 0))
reply = b"HTTP/1.1 200 X\r\nContent-Length: 12\r\n\r\n{          }"


def answer() -> None:
    with server.accept()[0] as peer:
        for byte in reply:
            time.sleep(0.1)
            peer.sendall(bytes([byte]))


threading.Thread(target=answer).start()
url = f"http://127.0.0.1:{server.getsockname()[1]}"
command = [sys.executable, "-m", "awscli", "connectparticipant", "create-participant-connection", "--no-sign-request"]
options = ["--endpoint-url", url, "--region", "us-east-1", "--participant-token", "a", "--cli-read-timeout", "1"]
ran = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
raise SystemExit(ran.returncode)
