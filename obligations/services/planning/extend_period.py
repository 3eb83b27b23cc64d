"""Gia hạn chung: the issuer's document moves a whole period, and the deadlines that derive from it (S5)."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from models.enums import Basis, PeriodState
from models.tables import Assignment, Obligation, Period, PeriodExtension
from obligations.errors import Refused, WrongValue
from obligations.rules.due import DueDates, due_dates
from obligations.rules.lateness import FINAL
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.lookup import period_by_public_id
from obligations.services.planning.move_period import Move, common_assignments, move_period, told_assignments
from obligations.services.sending.notices import write_notice
from obligations.services.sensible import check_extension


def extend_period(
    ctx: Context, period_public_id: str, due_on: date, document_number: str, document_on: date
) -> Move | None:
    """Extend one open period for every agency in it; those who were told the old date are told once.

    Refused without the document's number, for a day that is no later, for a period that is not open, or when a deadline
    that derives from this one would have no room.
    """
    period = period_by_public_id(ctx, period_public_id)
    number = document_number.strip()
    if not number:
        raise Refused("Gia hạn cần số, ngày văn bản của cơ quan ban hành.")
    if period.state != PeriodState.open:
        raise Refused("Chỉ gia hạn được kỳ đang mở.")
    if due_on <= period.due_on:
        _check_given(ctx, period, due_on, number, document_on)
        raise WrongValue("due_on", f"Thời hạn mới phải sau ngày {period.due_on:%d/%m/%Y}.")
    check_extension(ctx, due_on, document_on)
    told = told_assignments(ctx, common_assignments(ctx, period))
    given = _record(ctx, period, due_on, number, document_on)
    dates = due_dates(due_on, None, ctx.calendar, ctx.settings.zone, grace=period.grace_applies)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    move = move_period(ctx, obligation, period, dates, extended_reasons(given, dates), anew=True)
    rest_on(period, given)
    _lift(ctx, period, dates)
    _tell(ctx, period, given, told)
    audit.record(ctx, "period.extended", period.public_id, due_on=due_on, document=number, told=len(told))
    return move


def _check_given(ctx: Context, period: Period, due_on: date, number: str, on: date) -> None:
    """Refused when this very extension is in force: whoever presses twice is told that it was given."""
    query = select(PeriodExtension).where(
        PeriodExtension.period_id == period.id, col(PeriodExtension.undone_at).is_(None)
    )
    last = ctx.session.exec(query.order_by(col(PeriodExtension.id).desc())).first()
    if last is not None and (last.due_on, last.document_number, last.document_on) == (due_on, number, on):
        at = last.granted_at.astimezone(ctx.settings.zone)
        raise Refused(f"{_act(last)}: đã ghi nhận lúc {at:%H:%M ngày %d/%m/%Y}, không cần ghi lại.")


def _record(ctx: Context, period: Period, due_on: date, number: str, on: date) -> PeriodExtension:
    row = PeriodExtension(
        period_id=period.id or 0,
        due_on_before=period.due_on,
        due_on=due_on,
        document_number=number,
        document_on=on,
        granted_by=ctx.actor,
        granted_at=ctx.as_of,
        before={
            "basis": period.basis.value,
            "basis_note": period.basis_note,
            "basis_number": period.basis_number,
            "basis_on": period.basis_on.isoformat() if period.basis_on else None,
            "reasons": list(period.reasons),
            "due_at": period.due_at.isoformat(),
        },
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def _lift(ctx: Context, period: Period, dates: DueDates) -> None:
    """An agency's own, shorter extension is overtaken by that of all."""
    rows = ctx.session.exec(select(Assignment).where(Assignment.period_id == period.id)).all()
    for row in rows:
        if row.state not in FINAL and row.due_on < dates.due_on:
            set_dates(row, dates)
            row.state_changed_at, row.revision = ctx.as_of, row.revision + 1
    ctx.session.flush()


def _tell(ctx: Context, period: Period, given: PeriodExtension, told: set[int]) -> None:
    facts = {
        "document": given.document_number,
        "document_on": given.document_on.isoformat(),
        "for_all": True,
    }
    rows: Sequence[Assignment] = ctx.session.exec(
        select(Assignment).where(Assignment.period_id == period.id, col(Assignment.id).in_(told))
    ).all()
    for row in rows:
        write_notice(ctx, [row], "extended", f"p{given.id}", facts)


def told_step(given_id: int) -> str:
    """The step under which agencies are told of one."""
    return f"extended:p{given_id}"


def extended_reasons(given: PeriodExtension, dates: DueDates) -> list[str]:
    """Every step to the extended date."""
    return [*given.before["reasons"], _act(given), *dates.reasons]


def rest_on(period: Period, given: PeriodExtension) -> None:
    """Let a period's date rest on the document that extended it."""
    period.basis, period.basis_note = Basis.letter, _act(given)
    period.basis_number, period.basis_on = given.document_number, given.document_on


def _act(given: PeriodExtension) -> str:
    paper = f"văn bản số {given.document_number} ngày {given.document_on:%d/%m/%Y}"
    return f"Gia hạn chung đến hết ngày {given.due_on:%d/%m/%Y} theo {paper}"


def rest_on_before(period: Period, given: PeriodExtension) -> None:
    """Let a period's date rest on what it did before it was extended."""
    before = given.before
    period.basis, period.basis_note = Basis(before["basis"]), str(before["basis_note"])
    period.basis_number = before["basis_number"]
    period.basis_on = date.fromisoformat(before["basis_on"]) if before["basis_on"] else None


def set_dates(row: Assignment, dates: DueDates) -> None:
    """Give one agency these dates."""
    row.due_on, row.due_at = dates.due_on, dates.due_at
    row.practical_due_on, row.overdue_at = dates.practical_due_on, dates.overdue_at
