"""Addresses of programs that are told of events: made, shown, ended by people."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import col, func, select

from models.tables import AuditEntry, Webhook, WebhookEvent
from notifications.kit import is_loopback
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.webhooks import PREFIX, kinds_of
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.sealing import seal
from obligations.settings import Settings

MOST, LONGEST_NAME, LONGEST_URL = 20, 120, 500


@dataclass(frozen=True)
class MadeWebhook:
    """What is shown once: ``secret`` signs every event."""

    public_id: str
    secret: str


@dataclass(frozen=True)
class WebhookRow:
    """One address as people see it. ``waiting``: events not yet taken; ``last``: how the newest attempt ended."""

    public_id: str
    name: str
    url: str
    kinds: list[str]
    created_by: str
    created_at: datetime
    waiting: int
    last: str
    last_at: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str


def add_webhook(ctx: Context, name: str, url: str, kinds: list[str]) -> MadeWebhook:
    """A new address, told of what happens from now on. Refused for a host that is not allowed or an unknown kind."""
    name, url, kept = name.strip(), url.strip(), kinds_of(kinds)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise WrongValue("name", f"Tên của nơi nhận cần có từ 1 đến {LONGEST_NAME} ký tự.")
    if kept is None:
        raise WrongValue("kinds", "Đề nghị chọn ít nhất một loại sự kiện trong danh sách.")
    if problem := refusal(ctx.settings, url):
        raise WrongValue("url", problem)
    if ctx.session.exec(select(func.count()).where(col(Webhook.disabled_at).is_(None))).one() >= MOST:
        raise Refused(f"Đã có {MOST} nơi nhận đang dùng; đề nghị thu hồi nơi không còn cần.")
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    newest = ctx.session.exec(select(func.max(AuditEntry.seq))).one() or 0
    row = Webhook(
        name=name,
        url=url,
        kinds=kept,
        secret=seal(ctx.settings, secret),
        created_by=ctx.actor,
        created_at=ctx.as_of,
        told_seq=newest,
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(ctx, "webhook.added", row.public_id, name=name, host=urlsplit(url).hostname, kinds=kept)
    return MadeWebhook(row.public_id, secret)


def end_webhook(ctx: Context, public_id: str, reason: str) -> None:
    """Nothing more is sent. A second time changes nothing. Refused without a reason; NotFound: no such address."""
    if not reason.strip():
        raise WrongValue("reason", "Đề nghị ghi lý do.")
    row = ctx.session.exec(select(Webhook).where(Webhook.public_id == public_id).with_for_update()).first()
    if row is None:
        raise NotFound(f"no webhook has the id {public_id!r}")
    if row.disabled_at is None:
        row.disabled_at, row.disabled_reason = ctx.as_of, reason.strip()[:300]
        audit.record(ctx, "webhook.ended", public_id, reason=reason.strip())


def webhooks(ctx: Context) -> list[WebhookRow]:
    """Every address, newest first; never a secret."""
    rows = ctx.session.exec(select(Webhook).order_by(col(Webhook.id).desc())).all()
    waiting = dict(
        ctx.session.exec(
            select(WebhookEvent.webhook_id, func.count())
            .where(col(WebhookEvent.next_at).is_not(None))
            .group_by(col(WebhookEvent.webhook_id))
        ).all()
    )
    return [_row(ctx, row, waiting.get(row.id or 0, 0)) for row in rows]


def refusal(settings: Settings, url: str) -> str | None:
    """Why an address may not be told, if it may not: not https, with a name and password, or a host nobody allowed."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "Địa chỉ nhận không đúng."
    if len(url) > LONGEST_URL or not host or parts.username is not None or parts.fragment:
        return "Địa chỉ nhận không đúng."
    here = is_loopback(host)
    if parts.scheme not in (("http", "https") if here else ("https",)):
        return "Địa chỉ nhận phải bắt đầu bằng https://."
    if here and (port or 0) in (settings.prefect_port, settings.portal_port):
        return "Địa chỉ này là của chính hệ thống."
    if host.lower() not in settings.webhook_hosts.lower().split():
        return f"Máy chủ {host} chưa được phép nhận; quản trị thêm vào DONDOC_WEBHOOK_HOSTS."
    return None


def _row(ctx: Context, row: Webhook, waiting: int) -> WebhookRow:
    query = (
        select(WebhookEvent.last_status, WebhookEvent.sent_at)
        .where(WebhookEvent.webhook_id == row.id, WebhookEvent.attempts > 0)
        .order_by(col(WebhookEvent.id).desc())
        .limit(1)
    )
    last, last_at = ctx.session.exec(query).first() or ("", None)
    return WebhookRow(
        row.public_id,
        row.name,
        row.url,
        row.kinds.split(),
        row.created_by,
        row.created_at,
        waiting,
        last,
        last_at,
        row.failing_since,
        row.disabled_at,
        row.disabled_reason,
    )
