"""Bàn giao, ủy quyền from day to day (S6): recorded once, in force by the calendar, ended early when need be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from models.engine import serialise
from models.tables import Account, Handover
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.rights import ROLES
from obligations.services import audit
from obligations.services.accounts.people import account_by_name, in_order
from obligations.services.accounts.roles import own_roles
from obligations.services.context import Context

LOCK = 197_025
LONGEST = 300


@dataclass(frozen=True)
class HandoverDraft:
    """What is asked for. Days are the installation's, both included; no ``until_on``: until it is ended."""

    giver: str
    taker: str
    roles: Collection[str]
    from_on: date
    until_on: date | None
    transfer: bool
    reason: str
    document: str


@dataclass(frozen=True)
class HandoverRow:
    """One for the page. ``state``: ``coming``, ``in_force``, ``over`` or ``ended``."""

    public_id: str
    giver: str
    taker: str
    roles: list[str]
    from_on: date
    until_on: date | None
    transfer: bool
    reason: str
    document: str
    recorded_by: str
    state: str


def hand_over(ctx: Context, draft: HandoverDraft) -> str:
    """Record one; the same a second time is the first. Refused for what the giver has not, or has transferred already."""
    serialise(ctx.session, LOCK)
    giver, taker = account_by_name(ctx, draft.giver), account_by_name(ctx, draft.taker)
    _check(ctx, draft, own_roles(ctx, giver))
    roles = in_order(draft.roles)
    for other in _living(ctx, giver):
        if _same(other, draft, taker, roles):
            return other.public_id
        if draft.transfer and other.transfer and set(other.roles) & set(roles) and _meet(other, draft):
            raise Refused(f"{giver.display_name} đã bàn giao vai trò này trong thời gian trên.")
    row = Handover(
        giver_id=giver.id or 0,
        taker_id=taker.id or 0,
        roles=roles,
        from_on=draft.from_on,
        until_on=draft.until_on,
        transfer=draft.transfer,
        reason=draft.reason.strip()[:LONGEST],
        document=draft.document.strip()[:LONGEST],
        recorded_by=ctx.actor,
        recorded_at=ctx.as_of,
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(
        ctx,
        "account.handed_over",
        giver.name,
        to=taker.name,
        roles=roles,
        transfer=draft.transfer,
        from_on=draft.from_on,
        until_on=draft.until_on,
        document=row.document,
    )
    return row.public_id


def end_handover(ctx: Context, public_id: str, reason: str) -> None:
    """End one from this moment; ended already, nothing happens."""
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    row = ctx.session.exec(select(Handover).where(Handover.public_id == public_id).with_for_update()).first()
    if row is None:
        raise NotFound("no such handover")
    if row.ended_at is None:
        row.ended_at, row.ended_by = ctx.as_of, ctx.actor
        giver = ctx.session.get_one(Account, row.giver_id).name
        audit.record(ctx, "account.handover_ended", giver, reason=reason.strip())


def handovers(ctx: Context) -> list[HandoverRow]:
    """Every one, newest first."""
    names = {a.id: a.display_name for a in ctx.session.exec(select(Account)).all()}
    rows = ctx.session.exec(select(Handover).order_by(col(Handover.id).desc())).all()
    return [
        HandoverRow(
            h.public_id,
            names[h.giver_id],
            names[h.taker_id],
            h.roles,
            h.from_on,
            h.until_on,
            h.transfer,
            h.reason,
            h.document,
            h.recorded_by,
            _state(ctx, h),
        )
        for h in rows
    ]


def _state(ctx: Context, row: Handover) -> str:
    if row.ended_at is not None:
        return "ended"
    if row.until_on is not None and row.until_on < ctx.today:
        return "over"
    return "coming" if row.from_on > ctx.today else "in_force"


def _check(ctx: Context, draft: HandoverDraft, has: frozenset[str]) -> None:
    if draft.giver == draft.taker:
        raise WrongValue("taker", "Người giao và người nhận phải khác nhau.")
    if not draft.reason.strip() or not draft.document.strip():
        raise WrongValue("reason", "Cần ghi lý do và văn bản bàn giao, ủy quyền.")
    if not draft.roles or not set(draft.roles) <= set(ROLES):
        raise WrongValue("roles", "Cần chọn vai trò được giao.")
    if not set(draft.roles) <= has:
        raise WrongValue(
            "roles", "Người giao không có vai trò này; vai trò đang làm thay người khác không giao tiếp được."
        )
    if draft.until_on is not None and draft.until_on < draft.from_on:
        raise WrongValue("until_on", "Ngày kết thúc không thể trước ngày bắt đầu.")
    if draft.until_on is None and not draft.transfer:
        raise WrongValue("until_on", "Ủy quyền cần có ngày kết thúc.")
    if draft.from_on < ctx.today:
        raise WrongValue("from_on", "Ngày bắt đầu không thể trước ngày hôm nay.")


def _living(ctx: Context, giver: Account) -> list[Handover]:
    query = select(Handover).where(Handover.giver_id == giver.id, col(Handover.ended_at).is_(None))
    return list(ctx.session.exec(query).all())


def _same(other: Handover, draft: HandoverDraft, taker: Account, roles: list[str]) -> bool:
    span = (other.from_on, other.until_on, other.transfer)
    return (
        other.taker_id == taker.id and other.roles == roles and span == (draft.from_on, draft.until_on, draft.transfer)
    )


def _meet(other: Handover, draft: HandoverDraft) -> bool:
    """Whether the two have a day in common."""
    begins = max(other.from_on, draft.from_on)
    ends = [day for day in (other.until_on, draft.until_on) if day is not None]
    return not ends or begins <= min(ends)
