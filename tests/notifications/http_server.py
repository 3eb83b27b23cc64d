"""A loopback HTTP server whose answers a test scripts."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Answer = Callable[["_Handler"], None]


class HttpServer:
    """``answer`` writes one response; ``requests`` holds (path, headers, body) of every request."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer: Answer = status(200)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.owner = self  # type: ignore[attr-defined]
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/in", options: str = "") -> str:
        return f"webhook://127.0.0.1:{self.port}{path}{options}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        owner: HttpServer = self.server.owner  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["content-length"]))
        owner.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
        try:
            owner.answer(self)
        except OSError:
            self.close_connection = True

    def do_GET(self) -> None:
        raise AssertionError("a redirect was followed")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""


def status(code: int, **headers: str) -> Answer:
    def answer(handler: _Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    return answer


def hang_up(handler: _Handler) -> None:
    handler.close_connection = True
    handler.connection.close()


def silence(handler: _Handler) -> None:
    time.sleep(3)


def drip_headers(handler: _Handler) -> None:
    """One header every tenth of a second: no single read ever times out."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(60):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.1)


class EndlessBody:
    def __init__(self) -> None:
        self.written = 0

    def __call__(self, handler: _Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**9))
        handler.end_headers()
        for _ in range(5000):
            handler.wfile.write(b"x" * 65536)
            self.written += 65536
