"""An agency's side: from the personal link to its duties, the report form and the receipt."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import NotFound
from obligations.services.accounts.access import close_session, link_page, open_agency_session
from obligations.services.accounts.agency_links import DEAD, LinkOver
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.asks.dispute import withdraw_dispute
from obligations.services.asks.own_duty import own_duty
from obligations.services.chasing.acknowledge import acknowledge
from obligations.services.drafting.receipt_file import receipt_file
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.views.agency import agency_page, receipt_page
from portal.asking import AGENCY, Member, give_session, portal_of
from portal.forms import (
    needed,
)
from portal.gate import TypedForm, link_csrf
from portal.pages import attachment_headers, back, page
from portal.uploads import OOXML

router = APIRouter(include_in_schema=False)


@router.api_route("/s/{token}", methods=["GET", "HEAD"])
def personal_link(request: Request, token: str) -> Response:
    """A button; mail scanners that open the link change nothing."""
    portal = portal_of(request)
    try:
        with portal.app.read(portal.clock()) as ctx:
            link = link_page(ctx, token)
    except (NotFound, LinkOver) as error:
        return _dead_link(request, error)
    return page(request, "link.html", link=link, csrf=link_csrf(request))


@router.post("/s/{token}")
def open_link(request: Request, token: str) -> Response:
    """Exchange the link for a session and leave its secret out of the address."""
    portal = portal_of(request)
    try:
        with portal.app.write(portal.clock(), "link") as ctx:
            opened = open_agency_session(ctx, token, request.cookies.get(portal.cookie(AGENCY), ""))
    except (NotFound, LinkOver) as error:
        return _dead_link(request, error)
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


@router.api_route("/a/receipts/{submission}/xac-nhan.docx", methods=["GET", "HEAD"])
def receipt_docx(request: Request, submission: str, who: Member) -> Response:
    """The same as a file."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = receipt_page(ctx, who, submission)
        body = receipt_file(ctx, shown)
    name = f"xac-nhan-{shown.version.receipt_number}.docx"
    return Response(body, media_type=OOXML[".docx"], headers=attachment_headers(name))


@router.post("/a/{assignment}/acknowledge")
def acknowledge_it(request: Request, assignment: str, who: Member) -> Response:
    """The button "Đã nhận, đang thực hiện"."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        acknowledge(ctx, who, assignment)
    return back(f"/a/{assignment}", "acknowledged")


@router.post("/a/{assignment}/dispute")
def dispute(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Đề nghị xem lại phân công."""
    reason, evidence = needed(form, "reason", "lý do"), needed(form, "evidence", "văn bản làm căn cứ")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        own_duty(ctx, who, assignment, owing=False)
        dispute_assignment(ctx, assignment, reason, evidence)
        refresh_feeds(ctx)
    return back(f"/a/{assignment}", "disputed")


@router.post("/a/{assignment}/dispute/withdraw")
def undispute(request: Request, assignment: str, who: Member) -> Response:
    """Rút đề nghị xem lại phân công."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        withdraw_dispute(ctx, who, assignment)
        refresh_feeds(ctx)
    return back(f"/a/{assignment}", "ask-withdrawn")


def _dead_link(request: Request, error: NotFound | LinkOver) -> Response:
    """The same page for a link nobody knows and one that is over; it says why where nothing is asked for any more."""
    status, said, finished = (410, str(error), error.finished) if isinstance(error, LinkOver) else (404, DEAD, False)
    again = f"/s/{request.path_params['token']}/again"
    return page(
        request,
        "dead_link.html",
        status=status,
        said=said,
        finished=finished,
        again=again,
        csrf=link_csrf(request, again),
    )
