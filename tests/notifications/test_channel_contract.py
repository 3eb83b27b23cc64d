"""What every channel promises, whatever is behind it."""

from collections.abc import Callable, Iterator
from typing import get_args

import pytest

from notifications.memory import RecordingChannel
from notifications.message import OutcomeName
from notifications.registry import Channel, open_channel
from tests.notifications.http_server import HttpServer
from tests.notifications.mails import MAIL, mail
from tests.notifications.smtp_server import SmtpServer

CHANNELS = ("record", "vnmail", "webhook", "json")


@pytest.fixture(params=CHANNELS)
def url(request: pytest.FixtureRequest, smtp: SmtpServer, http: HttpServer) -> str:
    return {
        "record": "record://",
        "vnmail": smtp.url(),
        "webhook": http.url(),
        "json": f"json://127.0.0.1:{http.port}/in",
    }[request.param]


@pytest.fixture
def channel(url: str) -> Iterator[Channel]:
    opened = open_channel(url)
    yield opened
    opened.close()


def test_hands_one_message_over(channel: Channel) -> None:
    assert channel.send(MAIL).kind == ("recorded" if channel.name == "record" else "accepted")


def test_the_same_channel_sends_again(channel: Channel) -> None:
    assert channel.send(MAIL).kind == channel.send(mail(message_id="second@d.example")).kind


def test_is_named_after_its_scheme(url: str, channel: Channel) -> None:
    assert channel.name == url.split("://", maxsplit=1)[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "   \n"},
        {"subject": ""},
        {"subject": "a\r\nBcc: x@y.z\x00\u2028"},
        {"target": ""},
        {"target": "nobody at all"},
        {"message_id": ""},
        {"message_id": "ệ\r\n"},
        {"text": "\ud800"},
        {"headers": {"\r\n": "x"}},
    ],
    ids=str,
)
def test_never_raises_and_always_answers(channel: Channel, changes: dict[str, object]) -> None:
    outcome = channel.send(mail(**changes))
    assert outcome.kind in get_args(OutcomeName)
    assert outcome.phase


def test_an_empty_text_still_reaches_the_plugin(channel: Channel) -> None:
    assert channel.send(mail(text="", short="")).kind in ("accepted", "recorded")


def test_closing_twice_is_fine_and_shows_no_secret(url: str) -> None:
    channel = open_channel(url)
    channel.send(MAIL)
    channel.close()
    channel.close()
    assert url not in repr(channel) or url == "record://"


def test_a_dead_server_is_never_accepted(opened: Callable[[str], Channel]) -> None:
    with SmtpServer() as smtp, HttpServer() as http:
        urls = [smtp.url(), http.url(), f"json://127.0.0.1:{http.port}/in"]
    assert [opened(u).send(MAIL).kind for u in urls] == ["temporary", "temporary", "unknown"]


def test_recording_channel_keeps_every_message_in_order() -> None:
    channel = RecordingChannel()
    for number in range(3):
        channel.send(mail(message_id=f"{number}@d.example"))
    assert [m.message_id for m in channel.mails] == ["0@d.example", "1@d.example", "2@d.example"]
