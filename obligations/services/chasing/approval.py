"""Trình, duyệt: a letter to a leader goes only when a *lãnh đạo duyệt* has approved it, where there is one (S6)."""

from sqlmodel import select

from models.enums import Audience, MessageState
from models.tables import Message
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.rights import APPROVER, COORDINATOR, own_name
from obligations.services import audit
from obligations.services.accounts.roles import holders, holds
from obligations.services.context import Context
from obligations.services.sending.daily_cap import keep_to_cap
from obligations.services.sending.notices import office_moment
from obligations.services.sending.outbox import EXPIRES_AFTER

SUBMITTED = "Đã trình lãnh đạo duyệt"
NOBODY = "Chưa có tài khoản lãnh đạo duyệt; chuyên viên tự chuyển dự thảo."
NOT_AN_APPROVER = "Chỉ tài khoản lãnh đạo duyệt được thực hiện việc này."


def needs_approval(ctx: Context) -> bool:
    """Whether anybody holds the role; without, the coordinator releases letters."""
    return bool(holders(ctx, APPROVER))


def submit_for_approval(ctx: Context, public_id: str) -> None:
    """Trình duyệt one draft."""
    message = _draft(ctx, public_id)
    if not needs_approval(ctx):
        raise Refused(NOBODY)
    if is_submitted(message):
        raise Refused(f"Dự thảo đã được {message.context['submitted_by']} trình duyệt.")
    mark_submitted(ctx, message)


def is_submitted(message: Message) -> bool:
    """Whether a draft waits for an approval."""
    return "submitted_by" in message.context


def mark_submitted(ctx: Context, message: Message) -> None:
    """Note who submitted a draft."""
    message.context = {**message.context, "submitted_by": ctx.actor, "submitted_at": ctx.as_of.isoformat()}
    message.reason = SUBMITTED
    audit.record(ctx, "message.submitted_for_approval", message.public_id, kind=message.kind)


def approve(ctx: Context, public_id: str) -> None:
    """Duyệt: the letter goes at the next office moment, under the approver's name.

    Refused to who submitted it, as long as anybody else could do one of the two.
    """
    message = _submitted(ctx, public_id)
    if problem := why_not_approve(ctx, message.context["submitted_by"], "dự thảo"):
        raise Refused(problem)
    release(ctx, message)
    note_approved(ctx, message)


def why_not_approve(ctx: Context, submitted_by: str, thing: str) -> str:
    """Why whoever acts may not approve what was submitted under this name, in words; empty when he may.

    Two people where there are two: another who approves, or another coordinator who submits. One rule for one letter, for many
    and for reports (``thing``).
    """
    me = own_name(ctx.actor)
    if own_name(submitted_by) != me:
        return ""
    for role, advice in ((APPROVER, "đề nghị {} duyệt"), (COORDINATOR, "đề nghị trả lại để {} trình")):
        others = [account.display_name for account in holders(ctx, role) if account.name != me]
        if others:
            return f"Người trình không tự duyệt {thing} của mình; {advice.format(' hoặc '.join(others))}."
    return ""


def note_approved(ctx: Context, message: Message) -> None:
    """The approval of a draft in the trail."""
    audit.record(ctx, "message.approved", message.public_id, submitted_by=message.context["submitted_by"])


def send_back(ctx: Context, public_id: str, remarks: str) -> None:
    """Không duyệt: the draft returns to the coordinator with what is to be done about it."""
    if not remarks.strip():
        raise WrongValue("remarks", "Cần ghi ý kiến.")
    message = _submitted(ctx, public_id)
    by = message.context["submitted_by"]
    message.context = {k: v for k, v in message.context.items() if k not in ("submitted_by", "submitted_at")}
    message.reason = f"Ý kiến của lãnh đạo duyệt: {remarks.strip()}"
    audit.record(ctx, "message.sent_back", message.public_id, submitted_by=by, remarks=remarks.strip())


def release(ctx: Context, message: Message) -> None:
    """Let a message go at the next office moment, within its contact's daily cap."""
    let_go(ctx, message)
    keep_to_cap(ctx)


def let_go(ctx: Context, message: Message) -> None:
    """The same before the daily cap is kept, which is done once for many."""
    moment = office_moment(ctx, ctx.as_of)
    message.state, message.reason, message.released_by = MessageState.planned, "", ctx.actor
    message.planned_at = message.next_at = max(moment, message.planned_at)
    message.expires_at = message.next_at + EXPIRES_AFTER


def check_may_release(ctx: Context, message: Message) -> None:
    """Refused for a letter to a leader that somebody else must approve first."""
    if message.state == MessageState.draft and message.audience == Audience.leader and needs_approval(ctx):
        raise Refused("Thông báo gửi lãnh đạo cần được lãnh đạo duyệt; đề nghị trình duyệt dự thảo.")


def _draft(ctx: Context, public_id: str) -> Message:
    message = ctx.session.exec(select(Message).where(Message.public_id == public_id).with_for_update()).first()
    if message is None:
        raise NotFound("no such message")
    if message.state != MessageState.draft:
        raise Refused("Thông báo này không còn là dự thảo.")
    return message


def _submitted(ctx: Context, public_id: str) -> Message:
    if not holds(ctx, ctx.actor, APPROVER):
        raise Refused(NOT_AN_APPROVER)
    message = _draft(ctx, public_id)
    if not is_submitted(message):
        raise Refused("Dự thảo chưa được trình duyệt.")
    return message
