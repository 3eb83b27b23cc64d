"""The rows of every table that can be taken away, in the words of its page; every cell is given as text."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from obligations.rules.wording import document_text
from obligations.services.accounts.accounts_view import export_accounts
from obligations.services.agencies.agencies_view import agencies
from obligations.services.agencies.contacts import export_contacts
from obligations.services.asks.more_time import waiting_requests
from obligations.services.chasing.batch_views import list_batches
from obligations.services.context import Context
from obligations.services.feeds.health import feed_health
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.period_agencies import AgencyRow, agency_rows, narrowed
from obligations.services.overview.period_list import period_list_rows
from obligations.services.overview.plans import ObligationRow, plan_views
from obligations.services.overview.views_messages import ledger_rows
from obligations.services.requests.views import list_requests
from obligations.services.views.audit_view import audit_rows
from obligations.services.working_days.holidays_view import list_holidays
from portal import audit_words
from portal import texts_vi as texts

Row = tuple[str, ...]
Asked = Mapping[str, str]
Rows = Callable[[Context, Asked, int], list[Row]]
"""Reads at most so many rows, under the filters of the page as they stand in its address."""


def periods(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Kỳ báo cáo."""
    rows = period_list_rows(ctx, asked.get("plan", ""), asked.get("year", ""), asked.get("state", ""), most)
    return [
        (
            document_text(r.plan_number),
            r.title,
            r.period_text,
            texts.PERIOD_STATE[r.state],
            day_text(r.opens_on),
            day_text(r.due_on),
            *(str(n) for n in (r.assigned, r.submitted, r.accepted, r.returned, r.overdue, r.exempt, r.awaiting)),
        )
        for r in rows
    ]


