"""Reports that must not be read (S13): set apart by whoever finds out, released or destroyed by people on these pages alone."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.services.accounts.access import Actor
from obligations.services.isolating.destroy import ask_destruction, destroy, release
from obligations.services.isolating.isolate import isolate
from portal.asking import Approving, Member, Registrar, Responsible, portal_of
from portal.forms import line, needed
from portal.gate import TypedForm
from portal.pages import back

router = APIRouter(include_in_schema=False)


@router.post("/a/{assignment}/isolate")
def own(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """An agency says that what it sent must not be read."""
    return _apart(request, who, line(form, "submission"), f"/a/{assignment}")


@router.post("/assignments/{assignment}/isolate")
def at_once(request: Request, assignment: str, who: Registrar, form: TypedForm) -> Response:
    """A coordinator or văn thư does; nobody is asked first."""
    return _apart(request, who, line(form, "submission"), f"/assignments/{assignment}")


@router.post("/assignments/{assignment}/isolations/{isolation}/ask")
def ask(request: Request, assignment: str, isolation: str, who: Registrar, form: TypedForm) -> Response:
    """The first of two people who destroy it."""
    portal, decision = portal_of(request), needed(form, "decision", "số, ngày văn bản quyết định tiêu hủy")
    with portal.app.write(portal.clock(), who.name) as ctx:
        ask_destruction(ctx, isolation, decision)
    return back(f"/assignments/{assignment}", "destruction-asked")


@router.post("/assignments/{assignment}/isolations/{isolation}/destroy")
def second(request: Request, assignment: str, isolation: str, who: Approving) -> Response:
    """The second: an approver or administrator, never the first."""
    portal = portal_of(request)
    destroy(portal.app, isolation, portal.clock(), who.name)
    return back(f"/assignments/{assignment}", "destroyed")


@router.post("/assignments/{assignment}/isolations/{isolation}/release")
def put_back(request: Request, assignment: str, isolation: str, who: Responsible, form: TypedForm) -> Response:
    """It was no secret."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    release(portal.app, isolation, portal.clock(), who.name, reason)
    return back(f"/assignments/{assignment}", "put-back")


def _apart(request: Request, who: Actor, submission: str, path: str) -> Response:
    portal = portal_of(request)
    isolate(portal.app, who, submission, portal.clock())
    return back(path, "isolated")
