"""The department's own Word templates of consolidated reports."""

from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse

from obligations.services.context import Context
from obligations.services.reporting.report_templates import (
    TemplateRow,
    keep_template,
    list_templates,
    template_file,
    withdraw_template,
)
from obligations.services.reporting.template_use import MarkRow, check_template, mark_rows
from obligations.services.storage import store_file
from portal.asking import portal_of
from portal.pages import download_headers
from portal.routes.report_templates import DOCX, start_answer, template_of, tried
from portal.routes.v1.common import ACT, NOT_FOUND, Once, Overseer, Reviewer, act, router_of
from portal.storing import kept_if_used

router = router_of("periods")
AT = "/report-templates"
Docx = Annotated[UploadFile, File(description="A Word document: .docx")]
Place = Annotated[str, Form(max_length=170, description="`<plan slug>--<duty>`; nothing: the whole installation")]
MADE = {**ACT, 200: {"content": {DOCX: {}}, "description": "The file"}}
FILE = {**NOT_FOUND, 200: {"content": {DOCX: {}}, "description": "The file"}}


@router.get(AT)
def templates(request: Request, who: Overseer) -> list[TemplateRow]:
    """Every version of every template, the newest of each place first."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return list_templates(ctx)


@router.get(f"{AT}/marks")
def marks(who: Overseer) -> list[MarkRow]:  # noqa: ARG001 - the same for all who may
    """Every mark that a template may hold, and what it becomes."""
    return mark_rows()


@router.get(f"{AT}/start.docx", response_class=Response, responses=FILE)
def start(who: Overseer) -> Response:  # noqa: ARG001 - the same for all who may
    """The template of our own layout with every mark explained, to begin from."""
    return start_answer()


@router.post(AT, responses=ACT, status_code=201)
def take(request: Request, who: Reviewer, once: Once, file: Docx, place: Place = "") -> Response:
    """Check a template, try it on sample content and put it in force; the one in force once more changes nothing."""
    portal = portal_of(request)
    name, content = template_of(portal, [file])
    check_template(content)
    stored = store_file(portal.app.settings, content, name, DOCX)
    with kept_if_used(portal.app, [stored]) as used:

        def do(ctx: Context) -> dict[str, object]:
            public_id, new = keep_template(ctx, stored, place)
            used.append(new)
            return {"id": public_id, "new": new}

        return act(request, who, once, do, 201)


@router.post(f"{AT}/try", response_class=Response, responses=MADE)
def try_it(request: Request, who: Reviewer, file: Docx) -> Response:  # noqa: ARG001 - whoever may
    """What a template makes of sample content; nothing is kept and no key is needed."""
    return tried(check_template(template_of(portal_of(request), [file])[1]))


@router.get(f"{AT}/{{public_id}}/file.docx", response_class=FileResponse, responses=FILE)
def handed_in(request: Request, public_id: str, who: Overseer) -> Response:
    """A template as it was handed in."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        file = template_file(ctx, public_id)
    return FileResponse(file.path, media_type=file.media_type, headers=download_headers(file))


@router.post(f"{AT}/{{public_id}}/withdraw", responses=ACT)
def withdraw(request: Request, public_id: str, who: Reviewer, once: Once) -> Response:
    """Out of force: the next report is made with the template of the installation, or in our own layout."""

    def do(ctx: Context) -> dict[str, str]:
        withdraw_template(ctx, public_id)
        return {"id": public_id}

    return act(request, who, once, do)
