"""Every agency of one period as a coordinator looks at it: how it stands, what it was told, whether anything reaches it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    Message,
    MessageItem,
    Obligation,
    Period,
    SubmissionAssignment,
)
from obligations.rules.lateness import CHASED
from obligations.services.agencies.contact_health import contact_signs
from obligations.services.asks.signing import signing_until
from obligations.services.context import Context
from obligations.services.lateness import Owed
from obligations.services.overview.views_assignment import Notice
from obligations.services.reviewing.issued import came_after_issue
from obligations.services.spec import is_request
from obligations.services.status import RECEIVED
from obligations.services.submitting.stated import stated_ids
from obligations.services.views_shared import Standing, covered_among, standing_of

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


# Statements of this page are built once and bind the period: it is asked for all day, and building them anew takes longer
# than most of them run. Columns instead of whole rows for the same reason: there are hundreds of agencies.
_IN_PERIOD = col(Assignment.period_id) == bindparam("period")
_AGENCIES = (
    sql_select(
        *(col(getattr(Assignment, name)) for name in Owed._fields),
        col(Agency.name),
        col(Agency.code),
        col(Agency.level),
        col(Agency.kind),
    )
    .join_from(Assignment, Agency, col(Assignment.agency_id) == col(Agency.id))
    .where(_IN_PERIOD)
    .order_by(col(Agency.position), col(Agency.id))
)
_AGREED = (
    sql_select(col(AgreedLateness.assignment_id), col(AgreedLateness.until_on))
    .join(Assignment, col(AgreedLateness.assignment_id) == col(Assignment.id))
    .where(_IN_PERIOD)
    .order_by(col(AgreedLateness.id))
)
_VERSIONS = (
    sql_select(col(SubmissionAssignment.assignment_id), func.count())
    .join(Assignment, col(SubmissionAssignment.assignment_id) == col(Assignment.id))
    .where(_IN_PERIOD)
    .group_by(col(SubmissionAssignment.assignment_id))
)
_NOTICES = (
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
    .where(_IN_PERIOD, col(Message.state).in_((*GONE, *WAITING)))
    .order_by(col(Message.planned_at), col(Message.id))
)


@dataclass(frozen=True)
class _Known:
    """What is known of a period's assignments, each by the assignment's id; ``contacts`` by the agency's."""

    hourly: bool
    agreed: dict[int, date]
    covered: set[int]
    stated: set[int]
    signing: dict[int, date]
    versions: dict[int, int]
    gone: dict[int, Notice]
    waiting: dict[int, Notice]
    contacts: dict[int, str]
    after_issue: Collection[str]


def agency_rows(ctx: Context, period: Period) -> list[AgencyRow]:
    """All agencies of a period. A fixed number of queries whatever their number."""
    number = period.id or 0
    found = ctx.session.execute(_AGENCIES, {"period": number})
    rows = [(Owed(*row), name, code, f"{level}-{kind}") for *row, name, code, level, kind in found]
    gone, waiting = _notices(ctx, number)
    known = _Known(
        hourly=is_request(ctx.session.get_one(Obligation, period.obligation_id)),
        agreed=_by_assignment(ctx, _AGREED, number),
        covered=covered_among(ctx, [o.id for o, *_ in rows if o.first_received_on is None and o.state in RECEIVED]),
        stated=stated_ids(ctx, select(col(Assignment.id)).where(Assignment.period_id == period.id)),
        signing=signing_until(ctx, [owed.id for owed, *_ in rows if owed.snoozed_until is not None]),
        versions=_by_assignment(ctx, _VERSIONS, number),
        gone=gone,
        waiting=waiting,
        contacts=contact_signs(ctx, number) if any(owed.state in CHASED for owed, *_ in rows) else {},
        after_issue=came_after_issue(ctx, number),
    )
    return [_row(ctx, period, known, *row) for row in rows]


def _row(ctx: Context, period: Period, known: _Known, owed: Owed, name: str, code: str, group: str) -> AgencyRow:
    standing = standing_of(
        ctx,
        owed,
        period,
        known.agreed.get(owed.id),
        signing_on=known.signing.get(owed.id),
        covered=known.covered,
        stated=owed.id in known.stated,
        hourly=known.hourly,
    )
    overdue = standing.days_overdue is not None
    return AgencyRow(
        public_id=owed.public_id,
        code=code,
        name=name,
        group=group,
        standing=standing,
        versions=known.versions.get(owed.id, 0),
        last_notice=known.gone.get(owed.id),
        next_notice=known.waiting.get(owed.id),
        overdue_since=owed.overdue_at.astimezone(ctx.settings.zone).date() if overdue else None,
        contact=known.contacts.get(owed.agency_id),
        after_issue=owed.public_id in known.after_issue,
    )


def narrowed(rows: Iterable[AgencyRow], show: str) -> list[AgencyRow]:
    """The rows of one part; all of them for a name that is none."""
    keys = SHOWS.get(show)
    return [row for row in rows if keys is None or row.standing.key in keys]


def part_counts(rows: Sequence[AgencyRow]) -> dict[str, int]:
    """How many each part shows."""
    return {name: len(narrowed(rows, name)) for name in SHOWS}


def _by_assignment(ctx: Context, query: Select[Any], period_id: int) -> dict[int, Any]:
    """Pairs of an assignment's id and something about it; of several the last counts."""
    pairs: Sequence[Any] = ctx.session.execute(query, {"period": period_id}).all()
    return dict(pairs)


def _notices(ctx: Context, period_id: int) -> tuple[dict[int, Notice], dict[int, Notice]]:
    """By assignment the newest notice that went and the newest that waits, read without its text."""
    gone: dict[int, Notice] = {}
    waiting: dict[int, Notice] = {}
    for number, name, kind, audience, state, at in ctx.session.execute(_NOTICES, {"period": period_id}):
        (gone if state in GONE else waiting)[number] = Notice(name, kind, audience.value, state.value, at)
    return gone, waiting
