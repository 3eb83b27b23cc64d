from collections.abc import Callable, Iterator

import pytest

from notifications.registry import Channel, open_channel
from tests.notifications.http_server import HttpServer
from tests.notifications.smtp_server import SmtpServer


@pytest.fixture(params=[False, True], ids=["", "pipelining"])
def smtp(request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    with SmtpServer(pipelining=request.param) as server:
        yield server


@pytest.fixture
def http() -> Iterator[HttpServer]:
    with HttpServer() as server:
        yield server


@pytest.fixture
def opened() -> Iterator[Callable[[str], Channel]]:
    channels: list[Channel] = []

    def open_one(url: str) -> Channel:
        channels.append(open_channel(url))
        return channels[-1]

    yield open_one
    for channel in channels:
        channel.close()
