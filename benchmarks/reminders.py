"""Reminders through the whole path, database included, against a bare kept connection with prebuilt bytes."""

import smtplib
import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.sink import smtp_sink
from models.migrate import upgrade
from notifications.message import Mail
from notifications.mime import build_mime
from obligations.services.apply_plan import apply_plan
from obligations.services.confirm_period import confirm_period
from obligations.services.context import App, open_app
from obligations.services.deliver import deliver_due
from obligations.services.lookup import find_period
from obligations.services.registry import add_sample_contacts, apply_registry
from obligations.settings import Settings
from plans.library import HUNG_YEN, PLAN_197
from plans.reading import read_plan, read_registry

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
APPLIED, MORNING = datetime(2026, 11, 19, 9, tzinfo=HANOI), datetime(2026, 11, 20, 8, tzinfo=HANOI)
BARE = 2000


def measure() -> dict[str, float]:
    """Messages per second of both, and their ratio."""
    with smtp_sink() as port, tempfile.TemporaryDirectory() as home:
        bare = _bare(port)
        whole = _whole(Path(home), port)
    return {"whole path, messages/s": whole, "bare kept connection, messages/s": bare, "ratio": whole / bare}


def _bare(port: int) -> float:
    mail = Mail("1@bench.example", "email", "vanthu@xa.example", "Nhắc thời hạn", "Kính gửi: Ủy ban nhân dân xã\n" * 40)
    content = build_mime(mail, "dondoc@bench.example")
    with smtplib.SMTP("127.0.0.1", port) as client:
        began = time.perf_counter()
        for _ in range(BARE):
            client.sendmail("dondoc@bench.example", ["vanthu@xa.example"], content)
        return BARE / (time.perf_counter() - began)


def _whole(home: Path, port: int) -> float:
    app = prepared(home, port)
    began = time.perf_counter()
    done = deliver_due(app, lambda: MORNING)
    spent = time.perf_counter() - began
    app.close()
    if done.retry or done.failed or done.unknown:
        raise RuntimeError(f"the sink refused messages: {done}")
    return done.accepted / spent


def prepared(home: Path, port: int) -> App:
    """Plan 197 adopted late and confirmed: some 230 reminders are due at 08:00."""
    url = f"vnmail://127.0.0.1:{port}/?from=dondoc@bench.example"
    app = open_app(Settings(home=home, mail_url=url, mail_per_minute=100_000, secret_key="a key of the benchmark"))
    upgrade(app.database)
    with app.write(APPLIED, "bench") as ctx:
        apply_registry(ctx, read_registry(HUNG_YEN))
        add_sample_contacts(ctx)
        apply_plan(ctx, read_plan(PLAN_197), date(2026, 1, 1))
    with app.write(APPLIED, "bench") as ctx:
        confirm_period(ctx, find_period(ctx, "197-kh-ubnd", "bao-cao-hang-nam", "2026").id or 0)
    return app
