"""Telling coordinators by mail what about the service needs a person: each thing once a day, in office hours."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import col, select

from models.engine import serialise
from models.tables import Account, ServiceNote
from models.types import public_id
from notifications.notice import Rendered
from notifications.operational import render_operational
from obligations.rules.rights import COORDINATOR
from obligations.services.accounts.note_mail import CHANNEL, send_notes
from obligations.services.accounts.roles import holders
from obligations.services.channels.channel_choice import sends
from obligations.services.context import App, Context
from obligations.services.running.service_watch import concerns
from obligations.services.sending.notices import office_moment

LOCK = 197_016


def tell_coordinators(app: App, clock: Callable[[], datetime]) -> int:
    """Write what is to be told today and send what has not gone yet; returns how many notes went."""
    now = clock()
    with app.read(now, "deliver") as ctx:
        open_now = office_moment(ctx, now) <= now and sends(ctx, CHANNEL)
        wanted = _unwritten(ctx) if open_now else []
    if wanted:
        with app.write(now, "deliver") as ctx:
            serialise(ctx.session, LOCK)
            ctx.session.add_all(row for row in wanted if not _known(ctx, row.key))
    return _send(app, clock) if open_now else 0


def _unwritten(ctx: Context) -> list[ServiceNote]:
    """Notes that nobody has written yet today: one an account."""
    found = concerns(ctx)
    if not found:
        return []
    rows = []
    for account in holders(ctx, COORDINATOR):
        for concern in found:
            key = f"{concern.note.kind}:{concern.about}:{ctx.today}:{account.id}"
            if account.email and not account.is_sample and not _known(ctx, key):
                rows.append(_row(ctx, account, key, concern.note.kind, render_operational(concern.note)))
    return rows


def _row(ctx: Context, account: Account, key: str, kind: str, shown: Rendered) -> ServiceNote:
    return ServiceNote(
        key=key,
        account_id=account.id or 0,
        message_id=f"{public_id()}@{ctx.settings.mail_domain}",
        kind=kind,
        subject=shown.subject,
        text=shown.text,
        html=shown.html,
        created_at=ctx.as_of,
        next_at=ctx.as_of,
    )


def _known(ctx: Context, key: str) -> bool:
    return ctx.session.exec(select(ServiceNote.id).where(ServiceNote.key == key)).first() is not None


def _send(app: App, clock: Callable[[], datetime]) -> int:
    with app.read(clock(), "deliver") as ctx:
        waiting = select(ServiceNote.id).where(col(ServiceNote.next_at) <= ctx.as_of).order_by(col(ServiceNote.id))
        ids = ctx.session.exec(waiting).all()
    return send_notes(app, clock, [number or 0 for number in ids])
