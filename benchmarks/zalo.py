"""Zalo messages through the whole path, database included, as ratios to Zalo's own limit of 4,000 a minute."""

import time
from datetime import datetime

from sqlmodel import select

from benchmarks.databases import fresh_app
from benchmarks.world import APPLIED, HANOI, OPENING, add_agencies, yearly_plan
from models.tables import Contact
from notifications.zalo_oauth import Pair
from obligations.services.channels.zalo_tokens import store_pair
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.sending.deliver import deliver_due
from tests.zalo.server import LoopbackZalo

DUE = datetime(2026, 10, 29, 8, tzinfo=HANOI)
LIMIT = 4000
"""Messages a minute that Zalo takes."""
PACED, FREE = 400, 1500


def measure() -> dict[str, float]:
    """At the pace of Zalo's limit, and without a pace: what the path itself could do."""
    paced, free = _rate(PACED, LIMIT), _rate(FREE, 10**6)
    return {
        "due to accepted at Zalo's pace, messages/s": paced,
        "share of Zalo's own limit": paced / (LIMIT / 60),
        "due to accepted without a pace, messages/s": free,
        "times Zalo's own limit": free / (LIMIT / 60),
    }


def _rate(count: int, per_minute: int) -> float:
    with LoopbackZalo() as zalo, fresh_app("sqlite") as opened:
        zalo.world.per_minute, zalo.world.now = 10**9, DUE
        app = App(opened.settings.model_copy(update=_settings(zalo, per_minute)), opened.database, opened.source)
        with app.write(APPLIED, "bench") as ctx:
            add_agencies(ctx, count)
            apply_plan(ctx, yearly_plan())
            for contact in ctx.session.exec(select(Contact)).all():
                contact.channel, contact.address, contact.last_interaction_at = "zalooa", f"u{contact.id}", DUE
                zalo.world.last_wrote[contact.address] = DUE
        with app.write(OPENING, "bench") as ctx:
            open_due_periods(ctx)
        with app.write(DUE, "bench") as ctx:
            tokens = zalo.world.issue("oa1")
            pair = Pair(tokens.access, tokens.refresh, 90_000)
            store_pair(ctx, app.settings.zalo_app("oa1"), pair, connected_by="bench")
            plan_reminders(ctx)
        began = time.perf_counter()
        done = deliver_due(app, lambda: DUE)
        spent = time.perf_counter() - began
        if done.accepted != count:
            raise RuntimeError(f"the loopback Zalo did not take everything: {done}")
        return count / spent


def _settings(zalo: LoopbackZalo, per_minute: int) -> dict[str, object]:
    return {
        "channels": f"zalooa=zalooa://oa1/?api={zalo.base}",
        "zalo_accounts": f"oa1={zalo.world.app_id}:secret:secret",
        "zalo_oauth_url": zalo.base,
        "zalo_per_minute": per_minute,
        "mail_daily_cap": 10**7,
    }
