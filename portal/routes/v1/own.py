"""For the system of one agency, by the agency's own token: what it owes, and what it may ask for."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from models.enums import SubmissionChannel
from obligations.services.accounts.access import Actor
from obligations.services.agencies.contacts import ContactView
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.asks.dispute import withdraw_dispute
from obligations.services.asks.more_time import ask_more_time, withdraw_request
from obligations.services.asks.own_duty import own_duty
from obligations.services.asks.recall import recall
from obligations.services.asks.sent_otherwise import Said, say_sent
from obligations.services.asks.signing import promise_signing
from obligations.services.chasing.acknowledge import acknowledge
from obligations.services.context import Context
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.isolating.isolate import SetApart, isolate
from obligations.services.member.calendar import OwnCalendars, end_address, make_address, own_calendars
from obligations.services.member.contacts import add_own_contact, name_successor, own_contacts
from obligations.services.member.everything import Everything, everything
from obligations.services.reviewing.covered import Coverer, cover, coverers
from obligations.services.views.agency import (
    AgencyPage,
    DutyPage,
    ReceiptPage,
    agency_page,
    attachment,
    duty_page,
    receipt_page,
)
from portal.asking import RowNumber, portal_of
from portal.pages import download_headers
from portal.routes.v1.common import ACT, NOT_FOUND, Day, In, Line, Once, Own, Reason, Submitter, act, router_of
from portal.texts_vi import OWN_CHANNEL

router = router_of("own")
DUTY = "/own/duties/{assignment}"


class MoreTime(Reason):
    """Đề nghị thêm thời gian; ``document``: số, ký hiệu of the letter that asks."""

    wanted_on: Day
    document: Annotated[str, Field(max_length=120)] = ""


class Signing(In):
    """Đang trình ký, dự kiến một ngày."""

    expected_on: Day


class Disputed(Reason):
    """Đề nghị xem lại phân công; ``evidence``: the document it rests on."""

    evidence: Line


class SentOtherwise(In):
    """The signed document, by which way it went and on which day; no file."""

    document_number: Line
    document_on: Day
    way: Literal["document_system", "post", "hand", "email"]
    sent_on: Day


class Covered(In):
    """Code of the agency whose report covers this duty."""

    by: Line


class OwnContact(In):
    """One more address of the agency's clerks."""

    channel: Annotated[str, Field(pattern=f"^({'|'.join(OWN_CHANNEL)})$")]
    address: Annotated[str, Field(min_length=1, max_length=320)]
    label: Annotated[str, Field(max_length=200)] = ""


class Successor(Reason):
    """Who takes over from an address."""

    address: Annotated[str, Field(min_length=1, max_length=320)]
    label: Annotated[str, Field(max_length=200)] = ""


class OwnFeed(In):
    """What a new calendar address is for."""

    label: Annotated[str, Field(max_length=120)] = ""


@router.get("/own/duties")
def duties(request: Request, who: Own) -> AgencyPage:
    """What the agency owes, open first, and what it has done."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return agency_page(ctx, who)


@router.get("/own/everything")
def all_of_it(request: Request, who: Own) -> Everything:
    """The same by month, with what will open within a year and the standing tasks."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return everything(ctx, who)


@router.get(DUTY, responses=NOT_FOUND)
def duty(request: Request, assignment: str, who: Own) -> DutyPage:
    """One duty: dates and reasons, outline, versions sent, what may be asked."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return duty_page(ctx, who, assignment)


@router.get("/own/receipts/{submission}", responses=NOT_FOUND)
def receipt(request: Request, submission: str, who: Own) -> ReceiptPage:
    """Xác nhận đã nhận."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return receipt_page(ctx, who, submission)


@router.get("/own/attachments/{public_id}", responses=NOT_FOUND, response_class=FileResponse)
def attached(request: Request, public_id: str, who: Own) -> Response:
    """A file the agency sent."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        file = attachment(ctx, who, public_id)
    return FileResponse(file.path, media_type=file.media_type, headers=download_headers(file))


@router.post(f"{DUTY}/acknowledge", responses=ACT)
def acknowledge_it(request: Request, assignment: str, who: Submitter, once: Once) -> Response:
    """Đã nhận, đang thực hiện."""
    return act(request, who, once, lambda ctx: {"acknowledged_at": acknowledge(ctx, who, assignment)})


@router.post(f"{DUTY}/more-time", responses=ACT, status_code=201)
def more_time(request: Request, assignment: str, who: Submitter, once: Once, given: MoreTime) -> Response:
    """Đề nghị thêm thời gian; chasing goes on until it is answered."""

    def do(ctx: Context) -> dict[str, str]:
        return {"id": ask_more_time(ctx, who, assignment, given.wanted_on, given.reason, given.document)}

    return act(request, who, once, do, 201)


@router.post("/own/more-time/{ask}/withdraw", responses=ACT)
def withdraw(request: Request, ask: str, who: Submitter, once: Once) -> Response:
    """Rút đề nghị."""

    def do(ctx: Context) -> dict[str, str]:
        withdraw_request(ctx, who, ask)
        return {"id": ask}

    return act(request, who, once, do)


@router.post(f"{DUTY}/signing", responses=ACT, response_model=DutyPage)
def signing(request: Request, assignment: str, who: Submitter, once: Once, given: Signing) -> Response:
    """Nothing is chased up to that day; twice at most."""

    def do(ctx: Context) -> DutyPage:
        promise_signing(ctx, who, assignment, given.expected_on)
        return duty_page(ctx, who, assignment)

    return act(request, who, once, do)


@router.post(f"{DUTY}/dispute", responses=ACT, response_model=DutyPage)
def dispute(request: Request, assignment: str, who: Submitter, once: Once, given: Disputed) -> Response:
    """Nothing is chased until it is decided."""

    def do(ctx: Context) -> DutyPage:
        own_duty(ctx, who, assignment, owing=False)
        dispute_assignment(ctx, assignment, given.reason, given.evidence)
        refresh_feeds(ctx)
        return duty_page(ctx, who, assignment)

    return act(request, who, once, do)


@router.post(f"{DUTY}/sent-otherwise", responses=ACT, response_model=DutyPage)
def sent_otherwise(request: Request, assignment: str, who: Submitter, once: Once, given: SentOtherwise) -> Response:
    """Đã gửi văn bản bằng đường khác: chasing stops at once; the register's số đến and ngày đến count once it is found."""
    said = Said(given.document_number, given.document_on, SubmissionChannel(given.way), given.sent_on)

    def do(ctx: Context) -> DutyPage:
        say_sent(ctx, who, assignment, said)
        refresh_feeds(ctx, agency_id=who.agency_id)
        return duty_page(ctx, who, assignment)

    return act(request, who, once, do)


