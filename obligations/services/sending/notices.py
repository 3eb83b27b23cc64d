"""Notices that answer an event at once: opening, receipt, return, extension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calendars.office_hours import next_office_moment
from models.enums import Audience, Duty, MessageState
from models.tables import Assignment, Contact, Obligation, Period, Plan
from obligations.rules.breaks import quiet_until
from obligations.rules.due import at_opening
from obligations.rules.hours import waking_moment
from obligations.rules.lateness import opening_kind
from obligations.services.context import Context
from obligations.services.sending.outbox import Draft, Item, primary_contacts, write_message, write_messages
from obligations.services.spec import priority_of, spec_in

HELD_FOR_LETTER = "Chờ số, ngày công văn hoặc chọn căn cứ trực tiếp Kế hoạch"


@dataclass(frozen=True)
class Assigned:
    """What an opening notice needs to know of a new assignment."""

    id: int
    agency_id: int
    duty: Duty


def office_moment(ctx: Context, moment: datetime) -> datetime:
    """The moment itself in office hours, else 08:00 of the next working day."""
    return next_office_moment(moment, ctx.calendar, ctx.settings.zone)


def send_moment(ctx: Context, moment: datetime, priority: int) -> datetime:
    """When a message may go: in office hours, or at any hour but night when it belongs to an ad-hoc request."""
    return waking_moment(moment, ctx.settings.zone) if priority else office_moment(ctx, moment)


def chasing_moment(ctx: Context, kind: str, priority: int) -> datetime:
    """When a chase of this kind may go from now on; nothing is called overdue right after a long break."""
    moment = send_moment(ctx, ctx.as_of, priority)
    return moment if priority else quiet_until(kind, moment, ctx.calendar, ctx.settings.zone)


def write_opening_notices(
    ctx: Context, plan: Plan, obligation: Obligation, period: Period, assignments: Sequence[Assigned]
) -> int:
    """One opening notice an agency; held until its legal basis is recorded (S4)."""
    del plan
    inform = spec_in(obligation, period).inform
    contacts = primary_contacts(ctx, [a.agency_id for a in assignments], Audience.clerk)
    if priority := priority_of(obligation):
        return _write_request_notices(ctx, assignments, contacts, priority)
    planned_at = office_moment(ctx, max(ctx.as_of, at_opening(period.opens_on, ctx.settings.zone)))
    has_basis = obligation.cites_plan or obligation.opening_document is not None
    state = MessageState.planned if has_basis else MessageState.held
    reason = "" if has_basis else HELD_FOR_LETTER
    drafts = [
        Draft(contacts[a.agency_id], kind, [Item(a.id, "open")], planned_at, state, reason)
        for a in assignments
        if a.agency_id in contacts and (kind := opening_kind(a.duty, inform=inform)) is not None
    ]
    return len(write_messages(ctx, drafts))


def _write_request_notices(
    ctx: Context, assignments: Sequence[Assigned], contacts: dict[int, Contact], priority: int
) -> int:
    """A request goes at once and is its own basis."""
    planned_at = send_moment(ctx, ctx.as_of, priority)
    reached = [a for a in assignments if a.agency_id in contacts and a.duty != Duty.for_information]
    drafts = [
        Draft(contacts[a.agency_id], "request", [Item(a.id, "open")], planned_at, priority=priority) for a in reached
    ]
    return len(write_messages(ctx, drafts))


def write_notice(
    ctx: Context,
    assignments: Sequence[Assignment],
    kind: str,
    mark: str,
    extra: dict[str, Any],
    own: Mapping[int, dict[str, Any]] | None = None,
) -> int | None:
    """Tell the clerk of one agency about an event on its assignments; the message's id, None without an address.

    ``mark`` tells one event from the next (a receipt number, a review), so that each is told once. ``extra``: facts of all;
    ``own``: facts of one alone, by its id. With the fact ``while``, a state, it is said only while the duty is in that state.
    """
    contact = primary_contacts(ctx, [assignments[0].agency_id], Audience.clerk).get(assignments[0].agency_id)
    if contact is None:
        return None
    facts = own or {}
    items = [
        Item(a.id or 0, f"{kind}:{mark}"[:40], a.revision, {**extra, **facts.get(a.id or 0, {})}) for a in assignments
    ]
    priority = min(_priority(ctx, a) for a in assignments)
    return write_message(ctx, contact, kind, items, send_moment(ctx, ctx.as_of, priority), priority=priority)


def _priority(ctx: Context, assignment: Assignment) -> int:
    period = ctx.session.get_one(Period, assignment.period_id)
    return priority_of(ctx.session.get_one(Obligation, period.obligation_id))
