"""Moving the dates of an open period: what moves, who was told the old date, and doing it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from models.tables import Assignment, Extension, Message, MessageItem, Obligation, Period, Plan
from obligations.errors import Refused
from obligations.rules.due import DueDates, day_ends, due_dates
from obligations.rules.lateness import FINAL, is_in_time
from obligations.services import audit
from obligations.services.calendar_versions import keep_calendar
from obligations.services.cascade_follow import Follower, derived_now, followers
from obligations.services.context import Context
from obligations.services.lateness import judged_by
from obligations.services.plan_steps import move_steps
from obligations.services.sending.outbox import CHASES, GONE_OUT, cancel_unsent
from obligations.services.spec import is_request


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
    moved = [row for row, target in _targets(ctx, period, dates) if target is not None]
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
        assignments=len(moved),
        told=len(told_assignments(ctx, moved)),
        derived=tuple(move for move in derived if move is not None),
        problem="; ".join(f"{f.obligation.title}: {f.problem}" for f in chain if f.problem) or None,
    )


def move_period(
    ctx: Context, obligation: Obligation, period: Period, dates: DueDates, reasons: Sequence[str], *, anew: bool
) -> Move | None:
    """Bring an open period and what is owed in it to other dates; None when every date stays.

    ``anew``: the due moment itself changed, so that its reminders are new ones and waiting ones fall away; False for a
    calendar change, which repeats no reminder. An agency with an extension keeps it while it is the later of the two.
    Nobody becomes late by it: what has arrived in time stays in time, and a date that would already have passed is not
    given to an agency that still owes.
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
    targets = _targets(ctx, period, dates)
    period.due_on, period.due_at = dates.due_on, dates.due_at
    period.practical_due_on, period.grace_until = dates.practical_due_on, dates.grace_until
    period.grace_applies, period.overdue_at = dates.grace_applies, dates.overdue_at
    period.reasons = list(reasons)
    keep_calendar(ctx, period)
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
    """Assignments in force that follow the period's own due day."""
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.due_on == period.due_on)
    return list(ctx.session.exec(query.where(col(Assignment.state).not_in(FINAL))).all())


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
        (),
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
            target = extended_dates(ctx, period, extension.due_on)
        found.append((row, None if _keeps(ctx, row, target) else target))
    return found


def _keeps(ctx: Context, row: Assignment, target: DueDates) -> bool:
    """Whether following would change nothing, or make late what is not late now."""
    if _has(row, target):
        return True
    (day, _), zone = judged_by(row), ctx.settings.zone
    if day is not None:
        return is_in_time(day, row.overdue_at, zone) and not is_in_time(day, target.overdue_at, zone)
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


def plan_zone(ctx: Context, obligation: Obligation) -> ZoneInfo:
    """The time zone in which an obligation's days begin and end."""
    return ZoneInfo(ctx.session.get_one(Plan, obligation.plan_id).timezone)


def extended_dates(ctx: Context, period: Period, due_on: date) -> DueDates:
    """The dates of an agency with more time: the end of its day, or the same hour of it for an ad-hoc request."""
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    is_exact, zone = is_request(obligation), plan_zone(ctx, obligation)
    hour = due_time(period.due_on, period.due_at, zone) if is_exact else None
    return due_dates(due_on, hour, ctx.calendar, zone, grace=period.grace_applies, exact=is_exact)


def recount_extended(ctx: Context, obligation: Obligation, period: Period) -> int:
    """After a calendar change: practical and overdue dates of what has a due day of its own that is not past.

    Returns how many moved. A practical date is never moved to a day that is over.
    """
    zone, is_exact = plan_zone(ctx, obligation), is_request(obligation)
    moved = 0
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.due_on != period.due_on)
    for row in ctx.session.exec(query.where(Assignment.due_on >= ctx.today)).all():
        if row.state in FINAL:
            continue
        hour = due_time(row.due_on, row.due_at, zone)
        dates = due_dates(row.due_on, hour, ctx.calendar, zone, grace=period.grace_applies, exact=is_exact)
        stays = (row.practical_due_on, row.overdue_at) == (dates.practical_due_on, dates.overdue_at)
        if not stays and dates.practical_due_on >= ctx.today:
            row.practical_due_on, row.overdue_at = dates.practical_due_on, dates.overdue_at
            row.state_changed_at = ctx.as_of
            moved += 1
    ctx.session.flush()
    return moved
