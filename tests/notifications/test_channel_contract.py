"""What every channel promises, whatever is behind it; then what every channel of our own promises besides."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest

from notifications.kit import ChannelKit, HostPolicy
from notifications.memory import RecordingChannel
from notifications.message import OutcomeName
from notifications.registry import Channel, ChannelError, open_channel
from tests.notifications.http_server import HttpServer
from tests.notifications.mails import MAIL, mail
from tests.notifications.smtp_server import SmtpServer
from tests.notifications.worlds import HOW, WORLDS, World

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


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with WORLDS[request.param]() as made:
        yield made


@pytest.fixture
def own(world: World) -> Iterator[Channel]:
    opened = open_channel(world.url("timeout=0.5"), world.kit)
    yield opened
    opened.close()


def test_own_channels_hand_over_once_and_keep_the_providers_id(world: World, own: Channel) -> None:
    outcomes = [own.send(world.mail(number)) for number in (1, 2)]
    assert [(o.kind, o.phase) for o in outcomes] == [("accepted", "accepted")] * 2
    assert world.taken() == 2
    assert world.scheme == "webhook" or all(o.provider_id for o in outcomes)


@pytest.mark.parametrize("how", HOW[:3])
def test_own_channels_type_a_refusal_and_serve_the_next_message(world: World, own: Channel, how: str) -> None:
    world.will(how)
    refused = own.send(world.mail(1))
    assert (refused.kind, bool(refused.code), bool(refused.phase)) == (how, True, True)
    world.will("")
    assert own.send(world.mail(2)).kind == "accepted"
    assert world.taken() == 1


def test_own_channels_call_a_lost_answer_unknown_within_the_deadline(world: World, own: Channel) -> None:
    world.will("lost")
    began = time.monotonic()
    lost = own.send(world.mail(1))
    assert (lost.kind, lost.phase.startswith("after-")) == ("unknown", True)
    assert time.monotonic() - began < 3
    world.will("")
    assert own.send(world.mail(2)).kind == "accepted"


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "", "short": " "},
        {"target": ""},
        {"target": "nobody at all"},
        {"subject": "a\r\nBcc: x@y.z\x00\u2028"},
        {"message_id": "ệ\r\n", "tracking_id": "ệ\r\n"},
        {"text": "\ud800", "short": "\ud800"},
        {"params": {"tên": "x" * 200, "": ""}},
    ],
    ids=ascii,
)
def test_own_channels_never_raise(world: World, own: Channel, changes: dict[str, object]) -> None:
    outcome = own.send(world.mail(1, **changes))
    assert outcome.kind in get_args(OutcomeName)
    assert outcome.phase
    assert outcome.phase != "send", "an exception reached the channel"


def test_own_channels_cut_nothing(world: World, own: Channel) -> None:
    if world.longest is None:
        assert own.send(world.mail(1, text="x" * 50_000)).kind == "accepted"
        return
    assert own.send(world.mail(1, short="x" * world.longest)).kind == "accepted"
    refused = own.send(world.mail(2, short="x" * (world.longest + 1)))
    assert (refused.kind, refused.phase) == ("permanent", "build")
    assert world.taken() == 1


def test_own_channels_show_no_secret(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    channel = open_channel(world.url("timeout=0.5"), world.kit)
    said: list[object] = [channel, world.kit]
    for number, how in enumerate(("", *HOW)):
        world.will(how)
        said.append(channel.send(world.mail(number)))
    channel.close()
    channel.close()
    shown = caplog.text + repr(said)
    assert [secret for secret in world.secrets if secret in shown] == []


def test_own_channels_serve_sixteen_threads(world: World) -> None:
    patient = open_channel(world.url(), world.kit)
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(lambda number: patient.send(world.mail(number)), range(64)))
    patient.close()
    assert {outcome.kind for outcome in outcomes} == {"accepted"}
    assert world.taken() == 64
    ids = [outcome.provider_id for outcome in outcomes if outcome.provider_id]
    assert len(set(ids)) == len(ids)


def test_own_channels_keep_to_the_list_of_hosts(world: World) -> None:
    listed = ChannelKit(hosts=HostPolicy(frozenset({"mail.stc.example"})))
    elsewhere = {"vnmail": "vnmail://relay.example/?from=a@b.example", "webhook": "webhook://u:geheim@lgsp.example/x"}
    url = elsewhere.get(world.scheme, world.base.partition("api=")[0].rstrip("?&"))
    with pytest.raises(ChannelError, match="DONDOC_ALLOWED_HOSTS") as caught:
        open_channel(url, listed)
    assert "geheim" not in str(caught.value)
