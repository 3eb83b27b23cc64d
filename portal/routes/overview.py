"""Looking things up, and taking a table away as a file."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from obligations.services.overview.search import search
from portal.asking import portal_of, staff
from portal.pages import page

router = APIRouter(include_in_schema=False)


@router.api_route("/search", methods=["GET", "HEAD"])
def found(request: Request, q: str = "") -> Response:
    """What a few words are found in."""
    portal, who = portal_of(request), staff(request)
    if who is None:
        raise HTTPException(403, "sign-in")
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = search(ctx, who, " ".join(q.split())[:100])
    return page(request, "search.html", found=shown)
