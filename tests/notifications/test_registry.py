import logging
import subprocess
import sys

import pytest

from notifications.addresses import redact_url
from notifications.registry import ChannelError, channel_problem, open_channel, register_plugins
from tests.notifications.http_server import HttpServer
from tests.notifications.mails import MAIL


@pytest.mark.parametrize(
    "url",
    [
        "record://",
        "vnmail://relay.example",
        "vnmails://u:p%40ss@relay.example:465/?from=a@b.example&pool=4",
        "vnmail://relay.example/?starttls=yes",
        "webhook://lgsp.example/in",
        "webhooks://u:p@lgsp.example/in",
        "json://relay.example/in",
        "tgram://123456789:abcdefg_hijklmnop/{target}",
    ],
)
def test_good_addresses_open(url: str) -> None:
    assert channel_problem(url) is None


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "scheme"),
        ("relay.example:25", "scheme"),
        ("nosuch://x", "does not understand"),
        ("vnmail://", "does not understand"),
        ("vnmail://h.example/?pool=many", "not usable"),
        ("vnmail://h.example/?from=no%20address", "not usable"),
        ("vnmail://[bad/", "does not understand"),
        ("mailto://user:hidden@gmail.com", "one mailbox"),
        ("json://h.example/?retry=3", "option retry"),
        ("json://h.example/?wait=3", "option wait"),
        ("vnmail://h.example/?OPTIONAL=yes", "option optional"),
        ("webhook://h.example/?x=1&optional", "option optional"),
    ],
)
def test_bad_addresses_are_refused_with_a_reason(url: str, word: str) -> None:
    problem = channel_problem(url)
    assert problem is not None
    assert word in problem


SECRETS = [
    "vnmail://clerk:hunter2secret@h.example/?retry=1",
    "nosuch://hunter2secret/x",
    "tgram://hunter2secret",
    "mailto://clerk:hunter2secret@gmail.com",
    "vnmail://clerk:hunter2secret@h.example/?pool=x",
    "webhooks://h.example/hunter2secret?optional=1",
]


@pytest.mark.parametrize("url", SECRETS)
def test_no_problem_shows_or_logs_a_secret(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ChannelError) as caught:
        open_channel(url)
    assert "hunter2secret" not in str(caught.value) + caplog.text + redact_url(url)
    assert caught.value.__cause__ is None


def test_redacting_never_raises_and_keeps_the_host_of_our_own() -> None:
    assert redact_url("vnmails://u:p@relay.example:465/?from=x") == "vnmails://relay.example/…"
    assert redact_url("tgram://123:token/chat") == "tgram://…"
    assert redact_url("vnmail://[bad") == "vnmail://…/…"
    assert redact_url("") == "?://…"


def test_apprise_is_loaded_only_when_a_channel_opens() -> None:
    code = (
        "import sys, notifications.registry as r, notifications.rendering, notifications.memory;"
        "r.open_channel('record://'); assert 'apprise' not in sys.modules;"
        "r.open_channel('vnmail://h.example'); assert 'apprise' in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_own_plugins_serve_plain_apprise_users_too(http: HttpServer) -> None:
    register_plugins()
    register_plugins()
    from apprise import Apprise

    apprise = Apprise()
    assert apprise.add(http.url("/plain"))
    assert apprise.notify(body="Trân trọng./.", title="Nhắc") is True
    assert http.requests[0][2]["text"] == "Trân trọng./."


def test_other_services_get_the_short_text_and_the_recipient_in_their_address(http: HttpServer) -> None:
    channel = open_channel(f"json://127.0.0.1:{http.port}/to/{{target}}")
    assert channel.send(MAIL).kind == "accepted"
    path, _, body = http.requests[0]
    assert path.endswith("vanthu@tienlu.hungyen.example")
    assert body["message"] == MAIL.short
