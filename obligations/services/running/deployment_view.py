"""Each obligation as a workflow tool should show it: name, description, tags, opening days, upcoming steps."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from calendars.vietnamese import format_day, format_long
from models.enums import Basis, ObligationKind, PeriodState, PlanKind, StepState
from models.tables import Agency, AgencyGroup, Obligation, Period, PeriodStep, Plan
from obligations.rules.wording import cited, period_name, step_text
from obligations.services.cascade_dates import dated_now, source_of
from obligations.services.context import Context
from obligations.services.planning.open_periods import dates_of
from obligations.services.roster import role_holder
from obligations.services.spec import plan_file_of, spec_of
from plans.amending import amendments_of, newest
from plans.occurrences import Occurrence
from plans.reasons import amendment_reasons
from plans.schema import PlanFile

HORIZON = timedelta(days=400)


@dataclass(frozen=True)
class Opening:
    """The yearly (or single) day on which periods open, at 08:00 of the plan's time zone."""

    first_on: date
    yearly: bool


@dataclass(frozen=True)
class DeploymentView:
    """One obligation as one deployment."""

    name: str
    plan: str
    obligation: str
    description: str
    tags: list[str]
    version: str
    opening: Opening | None
    timezone: str

    @property
    def fingerprint(self) -> str:
        """Plan version and a digest of all else: equal ones need no update, which would rename every upcoming run."""
        facts = json.dumps([self.description, self.tags, str(self.opening), self.timezone], ensure_ascii=False)
        return f"{self.version}-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class StepView:
    """One planned step of a period as one named run."""

    deployment: str
    plan: str
    obligation: str
    period: str
    step: str
    code: str
    run_name: str
    tag: str
    planned_at: datetime

    @property
    def period_tag(self) -> str:
        """By which a person finds all runs of one period."""
        return period_tag(self.period)


def deployment_name(plan_slug: str, code: str) -> str:
    """``197-kh-ubnd--bao-cao-hang-nam``."""
    return f"{plan_slug}--{code}"


def period_tag(label: str) -> str:
    """``Kỳ quý I năm 2026``: the tag of every run of one period of a deployment."""
    return f"Kỳ {period_name(label)}"


def deployments(ctx: Context) -> list[DeploymentView]:
    """Every dated obligation of every plan, in official order; of ad-hoc requests only those still open."""
    is_open = select(Period.id).where(Period.obligation_id == Obligation.id, Period.state == PeriodState.open).exists()
    query = (
        select(Obligation, Plan)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(Obligation.kind != ObligationKind.standing, is_open | (col(Plan.kind) == PlanKind.document))
        .order_by(col(Plan.id), col(Obligation.position))
    )
    return [_deployment(ctx, plan, obligation) for obligation, plan in ctx.session.exec(query).all()]


def _deployment(ctx: Context, plan: Plan, obligation: Obligation) -> DeploymentView:
    plan_file = plan_file_of(ctx, plan)
    coming = _coming(ctx, plan, plan_file, obligation, ctx.today + HORIZON)
    spec = newest(plan_file, spec_of(obligation))
    yearly = bool(spec.deadline and spec.deadline.freq == "yearly")
    # What opens within a year may be due after it.
    next_ones = _coming(ctx, plan, plan_file, obligation, ctx.today + 2 * HORIZON)
    ahead = [o for o in next_ones if o.opens_on > ctx.today]
    return DeploymentView(
        name=deployment_name(plan.slug, obligation.code),
        plan=plan.slug,
        obligation=obligation.code,
        description=_description(ctx, plan, plan_file, obligation, coming),
        tags=[plan.number, *(_name(ctx, code) for code in (spec.lead or ([spec.receiver] if spec.receiver else [])))],
        version=str(plan.version),
        opening=Opening(ahead[0].opens_on, yearly) if ahead else None,
        timezone=plan.timezone,
    )


def _coming(ctx: Context, plan: Plan, plan_file: PlanFile, obligation: Obligation, until: date) -> list[Occurrence]:
    if obligation.code not in {o.code for o in plan_file.obligations}:
        return []
    return dated_now(ctx, plan_file, obligation, plan.issued_on, until)


