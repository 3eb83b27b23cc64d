"""A consolidated report that was worked on in Word: what differs in it, and the file that goes out instead of what was made."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.services.reviewing.edited_report import (
    LONGEST_REASON,
    EditedReport,
    NumbersApart,
    check_edited,
    drop_edited,
    keep_edited,
)
from obligations.services.storage import store_file
from portal.asking import Portal, Registrar, portal_of
from portal.forms import text, uploads_of
from portal.gate import TypedForm
from portal.pages import back, page
from portal.routes.report_templates import DOCX, docx_of
from portal.storing import kept_if_used

router = APIRouter(include_in_schema=False, prefix="/consolidations/{public_id}")


@router.post("/check")
def check(request: Request, public_id: str, who: Registrar, form: TypedForm) -> Response:
    """Đối chiếu số liệu của bản đã sửa trên Word; nothing is kept."""
    portal = portal_of(request)
    _, content = docx_of(portal, uploads_of(form, "file"))
    found = checked(portal, who.name, public_id, content)
    return _differences(request, found, status=422 if found.wrong else 200)


@router.post("/edited")
def keep(request: Request, public_id: str, who: Registrar, form: TypedForm) -> Response:
    """Keep it as what goes out, once its numbers agree or somebody says why it goes out all the same."""
    portal, reason = portal_of(request), text(form, "reason")
    named, content = docx_of(portal, uploads_of(form, "file"))
    found = checked(portal, who.name, public_id, content)
    stored = store_file(portal.app.settings, content, named.name, DOCX)
    try:
        with kept_if_used(portal.app, [stored]) as used, portal.app.write(portal.clock(), who.name) as ctx:
            used.append(keep_edited(ctx, found, stored, reason))
    except NumbersApart as problem:
        return _differences(request, problem.found, status=422, file=named.name)
    return back(f"/periods/{found.period}", "edited-kept-apart" if found.apart else "edited-kept")


@router.post("/edited/drop")
def drop(request: Request, public_id: str, who: Registrar) -> Response:
    """What was made here goes out after all."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        period = drop_edited(ctx, public_id)
    return back(f"/periods/{period}", "edited-dropped")


def checked(portal: Portal, name: str, public_id: str, content: bytes) -> EditedReport:
    """Of page and interface alike."""
    with portal.app.read(portal.clock(), name) as ctx:
        return check_edited(ctx, public_id, content)


def _differences(request: Request, found: EditedReport, *, status: int, file: str = "") -> Response:
    """``file``: the name of the one that waits for a word; none where it was only checked."""
    return page(request, "report_check.html", found=found, file=file, status=status, longest=LONGEST_REASON)
