"""A sign-in link by mail: the same answer to everybody, few an hour to each account, at once and at any hour.

The link is derived when it is sent, from the installation's key, so that neither the note nor the database holds it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import col, delete, func, select

from models.tables import Account, ServiceNote, SignInMail
from models.types import public_id
from notifications.operational import OperationalNote, render_operational
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.accounts.note_mail import CHANNEL, SIGN_IN, TOKEN_HERE, send_notes
from obligations.services.accounts.people import account_by_name
from obligations.services.channels.channel_choice import sends
from obligations.services.context import App, Context
from obligations.services.links import sign_in_token, token_sha256

MOST_AN_HOUR = 5
DOUBLE_CLICK = timedelta(seconds=60)
KEPT = timedelta(days=1)


def mails_links(ctx: Context) -> bool:
    """Whether mail is sent at all; without, links are printed on the server."""
    return sends(ctx, CHANNEL)


def ask_link(app: App, clock: Callable[[], datetime], typed: str) -> int:
    """Send a link to whoever this name or address belongs to; returns how many went, for nobody to be told."""
    now = clock()
    with app.write(now, "sign-in") as ctx:
        notes = [_write(ctx, account) for account in _meant(ctx, typed.strip()) if _may(ctx, account)]
    return send_notes(app, clock, notes) if notes else 0


def write_link(ctx: Context, name: str) -> int:
    """The same for an administrator who lets somebody in; gives the number of the note. Refused without mail."""
    account = account_by_name(ctx, name)
    if not mails_links(ctx):
        raise Refused(f"Chưa cấu hình kênh thư điện tử. Trên máy chủ, chạy lệnh: dondoc login {name}")
    if account.is_sample:
        raise Refused("Tài khoản mẫu không có hộp thư thật.")
    if not _may(ctx, account):
        raise Refused("Vừa gửi đường dẫn đến tài khoản này. Đề nghị đợi ít phút.")
    audit.record(ctx, "account.link_sent", name)
    return _write(ctx, account)


def _meant(ctx: Context, typed: str) -> list[Account]:
    """By name, else by address; locked, so that two requests at once count each other."""
    query = select(Account).where(
        col(Account.disabled_at).is_(None), col(Account.is_sample).is_(False), Account.email != ""
    )
    column = Account.email if "@" in typed else Account.name
    found = ctx.session.exec(query.where(func.lower(column) == typed.lower()).with_for_update()).all()
    return list(found) if mails_links(ctx) else []


def _may(ctx: Context, account: Account) -> bool:
    """Not at a second click, and not more often than a person needs."""
    ctx.session.exec(delete(SignInMail).where(col(SignInMail.created_at) < ctx.as_of - KEPT))
    query = select(SignInMail.created_at).where(
        SignInMail.account_id == account.id, col(SignInMail.created_at) > ctx.as_of - timedelta(hours=1)
    )
    sent = ctx.session.exec(query).all()
    return len(sent) < MOST_AN_HOUR and all(ctx.as_of - at >= DOUBLE_CLICK for at in sent)


def _write(ctx: Context, account: Account) -> int:
    settings, message_id = ctx.settings, f"{public_id()}@{ctx.settings.mail_domain}"
    ctx.session.add(
        SignInMail(
            token_sha256=token_sha256(sign_in_token(settings, message_id)),
            account_id=account.id or 0,
            created_at=ctx.as_of,
            expires_at=ctx.as_of + timedelta(minutes=settings.link_minutes),
        )
    )
    shown = render_operational(
        OperationalNote(
            SIGN_IN,
            unit=account.display_name,
            as_of=ctx.as_of.astimezone(settings.zone),
            page=f"{settings.base_url}/login/{TOKEN_HERE}",
            count=settings.link_minutes,
            about=account.name,
            since=ctx.as_of.astimezone(settings.zone),
        )
    )
    note = ServiceNote(
        key=f"{SIGN_IN}:{message_id}"[:200],
        account_id=account.id or 0,
        message_id=message_id,
        kind=SIGN_IN,
        subject=shown.subject,
        text=shown.text,
        html=shown.html,
        created_at=ctx.as_of,
        next_at=ctx.as_of,
    )
    ctx.session.add(note)
    ctx.session.flush()
    return note.id or 0
