"""The JSON interface for reading: the same services as the pages, described at ``/api/openapi.json``."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBearer

from obligations.services.deadlines import DeadlineRow
from obligations.services.deadlines_stored import applied_deadlines
from obligations.services.status import PeriodStatus, period_status
from obligations.services.views_dashboard import PeriodRow, period_rows
from obligations.services.views_messages import Ledger, MessagePage, ledger, message_page
from obligations.services.views_period import PeriodPage, period_page
from portal.asking import portal_of

TOKEN = HTTPBearer(auto_error=False, description="`dondoc tokens issue`; the gate decides, this only describes it.")
ERRORS: dict[int | str, dict[str, str]] = {
    401: {"description": "The token is not known, has ended or was revoked"},
    403: {"description": "Nobody, or an account without a role, asks"},
    429: {"description": "One token asks too often; see Retry-After"},
}
router = APIRouter(prefix="/api/v1", tags=["v1"], dependencies=[Depends(TOKEN)], responses={**ERRORS})
MOST_PAGES = 100_000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
NOT_FOUND: dict[int | str, dict[str, str]] = {404: {"description": "No such thing"}}


@router.get("/status")
def status(request: Request) -> dict[str, list[PeriodStatus]]:
    """How far each period has come."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return {"periods": period_status(ctx)}


@router.get("/periods")
def periods(request: Request) -> list[PeriodRow]:
    """Every period with its counts and its next step."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return period_rows(ctx)


@router.get("/periods/{public_id}", responses=NOT_FOUND)
def period(request: Request, public_id: str) -> PeriodPage:
    """One period with every agency in official order."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return period_page(ctx, public_id)


@router.get("/messages")
def messages(
    request: Request,
    state: str | None = None,
    agency: str | None = None,
    kind: str | None = None,
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
) -> Ledger:
    """Messages sent, recorded, planned or waiting; fifty a page."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return ledger(ctx, state, agency, kind, page)


@router.get("/messages/{public_id}", responses=NOT_FOUND)
def message(request: Request, public_id: str) -> MessagePage:
    """One message with its text as it stands now; never with its personal link."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return message_page(ctx, public_id)


@router.get("/deadlines", responses=NOT_FOUND)
def deadlines(
    request: Request,
    plan: str,
    since: Annotated[date, Query(alias="from", ge=FIRST_DAY, le=LAST_DAY)],
    until: Annotated[date, Query(alias="to", ge=FIRST_DAY, le=LAST_DAY)],
) -> list[DeadlineRow]:
    """What an applied plan is due between two days, both included, with the reason of each date."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return applied_deadlines(ctx, plan, since, until)
