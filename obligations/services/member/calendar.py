"""The calendar of an agency, subscribed to by its own people: addresses they make, see the use of, and end."""

from dataclasses import dataclass

from sqlmodel import col, func, select

from models.enums import PlanKind
from models.tables import Agency, Assignment, FeedToken, Obligation, Period, Plan
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.context import Context
from obligations.services.feeds.access import issue_token, revoke_token
from obligations.services.feeds.health import FeedUse, feed_health
from obligations.services.member.own_agency import agency_of

MOST = 20
"""Living addresses of one agency: a few computers and telephones; more is a mistake or worse."""


@dataclass(frozen=True)
class PublicFeed:
    """The public calendar of a document that the agency owes something by; ``path`` within the portal."""

    number: str
    title: str
    path: str


@dataclass(frozen=True)
class OwnCalendars:
    """What the page shows. ``uses`` without what was revoked."""

    uses: list[FeedUse]
    public: list[PublicFeed]
    code: str


def own_calendars(ctx: Context, actor: Actor) -> OwnCalendars:
    """The agency's living addresses, and the public calendars of its documents."""
    agency = agency_of(ctx, actor)
    uses = [use for use in feed_health(ctx, agency.id) if use.use != "revoked"]
    return OwnCalendars(uses, _public(ctx, agency), agency.code)


def make_address(ctx: Context, actor: Actor, label: str) -> str:
    """The path of a new private calendar; shown once. Refused where they are switched off, or for too many."""
    agency = agency_of(ctx, actor)
    living = select(func.count()).where(FeedToken.agency_id == agency.id, col(FeedToken.revoked_at).is_(None))
    if ctx.session.exec(living).one() >= MOST:
        raise Refused(f"Cơ quan đã có {MOST} địa chỉ lịch đang dùng; đề nghị thu hồi địa chỉ không dùng nữa.")
    return f"/f/a/{issue_token(ctx, agency.code, label[:120])}/{agency.code}.ics"


def end_address(ctx: Context, actor: Actor, public_id: str) -> None:
    """The address answers that it is gone. NotFound unless it is the agency's."""
    agency = agency_of(ctx, actor)
    query = select(FeedToken.id).where(FeedToken.public_id == public_id, FeedToken.agency_id == agency.id)
    if ctx.session.exec(query).first() is None:
        raise NotFound("no such address of this agency")
    revoke_token(ctx, public_id)


def _public(ctx: Context, agency: Agency) -> list[PublicFeed]:
    query = (
        select(Plan.number, Plan.title, Plan.slug)
        .join(Obligation, col(Obligation.plan_id) == Plan.id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .join(Assignment, col(Assignment.period_id) == Period.id)
        .where(Assignment.agency_id == agency.id, Plan.kind == PlanKind.document)
        .distinct()
        .order_by(col(Plan.number))
    )
    return [
        PublicFeed(number, title, f"/f/p/{slug}/lich-thoi-han.ics") for number, title, slug in ctx.session.exec(query)
    ]
