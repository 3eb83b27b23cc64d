"""Reminders through the whole path, database included, against a bare kept connection and against stock Apprise."""

import smtplib
import time
import warnings
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.databases import KINDS, fresh_app
from benchmarks.sink import smtp_sink
from benchmarks.world import APPLIED, OPENING, add_agencies, yearly_plan
from models.migrate import upgrade
from notifications.message import Mail
from notifications.mime import build_mime
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, open_app
from obligations.services.lookup import find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.sending.deliver import deliver_due
from obligations.settings import Settings
from plans.library import HUNG_YEN, PLAN_197
from plans.reading import read_plan, read_registry

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ADOPTED = datetime(2026, 11, 19, 9, tzinfo=HANOI)
DUE = datetime(2026, 10, 29, 8, tzinfo=HANOI)
MESSAGES, SLOW_MESSAGES, BARE, STOCK = 4000, 2000, 4000, 150
LATENCY = 0.02
"""Seconds a distant server takes to answer the final dot."""


def measure() -> dict[str, float]:
    """Messages per second of each, and the ratios."""
    figures: dict[str, float] = {}
    with smtp_sink() as port:
        bare, stock = _bare(port), _stock(port)
        for kind in KINDS:
            figures[f"{kind}: due to accepted, messages/s"] = _whole(kind, port, MESSAGES)
    with smtp_sink(pipelining=False) as port:
        plain = _whole("sqlite", port, MESSAGES)
    with smtp_sink(delay=LATENCY) as port:
        slow = _whole("sqlite", port, SLOW_MESSAGES)
    whole = figures["sqlite: due to accepted, messages/s"]
    return figures | {
        "sqlite, server without PIPELINING, messages/s": plain,
        "sqlite, server answers after 20 ms, messages/s": slow,
        "bare kept connection, prebuilt bytes, messages/s": bare,
        "stock Apprise without its throttle, messages/s": stock,
        "ratio to bare": whole / bare,
        "times stock Apprise": whole / stock,
    }


def _mail() -> Mail:
    text = "Kính gửi: Ủy ban nhân dân xã\n" * 35
    return Mail("1@bench.example", "email", "vanthu@xa.example", "Nhắc thời hạn", text, "<p>Kính gửi</p>\n" * 100)


def _bare(port: int) -> float:
    content = build_mime(_mail(), "dondoc@bench.example")
    with smtplib.SMTP("127.0.0.1", port) as client:
        began = time.perf_counter()
        for _ in range(BARE):
            client.sendmail("dondoc@bench.example", ["vanthu@xa.example"], content)
        return BARE / (time.perf_counter() - began)


def _stock(port: int) -> float:
    """A new address for each recipient, as one message to one recipient needs; its pause of 5.5 s switched off."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - slow to load

        mail = _mail()
        began = time.perf_counter()
        for number in range(STOCK):
            url = f"mailto://127.0.0.1:{port}/?from=a@bench.example&to=vanthu{number}@xa.example&mode=insecure"
            plugin = Apprise.instantiate(url, asset=AppriseAsset(storage_mode="memory"))
            plugin.request_rate_per_sec = 0
            if not plugin.notify(body=mail.text, title=mail.subject):
                raise RuntimeError("stock Apprise did not send")
        return STOCK / (time.perf_counter() - began)


def _whole(kind: str, port: int, count: int) -> float:
    """From rows that are due to rows that are settled, by one sender."""
    with fresh_app(kind) as opened:
        rate = {"mail_per_minute": 1_000_000, "mail_daily_cap": 10_000_000}
        url = f"vnmail://127.0.0.1:{port}/?from=dondoc@bench.example&pool=32"
        app = App(opened.settings.model_copy(update={**rate, "mail_url": url}), opened.database, opened.source)
        with app.write(APPLIED, "bench") as ctx:
            add_agencies(ctx, count)
            apply_plan(ctx, yearly_plan())
        with app.write(OPENING, "bench") as ctx:
            open_due_periods(ctx)
        with app.write(DUE, "bench") as ctx:
            plan_reminders(ctx)
        began = time.perf_counter()
        done = deliver_due(app, lambda: DUE)
        spent = time.perf_counter() - began
        if done.accepted != count or done.retry or done.failed or done.unknown:
            raise RuntimeError(f"the sink did not take everything: {done}")
        return done.accepted / spent


def prepared(home: Path, port: int) -> App:
    """Plan 197 adopted late and confirmed: some 230 reminders are due at 08:00."""
    url = f"vnmail://127.0.0.1:{port}/?from=dondoc@bench.example"
    app = open_app(Settings(home=home, mail_url=url, mail_per_minute=100_000, secret_key="a key of the benchmark"))
    upgrade(app.database)
    with app.write(ADOPTED, "bench") as ctx:
        apply_registry(ctx, read_registry(HUNG_YEN))
        add_sample_contacts(ctx)
        apply_plan(ctx, read_plan(PLAN_197), date(2026, 1, 1))
    with app.write(ADOPTED, "bench") as ctx:
        confirm_period(ctx, find_period(ctx, "197-kh-ubnd", "bao-cao-hang-nam", "2026").id or 0)
    return app
