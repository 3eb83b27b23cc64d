"""What stands behind the periods: agencies and their lineage, days off, the audit trail."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from obligations.services.agencies.agencies_view import agencies
from obligations.services.lineage import agency_card
from obligations.services.views.audit_view import audit_page
from obligations.services.working_days.holidays_view import list_holidays
from portal.asking import Auditor, portal_of
from portal.audit_words import ACTION
from portal.pages import page

router = APIRouter(include_in_schema=False)
MOST_PAGES = 100_000
LINKS = {
    "agency": "/agencies/",
    "assignment": "/assignments/",
    "batch": "/batches/",
    "message": "/messages/",
    "period": "/periods/",
    "plan": "/plans",
}
"""Where the page of an audited subject is."""


@router.api_route("/registers", methods=["GET", "HEAD"])
def registers(request: Request) -> Response:
    """The way to each of them."""
    return page(request, "registers.html")


@router.api_route("/agencies", methods=["GET", "HEAD"])
def every_agency(request: Request, ended: bool = False) -> Response:
    """Agencies in official order; with ``ended`` also those that are no more."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        rows = agencies(ctx, None if ended else ctx.today)
        today = ctx.today
    groups: dict[str, list[object]] = {}
    for row in rows:
        groups.setdefault(row.kind, []).append(row)
    return page(request, "agencies.html", groups=groups, total=len(rows), ended=ended, today=today)


@router.api_route("/agencies/{code}", methods=["GET", "HEAD"])
def one_agency(request: Request, code: str) -> Response:
    """Who it came from, who came after it, what it plays, what was reported across the changes."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return page(request, "agency_card.html", card=agency_card(ctx, code), today=ctx.today)


@router.api_route("/holidays", methods=["GET", "HEAD"])
def holidays(request: Request, year: int = 0) -> Response:
    """The days of a year that are not what their weekday says, each with its document."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        chosen = year or ctx.today.year
        return page(request, "holidays.html", rows=list_holidays(ctx, chosen), year=chosen)


@router.api_route("/audit", methods=["GET", "HEAD"])
def audit(
    request: Request,
    who: Auditor,
    actor: str = "",
    action: str = "",
    about: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    """Who did what, newest first, fifty a page."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = audit_page(ctx, actor, action, about.strip(), number)
    chosen = {"actor": actor, "action": action, "about": about.strip()}
    link = "/audit?" + urlencode({**{k: v for k, v in chosen.items() if v}, "page": ""})
    return page(request, "audit.html", audit=shown, chosen=chosen, page_link=link, actions=ACTION, links=LINKS)
