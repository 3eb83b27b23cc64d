"""What goes to agencies: notices, batches, ad-hoc requests."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import Field

from models.enums import Urgency
from obligations.services.accounts.access import Actor
from obligations.services.chasing.approval import approve, send_back, submit_for_approval
from obligations.services.chasing.approval_bulk import MOST, approve_many, submit_many
from obligations.services.chasing.batch_acts import release_batch, stop_batch
from obligations.services.chasing.retract import retract_batch
from obligations.services.context import Context
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.interface.idempotency import Asked
from obligations.services.overview.views_messages import MessageRow, message_page
from obligations.services.requests.cancel_request import cancel_request
from obligations.services.requests.draft import RequestDraft
from obligations.services.requests.preview_request import RequestPreview, preview_request
from obligations.services.requests.report import Requested, request_report
from obligations.services.reviewing.review import cancel_message, release_message
from obligations.services.sending.dead_letters import send_again
from portal.asking import portal_of
from portal.routes.v1.common import (
    ACT,
    Approving,
    Day,
    In,
    Line,
    Moment,
    Once,
    Reason,
    Remarks,
    Sender,
    act,
    router_of,
    unique,
)

router = router_of("notices")
Words = Annotated[str, Field(min_length=1, max_length=20_000)]


class Text(In):
    """What is said."""

    text: Words


class Drafts(In):
    """Ids of drafts to leaders."""

    messages: Annotated[list[Line], Field(min_length=1, max_length=MOST)]


class RequestIn(In):
    """An ad-hoc request. ``to``: codes of agencies, groups or roles; ``due_at`` with its offset from UTC."""

    to: Annotated[list[Line], Field(min_length=1, max_length=1000)]
    content: Words
    due_at: Moment
    urgency: Urgency = Urgency.normal
    document: Annotated[str, Field(max_length=120)] = ""
    document_on: Day | None = None
    completes_on: Literal["either", "signed"] = "either"

    def draft(self, key: str) -> RequestDraft:
        """As the service takes it."""
        due_at: datetime = self.due_at
        return RequestDraft(
            to=tuple(dict.fromkeys(self.to)),
            content=self.content,
            due_at=due_at,
            key=key,
            urgency=self.urgency,
            document=self.document or None,
            document_on=self.document_on,
            completes_on=self.completes_on,
        )


@router.post("/messages/submit", responses=ACT)
def submit_several(request: Request, who: Sender, once: Once, given: Drafts) -> Response:
    """Trình duyệt several drafts in one transaction; what changed meanwhile is left and counted."""
    return act(request, who, once, lambda ctx: submit_many(ctx, given.messages))


@router.post("/messages/approve", responses=ACT)
def approve_several(request: Request, who: Approving, once: Once, given: Drafts) -> Response:
    """Duyệt, chuyển several; what changed meanwhile or was submitted by the same person is left and counted."""
    return act(request, who, once, lambda ctx: approve_many(ctx, given.messages))


@router.post("/messages/{public_id}/release", responses=ACT, response_model=MessageRow)
def release(request: Request, public_id: str, who: Sender, once: Once) -> Response:
    """Let a draft or a held notice go."""
    return _done(request, who, once, public_id, lambda ctx: release_message(ctx, public_id))


@router.post("/messages/{public_id}/submit", responses=ACT, response_model=MessageRow)
def submit(request: Request, public_id: str, who: Sender, once: Once) -> Response:
    """Trình duyệt a draft to a leader (S6)."""
    return _done(request, who, once, public_id, lambda ctx: submit_for_approval(ctx, public_id))


@router.post("/messages/{public_id}/approve", responses=ACT, response_model=MessageRow)
def approve_it(request: Request, public_id: str, who: Approving, once: Once) -> Response:
    """Duyệt, chuyển."""
    return _done(request, who, once, public_id, lambda ctx: approve(ctx, public_id))


@router.post("/messages/{public_id}/send-back", responses=ACT, response_model=MessageRow)
def send_back_it(request: Request, public_id: str, who: Approving, once: Once, given: Remarks) -> Response:
    """Return a draft to the coordinator."""
    return _done(request, who, once, public_id, lambda ctx: send_back(ctx, public_id, given.remarks))


@router.post("/messages/{public_id}/cancel", responses=ACT, response_model=MessageRow)
def cancel(request: Request, public_id: str, who: Sender, once: Once, given: Reason) -> Response:
    """Stop a notice that has not gone."""
    return _done(request, who, once, public_id, lambda ctx: cancel_message(ctx, public_id, given.reason))


@router.post("/messages/{public_id}/again", responses=ACT, response_model=MessageRow)
def again(request: Request, public_id: str, who: Sender, once: Once) -> Response:
    """Put a failed notice back into the queue."""
    return _done(request, who, once, public_id, lambda ctx: send_again(ctx, public_id))


@router.post("/batches/{public_id}/release", responses=ACT)
def release_all(request: Request, public_id: str, who: Sender, once: Once) -> Response:
    """Gửi ngay."""
    return act(request, who, once, lambda ctx: release_batch(ctx, public_id))


@router.post("/batches/{public_id}/stop", responses=ACT)
def stop(request: Request, public_id: str, who: Sender, once: Once, given: Reason) -> Response:
    """Dừng."""
    return act(request, who, once, lambda ctx: stop_batch(ctx, public_id, given.reason))


@router.post("/batches/{public_id}/correct", responses=ACT)
def correct(request: Request, public_id: str, who: Sender, once: Once, given: Text) -> Response:
    """Thông báo đính chính to exactly those who got it."""
    return act(request, who, once, lambda ctx: retract_batch(ctx, public_id, given.text))


@router.post("/requests/preview", responses=ACT)
def preview(request: Request, who: Sender, given: RequestIn) -> RequestPreview:
    """Who would be asked, when they would be reminded, and the first text; nothing is made."""
    portal = portal_of(request)
    return preview_request(portal.app, given.draft("preview"), portal.clock(), who.name)


@router.post("/requests", responses=ACT, response_model=Requested, status_code=201)
def make(request: Request, who: Sender, once: Once, given: RequestIn) -> Response:
    """Ask agencies for something by an hour; the regular round sends it within minutes."""

    def do(ctx: Context) -> Requested:
        made = request_report(ctx, given.draft(unique(once, who)))
        refresh_feeds(ctx)
        return made

    return act(request, who, once, do, 201)


@router.post("/requests/{slug}/cancel", responses=ACT)
def take_back(request: Request, slug: str, who: Sender, once: Once, given: Reason) -> Response:
    """Take a request back."""

    def do(ctx: Context) -> dict[str, str]:
        cancel_request(ctx, slug, given.reason)
        refresh_feeds(ctx)
        return {"request": slug}

    return act(request, who, once, do)


def _done(request: Request, who: Actor, once: Asked, public_id: str, do: Callable[[Context], object]) -> Response:
    """One act on one notice; answers with it as it stands then."""

    def done(ctx: Context) -> object:
        do(ctx)
        ctx.session.flush()
        return message_page(ctx, public_id).row

    return act(request, who, once, done)
