"""The AWS CLI on an interim reply 103: exit 0 if it is taken for the reply, 1 if not."""

import socket
import subprocess
import sys
import threading

server = socket.create_server(("127.0.0.1", 0))
reply = b'HTTP/1.1 103 X\r\n\r\nHTTP/1.1 200 X\r\nContent-Length: 16\r\n\r\n{"Websocket":{}}'


def answer() -> None:
    with server.accept()[0] as peer:
        peer.recv(65536)
        peer.sendall(reply)


threading.Thread(target=answer).start()
url = f"http://127.0.0.1:{server.getsockname()[1]}"
command = [sys.executable, "-m", "awscli", "connectparticipant", "create-participant-connection", "--no-sign-request"]
options = ["--endpoint-url", url, "--region", "us-east-1", "--participant-token", "a"]
ran = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
print(ran)
raise SystemExit(ran.returncode != 0 or "Websocket" in ran.stdout)
