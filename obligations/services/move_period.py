"""Moving the dates of an open period: what moves, who was told the old date, and doing it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from models.enums import AssignmentState, MessageState
from models.tables import Assignment, Extension, Message, MessageItem, Obligation, Period
from obligations.rules.due import DueDates, day_ends, due_dates
from obligations.rules.lateness import is_late
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.outbox import CHASES, cancel_unsent
from obligations.services.plan_steps import move_steps

FINAL = (AssignmentState.exempt, AssignmentState.ended)
GONE_OUT = (MessageState.sent, MessageState.recorded, MessageState.sending, MessageState.unknown)


@dataclass(frozen=True)
class Move:
    """How the dates of one open period move. ``told``: agencies that already had a message with the old date."""

    obligation: str
    period: str
    due_on_before: date
    due_on: date
    practical_before: date
    practical_due_on: date
    grace_before: date
    grace_until: date
    assignments: int
    told: int


def due_time(due_on: date, due_at: datetime, zone: ZoneInfo) -> time | None:
    """The hour at which a stored due moment ends; None for the end of its day."""
    return None if due_at == day_ends(due_on, zone) else due_at.astimezone(zone).time()


def preview_move(ctx: Context, obligation: Obligation, period: Period, dates: DueDates) -> Move | None:
    """What ``move_period`` would do; None when every date stays."""
    before = (period.due_at, period.practical_due_on, period.grace_until, period.grace_applies)
    if before == (dates.due_at, dates.practical_due_on, dates.grace_until, dates.grace_applies):
        return None
    moved = [row for row, target in _targets(ctx, period, dates) if target is not None]
    return Move(
        obligation=obligation.code,
        period=period.label,
        due_on_before=period.due_on,
        due_on=dates.due_on,
        practical_before=period.practical_due_on,
        practical_due_on=dates.practical_due_on,
        grace_before=period.grace_until,
        grace_until=dates.grace_until,
        assignments=len(moved),
        told=len(told_assignments(ctx, moved)),
    )


def move_period(
    ctx: Context, obligation: Obligation, period: Period, dates: DueDates, reasons: Sequence[str], *, anew: bool
) -> Move | None:
    """Bring an open period and what is owed in it to other dates; None when every date stays.

    ``anew``: the due moment itself changed, so that its reminders are new ones and waiting ones fall away; False for a
    calendar change, which repeats no reminder. An agency with an extension keeps it while it is the later of the two.
    Nobody becomes late by it: what has arrived in time stays in time, and a date that would already have passed is not
    given to an agency that still owes.
    """
    move = preview_move(ctx, obligation, period, dates)
    if move is None:
        return None
    targets = _targets(ctx, period, dates)
    period.due_on, period.due_at = dates.due_on, dates.due_at
    period.practical_due_on, period.grace_until = dates.practical_due_on, dates.grace_until
    period.grace_applies, period.overdue_at = dates.grace_applies, dates.overdue_at
    period.reasons, period.calendar_version = list(reasons), ctx.calendar.version
    for row, target in targets:
        _move_assignment(ctx, period, row, target)
    if anew:
        moved = [row.id or 0 for row, target in targets if target is not None]
        _revise(ctx, [row for row, target in targets if target is not None])
        cancel_unsent(ctx, moved, "Thời hạn đã thay đổi", CHASES)
    ctx.session.flush()
    move_steps(ctx, obligation, period, again=anew)
    audit.record(
        ctx,
        "period.moved",
        period.public_id,
        due_on_before=move.due_on_before,
        due_on=move.due_on,
        practical_before=move.practical_before,
        practical_due_on=move.practical_due_on,
        assignments=move.assignments,
    )
    return move


def told_assignments(ctx: Context, rows: Sequence[Assignment]) -> set[int]:
    """Ids of those whose agency already had a message at their present revision."""
    revisions = {row.id: row.revision for row in rows}
    query = (
        select(col(MessageItem.assignment_id), col(MessageItem.revision))
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_(list(revisions)), col(Message.state).in_(GONE_OUT))
        .distinct()
    )
    return {number for number, revision in ctx.session.exec(query).all() if revisions[number] == revision}


def dates_in(period: Period) -> DueDates:
    """A period's dates as it holds them."""
    return DueDates(
        period.due_on,
        period.due_at,
        period.practical_due_on,
        period.grace_until,
        period.grace_applies,
        period.overdue_at,
        tuple(period.reasons),
    )


