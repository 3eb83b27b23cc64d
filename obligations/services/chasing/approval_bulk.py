"""Trình, duyệt of many drafts in one act: a day's letters to leaders are one piece of work for each of the two people (S6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message
from obligations.errors import Refused, WrongValue
from obligations.rules.rights import APPROVER
from obligations.services.accounts.roles import holders, holds
from obligations.services.chasing.approval import (
    NOBODY,
    NOT_AN_APPROVER,
    is_submitted,
    let_go,
    mark_submitted,
    note_approved,
    why_not_approve,
)
from obligations.services.context import Context
from obligations.services.sending.daily_cap import keep_to_cap

MOST = 1000
"""Drafts in one act, and on the page that shows all of them."""


@dataclass(frozen=True)
class Many:
    """``done``: drafts that were dealt with; ``left``: chosen, but changed meanwhile, or not this person's to decide."""

    done: int
    left: int


def submit_many(ctx: Context, public_ids: Iterable[str]) -> Many:
    """Trình duyệt every chosen draft that is still to be submitted, each under an entry of its own."""
    if not holders(ctx, APPROVER):
        raise Refused(NOBODY)
    drafts, asked = _drafts(ctx, public_ids)
    mine = [message for message in drafts if not is_submitted(message)]
    _some(mine, "Không còn dự thảo nào trong số đã chọn chờ trình; đề nghị tải lại trang.")
    for message in mine:
        mark_submitted(ctx, message)
    return Many(len(mine), asked - len(mine))


def approve_many(ctx: Context, public_ids: Iterable[str]) -> Many:
    """Duyệt, chuyển every chosen draft that was submitted; what could not be approved alone is left."""
    if not holds(ctx, ctx.actor, APPROVER):
        raise Refused(NOT_AN_APPROVER)
    drafts, asked = _drafts(ctx, public_ids)
    waiting = [message for message in drafts if is_submitted(message)]
    allowed = approvable_from(ctx, [message.context["submitted_by"] for message in waiting])
    mine = [message for message in waiting if message.context["submitted_by"] in allowed]
    _some(mine, "Không có dự thảo nào trong số đã chọn do người khác trình và còn chờ duyệt; đề nghị tải lại trang.")
    for message in mine:
        let_go(ctx, message)
        note_approved(ctx, message)
    keep_to_cap(ctx)
    return Many(len(mine), asked - len(mine))


def approvable_from(ctx: Context, submitters: Iterable[str]) -> set[str]:
    """Those of these names whose drafts whoever acts may approve."""
    names = set(submitters)
    if not names or not holds(ctx, ctx.actor, APPROVER):
        return set()
    return {name for name in names if not why_not_approve(ctx, name, "dự thảo")}


def _drafts(ctx: Context, public_ids: Iterable[str]) -> tuple[list[Message], int]:
    """The chosen ones that are drafts still, in their order, and how many were chosen."""
    wanted = set(public_ids)
    if not wanted:
        raise WrongValue("messages", "Cần chọn ít nhất một dự thảo.")
    if len(wanted) > MOST:
        raise WrongValue("messages", f"Mỗi lần chọn nhiều nhất {MOST} dự thảo.")
    query = select(Message).where(col(Message.public_id).in_(wanted), Message.state == MessageState.draft)
    return list(ctx.session.exec(query.order_by(col(Message.id)).with_for_update()).all()), len(wanted)


def _some(mine: list[Message], said: str) -> None:
    if not mine:
        raise Refused(said)
