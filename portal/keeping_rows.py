"""The rows of tables about an installation's own keeping, and of the calls of one request; every cell is text."""

from obligations.services.accounts.handovers import handovers as handover_rows
from obligations.services.actor_names import actor_names
from obligations.services.context import Context
from obligations.services.interface.tokens import tokens as token_rows
from obligations.services.interface.webhooks import webhooks as webhook_rows
from obligations.services.reporting.report_templates import list_templates
from obligations.services.requests.report import find_request
from obligations.services.requests.views import call_list
from portal import texts_vi as texts
from portal.audit_words import action_words
from portal.table_rows import Asked, Row, at_text, day_text


def request_calls(ctx: Context, asked: Asked, most: int) -> list[Row]:
    """Whom to telephone about one ad-hoc request; NotFound when there is none."""
    _, period = find_request(ctx, asked.get("request", ""))
    return [
        (
            c.name,
            c.phone or "chưa có số",
            ("chưa có địa chỉ gửi" if not c.address else texts.MESSAGE_STATE[c.notice] if c.notice else "chưa có"),
            f"đã xác nhận lúc {at_text(ctx, c.acknowledged_at)}, chưa gửi"
            if c.acknowledged_at
            else "chưa xác nhận, chưa gửi",
        )
        for c in call_list(ctx, period)[:most]
    ]


def handovers(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Bàn giao, ủy quyền."""
    return [
        (
            g.giver,
            g.taker,
            "bàn giao" if g.transfer else "ủy quyền",
            "; ".join(texts.ROLE[role] for role in g.roles),
            day_text(g.from_on),
            day_text(g.until_on),
            g.document,
            g.reason,
            g.recorded_by,
            texts.HANDOVER_STATE[g.state],
        )
        for g in handover_rows(ctx)[:most]
    ]


def tokens(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Mã truy cập of programs, never a secret."""
    found = token_rows(ctx)[:most]
    people = actor_names(ctx, {name for one in found for name in (one.owner, one.created_by)})
    return [
        (
            one.name,
            f"{one.prefix}…",
            one.agency or people.get(one.owner, one.owner),
            "; ".join(texts.SCOPE[scope] for scope in one.scopes),
            texts.TOKEN_STATE[one.state],
            at_text(ctx, one.expires_at),
            at_text(ctx, one.last_used_at),
            at_text(ctx, one.created_at),
            people.get(one.created_by, one.created_by),
        )
        for one in found
    ]


def webhooks(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Nơi nhận sự kiện, never a secret."""
    return [
        (
            one.name,
            one.url,
            "; ".join(action_words(kind) for kind in one.kinds),
            "đã ngừng" if one.disabled_at else "chưa nhận được" if one.failing_since else "đang báo",
            at_text(ctx, one.disabled_at or one.failing_since),
            one.disabled_reason,
            str(one.waiting),
        )
        for one in webhook_rows(ctx)[:most]
    ]


def templates(ctx: Context, _: Asked, most: int) -> list[Row]:
    """Mẫu báo cáo tổng hợp, every version."""
    return [
        (
            row.duty or "Mọi nhiệm vụ",
            row.file_name,
            str(row.version),
            "đang dùng" if row.in_force else "đã ngừng" if row.withdrawn_at else "đã có mẫu mới hơn",
            at_text(ctx, row.uploaded_at),
            row.uploaded_by,
            str(row.reports),
        )
        for row in list_templates(ctx)[:most]
    ]
