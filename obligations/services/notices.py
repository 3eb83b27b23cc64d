"""Notices that answer an event at once: opening, receipt, return, extension."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from calendars.office_hours import next_office_moment
from models.enums import Audience, MessageState
from models.tables import Assignment, Message, Obligation, Period, Plan
from obligations.rules.due import at_opening
from obligations.rules.lateness import opening_kind
from obligations.services.context import Context
from obligations.services.outbox import Item, primary_contacts, write_message
from obligations.services.spec import spec_of

HELD_FOR_LETTER = "Chờ số, ngày công văn hoặc chọn căn cứ trực tiếp Kế hoạch"


def office_moment(ctx: Context, moment: datetime) -> datetime:
    """The moment itself in office hours, else 08:00 of the next working day."""
    return next_office_moment(moment, ctx.calendar, ctx.settings.zone)


def write_opening_notices(
    ctx: Context, plan: Plan, obligation: Obligation, period: Period, assignments: Sequence[Assignment]
) -> int:
    """One opening notice an agency; held until its legal basis is recorded (S4)."""
    del plan
    inform = spec_of(obligation).inform
    contacts = primary_contacts(ctx, [a.agency_id for a in assignments], Audience.clerk)
    planned_at = office_moment(ctx, max(ctx.as_of, at_opening(period.opens_on, ctx.settings.zone)))
    has_basis = obligation.cites_plan or obligation.opening_document is not None
    state = MessageState.planned if has_basis else MessageState.held
    written = 0
    for assignment in assignments:
        contact = contacts.get(assignment.agency_id)
        kind = opening_kind(assignment.duty, inform=inform)
        if contact is None or kind is None:
            continue
        item = Item(assignment.id or 0, "open", assignment.revision)
        write_message(ctx, contact, kind, [item], planned_at, state, "" if has_basis else HELD_FOR_LETTER)
        written += 1
    ctx.session.flush()
    return written


def write_notice(
    ctx: Context, assignments: Sequence[Assignment], kind: str, mark: str, extra: dict[str, Any]
) -> Message | None:
    """Tell the clerk of one agency about an event on its assignments; None without an address.

    ``mark`` tells one event from the next (a receipt number, a review), so that each is told once.
    """
    contact = primary_contacts(ctx, [assignments[0].agency_id], Audience.clerk).get(assignments[0].agency_id)
    if contact is None:
        return None
    items = [Item(a.id or 0, f"{kind}:{mark}"[:40], a.revision, extra) for a in assignments]
    return write_message(ctx, contact, kind, items, office_moment(ctx, ctx.as_of))
