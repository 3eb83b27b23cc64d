"""A real OpenID Connect provider as a process on loopback, and one in front of it that tampers with what it says."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.ports import free_port

LAN = {"sub": "lan-1", "email": "Lan@stc.example", "email_verified": True}
UNVERIFIED = {"sub": "gia-1", "email": "lan@stc.example", "email_verified": False}
STRANGER = {"sub": "khach-1", "email": "khach@stc.example", "email_verified": True}


@contextmanager
def provider(*people: dict[str, object], port: int = 0) -> Iterator[str]:
    """The issuer's address while its process runs; every process has keys of its own."""
    port = port or free_port()
    claims = [word for person in people for word in ("--user-claims", json.dumps(person))]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    process = subprocess.Popen([*command, *claims], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/.well-known/openid-configuration", timeout=1, trust_env=False)
                break
            except httpx.HTTPError:
                assert process.poll() is None, "the provider ended"
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


Change = Callable[[str, bytes], bytes | int]


@contextmanager
def tampering(upstream: str, change: Change) -> Iterator[str]:
    """The same provider under another name; ``change`` gets path and body of each answer and gives another, or a status."""
    port = free_port()
    name = f"127.0.0.1:{port}"

    class Between(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            self._pass(b"")

        def do_POST(self) -> None:
            self._pass(self.rfile.read(int(self.headers.get("content-length", "0"))))

        def _pass(self, body: bytes) -> None:
            headers = {"host": name, "content-type": self.headers.get("content-type", "")}
            if "authorization" in self.headers:
                headers["authorization"] = self.headers["authorization"]
            answer = httpx.request(
                self.command, upstream + self.path, content=body, headers=headers, timeout=10, trust_env=False
            )
            changed = change(self.path.partition("?")[0], answer.content)
            content = changed if isinstance(changed, bytes) else b"{}"
            self.send_response(answer.status_code if isinstance(changed, bytes) else changed)
            for header in ("content-type", "location"):
                if header in answer.headers:
                    self.send_header(header, answer.headers[header])
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", port), Between)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{name}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
