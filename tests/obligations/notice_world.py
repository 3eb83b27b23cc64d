"""A small installation whose days are walked by hand: what went to whom, and when."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import Audience, MessageState, StepState
from models.tables import Agency, Assignment, Message, Obligation, Period, PeriodStep
from models.types import UtcDateTime
from notifications.message import Mail, Outcome
from obligations.rules.lateness import CHASED
from obligations.services.context import App
from obligations.services.running.tick import run_tick
from obligations.services.sending.daily_queue import WAITING
from plans.schema import PlanFile
from tests.obligations.small_world import settle, small_plan
from tests.plan197 import HANOI, hanoi
from tests.prepared import Prepared

OPENED = hanoi(2026, 10, 1, 8)
OVERDUE = hanoi(2026, 11, 2, 8)
"""The morning of T+1: the report was due on Friday 30/10/2026."""
AFTERNOON = hanoi(2026, 11, 2, 14)


_OPENED = select(Period.id).where(Period.obligation_id == Obligation.id)
_AT = bindparam("at", type_=UtcDateTime)
_DUE = [
    query.limit(1)
    for query in (
        select(Obligation.id).where(~_OPENED.exists()),
        select(PeriodStep.id).where(PeriodStep.state == StepState.planned, col(PeriodStep.planned_at) <= _AT),
        select(Assignment.id).where(col(Assignment.state).in_(CHASED), col(Assignment.next_at) <= _AT),
        select(Message.id).where(col(Message.state).in_(WAITING), col(Message.next_at) <= _AT),
    )
]


class Provider:
    """Takes everything; remembers who got what."""

    name = "email"

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        return Outcome("accepted", phase="accepted")

    def close(self) -> None:
        return


class Days:
    """The service, moved from moment to moment."""

    def __init__(self, app: App, folder: Path, plan: PlanFile | None = None) -> None:
        """``plan`` is applied first, unless the database stands at a later day already."""
        self.app = App(app.settings.model_copy(update={"mail_per_minute": 100_000}), app.database, app.source)
        self.provider = Provider()
        if plan is not None:
            settle(self.app, folder, plan)

    def tick(self, *moments: datetime) -> None:
        for moment in moments:
            run_tick(self.app, moment, channel_for=lambda _: self.provider)

    def until(self, first: datetime, last: datetime) -> None:
        """A pass at each 08:00 and 14:00 at which something is due, and at the last of them."""
        from tests.obligations.tick_world import mornings

        moments = [at for at in mornings(first.date(), last.date()) if first <= at <= last]
        for moment in moments:
            if moment == moments[-1] or self._anything_due(moment):
                self.tick(moment)

    def _anything_due(self, at: datetime) -> bool:
        with self.app.read(at) as ctx:
            return any(ctx.session.exec(query, params={"at": at}).first() is not None for query in _DUE)

    def went(self, since: datetime, code: str | None = None) -> list[tuple[str, str, str]]:
        """Day and hour, agency and kind of what went to clerks since a moment."""
        with self.app.read(since) as ctx:
            query = (
                select(Message, Agency.code)
                .join(Agency)
                .where(Message.state == MessageState.sent, col(Message.finished_at) >= since)
                .where(Message.audience == Audience.clerk)
                .order_by(col(Message.finished_at), col(Message.id))
            )
            rows = ctx.session.exec(query).all()
        found = [(f"{m.finished_at.astimezone(HANOI):%d/%m %H:%M}", a, m.kind) for m, a in rows if m.finished_at]
        return [row for row in found if code in (None, row[1])]

    def messages(self, **where: Any) -> list[Message]:
        with self.app.read(OVERDUE) as ctx:
            query = select(Message).order_by(col(Message.id))
            for name, value in where.items():
                query = query.where(getattr(Message, name) == value)
            return list(ctx.session.exec(query).all())


def days_until(last: datetime, app: App, folder: Path, prepared: Prepared) -> Days:
    """The small plan, lived through from its opening to a moment once a process; the provider remembers nothing of it."""
    prepared.once(app, f"days until {last}", lambda: Days(app, folder, small_plan()).until(OPENED, last))
    return Days(app, folder)


def plan_of(*receivers: str, **more: Any) -> PlanFile:
    """One report for each receiver, all due 30/10/2026 unless ``more`` says otherwise for the second."""
    plan = small_plan().model_dump(mode="json", by_alias=True)
    first = plan["obligations"][0]
    second = {**first, "code": "viec-hai", "clauses": ["V.b9"], **more}
    specs: Sequence[dict[str, Any]] = [first, second][: len(receivers)]
    plan["obligations"] = [{**spec, "receiver": receiver} for spec, receiver in zip(specs, receivers, strict=True)]
    return PlanFile.model_validate(plan)
