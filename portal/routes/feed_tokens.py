"""Addresses of private calendars: who reads them, a new one, the end of one."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.services.agencies.agencies_view import agencies
from obligations.services.feeds.access import issue_token, revoke_token
from obligations.services.feeds.health import feed_health
from portal.asking import Keeper, portal_of
from portal.forms import line, needed
from portal.gate import TypedForm
from portal.pages import back, page

router = APIRouter(include_in_schema=False, prefix="/feeds")


@router.api_route("", methods=["GET", "HEAD"])
def tokens(request: Request, who: Keeper) -> Response:
    """Every address with its last reader; those nobody reads any more first."""
    return _page(request, who.name)


@router.post("")
def issue(request: Request, who: Keeper, form: TypedForm) -> Response:
    """A new address, shown in this answer alone: only its hash is kept."""
    portal, code = portal_of(request), needed(form, "agency", "cơ quan, đơn vị")
    with portal.app.write(portal.clock(), who.name) as ctx:
        token = issue_token(ctx, code, line(form, "label"))
    address = f"{portal.app.settings.base_url}/f/a/{token}/{quote(code)}.ics"
    return _page(request, who.name, address=address, chosen=code)


@router.post("/{public_id}/revoke")
def revoke(request: Request, public_id: str, who: Keeper) -> Response:
    """From now on it answers that it is gone."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        revoke_token(ctx, public_id)
    return back("/feeds", "feed-revoked")


def _page(request: Request, name: str, address: str = "", chosen: str = "") -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), name) as ctx:
        rows, known = feed_health(ctx), agencies(ctx, ctx.today)
    return page(request, "feeds.html", rows=rows, agencies=known, address=address, chosen=chosen)
