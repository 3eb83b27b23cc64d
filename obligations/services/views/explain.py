"""One deadline explained: every step from the phrase to each date and each reminder, as an official note reads."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from calendars.listing import special_days
from calendars.vietnamese import format_day, format_long
from calendars.working_days import WorkingCalendar
from models.tables import CalendarVersion, Obligation, Period, Plan
from obligations.errors import NotFound
from obligations.rules.due import Why
from obligations.rules.wording import clause_text
from obligations.services.calendar_versions import kept_calendar
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.deadlines import DeadlineRow, computed_row
from obligations.services.lookup import find_plan
from obligations.services.planning.deadlines_stored import file_of_version, recomputed, stored_row
from obligations.services.spec import plan_file_of
from obligations.services.views.explain_reminders import ReminderRow, planned_reminders, reminder_line, stored_reminders
from plans.schema import ObligationSpec, PlanFile

_PERIODS = {"open": "đang mở", "closed": "đã chốt", "ended": "không còn thực hiện"}
FAR = date(2100, 12, 31)


@dataclass(frozen=True)
class Explanation:
    """A deadline with every step from the phrase to each reminder; ``sections``, and ``lines`` in one, are a note for people."""

    obligation: str
    period: str
    clauses: list[str]
    due_on: date
    practical_due_on: date
    grace_until: date
    lines: list[str]
    sections: dict[str, list[str]]
    deadline: DeadlineRow
    steps: list[Why]
    reminders: list[ReminderRow]
    calendar_version: str
    provisional: bool
    internal: bool
    basis: str
    basis_note: str
    basis_number: str | None
    basis_on: date | None


def explain_deadline(plan: PlanFile, label: str, period: str, calendar: WorkingCalendar) -> Explanation:
    """Explain one period of one obligation (code or clause) of a plan file. NotFound names what exists."""
    spec = _spec(plan, label)
    row = _computed(plan, spec, period, calendar)
    reminders = planned_reminders(plan, spec, row, calendar)
    return _explanation(plan, row, reminders, _calendar_lines(calendar, row, reminders))


def explain_applied(ctx: Context, slug: str, label: str, period: str) -> Explanation:
    """As ``explain_deadline``; a period that exists is explained by its own dates and the calendar they came from."""
    plan = find_plan(ctx, slug)
    file = plan_file_of(ctx, plan)
    query = select(Obligation, Period).join(Period, col(Period.obligation_id) == Obligation.id)
    rows = ctx.session.exec(query.where(Obligation.plan_id == plan.id, Period.label == period)).all()
    try:
        code = file.obligation(label).code
    except KeyError:
        code = label  # an obligation that a later version no longer holds still has its periods
    found = next(((o, p) for o, p in rows if o.code.casefold() == code.casefold()), None)
    if found is None:
        return explain_deadline(file, label, period, ctx.calendar)
    return _explain_stored(ctx, plan, *found)


def _explain_stored(ctx: Context, plan: Plan, obligation: Obligation, period: Period) -> Explanation:
    file = file_of_version(ctx, plan, period.plan_version)
    row = stored_row(ctx, plan, obligation, period)
    spec = next((s for s in file.obligations if s.code == obligation.code), None)
    calendar = kept_calendar(ctx, period.calendar_version) or ctx.calendar
    planned = planned_reminders(file, spec, row, calendar) if spec is not None else []
    reminders = stored_reminders(ctx, period, planned)
    lines = [*_calendar_lines(calendar, row, reminders), *_version_lines(ctx, plan, period)]
    return _explanation(file, row, reminders, lines)


def _spec(plan: PlanFile, label: str) -> ObligationSpec:
    try:
        return plan.obligation(label)
    except KeyError as error:
        known = ", ".join(o.code for o in plan.obligations)
        raise NotFound(f"plan {plan.slug} has no obligation {label!r}; it has: {known}") from error


def _computed(plan: PlanFile, spec: ObligationSpec, period: str, calendar: WorkingCalendar) -> DeadlineRow:
    found = dated(plan, spec, plan.issued_on, FAR, calendar)
    chosen = next((o for o in found if o.label == period), None)
    if chosen is None:
        labels = [o.label for o in found]
        known = ", ".join(labels[:6]) + (f", ... {labels[-1]}" if len(labels) > 6 else "")  # noqa: PLR2004 - a few
        raise NotFound(f"obligation {spec.code} has no period {period!r}; it has: {known or 'none: it has no date'}")
    return computed_row(plan, spec, chosen, calendar)


def _explanation(
    plan: PlanFile, row: DeadlineRow, reminders: list[ReminderRow], calendar_lines: list[str]
) -> Explanation:
    sections = {
        "Căn cứ": [f"{clause}: {clause_text(clause)}, {plan.citation}" for clause in row.clauses],
        "Cách xác định": row.reasons,
        "Thời hạn": _dates(row),
        "Nhắc, đôn đốc": [reminder_line(reminder) for reminder in reminders],
        "Lịch nghỉ": calendar_lines,
    }
    return Explanation(
        obligation=row.obligation,
        period=row.period,
        clauses=row.clauses,
        due_on=row.due_on,
        practical_due_on=row.practical_due_on,
        grace_until=row.grace_until,
        lines=[line for lines in sections.values() for line in lines],
        sections=sections,
        deadline=row,
        steps=row.steps,
        reminders=reminders,
        calendar_version=row.calendar_version,
        provisional=row.provisional,
        internal=row.internal,
        basis=row.basis,
        basis_note=row.basis_note,
        basis_number=row.basis_number,
        basis_on=row.basis_on,
    )


def _dates(row: DeadlineRow) -> list[str]:
    until = f"{row.time.replace(':', 'h')} ngày" if row.time else "hết ngày"
    grace = "được áp dụng" if row.grace_applies else "không áp dụng"
    lines = [
        f"Theo văn bản: {until} {format_long(row.due_on)}" + (" (ấn định nội bộ)" if row.internal else ""),
        f"Ngày làm việc cuối trong hạn: {format_long(row.practical_due_on)}",
        f"Lùi hạn sang ngày làm việc tiếp theo ({format_long(row.grace_until)}): {grace}",
        f"Mở kỳ: {format_long(row.opens_on)}",
    ]
    if row.data_from and row.data_to:
        lines.append(f"Số liệu: từ {format_day(row.data_from)} đến {format_day(row.data_to)}")
    if row.state:
        own = f"; {row.extended:02d} cơ quan, đơn vị có thời hạn riêng" if row.extended else ""
        lines.append(f"Tình trạng: kỳ {_PERIODS.get(row.state, row.state)}{own}")
    return lines


def _calendar_lines(calendar: WorkingCalendar, row: DeadlineRow, reminders: list[ReminderRow]) -> list[str]:
    """The special days among those the dates were counted over."""
    days = [row.practical_due_on, row.due_on, row.grace_until, *(r.on for r in reminders if r.on is not None)]
    first, last = min(days), max(days)
    years = range(first.year, last.year + 1)
    found = [d for year in years for d in special_days(calendar, year) if first <= d.day <= last]
    lines = []
    for day in found:
        kind = "làm việc" if day.kind == "worked" else "nghỉ"
        document = f", {day.document}" if day.document else ""
        lines.append(f"{format_long(day.day)} {kind}: {day.name}{document} ({day.status})")
    return lines or [f"Không có ngày nghỉ, ngày làm bù từ {format_day(first)} đến {format_day(last)}"]


def _version_lines(ctx: Context, plan: Plan, period: Period) -> list[str]:
    version = period.calendar_version
    kept = ctx.session.get(CalendarVersion, version)
    since = f", dùng từ {kept.first_used_at.astimezone(ctx.settings.zone):%d/%m/%Y}" if kept else ""
    lines = [f"Lịch nghỉ dùng để tính: phiên bản {version}{since}"]
    if version == ctx.calendar.version:
        return lines
    lines.append(f"Lịch nghỉ hiện hành: phiên bản {ctx.calendar.version}")
    if kept_calendar(ctx, version) is None:
        lines.append("Nội dung của lịch đã dùng không còn được lưu; các ngày của kỳ được giữ nguyên")
    now = recomputed(ctx, plan, period, ctx.calendar.version)
    if now is not None and now.practical_due_on != period.practical_due_on:
        day = format_long(now.practical_due_on)
        lines.append(f"Theo lịch hiện hành, ngày làm việc cuối trong hạn sẽ là {day}; kỳ giữ ngày đã xác định")
    return lines
