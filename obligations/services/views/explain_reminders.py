"""The reminders of a deadline: the day of each, by which rule, and where the rule comes from."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from calendars.vietnamese import format_day, format_long
from calendars.working_days import WorkingCalendar
from models.enums import StepName
from models.tables import Period, PeriodStep
from obligations.rules.breaks import after_long_break, long_break
from obligations.rules.reminders import Step, reminded_steps, step_day
from obligations.rules.wording import step_text
from obligations.services.context import Context
from obligations.services.deadlines import DeadlineRow
from obligations.services.spec import steps_in
from plans.schema import ObligationSpec, PlanFile

_STATES = {"planned": "", "done": " (đã thực hiện)", "skipped": " (đã qua khi áp dụng)", "cancelled": " (không còn)"}


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


def planned_reminders(
    plan: PlanFile, spec: ObligationSpec, row: DeadlineRow, calendar: WorkingCalendar
) -> list[ReminderRow]:
    """The reminders that plan and calendar give, in order."""
    given = steps_in(spec)
    steps = sorted(reminded_steps(given, row.due_on, calendar), key=lambda step: step.days)
    return [_reminder(plan, step, row, calendar, added=step not in given) for step in steps]


def _reminder(plan: PlanFile, step: Step, row: DeadlineRow, calendar: WorkingCalendar, *, added: bool) -> ReminderRow:
    if step.at is not None:
        day = step_day(step, row.practical_due_on, calendar)
        at = datetime.combine(day, step.at, ZoneInfo(plan.timezone))
        source = f"các mốc nhắc của {plan.number}"
        return ReminderRow(step.code, step_text(step.code), day, at, step.draft, "stored", source)
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


def stored_reminders(ctx: Context, period: Period, planned: list[ReminderRow]) -> list[ReminderRow]:
    """The reminder steps of a period that exists, by their moments; ``planned`` knows their rules."""
    rules = {row.code: row for row in planned}
    query = select(PeriodStep).where(PeriodStep.period_id == period.id, PeriodStep.name == StepName.remind)
    found = []
    for step in ctx.session.exec(query.order_by(col(PeriodStep.planned_at), col(PeriodStep.id))).all():
        at = step.planned_at.astimezone(ctx.settings.zone)
        unknown = ReminderRow(
            code=step.code,
            text=step_text(step.code),
            on=None,
            at=None,
            draft=False,
            rule="stored",
            source="ghi khi lập lịch của kỳ",
        )
        found.append(replace(rules.get(step.code, unknown), on=at.date(), at=at, state=step.state.value))
    return found


def reminder_line(reminder: ReminderRow) -> str:
    """One reminder as a line of the note."""
    draft = " (dự thảo gửi lãnh đạo, chờ duyệt)" if reminder.draft else ""
    if reminder.on is None:
        return f"{reminder.code}: {reminder.text}{draft}, ngoài những năm có lịch nghỉ"
    state = _STATES.get(reminder.state or "", "")
    hour = f"{reminder.at:%H:%M}" if reminder.at else "08:00"
    rule = f" ({reminder.rule})" if reminder.rule != "stored" else ""
    shown = ", hiển thị để rà soát, gửi lúc 14:00" if reminder.code.startswith("T+") and not reminder.draft else ""
    return f"{reminder.code}: {reminder.text}{draft}, {hour} {format_long(reminder.on)}{shown}{rule}{state}"
