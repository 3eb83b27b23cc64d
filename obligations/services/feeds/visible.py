"""What feed entries show: one a period in the public feed, one an assignment in an agency's own."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from calendars.vietnamese import format_day, format_long
from models.enums import AssignmentState, Basis, Duty, PeriodState, PlanKind
from models.tables import Assignment, Obligation, Period, Plan
from obligations.rules.due import day_ends
from obligations.rules.lateness import FINAL, is_overdue
from obligations.rules.wording import cited, period_name, period_text
from obligations.services.context import Context

SENT = (AssignmentState.submitted, AssignmentState.accepted, AssignmentState.soft_received, AssignmentState.returned)
SAID = {**dict.fromkeys(SENT, "Đã gửi"), AssignmentState.awaiting_assignment: "Chờ phân công"}
NO_LONGER = "Không còn thực hiện"
NEXT_ACTS = {
    AssignmentState.soft_received: "Đã nhận bản mềm; đề nghị gửi văn bản chính thức.",
    AssignmentState.returned: "Đề nghị bổ sung, hoàn thiện báo cáo đã gửi.",
}


@dataclass(frozen=True)
class Visible:
    """What one entry shows. Equal values need no new rendering; ``due_at`` only when the text names a time of day."""

    uid: str
    shown_on: date
    due_at: datetime | None
    summary: str
    description: str
    url: str
    categories: tuple[str, ...]
    cancelled: bool
    changed_at: datetime

    def plain(self) -> dict[str, Any]:
        """The visible values as JSON, without the moment of the change."""
        values = asdict(self) | {"categories": list(self.categories), "shown_on": self.shown_on.isoformat()}
        values["due_at"] = self.due_at.astimezone(UTC).isoformat() if self.due_at else None
        del values["changed_at"], values["uid"]
        return values


def public_entry(ctx: Context, plan: Plan, obligation: Obligation, period: Period) -> Visible:
    """A period as everybody may see it: no agency, no contact (domain.md 2.7)."""
    state = _public_state(period)
    return Visible(
        uid=f"dl-{period.public_id}@{ctx.settings.mail_domain}",
        shown_on=period.practical_due_on,
        due_at=_time_of_day(plan, period.due_at, period.due_on, period.practical_due_on),
        summary=f"[{state}] {obligation.title}, kỳ {period_name(period.label)}",
        description=_describe(
            plan, obligation, period, period.due_at, period.due_on, period.practical_due_on, [f"Trạng thái: {state}."]
        ),
        url=f"{ctx.settings.base_url}/periods/{period.public_id}",
        categories=(state, plan.number),
        cancelled=state == NO_LONGER,
        changed_at=max(period.opened_at, period.closed_at or period.opened_at),
    )


def agency_entry(
    ctx: Context,
    plan: Plan,
    obligation: Obligation,
    period: Period,
    assignment: Assignment,
    code: str,
    extended: str | None = None,
) -> Visible:
    """An assignment as its own agency sees it.

    ``code``: the agency's, which makes the UID its own; ``extended``: the document that extended it.
    """
    state = feed_state(ctx, period, assignment)
    changed_at = max(assignment.state_changed_at, period.opened_at)
    if state == "Quá hạn":
        changed_at = max(changed_at, assignment.overdue_at)
    lines = [f"Trạng thái: {state}.", *([NEXT_ACTS[assignment.state]] if assignment.state in NEXT_ACTS else [])]
    if assignment.duty == Duty.for_information:
        lines.append("Gửi để biết; cơ quan, đơn vị không phải gửi báo cáo.")
    if extended is not None and assignment.due_on != period.due_on:
        lines.append(f"{extended}.")
    if period.data_basis == Basis.internal:
        lines.append("Kỳ số liệu do cơ quan tổng hợp ấn định nội bộ.")
    return Visible(
        uid=f"dl-{period.public_id}-{code}@{ctx.settings.mail_domain}",
        shown_on=assignment.practical_due_on,
        due_at=_time_of_day(plan, assignment.due_at, assignment.due_on, assignment.practical_due_on),
        summary=f"[{state}] {obligation.title}"
        + (f", kỳ {period_name(period.label)}" if plan.kind == PlanKind.document else ""),
        description=_describe(
            plan, obligation, period, assignment.due_at, assignment.due_on, assignment.practical_due_on, lines
        ),
        url=f"{ctx.settings.base_url}/a/{assignment.public_id}",
        categories=(state, plan.number),
        cancelled=state == NO_LONGER,
        changed_at=changed_at,
    )


def feed_state(ctx: Context, period: Period, assignment: Assignment) -> str:
    """The state word of an entry (users.md, section 5). Nothing is called overdue before the initial review (S3)."""
    if period.state == PeriodState.ended or assignment.state in FINAL:
        return NO_LONGER
    if assignment.state in SAID:
        return SAID[assignment.state]
    unseen = period.needs_confirmation and period.confirmed_at is None
    if not unseen and is_overdue(assignment.state, assignment.duty, assignment.overdue_at, ctx.as_of):
        return "Quá hạn"
    if assignment.due_on != period.due_on and not assignment.kept_due:
        return f"Gia hạn tới {assignment.due_on:%d/%m}"
    return "Đang mở"


def _public_state(period: Period) -> str:
    words = {PeriodState.ended: NO_LONGER, PeriodState.closed: "Đã chốt"}
    return words.get(period.state, "Đang mở")


def _time_of_day(plan: Plan, due_at: datetime, due_on: date, shown_on: date) -> datetime | None:
    """The due moment when the text names one and the entry stands on that very day; None for "hết ngày"."""
    ends = day_ends(due_on, ZoneInfo(plan.timezone))
    return due_at if due_at < ends and shown_on == due_on else None


def _describe(
    plan: Plan,
    obligation: Obligation,
    period: Period,
    due_at: datetime,
    due_on: date,
    practical_on: date,
    state: list[str],
) -> str:
    zone = ZoneInfo(plan.timezone)
    timed = due_at < day_ends(due_on, zone)
    until = f"{due_at.astimezone(zone):%H:%M} ngày" if timed else "hết ngày"
    lines = [
        *state,
        f"Thời hạn: {until} {format_long(due_on)}.",
        f"Căn cứ: {cited(obligation.clauses, plan.citation)}.",
    ]
    if plan.kind == PlanKind.document:
        lines.insert(len(state) + 1, f"Ngày làm việc cuối trong hạn: {format_long(practical_on)}.")
        lines.append(f"Kỳ báo cáo: {period_text(period.label)}.")
    if due_on != period.due_on:
        lines.insert(
            len(state) + 1,
            f"Thời hạn chung: {until if plan.kind == PlanKind.request else 'hết ngày'} {format_day(period.due_on)}.",
        )
    if period.basis == Basis.internal and plan.kind == PlanKind.document:
        lines.append("Ngày này do cơ quan tổng hợp ấn định nội bộ, không phải hạn trong văn bản.")
    if period.basis == Basis.letter and period.basis_note:
        lines.append(f"Căn cứ của thời hạn: {period.basis_note}.")
    lines.append("Lịch chỉ để theo dõi; thông báo chính thức được gửi bằng văn bản hoặc thư điện tử.")
    return "\n".join(lines)
