"""What an agency's people see and do for the agency as a whole: everything it owes, its calendar, its contacts."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import NotFound
from obligations.services.accounts.access import Actor
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.member.calendar import end_address, make_address, own_calendars
from obligations.services.member.contacts import add_own_contact, name_successor, own_contacts
from obligations.services.member.everything import everything
from obligations.services.sending.deliver_claim import Only
from portal import texts_vi as texts
from portal.asking import AGENCY, Member, RowNumber, actor, portal_of
from portal.at_once import sends_at_once
from portal.everything_file import everything_file
from portal.forms import line, needed
from portal.gate import TypedForm
from portal.pages import attachment_headers, back, page
from portal.uploads import OOXML

router = APIRouter(include_in_schema=False, prefix="/a")


@router.api_route("/everything", methods=["GET", "HEAD"])
def all_of_it(request: Request, who: Member) -> Response:
    """Everything the agency owes to everyone, by month; fit to be printed."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = everything(ctx, who)
    return page(request, "everything.html", page=shown)


@router.api_route("/everything.xlsx", methods=["GET", "HEAD"])
def all_as_file(request: Request, who: Member) -> Response:
    """The same as a table to take away."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        body = everything_file(ctx, everything(ctx, who))
    return Response(body, media_type=OOXML[".xlsx"], headers=attachment_headers("nhiem-vu-cua-co-quan.xlsx"))


@router.api_route("/calendar", methods=["GET", "HEAD"])
def calendar(request: Request, who: Member) -> Response:
    """How to subscribe, and who reads it already."""
    return _calendar(request, who)


@router.post("/calendar")
def subscribe(request: Request, who: Member, form: TypedForm) -> Response:
    """A new address, shown in this answer alone: only its hash is kept."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        path = make_address(ctx, who, line(form, "label"))
        refresh_feeds(ctx, agency_id=who.agency_id)
    return _calendar(request, who, path)


@router.post("/calendar/{public_id}/revoke")
def unsubscribe(request: Request, public_id: str, who: Member) -> Response:
    """From now on it answers that it is gone."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        end_address(ctx, who, public_id)
    return back("/a/calendar", "feed-revoked")


@router.api_route("/contacts", methods=["GET", "HEAD"])
def contacts(request: Request, who: Member) -> Response:
    """Who of the agency is written to."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = own_contacts(ctx, who)
    return page(request, "own_contacts.html", rows=rows)


@router.post("/contacts")
def add(request: Request, who: Member, form: TypedForm) -> Response:
    """One more address. One that takes the place of the sample address ends the session that was opened by that one's link."""
    portal, channel = portal_of(request), line(form, "channel")
    if channel not in texts.OWN_CHANNEL:
        raise NotFound("no such channel")
    with portal.app.write(portal.clock(), who.name) as ctx:
        handed = add_own_contact(ctx, who, channel, needed(form, "address", "địa chỉ"), line(form, "label"))
    request.scope.pop("dondoc.actors", None)
    if actor(request, AGENCY) is None:
        return page(request, "handed_over.html", handed=handed)
    return back("/a/contacts", "own-contact-added")


@router.post("/contacts/{number}")
def hand_over(request: Request, number: RowNumber, who: Member, form: TypedForm) -> Response:
    """A successor: said in this answer, as the session may have ended with the old address."""
    portal = portal_of(request)
    address, label = needed(form, "address", "địa chỉ mới"), line(form, "label")
    with portal.app.write(portal.clock(), who.name) as ctx:
        handed = name_successor(ctx, who, number, address, label, needed(form, "reason", "lý do"))
    request.scope.pop("dondoc.actors", None)  # whoever asked may be nobody any more
    response = page(request, "handed_over.html", handed=handed)
    response.background = sends_at_once(portal, Only.asked)
    return response


def _calendar(request: Request, who: Actor, path: str = "") -> Response:
    portal = portal_of(request)
    settings = portal.app.settings
    with portal.app.read(portal.clock(), who.name) as ctx:
        found = own_calendars(ctx, who)
    address = f"{settings.base_url}{path}" if path else ""
    mode = settings.private_feeds
    return page(request, "own_calendar.html", found=found, address=address, base=settings.base_url, mode=mode)
