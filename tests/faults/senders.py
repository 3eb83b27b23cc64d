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
from obligations.services import deliver, deliver_prepare
from obligations.services.apply_plan import apply_plan
from obligations.services.chase import plan_reminders
from obligations.services.context import App, open_app
from obligations.services.deliver import deliver_due
from obligations.services.open_periods import open_due_periods
from obligations.services.sending_journal import SendingJournal
from obligations.settings import Settings

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


@dataclass(frozen=True)
class Installation:
    """What a sender needs to know: its settings, as plain values for another process."""

    home: str
    port: int
    database_url: str | None = None
    per_minute: int = 6_000

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
        )


def prepared(installation: Installation, count: int, *, plan: bool = True) -> App:
    """``count`` agencies that each owe a report; with ``plan`` their reminder is written and due."""
    app = open_app(installation.settings())
    upgrade(app.database)
    with app.write(APPLIED, "test") as ctx:
        add_agencies(ctx, count)
        apply_plan(ctx, yearly_plan())
    with app.write(OPENING, "test") as ctx:
        open_due_periods(ctx)
    if plan:
        with app.write(MORNING, "test") as ctx:
            plan_reminders(ctx)
    return app


def send_once(installation: Installation, as_of: str, point: str = "", number: int = 1) -> None:
    """One pass of one sender; dies at ``point`` (``before send``, ``after settle``) when it comes to it that often."""
    if point:
        _die_at(point, number)
    app = open_app(installation.settings())
    now = datetime.fromisoformat(as_of)
    deliver_due(app, lambda: now)
    app.close()


def _die_at(point: str, number: int) -> None:
    when, _, name = point.partition(" ")
    owner, attribute = POINTS[name]
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
