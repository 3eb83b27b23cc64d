"""Chasing: which agencies are told what now. Judged from state, so a missed or repeated run changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.enums import Audience, MessageState, StepName
from models.tables import Contact
from obligations.rules.batching import BATCHED
from obligations.services.agencies.settle_successions import settle_successions
from obligations.services.chasing.chase_due import Due, find_due
from obligations.services.context import App, Context
from obligations.services.plan_steps import finish_steps
from obligations.services.sending.batches import Batches, goes_at
from obligations.services.sending.daily_cap import keep_to_cap
from obligations.services.sending.daily_queue import CHASES_BY_DATE, URGENCY, line_up
from obligations.services.sending.notices import send_moment
from obligations.services.sending.outbox import Draft, Item, primary_contacts, write_messages
from obligations.services.sending.voice import Desks, apart

__all__ = ["CHASES_BY_DATE", "URGENCY", "Chased", "chase_all", "plan_reminders"]


@dataclass(frozen=True)
class Chased:
    """How many messages were planned, and how many drafts await a release."""

    planned: int
    drafts: int


def plan_reminders(ctx: Context, period_id: int | None = None, not_before: datetime | None = None) -> Chased:
    """Write the reminder each agency has come to, once it is settled who owes; digests, and few a day (daily_cap).

    ``not_before`` holds the catch-up after a confirmation until the next working day.
    """
    line_up(ctx)
    settle_successions(ctx)
    found = find_due(ctx, period_id)
    finish_steps(ctx, StepName.remind, period_id)
    planned = _write(ctx, found.clerks, Audience.clerk, not_before)
    drafts = _write(ctx, found.leaders, Audience.leader, not_before)
    unreached = (found.clerks.keys() - planned.keys()) | (found.leaders.keys() - drafts.keys())
    for assignment, next_at in found.next_at:
        if assignment.agency_id not in unreached:  # without an address it stays due until there is one
            assignment.next_at = next_at
    ctx.session.flush()
    keep_to_cap(ctx)
    return Chased(sum(planned.values()), sum(drafts.values()))


def chase_all(app: App, as_of: datetime, actor: str) -> Chased:
    """Write every reminder that is due before anything is delivered, so that a full day takes what matters most."""
    with app.write(as_of, actor) as ctx:
        return plan_reminders(ctx)


def _write(ctx: Context, due: dict[int, list[Due]], audience: Audience, not_before: datetime | None) -> dict[int, int]:
    """One message a contact, and one more for each ad-hoc request; a digest takes the most urgent kind of its items.

    What calls anything overdue is shown in a batch first, unless a person has just confirmed it (``not_before``).
    Returns how many each agency that could be written to has.
    """
    contacts = primary_contacts(ctx, due, audience)
    batches = Batches(ctx, Desks(ctx))
    drafts: list[Draft] = []
    written: dict[int, int] = {}
    for agency_id, items in due.items():
        if (contact := contacts.get(agency_id)) is not None:
            parts = _apart(ctx, agency_id, items, batches.desks)
            drafts += [_draft(ctx, contact, together, not_before, batches) for together in parts]
            written[agency_id] = len(parts)
    write_messages(ctx, drafts)
    return written


def _draft(
    ctx: Context, contact: Contact, items: Sequence[Due], not_before: datetime | None, batches: Batches
) -> Draft:
    kind, priority = min((d.kind for d in items), key=URGENCY.index), items[0].priority
    rows = [Item(d.assignment.id or 0, d.step, d.assignment.revision) for d in items]
    state = MessageState.draft if contact.audience == Audience.leader else MessageState.planned
    if kind in BATCHED and not priority and not_before is None:
        when = goes_at(ctx)
        batch = batches.of_period(items[0].assignment.period_id, when)
        return Draft(contact, kind, rows, when, state, batch_id=batch)
    when = max(send_moment(ctx, ctx.as_of, priority), not_before or ctx.as_of)
    return Draft(contact, kind, rows, when, state, priority=priority)


def _apart(ctx: Context, agency_id: int, items: list[Due], desks: Desks) -> list[list[Due]]:
    """What goes in one message: every ad-hoc request alone, all else by who asks and how bindingly."""
    digest = {agency_id: [d for d in items if not d.priority]}
    return [*(part for _, part in apart(ctx, digest, desks)), *([d] for d in items if d.priority)]
