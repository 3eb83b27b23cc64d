"""Hoàn tác gia hạn chung: dates as before, what was told of it stopped or put right, everything of it kept in the trail."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import ConsolidationState, PeriodState
from models.tables import Assignment, Consolidation, Extension, Obligation, Period, PeriodExtension
from obligations.errors import Refused, WrongValue
from obligations.rules.due import DueDates, due_dates
from obligations.rules.lateness import FINAL
from obligations.services import audit
from obligations.services.chasing.retract import retract_period_event
from obligations.services.context import Context
from obligations.services.lookup import period_by_public_id
from obligations.services.planning.extend_period import rest_on_before, told_step
from obligations.services.planning.move_period import Move, due_time, move_period, plan_zone
from obligations.services.spec import is_request

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Given:
    """The newest gia hạn chung of a period. ``why_not``: why it cannot be taken back, in words; empty when it can."""

    due_on_before: date
    due_on: date
    document: str
    why_not: str


@dataclass(frozen=True)
class ExtensionUndone:
    """``corrected``: contacts that get a đính chính; ``stopped``: notices of it that had not gone."""

    move: Move | None
    corrected: int
    stopped: int


def newest_extension(ctx: Context, period: Period) -> Given | None:
    """What stands to be taken back; None when the period was never extended."""
    given = _newest(ctx, period)
    if given is None:
        return None
    document = f"{given.document_number} ngày {given.document_on:%d/%m/%Y}"
    return Given(given.due_on_before, given.due_on, document, _why_not(ctx, period, given))


def undo_extension(ctx: Context, period_public_id: str, reason: str) -> ExtensionUndone:
    """Take the newest one back. Refused once something later was built on it: an own extension, another plan, an issued report.

    What arrived in time stays in time. Who is late again by it is chased from the next working day.
    """
    period, reason = period_by_public_id(ctx, period_public_id), reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise WrongValue("reason", f"Đề nghị ghi lý do hoàn tác, không quá {LONGEST_REASON} ký tự.")
    given = _newest(ctx, period)
    if given is None:
        raise Refused("Kỳ này không có gia hạn chung để hoàn tác; đề nghị tải lại trang.")
    if why_not := _why_not(ctx, period, given):
        raise Refused(why_not)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    dates, step, facts = _dates(ctx, obligation, period, given), told_step(given.id or 0), _facts(given)
    granted_at, extended_to = given.granted_at, given.due_on
    given.undone_at, given.undone_by, given.undone_reason = (
        ctx.as_of,
        ctx.actor,
        reason,
    )  # what derives may follow again
    ctx.session.flush()
    move = move_period(ctx, obligation, period, dates, list(given.before["reasons"]), anew=True)
    rest_on_before(period, given)
    _bring_back(ctx, period, dates, extended_to)
    said = (
        f"Không còn gia hạn đến hết ngày {extended_to:%d/%m/%Y}; thời hạn vẫn là ngày {dates.due_on:%d/%m/%Y}. "
        f"Lý do: {reason}"
    )
    put_right = retract_period_event(ctx, period, step, granted_at, said)
    audit.record(
        ctx, "period.extension_undone", period.public_id, **facts, corrected=put_right.corrected, reason=reason
    )
    return ExtensionUndone(move, put_right.corrected, put_right.stopped)


def _newest(ctx: Context, period: Period) -> PeriodExtension | None:
    query = select(PeriodExtension).where(
        PeriodExtension.period_id == period.id, col(PeriodExtension.undone_at).is_(None)
    )
    return ctx.session.exec(query.order_by(col(PeriodExtension.id).desc()).limit(1)).first()


def _why_not(ctx: Context, period: Period, given: PeriodExtension) -> str:
    if period.state != PeriodState.open:
        return "Kỳ này không còn mở; không hoàn tác gia hạn chung được nữa."
    if (period.due_on, period.basis_number) != (given.due_on, given.document_number):
        return "Thời hạn của kỳ đã thay đổi theo văn bản khác sau khi gia hạn; không hoàn tác được."
    own = (
        select(Extension.id)
        .join(Assignment, col(Extension.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id, Extension.granted_at > given.granted_at)
    )
    if ctx.session.exec(own.limit(1)).first() is not None:
        return "Sau đó đã có cơ quan được gia hạn riêng; hoàn tác gia hạn riêng trước."
    issued = select(Consolidation.id).where(
        Consolidation.period_id == period.id,
        Consolidation.state == ConsolidationState.issued,
        col(Consolidation.issued_at) > given.granted_at,
    )
    if ctx.session.exec(issued.limit(1)).first() is not None:
        return "Báo cáo tổng hợp của kỳ đã phát hành sau khi gia hạn; không hoàn tác được."
    return ""


def _dates(ctx: Context, obligation: Obligation, period: Period, given: PeriodExtension) -> DueDates:
    """The dates before, by the calendar of today; of an ad-hoc request at its hour."""
    zone, hour, at = plan_zone(ctx, obligation), None, given.before.get("due_at")
    if at is not None:
        hour = due_time(given.due_on_before, datetime.fromisoformat(at), zone)
    exact = is_request(obligation) and hour is not None
    return due_dates(given.due_on_before, hour, ctx.calendar, zone, grace=period.grace_applies, exact=exact)


def _bring_back(ctx: Context, period: Period, dates: DueDates, extended_to: date) -> None:
    """Moving makes nobody late; taking a mistake back does, of those that still owe: chased from the next working day."""
    own = select(Extension.assignment_id).where(Extension.due_on == extended_to)
    query = select(Assignment).where(
        Assignment.period_id == period.id,
        Assignment.due_on == extended_to,
        col(Assignment.state).not_in(FINAL),
        col(Assignment.first_received_on).is_(None),
        col(Assignment.id).not_in(own),
    )
    for row in ctx.session.exec(query).all():
        row.due_on, row.due_at, row.kept_due = dates.due_on, dates.due_at, False
        row.practical_due_on, row.overdue_at = dates.practical_due_on, dates.overdue_at
        row.revision, row.state_changed_at = row.revision + 1, ctx.as_of
        row.snoozed_until = max(ctx.today, row.snoozed_until or ctx.today)
    ctx.session.flush()


def _facts(given: PeriodExtension) -> dict[str, str]:
    return {
        "document": f"{given.document_number} ngày {given.document_on:%d/%m/%Y}",
        "due_on_before": given.due_on.isoformat(),
        "due_on": given.due_on_before.isoformat(),
    }
