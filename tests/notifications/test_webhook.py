import logging
import time

import pytest

from notifications import webhook_plugin
from notifications.message import Outcome
from notifications.registry import open_channel
from tests.notifications.http_server import (
    Answer,
    EndlessBody,
    HttpServer,
    drip_headers,
    hang_up,
    silence,
    status,
)
from tests.notifications.mails import MAIL


def send(url: str) -> Outcome:
    channel = open_channel(url)
    try:
        return channel.send(MAIL)
    finally:
        channel.close()


def test_posts_the_message_with_its_identity_as_idempotency_key(http: HttpServer) -> None:
    http.answer = status(202, X_Request_ID="r-7")
    outcome = send(http.url("/hooks/dondoc"))
    assert (outcome.kind, outcome.code, outcome.provider_id) == ("accepted", "202", "r-7")
    path, headers, body = http.requests[0]
    assert path == "/hooks/dondoc"
    assert headers["idempotency-key"] == MAIL.message_id
    assert body == {
        "id": MAIL.message_id,
        "to": MAIL.target,
        "subject": MAIL.subject,
        "text": MAIL.text,
        "short": MAIL.short,
    }


CASES: list[tuple[str, Answer, str]] = [
    ("500", status(500), "temporary"),
    ("503", status(503), "temporary"),
    ("408", status(408), "temporary"),
    ("400", status(400), "permanent"),
    ("422", status(422), "permanent"),
    ("401", status(401), "configuration"),
    ("404", status(404), "configuration"),
    ("redirect", status(302, Location="/elsewhere"), "configuration"),
    ("permanent redirect", status(308, Location="http://169.254.169.254/"), "configuration"),
    ("hangs up", hang_up, "unknown"),
]


@pytest.mark.parametrize(("answer", "kind"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_every_answer_has_its_outcome_and_is_asked_once(http: HttpServer, answer: Answer, kind: str) -> None:
    http.answer = answer
    assert send(http.url()).kind == kind
    assert len(http.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"), [("120", 120.0), ("999999", 3600.0), ("soon", None), ("-5", None), ("²", None)]
)
def test_retry_after_in_seconds_is_kept_up_to_an_hour(http: HttpServer, header: str, seconds: float | None) -> None:
    http.answer = status(429, Retry_After=header)
    outcome = send(http.url())
    assert (outcome.kind, outcome.retry_after) == ("temporary", seconds)


def test_retry_after_as_a_date_defers(http: HttpServer) -> None:
    http.answer = status(503, Retry_After="Mon, 02 Nov 2026 01:00:00 GMT")
    outcome = send(http.url())
    assert outcome.defer_until is not None
    assert outcome.defer_until.isoformat() == "2026-11-02T01:00:00+00:00"


def test_nobody_listening_is_temporary() -> None:
    with HttpServer() as server:
        url = server.url()
    assert send(url).kind == "temporary"


def test_silence_is_unknown_within_the_deadline(http: HttpServer) -> None:
    http.answer = silence
    assert send(http.url(options="?timeout=0.3")).kind == "unknown"


def test_dripping_server_is_cut_at_the_deadline(http: HttpServer) -> None:
    http.answer = drip_headers
    began = time.monotonic()
    outcome = send(http.url(options="?timeout=0.5"))
    assert outcome.kind == "unknown"
    assert time.monotonic() - began < 3


def test_endless_body_is_read_no_further_than_the_limit(http: HttpServer) -> None:
    body = EndlessBody()
    http.answer = body
    assert send(http.url()).kind == "accepted"
    deadline = time.monotonic() + 5
    written = -1
    while written != body.written and time.monotonic() < deadline:
        written = body.written
        time.sleep(0.2)
    # What the server could write is what the sockets buffered, not its 330 MB.
    assert body.written < 20 * 1024 * 1024


def test_deadline_of_the_service_is_ten_seconds_and_no_option_stretches_it() -> None:
    assert webhook_plugin.TOTAL_SECONDS == 10
    parts = webhook_plugin.NotifyWebhook.parse_url("webhook://h.example/x?timeout=600")
    assert parts is not None
    assert parts["timeout"] == 10


def test_login_is_sent_and_never_logged(http: HttpServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        channel = open_channel(f"webhook://clerk:s3cret@127.0.0.1:{http.port}/token-0f3a")
        assert channel.send(MAIL).kind == "accepted"
        channel.close()
    assert http.requests[0][1]["authorization"].startswith("Basic ")
    assert "token-0f3a" not in caplog.text
    assert "s3cret" not in caplog.text + repr(channel)
