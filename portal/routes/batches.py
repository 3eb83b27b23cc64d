"""Batches of overdue notices before they go, and what puts wrong notices right."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.services.chasing.batch_acts import release_batch, stop_batch
from obligations.services.chasing.batch_views import batch_page, list_batches
from obligations.services.chasing.retract import retract_batch, retract_step
from portal.asking import Coordinator, portal_of
from portal.forms import line, needed, text
from portal.gate import TypedForm
from portal.pages import back, page

router = APIRouter(include_in_schema=False)


@router.api_route("/batches", methods=["GET", "HEAD"])
def batches(request: Request, everything: bool = False) -> Response:
    """Batches that wait or go today."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = list_batches(ctx, everything=everything)
    return page(request, "batches.html", batches=shown, everything=everything)


@router.api_route("/batches/{public_id}", methods=["GET", "HEAD"])
def batch(request: Request, public_id: str) -> Response:
    """One batch: who is told what, and the buttons."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = batch_page(ctx, public_id)
    return page(request, "batch.html", batch=shown, row=shown.row)


@router.post("/batches/{public_id}/release")
def release(request: Request, public_id: str, who: Coordinator) -> Response:
    """Gửi ngay."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        release_batch(ctx, public_id)
    return back(f"/batches/{public_id}", "released")


@router.post("/batches/{public_id}/stop")
def stop(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Dừng."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do dừng")
    with portal.app.write(portal.clock(), who.name) as ctx:
        stop_batch(ctx, public_id, reason)
    return back(f"/batches/{public_id}", "batch-stopped")


@router.post("/batches/{public_id}/correct")
def correct(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Thông báo đính chính to exactly those who got it."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        retract_batch(ctx, public_id, text(form, "text"))
    return back(f"/batches/{public_id}", "retracted")


@router.post("/periods/{public_id}/correct")
def correct_step(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """The same for one step of a period."""
    portal, step = portal_of(request), line(form, "step")
    with portal.app.write(portal.clock(), who.name) as ctx:
        retract_step(ctx, public_id, step, text(form, "text"))
    return back(f"/periods/{public_id}", "retracted")
