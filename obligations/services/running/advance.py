"""One step of one obligation, whole: what a scheduled run or a coordinator's click does, and what it reports."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import col, func, select

from calendars.vietnamese import format_day
from models.enums import PeriodState, StepName
from models.tables import Agency, Assignment, AuditEntry, Obligation, Period, Plan
from obligations.clock import utc_now
from obligations.rules.wording import period_name, step_text
from obligations.services.cascade import RISK
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.lookup import find_obligation
from obligations.services.plan_steps import finish_steps
from obligations.services.planning.close_periods import close_due_periods
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.consolidate import consolidate_period
from obligations.services.sending.deliver import Delivered, deliver_due
from obligations.services.status import RECEIVED, PeriodStatus, period_status
from obligations.services.views.period_standings import period_standings
from obligations.services.views_shared import Standing


@dataclass(frozen=True)
class AgencyLine:
    """One row of the table a coordinator looks at."""

    agency: str
    state: str
    due_on: date
    received: str
    """The day it came; "chưa rõ" of what came on a day that nobody knows."""


@dataclass(frozen=True)
class StepReport:
    """What a step did and how the period stands after it."""

    title: str
    lines: list[str]
    status: PeriodStatus | None
    agencies: list[AgencyLine] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def percent(self) -> float:
        """Share of assigned agencies that have sent, 0 to 100."""
        if self.status is None or not self.status.assigned:
            return 0.0
        return round(100 * self.status.submitted / self.status.assigned, 1)


def advance(
    app: App, plan: str, obligation: str, step: StepName, period: str | None, as_of: datetime, actor: str
) -> StepReport:
    """Do one step; doing it twice changes nothing."""
    app.refresh_calendar()
    with app.read(as_of, actor) as ctx:
        found = find_obligation(ctx, plan, obligation)
        periods = _periods(ctx, found, period)
    lines = _do(app, found, step, [p.id or 0 for p in periods], as_of, actor)
    with app.write(as_of, actor) as ctx:
        refresh_feeds(ctx, found.plan_id)
    with app.read(as_of, actor) as ctx:
        standing = _periods(ctx, found, period)
        return _report(ctx, step, standing[-1] if standing else None, lines)


def _periods(ctx: Context, obligation: Obligation, label: str | None) -> list[Period]:
    query = select(Period).where(Period.obligation_id == obligation.id).order_by(col(Period.due_on))
    query = query.where(Period.label == label) if label else query.where(Period.state == PeriodState.open)
    return list(ctx.session.exec(query).all())


def _do(app: App, obligation: Obligation, step: StepName, periods: list[int], as_of: datetime, actor: str) -> list[str]:
    if step == StepName.open:
        with app.write(as_of, actor) as ctx:
            opened = open_due_periods(ctx, obligation.id)
        return [f"Đã mở kỳ {period_name(o.label)}: {o.assigned} cơ quan, đơn vị" for o in opened] or [
            "Không có kỳ nào đến ngày mở"
        ]
    if step == StepName.remind:
        return _remind(app, periods, as_of, actor)
    if step == StepName.consolidate:
        return _consolidate(app, periods, as_of, actor)
    if step == StepName.close:
        with app.write(as_of, actor) as ctx:
            return [f"Đã chốt {sum(close_due_periods(ctx, p) for p in periods)} kỳ"]
    with app.write(as_of, actor) as ctx:
        for period_id in periods:
            finish_steps(ctx, StepName.publish, period_id)
    return ["Đã cập nhật lịch thời hạn"]


def _remind(app: App, periods: list[int], as_of: datetime, actor: str) -> list[str]:
    planned = drafts = 0
    with app.write(as_of, actor) as ctx:
        for period_id in periods:
            chased = plan_reminders(ctx, period_id)
            planned, drafts = planned + chased.planned, drafts + chased.drafts
        plan_reminders(ctx)  # others of this morning too, before anything goes: a contact gets one message a day
    delivered: Delivered = deliver_due(app, utc_now)
    return [
        f"Thông báo mới: {planned}; dự thảo gửi lãnh đạo chờ duyệt: {drafts}",
        f"Đã gửi: {delivered.accepted}; chỉ ghi nhận: {delivered.recorded}; gửi lại sau: {delivered.retry}; không gửi được: {delivered.failed}",
    ]


def _consolidate(app: App, periods: list[int], as_of: datetime, actor: str) -> list[str]:
    lines = []
    for period_id in periods:
        made = consolidate_period(app, period_id, as_of, actor)
        with app.write(as_of, actor) as ctx:
            finish_steps(ctx, StepName.consolidate, period_id)
        new = "lập mới" if made.created else "không thay đổi so với lần trước"
        address = f"{app.settings.base_url}/consolidations/{made.public_id}"
        lines.append(f"Báo cáo tổng hợp lần {made.version} ({new}): [docx]({address}/docx), [xlsx]({address}/xlsx)")
    return lines or ["Chưa có kỳ nào đang mở"]


def _report(ctx: Context, step: StepName, period: Period | None, lines: list[str]) -> StepReport:
    if period is None:
        return StepReport(step_text(step.value), lines, None)
    status = period_status(ctx, period.id)[0]
    title = f"Kỳ {period_name(period.label)} · {step_text(step.value)} · đã nhận {status.submitted}/{status.assigned}"
    links = {"Kỳ báo cáo": f"{ctx.settings.base_url}/periods/{period.public_id}"}
    return StepReport(title, lines, status, _agencies(ctx, period), links)


def _word(standing: Standing) -> str:
    """The state as a coordinator reads it; what is still awaited says its own date."""
    own_date = standing.key == "open" and standing.extended_from and not standing.unseen
    return f"{standing.words}, gia hạn tới {format_day(standing.due_on)}" if own_date else standing.words


def _received(assignment: Assignment) -> str:
    if assignment.state not in RECEIVED:
        return ""
    return format_day(assignment.first_received_on) if assignment.first_received_on else "chưa rõ"


def standings(ctx: Context) -> list[tuple[str, StepReport]]:
    """How every open period stands now, with the key its artifacts go by."""
    rows = ctx.session.exec(
        select(Period, Obligation, Plan)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(Period.state == PeriodState.open)
        .order_by(col(Period.id))
    ).all()
    return [(f"{plan.slug}-{o.code}", _report(ctx, StepName.publish, p, [o.title])) for p, o, plan in rows]


def _agencies(ctx: Context, period: Period) -> list[AgencyLine]:
    """Every agency in official order, with its state in the coordinator's words."""
    rows = ctx.session.exec(
        select(Assignment, Agency)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id)
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    standings = period_standings(ctx, period, [assignment for assignment, _ in rows])
    return [
        AgencyLine(agency.name, _word(s), a.due_on, _received(a))
        for (a, agency), s in zip(rows, standings, strict=True)
    ]


