"""Who reads the private calendars, with which program, and which of them has stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import col, select

from models.tables import Agency, FeedToken
from obligations.services.context import Context

FRESH_FOR = timedelta(days=7)
"""Every client asks at least daily while it runs; a week without a fetch outlasts a weekend and most leave."""
CLIENTS = (
    ("google", "Google Calendar"),
    ("exchange", "Outlook"),
    ("outlook", "Outlook"),
    ("thunderbird", "Thunderbird"),
    ("lightning", "Thunderbird"),
    ("icsx5", "ICSx⁵"),
    ("dataaccessd", "Lịch trên iPhone, iPad"),
    ("ios", "Lịch trên iPhone, iPad"),
    ("calendaragent", "Lịch trên máy Mac"),
    ("macos", "Lịch trên máy Mac"),
)
"""Words of a User-Agent, lower case, and the program they mean; the first that fits."""
Use = Literal["unused", "fresh", "stale", "revoked"]


@dataclass(frozen=True)
class FeedUse:
    """One token, never its secret. ``client``: the program that fetched last, as far as it says so."""

    public_id: str
    agency: str
    agency_name: str
    label: str
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    client: str
    use: Use


def feed_health(ctx: Context, agency_id: int | None = None) -> list[FeedUse]:
    """Every token, or one agency's: those that have stopped being fetched first, then by age, revoked ones last."""
    query = select(FeedToken, Agency).join(Agency, col(FeedToken.agency_id) == Agency.id)
    if agency_id is not None:
        query = query.where(FeedToken.agency_id == agency_id)
    rows = [_use(ctx, token, agency) for token, agency in ctx.session.exec(query).all()]
    order = ("stale", "unused", "fresh", "revoked")
    newest = sorted(rows, key=lambda row: row.created_at, reverse=True)
    return sorted(newest, key=lambda row: order.index(row.use))


def client_name(user_agent: str) -> str:
    """The program behind a User-Agent; its own first word when it is none we know, "" for none."""
    said = user_agent.lower()
    known = next((name for word, name in CLIENTS if word in said), None)
    return known or user_agent.split("/", maxsplit=1)[0].split(" ", maxsplit=1)[0][:40]


def _use(ctx: Context, token: FeedToken, agency: Agency) -> FeedUse:
    use: Use = "fresh"
    if token.revoked_at is not None:
        use = "revoked"
    elif token.last_used_at is None:
        use = "unused"
    elif ctx.as_of - token.last_used_at > FRESH_FOR:
        use = "stale"
    return FeedUse(
        token.public_id,
        agency.code,
        agency.name,
        token.label,
        token.created_at,
        token.created_by,
        token.last_used_at,
        client_name(token.last_user_agent),
        use,
    )
