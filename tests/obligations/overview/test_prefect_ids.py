"""Links into Prefect: asked for rarely, believed for a while, and never waited for when Prefect is away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from deploy.environment import child_environment
from obligations.services.overview.prefect_ids import KEPT, RETRIED, DeploymentIds, ask_prefect
from obligations.settings import Settings
from tests.plan197 import hanoi
from tests.ports import free_port

NOW = hanoi(2026, 11, 10, 9)
said: list[str] = []
"""What stood in the header by which a client names itself, of the newest server."""


@contextmanager
def prefect(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server that answers every question the same; its address and what it was asked."""
    asked: list[str] = []
    said.clear()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            said.append(self.headers.get("authorization", ""))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing to the console."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_id_is_asked_for_once_in_a_while() -> None:
    with prefect(200, b'{"id": "abc-1"}') as (url, asked):
        ids = DeploymentIds(ask_prefect(url))
        assert ids.of("197-kh-ubnd--bao-cao", NOW) == "abc-1"
        assert ids.of("197-kh-ubnd--bao-cao", NOW + KEPT - timedelta(seconds=1)) == "abc-1"
        assert asked == ["/api/deployments/name/advance-obligation/197-kh-ubnd--bao-cao"]
        assert ids.of("197-kh-ubnd--bao-cao", NOW + KEPT) == "abc-1"
    assert len(asked) == 2
    assert ids.of("197-kh-ubnd--bao-cao", NOW + 3 * KEPT) == "abc-1", "an old answer is better than none"


@pytest.mark.parametrize(("status", "body"), [(404, b"{}"), (500, b"{}"), (200, b"no json"), (200, b'{"id": 7}')])
def test_without_an_answer_there_is_no_link(status: int, body: bytes) -> None:
    with prefect(status, body) as (url, asked):
        ids = DeploymentIds(ask_prefect(url))
        assert ids.of("x", NOW) is None
        assert ids.of("x", NOW) is None
        assert len(asked) == 1, "not asked again at once"
        assert ids.of("x", NOW + RETRIED) is None
    assert len(asked) == 2


def test_a_prefect_that_is_away_is_left_alone() -> None:
    tried = 0

    def away(_: str) -> str | None:
        nonlocal tried
        tried += 1
        raise httpx.ConnectError("refused")

    ids = DeploymentIds(away)
    assert [ids.of(name, NOW) for name in "abc"] == [None] * 3
    assert tried == 1
    with pytest.raises(httpx.HTTPError):
        ask_prefect(f"http://127.0.0.1:{free_port()}/api")("x")


def test_a_prefect_that_asks_for_a_password_gets_it() -> None:
    with prefect(200, b'{"id": "abc-1"}') as (url, _):
        ask_prefect(url, "mot-mat-khau")("x")
        ask_prefect(url)("x")
    assert said == ["Basic ZG9uZG9jOm1vdC1tYXQta2hhdQ==", ""]


def test_every_child_knows_the_password_and_prefect_asks_for_it(tmp_path: Path) -> None:
    closed = child_environment(Settings(home=tmp_path, secret_key="k", prefect_password="mot-mat-khau"))
    assert closed["PREFECT_SERVER_API_AUTH_STRING"] == closed["PREFECT_API_AUTH_STRING"] == "dondoc:mot-mat-khau"
    assert closed["PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED"] == "true"
    assert "PREFECT_API_AUTH_STRING" not in child_environment(Settings(home=tmp_path, secret_key="k"))
