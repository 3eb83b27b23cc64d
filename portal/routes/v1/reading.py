"""Reads: periods, duties, notices, agencies, the trail."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.exceptions import RequestValidationError

from models.enums import MessageState
from obligations.services.agencies.agencies_view import AgencyRow, agencies
from obligations.services.agencies.contacts import ContactView, list_contacts
from obligations.services.asks.more_time import MoreTimeRow, waiting_requests
from obligations.services.chasing.batch_views import BatchPage, BatchRow, batch_page, list_batches
from obligations.services.chasing.pauses import PauseRow, list_pauses
from obligations.services.deadlines import DeadlineRow
from obligations.services.desk.call_list import ToCall, whom_to_call
from obligations.services.feeds.health import FeedUse, feed_health
from obligations.services.lineage import AgencyCard, agency_card
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.plans import PlanView, plan_views
from obligations.services.overview.today import Today, today
from obligations.services.overview.today_roles import for_roles
from obligations.services.overview.views_dashboard import PeriodRow, period_rows
from obligations.services.overview.views_messages import MessagePage, MessageRow, message_page, messages_after
from obligations.services.overview.views_period import PeriodPage, period_page
from obligations.services.planning.deadlines_stored import applied_deadlines
from obligations.services.requests.views import RequestRow, list_requests
from obligations.services.status import PeriodStatus, period_status
from obligations.services.views.agency import DutyPage, duty_page
from obligations.services.views.audit_view import AuditRow, audit_after
from portal.asking import portal_of, writes_to_agencies
from portal.routes.v1.common import (
    FEW,
    NOT_FOUND,
    PAGED,
    Cursor,
    Day,
    Keeper,
    Limit,
    Named,
    Overseer,
    Trail,
    number,
    onward,
    paged,
    router_of,
)

router = router_of("read")
Filter = Annotated[str, Query(max_length=200)]


@router.get("/status")
def status(request: Request) -> dict[str, list[PeriodStatus]]:
    """How far each period has come."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return {"periods": period_status(ctx)}


@router.get("/today")
def work(request: Request, who: Named) -> Today:
    """Việc hôm nay: what the asker does or needs to know."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return for_roles(today(ctx), who.roles)


@router.get("/plans")
def plans(request: Request) -> list[PlanView]:
    """Documents in force with their duties."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return plan_views(ctx)


@router.get("/periods", responses=PAGED)
def periods(request: Request, response: Response, cursor: Cursor = None, limit: Limit = FEW) -> list[PeriodRow]:
    """Every period with its counts and its next step."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        rows = period_rows(ctx)
    return list(paged(request, response, rows, lambda row: row.public_id, cursor, limit))


@router.get("/periods/{public_id}", responses=NOT_FOUND)
def period(request: Request, public_id: str) -> PeriodPage:
    """One period with every agency in official order."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return period_page(ctx, public_id)


@router.get("/periods/{public_id}/calls", responses=NOT_FOUND)
def calls(request: Request, who: Named, public_id: str) -> list[ToCall]:
    """Whom to telephone about a period, with their numbers."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return whom_to_call(ctx, period_by_public_id(ctx, public_id))


@router.get("/assignments/{assignment}", responses=NOT_FOUND)
def assignment(request: Request, who: Named, assignment: str) -> DutyPage:
    """One agency's duty: dates and their reasons, outline, versions sent."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return duty_page(ctx, who, assignment)


@router.get("/messages", responses=PAGED)
def messages(
    request: Request,
    response: Response,
    state: MessageState | None = None,
    agency: Filter = "",
    kind: Filter = "",
    cursor: Cursor = None,
    limit: Limit = FEW,
) -> list[MessageRow]:
    """Messages sent, recorded, planned or waiting; the newest written first."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        rows, after = messages_after(ctx, state, agency, kind, number(cursor), limit, whole=writes_to_agencies(request))
    if after is not None:
        onward(request, response, str(after))
    return rows


@router.get("/messages/{public_id}", responses=NOT_FOUND)
def message(request: Request, public_id: str) -> MessagePage:
    """One message with its text as it stands now; never with its personal link."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return message_page(ctx, public_id, whole=writes_to_agencies(request))


