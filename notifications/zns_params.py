"""A notice as the parameters of its ZNS template."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from notifications.layout import cut
from notifications.notice import NoticeContext, NoticeItem
from notifications.notice_view import ItemView, NoticeView, view_of
from notifications.vietnamese import long_day
from notifications.zns_templates import LONGEST, TEMPLATE_OF, Parameters

UNKNOWN = "xem trang riêng"
"""Zalo refuses an empty value."""
UNSIGNED = "còn phải gửi văn bản đã ký"
"""Stands beside the receipt number of a soft copy: the words of a registered template cannot change (S2)."""

AWAITED = "tạm dừng nhắc, chờ quyết định phân công"


@dataclass(frozen=True)
class ZnsMessage:
    """``template`` is our own name, without the id that Zalo gives it at approval; every value fits its place."""

    template: str
    params: dict[str, str]


def zns_message(kind: str, context: NoticeContext) -> ZnsMessage | None:
    """The template and its values; None when a notice of this kind never goes by ZNS."""
    name = TEMPLATE_OF.get(kind)
    if name is None or context.own or context.addressee != "clerk":
        return None
    shown = view_of(kind, context)
    item = _nearest(context.items)
    values = Parameters(
        agency=shown.agency,
        thing=shown.thing,
        due=_due(name, shown, item),
        state=_state(name, shown),
        plan="; ".join(part for part in (shown.plan, shown.basis) if part),
        unit=shown.from_,
        phone=shown.landline,
        code=context.code,
    )
    return ZnsMessage(name, {key: cut(text or UNKNOWN, LONGEST[key]) for key, text in asdict(values).items()})


def _nearest(items: Sequence[NoticeItem]) -> date:
    return min(item.practical_due_on for item in items)


def _due(name: str, shown: NoticeView, nearest: date) -> str:
    """The day or moment that the template's third row names."""
    item = shown.item
    due = {
        "overdue": item.due_long,
        "ask_again": item.due_long,
        "returned": item.until,
        "received": item.received,
        "by_hand": item.arrived or "chưa rõ",
        "dispute_received": item.received,
        "recalled": item.received,
        "extended": item.extended or item.due_long,
        "request": item.by,
    }
    return due.get(name, long_day(nearest)) if not shown.many or name in ("open", "before", "today") else _each(shown)


def _each(shown: NoticeView) -> str:
    return f"theo từng nội dung ({shown.item.due_day})" if len({i.due_day for i in shown.items}) == 1 else UNKNOWN


def _state(name: str, shown: NoticeView) -> str:
    item = shown.item
    if name in ("received", "by_hand"):
        number = item.receipt if not shown.many else UNKNOWN
        return f"{number}; {UNSIGNED}" if any(i.unsigned for i in shown.items) else number
    said = {
        "dispute_received": AWAITED,
        "recalled": "" if shown.many else f"{item.receipt}; {_now(item)}",
        "returned": "" if shown.many else item.receipt,
        "extended": "" if shown.many else item.document,
        "request": _urgency(item),
        "ask_again": "chưa có thông tin đã gửi",
    }
    return said[name] if name in said else _counted(shown)


def _now(item: ItemView) -> str:
    """What is owed after a recall, as the notice says it."""
    if item.owed:
        return "còn phải bổ sung, hoàn thiện" if item.stands_again else "chưa gửi"
    if item.unsigned:
        return UNSIGNED
    return f"báo cáo {item.stands_again} có hiệu lực trở lại" if item.stands_again else "không phải báo cáo kỳ này"


def _urgency(item: ItemView) -> str:
    parts = (item.urgency, item.overrun or item.remaining)
    return ", ".join(part for part in parts if part)


def _counted(shown: NoticeView) -> str:
    if shown.late:
        return f"quá hạn {shown.late:02d} ngày"
    if shown.left is None:
        return ""
    left = f"còn {shown.left:02d} ngày làm việc" if shown.left else "hôm nay"
    return f"{left} (ấn định nội bộ)" if shown.internal else left