def period(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Các cơ quan, đơn vị của một kỳ."""
    found = period_by_public_id(ctx, asked.get("period", ""))
    unseen = found.needs_confirmation and found.confirmed_at is None
    show = "" if unseen else asked.get("show", "")
    rows = narrowed(agency_rows(ctx, found), show)
    return [_agency(ctx, row) for row in rows[:most]]


def _agency(ctx: Context, row: AgencyRow) -> Row:
    standing, last = row.standing, row.last_notice
    return (
        texts.GROUP.get(row.group, ""),
        row.name,
        texts.DUTY[standing.duty],
        _state(row),
        day_text(standing.due_on),
        _arrival(row),
        "gửi chậm" if standing.late else "",
        day_text(row.overdue_since),
        day_text(standing.agreed_until),
        texts.MESSAGE_KIND.get(last.kind, last.kind) if last else "",
        at_text(ctx, last.at) if last else "",
        texts.CONTACT_SIGN[row.contact] if row.contact else "",
    )


def _arrival(row: AgencyRow) -> str:
    day = day_text(row.standing.arrived_on)
    return f"{day} là {texts.STATED_DAY}" if day and row.standing.stated else day or texts.NO_DAY[row.standing.no_day]


def _state(row: AgencyRow) -> str:
    said = row.standing.words
    return f"{said}, {texts.SENT_AFTER_ISSUE}" if row.after_issue else said


def messages(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Sổ theo dõi thông báo, addresses masked."""
    rows = ledger_rows(ctx, asked.get("state"), asked.get("agency"), asked.get("kind"), most, asked.get("waiting"))
    return [
        (
            at_text(ctx, m.at),
            m.agency,
            texts.AUDIENCE[m.audience],
            texts.CONTACT_CHANNEL.get(m.channel, m.channel),
            m.address,
            texts.MESSAGE_KIND.get(m.kind, m.kind),
            m.subject,
            texts.MESSAGE_STATE[m.state],
            m.reason,
        )
        for m in rows
    ]


def every_agency(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Cơ quan, đơn vị; an address is only said to be there."""
    rows = agencies(ctx, None if asked.get("ended") == "true" else ctx.today)
    return [
        (
            a.code,
            a.name,
            texts.AGENCY_KIND.get(a.kind, a.kind),
            day_text(a.valid_from),
            day_text(a.valid_to),
            "có" if a.address else "chưa có",
        )
        for a in rows[:most]
    ]


def holidays(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Ngày nghỉ, ngày làm bù."""
    year = asked.get("year", "")
    rows = list_holidays(ctx, int(year) if year.isdecimal() else ctx.today.year)
    return [
        (
            day_text(d.day),
            "làm việc" if d.kind == "worked" else "nghỉ",
            d.name,
            d.document or texts.DAY_SOURCE[d.source],
            d.status,
        )
        for d in rows[:most]
    ]


def audit(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Nhật ký thao tác."""
    rows, called = audit_rows(
        ctx, asked.get("actor", ""), asked.get("action", ""), asked.get("about", "").strip(), most
    )
    return [
        (
            str(e.seq),
            at_text(ctx, e.at),
            e.by or audit_words.actor_words(e.actor),
            audit_words.action_words(e.action),
            e.about.name if e.about else e.subject,
            "; ".join(
                f"{audit_words.detail_words(key)}: {audit_words.value_words(value, key, called)}"
                for key, value in e.detail.items()
                if value not in (None, "", [], {})
            ),
        )
        for e in rows
    ]


def feeds(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Lịch thời hạn của cơ quan, never a secret."""
    return [
        (
            f.agency_name,
            f.label,
            texts.FEED_USE[f.use],
            at_text(ctx, f.last_used_at),
            f.client,
            at_text(ctx, f.created_at),
            f.created_by,
        )
        for f in feed_health(ctx)[:most]
    ]


def contacts(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Đầu mối liên hệ with whole addresses: audited."""
    rows = export_contacts(ctx, asked.get("agency") or None, asked.get("format", ""))
    return [
        (
            c.agency,
            c.agency_name,
            texts.AUDIENCE[c.audience],
            texts.CONTACT_CHANNEL.get(c.channel, c.channel),
            c.address,
            c.label,
            c.purpose,
            c.source,
            "địa chỉ mẫu" if c.is_sample else "đang dùng" if c.state == "active" else texts.CONTACT_WHY[c.state],
        )
        for c in rows[:most]
    ]


def requests(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Đề nghị theo giờ."""
    return [
        (
            r.title,
            r.urgency,
            at_text(ctx, r.made_at),
            at_text(ctx, r.due_at),
            texts.PERIOD_STATE[r.state],
            *(str(n) for n in (r.agencies, r.received, r.acknowledged, r.waiting)),
        )
        for r in list_requests(ctx, most)
    ]


def duties(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Nhiệm vụ theo văn bản, each with its periods."""
    rows: list[Row] = [
        (
            plan.number,
            duty.title,
            duty.clause_text,
            texts.KIND[duty.kind],
            _deadline(duty),
            texts.BASIS[duty.basis] if duty.basis else "",
            "; ".join(f"{p.period_text}: {p.submitted}/{p.assigned}" for p in duty.periods),
        )
        for plan in plan_views(ctx)
        for duty in plan.obligations
    ]
    return rows[:most]


def plans(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Văn bản giao nhiệm vụ."""
    return [
        (
            p.number,
            p.title,
            p.issuer,
            day_text(p.issued_on),
            str(p.version),
            at_text(ctx, p.applied_at),
            day_text(p.since_on),
            str(len(p.obligations)),
            str(p.tasks),
            str(sum(len(duty.periods) for duty in p.obligations)),
        )
        for p in plan_views(ctx)[:most]
    ]


def batches(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Đợt đôn đốc: those that wait or go today, or all."""
    return [
        (
            at_text(ctx, b.goes_at),
            at_text(ctx, b.shown_at),
            b.desk,
            texts.BATCH_STATE[b.state],
            *(str(n) for n in (b.total, b.waiting, b.sent, b.paused)),
            b.decided_by or "",
            at_text(ctx, b.decided_at),
            b.reason,
        )
        for b in list_batches(ctx, everything=asked.get("everything") in ("1", "true"), most=most)
    ]


def asks(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Đề nghị thêm thời gian that wait for an answer."""
    return [
        (
            q.agency,
            q.title,
            q.period_text,
            day_text(q.due_on),
            day_text(q.wanted_on),
            q.reason,
            q.document,
            at_text(ctx, q.asked_at),
        )
        for q in waiting_requests(ctx)[:most]
    ]


def accounts(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Tài khoản: who may do what, never a secret; audited."""
    return [
        (
            a.name,
            a.display_name,
            a.email,
            "; ".join(texts.ROLE[role] for role in a.roles),
            "; ".join(f"{texts.ROLE[role]}, thay {giver}" for role, giver in a.instead),
            "; ".join(texts.ROLE[role] for role in a.rests),
            "đã khóa" if a.disabled_at else "tạm khóa" if a.locked_until else "đang dùng",
            "có" if a.second else "chưa có",
            "đã liên kết" if a.bound else "",
            at_text(ctx, a.last_seen_at),
        )
        for a in export_accounts(ctx, asked.get("format", ""))[:most]
    ]


def _deadline(duty: ObligationRow) -> str:
    if duty.phrase:
        return f"“{duty.phrase}”"
    if duty.due_month_day:
        return "ngày {:02d}/{:02d} hằng năm".format(*duty.due_month_day)
    return duty.derived or day_text(duty.due_on)


def day_text(day: date | None) -> str:
    """dd/mm/yyyy; nothing for none."""
    return f"{day:%d/%m/%Y}" if day else ""


def at_text(ctx: Context, at: datetime | None) -> str:
    """Minute and day in the installation's time zone; nothing for none."""
    return f"{at.astimezone(ctx.settings.zone):%H:%M %d/%m/%Y}" if at else ""
