"""A tiny service that ticks when told, for properties over many courses of time. Lives in memory; nothing is faked but time."""

import json
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pysqlite3
from sqlmodel import col, select

from models.engine import open_database
from models.enums import AssignmentState, Audience, MessageState, PeriodState
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    Feed,
    FeedEntry,
    Message,
    MessageItem,
    Obligation,
    Period,
    PeriodStep,
    Submission,
    metadata,
)
from notifications.message import Mail, Outcome
from obligations.rules.due import at_opening
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.context import App, Context, open_app
from obligations.services.running.tick import run_tick
from obligations.services.sending.daily_queue import reached_today
from obligations.settings import Settings
from plans.schema import PlanFile
from tests.obligations.small_world import settle
from tests.plan197 import HANOI

Owed = tuple[str, str, str, int]
"""Obligation, period, agency and revision."""
NEVER = -99
CLERK_STEPS = {"open": NEVER, "T-7": -7, "T-1": -1, "T0": 0, "T+1": 1}


LEFT = (
    MessageState.sent, MessageState.recorded, MessageState.failed,
    MessageState.leased, MessageState.sending, MessageState.unknown,
)  # fmt: skip
"""Gone, or caught under way by a crash."""


@dataclass
class Sink:
    """A provider that takes everything and remembers it."""

    name: str = "email"
    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> Outcome:
        """Take it."""
        self.mails.append(mail)
        return Outcome("accepted", phase="accepted")

    def close(self) -> None:
        """Nothing to give back."""


@dataclass
class World:
    """One course of time: the service, and what has left it."""

    app: App
    sink: Sink = field(default_factory=Sink)
    nagged: list[str] = field(default_factory=list)
    """Breaches found while time went by."""

    def tick(self, moment: datetime) -> None:
        """One pass judged at a moment, watched: nothing goes at a wrong hour, to the wrong state, or twice."""
        before, sent = states(self.app, moment), len(self.sink.mails)
        try:
            run_tick(self.app, moment, channel_for=lambda _: self.sink)
        finally:
            if ids := {mail.message_id for mail in self.sink.mails[sent:]}:
                self._watch(moment, before, ids)

    def _watch(self, moment: datetime, before: dict[int, AssignmentState], ids: set[str]) -> None:
        local = moment.astimezone(HANOI)
        if not (self.app.calendar.is_working(local.date()) and 8 <= local.hour < 17):
            self.nagged.append(f"{moment}: {len(ids)} messages out of office hours")
        with self.app.read(moment) as ctx:
            items = sent_items(ctx, ids)
            steps = Counter((i.assignment_id, i.contact_key) for _, i in items if i.step.startswith("T"))
            self.nagged += [f"{moment}: {key} told several steps at once" for key, n in steps.items() if n > 1]
            for message, item in items:
                state = before.get(item.assignment_id, AssignmentState.open)
                if message.kind in ("received", "returned", "extended", "agreed_late"):
                    continue
                wanted = {AssignmentState.soft_received} if message.kind == "official_copy" else {*CHASED}
                if state not in wanted or (item.step.startswith("T") and state == AssignmentState.soft_received):
                    self.nagged.append(f"{moment}: {message.kind} {item.step} although {state}")

    def close(self) -> None:
        """Give the memory back."""
        self.app.close()


@cache
def _template(plan_json: str, at: datetime) -> tuple[Any, Settings]:
    """A database in memory with the plan applied, which every world copies."""
    folder = Path(tempfile.mkdtemp(prefix="ticks-"))
    settings = Settings(home=folder, secret_key="k", database_url="sqlite://", mail_per_minute=100_000)
    app = open_app(settings)
    metadata.create_all(app.database.engine)
    settle(app, folder, PlanFile.model_validate_json(plan_json), at)
    kept = pysqlite3.connect(":memory:")
    with app.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        connection.rollback()
        raw.backup(kept)
    app.close()
    return kept, settings


@contextmanager
def world(plan: PlanFile, at: datetime) -> Iterator[World]:
    """A fresh installation with the plan applied at a moment."""
    kept, settings = _template(plan.model_dump_json(by_alias=True), at)
    app = open_app(settings, open_database("sqlite://"))
    with app.database.engine.connect() as connection:
        connection.rollback()
        kept.backup(connection.connection.driver_connection)
    made = World(app)
    try:
        yield made
    finally:
        made.close()


def states(app: App, moment: datetime) -> dict[int, AssignmentState]:
    """State of each assignment by its id."""
    with app.read(moment) as ctx:
        return {a.id or 0: a.state for a in ctx.session.exec(select(Assignment)).all()}


def sent_items(ctx: Context, ids: Collection[str]) -> list[tuple[Message, MessageItem]]:
    """The messages of these Message-IDs, with each thing they said."""
    query = select(Message, MessageItem).join(MessageItem, col(MessageItem.message_id) == Message.id)
    return list(ctx.session.exec(query.where(col(Message.message_id).in_(ids)).order_by(col(Message.id))).all())


def _names(ctx: Context) -> dict[int, tuple[str, str, str]]:
    query = (
        select(Assignment.id, Obligation.code, Period.label, Agency.code)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
    )
    return {row[0] or 0: (row[1], row[2], row[3]) for row in ctx.session.exec(query).all()}


