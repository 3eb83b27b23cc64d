"""What an agency will owe, or owes all the time: read off the documents in force, before any period exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_
from sqlmodel import col, select

from models.enums import Duty, PlanKind
from models.tables import Agency, AgencyGroup, GroupMember, Obligation, Period, Plan, RoleHolder
from obligations.rules.lateness import weaker
from obligations.rules.wording import clauses_text, period_text
from obligations.services.accounts.access import Actor
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.deadlines import dates_by
from obligations.services.member.own_agency import agency_of
from obligations.services.roster import role_holder
from obligations.services.spec import plan_file_of
from plans.occurrences import Occurrence
from plans.schema import ObligationSpec, PlanFile

AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class ComingRow:
    """A period that has not opened. ``internal``: the day is set by the consolidating agency, not by the document."""

    title: str
    period_text: str
    plan_number: str
    receiver: str
    opens_on: date
    due_on: date
    practical_due_on: date
    internal: bool
    requested: bool


@dataclass(frozen=True)
class StandingRow:
    """A task without a date: carried out all the time, reported with the others."""

    title: str
    plan_number: str
    clause_text: str


@dataclass(frozen=True)
class Ahead:
    """Both, in order of time and of the documents."""

    coming: list[ComingRow]
    standing: list[StandingRow]


def ahead(ctx: Context, actor: Actor) -> Ahead:
    """What the documents in force will ask of the agency within a year, and what they always ask."""
    agency = agency_of(ctx, actor)
    mine, held = _codes(ctx, agency, actor), _opened(ctx)
    coming: list[ComingRow] = []
    standing: list[StandingRow] = []
    plans = select(Plan).where(Plan.kind == PlanKind.document).order_by(col(Plan.issued_on), col(Plan.id))
    for plan in ctx.session.exec(plans).all():
        file = plan_file_of(ctx, plan)
        for spec in file.obligations:
            duty = weaker(Duty(spec.duty), agency.duty)
            if duty == Duty.for_information or not mine.intersection(spec.assigned_to):
                continue
            standing += [row for row in _standing(plan, file, spec) if row not in standing]
            later = _not_opened(ctx, plan, file, spec, held)
            coming.extend(_row(ctx, plan, file, spec, one, requested=duty == Duty.requested) for one in later)
    return Ahead(sorted(coming, key=lambda row: (row.practical_due_on, row.plan_number)), standing)


def _standing(plan: Plan, file: PlanFile, spec: ObligationSpec) -> list[StandingRow]:
    """A standing duty itself, and the tasks that a report of the agency goes through."""
    own = [StandingRow(spec.title, plan.number, clauses_text(spec.clauses))] if spec.kind == "standing" else []
    rows = [item for item in file.outline if item.id in spec.outline]
    return own + [StandingRow(item.title, plan.number, clauses_text(item.clauses)) for item in rows]


def _not_opened(
    ctx: Context, plan: Plan, file: PlanFile, spec: ObligationSpec, held: set[tuple[int, str, str]]
) -> Iterator[Occurrence]:
    since = max(ctx.today, plan.since_on)
    for one in dated(file, spec, since, max(since, ctx.today + AHEAD), ctx.calendar):
        if (plan.id or 0, spec.code, one.label) not in held:
            yield one


def _row(
    ctx: Context, plan: Plan, file: PlanFile, spec: ObligationSpec, one: Occurrence, *, requested: bool
) -> ComingRow:
    dates = dates_by(file, one, ctx.calendar)
    return ComingRow(
        title=spec.title,
        period_text=period_text(one.label),
        plan_number=plan.number,
        receiver=_receiver(ctx, plan, spec.receiver, one.opens_on),
        opens_on=one.opens_on,
        due_on=dates.due_on,
        practical_due_on=dates.practical_due_on,
        internal=one.basis == "internal",
        requested=requested,
    )


def _receiver(ctx: Context, plan: Plan, code: str | None, on: date) -> str:
    if code is None:
        return plan.issuer
    holder = role_holder(ctx, code, on)
    if holder is not None:
        return holder[0].name
    return ctx.session.exec(select(Agency.name).where(Agency.code == code)).first() or plan.issuer


def _codes(ctx: Context, agency: Agency, actor: Actor) -> set[str]:
    """Every code under which a document means this agency today: its own, its forebears', its groups, its roles."""
    ids = [agency.id, *actor.forebears]
    named = set(ctx.session.exec(select(Agency.code).where(col(Agency.id).in_(ids))).all())
    groups = (
        select(AgencyGroup.code)
        .join(GroupMember, col(GroupMember.group_id) == AgencyGroup.id)
        .where(GroupMember.agency_id == agency.id)
        .where(or_(col(GroupMember.valid_from).is_(None), col(GroupMember.valid_from) <= ctx.today))
    )
    roles = select(RoleHolder.role).where(
        RoleHolder.agency_id == agency.id,
        RoleHolder.valid_from <= ctx.today,
        or_(col(RoleHolder.valid_to).is_(None), col(RoleHolder.valid_to) >= ctx.today),
    )
    return named | set(ctx.session.exec(groups).all()) | set(ctx.session.exec(roles).all())


def _opened(ctx: Context) -> set[tuple[int, str, str]]:
    query = select(Obligation.plan_id, Obligation.code, Period.label).join(
        Period, col(Period.obligation_id) == Obligation.id
    )
    return set(ctx.session.exec(query).all())
