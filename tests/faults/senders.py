"""A world of many reminders that are due, and senders of it that die at random or at a named point."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.world import APPLIED, HANOI, OPENING, add_agencies, yearly_plan
from models.migrate import upgrade
from notifications.apprise_channel import AppriseChannel
from notifications.zns_templates import TEMPLATE_OF
from obligations.services.channels import zalo_tokens
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, open_app
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.sending import deliver, deliver_prepare
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.sending_journal import SendingJournal
from obligations.settings import Settings
from tests.zalo.accounts import OA
from tests.zalo.world import World

APP_SECRET = "secret-of-the-application"
MORNING = datetime(2026, 10, 29, 8, tzinfo=HANOI)
"""The working day before the last one: everybody who has not sent is reminded."""
POINTS: dict[str, tuple[Any, str]] = {
    "recover": (deliver, "recover"),
    "claim": (deliver, "claim"),
    "prepare": (deliver, "prepare"),
    "start": (deliver_prepare, "_start"),
    "begins": (SendingJournal, "begins"),
    "send": (AppriseChannel, "send"),
    "ended": (SendingJournal, "ended"),
    "settle": (deliver, "settle"),
}
"""Name -> the function before or after which a sender dies. ``after send`` is the one point that repeats a message."""
TOKEN_POINTS: dict[str, tuple[Any, str]] = {
    "right": (zalo_tokens, "_take_right"),
    "renew": (zalo_tokens, "renew"),
    "stored": (zalo_tokens, "store_pair"),
    "keep": (zalo_tokens, "_keep"),
}
"""Those of a token's refresh. After ``renew`` and before the end of ``keep`` the new pair is known to nobody."""


@dataclass(frozen=True)
class Installation:
    """What a sender needs to know: its settings, as plain values for another process."""

    home: str
    port: int
    database_url: str | None = None
    per_minute: int = 6_000
    zalo: str = ""
    """Address of a loopback Zalo; with it Zalo comes before mail, which is what it falls back to."""

    def settings(self) -> Settings:
        """Real mail to loopback."""
        return Settings(
            home=Path(self.home),
            database_url=self.database_url,
            mail_url=f"vnmail://127.0.0.1:{self.port}/?from=dondoc@stc.example",
            mail_per_minute=self.per_minute,
            mail_daily_cap=10_000_000,
            mail_domain="stc.example",
            secret_key="a key known to tests only",
            **self._of_zalo() if self.zalo else {},
        )

    def _of_zalo(self) -> dict[str, Any]:
        options = f"api={self.zalo}&timeout=1"
        return {
            "channels": f"zalooa=zalooa://{OA}/?{options} zns=zns://{OA}/?{options}",
            "channel_order": "zalooa zns email",
            "zalo_accounts": f"{OA}={World.app_id}:{APP_SECRET}:secret-of-the-account",
            "zalo_oauth_url": self.zalo,
            "zalo_per_minute": min(self.per_minute, 4_000),
            "zns_templates": " ".join(f"{name}=1" for name in sorted(set(TEMPLATE_OF.values()))),
        }


def prepared(
    installation: Installation, count: int, *, plan: bool = True, add: Callable[[App], None] | None = None
) -> App:
    """``count`` agencies that each owe a report; with ``plan`` their reminder is written and due. ``add``: more to them."""
    app = open_app(installation.settings())
    upgrade(app.database)
    with app.write(APPLIED, "test") as ctx:
        add_agencies(ctx, count)
        apply_plan(ctx, yearly_plan())
    if add is not None:
        add(app)
    with app.write(OPENING, "test") as ctx:
        open_due_periods(ctx)
    if plan:
        with app.write(MORNING, "test") as ctx:
            plan_reminders(ctx)
    return app


def send_once(
    installation: Installation, as_of: str, point: str = "", number: int = 1, *, tokens: bool = False
) -> None:
    """One pass of one sender; dies at ``point`` (``before send``, ``after settle``) when it comes to it that often.

    ``tokens``: it first keeps the accounts alive, as every tick does.
    """
    if point:
        _die_at(point, number)
    app = open_app(installation.settings())
    now = datetime.fromisoformat(as_of)
    if tokens:
        zalo_tokens.refresh_due_tokens(app, lambda: now)
    deliver_due(app, lambda: now)
    app.close()


def _die_at(point: str, number: int) -> None:
    when, _, name = point.partition(" ")
    owner, attribute = (POINTS | TOKEN_POINTS)[name]
    original: Callable[..., Any] = getattr(owner, attribute)
    left = [number]

    def dying(*args: Any, **options: Any) -> Any:
        left[0] -= 1
        if when == "before" and left[0] <= 0:
            _die()
        result = original(*args, **options)
        if when == "after" and left[0] <= 0:
            _die()
        return result

    setattr(owner, attribute, dying)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal is on its way
