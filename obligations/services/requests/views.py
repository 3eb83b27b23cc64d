"""Ad-hoc requests as lists show them: how far each has come, and whom to telephone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, func, select

from models.enums import AssignmentState, Audience, Duty, PlanKind, Urgency
from models.tables import Agency, Assignment, Contact, Message, MessageItem, Obligation, Period, Plan
from obligations.errors import NotFound
from obligations.rules.lateness import OWING
from obligations.rules.wording import urgency_text
from obligations.services.channels.channel_choice import PHONE
from obligations.services.context import Context
from obligations.services.sending.outbox import primary_contacts
from obligations.services.spec import spec_of
from obligations.services.status import RECEIVED


@dataclass(frozen=True)
class RequestRow:
    """One request with its counts. ``state``: of its period; ``waiting``: neither acknowledged nor sent."""

    slug: str
    period: str
    title: str
    urgency: str
    due_at: datetime
    made_at: datetime
    state: str
    agencies: int
    received: int
    acknowledged: int
    waiting: int


@dataclass(frozen=True)
class Recipient:
    """One agency of a request. ``address`` None: nothing reaches it; ``notice``: state of its newest message."""

    assignment: str
    code: str
    name: str
    duty: str
    state: str
    acknowledged_at: datetime | None
    address: str | None
    phone: str | None
    notice: str | None


def list_requests(ctx: Context, limit: int | None = 200) -> list[RequestRow]:
    """Requests, newest first; None for all of them."""
    return _rows(ctx, col(Plan.kind) == PlanKind.request, limit)


def find_row(ctx: Context, slug: str) -> RequestRow:
    """One request with its counts; NotFound when none is called so."""
    found = _rows(ctx, and_(col(Plan.kind) == PlanKind.request, col(Plan.slug) == slug), 1)
    if not found:
        raise NotFound("no such request")
    return found[0]


def _rows(ctx: Context, condition: ColumnElement[bool], limit: int | None) -> list[RequestRow]:
    found = ctx.session.exec(
        select(Plan, Obligation, Period)
        .join(Obligation, col(Obligation.plan_id) == Plan.id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(condition)
        .order_by(col(Plan.id).desc())
        .limit(limit)
    ).all()
    counts = _counts(ctx, [period.id or 0 for _, _, period in found])
    return [_row(ctx, *row, counts.get(row[2].id or 0, (0, 0, 0, 0))) for row in found]


def recipients(ctx: Context, period: Period) -> list[Recipient]:
    """Every agency a period is assigned to, in official order."""
    rows = ctx.session.exec(
        select(Assignment, Agency)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id)
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    agencies = [agency.id or 0 for _, agency in rows]
    contacts, phones = primary_contacts(ctx, agencies, Audience.clerk), _phones(ctx, agencies)
    notices = _notices(ctx, [a.id or 0 for a, _ in rows])
    return [
        Recipient(
            assignment=assignment.public_id,
            code=agency.code,
            name=agency.name,
            duty=assignment.duty.value,
            state=assignment.state.value,
            acknowledged_at=assignment.acknowledged_at,
            address=contacts[agency.id or 0].address if agency.id in contacts else None,
            phone=phones.get(agency.id or 0),
            notice=notices.get(assignment.id or 0),
        )
        for assignment, agency in rows
    ]


def call_list(ctx: Context, period: Period) -> list[Recipient]:
    """Whom to telephone: until the hour those who have neither acknowledged nor sent, after it all who have not sent."""
    passed = ctx.as_of >= period.due_at
    owing = {state.value for state in OWING}
    return [
        r
        for r in recipients(ctx, period)
        if r.state in owing and r.duty != Duty.for_information and (passed or r.acknowledged_at is None)
    ]


def _row(ctx: Context, plan: Plan, obligation: Obligation, period: Period, counts: tuple[int, ...]) -> RequestRow:
    assigned, received, acknowledged, waiting = counts
    zone = ctx.settings.zone
    return RequestRow(
        slug=plan.slug,
        period=period.public_id,
        title=plan.title,
        urgency=urgency_text(Urgency(spec_of(obligation).urgency or Urgency.normal)),
        due_at=period.due_at.astimezone(zone),
        made_at=plan.applied_at.astimezone(zone),
        state=period.state.value,
        agencies=assigned,
        received=received,
        acknowledged=acknowledged,
        waiting=waiting,
    )


def _counts(ctx: Context, period_ids: list[int]) -> dict[int, tuple[int, int, int, int]]:
    """Assigned, received, acknowledged but not sent, and neither; by period."""
    rows = ctx.session.exec(
        select(Assignment.period_id, Assignment.state, col(Assignment.acknowledged_at).is_not(None), func.count())
        .where(col(Assignment.period_id).in_(period_ids), Assignment.duty != Duty.for_information)
        .group_by(col(Assignment.period_id), col(Assignment.state), col(Assignment.acknowledged_at).is_not(None))
    ).all()
    found: dict[int, tuple[int, int, int, int]] = {}
    for period_id, state, acknowledged, count in rows:
        assigned, received, known, waiting = found.get(period_id, (0, 0, 0, 0))
        owing = AssignmentState(state) in OWING
        found[period_id] = (
            assigned + (count if state != AssignmentState.ended else 0),
            received + (count if state in RECEIVED else 0),
            known + (count if owing and acknowledged else 0),
            waiting + (count if owing and not acknowledged else 0),
        )
    return found


def _phones(ctx: Context, agency_ids: list[int]) -> dict[int, str]:
    query = select(Contact.agency_id, Contact.address).where(
        col(Contact.agency_id).in_(agency_ids), Contact.channel == PHONE, col(Contact.removed_at).is_(None)
    )
    return dict(ctx.session.exec(query.order_by(col(Contact.id).desc())).all())


def _notices(ctx: Context, assignment_ids: list[int]) -> dict[int, str]:
    """State of the newest message about each assignment."""
    query = (
        select(MessageItem.assignment_id, Message.state)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_(assignment_ids))
        .order_by(col(Message.id))
    )
    return {assignment_id: str(state) for assignment_id, state in ctx.session.exec(query).all()}
