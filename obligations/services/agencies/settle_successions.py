"""Doing what successions ask for once their day has come: "due and not done", so a missed or repeated run changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.engine import serialise
from models.enums import PeriodState, ReassignmentKind
from models.tables import Agency, Assignment, Obligation, Period, Plan, Succession
from obligations.rules.lateness import CHASED
from obligations.rules.successions import ONE_TO_ONE
from obligations.services import audit
from obligations.services.agencies.hand_belongings import Belongings, hand_belongings
from obligations.services.agencies.hand_over import Cause, hand_over, has_sent, own_assignment, stop
from obligations.services.agencies.tell_moved import Telling, Told, tell
from obligations.services.context import Context
from obligations.services.roster import heir_of, lives_until, succession_text
from obligations.services.sending.paused import follow

LOCK = 197_045

_DUE = (
    select(Succession)
    .where(col(Succession.applied_at).is_(None), col(Succession.on) <= bindparam("today"))
    .order_by(col(Succession.on), col(Succession.id))
    .execution_options(populate_existing=True)
)
_GONE = select(Agency).where(col(Agency.valid_to) < bindparam("today")).order_by(col(Agency.position), col(Agency.id))


@dataclass(frozen=True)
class MovedDuty:
    """One open duty that changed hands. ``target`` None: it waits for a person's decision; ``how`` a kind of reassignment."""

    plan: str
    obligation: str
    period: str
    source: str
    target: str | None
    how: str
    due_on: date


@dataclass(frozen=True)
class Settled:
    """What one pass did."""

    applied: int = 0
    duties: list[MovedDuty] = field(default_factory=list)
    belongings: Belongings = field(default_factory=Belongings)
    told: list[Told] = field(default_factory=list)


def settle_successions(ctx: Context) -> Settled:
    """Apply every succession whose day has come, and move what agencies that are gone still owe in open periods."""
    if not _due(ctx) and not _strays(ctx):
        return Settled()
    serialise(ctx.session, LOCK)  # what another process settled meanwhile is read again below
    belongings, due = Belongings(), _due(ctx)
    for row in due:
        belongings = belongings.plus(_apply(ctx, row))
    duties: list[MovedDuty] = []
    tellings: list[Telling] = []
    for assignment, period, agency in _strays(ctx):
        moved, telling = _settle_one(ctx, assignment, period, agency)
        duties.append(moved)
        tellings += telling
    return Settled(len(due), duties, belongings, tell(ctx, tellings))


def succeed(ctx: Context, assignment: Assignment) -> Assignment:
    """Who carries a duty that has come back to an agency that is gone: its successor's assignment, else the same one."""
    agency = ctx.session.get_one(Agency, assignment.agency_id)
    if agency.valid_to is None or agency.valid_to >= ctx.today:
        return assignment
    _settle_one(ctx, assignment, ctx.session.get_one(Period, assignment.period_id), agency)
    if assignment.moved_to is None:
        return assignment
    return ctx.session.exec(select(Assignment).where(Assignment.public_id == assignment.moved_to)).one()


def _due(ctx: Context) -> Sequence[Succession]:
    return ctx.session.exec(_DUE, params={"today": ctx.today}).all()


def _apply(ctx: Context, row: Succession) -> Belongings:
    """Hand over what belongs to the agency as a whole; its duties follow one by one."""
    row.applied_at = ctx.as_of
    audit.record(ctx, "succession.applied", row.from_code, to=row.to_code, on=row.on, kind=row.kind)
    if row.kind not in ONE_TO_ONE:
        return Belongings()
    source = ctx.session.exec(select(Agency).where(Agency.code == row.from_code)).one()
    heir = ctx.session.exec(select(Agency).where(Agency.code == row.to_code)).one()
    follow(ctx, source, heir)
    return hand_belongings(ctx, source, heir)


def _strays(ctx: Context) -> list[tuple[Assignment, Period, Agency]]:
    """Duties still worked on of agencies that are gone, in periods that were open when these went.

    Read by agency, never by period: the cost follows the few that are gone, not all that is owed.
    """
    gone = {agency.id or 0: agency for agency in ctx.session.exec(_GONE, params={"today": ctx.today}).all()}
    if not gone:
        return []
    owing = (
        select(Assignment)
        .where(col(Assignment.agency_id).in_(gone), col(Assignment.state).in_(CHASED))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = [(a, ctx.session.get_one(Period, a.period_id), gone[a.agency_id]) for a in ctx.session.exec(owing).all()]
    found = [
        (a, period, agency)
        for a, period, agency in rows
        if period.state == PeriodState.open and agency.valid_to and agency.valid_to < lives_until(ctx, period)
    ]
    return sorted(found, key=lambda row: (row[1].id or 0, row[2].position, row[0].id or 0))


def _settle_one(
    ctx: Context, assignment: Assignment, period: Period, agency: Agency
) -> tuple[MovedDuty, list[Telling]]:
    heir, steps = heir_of(ctx, agency, ctx.today)
    cause = _cause(ctx, agency, steps)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    names = (plan.slug, obligation.code, period.label, agency.code)
    sent = heir is not None and has_sent(own_assignment(ctx, period.id or 0, heir))
    if heir is None or sent:
        if heir is not None:
            cause = replace(cause, reason=f"{cause.reason}; {heir.name} đã gửi báo cáo kỳ này")
        row = stop(ctx, assignment, ReassignmentKind.stopped, cause)
        return MovedDuty(*names, None, row.kind.value, assignment.due_on), []
    to, row = hand_over(ctx, assignment, heir, assignment.state, cause)
    telling = Telling(to, "transferred", row.id or 0, cause.reason, cause.decision)
    quiet = all(step.kind == "rename" for step in steps)  # the same body needs no telling what it is called
    return MovedDuty(*names, heir.code, row.kind.value, to.due_on), [] if quiet else [telling]


def _cause(ctx: Context, agency: Agency, steps: Sequence[Succession]) -> Cause:
    gone_on = (agency.valid_to or ctx.today) + timedelta(days=1)
    if not steps:
        return Cause(gone_on, f"{agency.name} không còn từ ngày {gone_on:%d/%m/%Y}")
    reason = "; ".join(succession_text(ctx, step) for step in steps)
    return Cause(steps[0].on, reason, steps[-1].decision, steps[0].id)
