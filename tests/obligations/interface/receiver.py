"""A program that is told of events: a real server on loopback that answers as it is told to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE: dict[str, str] = {"webhook_hosts": "127.0.0.1", "webhook_networks": "127.0.0.0/8"}
"""Settings under which events may be sent to a receiver."""


class Receiver:
    """What came, and what is answered: a status, or seconds of silence before 200."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.silence = 0.0
        self.url = ""

    def answer(self) -> int:
        """The next answer; the last one stays."""
        if len(self.answers) > 1:
            return self.answers.pop(0)
        return self.answers[0] if self.answers else 204


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve until the end."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(receiver.silence)
            self.send_response(receiver.answer())
            self.send_header("location", "http://127.0.0.1:9/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/su-kien"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
