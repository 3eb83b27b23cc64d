"""Sổ theo dõi thông báo: for each assignment, everything that was planned, tried, sent, confirmed or said by telephone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.tables import Assignment, AuditEntry, Obligation, Period, Plan
from obligations.errors import NotFound
from obligations.rules.wording import period_text
from obligations.services.audit import GENESIS
from obligations.services.context import Context
from obligations.services.ledgers.events import LedgerEvent, Reading, events_of
from obligations.services.ledgers.rows import gives_receipts, records
from obligations.services.lookup import agency_by_code, assignment_by_public_id, find_period
from obligations.services.spec import is_request
from obligations.services.views.period_standings import period_standings

COUNTED = ("planned", "sent", "delivered", "seen", "bounced", "failed", "recorded", "call")


@dataclass(frozen=True)
class LedgerSheet:
    """One agency's page of the ledger. ``state`` as of a standing: a state or ``overdue``. ``counts``: how many events of each kind, calls that were undone left out."""

    assignment: str
    agency: str
    name: str
    state: str
    state_text: str
    """The state in words, as every page says it."""
    duty: str
    counts: dict[str, int]
    events: list[LedgerEvent]


@dataclass(frozen=True)
class Ledger:
    """The ledger of a period, or of one assignment. ``audit_seq``, ``audit_hash``: head of the audit chain then."""

    plan: str
    plan_number: str
    plan_citation: str
    obligation: str
    title: str
    period: str
    period_public_id: str
    about: str
    """What is owed and for which period, in words."""
    due_on: date
    basis: str
    made_at: datetime
    audit_seq: int
    audit_hash: str
    agencies: list[LedgerSheet]


def period_ledger(ctx: Context, period: Period, agency_id: int | None = None, *, addresses: bool = False) -> Ledger:
    """All agencies of a period in official order, or one. ``addresses``: whole ones, for those who may write to them."""
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    reading = Reading(ctx, addresses, gives_receipts(ctx))
    head = ctx.session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    found = records(ctx, period.id or 0, agency_id)
    standings = period_standings(ctx, period, [record.assignment for record in found])
    return Ledger(
        plan=plan.slug,
        plan_number=plan.number,
        plan_citation=plan.citation,
        obligation=obligation.code,
        title=obligation.title,
        period=period.label,
        period_public_id=period.public_id,
        about=obligation.title if is_request(obligation) else f"{obligation.title}, {period_text(period.label)}",
        due_on=period.due_on,
        basis=obligation.opening_document or "",
        made_at=reading.local(ctx.as_of),
        audit_seq=head.seq or 0 if head else 0,
        audit_hash=head.hash if head else GENESIS,
        agencies=[
            LedgerSheet(
                assignment=record.assignment.public_id,
                agency=record.agency.code,
                name=record.agency.name,
                state=standing.key,
                state_text=standing.words,
                duty=record.assignment.duty.value,
                counts=counts_of(events := events_of(reading, record)),
                events=events,
            )
            for record, standing in zip(found, standings, strict=True)
        ],
    )


def find_ledger(
    ctx: Context, plan: str, obligation: str, label: str, agency: str = "", *, addresses: bool = False
) -> Ledger:
    """By the names a person uses; NotFound names what exists."""
    period = find_period(ctx, plan, obligation, label)
    agency_id = agency_by_code(ctx, agency).id if agency else None
    found = period_ledger(ctx, period, agency_id, addresses=addresses)
    if agency and not found.agencies:
        raise NotFound(f"{agency} owes nothing for {obligation}, period {label}")
    return found


def assignment_ledger(ctx: Context, public_id: str, *, addresses: bool = False) -> Ledger:
    """One assignment's, by its public id."""
    assignment: Assignment = assignment_by_public_id(ctx, public_id)
    period = ctx.session.get_one(Period, assignment.period_id)
    return period_ledger(ctx, period, assignment.agency_id, addresses=addresses)


def counts_of(events: Sequence[LedgerEvent]) -> dict[str, int]:
    """How many events of each counted kind."""
    found = Counter(event.kind for event in events)
    return {kind: found[kind] - (found["call_undone"] if kind == "call" else 0) for kind in COUNTED}
