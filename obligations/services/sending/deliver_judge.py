"""Whether a message whose time has come still goes: to whom, about what, or why not. The same for sending and foretelling."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.enums import AddressState
from models.tables import Contact, Message
from obligations.services.context import Context
from obligations.services.sending.notices import chasing_moment
from obligations.services.sending.outbox import ASKED, LINKLESS
from obligations.services.sending.render import kind_now
from obligations.services.sending.render_rows import Row, still_owed

AT_ONCE = (*ASKED, "sent_claim")
"""Kinds a person waits for: they go at any hour. Every other one that missed its office hours waits for the next."""
NOT_OWED = "Không còn phải nhắc: đã nhận báo cáo, đã đổi thời hạn hoặc đã có thông báo mới hơn"
NO_ADDRESS = "Địa chỉ không còn dùng"
IN_DOUBT = "Cần người xử lý: chưa rõ đã chuyển hay chưa, không gửi lại để tránh trùng"


@dataclass(frozen=True)
class Goes:
    """It goes now."""

    contact: Contact
    rows: Sequence[Row]


@dataclass(frozen=True)
class Waits:
    """It goes later: out of office hours, or right after a long break."""

    until: datetime


@dataclass(frozen=True)
class Ends:
    """It does not go. ``failed``: it should have, and a person must know; otherwise nobody misses it."""

    reason: str
    failed: bool = False


Verdict = Goes | Waits | Ends


def judge(
    ctx: Context,
    message: Message,
    rows: Sequence[Row],
    contact: Contact | None,
    overtaken: Collection[int],
    *,
    may_repeat: bool = True,
) -> Verdict:
    """Decide about one message at ``ctx.as_of``. ``may_repeat``: false once its doubts may not be ended by resending."""
    owed = still_owed(ctx, message, rows, overtaken)
    if not owed:
        return Ends(NOT_OWED)
    if not may_repeat:
        return Ends(IN_DOUBT, failed=True)
    gone = contact is None or (contact.removed_at is not None and message.kind not in LINKLESS)
    if contact is None or gone or contact.state != AddressState.active:
        return Ends(NO_ADDRESS, failed=True)
    if message.priority > 0 or message.kind not in AT_ONCE:
        later = chasing_moment(ctx, kind_now(ctx, message, owed), message.priority)
        if later > ctx.as_of:
            return Waits(later)
    return Goes(contact, owed)