def rejoin(ctx: Context, period: Period, back: Collection[int | None]) -> None:
    """Bring assignments (by id) that are in force again to their period's dates, as if they had been there all along."""
    ctx.session.flush()
    for row, target in _targets(ctx, period, dates_in(period)):
        if row.id in back:
            _move_assignment(ctx, period, row, target)


def _targets(ctx: Context, period: Period, dates: DueDates) -> list[tuple[Assignment, DueDates | None]]:
    """Every assignment still in force with the dates it comes to; None where it keeps what it has."""
    query = select(Assignment).where(Assignment.period_id == period.id, col(Assignment.state).not_in(FINAL))
    granted = {
        e.assignment_id: e
        for e in ctx.session.exec(
            select(Extension)
            .join(Assignment, col(Extension.assignment_id) == Assignment.id)
            .where(Assignment.period_id == period.id)
            .order_by(col(Extension.id))
        ).all()
    }
    found = []
    for row in ctx.session.exec(query.order_by(col(Assignment.id))).all():
        extension = granted.get(row.id or 0)
        target = dates
        if extension is not None and extension.due_on > dates.due_on:
            target = due_dates(extension.due_on, None, ctx.calendar, ctx.settings.zone, grace=dates.grace_applies)
        found.append((row, None if _keeps(ctx, row, target) else target))
    return found


def _keeps(ctx: Context, row: Assignment, target: DueDates) -> bool:
    """Whether following would change nothing, or make late what is not late now."""
    if _has(row, target):
        return True
    arrived, zone = row.first_received_on, ctx.settings.zone
    if arrived is not None:
        return is_late(arrived, target.overdue_at, zone) and not is_late(arrived, row.overdue_at, zone)
    return target.overdue_at < row.overdue_at and target.overdue_at <= ctx.as_of


def _has(row: Assignment, dates: DueDates) -> bool:
    return (row.due_at, row.practical_due_on, row.overdue_at) == (
        dates.due_at,
        dates.practical_due_on,
        dates.overdue_at,
    )


def _move_assignment(ctx: Context, period: Period, row: Assignment, target: DueDates | None) -> None:
    if target is None:
        row.kept_due = row.due_on != period.due_on and not _extended(ctx, row)
        return
    row.kept_due = False
    row.due_on, row.due_at = target.due_on, target.due_at
    row.practical_due_on, row.overdue_at = target.practical_due_on, target.overdue_at
    row.state_changed_at = ctx.as_of


def _revise(ctx: Context, rows: Sequence[Assignment]) -> None:
    """A revision no message has had yet: a date that came back may have gone back to an earlier one."""
    used = dict(
        ctx.session.exec(
            select(col(MessageItem.assignment_id), func.max(MessageItem.revision))
            .where(col(MessageItem.assignment_id).in_([row.id for row in rows]))
            .group_by(col(MessageItem.assignment_id))
        ).all()
    )
    for row in rows:
        row.revision = max(row.revision, used.get(row.id or 0, 0)) + 1


def _extended(ctx: Context, row: Assignment) -> bool:
    query = select(Extension.id).where(Extension.assignment_id == row.id, Extension.due_on == row.due_on)
    return ctx.session.exec(query.limit(1)).first() is not None


def recount_extended(ctx: Context, period: Period) -> int:
    """After a calendar change: practical and overdue dates of what has a due day of its own; returns how many moved."""
    zone = ctx.settings.zone
    moved = 0
    for row in ctx.session.exec(select(Assignment).where(Assignment.period_id == period.id)).all():
        if row.due_on == period.due_on or row.state in FINAL:
            continue
        hour = due_time(row.due_on, row.due_at, zone)
        dates = due_dates(row.due_on, hour, ctx.calendar, zone, grace=period.grace_applies)
        if (row.practical_due_on, row.overdue_at) != (dates.practical_due_on, dates.overdue_at):
            row.practical_due_on, row.overdue_at = dates.practical_due_on, dates.overdue_at
            row.state_changed_at = ctx.as_of
            moved += 1
    ctx.session.flush()
    return moved
