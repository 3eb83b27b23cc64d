"""Handing out stored files: always as an attachment, from outside any served folder."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from obligations.errors import NotFound
from obligations.services.filing.case_file import make_case_file
from obligations.services.overview.views_period import report_file
from obligations.services.views.agency import attachment
from portal.asking import AGENCY, Registrar, actor, portal_of, staff
from portal.pages import attachment_headers, download_headers

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


@router.get("/periods/{public_id}/ho-so.zip")
def case_file(request: Request, public_id: str, who: Registrar) -> Response:
    """Hồ sơ công việc of a period; packed on the disk, never in memory, and gone once it was handed out."""
    return packed(request, public_id, who.name)


def packed(request: Request, public_id: str, name: str) -> FileResponse:
    """The answer of page and interface alike."""
    portal = portal_of(request)
    made = make_case_file(portal.app, public_id, portal.clock(), name)
    return FileResponse(
        made.path,
        media_type="application/zip",
        headers={**attachment_headers(made.file_name), "x-content-sha256": made.sha256},
        background=BackgroundTask(made.path.unlink, missing_ok=True),
    )
