"""What a version of a plan makes of each period that is already there. Reads only."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from models.enums import PeriodState
from models.tables import Obligation, Period, Plan
from obligations.rules.due import DueDates
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.planning.open_periods import dates_of
from obligations.services.spec import plan_file_of, spec_in
from plans.amending import AHEAD, end_of
from plans.occurrences import Occurrence
from plans.schema import Amendment, ObligationSpec, PlanFile


@dataclass(frozen=True)
class Target:
    """One period and what it is to become.

    ``occurrence`` None: it no longer exists, for the reason in ``ends`` (``ended_by_document`` says whether a document
    ended it). ``dates`` None: its due moment stays. ``documents``: amendments that are new to the plan.
    """

    obligation: Obligation
    period: Period
    before: ObligationSpec
    occurrence: Occurrence | None
    dates: DueDates | None
    ends: str
    ended_by_document: bool
    documents: tuple[Amendment, ...]

    @property
    def after(self) -> ObligationSpec:
        """The specification the period is to go by; a closed one keeps all but its dates."""
        if self.occurrence is None:
            return self.before
        new = self.occurrence.spec
        if self.period.state == PeriodState.closed:
            return self.before.model_copy(
                update={"deadline": new.deadline, "opens": new.opens, "data_window": new.data_window}
            )
        return new


def targets(ctx: Context, plan: Plan, old: PlanFile | None, new: PlanFile) -> list[Target]:
    """Every period the version speaks about: the live ones, and closed ones whose dates a document corrects."""
    if old is None:
        return []
    news = {spec.code: spec for spec in new.obligations}
    corrected = _corrected(old, new)
    rows = ctx.session.exec(
        select(Obligation, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Obligation.plan_id == plan.id)
        .order_by(col(Obligation.position), col(Period.due_on), col(Period.id))
    ).all()
    last = max((period.due_on for _, period in rows), default=new.issued_on) + AHEAD
    foreseen: dict[str, dict[str, Occurrence]] = {}
    policies = {plan.version: old.policy}
    found = []
    for obligation, period in rows:
        if (number := period.plan_version) not in policies:  # it ended then, and nothing has been changed in it since
            policies[number] = plan_file_of(ctx, plan, number).policy
        same_policy = policies[number] == new.policy
        spec = news.get(obligation.code)
        if spec is not None and obligation.code not in foreseen:
            foreseen[obligation.code] = {o.label: o for o in dated(new, spec, new.issued_on, last, ctx.calendar)}
        occurrence = foreseen.get(obligation.code, {}).get(period.label)
        if period.state == PeriodState.closed and (occurrence is None or obligation.code not in corrected):
            continue
        documents = tuple(a for a in new.amendments if a not in old.amendments and obligation.code in a.obligations)
        found.append(_target(ctx, new, spec, obligation, period, occurrence, documents, same_policy=same_policy))
    return found


def _corrected(old: PlanFile, new: PlanFile) -> set[str]:
    """Codes whose corrections (đính chính) differ between two versions."""
    before = [a for a in old.amendments if a.kind == "correct"]
    after = [a for a in new.amendments if a.kind == "correct"]
    differing = [a for a in before if a not in after] + [a for a in after if a not in before]
    return {code for amendment in differing for code in amendment.obligations}


def _target(
    ctx: Context,
    new: PlanFile,
    spec: ObligationSpec | None,
    obligation: Obligation,
    period: Period,
    occurrence: Occurrence | None,
    documents: tuple[Amendment, ...],
    *,
    same_policy: bool,
) -> Target:
    dates = dates_of(ctx, new, occurrence) if occurrence else None
    if dates and (dates.due_at, dates.grace_applies) == (period.due_at, period.grace_applies):
        dates = None  # the calendar may have moved on since; a plan does not bring that along
    if occurrence and same_policy and spec_in(obligation, period).deadline == occurrence.spec.deadline:
        dates = None  # the rule is the same: what a general extension or its source has moved since stands
    end = end_of(new, spec) if spec else None
    by_document = occurrence is None and end is not None and period.due_on >= end.on
    return Target(
        obligation=obligation,
        period=period,
        before=spec_in(obligation, period),
        occurrence=occurrence,
        dates=dates,
        ends=_why_ended(end.document if end and by_document else None, spec) if occurrence is None else "",
        ended_by_document=by_document,
        documents=documents,
    )


def _why_ended(document: str | None, spec: ObligationSpec | None) -> str:
    if document is not None:
        return f"Không còn thực hiện theo {document}"
    return "Không còn trong văn bản" if spec is None else "Văn bản không còn kỳ này"


def foreseen_periods(ctx: Context, plan: Plan, old: PlanFile | None, until: date) -> dict[int, set[str]]:
    """By obligation of the plan, the labels that its version before had open, or to open, by a day."""
    specs = {spec.code: spec for spec in old.obligations} if old else {}
    found: dict[int, set[str]] = {}
    for row in ctx.session.exec(select(Obligation).where(Obligation.plan_id == plan.id)).all():
        spec = specs.get(row.code)
        coming = dated(old, spec, plan.since_on, until + AHEAD, ctx.calendar) if old and spec else []
        found[row.id or 0] = {o.label for o in coming if o.opens_on <= until}
    return found
