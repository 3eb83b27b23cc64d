"""Tạm dừng nhắc đến ngày…: the coordinator rests the chasing of a duty; its due moment and its lateness stay."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from models.tables import Agency, Assignment
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.lookup import assignment_by_public_id, period_by_public_id
from obligations.services.sending.outbox import withdraw_unsent
from obligations.services.sensible import check_rest

WHY = "Tạm dừng nhắc đến hết ngày {:%d/%m/%Y}: {}"


def snooze(ctx: Context, assignment_public_id: str, until_on: date, reason: str) -> None:
    """Chase nothing up to and including a day; then one current reminder goes."""
    row = assignment_by_public_id(ctx, assignment_public_id)
    if row.state not in CHASED:
        raise Refused("Đầu việc này không còn phải nhắc.")
    _snooze(ctx, [row], until_on, reason)


def snooze_period(
    ctx: Context, period_public_id: str, until_on: date, reason: str, agencies: Sequence[str] = ()
) -> int:
    """The same for every agency of a period that still owes, or for those named by code; returns how many."""
    period = period_by_public_id(ctx, period_public_id)
    query = (
        select(Assignment, Agency.code)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id, col(Assignment.state).in_(CHASED))
        .order_by(col(Assignment.id))
    )
    owing = {code: row for row, code in ctx.session.exec(query).all()}
    unknown = sorted(set(agencies) - owing.keys())
    if unknown:
        codes = ", ".join(unknown)
        raise NotFound(
            f"owes nothing in period {period.label}: {codes}",
            f"Không còn phải báo cáo trong kỳ này: {codes}.",
            field="agencies",
        )
    rows = [owing[code] for code in agencies] or list(owing.values())
    if not rows:
        raise Refused("Không còn cơ quan nào phải nhắc trong kỳ này.")
    _snooze(ctx, rows, until_on, reason)
    return len(rows)


def end_snooze(ctx: Context, assignment_public_id: str, reason: str) -> None:
    """Chase again from now on."""
    row = assignment_by_public_id(ctx, assignment_public_id)
    if row.snoozed_until is None or row.snoozed_until < ctx.today:
        raise Refused("Đầu việc này không tạm dừng nhắc.")
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    row.snoozed_until = None
    audit.record(ctx, "assignment.snooze_ended", row.public_id, reason=reason.strip())


def _snooze(ctx: Context, rows: Sequence[Assignment], until_on: date, reason: str) -> None:
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    if until_on < ctx.today:
        raise WrongValue("until_on", "Ngày tạm dừng nhắc không thể trước hôm nay.")
    check_rest(ctx, until_on)
    for row in rows:
        row.snoozed_until = until_on
        audit.record(ctx, "assignment.snoozed", row.public_id, until_on=until_on, reason=reason.strip())
    withdraw_unsent(ctx, [row.id or 0 for row in rows], WHY.format(until_on, reason.strip()))
