"""A notice as templates see it: every value clean text, every judgement already made."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from notifications.notice import NoticeContext, NoticeItem
from notifications.vietnamese import WEEKDAYS, ask_of, clock, counted, head_of, long_day, moment, span, you_of

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]")
FOR_SIGNATURE = ("letter",)
WITHOUT_LINK = (*FOR_SIGNATURE, "inform")
DUE_LABELS = {
    "plan": "Hạn theo văn bản",
    "letter": "Hạn theo công văn hướng dẫn",
    "internal": "Hạn ấn định nội bộ",
}
"""Drafts that a person signs: to the body, not to a person; without a link or the automatic signature."""
SATURDAY = 5


@dataclass(frozen=True)
class ItemView:
    """One duty, in words."""

    title: str
    clause: str
    period: str
    thing: str
    due: str
    due_label: str
    basis: str
    internal: bool
    receiver: str
    agreed: str
    arrived: str
    for_all: bool
    practical: str
    practical_day: str
    due_day: str
    due_long: str
    moved_by_rest: bool
    rest: str
    left: int | None
    late: int | None
    state: str
    remarks: list[str]
    receipt: str
    received: str
    form: str
    kept: str
    unsigned: bool
    window: str
    until: str
    extended: str
    document: str
    first_notice: str
    told: str
    urgency: str
    content: list[str]
    by: str
    """``10h00 ngày 24/11/2026``; empty unless it is an ad-hoc request, as the words below."""
    remaining: str
    overrun: str
    by_document: bool
    wrong: str
    """The notice that a correction takes back, by subject and minute; the words below are its day and its minute."""
    wrong_day: str
    wrong_moment: str
    stands_again: str
    owed: bool


@dataclass(frozen=True)
class NoticeView:
    """A whole notice, in words. ``thing`` names what is asked for; ``late`` the most days anything is overdue."""

    to: str
    you: str
    ask: str
    requested: bool
    own: bool
    receiver: str
    internal: bool
    courteous: bool
    government: bool
    agency: str
    from_: str
    reader: str
    plan: str
    plan_citation: str
    basis: str
    unit: str
    landline: str
    host: str
    network_note: str
    link: str
    code: str
    items: list[ItemView]
    item: ItemView
    many: bool
    thing: str
    is_report: bool
    near: str
    same_day: bool
    late: int | None
    late_items: int
    left: int | None
    automatic: bool
    year: int
    tomorrow: str
    today: str
    is_request: bool
    urgency: str


def view_of(kind: str, context: NoticeContext) -> NoticeView:
    """Judge and word everything once, so that templates only place words."""
    name = line(context.agency_name)
    items = [_item(item, context) for item in context.items]
    requested = any(item.requested for item in context.items)
    to_person = context.addressee == "leader" and kind not in FOR_SIGNATURE
    same_day = len({item.practical_due_on for item in context.items}) == 1
    lefts = [item.left for item in items if item.left is not None]
    return NoticeView(
        to=head_of(name, context.agency_kind) if to_person else name,
        you=_you(name, context.agency_kind, to_person=to_person),
        ask=ask_of(context.agency_kind, requested=requested),
        requested=all(item.requested for item in context.items),
        own=context.own,
        receiver=line(context.receiver),
        internal=any(item.internal for item in items),
        courteous=ask_of(context.agency_kind, requested=requested) != "đề nghị",
        government=context.agency_kind == "government" and not requested,
        agency=name,
        from_=line(context.consolidator),
        reader=line(context.reader),
        plan=line(context.plan_citation).partition(" ngày ")[0],
        plan_citation=line(context.plan_citation),
        basis=line(context.basis_document),
        unit=line(context.unit_line),
        landline=line(context.landline),
        host=line(context.portal_host),
        network_note=line(context.network_note),
        link=line(context.link) if kind not in WITHOUT_LINK else "",
        code=line(context.code) if kind not in WITHOUT_LINK else "",
        items=items,
        item=items[0],
        many=len(items) > 1,
        thing=_thing(items),
        is_report=len(items) == 1 and _is_report(context.items[0]),
        near=_thing(items) if same_day else f"nội dung đến hạn sớm nhất trong {_thing(items)}",
        same_day=same_day,
        late=max((item.late for item in items if item.late), default=None),
        late_items=sum(bool(item.late) for item in items),
        left=min(lefts, default=None),
        automatic=kind not in FOR_SIGNATURE,
        year=context.as_of.year,
        tomorrow=_tomorrow(context),
        today=long_day(context.as_of.date()),
        is_request=all(item.request is not None for item in context.items),
        urgency=items[0].urgency,
    )


@lru_cache(maxsize=4096)
def line(text: str | None) -> str:
    """One line without control characters or direction marks; None is empty."""
    return " ".join(_CONTROL.sub(" ", text or "").split())


def _you(name: str, kind: str, *, to_person: bool) -> str:
    if to_person:
        return "Ông/Bà" if kind == "association" else "đồng chí"
    return you_of(name, kind)


def _item(item: NoticeItem, context: NoticeContext) -> ItemView:
    late = item.days_late if _may_say_overdue(item, context) else None
    due_on = item.extended_to or item.due_on
    return ItemView(
        title=line(item.title),
        clause=line(item.clause_text),
        period=line(item.period_label),
        thing=_thing_of(item),
        due=_due(item),
        due_label=_due_label(item),
        basis=line(item.basis_note),
        internal=item.basis == "internal",
        receiver=line(item.receiver),
        agreed=line(item.agreed),
        arrived=_arrived(item),
        for_all=item.for_all,
        practical=long_day(item.practical_due_on),
        practical_day=f"{item.practical_due_on:%d/%m/%Y}",
        due_day=f"{due_on:%d/%m/%Y}",
        due_long=long_day(due_on),
        moved_by_rest=item.practical_due_on < due_on,
        rest=WEEKDAYS[due_on.weekday()] if due_on.weekday() >= SATURDAY else "ngày nghỉ",
        left=item.days_left,
        late=late,
        state=_state(item.days_left, late),
        remarks=[line(part) for part in (item.remarks or "").splitlines() if line(part)],
        receipt=line(item.receipt_number),
        received=moment(item.received_at) if item.received_at else "",
        form=line(item.form),
        kept=line(item.kept),
        unsigned=item.unsigned,
        window=line(item.data_window),
        until=long_day(item.until_on) if item.until_on else "",
        extended=_extended(item),
        document=_document(item),
        first_notice=f"{item.first_notice_on:%d/%m/%Y}" if item.first_notice_on else "",
        told=long_day(item.told_due_on) if item.told_due_on and item.told_due_on != due_on else "",
        wrong=_wrong(item),
        wrong_day=f"{item.wrong_at:%d/%m/%Y}" if item.wrong_at else "",
        wrong_moment=f"gửi lúc {moment(item.wrong_at)}" if item.wrong_at else "",
        stands_again=line(item.stands_again),
        owed=item.owed,
        **_request_words(item, late=late is not None),
    )


def _request_words(item: NoticeItem, *, late: bool) -> dict[str, Any]:
    """``late``: whether "quá hạn" may be said of it at all."""
    facts = item.request
    if facts is None:
        return {"urgency": "", "content": [], "by": "", "remaining": "", "overrun": "", "by_document": True}
    left = facts.minutes_left
    return {
        "urgency": line(facts.urgency),
        "content": [line(part) for part in facts.content.splitlines() if line(part)],
        "by": f"{clock(facts.due_at)} ngày {facts.due_at:%d/%m/%Y}",
        "remaining": f"còn {span(left)}" if left > 0 else "",
        "by_document": facts.by_document,
        "overrun": f"quá hạn {span(-left)}" if late and left < 0 else "",
    }


def _wrong(item: NoticeItem) -> str:
    """``“Đôn đốc gửi báo cáo năm 2026”, gửi lúc 14h00 ngày 02/11/2026``."""
    subject = f"“{line(item.wrong_subject)}”" if item.wrong_subject else ""
    at = f"gửi lúc {moment(item.wrong_at)}" if item.wrong_at else ""
    return ", ".join(part for part in (subject, at) if part)


def _thing_of(item: NoticeItem) -> str:
    if item.request is not None:
        return "báo cáo" if _is_report(item) else "kết quả thực hiện"
    return f"{'báo cáo' if _is_report(item) else 'kết quả thực hiện nhiệm vụ'} {line(item.period_label)}".strip()


def _extended(item: NoticeItem) -> str:
    if item.extended_to is None:
        return ""
    return moment(item.request.due_at) if item.request else f"hết {long_day(item.extended_to)}"


def _may_say_overdue(item: NoticeItem, context: NoticeContext) -> bool:
    """A second lock: whatever the caller counted, nothing is overdue before its day or before grace has passed."""
    today = context.as_of.date()
    if item.requested or not item.days_late or today < (item.extended_to or item.due_on):
        return False
    return not (item.grace_applies and today <= item.grace_until)


def _due_label(item: NoticeItem) -> str:
    if item.extended_to:
        return "Hạn đã gia hạn"
    return "Thời hạn" if item.request is not None else DUE_LABELS[item.basis]


def _arrived(item: NoticeItem) -> str:
    """``thứ Sáu, 30/10/2026, qua trục liên thông văn bản``."""
    parts = (long_day(item.arrived_on) if item.arrived_on else "", line(item.way))
    return ", ".join(part for part in parts if part)


def _document(item: NoticeItem) -> str:
    """``88/UBND-TH ngày 25/10/2026``."""
    on = f" ngày {item.document_on:%d/%m/%Y}" if item.document and item.document_on else ""
    return f"{line(item.document)}{on}"


def _due(item: NoticeItem) -> str:
    """``trước ngày 01/11 hàng năm (hết thứ Bảy, 31/10/2026)``, or the minute of an ad-hoc request."""
    if item.request is not None:
        return moment(item.request.due_at)
    if item.extended_to:
        return f"hết {long_day(item.extended_to)}"
    phrase, day = line(item.due_text), f"hết {long_day(item.due_on)}"
    return day if not phrase or phrase.startswith("hết ngày") else f"{phrase} ({day})"


def _state(left: int | None, late: int | None) -> str:
    if late:
        return f"quá hạn {counted(late)} ngày"
    if left is None:
        return ""
    return f"còn {counted(left)} ngày làm việc" if left else "hôm nay"


def _is_report(item: NoticeItem) -> bool:
    return item.title.strip().lower().startswith("báo cáo")


def _thing(items: list[ItemView]) -> str:
    if len(items) == 1:
        return items[0].thing
    reports = all(item.thing.startswith("báo cáo") for item in items)
    return f"{counted(len(items))} {'báo cáo' if reports else 'nội dung'}"


def _tomorrow(context: NoticeContext) -> str:
    """``Ngày mai, thứ Sáu, 30/10/2026``, or the next working day by name when that is not tomorrow."""
    days = [item.practical_due_on for item in context.items]
    nearest = min((day for day in days if day > context.as_of.date()), default=days[0])
    is_tomorrow = nearest - context.as_of.date() == timedelta(days=1)
    return f"{'Ngày mai' if is_tomorrow else 'Ngày làm việc tới'}, {long_day(nearest)},"
