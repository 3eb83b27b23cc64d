"""The ledger of notices."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from obligations.services.approval import approve, send_back, submit_for_approval
from obligations.services.dead_letters import send_again
from obligations.services.review import cancel_message, release_message
from obligations.services.views_messages import ledger, message_page
from portal.asking import Approver, Coordinator, portal_of, writes_to_agencies
from portal.forms import line, text
from portal.gate import TypedForm
from portal.pages import back, page

router = APIRouter(include_in_schema=False, prefix="/messages")
MOST_PAGES = 100_000


@router.api_route("", methods=["GET", "HEAD"])
def messages(
    request: Request,
    state: str = "",
    agency: str = "",
    kind: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    """What was or would be sent, newest first, fifty a page."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = ledger(ctx, state, agency, kind, number, whole=writes_to_agencies(request))
    chosen = {"state": state, "agency": agency, "kind": kind}
    link = "/messages?" + urlencode({**{k: v for k, v in chosen.items() if v}, "page": ""})
    return page(request, "messages.html", ledger=shown, chosen=chosen, page_link=link)


@router.api_route("/{public_id}", methods=["GET", "HEAD"])
def message(request: Request, public_id: str) -> Response:
    """One notice with its text as it stands now."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = message_page(ctx, public_id, whole=writes_to_agencies(request))
    return page(request, "message.html", message=shown)


@router.post("/{public_id}/release")
def release(request: Request, public_id: str, who: Coordinator) -> Response:
    """Let a draft or a held notice go."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        release_message(ctx, public_id)
    return back(f"/messages/{public_id}", "released")


@router.post("/{public_id}/submit")
def submit(request: Request, public_id: str, who: Coordinator) -> Response:
    """Trình duyệt a draft to a leader (S6)."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        submit_for_approval(ctx, public_id)
    return back(f"/messages/{public_id}", "submitted")


@router.post("/{public_id}/approve")
def approve_it(request: Request, public_id: str, who: Approver) -> Response:
    """Duyệt, chuyển."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        approve(ctx, public_id)
    return back(f"/messages/{public_id}", "released")


@router.post("/{public_id}/send-back")
def send_back_it(request: Request, public_id: str, who: Approver, form: TypedForm) -> Response:
    """Return a draft to the coordinator."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        send_back(ctx, public_id, text(form, "remarks"))
    return back(f"/messages/{public_id}", "sent-back")


@router.post("/{public_id}/cancel")
def cancel(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Stop a notice that has not gone."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        cancel_message(ctx, public_id, line(form, "reason"))
    return back(f"/messages/{public_id}", "stopped")


@router.post("/{public_id}/again")
def again(request: Request, public_id: str, who: Coordinator) -> Response:
    """Put a failed notice back into the queue."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        send_again(ctx, public_id)
    return back(f"/messages/{public_id}", "queued_again")
