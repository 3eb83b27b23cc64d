"""The coordinator's pages: what needs a decision, plans, one period."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from obligations.services.context import Context
from obligations.services.ledgers.document import FORMATS
from obligations.services.overview.heat import heat_map
from obligations.services.overview.not_sent import not_sent, not_sent_document
from obligations.services.overview.over_time import Trend, plan_choices, timeline, trends, years
from obligations.services.overview.period_agencies import AgencyRow, narrowed, part_counts
from obligations.services.overview.period_list import period_list
from obligations.services.overview.plans import plan_views
from obligations.services.overview.today import today
from obligations.services.overview.today_roles import for_roles
from obligations.services.overview.views_dashboard import Dashboard, dashboard
from obligations.services.overview.views_period import period_page
from portal import charts
from portal import texts_vi as texts
from portal.asking import portal_of, staff
from portal.pages import attachment_headers, page
from portal.prefect_links import deployment_links

router = APIRouter(include_in_schema=False)
MOST_PAGES = 100_000


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request, plan: str = "", year: str = "", group: str = "") -> Response:
    """The day's work, the open periods, and the periods of a year drawn; of one plan when it is chosen."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        board = dashboard(ctx, _roles(request))
        drawn = _drawn(ctx, board, plan, year, group)
    return page(request, "dashboard.html", board=board, today=board.today, **drawn)


@router.api_route("/today", methods=["GET", "HEAD"])
def day(request: Request) -> Response:
    """Việc hôm nay, fit to be printed."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = for_roles(today(ctx), _roles(request))
    return page(request, "today.html", today=shown)


@router.api_route("/plans", methods=["GET", "HEAD"])
def plans(request: Request) -> Response:
    """Every applied plan with its duties and where each date comes from."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = plan_views(ctx)
    return page(request, "plans.html", plans=shown)


@router.api_route("/periods", methods=["GET", "HEAD"])
def periods(
    request: Request,
    plan: str = "",
    year: str = "",
    state: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    """Periods, open ones first, fifty a page; of a plan, a year or a state."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = period_list(ctx, plan, year, state, number)
    chosen = {"plan": shown.plan, "year": shown.year, "state": shown.state}
    query = urlencode({key: value for key, value in chosen.items() if value})
    return page(request, "periods.html", list=shown, query=query, page_link=f"/periods?{query}&page=")


@router.api_route("/periods/{public_id}", methods=["GET", "HEAD"])
def period(request: Request, public_id: str, show: str = "") -> Response:
    """One period with every agency in official order, or only a part of them."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = period_page(ctx, public_id)
    show = "" if shown.needs_confirmation else show  # what is ticked in a review must all be on the page
    groups: dict[str, list[AgencyRow]] = {}
    for row in narrowed(shown.agencies, show):
        groups.setdefault(row.group, []).append(row)
    return page(
        request,
        "period.html",
        period=shown,
        row=shown.row,
        groups=groups,
        show=show,
        shown_parts=part_counts(shown.agencies),
        prefect=deployment_links(request, shown.deployment, shown.row.label),
    )


@router.api_route("/periods/{public_id}/chua-gui", methods=["GET", "HEAD"])
def missing(request: Request, public_id: str) -> Response:
    """Who has not sent, on one sheet for the meeting."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        sheet = not_sent(ctx, public_id, texts.GROUP)
    return page(request, "not_sent.html", sheet=sheet, public_id=public_id)


@router.api_route("/periods/{public_id}/chua-gui.docx", methods=["GET", "HEAD"])
def missing_file(request: Request, public_id: str) -> Response:
    """The same sheet as a document."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        content = not_sent_document(ctx, public_id, texts.GROUP)
    return Response(content, media_type=FORMATS["docx"][1], headers=attachment_headers("danh-sach-chua-gui.docx"))


def _roles(request: Request) -> frozenset[str]:
    """Of the account that asks; none on the machine itself without a name."""
    who = staff(request)
    return who.roles if who else frozenset()


def _drawn(ctx: Context, board: Dashboard, plan: str, year: str, group: str) -> dict[str, Any]:
    """What the drawings of the first page need; a plan or year that is none falls back to the nearest that is."""
    choices, known = plan_choices(ctx), years(ctx)
    slugs = [choice.slug for choice in choices]
    chosen = plan if plan in slugs else ""
    nearest = next((row.plan_slug for row in board.periods if row.plan_slug in slugs), slugs[0] if slugs else "")
    shown_year = int(year) if year.isdecimal() and year in map(str, known) else ctx.today.year
    kept = trends(ctx, chosen or nearest)
    return {
        "plans": choices,
        "years": known,
        "chosen": {"plan": chosen, "year": shown_year, "group": group},
        "one_plan": next((choice for choice in choices if choice.slug == (chosen or nearest)), None),
        "timeline": timeline(ctx, shown_year, chosen),
        "heat": heat_map(ctx, chosen or nearest, shown_year, group),
        "trends": [(trend, _lines(trend)) for trend in kept],
        "charts": charts,
        "today_at": charts.day_in(shown_year, ctx.today),
    }


def _lines(trend: Trend) -> dict[str, list[tuple[float, float]]]:
    """Shares of what was expected: all that came, and what came in time."""
    rates = [kept for _, kept in trend.points]
    return {
        "received": charts.points([r.received / r.expected if r.expected else None for r in rates]),
        "on_time": charts.points([r.on_time_rate for r in rates]),
    }
