"""What a simulated course of events sent, and what it left waiting for a person."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from models.enums import MessageState, PeriodState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period, Plan
from obligations.services.context import Context
from obligations.services.simulating.span import Span


@dataclass(frozen=True)
class SimulatedItem:
    """What a message is about, and by which step of it (``T-7``, ``open``, ``received``, ...)."""

    obligation: str
    period: str
    plan: str = ""
    step: str = ""


@dataclass(frozen=True)
class SimulatedMessage:
    """One message that would go. ``at`` carries the installation's offset; an unknown address is None."""

    at: datetime
    agency: str
    address: str | None
    channel: str | None
    kind: str
    items: list[SimulatedItem]
    subject: str


@dataclass(frozen=True)
class Waiting:
    """What does not go by itself. ``unconfirmed``: periods before their initial review, as ``plan obligation period``.

    ``held`` messages wait for their legal basis, ``drafts`` for a release, ``beyond_cap`` for the next day's cap.
    """

    unconfirmed: list[str] = field(default_factory=list)
    held: int = 0
    drafts: int = 0
    beyond_cap: int = 0


def messages_sent(ctx: Context, span: Span) -> tuple[list[SimulatedMessage], list[str]]:
    """Messages in time order, and beside each the digest of its text ("" where none was kept)."""
    query = (
        select(Message, Agency)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .where(
            Message.state == MessageState.recorded,
            col(Message.finished_at) >= span.begin,
            col(Message.finished_at) < span.end,
        )
        .order_by(col(Message.finished_at), col(Agency.position), col(Message.id))
    )
    items = _items(ctx)
    rows = ctx.session.exec(query).all()
    return [_message(ctx, m, a, items.get(m.id or 0, [])) for m, a in rows], [m.body_sha256 or "" for m, _ in rows]


def _message(ctx: Context, message: Message, agency: Agency, items: list[SimulatedItem]) -> SimulatedMessage:
    return SimulatedMessage(
        at=(message.finished_at or message.planned_at).astimezone(ctx.settings.zone),
        agency=agency.code,
        address=message.address or None,
        channel=message.channel or None,
        kind=message.kind,
        items=items,
        subject=message.subject,
    )


def _items(ctx: Context) -> dict[int, list[SimulatedItem]]:
    rows = ctx.session.execute(
        select(MessageItem.message_id, Obligation.code, Period.label, Plan.slug, MessageItem.step)  # type: ignore[call-overload]  # sqlmodel types four columns
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .order_by(col(Obligation.position), col(MessageItem.id))
    )
    found: dict[int, list[SimulatedItem]] = {}
    for message_id, code, label, slug, step in rows:
        found.setdefault(message_id, []).append(SimulatedItem(code, label, slug, step.partition(":")[0]))
    return found


def still_waiting(ctx: Context) -> Waiting:
    """What waits for a person, or for the next day, at the end of the span."""
    periods = ctx.session.exec(
        select(Plan.slug, Obligation.code, Period.label)
        .join(Obligation, col(Obligation.plan_id) == Plan.id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(
            Period.state == PeriodState.open,
            col(Period.needs_confirmation).is_(True),
            col(Period.confirmed_at).is_(None),
        )
        .order_by(col(Obligation.position), col(Period.id))
    ).all()
    wanted = (MessageState.held, MessageState.draft, MessageState.planned)
    rows = ctx.session.exec(select(Message.state, Message.next_at).where(col(Message.state).in_(wanted))).all()
    states = [state for state, next_at in rows if state != MessageState.planned or next_at < ctx.as_of]
    return Waiting(
        unconfirmed=[" ".join(names) for names in periods],
        held=states.count(MessageState.held),
        drafts=states.count(MessageState.draft),
        beyond_cap=states.count(MessageState.planned),
    )
