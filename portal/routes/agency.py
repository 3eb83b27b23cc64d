"""An agency's side: from the personal link to its duties, the report form and the receipt."""

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.enums import SubmissionChannel, SubmissionForm
from obligations.errors import NotFound, Refused
from obligations.services.access import Actor, close_session, link_page, open_agency_session
from obligations.services.acknowledge import acknowledge
from obligations.services.dispute_assignment import dispute_assignment
from obligations.services.publish_feed import refresh_feeds
from obligations.services.submit import SubmissionDraft, submit_report
from obligations.services.views_agency import DutyPage, agency_page, duty_page, receipt_page
from portal.asking import AGENCY, Member, give_session, portal_of
from portal.forms import (
    ReportForm,
    add_figure_rows,
    blank_report,
    day_of,
    needed,
    read_report,
    store_uploads,
    uploads_of,
)
from portal.gate import TypedForm, link_csrf
from portal.pages import back, page

router = APIRouter(include_in_schema=False)


@router.api_route("/s/{token}", methods=["GET", "HEAD"])
def personal_link(request: Request, token: str) -> Response:
    """A button; mail scanners that open the link change nothing."""
    portal = portal_of(request)
    try:
        with portal.app.read(portal.clock()) as ctx:
            link = link_page(ctx, token)
    except (NotFound, Refused) as error:
        return _dead_link(request, 410 if isinstance(error, Refused) else 404)
    return page(request, "link.html", link=link, csrf=link_csrf(request))


@router.post("/s/{token}")
def open_link(request: Request, token: str) -> Response:
    """Exchange the link for a session and leave its secret out of the address."""
    portal = portal_of(request)
    try:
        with portal.app.write(portal.clock(), "link") as ctx:
            opened = open_agency_session(ctx, token)
    except (NotFound, Refused) as error:
        return _dead_link(request, 410 if isinstance(error, Refused) else 404)
    response = back("/a")
    give_session(request, response, AGENCY, opened)
    return response


@router.api_route("/a", methods=["GET", "HEAD"])
def duties(request: Request, who: Member) -> Response:
    """Everything this agency owes."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = agency_page(ctx, who)
    return page(request, "agency.html", page=shown, csrf=who.csrf)


@router.post("/a/logout")
def leave(request: Request, _who: Member) -> Response:
    """End the agency's session."""
    portal = portal_of(request)
    name = portal.cookie(AGENCY)
    with portal.app.write(portal.clock(), "link") as ctx:
        close_session(ctx, request.cookies.get(name, ""))
    response = page(request, "left.html")
    response.delete_cookie(name, path="/", secure=portal.is_https, httponly=True, samesite="lax")
    return response


@router.api_route("/a/receipts/{submission}", methods=["GET", "HEAD"])
def receipt(request: Request, submission: str, who: Member) -> Response:
    """The confirmation of receipt, fit to be printed."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = receipt_page(ctx, who, submission)
    return page(request, "receipt.html", receipt=shown, csrf=who.csrf)


@router.api_route("/a/{assignment}", methods=["GET", "HEAD"])
def duty(request: Request, assignment: str, who: Member) -> Response:
    """One duty: what is owed and why, the form, the versions sent."""
    shown = _duty(request, who, assignment)
    earlier = shown.versions[0] if shown.versions else None
    return _form_page(request, who, shown, blank_report(secrets.token_urlsafe(18), earlier))


@router.post("/a/{assignment}/acknowledge")
def acknowledge_it(request: Request, assignment: str, who: Member) -> Response:
    """The button "Đã nhận, đang thực hiện" of an ad-hoc request."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        acknowledge(ctx, who, assignment)
    return back(f"/a/{assignment}", "acknowledged")


@router.post("/a/{assignment}/dispute")
def dispute(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Đề nghị xem lại phân công."""
    reason, evidence = needed(form, "reason", "lý do"), needed(form, "evidence", "văn bản làm căn cứ")
    if _duty(request, who, assignment).agency_id != who.agency_id:
        raise NotFound("no such assignment")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        dispute_assignment(ctx, assignment, reason, evidence)
        refresh_feeds(ctx)
    return back(f"/a/{assignment}", "disputed")


@router.post("/a/{assignment}")
def submit(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Record one version; what was typed stays on the page when something is wrong."""
    portal = portal_of(request)
    shown = _duty(request, who, assignment)
    if shown.agency_id != who.agency_id:  # what a predecessor sent is read, never sent again in its name
        raise NotFound("no such assignment")
    typed = read_report(form, shown.outline)
    if form.get("action") == "more":
        return _form_page(request, who, shown, add_figure_rows(typed))
    uploads = uploads_of(form)
    typed.check(shown.outline, portal.clock().astimezone(portal.app.settings.zone).date(), files=len(uploads))
    if typed.problems:
        return _form_page(request, who, shown, typed, status=422)
    stored, typed.problems = store_uploads(portal.app, uploads)
    if typed.problems:
        return _form_page(request, who, shown, typed, status=422)
    with portal.app.write(portal.clock(), who.name) as ctx:
        sent = submit_report(ctx, _draft(who, shown, typed), stored)
        refresh_feeds(ctx, agency_id=who.agency_id, assignment_id=shown.assignment_id)
    return back(f"/a/receipts/{sent.public_id}")


def _draft(who: Actor, shown: DutyPage, typed: ReportForm) -> SubmissionDraft:
    return SubmissionDraft(
        agency_id=shown.agency_id,
        assignment_ids=[shown.assignment_id],
        form=SubmissionForm(typed.form),
        channel=SubmissionChannel.portal,
        content=typed.content(shown.outline),
        idempotency_key=f"portal:{who.agency_id}:{typed.key}",
        document_number=typed.document_number or None,
        document_on=day_of(typed.document_on) if typed.document_on else None,
        note=typed.note,
    )


def _duty(request: Request, who: Actor, assignment: str) -> DutyPage:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return duty_page(ctx, who, assignment)


def _form_page(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, status: int = 200) -> Response:
    settings = portal_of(request).app.settings
    return page(
        request,
        "duty.html",
        status=status,
        page=shown,
        duty=shown.duty,
        typed=typed,
        csrf=who.csrf,
        upload_limit=settings.upload_limit_mb,
    )


def _dead_link(request: Request, status: int) -> Response:
    again = f"/s/{request.path_params['token']}/again"
    return page(request, "dead_link.html", status=status, again=again, csrf=link_csrf(request, again))