@router.post(f"{DUTY}/dispute/withdraw", responses=ACT, response_model=DutyPage)
def undispute(request: Request, assignment: str, who: Submitter, once: Once) -> Response:
    """Rút đề nghị xem lại phân công, while nobody has decided."""

    def do(ctx: Context) -> DutyPage:
        withdraw_dispute(ctx, who, assignment)
        refresh_feeds(ctx)
        return duty_page(ctx, who, assignment)

    return act(request, who, once, do)


@router.post(f"{DUTY}/covered", responses=ACT, response_model=DutyPage)
def covered(request: Request, assignment: str, who: Submitter, once: Once, given: Covered) -> Response:
    """Đã tổng hợp trong báo cáo của another agency of the period."""

    def do(ctx: Context) -> DutyPage:
        own_duty(ctx, who, assignment)
        cover(ctx, assignment, given.by, by_agency=True)
        refresh_feeds(ctx, agency_id=who.agency_id)
        return duty_page(ctx, who, assignment)

    return act(request, who, once, do)


@router.get(f"{DUTY}/coverers", responses=NOT_FOUND)
def may_cover(request: Request, assignment: str, who: Own) -> list[Coverer]:
    """The other agencies of the same period, in official order; any is taken, and waits for the coordinator's confirmation."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = duty_page(ctx, who, assignment)
        return coverers(ctx, shown.assignment_id, reported=False) if shown.asks.may_be_covered else []


@router.post("/own/submissions/{submission}/recall", responses=ACT)
def take_back(request: Request, submission: str, who: Submitter, once: Once, given: Reason) -> Response:
    """Thu hồi báo cáo; ``duties``: what is owed again."""

    def do(ctx: Context) -> dict[str, list[str]]:
        owed = recall(ctx, who, submission, given.reason)
        refresh_feeds(ctx, agency_id=who.agency_id)
        return {"duties": owed}

    return act(request, who, once, do)


@router.get("/own/contacts")
def contacts(request: Request, who: Own) -> list[ContactView]:
    """The agency's addresses, masked."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return own_contacts(ctx, who)


@router.post("/own/contacts", responses=ACT, status_code=201)
def add(request: Request, who: Submitter, once: Once, given: OwnContact) -> Response:
    """One more address; the agency's other addresses are told."""

    def do(ctx: Context) -> list[ContactView]:
        add_own_contact(ctx, who, given.channel, given.address, given.label)
        return own_contacts(ctx, who)

    return act(request, who, once, do, 201)


@router.post("/own/contacts/{number}/replace", responses=ACT)
def hand_over(request: Request, number: RowNumber, who: Submitter, once: Once, given: Successor) -> Response:
    """A successor: links to the old address are dead at once."""
    return act(
        request, who, once, lambda ctx: name_successor(ctx, who, number, given.address, given.label, given.reason)
    )


@router.get("/own/calendars")
def calendars(request: Request, who: Own) -> OwnCalendars:
    """The agency's private addresses (never the secrets) and the public calendars of its documents."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return own_calendars(ctx, who)


@router.post("/own/calendars", responses=ACT, status_code=201)
def subscribe(request: Request, who: Submitter, once: Once, given: OwnFeed) -> Response:
    """A new private address; it is in this answer and its repetitions only."""
    base = portal_of(request).app.settings.base_url

    def do(ctx: Context) -> dict[str, str]:
        path = make_address(ctx, who, given.label)
        refresh_feeds(ctx, agency_id=who.agency_id)
        return {"address": f"{base}{quote(path)}"}

    return act(request, who, once, do, 201)


@router.post("/own/calendars/{public_id}/revoke", responses=ACT)
def unsubscribe(request: Request, public_id: str, who: Submitter, once: Once) -> Response:
    """From now on it answers 410."""

    def do(ctx: Context) -> dict[str, str]:
        end_address(ctx, who, public_id)
        return {"id": public_id}

    return act(request, who, once, do)


def shown_to(request: Request, who: Actor, assignment: str) -> DutyPage:
    """The duty, before anything is done about it; NotFound for another agency's."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return duty_page(ctx, who, assignment, asks=False)


@router.post("/own/submissions/{submission}/isolate", responses=NOT_FOUND)
def isolate_own(request: Request, submission: str, who: Submitter) -> SetApart:
    """What was sent must not be read (S13): sealed at once; needs no key, twice is once. People end it, on the pages."""
    portal = portal_of(request)
    return isolate(portal.app, who, submission, portal.clock())
