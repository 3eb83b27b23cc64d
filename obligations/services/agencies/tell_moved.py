"""One notice to whoever a duty has come to; it stands for the step that agency has come to, so that none is repeated."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.enums import Audience, Duty, MessageState
from models.tables import Agency, Assignment, Obligation, Period
from obligations.rules.reminders import latest_step, reminded_steps
from obligations.services.context import Context
from obligations.services.sending.notices import HELD_FOR_LETTER, office_moment
from obligations.services.sending.outbox import Item, primary_contacts, told_steps, write_message
from obligations.services.spec import steps_of


@dataclass(frozen=True)
class Telling:
    """One thing to tell about one assignment. ``kind``: transferred, assigned or released; ``mark`` makes it unique."""

    assignment: Assignment
    kind: str
    mark: int
    reason: str
    decision: str
    asked_at: datetime | None = None
    """When the agency told asked for this decision, if it did."""


@dataclass(frozen=True)
class Told:
    """Who is told; ``address`` is None when nothing reaches the agency."""

    agency: str
    kind: str
    address: str | None
    duties: int


def tell(ctx: Context, tellings: Sequence[Telling]) -> list[Told]:
    """Write one notice an agency, of each kind and plan; held until its legal basis is recorded (S4).

    Nothing before the initial review (S3) but what an agency asked for, and nothing about what an agency is only informed of.
    """
    together: dict[tuple[int, str, int, bool], dict[int, list[Telling]]] = defaultdict(lambda: defaultdict(list))
    for telling in tellings:
        period = ctx.session.get_one(Period, telling.assignment.period_id)
        obligation = ctx.session.get_one(Obligation, period.obligation_id)
        unseen = period.needs_confirmation and period.confirmed_at is None
        if (unseen and telling.asked_at is None) or telling.assignment.duty == Duty.for_information:
            continue
        based = obligation.cites_plan or obligation.opening_document is not None
        key = (telling.assignment.agency_id, telling.kind, obligation.plan_id, based)
        together[key][telling.assignment.id or 0].append(telling)
    return [_write(ctx, key[0], key[1], list(each.values()), based=key[3]) for key, each in together.items()]


def _write(ctx: Context, agency_id: int, kind: str, each: list[list[Telling]], *, based: bool) -> Told:
    agency = ctx.session.get_one(Agency, agency_id)
    contact = primary_contacts(ctx, [agency_id], Audience.clerk).get(agency_id)
    if contact is not None:
        state = MessageState.planned if based else MessageState.held
        items = [_item(ctx, kind, tellings) for tellings in each]
        write_message(ctx, contact, kind, items, office_moment(ctx, ctx.as_of), state, "" if based else HELD_FOR_LETTER)
        ctx.session.flush()
    return Told(agency.code, kind, contact.address if contact else None, len(each))


def _item(ctx: Context, kind: str, tellings: list[Telling]) -> Item:
    assignment = tellings[0].assignment
    own = f"{kind}:{tellings[-1].mark}"
    step = own if kind == "released" else _step(ctx, assignment) or own
    reasons = "\n".join(dict.fromkeys(t.reason for t in tellings))
    facts = {"remarks": reasons, "document": tellings[-1].decision}
    if asked_at := tellings[-1].asked_at:
        facts["received_at"] = asked_at.isoformat()
    return Item(assignment.id or 0, step, assignment.revision, facts)


def _step(ctx: Context, assignment: Assignment) -> str | None:
    """The reminder step that has come and was not told, or the opening; None when the agency has been told it."""
    period = ctx.session.get_one(Period, assignment.period_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    told = told_steps(ctx, [assignment.id or 0], Audience.clerk).get((assignment.id or 0, assignment.revision), set())
    steps = reminded_steps(steps_of(obligation, period), assignment.due_on, ctx.calendar)
    due = latest_step(steps, assignment.practical_due_on, told, ctx.as_of, ctx.calendar, ctx.settings.zone)
    if due is not None:
        return due.code
    return None if told else "open"
