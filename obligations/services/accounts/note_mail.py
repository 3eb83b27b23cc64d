"""Mails of the service to its own people: each note is sent once by whoever takes it, or given up when it says nothing any more."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from models.tables import Account, ServiceNote
from notifications.channel import BrokenChannel, Channel, ChannelError
from notifications.message import Mail
from notifications.registry import open_channel
from obligations.services.channels.channel_kit import kit_of
from obligations.services.context import App, Context
from obligations.services.links import sign_in_token

CHANNEL = "email"
SIGN_IN = "sign_in"
"""Kind of a note that brings a sign-in link; it goes at once and at any hour, or not at all."""
TOKEN_HERE = "SIGN-IN-TOKEN"  # noqa: S105 - the place of it in the text: a stored note opens nothing
AGAIN_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=1)
"""A note older than this says nothing of today; the next day's is written anew."""


def send_notes(app: App, clock: Callable[[], datetime], ids: Sequence[int]) -> int:
    """Send these notes now, whatever the hour; returns how many went. One that is being sent already is left alone."""
    if not ids:
        return 0
    channel = _channel(app, clock)
    try:
        return sum(_send_one(app, channel, number, clock()) for number in ids)
    finally:
        channel.close()


def _channel(app: App, clock: Callable[[], datetime]) -> Channel:
    try:
        return open_channel(app.settings.channel_urls[CHANNEL], kit_of(app, clock))
    except ChannelError as error:
        return BrokenChannel(CHANNEL, str(error))


def _send_one(app: App, channel: Channel, number: int, now: datetime) -> bool:
    """Take it, so that no other pass does, then send it; whoever dies in between leaves it to a later pass."""
    with app.write(now, "deliver") as ctx:
        taken = ctx.session.scalars(
            update(ServiceNote)
            .where(col(ServiceNote.id) == number, col(ServiceNote.next_at) <= now)
            .values(next_at=now + AGAIN_AFTER, attempts=ServiceNote.attempts + 1)
            .returning(col(ServiceNote.id))
        ).first()
        if taken is None:
            return False
        note = ctx.session.get_one(ServiceNote, number)
        if now - note.created_at > _useful(ctx, note):
            note.next_at = None
            return False
        mail = _mail(ctx, note, ctx.session.get_one(Account, note.account_id).email)
    outcome = channel.send(mail)
    with app.write(now, "deliver") as ctx:
        note = ctx.session.get_one(ServiceNote, number)
        note.last_text = f"{outcome.code} {outcome.text}".strip()[:500]
        if outcome.kind == "accepted":
            note.sent_at, note.next_at = now, None
        elif outcome.kind == "permanent":
            note.next_at = None
    return outcome.kind == "accepted"


def _useful(ctx: Context, note: ServiceNote) -> timedelta:
    """How long after it was written it still says something of use."""
    return timedelta(minutes=ctx.settings.link_minutes) if note.kind == SIGN_IN else GIVE_UP_AFTER


def _mail(ctx: Context, note: ServiceNote, address: str) -> Mail:
    token = sign_in_token(ctx.settings, note.message_id) if note.kind == SIGN_IN else ""
    return Mail(
        note.message_id,
        CHANNEL,
        address,
        note.subject,
        note.text.replace(TOKEN_HERE, token),
        note.html.replace(TOKEN_HERE, token),
        from_name=ctx.settings.mail_from_name,
        reply_to=ctx.settings.reply_to,
        date=ctx.as_of.astimezone(ctx.settings.zone),
    )
