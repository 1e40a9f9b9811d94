"""The AWS CLI on x-amzn-query-error beside a __type: exit 0 if it takes the type's place, 1 if not."""

import socket
import subprocess
import sys
import threading

server = socket.create_server(("127.0.0.1", 0))
reply = b'HTTP/1.1 403 X\r\nx-amzn-query-error: A;S\r\nContent-Length: 34\r\n\r\n{"__type":"AccessDeniedException"}'


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
