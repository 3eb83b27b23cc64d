"""What about the service itself needs a person: failing channels, consent, doubtful messages, agencies out of reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from models.enums import BreakerState, MessageState
from models.tables import AuditEntry, ChannelState, Message, OauthToken
from notifications.operational import OperationalNote, render_operational
from obligations.rules.ledger_wording import channel_text
from obligations.services.agencies.contact_health import out_of_reach
from obligations.services.context import Context
from obligations.services.isolating.destroy import waiting_rows
from obligations.services.sending.deliver_judge import IN_DOUBT

PATIENCE = timedelta(minutes=15)
"""A channel that works again within this is no matter for a person."""
RECENT = timedelta(days=1)
WAITING = (MessageState.planned, MessageState.retry, MessageState.unknown)
APART = "set_apart"
CONNECT = "chạy lệnh: dondoc zalo connect {oa}"

# Built once: every first page asks.
_RESTING = select(ChannelState).where(ChannelState.breaker != BreakerState.closed)
_ALARMED = select(OauthToken).where(OauthToken.alarm != "").order_by(col(OauthToken.oa))
_DOUBTED = (
    select(Message.channel, func.count(), func.min(Message.finished_at))
    .where(Message.state == MessageState.failed, col(Message.reason).startswith(IN_DOUBT, autoescape=True))
    .where(col(Message.finished_at) > bindparam("after"))
    .group_by(col(Message.channel))
    .order_by(col(Message.channel))
)


@dataclass(frozen=True)
class Concern:
    """One thing to tell. ``about`` names the channel or account, so that each is told on its own."""

    about: str
    note: OperationalNote


def concerns(ctx: Context) -> list[Concern]:
    """Everything that needs a person now; a fixed number of queries for each channel and account that is in trouble."""
    return [*_set_apart(ctx), *_of_service(ctx)]


def troubles(ctx: Context) -> list[tuple[str, str, str]]:
    """The same for a page: each in words, the address within the portal, and what is known of it.

    Without what is set apart: the page has a part of its own for that.
    """
    begin = len(ctx.settings.base_url)
    found = [concern.note for concern in _of_service(ctx)]
    return [(render_operational(note).subject, note.page[begin:], note.detail) for note in found]


def _of_service(ctx: Context) -> list[Concern]:
    return [*_failing(ctx), *_without_consent(ctx), *_doubtful(ctx), *_unreachable(ctx)]


def _set_apart(ctx: Context) -> Iterator[Concern]:
    """By mail nothing is said of what or whose it is."""
    rows = waiting_rows(ctx)
    if rows:
        yield Concern("isolation", _note(ctx, APART, "/today", len(rows), since=rows[0].isolated_at))


def _failing(ctx: Context) -> Iterator[Concern]:
    rows = ctx.session.exec(_RESTING).all()
    for row in rows:
        began = select(func.max(AuditEntry.at)).where(
            AuditEntry.action == "channel.resting", AuditEntry.subject == row.name
        )
        since = ctx.session.exec(began).one() or row.changed_at
        if ctx.as_of - since < PATIENCE:
            continue
        detail = f"mã {row.last_code}: {row.last_text}" if row.last_code else row.last_text
        yield Concern(
            row.name,
            _note(
                ctx,
                "delivery_failing",
                "/messages",
                _waiting(ctx, row.name),
                row.name,
                since=since,
                detail=detail[:200],
            ),
        )


def _without_consent(ctx: Context) -> Iterator[Concern]:
    for row in ctx.session.exec(_ALARMED).all():
        detail = CONNECT.format(oa=row.oa)
        yield Concern(row.oa, _note(ctx, "consent_needed", "/", _waiting(ctx, "zalooa"), "zalooa", detail=detail))


def _doubtful(ctx: Context) -> Iterator[Concern]:
    for channel, count, since in ctx.session.exec(_DOUBTED, params={"after": ctx.as_of - RECENT}).all():
        yield Concern(channel, _note(ctx, "doubtful", "/messages", count, channel, since=since))


def _unreachable(ctx: Context) -> Iterator[Concern]:
    names = tuple(out_of_reach(ctx))
    if names:
        yield Concern("contacts", _note(ctx, "unreachable", "/contacts", len(names), names=names))


def _waiting(ctx: Context, channel: str) -> int:
    query = select(func.count()).select_from(Message)
    return ctx.session.exec(
        query.where(
            Message.channel == channel, col(Message.state).in_(WAITING), col(Message.next_at) <= ctx.as_of + RECENT
        )
    ).one()


def _note(
    ctx: Context,
    kind: str,
    page: str,
    count: int,
    channel: str = "",
    *,
    since: datetime | None = None,
    detail: str = "",
    names: tuple[str, ...] = (),
) -> OperationalNote:
    zone, settings = ctx.settings.zone, ctx.settings
    return OperationalNote(
        kind,
        unit=settings.unit,
        as_of=ctx.as_of.astimezone(zone),
        page=f"{settings.base_url}{page}",
        count=count,
        channel=channel_text(channel) if channel else "",
        since=since.astimezone(zone) if since else None,
        detail=detail,
        names=names,
    )
