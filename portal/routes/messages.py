"""The ledger of notices."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from models.enums import MessageState
from obligations.services.chasing.approval import approve, send_back, submit_for_approval
from obligations.services.chasing.approval_bulk import MOST, approve_many, submit_many
from obligations.services.overview.views_messages import PAGE, ledger, message_page
from obligations.services.reviewing.review import cancel_message, release_message
from obligations.services.sending.dead_letters import send_again
from portal.asking import Approver, Coordinator, portal_of, staff, writes_to_agencies
from portal.forms import line, text
from portal.gate import TypedForm
from portal.pages import back, page

router = APIRouter(include_in_schema=False, prefix="/messages")
MOST_PAGES = 100_000
DRAFTS = "/messages?state=draft"


@router.api_route("", methods=["GET", "HEAD"])
def messages(
    request: Request,
    state: str = "",
    agency: str = "",
    kind: str = "",
    waiting: str = "",
    all: str = "",  # noqa: A002 - the name in the address
    number: Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    """What was or would be sent, newest first, fifty a page; ``all``: every draft on one page, all of them chosen."""
    portal = portal_of(request)
    ticked = bool(all) and state == MessageState.draft
    who = staff(request)
    with portal.app.read(portal.clock(), *([who.name] if who else [])) as ctx:
        shown = ledger(
            ctx,
            state,
            agency,
            kind,
            number,
            whole=writes_to_agencies(request),
            waiting=waiting,
            size=MOST if ticked else PAGE,
        )
    chosen = {"state": state, "agency": agency, "kind": kind, "waiting": waiting}
    here = {k: v for k, v in chosen.items() if v}
    link = "/messages?" + urlencode({**here, **({"all": "1"} if ticked else {}), "page": ""})
    return page(
        request,
        "messages.html",
        ledger=shown,
        chosen=chosen,
        page_link=link,
        all_link="/messages?" + urlencode({**here, "all": "1"}),
        ticked=ticked,
    )


@router.post("/submit")
def submit_several(request: Request, who: Coordinator, form: TypedForm) -> Response:
    """Trình duyệt the chosen drafts."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        done = submit_many(ctx, _chosen(form))
    return back(DRAFTS, "drafts-submitted-some" if done.left else "drafts-submitted")


@router.post("/approve")
def approve_several(request: Request, who: Approver, form: TypedForm) -> Response:
    """Duyệt, chuyển the chosen drafts."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        done = approve_many(ctx, _chosen(form))
    return back(DRAFTS, "drafts-approved-some" if done.left else "drafts-approved")


def _chosen(form: FormData) -> list[str]:
    return [value for value in form.getlist("message") if isinstance(value, str)]


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
