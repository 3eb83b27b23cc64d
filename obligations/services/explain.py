"""One deadline explained: every step from the phrase to each date and each reminder, as an official note reads."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from calendars.listing import special_days
from calendars.vietnamese import format_day, format_long
from calendars.working_days import WorkingCalendar
from models.enums import StepName
from models.tables import CalendarVersion, Obligation, Period, PeriodStep, Plan
from obligations.errors import NotFound
from obligations.rules.breaks import after_long_break, long_break
from obligations.rules.due import Why
from obligations.rules.reminders import Step, reminded_steps, step_day
from obligations.rules.wording import clause_text, step_text
from obligations.services.calendar_versions import kept_calendar
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.deadlines import DeadlineRow, computed_row
from obligations.services.deadlines_stored import file_of_version, recomputed, stored_row
from obligations.services.lookup import find_plan
from obligations.services.spec import plan_file_of, steps_in
from plans.schema import ObligationSpec, PlanFile

_STATES = {"planned": "", "done": " (đã thực hiện)", "skipped": " (đã qua khi áp dụng)", "cancelled": " (không còn)"}
_PERIODS = {"open": "đang mở", "closed": "đã chốt", "ended": "không còn thực hiện"}
FAR = date(2100, 12, 31)


@dataclass(frozen=True)
class ReminderRow:
    """One reminder: the day it falls on (None beyond the years that are known), by which rule, and from where the rule is.

    ``state``: of the planned step of a period that exists.
    """

    code: str
    text: str
    on: date | None
    at: datetime | None
    draft: bool
    rule: str
    source: str
    state: str | None = None


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


def explain_deadline(plan: PlanFile, label: str, period: str, calendar: WorkingCalendar) -> Explanation:
    """Explain one period of one obligation (code or clause) of a plan file. NotFound names what exists."""
    spec = _spec(plan, label)
    row = _computed(plan, spec, period, calendar)
    reminders = _reminders(plan, spec, row, calendar)
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
    rules = {r.code: r for r in (_reminders(file, spec, row, calendar) if spec is not None else [])}
    query = select(PeriodStep).where(PeriodStep.period_id == period.id, PeriodStep.name == StepName.remind)
    reminders = []
    for step in ctx.session.exec(query.order_by(col(PeriodStep.planned_at), col(PeriodStep.id))).all():
        rule = rules.get(step.code)
        at = step.planned_at.astimezone(ctx.settings.zone)
        source = rule.source if rule else "ghi khi lập lịch của kỳ"
        text, state = rule.text if rule else step_text(step.code), step.state.value
        draft = bool(rule and rule.draft)
        reminders.append(
            ReminderRow(step.code, text, at.date(), at, draft, rule.rule if rule else "stored", source, state)
        )
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


def _reminders(plan: PlanFile, spec: ObligationSpec, row: DeadlineRow, calendar: WorkingCalendar) -> list[ReminderRow]:
    given = steps_in(spec)
    steps = sorted(reminded_steps(given, row.due_on, calendar), key=lambda step: step.days)
    return [_reminder(plan, step, row, calendar, added=step not in given) for step in steps]


def _reminder(plan: PlanFile, step: Step, row: DeadlineRow, calendar: WorkingCalendar, *, added: bool) -> ReminderRow:
    base = f"{abs(step.days):02d} ngày làm việc {'sau' if step.days > 0 else 'trước'}"
    rule = f"{base} {format_day(row.practical_due_on)}" if step.days else "chính ngày làm việc cuối trong hạn"
    source = f"các mốc nhắc của {plan.number}"
    gap = long_break(row.due_on, calendar)
    if added and gap is not None:
        source = f"thời hạn nằm trong kỳ nghỉ dài {format_day(gap[0])} - {format_day(gap[1])}: nhắc trước kỳ nghỉ"
    try:
        day = step_day(step, row.practical_due_on, calendar)
        if step.days > 0 and after_long_break(calendar.shift(row.practical_due_on, step.days), calendar):
            rule += "; lùi 01 ngày làm việc, không đôn đốc vào ngày làm việc đầu tiên sau kỳ nghỉ dài"
    except ValueError:
        return ReminderRow(step.code, step_text(step.code), None, None, step.draft, rule, source)
    return ReminderRow(step.code, step_text(step.code), day, None, step.draft, rule, source)


def _explanation(
    plan: PlanFile, row: DeadlineRow, reminders: list[ReminderRow], calendar_lines: list[str]
) -> Explanation:
    sections = {
        "Căn cứ": [f"{clause}: {clause_text(clause)}, {plan.citation}" for clause in row.clauses],
        "Cách xác định": row.reasons,
        "Thời hạn": _dates(row),
        "Nhắc, đôn đốc": [_reminder_line(reminder) for reminder in reminders],
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


def _reminder_line(reminder: ReminderRow) -> str:
    draft = " (dự thảo gửi lãnh đạo, chờ duyệt)" if reminder.draft else ""
    if reminder.on is None:
        return f"{reminder.code}: {reminder.text}{draft}, ngoài những năm có lịch nghỉ"
    state = _STATES.get(reminder.state or "", "")
    hour = f"{reminder.at:%H:%M}" if reminder.at else "08:00"
    rule = f" ({reminder.rule})" if reminder.rule != "stored" else ""
    return f"{reminder.code}: {reminder.text}{draft}, {hour} {format_long(reminder.on)}{rule}{state}"


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
