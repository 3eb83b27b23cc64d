"""Tạm dừng thông báo for everything, a plan or an agency: acts before the next send and moves no deadline (S12)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Agency, Message, MessageItem, Pause, Plan
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.batching import BATCHED
from obligations.services import audit
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code
from obligations.services.sending.batches import Batches, goes_at
from obligations.services.sending.daily_cap import OVERTAKEN, keep_to_cap
from obligations.services.sending.daily_queue import WAITING
from obligations.services.sending.outbox import EXPIRES_AFTER
from obligations.services.sending.paused import active_pauses, not_paused
from obligations.services.sending.voice import Desks


@dataclass(frozen=True)
class PauseRow:
    """One pause; ``plan`` is a slug, ``agency`` a code, both empty for everything."""

    id: int
    plan: str
    plan_number: str
    agency: str
    agency_name: str
    reason: str
    paused_by: str
    paused_at: datetime
    resumed_at: datetime | None


def pause(ctx: Context, reason: str, *, plan: str | None = None, agency: str | None = None) -> PauseRow:
    """Stop every notice, those of a plan (slug), or those to an agency (code), before the next send."""
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do tạm dừng.")
    plan_id, agency_id = _scope(ctx, plan, agency)
    if active_pauses(ctx, plan_id, agency_id):
        raise Refused("Thông báo trong phạm vi này đang tạm dừng rồi.")
    row = Pause(plan_id=plan_id, agency_id=agency_id, reason=reason.strip(), paused_by=ctx.actor, paused_at=ctx.as_of)
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(ctx, "notices.paused", plan or agency or "all", reason=reason.strip())
    return _row(ctx, row)


def resume(ctx: Context, reason: str, *, plan: str | None = None, agency: str | None = None) -> int:
    """End a pause; returns how many messages wait now. Each contact gets one current message, whatever piled up."""
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do tiếp tục.")
    active = active_pauses(ctx, *_scope(ctx, plan, agency))
    if not active:
        raise Refused("Thông báo không tạm dừng trong phạm vi này.")
    held = held_back(ctx)
    for row in active:
        row.resumed_at = ctx.as_of
    ctx.session.flush()
    waiting = take_up(ctx, held)
    audit.record(ctx, "notices.resumed", plan or agency or "all", reason=reason.strip(), waiting=waiting)
    return waiting


_EVERY = select(Pause).order_by(col(Pause.paused_at).desc(), col(Pause.id).desc())
_IN_FORCE = _EVERY.where(col(Pause.resumed_at).is_(None))
"""Built once: every page of a signed-in person asks."""


def list_pauses(ctx: Context, *, everything: bool = False) -> list[PauseRow]:
    """Pauses in force, or all there ever were; newest first."""
    return [_row(ctx, row) for row in ctx.session.exec(_EVERY if everything else _IN_FORCE).all()]


def held_back(ctx: Context) -> set[int]:
    """What is due and rests because of a pause."""
    due = select(Message.id).where(col(Message.state).in_(WAITING), col(Message.next_at) <= ctx.as_of)
    free = set(ctx.session.exec(due.where(not_paused())).all())
    return {number or 0 for number in ctx.session.exec(due).all() if number not in free}


def take_up(ctx: Context, held: Collection[int]) -> int:
    """After a pause: what it overtook collapses, what calls anything overdue is shown anew; returns how many wait."""
    plan_reminders(ctx)  # what has come by now, so that nothing older goes before it
    query = (
        select(Message)
        .where(col(Message.state).in_(WAITING), col(Message.next_at) <= ctx.as_of, not_paused())
        .order_by(col(Message.id))
    )
    rows = ctx.session.exec(query.with_for_update().execution_options(populate_existing=True)).all()
    batches = Batches(ctx, Desks(ctx))
    for message in (m for m in rows if m.id in held):  # what others wait for is none of this pause's
        message.expires_at = max(message.expires_at, ctx.as_of + EXPIRES_AFTER)
        if message.kind in BATCHED and message.batch_id is not None:
            _show_again(ctx, batches, message)
    _one_request_each(ctx, [m for m in rows if m.priority])
    keep_to_cap(ctx)
    return sum(m.state in WAITING for m in rows)


def _show_again(ctx: Context, batches: Batches, message: Message) -> None:
    """It was shown before the pause, for what has come since: the coordinator looks at it once more."""
    item = select(MessageItem.assignment_id).where(MessageItem.message_id == message.id)
    moment = goes_at(ctx)
    message.batch_id = batches.of_assignment(ctx.session.exec(item.order_by(col(MessageItem.id))).first(), moment)
    message.planned_at = message.next_at = moment
    message.released_by = None


def _one_request_each(ctx: Context, rows: Sequence[Message]) -> None:
    """Of several notices about one ad-hoc request the request itself goes, or else the newest."""
    query = select(MessageItem.message_id, MessageItem.assignment_id, MessageItem.contact_key)
    items = ctx.session.exec(query.where(col(MessageItem.message_id).in_([m.id for m in rows]))).all()
    about = {number: (assignment, key) for number, assignment, key in items}
    groups: dict[object, list[Message]] = defaultdict(list)
    for message in rows:
        groups[about.get(message.id or 0, message.id)].append(message)
    for group in groups.values():
        kept = next((m for m in group if m.kind in ("request", "request_cancelled")), group[-1])
        for message in group:
            if message is not kept and message.kind.startswith("request_") and message.kind != "request_cancelled":
                message.state, message.reason = MessageState.cancelled, OVERTAKEN
                message.finished_at = ctx.as_of
    ctx.session.flush()


def _scope(ctx: Context, plan: str | None, agency: str | None) -> tuple[int | None, int | None]:
    if plan and agency:
        raise WrongValue("plan", "Chọn một phạm vi: văn bản hoặc cơ quan.")
    found = ctx.session.exec(select(Plan).where(Plan.slug == plan)).first() if plan else None
    if plan and found is None:
        raise NotFound(
            f"no plan is called {plan!r}; see: dondoc status", f"Không có văn bản nào có mã “{plan}”.", field="plan"
        )
    return found.id if found else None, agency_by_code(ctx, agency, "agency").id if agency else None


def _row(ctx: Context, row: Pause) -> PauseRow:
    plan = ctx.session.get(Plan, row.plan_id) if row.plan_id else None
    agency = ctx.session.get(Agency, row.agency_id) if row.agency_id else None
    return PauseRow(
        id=row.id or 0,
        plan=plan.slug if plan else "",
        plan_number=plan.number if plan else "",
        agency=agency.code if agency else "",
        agency_name=agency.name if agency else "",
        reason=row.reason,
        paused_by=row.paused_by,
        paused_at=row.paused_at,
        resumed_at=row.resumed_at,
    )
