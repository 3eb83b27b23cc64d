"""Reads across the installation: search, days off, the year's map, the ledger of notices, files."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse

from obligations.services.ledgers.ledger import Ledger, assignment_ledger, period_ledger
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.heat import HeatMap, heat_map
from obligations.services.overview.over_time import Timeline, Trend, timeline, trends
from obligations.services.overview.search import Found, search
from obligations.services.overview.views_period import report_file
from obligations.services.requests.views import RequestRow, find_row
from obligations.services.views.agency import attachment
from obligations.services.working_days.holidays_view import HolidayRow, list_holidays
from portal.asking import portal_of
from portal.pages import download_headers
from portal.routes.downloads import packed
from portal.routes.v1.common import FEW, NOT_FOUND, PAGED, Cursor, Filing, Limit, Named, paged, router_of

router = router_of("read")
Year = Annotated[int, Query(ge=2000, le=2099)]
FILE = {**NOT_FOUND, 200: {"content": {"application/octet-stream": {}}, "description": "The file"}}


@router.get("/search")
def find(request: Request, who: Named, q: Annotated[str, Query(max_length=200)]) -> Found:
    """Agencies, periods, duties, documents, notices and addresses by words, with or without Vietnamese marks."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return search(ctx, who, q)


@router.get("/holidays", responses=PAGED)
def holidays(
    request: Request, response: Response, year: Year, cursor: Cursor = None, limit: Limit = FEW
) -> list[HolidayRow]:
    """Days off, days in lieu and worked Saturdays of a year, each with its document."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        rows = list_holidays(ctx, year)
    return list(paged(request, response, rows, lambda row: row.day.isoformat(), cursor, limit))


@router.get("/heat")
def heat(request: Request, plan: str, year: Year, group: str = "") -> HeatMap:
    """How each agency stands in each period of a plan and year."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return heat_map(ctx, plan, year, group)


@router.get("/rates")
def rates(request: Request, plan: str = "") -> list[Trend]:
    """Expected, received and on time, duty by duty over its newest periods."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return trends(ctx, plan)


@router.get("/timeline")
def bars(request: Request, year: Year, plan: str = "") -> Timeline:
    """Periods that touch a year, by due day."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return timeline(ctx, year, plan)


@router.get("/requests/{slug}", responses=NOT_FOUND)
def one_request(request: Request, slug: str, who: Named) -> RequestRow:
    """One ad-hoc request with its counts; its period tells the rest."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return find_row(ctx, slug)


@router.get("/periods/{public_id}/ledger", responses=NOT_FOUND)
def ledger_of_period(request: Request, public_id: str, who: Named) -> Ledger:
    """Sổ theo dõi thông báo of every agency; addresses masked."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return period_ledger(ctx, period_by_public_id(ctx, public_id))


@router.get("/periods/{public_id}/ho-so.zip", responses=FILE, response_class=FileResponse)
def case_file(request: Request, public_id: str, who: Filing) -> Response:
    """Hồ sơ công việc: index, what came, consolidated reports, ledger, digests; the audit trail keeps who took it."""
    return packed(request, public_id, who.name)


@router.get("/assignments/{assignment}/ledger", responses=NOT_FOUND)
def ledger_of_assignment(request: Request, assignment: str, who: Named) -> Ledger:
    """One agency's page of it."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return assignment_ledger(ctx, assignment)


@router.get("/consolidations/{public_id}/{name}", responses=FILE, response_class=FileResponse)
def consolidation(request: Request, public_id: str, name: str) -> Response:
    """One file of a consolidated report."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        file = report_file(ctx, public_id, name)
    return FileResponse(file.path, media_type=file.media_type, headers=download_headers(file))


@router.get("/attachments/{public_id}", responses=FILE, response_class=FileResponse)
def attached(request: Request, public_id: str, who: Named) -> Response:
    """A file that an agency sent."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        file = attachment(ctx, who, public_id)
    return FileResponse(file.path, media_type=file.media_type, headers=download_headers(file))
