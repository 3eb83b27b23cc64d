"""Plans as a coordinator reads them: each duty, its date and where the date comes from."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import PlanKind
from models.tables import Obligation, Plan, PlanVersion
from obligations.rules.wording import clauses_text
from obligations.services.context import Context
from obligations.services.overview.period_counts import PeriodRow, period_rows
from obligations.services.spec import spec_of
from plans.amending import newest
from plans.deadline import Deadline
from plans.reasons import amendment_reasons
from plans.schema import PlanFile


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
    derived: str | None
    """The rule of a derived deadline in words."""
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


def plan_views(ctx: Context) -> list[PlanView]:
    """Every applied document, by date of issue; ad-hoc requests have a list of their own."""
    by_obligation: dict[tuple[str, str], list[PeriodRow]] = {}
    for row in period_rows(ctx):
        by_obligation.setdefault((row.plan_slug, row.obligation), []).append(row)
    plans = ctx.session.exec(
        select(Plan).where(Plan.kind == PlanKind.document).order_by(col(Plan.issued_on), col(Plan.id))
    ).all()
    files, duties = _files(ctx), _obligations(ctx)
    return [_plan_view(plan, files[plan.id or 0], duties.get(plan.id or 0, []), by_obligation) for plan in plans]


def _files(ctx: Context) -> dict[int, PlanFile]:
    """The file in force of every document, by the plan's id."""
    query = select(PlanVersion).join(Plan, col(PlanVersion.plan_id) == Plan.id)
    rows = ctx.session.exec(query.where(PlanVersion.version == Plan.version, Plan.kind == PlanKind.document)).all()
    return {row.plan_id: PlanFile.model_validate(row.content) for row in rows}


def _obligations(ctx: Context) -> dict[int, list[Obligation]]:
    query = select(Obligation).join(Plan, col(Obligation.plan_id) == Plan.id).where(Plan.kind == PlanKind.document)
    found: dict[int, list[Obligation]] = {}
    for row in ctx.session.exec(query.order_by(col(Obligation.position))).all():
        found.setdefault(row.plan_id, []).append(row)
    return found


def _plan_view(
    plan: Plan, file: PlanFile, obligations: list[Obligation], periods: dict[tuple[str, str], list[PeriodRow]]
) -> PlanView:
    titles = {o.code: o.title for o in obligations}
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
        obligations=[_obligation_row(plan, file, o, periods.get((plan.slug, o.code), []), titles) for o in obligations],
        tasks=len(file.outline),
        notes=[*_documents(file), *((note.clause, note.text) for note in file.notes)],
    )


def _documents(file: PlanFile) -> list[tuple[str, str]]:
    """What has changed the plan since, before the oddities of its text."""
    said = amendment_reasons(file.amendments)
    return [(", ".join(a.obligations), text) for a, text in zip(file.amendments, said, strict=True)]


def _derived(deadline: Deadline, titles: dict[str, str]) -> str:
    """``10 ngày làm việc sau hạn của “Báo cáo hằng năm …”``."""
    parts = []
    if deadline.derive is not None:
        source = titles.get(deadline.derive.from_, deadline.derive.from_)
        parts.append(f"{deadline.derive.working_days:02d} ngày làm việc sau hạn của “{source}”")
    if deadline.before is not None:
        parts.append(f"{deadline.before.working_days:02d} ngày làm việc trước hạn của nơi nhận báo cáo tổng hợp")
    return ", hoặc ".join(parts) + (" (lấy ngày sớm hơn)" if len(parts) > 1 else "")


def _obligation_row(
    plan: Plan, file: PlanFile, obligation: Obligation, periods: list[PeriodRow], titles: dict[str, str]
) -> ObligationRow:
    deadline = newest(file, spec_of(obligation)).deadline
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
        derived=_derived(deadline, titles) if deadline and deadline.is_derived else None,
        deployment=f"{plan.slug}--{obligation.code}",
        periods=periods,
    )