@router.get("/deadlines", responses=NOT_FOUND)
def deadlines(
    request: Request,
    plan: str,
    since: Annotated[Day, Query(alias="from")],
    until: Annotated[Day, Query(alias="to")],
) -> list[DeadlineRow]:
    """What an applied plan is due between two days, both included, with the reason of each date."""
    portal = portal_of(request)
    if until < since:
        raise RequestValidationError([{"type": "value_error", "loc": ("query", "to"), "msg": "lies before `from`"}])
    with portal.app.read(portal.clock()) as ctx:
        return applied_deadlines(ctx, plan, since, until)


@router.get("/agencies", responses=PAGED)
def every_agency(request: Request, response: Response, cursor: Cursor = None, limit: Limit = FEW) -> list[AgencyRow]:
    """Agencies of today in official order."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        rows = agencies(ctx, ctx.today)
    return list(paged(request, response, rows, lambda row: row.code, cursor, limit))


@router.get("/agencies/{code}", responses=NOT_FOUND)
def agency(request: Request, code: str) -> AgencyCard:
    """One agency: where it comes from, what became of it."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return agency_card(ctx, code)


@router.get("/contacts", responses={**NOT_FOUND, **PAGED})
def contacts(
    request: Request,
    response: Response,
    who: Overseer,
    agency: Filter = "",
    cursor: Cursor = None,
    limit: Limit = FEW,
) -> list[ContactView]:
    """Addresses, masked."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = list_contacts(ctx, agency or None)
    return list(paged(request, response, rows, lambda row: str(row.id), cursor, limit))


@router.get("/requests", responses=PAGED)
def requests(
    request: Request, response: Response, who: Named, cursor: Cursor = None, limit: Limit = FEW
) -> list[RequestRow]:
    """Ad-hoc requests with their counts, newest first."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = list_requests(ctx, limit=None)
    return list(paged(request, response, rows, lambda row: row.slug, cursor, limit))


@router.get("/batches", responses=PAGED)
def batches(
    request: Request,
    response: Response,
    who: Named,
    *,
    everything: bool = False,
    cursor: Cursor = None,
    limit: Limit = FEW,
) -> list[BatchRow]:
    """Batches of overdue notices that wait or go today."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = list_batches(ctx, everything=everything, most=None)
    return list(paged(request, response, rows, lambda row: row.id, cursor, limit))


@router.get("/batches/{public_id}", responses=NOT_FOUND)
def batch(request: Request, who: Named, public_id: str) -> BatchPage:
    """One batch: who is told what."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return batch_page(ctx, public_id)


@router.get("/asks", responses=PAGED)
def asks(
    request: Request, response: Response, who: Overseer, cursor: Cursor = None, limit: Limit = FEW
) -> list[MoreTimeRow]:
    """Requests for more time that wait for an answer."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = waiting_requests(ctx)
    return list(paged(request, response, rows, lambda row: row.public_id, cursor, limit))


@router.get("/pauses", responses=PAGED)
def pauses(
    request: Request, response: Response, *, everything: bool = False, cursor: Cursor = None, limit: Limit = FEW
) -> list[PauseRow]:
    """What rests now; with ``everything`` also what rested before."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        rows = list_pauses(ctx, everything=everything)
    return list(paged(request, response, rows, lambda row: str(row.id), cursor, limit))


@router.get("/feeds", responses=PAGED)
def feeds(
    request: Request, response: Response, who: Keeper, cursor: Cursor = None, limit: Limit = FEW
) -> list[FeedUse]:
    """Addresses of private calendars and who reads them; never the secret."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = feed_health(ctx)
    return list(paged(request, response, rows, lambda row: row.public_id, cursor, limit))


@router.get("/audit", responses=PAGED)
def audit(
    request: Request,
    response: Response,
    who: Trail,
    actor: Filter = "",
    action: Filter = "",
    about: Filter = "",
    cursor: Cursor = None,
    limit: Limit = FEW,
) -> list[AuditRow]:
    """The trail, newest first."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = audit_after(ctx, actor, action, about, number(cursor), limit)
    if len(rows) == limit:
        onward(request, response, str(rows[-1].seq))
    return rows
