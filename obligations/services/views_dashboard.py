"""The coordinator's first page: every period with its counts, and what waits for a person."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import case, func
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, PeriodState, PlanKind
from models.tables import Assignment, Message, Obligation, Pause, Period, PeriodStep, Plan
from obligations.rules.wording import period_text, step_text
from obligations.services.awaiting import AwaitingRow, awaiting_rows
from obligations.services.batch_views import BatchRow, list_batches
from obligations.services.cascade import CascadeRisk, cascade_risks, risk_of
from obligations.services.context import Context
from obligations.services.lateness import overdue_now
from obligations.services.service_watch import troubles
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
    awaiting: int
    awaits_confirmation: bool
    next_step: str | None
    next_step_at: datetime | None
    due_at: datetime | None
    """The minute of an ad-hoc request; None for a duty of a document."""
    basis_note: str
    risk: CascadeRisk | None
    """What endangers a consolidating period; None when nothing does."""


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
    awaiting: list[AwaitingRow]
    """Duties that wait for a decision on who owes them; shown before everything else."""
    batches: list[BatchRow] = field(default_factory=list)
    """Overdue notices that go unless they are stopped."""
    troubles: list[tuple[str, str, str]] = field(default_factory=list)
    """What about the service itself needs a person: in words, where to act, and why."""


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
        awaiting=awaiting_rows(ctx),
        batches=[row for row in list_batches(ctx) if row.waiting and row.state == "shown"],
        troubles=troubles(ctx),
    )


def period_rows(ctx: Context) -> list[PeriodRow]:
    """Every period with its counts, open ones first, by due date. A fixed number of queries whatever the number of rows."""
    counts = _counts(ctx)
    steps = _next_steps(ctx)
    risks = risk_of(cascade_risks(ctx))
    rows = ctx.session.exec(
        select(Period, Obligation, Plan)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .order_by(case((col(Period.state) == PeriodState.open, 0), else_=1), col(Period.due_on), col(Period.id))
    ).all()
    return [
        _period_row(*row, counts.get(row[0].id or 0, {}), steps.get(row[0].id or 0), risks.get(row[0].id or 0))
        for row in rows
    ]


def _counts(ctx: Context) -> dict[int, dict[str, int]]:
    overdue = case((overdue_now(ctx.as_of), 1), else_=0)
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
    period: Period,
    obligation: Obligation,
    plan: Plan,
    counts: dict[str, int],
    step: tuple[str, datetime] | None,
    risk: CascadeRisk | None,
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
        awaiting=counts.get("state:awaiting_assignment", 0),
        awaits_confirmation=period.needs_confirmation and period.confirmed_at is None,
        next_step=step_text(step[0]) if step else None,
        next_step_at=step[1] if step else None,
        due_at=period.due_at if plan.kind == PlanKind.request else None,
        basis_note=period.basis_note,
        risk=risk,
    )
