"""Moving the dates of an open period: what moves, who was told the old date, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from models.enums import AssignmentState, MessageState
from models.tables import Assignment, Message, MessageItem, Obligation, Period
from obligations.errors import Refused
from obligations.rules.due import DueDates, day_ends, due_dates
from obligations.services import audit
from obligations.services.cascade_follow import Follower, derived_now, followers
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
    derived: tuple["Move", ...] = ()
    """The next links of the chain, which move with it."""
    problem: str | None = None
    """Why a next link would have no room (Vietnamese)."""


def due_time(due_on: date, due_at: datetime, zone: ZoneInfo) -> time | None:
    """The hour at which a stored due moment ends; None for the end of its day."""
    return None if due_at == day_ends(due_on, zone) else due_at.astimezone(zone).time()


def preview_move(ctx: Context, obligation: Obligation, period: Period, dates: DueDates) -> Move | None:
    """What ``move_period`` would do; None when every date stays."""
    before = (period.due_at, period.practical_due_on, period.grace_until, period.grace_applies)
    if before == (dates.due_at, dates.practical_due_on, dates.grace_until, dates.grace_applies):
        return None
    rows = common_assignments(ctx, period)
    chain = followers(ctx, obligation, period, dates)
    derived = [preview_move(ctx, f.obligation, f.period, f.dates) for f in chain if f.problem is None]
    return Move(
        obligation=obligation.code,
        period=period.label,
        due_on_before=period.due_on,
        due_on=dates.due_on,
        practical_before=period.practical_due_on,
        practical_due_on=dates.practical_due_on,
        grace_before=period.grace_until,
        grace_until=dates.grace_until,
        assignments=len(rows),
        told=len(told_assignments(ctx, rows)),
        derived=tuple(move for move in derived if move is not None),
        problem="; ".join(f"{f.obligation.title}: {f.problem}" for f in chain if f.problem) or None,
    )


def move_period(
    ctx: Context, obligation: Obligation, period: Period, dates: DueDates, reasons: Sequence[str], *, anew: bool
) -> Move | None:
    """Bring an open period and what is owed in it to other dates; None when every date stays.

    ``anew``: the due moment itself changed, so that its reminders are new ones and waiting ones fall away; False for a
    calendar change, which repeats no reminder. An agency with an extension keeps it; what has arrived never becomes late.
    Periods whose deadline derives from it move with it. Refused when one would have no room; a calendar is a fact, so
    that its change leaves such a period where it stands and says so in the audit trail.
    """
    move = preview_move(ctx, obligation, period, dates)
    if move is None:
        return None
    if anew and move.problem:
        raise Refused(
            f"Không còn thời gian tổng hợp. {move.problem}. Đề nghị chọn ngày khác hoặc điều chỉnh hạn tổng hợp."
        )
    rows = common_assignments(ctx, period)
    period.due_on, period.due_at = dates.due_on, dates.due_at
    period.practical_due_on, period.grace_until = dates.practical_due_on, dates.grace_until
    period.grace_applies, period.overdue_at = dates.grace_applies, dates.overdue_at
    period.reasons, period.calendar_version = list(reasons), ctx.calendar.version
    for row in rows:
        _move_assignment(ctx, row, dates, anew=anew)
    if anew:
        cancel_unsent(ctx, [row.id or 0 for row in rows], "Thời hạn đã thay đổi", CHASES)
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
    _move_followers(ctx, obligation, period, dates, anew=anew)
    return move


def follow_sources(ctx: Context) -> list[Move]:
    """After a calendar change: bring every open derived period to what its source gives now; reminds no one anew."""
    moves = []
    for found in derived_now(ctx):
        if found.problem:
            _say_no_room(ctx, found)
        elif move := move_period(ctx, found.obligation, found.period, found.dates, found.reasons, anew=False):
            moves.append(move)
    return moves


def _move_followers(ctx: Context, obligation: Obligation, period: Period, dates: DueDates, *, anew: bool) -> None:
    for found in followers(ctx, obligation, period, dates):
        if found.problem:
            _say_no_room(ctx, found)
        else:
            move_period(ctx, found.obligation, found.period, found.dates, found.reasons, anew=anew)


def _say_no_room(ctx: Context, found: Follower) -> None:
    audit.record(ctx, "period.no_room", found.period.public_id, obligation=found.obligation.code, why=found.problem)


def common_assignments(ctx: Context, period: Period) -> list[Assignment]:
    """Assignments that still follow the period's own due day: neither ended nor exempt nor extended."""
    rows = ctx.session.exec(
        select(Assignment).where(Assignment.period_id == period.id, Assignment.due_on == period.due_on)
    ).all()
    return [row for row in rows if row.state not in FINAL]


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


def _move_assignment(ctx: Context, row: Assignment, dates: DueDates, *, anew: bool) -> None:
    if row.first_received_on is not None and dates.due_at < row.due_at:
        return  # received in time by the date it was told
    row.due_on, row.due_at = dates.due_on, dates.due_at
    row.practical_due_on, row.overdue_at = dates.practical_due_on, dates.overdue_at
    row.state_changed_at = ctx.as_of
    row.revision += int(anew)


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
