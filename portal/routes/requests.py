"""Ad-hoc requests: asked for, shown first, made once; whom to telephone; taken back."""

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import DondocError
from obligations.services.accounts.access import Actor
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.requests.cancel_request import cancel_request
from obligations.services.requests.choices import AgencyChoice, request_choices
from obligations.services.requests.preview_request import preview_request
from obligations.services.requests.report import find_request, request_report
from obligations.services.requests.views import call_list, find_row, list_requests
from obligations.services.sending.deliver_claim import Only
from obligations.services.sending.paused import is_paused
from portal.asking import Coordinator, portal_of
from portal.at_once import sends_at_once
from portal.forms import needed
from portal.gate import TypedForm
from portal.pages import back, page
from portal.request_form import RequestForm, read_request

router = APIRouter(include_in_schema=False, prefix="/requests")
AT_ONCE = 20
"""Messages handed over right after a request was made; the regular round sends the rest within five minutes."""


@router.api_route("", methods=["GET", "HEAD"])
def requests(request: Request) -> Response:
    """Every request, newest first."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        shown = list_requests(ctx)
    return page(request, "requests.html", requests=shown)


@router.api_route("/new", methods=["GET", "HEAD"])
def new(request: Request, who: Coordinator) -> Response:
    """An empty form."""
    return _form_page(request, who, RequestForm(key=secrets.token_urlsafe(18)))


@router.post("/new")
def make(request: Request, who: Coordinator, form: TypedForm) -> Response:
    """Show what would be sent, go back to change it, or make the request."""
    portal = portal_of(request)
    now = portal.clock()
    typed = read_request(form)
    draft = typed.draft(now.astimezone(portal.app.settings.zone)) if form.get("action") != "edit" else None
    if draft is None:
        return _form_page(request, who, typed)
    try:
        if form.get("action") != "send":
            shown = preview_request(portal.app, draft, now, who.name)
            return page(request, "request_new.html", typed=typed, shown=shown)
        with portal.app.write(now, who.name) as ctx:
            made = request_report(ctx, draft)
            refresh_feeds(ctx)
            done = "requested-paused" if is_paused(ctx) else "requested"
    except DondocError as error:
        typed.problems.append(str(error))
        return _form_page(request, who, typed)
    response = back(f"/periods/{made.period}", done)
    response.background = sends_at_once(portal, Only.urgent, AT_ONCE)
    return response


@router.api_route("/{slug}", methods=["GET", "HEAD"])
def calls(request: Request, slug: str) -> Response:
    """One request with the call list of those who have not answered, fit to be printed."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        _obligation, period = find_request(ctx, slug)
        rows, row = call_list(ctx, period), find_row(ctx, slug)
    return page(request, "request_calls.html", row=row, calls=rows)


@router.post("/{slug}/cancel")
def cancel(request: Request, slug: str, who: Coordinator, form: TypedForm) -> Response:
    """Take a request back."""
    portal = portal_of(request)
    reason = needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        cancel_request(ctx, slug, reason)
        refresh_feeds(ctx)
    return back(f"/requests/{slug}", "request-cancelled")


def _form_page(request: Request, who: Actor, typed: RequestForm) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        choices = request_choices(ctx)
    sections: dict[str, list[AgencyChoice]] = {}
    for agency in choices.agencies:
        sections.setdefault(agency.section, []).append(agency)
    status = 422 if typed.problems else 200
    return page(
        request, "request_new.html", status=status, typed=typed, shown=None, groups=choices.groups, sections=sections
    )
