"""Handing out stored files: always as an attachment, from outside any served folder."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from obligations.errors import NotFound
from obligations.services.views_agency import attachment
from obligations.services.views_period import report_file
from portal.asking import AGENCY, actor, portal_of, staff
from portal.pages import download_headers

router = APIRouter(include_in_schema=False)


@router.api_route("/consolidations/{public_id}/{name}", methods=["GET", "HEAD"])
def consolidation(request: Request, public_id: str, name: str) -> Response:
    """One file of a consolidated report."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        file = report_file(ctx, public_id, name)
    return FileResponse(file.path, media_type=file.media_type, headers=download_headers(file))


@router.api_route("/attachments/{public_id}", methods=["GET", "HEAD"])
def attached(request: Request, public_id: str) -> Response:
    """An attachment, for a named account or for the agency that sent it; not found for anyone else."""
    portal = portal_of(request)
    who = staff(request) or actor(request, AGENCY)
    if who is None:
        raise NotFound("no such attachment")
    with portal.app.read(portal.clock(), who.name) as ctx:
        file = attachment(ctx, who, public_id)
    return FileResponse(file.path, media_type=file.media_type, headers=download_headers(file))