def told(made: World, moment: datetime) -> Counter[tuple[Owed, str]]:
    """How often each clerk was told each step of what is owed."""
    with made.app.read(moment) as ctx:
        names = _names(ctx)
        return Counter(
            ((*names[item.assignment_id], item.revision), item.step)
            for message, item in sent_items(ctx, {mail.message_id for mail in made.sink.mails})
            if message.audience == Audience.clerk
        )


def final_state(app: App, moment: datetime) -> dict[str, Any]:
    """Everything that should not depend on when the service ran: rows by name, acts by content, feeds by what they show."""
    with app.read(moment) as ctx:
        names = _names(ctx)
        periods = {p.id: p for p in ctx.session.exec(select(Period)).all()}
        codes = {o.id: o.code for o in ctx.session.exec(select(Obligation)).all()}
        return {
            "periods": {
                (codes[p.obligation_id], p.label): (
                    p.state,
                    p.due_at,
                    p.overdue_at,
                    p.needs_confirmation,
                    p.confirmed_at,
                )
                for p in periods.values()
            },
            "assignments": {names[a.id or 0]: _owed_facts(a) for a in ctx.session.exec(select(Assignment)).all()},
            "steps": {
                (codes[periods[s.period_id].obligation_id], periods[s.period_id].label, s.code): (s.state, s.planned_at)
                for s in ctx.session.exec(select(PeriodStep)).all()
            },
            "submissions": {
                (s.agency_id, s.version): (s.receipt_number, s.arrived_at, s.state)
                for s in ctx.session.exec(select(Submission)).all()
            },
            "acts": Counter(_act(entry) for entry in audit.entries(ctx.session)),
            "feeds": Counter(_shown(ctx)),
            "chain": audit.verify(ctx.session),
        }


def _owed_facts(row: Assignment) -> tuple[Any, ...]:
    return (
        row.state, row.duty, row.due_at, row.overdue_at, row.practical_due_on, row.revision, row.first_received_on,
        row.completed_at, row.soft_received_at, row.exempt_reason,
    )  # fmt: skip


def _act(entry: Any) -> str:
    """Who did what, without the random id that names a row of this world only."""
    detail = {name: value for name, value in entry.detail.items() if name != "assignment"}
    return f"{entry.actor}: {entry.action} {json.dumps(detail, sort_keys=True, ensure_ascii=False)}"


def _shown(ctx: Context) -> list[tuple[str, str, date | None]]:
    query = select(Feed.scope, FeedEntry).join(FeedEntry, col(FeedEntry.feed_id) == Feed.id)
    return [(scope, _summary(entry), entry.shown_on) for scope, entry in ctx.session.exec(query).all()]


def _summary(entry: FeedEntry) -> str:
    lines = entry.rendered.splitlines() if isinstance(entry.rendered, str) else entry.rendered.decode().splitlines()
    return next((line for line in lines if line.startswith("SUMMARY")), "")


def unreminded(made: World, moment: datetime) -> list[str]:
    """What a pass at this moment, in office hours, should have told and has not: the latest clerk step that has come.

    Told is what has left; a message that a crash caught under way counts, as it goes again or has gone, and so does an
    overdue notice that is shown before it goes, and what waits for tomorrow because its contact had one message today.
    """
    with made.app.read(moment) as ctx:
        paused = select(AgreedLateness.assignment_id).where(AgreedLateness.until_on >= ctx.today)
        query = (
            select(Assignment)
            .join(Period)
            .where(
                Period.state == PeriodState.open,
                Assignment.state == AssignmentState.open,
                col(Assignment.id).not_in(paused),
            )
        )
        rows = ctx.session.exec(query).all()
        days = _told_days(ctx, [row.id or 0 for row in rows])
        found = []
        for row in rows:
            come = [n for n in CLERK_STEPS.values() if n > NEVER and _step_at(ctx, row, n) <= moment]
            if come and max(days.get((row.id or 0, row.revision), [NEVER])) < max(come):
                found.append(f"{moment}: assignment {row.id} revision {row.revision} was not told T{max(come):+d}")
        return found


def _told_days(ctx: Context, ids: list[int]) -> dict[tuple[int, int], list[int]]:
    query = select(MessageItem, Message).join(Message, col(MessageItem.message_id) == Message.id)
    query = query.where(col(MessageItem.assignment_id).in_(ids), Message.audience == Audience.clerk)
    days: dict[tuple[int, int], list[int]] = {}
    rows = ctx.session.exec(query).all()
    had_one = reached_today(ctx, {m.contact_id for _, m in rows if m.contact_id is not None})
    for item, message in rows:
        waits = message.next_at > ctx.as_of and message.state in (MessageState.planned, MessageState.retry)
        has_its_day = waits and (message.batch_id is not None or bool(had_one.get(message.contact_id or 0)))
        if (message.state in LEFT or has_its_day) and item.step in CLERK_STEPS:
            days.setdefault((item.assignment_id, item.revision), []).append(CLERK_STEPS[item.step])
    return days


def _step_at(ctx: Context, row: Assignment, days: int) -> datetime:
    return at_opening(ctx.calendar.shift(row.practical_due_on, days), HANOI)


def mornings(first: date, last: date) -> list[datetime]:
    """08:00 and 14:00 of every day, worked or not."""
    opening = [at_opening(first + timedelta(days=n), HANOI) for n in range((last - first).days + 1)]
    return sorted([*opening, *(at.replace(hour=14) for at in opening)])
