"""What messages are about, read for many at once, and which of it still holds at the moment of sending."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import aliased, load_only
from sqlmodel import SQLModel, col, exists, select

from models.enums import AssignmentState, PeriodState
from models.tables import Assignment, Message, MessageItem, Obligation, Period, Plan
from obligations.rules.lateness import CHASED, CHASED_DUTIES
from obligations.rules.stopping import chasing_has_stopped
from obligations.services.context import Context
from obligations.services.sending.corrections import still_corrects
from obligations.services.spec import spec_in
from plans.schema import ObligationSpec

EVENTS = (
    "received",
    "returned",
    "extended",
    "agreed_late",
    "more_time_refused",
    "correction",
    "ended",
    "new_link",
    "agency_link",
    "released",
    "request_cancelled",
    "by_hand",
    "issued",
    "contact_changed",
    "contact_told",
    "retracted",
    "dispute_received",
    "recalled",
)
ONCE = ("open", "request", "transferred", "assigned")
"""Kinds that hold as long as anything is owed, whatever was told since."""
CHUNK = 500
_NEEDED = load_only(
    *(
        getattr(Assignment, name)
        for name in (
            "public_id", "period_id", "agency_id", "duty", "state", "revision", "due_on", "due_at", "overdue_at",
            "practical_due_on", "kept_due", "first_received_on", "first_received_at", "counted_on", "soft_received_at",
        )
    )
)  # fmt: skip
"""What texts and checks read of an assignment: half its columns, and most of the cost of reading one."""
Found = TypeVar("Found", bound=SQLModel)


@dataclass(frozen=True)
class Row:
    """One item of a message with everything its text needs."""

    item: MessageItem
    assignment: Assignment
    period: Period
    obligation: Obligation
    plan: Plan
    spec: ObligationSpec
    """What the period goes by."""


def rows_of(ctx: Context, message: Message) -> list[Row]:
    """The items of a message, in the order of their obligations."""
    return rows_by_message(ctx, [message.id or 0])[message.id or 0]


def rows_by_message(ctx: Context, message_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The items of many messages; a few statements for all of them."""
    query = (
        select(MessageItem, Assignment)
        .options(_NEEDED)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(col(MessageItem.message_id).in_(message_ids))
    )
    found = ctx.session.exec(query).all()
    # Few periods behind many items: each is read once, and its documents are parsed once.
    periods = read_all(ctx, Period, {a.period_id for _, a in found})
    obligations = read_all(ctx, Obligation, {p.obligation_id for p in periods.values()})
    plans = read_all(ctx, Plan, {o.plan_id for o in obligations.values()})
    specs = {number: spec_in(obligations[period.obligation_id], period) for number, period in periods.items()}
    rows: dict[int, list[Row]] = defaultdict(list)
    for item, assignment in found:
        period = periods[assignment.period_id]
        obligation = obligations[period.obligation_id]
        plan, spec = plans[obligation.plan_id], specs[assignment.period_id]
        rows[item.message_id].append(Row(item, assignment, period, obligation, plan, spec))
    for mine in rows.values():
        mine.sort(key=lambda row: (row.obligation.position, row.period.id or 0, row.item.id or 0))
    return rows


def read_all(ctx: Context, table: type[Found], ids: Iterable[int]) -> dict[int, Found]:
    """Rows by their number."""
    wanted = sorted(set(ids))
    rows: dict[int, Found] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(table).where(table.id.in_(wanted[start : start + CHUNK]))  # type: ignore[attr-defined]
        rows |= {row.id: row for row in ctx.session.exec(query).all()}  # type: ignore[attr-defined]
    return rows


def still_owed(
    ctx: Context, message: Message, rows: Sequence[Row], overtaken: Collection[int] | None = None
) -> list[Row]:
    """The items that still hold now; a chase for what has come, moved, closed or was told by a later step falls away.

    ``overtaken``: what ``overtaken_items`` says of these rows, when it has been asked for many messages at once.
    """
    rows = [row for row in rows if not row.item.extra.get("dropped")]
    if message.kind == "correction":
        return [r for r in rows if still_corrects(ctx, r.item, r.assignment, r.period, r.obligation)]
    if message.kind == "ended":
        return [row for row in rows if row.assignment.state == AssignmentState.ended]
    if message.kind in EVENTS:
        return [row for row in rows if row.item.extra.get("while", row.assignment.state) == row.assignment.state]
    later = overtaken_items(ctx, rows) if overtaken is None else overtaken
    return [r for r in rows if _holds(message, r, told_later=r.item.id in later) and not _has_stopped(ctx, r)]


def _has_stopped(ctx: Context, row: Row) -> bool:
    """Whether the plan's own rule ends the chasing of this duty."""
    stop = row.spec.stop
    return stop is not None and chasing_has_stopped(row.assignment.due_on, stop.after_days, ctx.today)


def _holds(message: Message, row: Row, *, told_later: bool) -> bool:
    assignment = row.assignment
    if assignment.revision != row.item.revision:
        return False
    if row.period.state != PeriodState.open:
        return False
    if assignment.duty not in CHASED_DUTIES:
        return message.kind == "inform"
    if message.kind == "official_copy":
        return assignment.state == AssignmentState.soft_received
    if message.kind in ("not_arrived", *ONCE):
        return assignment.state in CHASED
    owing = assignment.state in CHASED and assignment.state != AssignmentState.soft_received
    return owing and not told_later


def overtaken_items(ctx: Context, rows: Iterable[Row]) -> set[int]:
    """Items after which a later step of the same assignment was told, or is about to be, to the same audience."""
    ids = sorted({row.item.id or 0 for row in rows})
    later = aliased(MessageItem)
    found: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        newer = exists().where(
            col(later.assignment_id) == MessageItem.assignment_id,
            # A fallback's items are kept under the audience and its address: "clerk:12".
            (col(later.contact_key) == MessageItem.contact_key)
            | col(MessageItem.contact_key).like(later.contact_key + ":%"),
            col(later.revision) == MessageItem.revision,
            col(later.id) > MessageItem.id,
            col(later.step).like("T%") | col(later.step).like("H%"),
        )
        query = select(MessageItem.id).where(col(MessageItem.id).in_(ids[start : start + CHUNK]), newer)
        found |= {number or 0 for number in ctx.session.exec(query).all()}
    return found