def newest_act(ctx: Context) -> int:
    """Number of the newest audited act: it rises with everything a coordinator or an agency does."""
    return ctx.session.exec(select(func.max(AuditEntry.seq))).one() or 0


def table_rows(report: StepReport) -> list[dict[str, str]]:
    """The agencies as rows of a table artifact."""
    return [
        {
            "Cơ quan, đơn vị": line.agency,
            "Tình trạng": line.state,
            "Thời hạn": format_day(line.due_on),
            "Ngày nhận": line.received,
        }
        for line in report.agencies
    ]


def summary(report: StepReport) -> str:
    """The Markdown summary of a run."""
    head = [f"## {report.title}", "", *(f"- {line}" for line in report.lines)]
    if report.status is not None:
        s = report.status
        late = "" if s.awaiting_confirmation else f" quá hạn, chưa gửi {s.overdue};"
        head += [
            "",
            f"Thời hạn: hết ngày {format_day(s.due_on)}; ngày làm việc cuối trong hạn: {format_day(s.practical_due_on)}.",
            f"Đã nhận {s.submitted}/{s.assigned}; đủ điều kiện tổng hợp {s.accepted};{late} không phải báo cáo kỳ này {s.exempt}.",
        ]
        head.append(f"Căn cứ của thời hạn: {s.basis_note}." if s.basis_note else "")
        if s.risk in RISK:
            head += ["", f"**{RISK[s.risk]}**: {s.risk_reason}."]
        if s.awaiting_confirmation:
            head += [
                "",
                "**Chờ rà soát ban đầu**: chưa gửi thông báo nào cho đến khi chuyên viên xác nhận báo cáo đã đến.",
            ]
    return "\n".join([*head, "", *(f"- [{name}]({url})" for name, url in report.links.items())])
