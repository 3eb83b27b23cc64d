"""Trình, duyệt ban hành: a consolidated report gets its number only after a *lãnh đạo duyệt* approved it, where there is one (S6)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.sql.expression import Select

from models.enums import ConsolidationState
from models.tables import Consolidation, Obligation, Period, Plan
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.rights import APPROVER
from obligations.rules.wording import period_text
from obligations.services import audit
from obligations.services.accounts.roles import holds
from obligations.services.chasing.approval import needs_approval, why_not_approve
from obligations.services.context import Context
from obligations.services.reviewing.goes_out import what_goes_out


@dataclass(frozen=True)
class ReportTask:
    """A consolidated report that waits for somebody."""

    period: str
    name: str
    plan_number: str
    version: int
    by: str
    """Who submitted it, or who approved it."""
    at: datetime


def submit_report(ctx: Context, public_id: str, *, as_made: bool | None = False) -> str:
    """Trình duyệt ban hành the newest version; returns its period. ``as_made``: nobody worked on it in Word."""
    row = _open(ctx, public_id)
    if not needs_approval(ctx):
        raise Refused("Chưa có tài khoản lãnh đạo duyệt; ghi phát hành khi báo cáo đã được ký.")
    if row.submitted_by is not None:
        raise Refused(f"Bản này đã được {row.submitted_by} trình duyệt ban hành.")
    what = what_goes_out(row, as_made=as_made)
    row.submitted_by, row.submitted_at, row.remarks = ctx.actor, ctx.as_of, None
    audit.record(ctx, "consolidation.submitted", row.public_id, version=row.version, **what)
    return _period(ctx, row)


def approve_report(ctx: Context, public_id: str) -> str:
    """Duyệt ban hành; returns its period. Never by who submitted it, as long as anybody else could do one of the two."""
    row = _submitted(ctx, public_id)
    if row.approved_by is not None:
        raise Refused(f"Bản này đã được {row.approved_by} duyệt ban hành.")
    if problem := why_not_approve(ctx, row.submitted_by or "", "báo cáo"):
        raise Refused(problem)
    row.approved_by, row.approved_at = ctx.actor, ctx.as_of
    audit.record(ctx, "consolidation.approved", row.public_id, version=row.version, submitted_by=row.submitted_by)
    return _period(ctx, row)


def send_back_report(ctx: Context, public_id: str, remarks: str) -> str:
    """Không duyệt, or an approval taken back before the number is recorded; returns its period."""
    if not remarks.strip():
        raise WrongValue("remarks", "Cần ghi ý kiến.")
    row = _submitted(ctx, public_id)
    by = row.submitted_by
    row.submitted_by = row.submitted_at = row.approved_by = row.approved_at = None
    row.remarks = remarks.strip()
    audit.record(
        ctx, "consolidation.sent_back", row.public_id, version=row.version, submitted_by=by, remarks=row.remarks
    )
    return _period(ctx, row)


def check_approved(ctx: Context, row: Consolidation) -> None:
    """Refused while somebody who approves has not approved this version."""
    if row.approved_by is None and needs_approval(ctx):
        said = "chờ lãnh đạo duyệt ban hành" if row.submitted_by else "chưa trình lãnh đạo duyệt ban hành"
        raise Refused(f"Bản này {said}; ghi phát hành sau khi được duyệt.")


def check_newest(ctx: Context, row: Consolidation) -> None:
    """Refused for a version that a newer one has taken the place of."""
    newest = select(func.max(Consolidation.version)).where(Consolidation.period_id == row.period_id)
    if ctx.session.exec(newest).one() != row.version:
        raise Refused("Đã có bản mới hơn; chỉ trình, duyệt, ghi phát hành bản mới nhất.")


def locked_report(ctx: Context, public_id: str) -> Consolidation:
    """One version, kept from others until the transaction ends."""
    query = select(Consolidation).where(Consolidation.public_id == public_id).with_for_update()
    row = ctx.session.exec(query).first()
    if row is None:
        raise NotFound("no such consolidated report")
    return row


def _of_newest(*conditions: ColumnElement[bool]) -> Select[Consolidation, Period, Obligation, Plan]:
    """Newest versions that are not issued, with what they are about."""
    other = aliased(Consolidation)
    newest = select(func.max(other.version)).where(other.period_id == Period.id).correlate(Period).scalar_subquery()
    return (
        select(Consolidation, Period, Obligation, Plan)
        .join(Period, col(Consolidation.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(Consolidation.state != ConsolidationState.issued, col(Consolidation.version) == newest, *conditions)
    )


_TO_APPROVE = _of_newest(col(Consolidation.submitted_by).is_not(None), col(Consolidation.approved_by).is_(None))
_TO_NUMBER = _of_newest(col(Consolidation.approved_by).is_not(None))
_OFF_TEMPLATE = _of_newest(col(Consolidation.template_problem).is_not(None))
"""Built once: the day's work asks for them on every look at the first page."""


def reports_to_approve(ctx: Context) -> list[ReportTask]:
    """Submitted and neither approved nor sent back, the longest waiting first."""
    rows = ctx.session.exec(_TO_APPROVE).all()
    return sorted((_task(p, o, plan, c, approved=False) for c, p, o, plan in rows), key=_when)


def reports_to_number(ctx: Context) -> list[ReportTask]:
    """Approved, signed next, and without a number yet."""
    rows = ctx.session.exec(_TO_NUMBER).all()
    return sorted((_task(p, o, plan, c, approved=True) for c, p, o, plan in rows), key=_when)


def reports_off_template(ctx: Context) -> list[ReportTask]:
    """Made in our own layout because the department's template failed, and not issued; ``by`` says why."""
    rows = ctx.session.exec(_OFF_TEMPLATE).all()
    tasks = [replace(_task(p, o, plan, c, approved=False), by=c.template_problem or "") for c, p, o, plan in rows]
    return sorted(tasks, key=_when)


def _task(period: Period, obligation: Obligation, plan: Plan, row: Consolidation, *, approved: bool) -> ReportTask:
    by, at = (row.approved_by, row.approved_at) if approved else (row.submitted_by, row.submitted_at)
    name = f"{obligation.title}, {period_text(period.label)}"
    return ReportTask(period.public_id, name, plan.number, row.version, by or "", at or row.made_at)


def _when(task: ReportTask) -> tuple[datetime, str]:
    return task.at, task.period


def _open(ctx: Context, public_id: str) -> Consolidation:
    row = locked_report(ctx, public_id)
    if row.state == ConsolidationState.issued:
        raise Refused(f"Bản này đã phát hành: {row.issued_number}.")
    check_newest(ctx, row)
    return row


def _submitted(ctx: Context, public_id: str) -> Consolidation:
    if not holds(ctx, ctx.actor, APPROVER):
        raise Refused("Chỉ tài khoản lãnh đạo duyệt được thực hiện việc này.")
    row = _open(ctx, public_id)
    if row.submitted_by is None:
        raise Refused("Bản này chưa được trình duyệt ban hành.")
    return row


def _period(ctx: Context, row: Consolidation) -> str:
    return ctx.session.get_one(Period, row.period_id).public_id
