"""Without a kill nothing goes twice: four senders and two schedulers over a million messages, counted by Message-ID."""

import sys
import time
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, func, select

from benchmarks.databases import fresh_app
from benchmarks.prove.check import Check, exactly, reported
from benchmarks.prove.crew import Crew
from benchmarks.prove.stub import counted
from benchmarks.world import APPLIED, HANOI, add_agencies, monthly_plan
from models.enums import AssignmentState, MessageState
from models.tables import Assignment, Delivery, Message, Period
from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.sending.deliver_claim import WAITING

SCHEDULERS, SENDERS = 2, 4
MOST_AGENCIES = 4_000
OPENS = 15
"""Day of the month on which a period due on the 25th opens."""
SHOWN_EVERY = 10.0
"""Seconds between two lines of progress."""


def prove(kind: str, sends: int) -> list[Check]:
    """Send at least so many, then compare what was taken with what the outbox says."""
    with fresh_app(kind) as opened:
        app = App(opened.settings.model_copy(update={"mail_per_minute": 1_000_000, "mail_daily_cap": 10**9}),
                  opened.database, opened.source)  # fmt: skip
        with app.write(APPLIED, "prove") as ctx:
            add_agencies(ctx, min(MOST_AGENCIES, max(sends // 20, 25)))
            apply_plan(ctx, monthly_plan())
        folder = app.settings.home / "taken"
        began = time.monotonic()
        crew = Crew(app, folder, APPLIED, SCHEDULERS, SENDERS)
        history, now = _send(app, crew, sends)
        ended = time.monotonic()
        return [
            *_judged(app, now, counted(folder)),
            reported("passes put off by a locked database", crew.shared.refused.value),
            reported("sends a second, scheduling included", crew.shared.sent.value / (ended - began)),
            _slowing(history),
        ]


def _send(app: App, crew: Crew, sends: int) -> tuple[list[tuple[int, float]], datetime]:
    """Move from one moment to the next at which anything is due until so many have gone."""
    now, began = APPLIED, time.monotonic()
    shown = began
    history: list[tuple[int, float]] = [(0, 0.0)]
    with crew.at_work():
        while True:
            for sent in crew.settle():
                if time.monotonic() - shown > SHOWN_EVERY:
                    shown = time.monotonic()
                    _show(sent, sends, now, shown - began)
            history.append((crew.shared.sent.value, time.monotonic() - began))
            if crew.shared.sent.value >= sends:
                return history, now
            now = _next_moment(app, now)
            _all_report(app, now)
            crew.go_to(now)


def _all_report(app: App, now: datetime) -> None:
    """Everybody has sent by the end of the due day: a year of reminders, not of letters to heads."""
    with app.write(now, "prove") as ctx:
        past = (col(Assignment.state) == AssignmentState.open, col(Assignment.overdue_at) <= now)
        ctx.session.execute(update(Assignment).where(*past).values(state=AssignmentState.accepted, next_at=None))


def _show(sent: int, sends: int, now: datetime, spent: float) -> None:
    print(
        f"  {sent:>9,} of {sends:,} sent, {sent / spent:,.0f}/s, the clock says {now:%d/%m/%Y %H:%M}", file=sys.stderr
    )


def _next_moment(app: App, now: datetime) -> datetime:
    """When anything is due next, or the next period opens."""
    with app.read(now) as ctx:
        chase = ctx.session.exec(select(func.min(Assignment.next_at)).where(col(Assignment.next_at) > now)).one()
        queue = select(func.min(Message.next_at)).where(col(Message.state).in_(WAITING), col(Message.next_at) > now)
        found = [moment for moment in (chase, ctx.session.exec(queue).one()) if moment is not None]
    local = now.astimezone(HANOI)
    opening = local.replace(day=OPENS, hour=8, minute=0)
    if opening <= local:
        opening = (opening + timedelta(days=31)).replace(day=OPENS)
    return min([*found, opening])


def _judged(app: App, now: datetime, taken: Counter[str]) -> list[Check]:
    with app.read(now) as ctx:
        sent = set(ctx.session.exec(select(Message.message_id).where(Message.state == MessageState.sent)).all())
        unsettled = (MessageState.leased, MessageState.sending, MessageState.unknown, MessageState.failed)
        stuck = ctx.session.exec(
            select(func.count()).select_from(Message).where(col(Message.state).in_(unsettled))
        ).one()
        attempts = ctx.session.exec(select(func.count()).select_from(Delivery)).one()
        periods = ctx.session.exec(select(func.count()).select_from(Period)).one()
    return [
        reported("messages taken", taken.total()),
        reported("messages in the outbox that were sent", len(sent)),
        reported("periods", periods),
        exactly("taken twice", taken.total() - len(taken)),
        exactly("marked as sent, never taken", len(sent - taken.keys())),
        exactly("taken, not marked as sent", len(taken.keys() - sent)),
        exactly("attempts beyond one a message", attempts - len(sent)),
        exactly("unsettled", stuck),
    ]


def _slowing(history: list[tuple[int, float]]) -> Check:
    """The rate over the last fifth of all sends, as a share of that over the first."""
    total, end = history[-1]
    first = next(at for sent, at in history if sent >= total / 5)
    last = next(at for sent, at in history if sent >= total * 4 / 5)
    return reported("rate over the last fifth to that over the first", first / max(end - last, 1e-9))
