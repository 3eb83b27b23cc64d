"""Batches of overdue notices: one a day and asking desk, shown before they go, for a person to release or stop (S3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from models.enums import BatchState
from models.tables import Assignment, NoticeBatch
from obligations.rules.batching import batch_moment
from obligations.rules.breaks import chasing_day
from obligations.rules.due import at_opening
from obligations.services.context import Context
from obligations.services.sending.voice import Desks

PREFIX = "overdue"


def goes_at(ctx: Context, seen_from: datetime | None = None) -> datetime:
    """When an overdue notice that can be seen from a moment on (default: now) goes."""
    hours = ctx.settings.batch_notice_hours
    return batch_moment(seen_from or ctx.as_of, hours, ctx.calendar, ctx.settings.zone)


def goes_after(ctx: Context, moment: datetime) -> datetime:
    """When an overdue notice goes that may not go on the day of ``moment``: on the next day that may call overdue."""
    day = chasing_day(ctx.calendar.next_working(moment.astimezone(ctx.settings.zone).date()), ctx.calendar)
    return goes_at(ctx, at_opening(day, ctx.settings.zone))


@dataclass
class Batches:
    """The batches that one act puts notices into; each is looked up, or made, once.

    Notices never join a batch that a person has decided about or that has gone: a new one is shown beside it.
    """

    ctx: Context
    desks: Desks
    _known: dict[tuple[int, datetime], int] = field(default_factory=dict)

    def of_period(self, period_id: int, goes: datetime) -> int:
        """Id of the batch for a notice about a period, going at a moment."""
        desk = self.desks.of_period(period_id)
        key = (desk.agency_id or 0, goes)
        if key not in self._known:
            self._known[key] = self._open(*key).id or 0
        return self._known[key]

    def of_assignment(self, assignment_id: int | None, goes: datetime) -> int:
        """Id of the batch for a notice about an assignment."""
        owed = self.ctx.session.get_one(Assignment, assignment_id)
        return self.of_period(owed.period_id, goes)

    def _open(self, desk_id: int, goes: datetime) -> NoticeBatch:
        day = goes.astimezone(self.ctx.settings.zone).date()
        stem = f"{PREFIX}:{day.isoformat()}:{desk_id}"
        rows = batches_called(self.ctx, stem)
        open_ones = [row for row in rows if row.state == BatchState.shown and row.goes_at == goes]
        if open_ones:
            return open_ones[-1]
        row = NoticeBatch(key=f"{stem}:{len(rows) + 1}", shown_at=self.ctx.as_of, goes_at=goes)
        self.ctx.session.add(row)
        self.ctx.session.flush()
        return row


def batches_called(ctx: Context, stem: str) -> Sequence[NoticeBatch]:
    """Every batch of one day and desk, oldest first."""
    query = select(NoticeBatch).where(col(NoticeBatch.key).startswith(f"{stem}:", autoescape=True))
    return ctx.session.exec(query.order_by(col(NoticeBatch.id))).all()


def desk_id_of(batch: NoticeBatch) -> int | None:
    """Id of the agency in whose name a batch speaks; None when the service speaks for itself."""
    return int(batch.key.split(":")[2]) or None
