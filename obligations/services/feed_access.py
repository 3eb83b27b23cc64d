"""Reading feeds, and the tokens that open private ones. Only hashes are stored; a token is shown once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from calendars.feed import FeedHead, render_feed
from models.tables import Agency, Feed, FeedEntry, FeedToken, Plan
from obligations.errors import NotFound
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.links import token_sha256
from obligations.services.lookup import agency_by_code, find_plan
from obligations.services.publish_feed import feed_of_agency

RENDERER = 1
MOST_EVENTS = 2000
TOKEN_BYTES = 32


@dataclass(frozen=True)
class FeedBody:
    """A feed ready to serve. ``body`` is None when the caller's etag still holds."""

    etag: str
    changed_at: datetime
    body: bytes | None


@dataclass(frozen=True)
class TokenRow:
    """A token as lists show it: never the secret."""

    public_id: str
    agency: str
    label: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class FeedGone(NotFound):
    """The token was revoked (HTTP 410: Thunderbird stops asking)."""


def plan_feed(ctx: Context, slug: str, known_etags: frozenset[str] = frozenset()) -> FeedBody:
    """The public feed of a plan."""
    plan = find_plan(ctx, slug)
    feed = ctx.session.exec(select(Feed).where(Feed.scope == f"plan:{slug}")).first()
    if feed is None:
        raise NotFound("this plan has no feed yet")
    return _body(ctx, feed, _public_head(ctx, plan, feed), known_etags)


def agency_feed(ctx: Context, token: str, known_etags: frozenset[str] = frozenset()) -> FeedBody:
    """The private feed a token opens. FeedGone when it was revoked, NotFound when it never existed."""
    row = ctx.session.exec(select(FeedToken).where(FeedToken.token_sha256 == token_sha256(token))).first()
    if row is None:
        raise NotFound("no such feed")
    if row.revoked_at is not None:
        raise FeedGone("this address was revoked; ask for a new one")
    agency = ctx.session.get_one(Agency, row.agency_id)
    feed = ctx.session.exec(select(Feed).where(Feed.scope == f"agency:{agency.id}")).first()
    if feed is None:
        raise NotFound("no such feed")
    head = FeedHead(f"Thời hạn – {agency.name}", f"Các thời hạn của {agency.name}. Cập nhật mỗi giờ.", feed.changed_at)
    return _body(ctx, feed, head, known_etags)


def note_use(ctx: Context, token: str, user_agent: str) -> None:
    """Remember when and by which client a token was used, at most once an hour."""
    row = ctx.session.exec(select(FeedToken).where(FeedToken.token_sha256 == token_sha256(token))).first()
    if row is not None and (row.last_used_at is None or ctx.as_of - row.last_used_at > timedelta(hours=1)):
        row.last_used_at, row.last_user_agent = ctx.as_of, user_agent[:200]


def issue_token(ctx: Context, agency_code: str, label: str = "") -> str:
    """A new token for an agency's feed: 32 random bytes, shown once."""
    agency = agency_by_code(ctx, agency_code)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = FeedToken(
        agency_id=agency.id or 0, label=label, token_sha256=token_sha256(token), created_at=ctx.as_of, created_by=ctx.actor
    )
    ctx.session.add(row)
    feed_of_agency(ctx, agency.id or 0)
    ctx.session.flush()
    audit.record(ctx, "feed_token.issued", row.public_id, agency=agency.code)
    return token


def revoke_token(ctx: Context, public_id: str) -> None:
    """Make a token answer 410 from now on."""
    row = ctx.session.exec(select(FeedToken).where(FeedToken.public_id == public_id)).first()
    if row is None:
        raise NotFound("no such feed token; see: dondoc feed tokens list")
    row.revoked_at = row.revoked_at or ctx.as_of
    audit.record(ctx, "feed_token.revoked", row.public_id)


def list_tokens(ctx: Context) -> list[TokenRow]:
    """Every token, newest first."""
    rows = ctx.session.exec(
        select(FeedToken, Agency).join(Agency, col(FeedToken.agency_id) == Agency.id).order_by(col(FeedToken.id).desc())
    ).all()
    return [TokenRow(t.public_id, a.code, t.label, t.created_at, t.last_used_at, t.revoked_at) for t, a in rows]


def _public_head(ctx: Context, plan: Plan, feed: Feed) -> FeedHead:
    return FeedHead(
        name=f"Thời hạn – {plan.number}",
        description=f"Các thời hạn theo {plan.citation}. Cập nhật mỗi giờ.",
        changed_at=feed.changed_at,
        source_url=f"{ctx.settings.base_url}/f/p/{plan.slug}/lich-thoi-han.ics",
    )


def _body(ctx: Context, feed: Feed, head: FeedHead, known_etags: frozenset[str]) -> FeedBody:
    etag = f'"f{feed.id}-v{feed.version}-r{RENDERER}"'
    if etag in known_etags or "*" in known_etags:
        return FeedBody(etag, feed.changed_at, None)
    parts = ctx.session.exec(
        select(FeedEntry.rendered)
        .where(FeedEntry.feed_id == feed.id)
        .order_by(col(FeedEntry.shown_on), col(FeedEntry.uid))
        .limit(MOST_EVENTS)
    ).all()
    return FeedBody(etag, feed.changed_at, render_feed(head, [bytes(p) for p in parts]))
