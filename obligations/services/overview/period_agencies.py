"""Every agency of one period as a coordinator looks at it: how it stands, what it was told, whether anything reaches it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Agency, Assignment, Message, MessageItem, Period, SubmissionAssignment
from obligations.clock import local_date
from obligations.rules.lateness import CHASED
from obligations.services.asks.signing import signing_until
from obligations.services.contact_health import contacts_judged
from obligations.services.context import Context
from obligations.services.reviewing.issued import came_after_issue
from obligations.services.stated import stated_ids
from obligations.services.status import RECEIVED
from obligations.services.views_assignment import Notice
from obligations.services.views_shared import Standing, agreed_until, covered_among, standing_of

GONE = (MessageState.sent, MessageState.recorded)
WAITING = (MessageState.planned, MessageState.retry, MessageState.leased, MessageState.sending, MessageState.unknown)
SHOWS: dict[str, tuple[str, ...]] = {
    "chua-gui": ("open", "overdue"),
    "da-nhan": ("submitted", "accepted", "returned", "soft_received"),
    "can-xem": ("submitted", "awaiting_assignment"),
}
"""Names of the parts a page can be narrowed to, as they stand in its address, and the standings each shows."""


@dataclass(frozen=True)
class AgencyRow:
    """One agency of a period, in official order."""

    public_id: str
    code: str
    name: str
    group: str
    standing: Standing
    versions: int
    last_notice: Notice | None
    next_notice: Notice | None
    overdue_since: date | None = None
    """First day of which "quá hạn" may be said."""
    contact: str | None = None
    """``none``: it has no usable address; ``dead``: what it has does not take mail; ``partly``: some does not."""
    after_issue: bool = False
    """Its report came after the consolidated report was issued."""


def agency_rows(ctx: Context, period: Period) -> list[AgencyRow]:
    """All agencies of a period. A fixed number of queries whatever their number."""
    rows = ctx.session.execute(
        sql_select(Assignment, col(Agency.code), col(Agency.name), col(Agency.level), col(Agency.kind))
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(col(Assignment.period_id) == period.id)
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    agreed = agreed_until(ctx, select(col(Assignment.id)).where(Assignment.period_id == period.id))
    covered = covered_among(ctx, [a.id or 0 for a, *_ in rows if a.first_received_on is None and a.state in RECEIVED])
    stated = stated_ids(ctx, select(col(Assignment.id)).where(Assignment.period_id == period.id))
    signing = signing_until(ctx, [a.id or 0 for a, *_ in rows if a.snoozed_until is not None])
    gone, waiting = _notices(ctx, period.id or 0)
    versions = _version_counts(ctx, period.id or 0)
    owing = [a.agency_id for a, *_ in rows if a.state in CHASED]
    contacts = {number: _contact(judged) for number, judged in contacts_judged(ctx, owing).items()}
    late = came_after_issue(ctx, period.id or 0)
    found = []
    for assignment, code, name, level, kind in rows:
        number = assignment.id or 0
        standing = standing_of(
            ctx,
            assignment,
            period,
            agreed.get(number),
            signing_on=signing.get(number),
            covered=covered,
            stated=number in stated,
        )
        since = local_date(assignment.overdue_at, ctx.settings.timezone) if standing.days_overdue is not None else None
        found.append(
            AgencyRow(
                public_id=assignment.public_id,
                code=code,
                name=name,
                group=f"{level}-{kind}",
                standing=standing,
                versions=versions.get(number, 0),
                last_notice=gone.get(number),
                next_notice=waiting.get(number),
                overdue_since=since,
                contact=contacts.get(assignment.agency_id),
                after_issue=assignment.public_id in late,
            )
        )
    return found


def narrowed(rows: Iterable[AgencyRow], show: str) -> list[AgencyRow]:
    """The rows of one part; all of them for a name that is none."""
    keys = SHOWS.get(show)
    return [row for row in rows if keys is None or row.standing.key in keys]


def part_counts(rows: Sequence[AgencyRow]) -> dict[str, int]:
    """How many each part shows."""
    return {name: len(narrowed(rows, name)) for name in SHOWS}


def _contact(judged: tuple[bool, list[tuple[str, str]]]) -> str | None:
    missing, why = judged
    is_dead = any(code in ("blocked", "no_account") for code, _ in why)
    if missing:
        return "dead" if is_dead else "none"
    return "partly" if is_dead else None


def _version_counts(ctx: Context, period_id: int) -> dict[int, int]:
    query = (
        select(SubmissionAssignment.assignment_id, func.count())
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period_id)
        .group_by(col(SubmissionAssignment.assignment_id))
    )
    return dict(ctx.session.exec(query).all())


def _notices(ctx: Context, period_id: int) -> tuple[dict[int, Notice], dict[int, Notice]]:
    """By assignment the newest notice that went and the newest that waits, read without its text."""
    query = (
        sql_select(
            col(MessageItem.assignment_id),
            col(Message.public_id),
            col(Message.kind),
            col(Message.audience),
            col(Message.state),
            func.coalesce(col(Message.finished_at), col(Message.planned_at)).label("at"),
        )
        .join_from(Message, MessageItem, col(MessageItem.message_id) == col(Message.id))
        .join(Assignment, col(MessageItem.assignment_id) == col(Assignment.id))
        .where(col(Assignment.period_id) == period_id, col(Message.state).in_((*GONE, *WAITING)))
        .order_by(col(Message.planned_at), col(Message.id))
    )
    gone: dict[int, Notice] = {}
    waiting: dict[int, Notice] = {}
    for row in ctx.session.execute(query):
        notice = Notice(row.public_id, row.kind, row.audience.value, row.state.value, row.at)
        (gone if row.state in GONE else waiting)[row.assignment_id] = notice
    return gone, waiting
