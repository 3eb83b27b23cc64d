"""The department's own Word templates of consolidated reports."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import UploadFile

from obligations.errors import Refused, WrongValue
from obligations.services.reporting.report_templates import (
    keep_template,
    list_templates,
    template_file,
    template_places,
    withdraw_template,
)
from obligations.services.reporting.template_use import LARGEST, check_template, mark_rows
from obligations.services.storage import store_file
from portal import texts_vi as texts
from portal.asking import Coordinator, Portal, portal_of
from portal.forms import line, uploads_of
from portal.gate import TypedForm
from portal.pages import attachment_headers, back, download_headers, page
from portal.problems import status_of
from portal.storing import kept_if_used
from portal.uploads import OOXML, BadUpload, Checked, check_upload
from reports.template_start import starting_template

router = APIRouter(include_in_schema=False)
AT = "/report-templates"
START = "mau-bao-cao-tong-hop.docx"
DOCX = OOXML[".docx"]


@router.api_route(AT, methods=["GET", "HEAD"])
def shown(request: Request, who: Coordinator) -> Response:
    """Templates in force and before, and what each mark becomes."""
    return _page(request, who.name)


@router.api_route(f"{AT}/{START}", methods=["GET", "HEAD"])
def start(request: Request, who: Coordinator) -> Response:  # noqa: ARG001 - whoever asks, the file is the same
    """The template of our own layout, to begin from."""
    return start_answer()


@router.api_route(f"{AT}/{{public_id}}/{{name}}", methods=["GET", "HEAD"])
def handed_in(request: Request, public_id: str, name: str, who: Coordinator) -> Response:  # noqa: ARG001 - free
    """A template as it was handed in."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        file = template_file(ctx, public_id)
    return FileResponse(file.path, media_type=file.media_type, headers=download_headers(file))


@router.post(AT)
def take(request: Request, who: Coordinator, form: TypedForm) -> Response:
    """Check it as every upload, try it, and put it in force; ``try``: only what it makes of sample content."""
    portal, place, uploads = portal_of(request), line(form, "place"), uploads_of(form, "file")
    try:
        if line(form, "action") == "try":
            return tried(check_template(template_of(portal, uploads)[1]))
        _, new = taken(portal, who.name, place, uploads)
    except Refused as problem:
        return _page(request, who.name, place=place, problem=problem)
    return back(AT, "template-taken" if new else "template-same")


@router.post(f"{AT}/{{public_id}}/withdraw")
def withdraw(request: Request, public_id: str, who: Coordinator) -> Response:
    """Out of force."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        withdraw_template(ctx, public_id)
    return back(AT, "template-withdrawn")


def taken(portal: Portal, name: str, place: str, uploads: Sequence[UploadFile]) -> tuple[str, bool]:
    """The public id of the template in force, and whether it is new; of page and interface alike."""
    file_name, content = template_of(portal, uploads)
    check_template(content)
    stored = store_file(portal.app.settings, content, file_name, DOCX)
    with kept_if_used(portal.app, [stored]) as used, portal.app.write(portal.clock(), name) as ctx:
        public_id, new = keep_template(ctx, stored, place)
        used.append(new)
    return public_id, new


def template_of(portal: Portal, uploads: Sequence[UploadFile]) -> tuple[str, bytes]:
    """The same of a template, which shows nothing of other files: every report made with it would."""
    found, content = docx_of(portal, uploads)
    if found.borrows:
        raise WrongValue("file", texts.TEMPLATE["borrows"].format(name=found.name))
    return found.name, content


def docx_of(portal: Portal, uploads: Sequence[UploadFile]) -> tuple[Checked, bytes]:
    """The one document with its bytes, checked as every upload; Refused says what is wrong with it."""
    if not uploads:
        raise WrongValue("file", texts.TEMPLATE["none"])
    settings = portal.app.settings
    try:
        found = check_upload(uploads[0], settings.upload_limit_mb, settings.clamd)
    except BadUpload as problem:
        raise WrongValue("file", str(problem)) from problem
    if found.media_type != DOCX:
        raise WrongValue("file", texts.TEMPLATE["kind"].format(name=found.name))
    return found, uploads[0].file.read()


def start_answer() -> Response:
    """The starting template as a file."""
    return Response(starting_template(), media_type=DOCX, headers=attachment_headers(START))


def tried(content: bytes) -> Response:
    """What a template makes of sample content, as a file."""
    return Response(content, media_type=DOCX, headers=attachment_headers(texts.TEMPLATE["tried"]))


def _page(request: Request, name: str, *, place: str = "", problem: Refused | None = None) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), name) as ctx:
        shown: dict[str, Any] = {"rows": list_templates(ctx), "duties": template_places(ctx)}
    status, said = (status_of(problem), problem.said) if problem else (200, "")
    return page(
        request, "report_templates.html", status=status, marks=mark_rows(), place=place, problem=said,
        start=f"{AT}/{START}", largest=LARGEST >> 20, **shown,
    )  # fmt: skip
