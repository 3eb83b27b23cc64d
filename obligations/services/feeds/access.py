"""Reading feeds, and the tokens that open private ones. Only hashes are stored; a token is shown once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from models.engine import serialise
from models.enums import PlanKind
from models.tables import Agency, Feed, FeedToken
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.feeds.body import FeedBody, read_body
from obligations.services.feeds.heads import FEED_LOCK, bring_feeds, plan_head
from obligations.services.lineage import heirs_of
from obligations.services.links import token_sha256
from obligations.services.lookup import agency_by_code, find_plan

TOKEN_BYTES = 32
NOTED_EVERY = timedelta(hours=1)


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


def plan_feed(ctx: Context, slug: str, held: FeedBody | None = None) -> FeedBody:
    """The public feed of a document; empty when nothing of it was published yet. A request has none.

    ``held``: what was read of it before; then only what changed since is read.
    """
    plan = find_plan(ctx, slug)
    if plan.kind != PlanKind.document:
        raise NotFound("no such feed")
    feed = ctx.session.exec(select(Feed).where(Feed.scope == f"plan:{slug}")).first()
    empty = Feed(id=0, scope="", changed_at=plan.applied_at, head=plan_head(ctx, plan))
    return read_body(ctx, feed or empty, held=held)


def agency_feed(ctx: Context, token: str, held: FeedBody | None = None) -> FeedBody:
    """The private feed a token opens. FeedGone when it was revoked, NotFound when it never existed.

    Where the agency has merged or changed its name, its entries that are no longer carried out stand beside its
    successor's, so that whoever subscribed sees where they went.
    """
    found = ctx.session.exec(
        select(FeedToken.revoked_at, Feed)
        .join(Feed, col(Feed.agency_id) == col(FeedToken.agency_id))
        .where(FeedToken.token_sha256 == token_sha256(token))
    ).first()
    if found is None:
        raise NotFound("no such feed")
    revoked_at, feed = found
    if revoked_at is not None:
        raise FeedGone("this address was revoked; ask for a new one")
    heirs = heirs_of(ctx, feed.agency_id) if feed.agency_id is not None else []
    query = select(Feed).where(col(Feed.agency_id).in_(heirs))
    after = {each.agency_id: each for each in ctx.session.exec(query).all()} if heirs else {}
    return read_body(ctx, feed, [after[heir] for heir in heirs if heir in after], held)


@dataclass(frozen=True)
class FeedUse:
    """When a calendar was read, and what its program calls itself."""

    at: datetime
    user_agent: str


def note_uses(ctx: Context, uses: Mapping[str, FeedUse]) -> None:
    """Remember when and by which client tokens were used, each at most once an hour."""
    by_hash = {token_sha256(token): use for token, use in uses.items()}
    for row in ctx.session.exec(select(FeedToken).where(col(FeedToken.token_sha256).in_(by_hash))).all():
        use = by_hash[row.token_sha256]
        if row.last_used_at is None or use.at - row.last_used_at > NOTED_EVERY:
            row.last_used_at, row.last_user_agent = use.at, use.user_agent[:200]


def issue_token(ctx: Context, agency_code: str, label: str = "") -> str:
    """A new token for an agency's feed: 32 random bytes, shown once. Refused where such feeds are switched off."""
    if ctx.settings.private_feeds == "off":
        raise Refused("Lịch riêng của cơ quan, đơn vị chưa được mở tại hệ thống này (DONDOC_PRIVATE_FEEDS=off).")
    agency = agency_by_code(ctx, agency_code, "agency")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = FeedToken(
        agency_id=agency.id or 0,
        label=label,
        token_sha256=token_sha256(token),
        created_at=ctx.as_of,
        created_by=ctx.actor,
    )
    ctx.session.add(row)
    serialise(ctx.session, FEED_LOCK)
    bring_feeds(ctx, (), agency.id)
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