def _description(
    ctx: Context, plan: Plan, plan_file: PlanFile, obligation: Obligation, coming: list[Occurrence]
) -> str:
    spec = newest(plan_file, spec_of(obligation))
    base = ctx.settings.base_url
    who = ", ".join(_name(ctx, code) for code in spec.assigned_to) or "chưa phân công"
    lines = [
        f"## {obligation.title}",
        "",
        f"- **Căn cứ**: {cited(obligation.clauses, plan.citation)}",
        *(f"    - {said}" for said in amendment_reasons(amendments_of(plan_file, obligation.code))),
        f"- **Cơ quan thực hiện**: {who}",
    ]
    if spec.receiver:
        lines.append(f"- **Gửi về**: {_name(ctx, spec.receiver)}")
    if spec.reader:
        lines.append(f"- **Báo cáo**: {_name(ctx, spec.reader)}")
    lines += _chain(ctx, obligation)
    lines += ["", "### Thời hạn", ""]
    for occurrence in coming[-4:]:
        dates = dates_of(ctx, plan_file, occurrence)
        internal = " *(ấn định nội bộ, không phải hạn trong văn bản)*" if occurrence.basis == Basis.internal else ""
        lines.append(
            f"- **Kỳ {period_name(occurrence.label)}**: hết ngày {format_long(dates.due_on)}{internal}; ngày làm việc cuối trong hạn {format_day(dates.practical_due_on)}"
        )
        lines += [f"    - {reason}" for reason in (*occurrence.reasons, *dates.reasons)]
    if coming and coming[-1].due_on < plan.since_on:
        lines.append("- Thời hạn đã qua trước ngày bắt đầu theo dõi; không mở kỳ.")
    lines += [
        "",
        "### Liên kết",
        "",
        f"- [Bảng theo dõi]({base}/)",
    ]
    if plan.kind == PlanKind.document:
        lines.append(f"- [Lịch thời hạn]({base}/f/p/{plan.slug}/lich-thoi-han.ics)")
    for period in ctx.session.exec(
        select(Period).where(Period.obligation_id == obligation.id).order_by(col(Period.label))
    ).all():
        lines.append(f"- [Kỳ {period_name(period.label)}]({base}/periods/{period.public_id})")
    return "\n".join(lines)


def _chain(ctx: Context, obligation: Obligation) -> list[str]:
    """The link before this one. How it stands is told by each run: a description that changes renames upcoming runs."""
    source = source_of(spec_of(obligation))
    title = ctx.session.exec(
        select(Obligation.title).where(Obligation.plan_id == obligation.plan_id, Obligation.code == source)
    ).first()
    if title is None:
        return []
    return [f"- **Kỳ trước trong chuỗi**: {title}; nguy cơ chậm dây chuyền ghi trong kết quả của từng lần chạy"]


def _name(ctx: Context, code: str) -> str:
    """Name of a group, of the agency that holds a role today, or of an agency."""
    group = ctx.session.exec(select(AgencyGroup.name).where(AgencyGroup.code == code)).first()
    holder = role_holder(ctx, code, ctx.today)
    agency = ctx.session.exec(select(Agency.name).where(Agency.code == code)).first()
    return group or (holder[0].name if holder else None) or agency or code


def planned_steps(ctx: Context) -> list[StepView]:
    """Steps of open periods that are still ahead, as named runs."""
    query = (
        select(PeriodStep, Period, Obligation, Plan)
        .join(Period, col(PeriodStep.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(
            PeriodStep.state == StepState.planned, PeriodStep.planned_at > ctx.as_of, Period.state == PeriodState.open
        )
        .order_by(col(PeriodStep.planned_at))
    )
    return [
        StepView(
            deployment=deployment_name(plan.slug, obligation.code),
            plan=plan.slug,
            obligation=obligation.code,
            period=period.label,
            step=step.name.value,
            code=step.code,
            run_name=f"{period_tag(period.label)} · {step_text(step.code)}",
            tag=f"{period.public_id}:{step.code}",
            planned_at=step.planned_at,
        )
        for step, period, obligation, plan in ctx.session.exec(query).all()
    ]


@dataclass(frozen=True)
class PeriodView:
    """One open period by the names that a run takes."""

    deployment: str
    plan: str
    obligation: str
    period: str

    @property
    def tag(self) -> str:
        """By which a person finds all runs of this period."""
        return period_tag(self.period)


def open_periods_view(ctx: Context) -> list[PeriodView]:
    """Every open period."""
    rows = ctx.session.exec(
        select(Period, Obligation, Plan)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(Period.state == PeriodState.open)
        .order_by(col(Period.id))
    ).all()
    return [PeriodView(deployment_name(plan.slug, o.code), plan.slug, o.code, p.label) for p, o, plan in rows]
