"""Tình trạng hệ thống: what the doctor says, the page of it for the dossier, and everything to leave with."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from obligations.errors import NotFound, Refused
from obligations.services.care.doctor import Examination, examination
from obligations.services.care.document import FORMS, findings_page, render_page
from obligations.services.care.finding import STATE_WORDS, verdict
from obligations.services.leaving.export import export_name, pack_everything
from portal.asking import Administrator, portal_of
from portal.pages import attachment_headers, page

router = APIRouter(include_in_schema=False, prefix="/system")
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


@router.api_route("", methods=["GET", "HEAD"])
def shown(request: Request, _: Administrator) -> Response:
    """Every finding with what to do; no secret."""
    found = _examined(request)
    return page(request, "system.html", found=found, words=STATE_WORDS, verdict=verdict(found.findings))


@router.get("/kiem-tra.{form}")
def document(request: Request, form: str, _: Administrator) -> Response:
    """The same as a dated page."""
    if form not in FORMS:
        raise NotFound("no such form")
    portal, found = portal_of(request), _examined(request)
    at = found.as_of.astimezone(portal.app.settings.zone)
    made = findings_page("Kết quả kiểm tra hệ thống", portal.app.settings.unit, found.about, found.findings, at)
    name = f"kiem-tra-he-thong-{at:%Y%m%d}.{form}"
    return Response(render_page(made, name), media_type=MEDIA[form], headers=attachment_headers(name))


@router.post("/export")
def export(request: Request, who: Administrator) -> Response:
    """Everything in one .zip: packed on the disk, never in memory, and gone once it was handed out."""
    portal = portal_of(request)
    settings, as_of = portal.app.settings, portal.clock()
    name = export_name(settings, as_of)
    try:
        settings.files.mkdir(parents=True, exist_ok=True)
        made = pack_everything(portal.app, settings.files, name, as_of, who.name)
    except OSError as error:
        raise Refused(
            "Máy chủ không còn đủ chỗ để tạo tệp. Đề nghị chạy dondoc export trên máy chủ, ra ổ đĩa khác."
        ) from error
    return FileResponse(
        made.path,
        media_type="application/zip",
        headers={**attachment_headers(name), "x-content-sha256": made.sha256},
        background=BackgroundTask(made.path.unlink, missing_ok=True),
    )


def _examined(request: Request) -> Examination:
    """A portal that others reach is held to what such a one needs; a look costs what is new since the daily check."""
    portal = portal_of(request)
    return examination(portal.app.settings, portal.clock(), deploy=not portal.is_loopback, whole=False)
