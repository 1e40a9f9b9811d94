"""The AWS CLI on an empty X-Amzn-Errortype beside a code: exit 0 if the type is lost, 1 if it is kept."""

import socket
import subprocess
import sys
import threading

server = socket.create_server(("127.0.0.1", 0))
reply = b'HTTP/1.1 403 X\r\nX-Amzn-Errortype: \r\nContent-Length: 32\r\n\r\n{"code":"AccessDeniedException"}'


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
raise SystemExit("(AccessDeniedException)" in ran.stderr or "An error occurred" not in ran.stderr)
