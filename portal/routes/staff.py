"""The coordinator's pages: what needs a decision, plans, one period."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.services.views_dashboard import dashboard
from obligations.services.views_period import AgencyRow, period_page
from obligations.services.views_plans import plan_views
from portal.asking import portal_of
from portal.pages import page

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request) -> Response:
    """The table of open periods and what waits for a person."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = dashboard(ctx)
    return page(request, "dashboard.html", board=shown)


@router.api_route("/plans", methods=["GET", "HEAD"])
def plans(request: Request) -> Response:
    """Every applied plan with its duties and where each date comes from."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = plan_views(ctx)
    return page(request, "plans.html", plans=shown)


@router.api_route("/periods", methods=["GET", "HEAD"])
def periods(request: Request) -> Response:
    """Every period, open ones first."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = dashboard(ctx)
    return page(request, "periods.html", board=shown)


@router.api_route("/periods/{public_id}", methods=["GET", "HEAD"])
def period(request: Request, public_id: str) -> Response:
    """One period with every agency in official order."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = period_page(ctx, public_id)
    groups: dict[str, list[AgencyRow]] = {}
    for row in shown.agencies:
        groups.setdefault(row.group, []).append(row)
    return page(request, "period.html", period=shown, row=shown.row, groups=groups)
