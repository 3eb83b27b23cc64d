"""The coordinator's first page and the list of plans."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func
from sqlmodel import col, select

from models.enums import AssignmentState, Duty, MessageState, PeriodState
from models.tables import Assignment, Message, Obligation, Pause, Period, PeriodStep, Plan
from obligations.rules.wording import clauses_text, period_text, step_text
from obligations.services.context import Context
from obligations.services.spec import plan_file_of, spec_of
from obligations.services.status import RECEIVED


@dataclass(frozen=True)
class PeriodRow:
    """One period with its counts; ``overdue`` never includes bodies that are only requested to report."""

    public_id: str
    plan_slug: str
    plan_number: str
    obligation: str
    title: str
    label: str
    period_text: str
    state: str
    due_on: date
    practical_due_on: date
    basis: str
    assigned: int
    submitted: int
    accepted: int
    soft: int
    returned: int
    overdue: int
    exempt: int
    awaits_confirmation: bool
    next_step: str | None
    next_step_at: datetime | None


@dataclass(frozen=True)
class Dashboard:
    """What needs a coordinator today."""

    periods: list[PeriodRow]
    drafts: int
    held: int
    failed: int
    planned: int
    next_planned_at: datetime | None
    to_review: int
    paused: bool


@dataclass(frozen=True)
class ObligationRow:
    """One duty of a plan and how its date came about."""

    code: str
    title: str
    kind: str
    clause_text: str
    phrase: str | None
    basis: str | None
    due_month_day: tuple[int, int] | None
    due_on: date | None
    why: str | None
    deployment: str
    periods: list[PeriodRow]


@dataclass(frozen=True)
class PlanView:
    """One plan with its obligations and the oddities of its text."""

    slug: str
    number: str
    title: str
    citation: str
    issuer: str
    issued_on: date
    version: int
    applied_at: datetime
    since_on: date
    obligations: list[ObligationRow]
    tasks: int
    notes: list[tuple[str, str]]


def dashboard(ctx: Context) -> Dashboard:
    """Periods that are not ended, and the counts that ask for a decision."""
    by_state = dict(ctx.session.exec(select(Message.state, func.count()).group_by(Message.state)).all())
    next_at = ctx.session.exec(select(func.min(Message.planned_at)).where(Message.state == MessageState.planned)).one()
    to_review = ctx.session.exec(
        select(func.count()).select_from(Assignment).where(Assignment.state == AssignmentState.submitted)
    ).one()
    paused = ctx.session.exec(select(Pause).where(col(Pause.resumed_at).is_(None)).limit(1)).first() is not None
    return Dashboard(
        periods=period_rows(ctx),
        drafts=by_state.get(MessageState.draft, 0),
        held=by_state.get(MessageState.held, 0),
        failed=by_state.get(MessageState.failed, 0),
        planned=by_state.get(MessageState.planned, 0),
        next_planned_at=next_at,
        to_review=to_review,
        paused=paused,
    )


def period_rows(ctx: Context) -> list[PeriodRow]:
    """Every period with its counts, open ones first, by due date. Three queries whatever the number of rows."""
    counts = _counts(ctx)
    steps = _next_steps(ctx)
    rows = ctx.session.exec(
        select(Period, Obligation, Plan)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .order_by(case((col(Period.state) == PeriodState.open, 0), else_=1), col(Period.due_on), col(Period.id))
    ).all()
    return [_period_row(*row, counts.get(row[0].id or 0, {}), steps.get(row[0].id or 0)) for row in rows]


def plan_views(ctx: Context) -> list[PlanView]:
    """Every applied plan, by date of issue."""
    by_obligation: dict[tuple[str, str], list[PeriodRow]] = {}
    for row in period_rows(ctx):
        by_obligation.setdefault((row.plan_slug, row.obligation), []).append(row)
    plans = ctx.session.exec(select(Plan).order_by(col(Plan.issued_on), col(Plan.id))).all()
    return [_plan_view(ctx, plan, by_obligation) for plan in plans]


def _plan_view(ctx: Context, plan: Plan, periods: dict[tuple[str, str], list[PeriodRow]]) -> PlanView:
    file = plan_file_of(ctx, plan)
    query = select(Obligation).where(Obligation.plan_id == plan.id).order_by(col(Obligation.position))
    obligations = ctx.session.exec(query).all()
    return PlanView(
        slug=plan.slug,
        number=plan.number,
        title=plan.title,
        citation=plan.citation,
        issuer=plan.issuer,
        issued_on=plan.issued_on,
        version=plan.version,
        applied_at=plan.applied_at,
        since_on=plan.since_on,
        obligations=[_obligation_row(plan, o, periods.get((plan.slug, o.code), [])) for o in obligations],
        tasks=len(file.outline),
        notes=[(note.clause, note.text) for note in file.notes],
    )


def _obligation_row(plan: Plan, obligation: Obligation, periods: list[PeriodRow]) -> ObligationRow:
    deadline = spec_of(obligation).deadline
    yearly = deadline is not None and deadline.month is not None and deadline.day is not None
    return ObligationRow(
        code=obligation.code,
        title=obligation.title,
        kind=obligation.kind.value,
        clause_text=clauses_text(obligation.clauses),
        phrase=deadline.phrase if deadline else None,
        basis=str(deadline.basis) if deadline else None,
        due_month_day=(deadline.day or 0, deadline.month or 0) if deadline and yearly else None,
        due_on=deadline.on if deadline else None,
        why=deadline.why if deadline else None,
        deployment=f"{plan.slug}--{obligation.code}",
        periods=periods,
    )


def _counts(ctx: Context) -> dict[int, dict[str, int]]:
    overdue = case(
        (
            (col(Assignment.state) == AssignmentState.open)
            & (col(Assignment.duty) == Duty.required)
            & (col(Assignment.overdue_at) <= ctx.as_of),
            1,
        ),
        else_=0,
    )
    rows = ctx.session.exec(
        select(Assignment.period_id, Assignment.state, func.count(), func.sum(overdue)).group_by(
            col(Assignment.period_id), col(Assignment.state)
        )
    ).all()
    found: dict[int, dict[str, int]] = {}
    for period_id, state, count, late in rows:
        counts = found.setdefault(period_id, {"assigned": 0, "overdue": 0, "submitted": 0})
        counts[f"state:{state}"] = count
        counts["assigned"] += count if state != AssignmentState.ended else 0
        counts["submitted"] += count if state in RECEIVED else 0
        counts["overdue"] += int(late or 0)
    return found


def _next_steps(ctx: Context) -> dict[int, tuple[str, datetime]]:
    rows = ctx.session.exec(
        select(PeriodStep.period_id, PeriodStep.code, PeriodStep.planned_at)
        .where(PeriodStep.state == "planned")
        .order_by(col(PeriodStep.planned_at).desc())
    ).all()
    return {period_id: (code, at) for period_id, code, at in rows}


def _period_row(
    period: Period, obligation: Obligation, plan: Plan, counts: dict[str, int], step: tuple[str, datetime] | None
) -> PeriodRow:
    return PeriodRow(
        public_id=period.public_id,
        plan_slug=plan.slug,
        plan_number=plan.number,
        obligation=obligation.code,
        title=obligation.title,
        label=period.label,
        period_text=period_text(period.label),
        state=period.state.value,
        due_on=period.due_on,
        practical_due_on=period.practical_due_on,
        basis=period.basis.value,
        assigned=counts.get("assigned", 0),
        submitted=counts.get("submitted", 0),
        accepted=counts.get("state:accepted", 0),
        soft=counts.get("state:soft_received", 0),
        returned=counts.get("state:returned", 0),
        overdue=counts.get("overdue", 0),
        exempt=counts.get("state:exempt", 0),
        awaits_confirmation=period.needs_confirmation and period.confirmed_at is None,
        next_step=step_text(step[0]) if step else None,
        next_step_at=step[1] if step else None,
    )
