"""Chasing: which agencies are told what now. Judged from state, so a missed or repeated run changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from models.enums import Audience, MessageState, StepName
from obligations.services.chase_due import Due, find_due, first_notices
from obligations.services.context import Context
from obligations.services.notices import office_moment
from obligations.services.outbox import Draft, Item, primary_contacts, write_messages
from obligations.services.plan_steps import finish_steps

__all__ = ["CHASES_BY_DATE", "URGENCY", "Chased", "first_notices", "plan_reminders"]

CHASES_BY_DATE = ("before", "tomorrow", "today", "overdue")
URGENCY = ("leader", "overdue", "today", "tomorrow", "before", "official_copy")


@dataclass(frozen=True)
class Chased:
    """How many messages were planned, and how many drafts await a release."""

    planned: int
    drafts: int


def plan_reminders(ctx: Context, period_id: int | None = None, not_before: datetime | None = None) -> Chased:
    """Write the reminder each agency has come to. Digest: one message a contact, several assignments.

    ``not_before`` holds the catch-up after a confirmation until the next working day.
    """
    found = find_due(ctx, period_id)
    finish_steps(ctx, StepName.remind, period_id)
    when = max(office_moment(ctx, ctx.as_of), not_before or ctx.as_of)
    planned = _write(ctx, found.clerks, Audience.clerk, when, MessageState.planned)
    drafts = _write(ctx, found.leaders, Audience.leader, when, MessageState.draft)
    unreached = (found.clerks.keys() - planned) | (found.leaders.keys() - drafts)
    for assignment, next_at in found.next_at:
        if assignment.agency_id not in unreached:  # without an address it stays due until there is one
            assignment.next_at = next_at
    ctx.session.flush()
    return Chased(len(planned), len(drafts))


def _write(
    ctx: Context, due: dict[int, list[Due]], audience: Audience, when: datetime, state: MessageState
) -> set[int]:
    """One message a contact; a digest takes the most urgent kind of its items. Returns the agencies written to."""
    contacts = primary_contacts(ctx, due, audience)
    drafts = []
    for agency_id, items in due.items():
        if (contact := contacts.get(agency_id)) is not None:
            kind = min((d.kind for d in items), key=URGENCY.index)
            rows = [Item(d.assignment.id or 0, d.step, d.assignment.revision) for d in items]
            drafts.append(Draft(contact, kind, rows, when, state))
    write_messages(ctx, drafts)
    return set(contacts)
