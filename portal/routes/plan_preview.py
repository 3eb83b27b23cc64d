"""A corrected plan file seen before it is applied: what is wrong with it, what it would change, who would be told."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from obligations.errors import Refused, WrongValue
from obligations.rules.plan_words import field_words
from obligations.services.overview.over_time import plan_choices
from obligations.services.setup.plan_upload import PlanSeen, look_at_plan
from portal import texts_vi as texts
from portal.asking import Keeper, portal_of
from portal.forms import uploads_of
from portal.gate import TypedForm
from portal.pages import page
from portal.problems import status_of

router = APIRouter(include_in_schema=False, prefix="/plans/preview")
LARGEST = 600 << 10
"""Bytes of a plan file on a page; the largest real one takes some tens of kilobytes."""


@router.api_route("", methods=["GET", "HEAD"])
def ask(request: Request, who: Keeper) -> Response:
    """Where the file is chosen or pasted."""
    return _page(request, who.name)


@router.post("")
def look(request: Request, who: Keeper, form: TypedForm) -> Response:
    """What applying it would change. Nothing is applied and nothing is kept."""
    portal, pasted = portal_of(request), form.get("pasted")
    typed = pasted if isinstance(pasted, str) else ""
    try:
        seen = look_at_plan(portal.app, _content(form), portal.clock(), who.name)
    except Refused as problem:
        return _page(request, who.name, typed=typed, problem=problem)
    return _page(request, who.name, seen, typed=typed)


def check_size(content: bytes) -> bytes:
    """Of page and interface alike; Refused when there is nothing or too much."""
    if not content.strip():
        raise WrongValue("file", texts.PLAN_FILE["none"])
    if len(content) > LARGEST:
        raise WrongValue("file", texts.PLAN_FILE["large"])
    return content


def _content(form: FormData) -> bytes:
    files, pasted = uploads_of(form, "file"), form.get("pasted")
    typed = pasted.encode("utf-8", "replace") if isinstance(pasted, str) else b""
    return check_size(files[0].file.read(LARGEST + 1) if files else typed)


def _page(
    request: Request, name: str, seen: PlanSeen | None = None, *, typed: str = "", problem: Refused | None = None
) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), name) as ctx:
        applied = plan_choices(ctx)
    status = status_of(problem) if problem else 422 if seen is not None and seen.faults else 200
    shown = typed if len(typed) <= LARGEST else ""
    return page(
        request,
        "plan_preview.html",
        status=status,
        seen=seen,
        typed=shown,
        applied=applied,
        problem=problem.said if problem else "",
        field_words=field_words,
    )
