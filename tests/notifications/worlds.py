"""Another side for each channel: a real server that can be told how to treat the next message."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from notifications.esms_plugin import without_diacritics
from notifications.kit import ChannelKit, FixedTokens
from notifications.message import Mail
from tests.notifications.http_server import HttpServer, status
from tests.notifications.mails import mail
from tests.notifications.smtp_server import SmtpServer
from tests.zalo.server import LoopbackZalo
from tests.zalo.world import HANOI

MORNING = datetime(2026, 10, 29, 10, tzinfo=HANOI)
HOW = ("temporary", "permanent", "configuration", "lost")
"""How a message may be treated; ``lost``: it is taken and no answer comes."""


@dataclass
class World:
    """``will(how)`` treats the next message so; ``taken()`` is how many messages are on the other side now."""

    scheme: str
    base: str
    target: str
    will: Callable[[str], None]
    taken: Callable[[], int]
    kit: ChannelKit = field(default_factory=ChannelKit)
    secrets: tuple[str, ...] = ()
    longest: int | None = None
    """Characters of text it takes; None: as many as there are."""

    def url(self, options: str = "") -> str:
        return f"{self.base}{'&' if '?' in self.base else '?'}{options}" if options else self.base

    def mail(self, number: int = 1, **changes: object) -> Mail:
        text = f"Còn 07 ngày làm việc đến hạn gửi báo cáo. Trân trọng. {number}"
        given = {
            "message_id": f"m{number}@d.example",
            "target": self.target,
            "short": without_diacritics(text) if self.scheme == "esms" else text,
            "tracking_id": f"t{number}",
            "date": MORNING,
            "params": {"a": "b"},
        }
        return mail(**{**given, **changes})


@contextmanager
def smtp_world() -> Iterator[World]:
    with SmtpServer() as server:
        script = {
            "temporary": ("RCPT", "451 4.7.1 later"),
            "permanent": ("RCPT", "550 5.1.1 no such user"),
            "configuration": ("DOT", "554 5.7.1 looks like spam"),
            "lost": ("DOT", "drop"),
        }

        def will(how: str) -> None:
            server.script.clear()
            server.script.update([script[how]] if how else [])

        url = f"vnmail://127.0.0.1:{server.port}/?from=dondoc@stc.example"
        yield World("vnmail", url, "vanthu@xa.example", will, lambda: len(server.received))


@contextmanager
def webhook_world() -> Iterator[World]:
    with HttpServer() as server:
        answers = {
            "": status(200),
            "temporary": status(503),
            "permanent": status(422),
            "configuration": status(401),
            "lost": lambda handler: handler.connection.close(),
        }
        refused = [0]

        def will(how: str) -> None:
            refused[0] += how in ("temporary", "permanent", "configuration")
            server.answer = answers[how]

        url = f"webhook://clerk:geheim-0f3a@127.0.0.1:{server.port}/in"
        taken = lambda: len(server.requests) - refused[0]  # noqa: E731 - as short as its siblings
        yield World("webhook", url, "so-tu-phap", will, taken, secrets=("geheim-0f3a",))


CODES = {
    "zalooa": ("-200", "-230", "-209"),
    "zalogroup": ("-200", "-237", "-209"),
    "zns": ("-100", "-118", "-109"),
    "zalobot": ("429", "400", "401"),
    "esms": ("503", "400", "401"),
}
ADDRESSES = {
    "zalooa": ("zalooa://oa1/", "user1"),
    "zalogroup": ("zalogroup://oa1/", "group1"),
    "zns": ("zns://oa1/?template=123", "0912345678"),
    "zalobot": ("zalobot://bot1/", "chat1"),
    "esms": ("esms://STCHUNGYEN/", "0912 345 678"),
}


@contextmanager
def provider_world(scheme: str) -> Iterator[World]:
    with LoopbackZalo() as zalo:
        there = zalo.world
        there.issue("oa1")
        there.last_wrote["user1"] = there.now
        secrets = {"zalobot:bot1": "the-bot-token", "esms:STCHUNGYEN": "api:secret"}
        kit = ChannelKit(FixedTokens({"oa1": there.tokens["oa1"].access}, secrets))
        steps = dict(zip(HOW, (*CODES[scheme], "drop-after"), strict=True))
        address, target = ADDRESSES[scheme]
        base = f"{address}{'&' if '?' in address else '?'}api={zalo.base}"
        hidden = (there.tokens["oa1"].access, there.tokens["oa1"].refresh, "the-bot-token", "api:secret")
        longest = {"zns": None, "esms": 459}.get(scheme, 2000)
        yield World(
            scheme,
            base,
            target,
            lambda how: there.script.extend([steps[how]] if how else []),
            lambda: sum(there.taken.values()),
            kit,
            hidden,
            longest,
        )


WORLDS: dict[str, Callable[[], object]] = {
    "vnmail": smtp_world,
    "webhook": webhook_world,
    **{scheme: (lambda scheme=scheme: provider_world(scheme)) for scheme in ADDRESSES},
}
