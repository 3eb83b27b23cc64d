"""Nhắc thêm: choose agencies of a period, see every text, send."""

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from obligations.errors import Refused, WrongValue
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.views_period import period_page
from obligations.services.reviewing.extra_reminder import LONGEST, addressees, preview_extra, send_extra
from portal import texts_vi as texts
from portal.asking import Coordinator, portal_of
from portal.forms import KEY, line, text
from portal.gate import TypedForm
from portal.pages import back, page
from portal.problems import status_of

router = APIRouter(include_in_schema=False, prefix="/periods/{public_id}/remind")


@router.api_route("", methods=["GET", "HEAD"])
def choose(request: Request, public_id: str, who: Coordinator) -> Response:
    """Everybody who may be reminded now is chosen."""
    return _choose(request, who.name, public_id, None, "")


@router.post("/preview")
def look(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Exactly what would go; nothing is kept."""
    codes, said, portal = _codes(form), text(form, "line"), portal_of(request)
    if not codes:
        return _choose(request, who.name, public_id, codes, said, texts.REMIND["none"], 422)
    try:
        found = preview_extra(portal.app, public_id, codes, said, portal.clock(), who.name)
    except Refused as problem:
        return _choose(request, who.name, public_id, codes, said, problem.said, status_of(problem))
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = period_page(ctx, public_id)
    key = secrets.token_urlsafe(18)
    return page(request, "remind_preview.html", period=shown, found=found, codes=codes, said=said, key=key)


@router.post("")
def send(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Plan them; pressed twice it is once."""
    portal, key = portal_of(request), line(form, "key")
    if not KEY.match(key):
        raise WrongValue("key", texts.PROBLEM["key"])
    with portal.app.write(portal.clock(), who.name) as ctx:
        send_extra(ctx, public_id, _codes(form), text(form, "line"), key)
    return back(f"/periods/{public_id}", "reminded")


def _codes(form: FormData) -> list[str]:
    return [code for code in form.getlist("agency") if isinstance(code, str)]


def _choose(
    request: Request,
    name: str,
    public_id: str,
    chosen: list[str] | None,
    said: str,
    problem: str = "",
    status: int = 200,
) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), name) as ctx:
        period_by_public_id(ctx, public_id)
        shown, rows = period_page(ctx, public_id), addressees(ctx, public_id)
    return page(
        request,
        "remind.html",
        status=status,
        period=shown,
        rows=rows,
        chosen=chosen,
        said=said,
        problem=problem,
        longest=LONGEST,
    )
